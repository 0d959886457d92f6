//! Sign-in with accounts elsewhere: `cargo run -p oauth`, beside it the provider that it names, and then a
//! browser. With `GOOGLE_CLIENT_ID` and `GOOGLE_CLIENT_SECRET`, or the same of `GITHUB`, those are offered too.

use std::env;

use axum::{Router, response::Html, routing::get};
use fastauth::{
    Auth, AuthUser, CookieConfig, PageUrls, PasswordHash,
    oauth::{OAuthClient, Oidc, github, google},
    store::Sqlite,
};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, email_verified, password_hash)]
struct User {
    id: Uuid,
    email: String,
    email_verified: bool,
    password_hash: Option<PasswordHash>,
    /// From what the provider says; where it says nothing, the person is asked.
    #[auth(signup, edit)]
    name: String,
}

fn setting(name: &str, otherwise: &str) -> String {
    env::var(name).unwrap_or(otherwise.to_owned())
}

/// A provider on this machine, and those for which there are settings.
fn providers() -> Vec<OAuthClient> {
    let issuer = setting("OIDC_ISSUER", "http://localhost:9000");
    let mut providers =
        vec![Oidc::discover("local", issuer, "fastauth", "a-secret-of-this-machine")];
    for (name, provider) in [("GOOGLE", google as fn(_, _) -> _), ("GITHUB", github)] {
        let half = |half: &str| setting(&format!("{name}_CLIENT_{half}"), "");
        let (id, secret) = (half("ID"), half("SECRET"));
        // One without the other is told at the start.
        if !id.is_empty() || !secret.is_empty() {
            providers.push(provider(id, secret));
        }
    }
    providers.into_iter().map(|it| it.fill("name", "name")).collect()
}

#[tokio::main]
async fn main() -> Result<(), fastauth::SetupError> {
    let address = setting("FASTAUTH_ADDR", "127.0.0.1:3000");
    let origin = format!("http://localhost:{}", address.rsplit(':').next().unwrap_or_default());
    let providers = providers();
    let names: Vec<_> = providers.iter().map(|it| format!("{:?}", it.name())).collect();
    let mut builder = Auth::<User>::builder()
        .store(Sqlite::open(&setting("DATABASE_URL", "oauth.db")).await?)
        .create_user_table()
        // Where providers send browsers back to begins with this: register it there.
        .base_url(setting("FASTAUTH_BASE_URL", &origin))
        .cookies(CookieConfig::new())
        .pages(PageUrls::default().oauth_error("/").complete_registration("/"));
    for provider in providers {
        builder = builder.oauth(provider);
    }
    let auth = builder.build().await?;
    let page =
        include_str!("page.html").replace("[/* providers */]", &format!("[{}]", names.join(", ")));
    let app = Router::new()
        .route("/", get(async || Html(page)))
        .nest("/auth", auth.routes())
        .with_state(auth.clone());
    print!("{}", include_str!("try.txt").replace("{origin}", &origin));
    fastauth::serve(app, &address, auth).await
}
