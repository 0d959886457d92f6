//! fastauth, as its documentation says to use it, without the limits of how often one may try.

use axum::{Json, Router, routing::get};
use fastauth::{
    Auth, AuthUser, Claims, CurrentUser, PasswordHash, SetupError,
    config::Limits,
    store::{Postgres, Sqlite, Store},
    token::{Algorithm, SigningKey},
};
use serde::Serialize;
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: String,
    password_hash: Option<PasswordHash>,
    #[auth(signup, edit, token)]
    name: String,
}

#[derive(Serialize)]
struct Profile {
    id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    name: String,
}

async fn claims(claims: Claims<User>) -> Json<Profile> {
    Json(Profile { id: *claims.user_id(), email: None, name: claims.name.clone() })
}

async fn me(CurrentUser(user): CurrentUser<User>) -> Json<Profile> {
    Json(Profile { id: user.id, email: Some(user.email.clone()), name: user.name.clone() })
}

#[tokio::main]
async fn main() -> Result<(), SetupError> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or("127.0.0.1:3000".to_owned());
    let database = arguments.next().unwrap_or("sqlite::memory:".to_owned());
    if database.starts_with("postgres:") {
        serve(&address, Postgres::connect(&database).await?).await
    } else {
        serve(&address, Sqlite::open(&database).await?).await
    }
}

async fn serve(address: &str, store: impl Store<User>) -> Result<(), SetupError> {
    // The usual algorithm, with a key that `fill` has as well.
    let secret = std::env::var("FASTAUTH_SECRET").unwrap_or_default();
    let key = SigningKey::from_secret(Algorithm::HS256, &secret)?;
    let auth = Auth::<User>::builder().store(store).create_user_table().keys(key);
    let auth = auth.throttle(Limits::off()).build().await?;
    let app = Router::new()
        .route("/claims", get(claims))
        .route("/me", get(me))
        .nest("/auth", auth.routes())
        .with_state(auth.clone());
    fastauth::serve(app, address, auth).await
}
