//! Two instances of one application: accounts in PostgreSQL, sessions and limits in Redis. What one
//! of them knows, the other knows at the next request.
//! `cargo run -p postgres-redis`, then paste the lines it prints.

use axum::{Router, routing::get};
use fastauth::{
    Auth, AuthUser, CurrentUser, PasswordHash,
    store::{Postgres, Redis},
    token::RedisStrategy,
};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash, table = "example_users")]
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
    let other = setting("OTHER_ADDR", "127.0.0.1:3001");
    let postgres = setting("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres");
    let redis = Redis::connect(setting("REDIS_URL", "redis://127.0.0.1:6379")).await?;
    // A token of this strategy is a key to a session in Redis. With signed tokens, and in production,
    // the instances share `FASTAUTH_SECRET`.
    let auth = Auth::<User>::builder()
        .store(Postgres::connect(postgres).await?)
        .create_user_table()
        .strategy(RedisStrategy::new(redis))
        .build()
        .await?;
    let app =
        Router::new().route("/", get(hello)).nest("/auth", auth.routes()).with_state(auth.clone());
    let lines = include_str!("try.txt").replace("{address}", &address).replace("{other}", &other);
    print!("{lines}");
    fastauth::serve(app, &address, auth).await
}
