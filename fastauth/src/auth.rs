//! [`Auth`]: everything an application's accounts need, built once and shared by all requests.

mod bootstrap;
mod builder;
mod keys;
mod mail_settings;
mod oauth_settings;
mod prepare;
mod providers;
mod setup;
mod sweep;

use std::{fmt, sync::Arc};

use tokio::sync::watch;

use crate::{
    config::{
        BaseUrl, Clients, Lifetimes, Limits, Mailing, NextPath, RoleSettings, Transports,
        TrustedProxies,
    },
    hooks::HookSets,
    mail::PostOffice,
    password::{HashPool, PasswordPolicy, TurnedAway},
    store::{SchemaReport, SpentBudgets, Store, StoreError},
    time::{Clock, Timestamp},
    token::{PublishedKeys, RefreshKeys, RotatingKeys, TokenChecks, TokenEncoder, TokenStrategy},
    user::AuthUser,
};

pub use builder::AuthBuilder;
use builder::NoStore;
pub(crate) use providers::{Providers, Registered};
pub(crate) use setup::Started;

/// The accounts of one user type. Cheap to clone; give it to the router as (a part of) its state.
///
/// ```
/// # use fastauth::{Auth, AuthUser, PasswordHash, store::Memory};
/// # #[derive(AuthUser)]
/// # #[auth(id, email, password_hash)]
/// # struct User { id: i64, email: String, password_hash: PasswordHash }
/// # async fn run() -> Result<(), fastauth::SetupError> {
/// let auth = Auth::<User>::builder().store(Memory::new()).build().await?;
/// let app = axum::Router::new().nest("/auth", auth.routes()).with_state(auth.clone());
/// # let _: axum::Router = app;
/// # Ok(())
/// # }
/// ```
pub struct Auth<U: AuthUser>(pub(crate) Arc<Inner<U>>);

/// What [`Auth`] shares.
pub(crate) struct Inner<U: AuthUser> {
    pub(crate) base_url: BaseUrl,
    pub(crate) checks: TokenChecks,
    pub(crate) clients: Clients,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) encoder: Arc<dyn TokenEncoder>,
    pub(crate) hooks: HookSets<U>,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) limits: Limits,
    pub(crate) login_page: Option<NextPath>,
    pub(crate) mailing: Mailing,
    pub(crate) passwords: HashPool,
    pub(crate) policy: PasswordPolicy,
    pub(crate) post: Option<PostOffice>,
    pub(crate) providers: Providers,
    pub(crate) proxies: TrustedProxies,
    pub(crate) refresh: RefreshKeys,
    pub(crate) roles: RoleSettings,
    pub(crate) rotating: Option<Arc<RotatingKeys>>,
    pub(crate) spent: SpentBudgets,
    pub(crate) started: Started,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) store: Arc<dyn Store<U>>,
    pub(crate) strategy: Arc<dyn TokenStrategy<U>>,
    pub(crate) transports: Arc<Transports>,
    pub(crate) turned_away: TurnedAway,
}

impl<U: AuthUser> Auth<U> {
    /// Begins with nothing decided. A store must be given; the rest has defaults.
    pub fn builder() -> AuthBuilder<U, NoStore> {
        AuthBuilder::new()
    }

    /// Compares the table of the users with the struct, now.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn verify_schema(&self) -> Result<SchemaReport, StoreError> {
        self.0.store.verify_schema().await
    }

    /// How many passwords were hashed or checked so far: what a flood of logins costs, for metrics.
    pub fn passwords_computed(&self) -> u64 {
        self.0.passwords.computed()
    }

    /// Ends the background work: the sweeps, and mail, which gets up to ten seconds to be on its way.
    /// [`serve`](crate::serve) does it by itself.
    pub async fn shutdown(&self) {
        self.0.stop.send_replace(true);
        if let Some(post) = &self.0.post {
            post.close().await;
        }
    }

    /// The public keys that verify the tokens, for others to read.
    pub(crate) async fn published_keys(&self) -> PublishedKeys {
        self.0.encoder.published_keys(self.now()).await
    }

    /// Whether an access token lasts as long as its session.
    pub(crate) fn is_opaque(&self) -> bool {
        self.0.strategy.is_opaque()
    }

    /// Now, by the clock everything here goes by.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

impl<U: AuthUser> Clone for Auth<U> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<U: AuthUser> fmt::Debug for Auth<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth")
            .field("user", &U::SPEC.name)
            .field("base_url", &self.0.base_url.as_str())
            .finish_non_exhaustive()
    }
}
