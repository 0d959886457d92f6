//! What the application adds to each event: gates, changes, vetoes, and what happens afterwards.
//!
//! What comes in: who, and a [`HookContext`]. What goes out: a [`Decision`], a change, or nothing.
//! No hook sees a password, a hash or a token, and none runs inside a database transaction.

mod context;
mod decision;
mod event;
mod patience;
mod reply;
mod run;
mod tell;

use std::{future::Future, pin::Pin};

use serde_json::{Map, Value as Json};

use crate::{
    error::{Code, HookResult},
    token::ExtraClaims,
    user::AuthUser,
};

pub use context::{HookContext, Provider};
pub use decision::{Decision, IntoDecision, IntoHookResult, IntoReply};
pub(crate) use event::{About, Event, Outcome, record, record_about};
pub use reply::Reply;
pub(crate) use run::HookSets;

/// What a hook returns before it is awaited.
pub type HookFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What `modify_session` hooks may leave in a session.
pub type SessionData = Map<String, Json>;

/// What `#[auth_hooks]` has asked for in words of ours, and does not ask again. rustc believes it of
/// any type where it is said of every lifetime.
#[doc(hidden)]
pub trait TakenAsShared<'a>: Send + Sync {}

impl<T: Send + Sync> TakenAsShared<'_> for T {}

macro_rules! hooks {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) -> $output:ty = $usual:expr;)*) => {
        /// The hooks of an application. Write them with `#[auth_hooks]`, which takes plain `async fn`s,
        /// leaves out what you do not name, and lets you drop trailing arguments:
        ///
        /// ```
        /// # use fastauth::{AuthUser, Hooks, PasswordHash, auth_hooks};
        /// # #[derive(AuthUser)]
        /// # #[auth(id, email, password_hash)]
        /// # struct User { id: i64, email: String, password_hash: PasswordHash, #[auth(default)] banned: bool }
        /// struct Doorman;
        ///
        /// #[auth_hooks]
        /// impl Hooks<User> for Doorman {
        ///     async fn allow_signin(&self, user: &User) -> bool {
        ///         !user.banned
        ///     }
        /// }
        /// ```
        ///
        /// `allow_*` are gates: they run after the credentials are proved and before anything is
        /// issued, on every path that issues, and an error, a panic or more than five seconds (all hooks of
        /// a request together) is a no.
        /// `modify_*` run right before signing or storing; if one fails nothing is issued.
        /// `on_before_*` can refuse a change. `on_*` run once, after the write, and cannot undo it.
        ///
        /// What `on_*` hooks have not done when those five seconds are over they go on with in the
        /// background, each set for at most a minute an event; then it is dropped where it waits. 1024
        /// requests at a time can have hooks running in this way. Failed sign-ins and links
        /// that were asked for, which anybody can bring about, have 128 places of their own and take none
        /// of the others'. What finds no place
        /// is in the log, and no hook hears of it: let a hook that may wait long put its work into a
        /// queue.
        #[diagnostic::on_unimplemented(
            message = "`{Self}` has no hooks for `{U}`",
            label = "no hooks",
            note = "write `#[auth_hooks] impl Hooks<{U}> for {Self} {{ … }}`"
        )]
        pub trait Hooks<U: AuthUser>: Send + Sync + 'static {
            // rustc lists a missing item by its name, so the name is the advice.
            #[doc(hidden)]
            fn write_auth_hooks_above_this_impl()
            where
                Self: Sized;

            $(
                $(#[$doc])*
                fn $name<'a>(&'a self, $($argument: $type,)* cx: &'a HookContext) -> HookFuture<'a, $output> {
                    let _ = ($($argument,)* cx);
                    Box::pin(std::future::ready($usual))
                }
            )*
        }
    };
}

hooks! {
    /// Whether this account may be made. Nobody exists yet.
    allow_signup(signup: &'a U::Signup, provider: &'a Provider) -> HookResult<Decision> = Ok(Decision::Allow);
    /// Whether this user may sign in, or go on with a session.
    allow_signin(user: &'a U, provider: &'a Provider) -> HookResult<Decision> = Ok(Decision::Allow);
    /// Adds to the claims of an access token. The registered ones are out of reach.
    modify_jwt(claims: &'a mut ExtraClaims, user: &'a U) -> HookResult = Ok(());
    /// Adds to a session before it is stored.
    modify_session(session: &'a mut SessionData, user: &'a U) -> HookResult = Ok(());
    /// An account has been made.
    on_signup(user: &'a U) -> HookResult = Ok(());
    /// Somebody has signed in.
    on_signin(user: &'a U, provider: &'a Provider) -> HookResult = Ok(());
    /// Somebody could not sign in; `None` when there is no such account.
    on_signin_failed(user: Option<&'a U>, provider: &'a Provider) -> HookResult = Ok(());
    /// Somebody has signed out.
    on_signout(user: &'a U) -> HookResult = Ok(());
    /// A session has been refreshed.
    on_token_refresh(user: &'a U) -> HookResult = Ok(());
    /// An old refresh token came again: the session has been ended.
    on_refresh_reuse(user: &'a U) -> HookResult = Ok(());
    /// An address has been proved.
    on_email_verify(user: &'a U) -> HookResult = Ok(());
    /// The address has changed; `old` is the one before.
    on_email_change(user: &'a U, old: &'a str) -> HookResult = Ok(());
    /// A forgotten password has been replaced.
    on_password_reset(user: &'a U) -> HookResult = Ok(());
    /// A password has been changed.
    on_password_change(user: &'a U) -> HookResult = Ok(());
    /// The user has changed something of themselves.
    on_user_update(user: &'a U) -> HookResult = Ok(());
    /// An account is about to be deleted; an error keeps it.
    on_before_user_delete(user: &'a U) -> HookResult = Ok(());
    /// An account has been deleted.
    on_user_delete(user: &'a U) -> HookResult = Ok(());
    /// A provider's account has been linked.
    on_oauth_link(user: &'a U, provider: &'a Provider) -> HookResult = Ok(());
    /// A provider's account has been unlinked.
    on_oauth_unlink(user: &'a U, provider: &'a Provider) -> HookResult = Ok(());
    /// A link to sign in with has been mailed.
    on_magic_link_sent(user: &'a U) -> HookResult = Ok(());
    /// A role has been given.
    on_role_assigned(user: &'a U, role: &'a str) -> HookResult = Ok(());
    /// A role has been taken away.
    on_role_revoked(user: &'a U, role: &'a str) -> HookResult = Ok(());
    /// Too many wrong passwords; `None` when there is no such account.
    on_lockout(user: Option<&'a U>) -> HookResult = Ok(());
    /// A guard found nobody; `None` for the usual reply.
    on_unauthenticated(reason: Code) -> Option<Reply> = None;
    /// A guard found somebody who may not; `None` for the usual reply.
    on_forbidden(reason: Code) -> Option<Reply> = None;
}
