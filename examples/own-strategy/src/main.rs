//! A token strategy of one's own: access tokens as PASETO v4.local, which whoever carries them cannot
//! read. `cargo run -p own-strategy`, then paste the lines it prints.
//!
//! A JWT shows its claims to everybody who gets hold of it: the browser, a proxy, a log. These are
//! encrypted and authenticated, and a session that is signed out of opens nothing at once on this
//! instance, for guards that ask no store as well. The strategy is in `paseto.rs`.

mod paseto;

use axum::{Router, routing::get};
use fastauth::{
    Auth, AuthUser, Claims, CurrentUser, PasswordHash, store::Sqlite, token::TokenChecks,
};
use uuid::Uuid;

use paseto::Paseto;

#[derive(AuthUser)]
#[auth(id, email, password_hash, token(email))]
struct User {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
    #[auth(signup, edit, token)]
    name: String,
}

/// From the token alone: nothing is asked of the store.
async fn badge(claims: Claims<User>) -> String {
    format!("{} <{}>, until {}\n", claims.name, claims.email, claims.expires_at().as_secs())
}

async fn hello(CurrentUser(user): CurrentUser<User>) -> String {
    format!("hello, {}\n", user.name)
}

#[tokio::main]
async fn main() -> Result<(), fastauth::SetupError> {
    let setting = |name, otherwise: &str| std::env::var(name).unwrap_or(otherwise.into());
    let address = setting("FASTAUTH_ADDR", "127.0.0.1:3000");
    let checks = TokenChecks::new("own-strategy", "own-strategy");
    let auth = Auth::<User>::builder()
        .store(Sqlite::open(&setting("DATABASE_URL", "own-strategy.db")).await?)
        .create_user_table()
        .strategy(Paseto::from_env("PASETO_KEY", checks)?)
        .build()
        .await?;
    let app = Router::new()
        .route("/", get(hello))
        .route("/badge", get(badge))
        .nest("/auth", auth.routes())
        .with_state(auth.clone());
    print!("{}", include_str!("try.txt").replace("{address}", &address));
    fastauth::serve(app, &address, auth).await
}
