//! Where every lint is an error: nothing generated may trip over one.
#![deny(
    missing_docs,
    warnings,
    rust_2018_idioms,
    unused,
    nonstandard_style,
    single_use_lifetimes,
    trivial_casts,
    unit_bindings,
    unreachable_pub,
    unused_lifetimes,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]
#![allow(clippy::module_name_repetitions, reason = "the user's own choice")]

use fastauth::{
    AuthUser, Decision, ExtraClaims, HookContext, HookResult, Hooks, PasswordHash, Provider, Reply,
    auth_hooks, error::Code,
};

/// Somebody.
#[derive(AuthUser)]
#[auth(id, email, password_hash)]
pub struct Member {
    /// The id.
    pub id: i64,
    /// The address.
    pub email: String,
    /// The hash.
    pub password_hash: PasswordHash,
}

/// What happens besides.
#[derive(Clone, Copy, Debug)]
pub struct Quiet;

#[auth_hooks]
impl Hooks<Member> for Quiet {
    /// Says yes.
    async fn allow_signup(&self) -> bool {
        true
    }

    /// Says no to some.
    async fn allow_signin(
        &self,
        user: &Member,
        provider: &Provider,
        cx: &HookContext,
    ) -> HookResult<Decision> {
        if cx.client().is_none() && user.id == 0 {
            return Ok(Decision::deny("nobody"));
        }
        std::future::ready(()).await;
        Ok((*provider == "password").into())
    }

    /// Adds one.
    async fn modify_jwt(&self, claims: &mut ExtraClaims, _user: &Member) -> HookResult {
        claims.insert("one", 1)
    }

    /// Does nothing.
    async fn on_signup(&self, _user: &Member) {}

    /// Does something.
    async fn on_signin(&self, user: &Member) {
        let id = user.id;
        drop(id.to_string());
    }

    /// Panics.
    async fn on_signout(&self) {
        panic!("on purpose")
    }

    /// Answers.
    async fn on_unauthenticated(&self, reason: Code) -> Option<Reply> {
        match reason {
            Code::MissingToken => Some(Reply::new(http::StatusCode::NOT_FOUND, "")),
            _ => None,
        }
    }
}
