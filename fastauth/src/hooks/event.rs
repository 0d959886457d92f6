use std::sync::Arc;

use super::{HookContext, HookFuture, Hooks, Provider};
use crate::{
    access::{Permissions, RoleName},
    error::HookResult,
    user::{AuthUser, UserKey},
};

/// Something that has happened, and to whom.
pub(crate) enum Event<U> {
    /// With the address before.
    EmailChange(Arc<U>, String),
    EmailVerify(Arc<U>),
    MagicLinkSent(Arc<U>),
    Lockout(Option<Arc<U>>),
    OAuthLink(Arc<U>, Provider),
    OAuthUnlink(Arc<U>, Provider),
    PasswordChange(Arc<U>),
    PasswordReset(Arc<U>),
    RefreshReuse(Arc<U>),
    RoleAssigned(Arc<U>, String),
    RoleRevoked(Arc<U>, String),
    Signin(Arc<U>, Provider),
    SigninFailed(Option<Arc<U>>, Provider),
    Signout(Arc<U>),
    Signup(Arc<U>),
    TokenRefresh(Arc<U>),
    UserDelete(Arc<U>),
    UserUpdate(Arc<U>),
}

/// How something went that somebody tried.
#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    Denied,
    Failure,
    Success,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Failure => "failure",
            Self::Success => "success",
        }
    }
}

/// What a security event is about.
#[derive(Default)]
pub(crate) struct About<'a> {
    /// The id of the user it happened to.
    pub(crate) user: Option<String>,
    pub(crate) role: Option<&'a str>,
    pub(crate) permissions: Option<&'a Permissions>,
}

impl<'a> About<'a> {
    /// A role.
    pub(crate) fn of(role: &'a RoleName) -> Self {
        Self { role: Some(role.as_str()), ..Self::default() }
    }
}

/// Writes a security event of a user into the log, once.
pub(crate) fn record<U: AuthUser>(
    event: &str,
    outcome: Outcome,
    user: Option<&U>,
    cx: &HookContext,
) {
    let user = user.map(|user| user.id().render());
    record_about(event, outcome, &About { user, ..About::default() }, cx);
}

/// What, how it went, to whom, by whom, from where, how they proved it (ASVS 16.3.1). Names and
/// addresses people typed stay out of it.
pub(crate) fn record_about(event: &str, outcome: Outcome, about: &About<'_>, cx: &HookContext) {
    tracing::info!(
        target: "fastauth",
        event,
        outcome = outcome.as_str(),
        user.id = about.user.as_deref(),
        actor.id = cx.actor(),
        role = about.role,
        permissions = about.permissions.map(ToString::to_string),
        client.address = cx.client().map(|address| address.to_string()),
        provider = cx.provider().map(Provider::as_str),
        session = cx.session().map(|session| session.to_string()),
    );
}

impl<U: AuthUser> Event<U> {
    /// Writes it into the log.
    pub(super) fn record(&self, cx: &HookContext) {
        let outcome = match self {
            Self::Lockout(_) | Self::RefreshReuse(_) | Self::SigninFailed(..) => Outcome::Failure,
            _ => Outcome::Success,
        };
        let user = self.user().map(|user| user.id().render());
        let about = About { user, role: self.role(), permissions: None };
        record_about(self.name(), outcome, &about, cx);
    }

    fn user(&self) -> Option<&U> {
        match self {
            Self::EmailChange(user, _)
            | Self::EmailVerify(user)
            | Self::MagicLinkSent(user)
            | Self::OAuthLink(user, _)
            | Self::OAuthUnlink(user, _)
            | Self::PasswordChange(user)
            | Self::PasswordReset(user)
            | Self::RefreshReuse(user)
            | Self::RoleAssigned(user, _)
            | Self::RoleRevoked(user, _)
            | Self::Signin(user, _)
            | Self::Signout(user)
            | Self::Signup(user)
            | Self::TokenRefresh(user)
            | Self::UserDelete(user)
            | Self::UserUpdate(user) => Some(user),
            Self::Lockout(user) | Self::SigninFailed(user, _) => user.as_deref(),
        }
    }

    fn role(&self) -> Option<&str> {
        match self {
            Self::RoleAssigned(_, role) | Self::RoleRevoked(_, role) => Some(role),
            _ => None,
        }
    }

    /// The hook it calls without its `on_`: what the log calls it.
    fn name(&self) -> &'static str {
        self.hook().trim_start_matches("on_")
    }

    /// The hook it calls.
    pub(super) fn hook(&self) -> &'static str {
        match self {
            Self::EmailChange(..) => "on_email_change",
            Self::EmailVerify(_) => "on_email_verify",
            Self::MagicLinkSent(_) => "on_magic_link_sent",
            Self::Lockout(_) => "on_lockout",
            Self::OAuthLink(..) => "on_oauth_link",
            Self::OAuthUnlink(..) => "on_oauth_unlink",
            Self::PasswordChange(_) => "on_password_change",
            Self::PasswordReset(_) => "on_password_reset",
            Self::RefreshReuse(_) => "on_refresh_reuse",
            Self::RoleAssigned(..) => "on_role_assigned",
            Self::RoleRevoked(..) => "on_role_revoked",
            Self::Signin(..) => "on_signin",
            Self::SigninFailed(..) => "on_signin_failed",
            Self::Signout(_) => "on_signout",
            Self::Signup(_) => "on_signup",
            Self::TokenRefresh(_) => "on_token_refresh",
            Self::UserDelete(_) => "on_user_delete",
            Self::UserUpdate(_) => "on_user_update",
        }
    }

    /// Calls the hook.
    pub(super) fn call<'a>(
        &'a self,
        hooks: &'a dyn Hooks<U>,
        cx: &'a HookContext,
    ) -> HookFuture<'a, HookResult> {
        match self {
            Self::EmailChange(user, old) => hooks.on_email_change(user, old, cx),
            Self::EmailVerify(user) => hooks.on_email_verify(user, cx),
            Self::MagicLinkSent(user) => hooks.on_magic_link_sent(user, cx),
            Self::Lockout(user) => hooks.on_lockout(user.as_deref(), cx),
            Self::OAuthLink(user, provider) => hooks.on_oauth_link(user, provider, cx),
            Self::OAuthUnlink(user, provider) => hooks.on_oauth_unlink(user, provider, cx),
            Self::PasswordChange(user) => hooks.on_password_change(user, cx),
            Self::PasswordReset(user) => hooks.on_password_reset(user, cx),
            Self::RefreshReuse(user) => hooks.on_refresh_reuse(user, cx),
            Self::RoleAssigned(user, role) => hooks.on_role_assigned(user, role, cx),
            Self::RoleRevoked(user, role) => hooks.on_role_revoked(user, role, cx),
            Self::Signin(user, provider) => hooks.on_signin(user, provider, cx),
            Self::SigninFailed(user, provider) => {
                hooks.on_signin_failed(user.as_deref(), provider, cx)
            }
            Self::Signout(user) => hooks.on_signout(user, cx),
            Self::Signup(user) => hooks.on_signup(user, cx),
            Self::TokenRefresh(user) => hooks.on_token_refresh(user, cx),
            Self::UserDelete(user) => hooks.on_user_delete(user, cx),
            Self::UserUpdate(user) => hooks.on_user_update(user, cx),
        }
    }
}
