#[cfg(feature = "testing")]
mod for_tests;
mod mail;
mod oauth;

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::watch;

use super::{
    Auth, Inner, Started, keys,
    mail_settings::MailSettings,
    oauth_settings::OAuthSettings,
    prepare::{prepare, settle_roles, unusable},
    setup,
    sweep::sweep_until_stopped,
};
use crate::{
    access::{Permission, PermissionMarker},
    config::{
        BaseUrl, Clients, CookieConfig, Lifetimes, Limits, MailFlows, RoleSettings, Transport,
        TrustedProxies, unknown_settings,
    },
    error::{SetupError, SetupProblem},
    hooks::{HookSets, Hooks},
    mail::PostOffice,
    password::{Argon2id, HashLimits, HashPool, PasswordHasher, PasswordPolicy, TurnedAway},
    store::{Apart, SessionKeeper, SpentBudgets, Store, UserKeeper},
    time::{Clock, SystemClock},
    token::{IntoKeySource, KeySource, RefreshKeys, TokenStrategy},
    user::{AuthUser, HasPassword},
};

/// What an application decides about its accounts. Begin with [`Auth::builder`].
///
/// In order: where things are kept (`store`, the one thing that must be given), who we are
/// (`base_url`, `secret`), how passwords are treated, how long things last, what else happens
/// (`hooks`). [`build`](AuthBuilder::build) checks everything and reports all mistakes at once.
#[must_use = "nothing happens before `.build()`"]
pub struct AuthBuilder<U: AuthUser, S = NoStore> {
    store: S,
    settings: Settings<U>,
}

/// All that is decided but the store.
struct Settings<U: AuthUser> {
    audience: Option<String>,
    base_url: Option<String>,
    clients: Clients,
    clock: Arc<dyn Clock>,
    cookies: CookieConfig,
    create_user_table: bool,
    hash_limits: HashLimits,
    hasher: Option<Arc<dyn PasswordHasher>>,
    hooks: Vec<Arc<dyn Hooks<U>>>,
    keys: Option<KeySource>,
    leeway: Option<Duration>,
    lifetimes: Lifetimes,
    limits: Limits,
    local_only: Option<&'static str>,
    login_page: Option<String>,
    by_mail: MailFlows,
    mail: MailSettings,
    oauth: OAuthSettings,
    policy: PasswordPolicy,
    proxies: TrustedProxies,
    roles: RoleSettings,
    secret: Option<String>,
    secret_fallbacks: Vec<String>,
    sessions: Option<Arc<dyn SessionKeeper>>,
    strategy: Option<Arc<dyn TokenStrategy<U>>>,
    transports: Vec<Transport>,
    trusted_origins: Vec<String>,
    users: Option<Arc<dyn UserKeeper<U>>>,
}

impl<U: AuthUser> Settings<U> {
    /// What of it cannot be meant together.
    fn contradictions(&self, problems: &mut Vec<SetupProblem>) {
        setup::what_tokens_say(
            self.audience.is_some() || self.leeway.is_some(),
            self.leeway,
            self.strategy.is_some(),
            problems,
        );
        setup::contradictions(
            &self.lifetimes,
            &self.limits,
            &self.proxies,
            &self.roles,
            &self.clients,
            problems,
        );
    }

    fn carry_by(&mut self, transport: Transport) {
        if !self.transports.contains(&transport) {
            self.transports.push(transport);
        }
    }
}

/// A builder without a store.
#[derive(Debug)]
#[allow(unnameable_types, reason = "the builder's own state: nobody has to name it")]
pub struct NoStore;

/// A builder with one.
#[derive(Debug)]
#[allow(unnameable_types, reason = "the builder's own state: nobody has to name it")]
pub struct WithStore<T>(T);

/// Says that a store was given.
#[diagnostic::on_unimplemented(
    message = "this `Auth` has no store",
    label = "called without a store",
    note = "call `.store(…)` before `.build()`"
)]
#[allow(unnameable_types, reason = "implemented here and nowhere else")]
pub trait HasStore<U: AuthUser> {
    /// The store.
    #[doc(hidden)]
    fn into_store(self) -> Arc<dyn Store<U>>;
}

impl<U: AuthUser, T: Store<U>> HasStore<U> for WithStore<T> {
    fn into_store(self) -> Arc<dyn Store<U>> {
        Arc::new(self.0)
    }
}

impl<U: AuthUser> AuthBuilder<U, NoStore> {
    pub(super) fn new() -> Self {
        let settings = Settings {
            audience: None,
            base_url: None,
            clients: Clients::default(),
            clock: Arc::new(SystemClock),
            cookies: CookieConfig::default(),
            create_user_table: false,
            hash_limits: HashLimits::default(),
            hasher: None,
            hooks: Vec::new(),
            keys: None,
            leeway: None,
            lifetimes: Lifetimes::default(),
            limits: Limits::default(),
            local_only: None,
            login_page: None,
            by_mail: MailFlows::default(),
            mail: MailSettings::default(),
            oauth: OAuthSettings::default(),
            policy: PasswordPolicy::default(),
            proxies: TrustedProxies::default(),
            roles: RoleSettings::default(),
            secret: None,
            secret_fallbacks: Vec::new(),
            sessions: None,
            strategy: None,
            transports: Vec::new(),
            trusted_origins: Vec::new(),
            users: None,
        };
        Self { store: NoStore, settings }
    }

    /// Where accounts, sessions and one-time values are kept.
    pub fn store<T: Store<U>>(self, store: T) -> AuthBuilder<U, WithStore<T>> {
        AuthBuilder { store: WithStore(store), settings: self.settings }
    }
}

impl<U: AuthUser, S> AuthBuilder<U, S> {
    /// Whom access tokens are for: the claim `aud`, which is demanded of every token that comes (RFC 8725
    /// §3.9). The public address, unless told otherwise.
    pub fn audience(self, audience: impl Into<String>) -> Self {
        self.with(|settings| settings.audience = Some(audience.into()))
    }

    /// The public address of the application, `https://app.example.com`. Without it
    /// `FASTAUTH_BASE_URL`, and without that `http://localhost:3000`.
    pub fn base_url(self, url: impl Into<String>) -> Self {
        self.with(|settings| settings.base_url = Some(url.into()))
    }

    /// Tokens travel in the `Authorization` header and in the bodies of replies (RFC 6750): what
    /// stands where neither this nor [`cookies`](AuthBuilder::cookies) is called.
    ///
    /// With both, the first that is declared answers a sign-in; a request is read in that order, and
    /// the first that is there decides alone.
    pub fn bearer(self) -> Self {
        self.with(|settings| settings.carry_by(Transport::Bearer))
    }

    /// Tokens travel in cookies that no script can read. Changes are then taken from pages of the
    /// public address and of [`trusted_origin`](AuthBuilder::trusted_origin)s, and from programs that
    /// send `X-Requested-With`. Alone it takes [`DatabaseStrategy`](crate::token::DatabaseStrategy)
    /// unless told otherwise, or given [`keys`](AuthBuilder::keys): one cookie, and nothing to refresh.
    pub fn cookies(self, cookies: CookieConfig) -> Self {
        self.with(|settings| {
            settings.carry_by(Transport::Cookies);
            settings.cookies = cookies;
        })
    }

    /// The clock everything goes by; the system's unless a test brings its own.
    pub fn clock(self, clock: impl Clock) -> Self {
        self.with(|settings| settings.clock = Arc::new(clock))
    }

    /// Makes the table of the users if there is none, from the struct: a first run needs no
    /// migration of its own. An existing table is never changed.
    pub fn create_user_table(self) -> Self {
        self.with(|settings| settings.create_user_table = true)
    }

    /// One more set of hooks. Sets run in the order they were given, gates until the first no.
    pub fn hooks(self, hooks: impl Hooks<U>) -> Self {
        self.with(|settings| settings.hooks.push(Arc::new(hooks)))
    }

    /// A client that may ask about tokens at `/token/introspect` (RFC 7662), such as a service that takes
    /// our tokens: by an id, and a secret of at least 32 random bytes that it sends as it is given here.
    /// Call it once for each; without it the route is not mounted.
    pub fn introspection_client(self, id: impl Into<String>, secret: impl AsRef<str>) -> Self {
        self.with(|settings| settings.clients.name(id.into(), secret.as_ref()))
    }

    /// What signs the tokens, which are JWTs then: a [`KeyRing`](crate::token::KeyRing) or a
    /// [`SigningKey`](crate::token::SigningKey) of the application's own, or keys that are kept in the store
    /// and change by themselves, [`KeyRing::rotating`](crate::token::KeyRing::rotating). Without it HS256
    /// under a key derived from the secret. [`well_known`](Auth::well_known) publishes what is public
    /// of them.
    pub fn keys(self, keys: impl IntoKeySource) -> Self {
        self.with(|settings| settings.keys = Some(keys.into_key_source()))
    }

    /// How far the clocks of instances may differ when a token is read: 5 seconds, and at most a minute.
    pub fn leeway(self, leeway: Duration) -> Self {
        self.with(|settings| settings.leeway = Some(leeway))
    }

    /// How long tokens and sessions last.
    pub fn lifetimes(self, lifetimes: Lifetimes) -> Self {
        self.with(|settings| settings.lifetimes = lifetimes)
    }

    /// Where guards send browsers that nobody is signed in with: a page of the application, `/login`,
    /// which finds the path they asked for as `next` and reads it through
    /// [`NextPath`](crate::NextPath). Programs get 401 all the same, and so does the page itself where it is
    /// guarded.
    pub fn login_page(self, page: impl Into<String>) -> Self {
        self.with(|settings| settings.login_page = Some(page.into()))
    }

    /// How many passwords are hashed at a time, and how many may wait. By default as many as there
    /// are cores, 64 waiting for at most two seconds: a flood of logins never slows the rest.
    pub fn password_hash_limits(self, hash_limits: HashLimits) -> Self
    where
        U: HasPassword,
    {
        self.with(|settings| settings.hash_limits = hash_limits)
    }

    /// How passwords are hashed: [`Argon2id`] unless told otherwise.
    pub fn password_hasher(self, hasher: impl PasswordHasher) -> Self
    where
        U: HasPassword,
    {
        self.with(|settings| settings.hasher = Some(Arc::new(hasher)))
    }

    /// Which passwords are taken.
    pub fn password_policy(self, policy: PasswordPolicy) -> Self
    where
        U: HasPassword,
    {
        self.with(|settings| settings.policy = policy)
    }

    /// What the application lets people do. Roles can hold these permissions and no others; call it
    /// once for each enum.
    pub fn permissions<P: Permission>(self) -> Self {
        self.with(|settings| settings.roles.know::<P>())
    }

    /// Mounts the routes that administer roles, for whoever holds this permission:
    /// `.roles_admin::<can::ManageRoles>()`.
    pub fn roles_admin<M: PermissionMarker>(self) -> Self {
        self.with(|settings| settings.roles.administered_by::<M>())
    }

    /// Who administers roles first: the id, the email or the username of an account. While nobody
    /// does, a start gives it the role `administrator` with every permission. Without it
    /// `FASTAUTH_FIRST_ADMINISTRATOR`.
    pub fn first_administrator(self, who: impl Into<String>) -> Self {
        self.with(|settings| settings.roles.first_administrator(who.into()))
    }

    /// The secret that every key is derived from: at least 32 random bytes, as text, `base64:…` or
    /// `hex:…`. Without it `FASTAUTH_SECRET`. There is no default; while the public address is
    /// plain http on this machine, a random one is made for the run.
    pub fn secret(self, secret: impl Into<String>) -> Self {
        self.with(|settings| settings.secret = Some(secret.into()))
    }

    /// A secret that made what is still in use, or is about to: tokens and what is sealed in the store open under it
    /// too, and nothing new is made with it. To change the secret without signing anybody out, give every
    /// instance the next one here, then make it the secret and the old one this, for as long as a session
    /// may last. Call it once for each; without it `FASTAUTH_SECRET_FALLBACKS`, between spaces.
    pub fn secret_fallback(self, secret: impl Into<String>) -> Self {
        self.with(|settings| settings.secret_fallbacks.push(secret.into()))
    }

    /// Where sessions, small values and counters are kept, apart from the accounts: `Redis`. Without
    /// it they are in the store.
    pub fn sessions(self, keeper: impl SessionKeeper) -> Self {
        self.with(|settings| settings.sessions = Some(Arc::new(keeper)))
    }

    /// What an access token is: [`JwtStrategy`](crate::token::JwtStrategy) unless told otherwise, or
    /// [`DatabaseStrategy`](crate::token::DatabaseStrategy), `RedisStrategy`, or one of your own.
    pub fn strategy(self, strategy: impl TokenStrategy<U>) -> Self {
        self.with(|settings| settings.strategy = Some(Arc::new(strategy)))
    }

    /// How often people may try. Counted in the store, for all instances together.
    pub fn throttle(self, limits: Limits) -> Self {
        self.with(|settings| settings.limits = limits)
    }

    /// So many proxies stand in front, which note in `X-Forwarded-For` whom they were asked by: the
    /// client is who the outermost of them noted. For proxies whose addresses change; else name them
    /// by [`trusted_proxies`](AuthBuilder::trusted_proxies). The header is believed from whoever connects:
    /// nobody may reach the port but through them.
    pub fn trusted_hops(self, hops: usize) -> Self {
        self.with(|settings| settings.proxies.trust_hops(hops))
    }

    /// Proxies in front, by address or network (`10.0.0.0/8`), which note in `X-Forwarded-For` whom
    /// they were asked by. From anybody else that header is their own word and does not count.
    pub fn trusted_proxies<T: AsRef<str>>(self, proxies: impl IntoIterator<Item = T>) -> Self {
        self.with(|settings| {
            for proxy in proxies {
                settings.proxies.trust(proxy.as_ref());
            }
        })
    }

    /// One more address, `https://admin.example.com`, whose pages may make changes by cookies.
    pub fn trusted_origin(self, origin: impl Into<String>) -> Self {
        self.with(|settings| settings.trusted_origins.push(origin.into()))
    }

    /// Where the users are kept, apart from what is kept about them: a way of your own. Without it they
    /// are in the store.
    pub fn users(self, keeper: impl UserKeeper<U>) -> Self {
        self.with(|settings| settings.users = Some(Arc::new(keeper)))
    }

    fn with(mut self, decide: impl FnOnce(&mut Settings<U>)) -> Self {
        decide(&mut self.settings);
        self
    }

    /// Checks everything, prepares the store and starts the background work.
    ///
    /// # Errors
    /// [`SetupError`] with every problem found, each with its cause and its fix. Nothing was
    /// started then.
    pub async fn build(self) -> Result<Auth<U>, SetupError>
    where
        S: HasStore<U>,
    {
        let Self { store, settings } = self;
        let mut problems = unknown_settings(std::env::vars_os().map(|(name, _)| name));
        let base_url = setup::base_url(settings.base_url.as_deref(), &mut problems);
        problems.extend(setup::out_of_place(settings.local_only, &base_url));
        let secrets = setup::secrets(
            settings.secret.as_deref(),
            &settings.secret_fallbacks,
            &base_url,
            &mut problems,
        );
        setup::cryptography(&mut problems);
        settings.contradictions(&mut problems);
        let transports = setup::transports(
            settings.transports,
            &settings.cookies,
            &base_url,
            &settings.trusted_origins,
            &mut problems,
        );
        let login_page = setup::login_page(settings.login_page.as_deref(), &mut problems);
        let before = problems.len();
        let mail = settings.mail.settle(&base_url, &mut problems);
        let has_mail = mail.is_some() || before < problems.len();
        // What is wrong with one was told above.
        let trusted = settings.trusted_origins.iter().filter_map(|origin| origin.parse().ok());
        let trusted: Vec<BaseUrl> = trusted.collect();
        let mailing =
            setup::mailing(&settings.by_mail, has_mail, &base_url, &trusted, &mut problems);
        let now = settings.clock.now();
        let providers = settings.oauth.settle::<U>(&base_url, &trusted, now, &mut problems).await;
        let strategy = settings.strategy.as_deref();
        keys::check(settings.keys.as_ref(), strategy, &mut problems);
        let brought = settings.strategy.as_ref().and_then(|strategy| strategy.sessions());
        let sessions = setup::sessions(settings.sessions, brought, &mut problems);
        let store = Apart::of(store.into_store(), settings.users, sessions);
        // A store is prepared only by a program that could go on to use it.
        let created = if problems.is_empty() {
            prepare(store.as_ref(), settings.create_user_table, &mut problems).await
        } else {
            Vec::new()
        };
        let mut administrator = None;
        if problems.is_empty() {
            match settle_roles(store.as_ref(), &settings.roles, &mut problems).await {
                Ok(settled) => administrator = settled,
                Err(error) => problems.push(unusable(store.as_ref(), &error)),
            }
        }
        SetupError::check(problems)?;
        let Some((secrets, random_secret)) = secrets else { return Err(no_secret()) };

        let hasher = settings.hasher.unwrap_or_else(|| Arc::new(Argon2id::default()));
        let checks = setup::checks(&base_url, settings.audience, settings.leeway);
        let carries_claims = transports.has_bearer() || settings.keys.is_some();
        let how_long = (settings.lifetimes.access, &checks);
        let signing =
            keys::settle(settings.keys, (&secrets, random_secret), &store, how_long, now).await?;
        let strategy = signing.strategy(settings.strategy, carries_claims, &checks);
        let sent_by = mail.as_ref().map(|(transport, _)| transport.describe());
        let open =
            |(transport, writer)| PostOffice::open(transport, writer, Arc::clone(&settings.clock));
        let post = mail.map(open);
        let auth = Auth(Arc::new(Inner {
            checks,
            clients: settings.clients,
            clock: settings.clock,
            encoder: strategy.encoder().unwrap_or(signing.encoder),
            hooks: HookSets::new(settings.hooks),
            lifetimes: settings.lifetimes,
            limits: settings.limits,
            login_page,
            mailing,
            passwords: HashPool::new(hasher, settings.hash_limits),
            policy: settings.policy,
            post,
            providers: providers.under(&secrets, U::SPEC.table),
            proxies: settings.proxies,
            refresh: RefreshKeys::of_each(&secrets, U::SPEC.table),
            roles: settings.roles,
            rotating: signing.rotating,
            spent: SpentBudgets::default(),
            started: Started {
                store: store.describe(),
                created,
                administrator,
                random_secret,
                local_only: settings.local_only,
                mail: sent_by,
            },
            stop: watch::Sender::new(false),
            store,
            strategy,
            transports: Arc::new(transports),
            turned_away: TurnedAway::default(),
            base_url,
        }));
        sweep_until_stopped(&auth);
        Ok(auth)
    }
}

impl<U: AuthUser, S> fmt::Debug for AuthBuilder<U, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBuilder").field("user", &U::SPEC.name).finish_non_exhaustive()
    }
}

/// Only reached if a problem went unreported.
fn no_secret() -> SetupError {
    SetupProblem::new("no secret", "no secret could be read", "set FASTAUTH_SECRET").into()
}
