//! A baseline: what one writes by hand with axum, jsonwebtoken, sqlx and argon2, for one kind of user
//! and without all that is asked later.

mod database;
mod tokens;

use std::{sync::Arc, time::Duration};

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, State},
    http::{StatusCode, header, request::Parts},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};

use database::{Database, Profile};
use tokens::{Claims, Tokens};

const AN_HOUR: Duration = Duration::from_hours(1);

struct App {
    database: Database,
    tokens: Tokens,
}

type Shared = State<Arc<App>>;

#[derive(Deserialize)]
struct Credentials {
    email: String,
    password: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Refreshing {
    refresh_token: String,
}

#[derive(Serialize)]
struct Issued {
    access_token: String,
    refresh_token: String,
    user: Profile,
}

#[derive(Serialize)]
struct Claimed {
    id: String,
    name: String,
}

impl FromRequestParts<Arc<App>> for Claims {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, StatusCode> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
        let token = header.and_then(|it| it.strip_prefix("Bearer "));
        token.and_then(|token| app.tokens.read(token)).ok_or(StatusCode::UNAUTHORIZED)
    }
}

async fn claims(claims: Claims) -> Json<Claimed> {
    Json(Claimed { id: claims.sub, name: claims.name })
}

/// The session lives and the user is there: one row of two tables.
async fn me(State(app): Shared, claims: Claims) -> Result<Json<Profile>, StatusCode> {
    let found = app.database.profile_of_session(&claims.sid, tokens::now()).await;
    found.map_err(failed)?.map(Json).ok_or(StatusCode::UNAUTHORIZED)
}

/// One row by its key, for whoever asks.
async fn row(State(app): Shared, Path(id): Path<String>) -> Result<Json<Profile>, StatusCode> {
    app.database.profile(&id).await.map_err(failed)?.map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn register(
    State(app): Shared,
    Json(new): Json<Credentials>,
) -> Result<Json<Issued>, StatusCode> {
    let hash = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(new.password.as_bytes()).map(|hash| hash.to_string())
    });
    let hash = hash.await.map_err(failed)?.map_err(failed)?;
    let user = Profile { id: uuid::Uuid::now_v7().to_string(), email: new.email, name: new.name };
    app.database.add_user(&user, &hash).await.map_err(failed)?;
    issue(&app, user).await
}

async fn login(
    State(app): Shared,
    Json(tried): Json<Credentials>,
) -> Result<Json<Issued>, StatusCode> {
    let found = app.database.user_by_email(&tried.email).await.map_err(failed)?;
    let (user, hash) = found.ok_or(StatusCode::UNAUTHORIZED)?;
    let is_right = tokio::task::spawn_blocking(move || {
        let hash = PasswordHash::new(&hash).ok()?;
        Argon2::default().verify_password(tried.password.as_bytes(), &hash).ok()
    });
    is_right.await.map_err(failed)?.ok_or(StatusCode::UNAUTHORIZED)?;
    issue(&app, user).await
}

async fn issue(app: &App, user: Profile) -> Result<Json<Issued>, StatusCode> {
    let session = uuid::Uuid::now_v7().to_string();
    let (refresh_token, digest) = tokens::refresh_token(&session);
    let ends_at = tokens::now() + 24 * AN_HOUR.as_secs().cast_signed();
    app.database.add_session(&session, &user.id, &digest, ends_at).await.map_err(failed)?;
    let access_token =
        app.tokens.write(&user, &session).ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(Issued { access_token, refresh_token, user }))
}

async fn refresh(
    State(app): Shared,
    Json(presented): Json<Refreshing>,
) -> Result<Json<Issued>, StatusCode> {
    let (session, digest) =
        tokens::read_refresh_token(&presented.refresh_token).ok_or(StatusCode::UNAUTHORIZED)?;
    let (refresh_token, child) = tokens::refresh_token(session);
    let rotated = app.database.rotate(session, &digest, &child, tokens::now()).await;
    let id = rotated.map_err(failed)?.ok_or(StatusCode::UNAUTHORIZED)?;
    let user = app.database.profile(&id).await.map_err(failed)?.ok_or(StatusCode::UNAUTHORIZED)?;
    let access_token = app.tokens.write(&user, session).ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(Issued { access_token, refresh_token, user }))
}

fn failed(error: impl std::fmt::Display) -> StatusCode {
    eprintln!("{error}");
    StatusCode::INTERNAL_SERVER_ERROR
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or("127.0.0.1:3000".to_owned());
    let database = arguments.next().unwrap_or("sqlite::memory:".to_owned());
    let database = Database::open(&database).await?;
    let app = Router::new()
        .route("/claims", get(claims))
        .route("/me", get(me))
        .route("/row/{id}", get(row))
        .route("/register", post(register))
        .route("/login", post(login))
        .route("/refresh", post(refresh))
        .with_state(Arc::new(App { database, tokens: Tokens::new() }));
    axum::serve(tokio::net::TcpListener::bind(address).await?, app).await?;
    Ok(())
}
