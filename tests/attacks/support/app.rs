use std::net::{SocketAddr, TcpListener};

use axum::{Router, routing::get};
use fastauth::{
    Auth, AuthUser, Claims, CurrentUser, Fresh, PasswordHash, SetupError,
    store::{Memory, Sqlite},
};
use serde_json::{Value as Json, json};
use tokio::{net::TcpStream, task::JoinHandle};
use uuid::Uuid;

use super::{Call, Reply, log::keep_log};

/// The secret of every application here.
pub(crate) const SECRET: &str = "base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=";
/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A user with every part, and with fields that no client may set.
#[derive(AuthUser)]
#[auth(table = "users", id, email, username, password_hash, email_verified, active, created_at)]
pub(crate) struct User {
    id: Uuid,
    email: String,
    username: Option<String>,
    password_hash: Option<PasswordHash>,
    email_verified: bool,
    active: bool,
    created_at: std::time::SystemTime,
    #[auth(signup, edit, token)]
    name: String,
    #[auth(edit, view)]
    note: Option<String>,
    #[auth(view, default)]
    is_admin: bool,
    #[auth(view)]
    role: Option<String>,
}

/// The public address of every application here.
pub(crate) const BASE_URL: &str = "http://localhost:3000";

/// Accounts in this store, with what every application here has in common and some more.
macro_rules! accounts {
    ($store:expr $(, $method:ident($($argument:expr),*))*) => {
        fastauth::Auth::<$crate::support::User>::builder()
            .secret($crate::support::SECRET)
            .base_url($crate::support::BASE_URL)
            .password_hasher($crate::support::cheap())
            .create_user_table()
            .store($store)
            $(.$method($($argument),*))*
            .build()
            .await
            .unwrap()
    };
}
pub(crate) use accounts;

/// An application under attack, served over TCP until it is dropped.
pub(crate) struct App {
    pub(crate) address: SocketAddr,
    pub(crate) auth: Auth<User>,
    serving: JoinHandle<Result<(), SetupError>>,
}

impl App {
    /// In memory.
    pub(crate) async fn in_memory() -> Self {
        Self::of(accounts!(Memory::new())).await
    }

    /// On a file.
    pub(crate) async fn on_file(path: &str) -> Self {
        Self::of(accounts!(Sqlite::open(path).await.unwrap())).await
    }

    /// With these accounts.
    pub(crate) async fn of(auth: Auth<User>) -> Self {
        keep_log();
        loop {
            let address = free_address();
            let serving = tokio::spawn({
                let auth = auth.clone();
                async move { fastauth::serve(router(&auth), &address.to_string(), auth).await }
            });
            while !serving.is_finished() {
                if TcpStream::connect(address).await.is_ok() && !serving.is_finished() {
                    return Self { address, auth, serving };
                }
                tokio::task::yield_now().await;
            }
            // Somebody was faster at this port.
        }
    }

    /// Sends a request and reads the reply.
    pub(crate) async fn send(&self, call: Call) -> Reply {
        call.send(self.address).await
    }

    /// Registers somebody and gives back the token reply.
    pub(crate) async fn register(&self, email: &str) -> Json {
        register(self.address, email).await
    }

    /// Signs somebody in and gives back the reply.
    pub(crate) async fn login(&self, email: &str, password: &str) -> Reply {
        let body = json!({ "email": email, "password": password });
        self.send(Call::post("/auth/login").json(&body)).await
    }

    /// Uses a refresh token.
    pub(crate) async fn refresh(&self, token: &str) -> Reply {
        self.send(Call::post("/auth/refresh").json(&json!({ "refresh_token": token }))).await
    }

    /// Who an access token is of.
    pub(crate) async fn me(&self, token: &str) -> Reply {
        self.send(Call::get("/auth/me").bearer(token)).await
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.serving.abort();
        self.auth.shutdown();
    }
}

/// The body of a registration.
pub(crate) fn signup(email: &str) -> Json {
    json!({ "email": email, "password": PASSWORD, "name": "Ada" })
}

/// Registers somebody and gives back the token reply.
pub(crate) async fn register(address: SocketAddr, email: &str) -> Json {
    let reply = Call::post("/auth/register").json(&signup(email)).send(address).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    reply.json()
}

fn router(auth: &Auth<User>) -> Router {
    Router::new()
        .route("/", get(async |CurrentUser(user): CurrentUser<User>| user.name.clone()))
        .route("/anybody", get(anybody))
        .route("/claims", get(async |claims: Claims<User>| claims.name.clone()))
        .route("/claims-of-anybody", get(claims_of_anybody))
        .route("/fresh", get(async |Fresh(user): Fresh<User>| user.name.clone()))
        .nest("/auth", auth.routes())
        .with_state(auth.clone())
}

async fn anybody(user: Option<CurrentUser<User>>) -> String {
    user.map_or_else(|| "nobody".to_owned(), |CurrentUser(user)| user.name.clone())
}

async fn claims_of_anybody(claims: Option<Claims<User>>) -> String {
    claims.map_or_else(|| "nobody".to_owned(), |claims| claims.name.clone())
}

/// A port nobody listens on at this moment.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
