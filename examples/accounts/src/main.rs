//! What accounts do by mail: `cargo run -p accounts`, then paste the lines it prints. The mails are
//! printed as well.

use axum::{
    Router,
    http::header::REFERRER_POLICY,
    response::{Html, IntoResponse},
    routing::get,
};
use fastauth::{Auth, AuthUser, CurrentUser, EmailVerification, PasswordHash, store::Sqlite};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, email_verified, password_hash)]
struct User {
    id: Uuid,
    email: String,
    email_verified: bool,
    password_hash: Option<PasswordHash>,
    #[auth(signup, edit)]
    name: String,
}

async fn hello(CurrentUser(user): CurrentUser<User>) -> String {
    format!("hello, {}\n", user.name)
}

/// What links in mails open. The address of this page holds a token: no other site is to see it.
async fn page() -> impl IntoResponse {
    ([(REFERRER_POLICY, "no-referrer")], Html(include_str!("page.html")))
}

#[tokio::main]
async fn main() -> Result<(), fastauth::SetupError> {
    let setting = |name, otherwise: &str| std::env::var(name).unwrap_or(otherwise.into());
    let address = setting("FASTAUTH_ADDR", "127.0.0.1:3000");
    let auth = Auth::<User>::builder()
        .store(Sqlite::open(&setting("DATABASE_URL", "accounts.db")).await?)
        .create_user_table()
        // Links in mails begin with this.
        .base_url(setting("FASTAUTH_BASE_URL", &format!("http://{address}")))
        .email_verification(EmailVerification::Required)
        .magic_links()
        .build()
        .await?;
    let pages = Router::new()
        .route("/verify-email", get(page))
        .route("/reset-password", get(page))
        .route("/confirm-email", get(page))
        .route("/magic-link", get(page));
    let app = Router::new()
        .route("/", get(hello))
        .merge(pages)
        .nest("/auth", auth.routes())
        .with_state(auth.clone());
    print!("{}", include_str!("try.txt").replace("{address}", &address));
    fastauth::serve(app, &address, auth).await
}
