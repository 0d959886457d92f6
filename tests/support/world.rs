use std::{net::SocketAddr, time::Duration};

use axum::{Router, routing::get};
use fastauth::{
    Auth, AuthBuilder, AuthUser, Claims, CookieConfig, CurrentUser, Fresh,
    config::Limits,
    store::{Memory, Store},
};
use tokio::net::{TcpListener, TcpStream};

use super::{Client, Mailbox, TestClock, User, cheap, documented::documented};

/// A secret like those of production.
pub const SECRET: &str = "base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=";
/// The public address.
pub const BASE_URL: &str = "https://app.test";

/// An application with one user in view, served on a port of its own.
pub struct World<U: AuthUser> {
    /// The accounts.
    pub auth: Auth<U>,
    /// Somebody who talks to it.
    pub client: Client,
    /// The time it goes by.
    pub clock: TestClock,
}

impl World<User> {
    /// The usual one: in memory, nothing else decided.
    pub async fn new() -> Self {
        Self::on(Memory::new()).await
    }

    /// On another store.
    pub async fn on(store: impl Store<User>) -> Self {
        Self::built(store, |builder| builder).await
    }

    /// One that sends mail, by each transport in turn: the client is a page of the application.
    pub async fn mailed(
        decide: impl Fn(AuthBuilder<User>) -> AuthBuilder<User>,
    ) -> [(Self, Mailbox); 2] {
        let world = async |cookies: bool| {
            let mailbox = Mailbox::default();
            let mut world = Self::built(Memory::new(), |builder| {
                let builder = decide(builder.email(mailbox.outbox()));
                if cookies { builder.cookies(CookieConfig::new()) } else { builder }
            })
            .await;
            world.client = world.client.with("sec-fetch-site", "same-origin");
            (world, mailbox)
        };
        [world(false).await, world(true).await]
    }

    /// With more decided.
    pub async fn built(
        store: impl Store<User>,
        decide: impl FnOnce(AuthBuilder<User>) -> AuthBuilder<User>,
    ) -> Self {
        let clock = TestClock::default();
        let auth = decide(builder(&clock)).store(store).build().await;
        Self::of(auth.expect("a complete application"), clock).await
    }
}

impl<U: AuthUser> World<U> {
    /// With accounts of the test's own.
    pub async fn of(auth: Auth<U>, clock: TestClock) -> Self {
        let client = serve(&auth, documented(&auth, guarded(&auth))).await;
        Self { auth, client, clock }
    }

    /// Time goes by.
    pub fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

/// A builder for the usual user with everything but a store.
pub fn builder(clock: &TestClock) -> AuthBuilder<User> {
    Auth::<User>::builder()
        .base_url(BASE_URL)
        .secret(SECRET)
        .clock(clock.clone())
        .password_hasher(cheap())
        // Tests send more from one address than people do; those of the limits set their own.
        .throttle(Limits::off())
        .create_user_table()
}

/// Serves an application as one would, and gives a client of it.
pub async fn serve<U: AuthUser>(auth: &Auth<U>, app: Router) -> Client {
    loop {
        if let Some(client) = serve_at(free_address().await, auth, app.clone()).await {
            return client;
        }
    }
}

/// The same at an address of the test's choice; nothing where somebody was faster at this port.
pub async fn serve_at<U: AuthUser>(
    address: SocketAddr,
    auth: &Auth<U>,
    app: Router,
) -> Option<Client> {
    let auth = auth.clone();
    let serving =
        tokio::spawn(async move { fastauth::serve(app, &address.to_string(), auth).await });
    while !serving.is_finished() {
        if TcpStream::connect(address).await.is_ok() && !serving.is_finished() {
            return Some(Client::new(address));
        }
        tokio::task::yield_now().await;
    }
    None
}

/// The routes, and a handler behind each guard.
fn guarded<U: AuthUser>(auth: &Auth<U>) -> Router {
    Router::new()
        .route("/anybody", get(async |user: Option<CurrentUser<U>>| somebody(user.is_some())))
        .route("/claims", get(async |_: Claims<U>| "somebody"))
        .route("/anybodys-claims", get(async |it: Option<Claims<U>>| somebody(it.is_some())))
        .route("/fresh", get(async |_: Fresh<U>| "somebody"))
        .nest("/auth", auth.routes())
        .merge(auth.well_known())
        .with_state(auth.clone())
}

fn somebody(is_there: bool) -> &'static str {
    if is_there { "somebody" } else { "nobody" }
}

/// An address of this machine that nobody listens on.
pub async fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("it is bound")
}
