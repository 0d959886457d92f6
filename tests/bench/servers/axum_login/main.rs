//! Accounts by axum-login, as its SQLite example has them: the password in a blocking task, sessions in
//! the store that its documentation names.

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use axum_login::{
    AuthManagerLayerBuilder, AuthUser, AuthnBackend, UserId,
    tower_sessions::{Expiry, SessionManagerLayer, cookie::time::Duration},
};
use serde::{Deserialize, Serialize};
use sqlx::{
    FromRow, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tower_sessions_sqlx_store::SqliteStore;

#[derive(Clone, FromRow)]
struct User {
    id: String,
    email: String,
    password_hash: String,
    name: String,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).finish_non_exhaustive()
    }
}

impl AuthUser for User {
    type Id = String;

    fn id(&self) -> String {
        self.id.clone()
    }

    fn session_auth_hash(&self) -> &[u8] {
        self.password_hash.as_bytes()
    }
}

#[derive(Clone)]
struct Backend {
    pool: SqlitePool,
}

#[derive(Clone, Deserialize)]
struct Credentials {
    email: String,
    password: String,
    #[serde(default)]
    name: String,
}

#[derive(Debug)]
struct Failed(String);

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

fn failed(error: impl std::fmt::Display) -> Failed {
    Failed(error.to_string())
}

impl AuthnBackend for Backend {
    type User = User;
    type Credentials = Credentials;
    type Error = Failed;

    async fn authenticate(&self, tried: Credentials) -> Result<Option<User>, Failed> {
        let found = sqlx::query_as::<_, User>("SELECT * FROM users WHERE email = ?");
        let found = found.bind(&tried.email).fetch_optional(&self.pool).await.map_err(failed)?;
        let checked = tokio::task::spawn_blocking(move || {
            found.filter(|user| {
                PasswordHash::new(&user.password_hash).is_ok_and(|hash| {
                    Argon2::default().verify_password(tried.password.as_bytes(), &hash).is_ok()
                })
            })
        });
        checked.await.map_err(failed)
    }

    async fn get_user(&self, id: &UserId<Self>) -> Result<Option<User>, Failed> {
        let found = sqlx::query_as("SELECT * FROM users WHERE id = ?").bind(id);
        found.fetch_optional(&self.pool).await.map_err(failed)
    }
}

type AuthSession = axum_login::AuthSession<Backend>;

#[derive(Serialize)]
struct Profile {
    id: String,
    email: String,
    name: String,
}

async fn me(auth: AuthSession) -> Response {
    match auth.user {
        Some(user) => {
            Json(Profile { id: user.id, email: user.email, name: user.name }).into_response()
        }
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn register(auth: AuthSession, Json(new): Json<Credentials>) -> StatusCode {
    let hash = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(new.password.as_bytes()).map(|hash| hash.to_string())
    });
    let Ok(Ok(hash)) = hash.await else { return StatusCode::INTERNAL_SERVER_ERROR };
    let text = "INSERT INTO users (id, email, password_hash, name) VALUES (?, ?, ?, ?)";
    let id = uuid::Uuid::now_v7().to_string();
    let added = sqlx::query(text).bind(id).bind(new.email).bind(hash).bind(new.name);
    match added.execute(&auth.backend.pool).await {
        Ok(_) => StatusCode::CREATED,
        Err(_) => StatusCode::CONFLICT,
    }
}

async fn login(mut auth: AuthSession, Json(tried): Json<Credentials>) -> StatusCode {
    let Ok(found) = auth.authenticate(tried).await else {
        return StatusCode::INTERNAL_SERVER_ERROR;
    };
    let Some(user) = found else { return StatusCode::UNAUTHORIZED };
    match auth.login(&user).await {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or("127.0.0.1:3000".to_owned());
    let database = arguments.next().unwrap_or("axum_login.db".to_owned());
    let options = SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let pool = SqlitePoolOptions::new().max_connections(4).test_before_acquire(false);
    let pool = pool.connect_with(options).await?;
    sqlx::query(USERS).execute(&pool).await?;
    let store = SqliteStore::new(pool.clone());
    store.migrate().await?;
    let sessions = SessionManagerLayer::new(store)
        .with_secure(false)
        .with_expiry(Expiry::OnInactivity(Duration::days(1)));
    let layer = AuthManagerLayerBuilder::new(Backend { pool }, sessions).build();
    let app = Router::new()
        .route("/me", get(me))
        .route("/register", post(register))
        .route("/login", post(login))
        .layer(layer);
    axum::serve(tokio::net::TcpListener::bind(address).await?, app).await?;
    Ok(())
}

const USERS: &str = "CREATE TABLE IF NOT EXISTS users (id TEXT NOT NULL PRIMARY KEY, \
    email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL, name TEXT NOT NULL)";
