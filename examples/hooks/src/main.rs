//! Hooks: who may come in, what a token says besides, and what happens afterwards.
//! `cargo run -p hooks`, then paste the lines it prints.

use std::sync::Mutex;

use axum::{Router, http::StatusCode, routing::get};
use fastauth::{
    Auth, AuthUser, Claims, Decision, ExtraClaims, HookContext, HookResult, Hooks, PasswordHash,
    Provider, Reply, auth_hooks, error::Code, hooks::SessionData, store::Sqlite,
};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
    #[auth(signup, edit)]
    name: String,
    #[auth(default)]
    banned: bool,
}

/// What the house remembers: hooks share it among all requests, so it is behind a lock.
#[derive(Default)]
struct House {
    guests: Mutex<Vec<String>>,
}

impl House {
    fn note(&self, what: String) {
        println!("  {what}");
        self.guests.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(what);
    }
}

#[auth_hooks]
impl Hooks<User> for House {
    /// Nobody exists yet: this is what the client sent.
    async fn allow_signup(&self, signup: &<User as AuthUser>::Signup) -> Decision {
        if signup.email.ends_with("@example.com") {
            Decision::Allow
        } else {
            Decision::deny("by invitation only: ask for an address at example.com")
        }
    }

    /// Asked at every sign-in, by whatever provider, and at every refresh.
    async fn allow_signin(&self, user: &User) -> bool {
        !user.banned
    }

    async fn modify_session(&self, session: &mut SessionData, _user: &User, cx: &HookContext) {
        let language = cx.headers().get("accept-language").and_then(|it| it.to_str().ok());
        session.insert("language".to_owned(), language.unwrap_or("en").into());
    }

    /// The registered claims are out of reach; these are beside them.
    async fn modify_jwt(&self, claims: &mut ExtraClaims, user: &User) -> HookResult {
        claims.insert("initial", user.name.chars().next())
    }

    async fn on_signup(&self, user: &User) {
        self.note(format!("{} has joined", user.name));
    }

    async fn on_signin(&self, user: &User, provider: &Provider) {
        self.note(format!("{} is here, by {provider}", user.name));
    }

    /// The word of other frameworks for `on_signout`.
    async fn on_after_logout(&self, user: &User) {
        self.note(format!("{} has left", user.name));
    }

    /// An error keeps the account.
    async fn on_before_user_delete(&self, user: &User) -> HookResult {
        if user.email.starts_with("host@") { Err("the host stays".into()) } else { Ok(()) }
    }

    async fn on_unauthenticated(&self, reason: Code) -> Option<Reply> {
        (reason == Code::MissingToken)
            .then(|| Reply::new(StatusCode::UNAUTHORIZED, "knock first: POST /auth/login\n"))
    }
}

async fn badge(claims: Claims<User>) -> String {
    let initial = claims.get("initial").and_then(|it| it.as_str()).unwrap_or("?");
    format!("your badge says {initial}\n")
}

#[tokio::main]
async fn main() -> Result<(), fastauth::SetupError> {
    let setting = |name, otherwise: &str| std::env::var(name).unwrap_or(otherwise.into());
    let address = setting("FASTAUTH_ADDR", "127.0.0.1:3000");
    let auth = Auth::<User>::builder()
        .store(Sqlite::open(&setting("DATABASE_URL", "hooks.db")).await?)
        .create_user_table()
        .hooks(House::default())
        .build()
        .await?;
    let app = Router::new()
        .route("/badge", get(badge))
        .nest("/auth", auth.routes())
        .with_state(auth.clone());
    print!("{}", include_str!("try.txt").replace("{address}", &address));
    fastauth::serve(app, &address, auth).await
}
