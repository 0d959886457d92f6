use std::borrow::Cow;

use super::Reply;
use crate::error::{HookError, HookResult};

/// What a gate says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Decision {
    /// Go on.
    Allow,
    /// No, with a sentence for the client if it may know.
    Deny(Option<Cow<'static, str>>),
}

impl Decision {
    /// No, and the client is told why.
    pub fn deny(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Deny(Some(reason.into()))
    }
}

impl From<bool> for Decision {
    fn from(allowed: bool) -> Self {
        if allowed { Self::Allow } else { Self::Deny(None) }
    }
}

/// What an `allow_*` hook may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a decision",
    label = "not a decision",
    note = "an `allow_…` hook returns `bool`, `fastauth::Decision`, or a `Result` of either"
)]
pub trait IntoDecision {
    /// As a decision.
    fn into_decision(self) -> HookResult<Decision>;
}

impl IntoDecision for bool {
    fn into_decision(self) -> HookResult<Decision> {
        Ok(self.into())
    }
}

impl IntoDecision for Decision {
    fn into_decision(self) -> HookResult<Decision> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Into<Decision>, E: Into<HookError>> IntoDecision for Result<T, E> {
    fn into_decision(self) -> HookResult<Decision> {
        self.map(T::into).map_err(E::into)
    }
}

/// What an `on_*` or a `modify_*` hook may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what this hook returns",
    label = "expected nothing or a `HookResult`",
    note = "return nothing or `fastauth::HookResult`; to say no, write an `allow_…` hook"
)]
pub trait IntoHookResult {
    /// As a result.
    fn into_hook_result(self) -> HookResult;
}

impl IntoHookResult for () {
    fn into_hook_result(self) -> HookResult {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<HookError>> IntoHookResult for Result<(), E> {
    fn into_hook_result(self) -> HookResult {
        self.map_err(E::into)
    }
}

/// What `on_unauthenticated` and `on_forbidden` may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an answer to the client",
    label = "expected `Option<Reply>`",
    note = "return `Option<fastauth::Reply>`, `None` for the usual reply"
)]
pub trait IntoReply {
    /// As a reply.
    fn into_reply(self) -> Option<Reply>;
}

impl IntoReply for Option<Reply> {
    fn into_reply(self) -> Option<Reply> {
        self
    }
}
