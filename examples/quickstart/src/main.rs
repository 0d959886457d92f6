//! Accounts on an embedded SQLite file: `cargo run -p quickstart`, then paste the lines it prints.

use axum::{Router, routing::get};
use fastauth::{Auth, AuthUser, CurrentUser, PasswordHash, store::Sqlite};
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

async fn hello(CurrentUser(user): CurrentUser<User>) -> String {
    format!("hello, {}\n", user.name)
}

#[tokio::main]
async fn main() -> Result<(), fastauth::SetupError> {
    let setting = |name, otherwise: &str| std::env::var(name).unwrap_or(otherwise.into());
    let address = setting("FASTAUTH_ADDR", "127.0.0.1:3000");
    let auth = Auth::<User>::builder()
        .store(Sqlite::open(&setting("DATABASE_URL", "quickstart.db")).await?)
        .create_user_table() // a first run needs no migration of its own
        .build()
        .await?;
    let app =
        Router::new().route("/", get(hello)).nest("/auth", auth.routes()).with_state(auth.clone());
    print!("{}", include_str!("try.txt").replace("{address}", &address));
    fastauth::serve(app, &address, auth).await
}
