//! A store of one's own: users in redb, an embedded key-value database without SQL.
//! `cargo run -p own-store`, then paste the lines it prints.
//!
//! Only the users are ours to keep: `.users(…)` takes them out of the store, which has the sessions,
//! roles and one-time tokens. Here that is `Memory`, so a restart signs everybody out and loses nobody;
//! with `Sqlite`, `Postgres` or `.sessions(redis)` the sessions stay as well. What has to be written is
//! in `users.rs`, and its test holds it to what every store promises.

mod users;

use axum::{Router, routing::get};
use fastauth::{Auth, AuthUser, CurrentUser, PasswordHash, store::Memory};
use uuid::Uuid;

use users::Users;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
    #[auth(signup, edit)]
    name: String,
}

async fn hello(CurrentUser(user): CurrentUser<User>) -> String {
    format!("hello, {}\n", user.name)
}

#[tokio::main]
async fn main() -> Result<(), fastauth::SetupError> {
    let setting = |name, otherwise: &str| std::env::var(name).unwrap_or(otherwise.into());
    let address = setting("FASTAUTH_ADDR", "127.0.0.1:3000");
    let auth = Auth::<User>::builder()
        .store(Memory::new())
        .users(Users::open(setting("DATABASE_URL", "own-store.redb"))?)
        .build()
        .await?;
    let app =
        Router::new().route("/", get(hello)).nest("/auth", auth.routes()).with_state(auth.clone());
    print!("{}", include_str!("try.txt").replace("{address}", &address));
    fastauth::serve(app, &address, auth).await
}
