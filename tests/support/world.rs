use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use axum::Router;
use fastauth::{Auth, AuthBuilder, AuthUser, password::Argon2id, store::Memory};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use super::{Client, TestClock, User};

/// A secret like those of production.
pub const SECRET: &str = "base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=";

/// Hashing that costs next to nothing.
pub fn cheap() -> Argon2id {
    Argon2id::with_costs(8, 1, 1).expect("the least there is")
}

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
        let clock = TestClock::default();
        let auth =
            builder(&clock).store(Memory::new()).build().await.expect("a complete application");
        Self::of(auth, clock).await
    }
}

impl<U: AuthUser> World<U> {
    /// With accounts of the test's own.
    pub async fn of(auth: Auth<U>, clock: TestClock) -> Self {
        let app = Router::new().nest("/auth", auth.routes());
        let client = serve(&auth, app).await;
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
        .base_url("https://app.test")
        .secret(SECRET)
        .clock(clock.clone())
        .password_hasher(cheap())
}

/// Serves an application as one would, and gives a client of it.
pub async fn serve<U: AuthUser>(auth: &Auth<U>, app: Router) -> Client {
    let address = free_address().await;
    let auth = auth.clone();
    tokio::spawn(async move { fastauth::serve(app, &address.to_string(), auth).await });
    for _ in 0..200 {
        if TcpStream::connect(address).await.is_ok() {
            return Client::new(address);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the server did not start");
}

async fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("it is bound")
}

/// A folder that is gone when the test is.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// A new one.
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("fastauth-{}", Uuid::now_v7()));
        std::fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
