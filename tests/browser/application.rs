//! The application that the browser visits: the routes of the accounts, pages, and a change of its
//! own.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Extension, Router,
    extract::Path,
    middleware,
    response::{Html, IntoResponse},
    routing::{get, post},
};
use fastauth::{
    Auth, AuthBuilder, CurrentUser, NextPath,
    store::Memory,
    time::{Clock, SystemClock},
};
use fastauth_tests::{Client, TestClock, User, builder, free_address, serve_at};
use http::{HeaderValue, Uri};

use super::seen::{self, Seen};

/// Serves one on a port of its own, and says its public address.
pub(crate) async fn serve(
    address: impl Fn(SocketAddr) -> String,
    decide: impl Fn(AuthBuilder<User>) -> AuthBuilder<User>,
) -> (String, Client) {
    loop {
        let clock = TestClock::default();
        let at = free_address().await;
        let origin = address(at);
        let auth = decide(builder(&clock).base_url(&origin)).store(Memory::new());
        let auth = auth.build().await.expect("a complete application");
        if let Some(client) = serve_at(at, &auth, app(&auth, clock)).await {
            return (origin, client);
        }
    }
}

fn app(auth: &Auth<User>, clock: TestClock) -> Router {
    let inside = Router::new()
        .route("/drafts", get(async || Html("<title>drafts</title>")))
        .route_layer(auth.require_login().login_page("/login"));
    let site = Router::new()
        .route("/", get(async || Html("<title>home</title>")))
        .route("/private", get(private))
        .route("/login", get(login))
        .route("/mine", post(async |CurrentUser(user): CurrentUser<User>| user.email.clone()))
        .merge(inside)
        .nest("/auth", auth.routes())
        .layer(middleware::from_fn(seen::note))
        .with_state(auth.clone());
    // For the script, which is no browser.
    let behind = Router::new()
        .route("/seen", get(seen::tell))
        .route("/now", post(now))
        .route("/wait/{seconds}", post(wait));
    site.nest("/behind", behind).layer(Extension(Seen::default())).layer(Extension(clock))
}

/// A page that tells nobody where a request comes from: its forms have no origin to name.
async fn private() -> impl IntoResponse {
    let policy = ("referrer-policy", HeaderValue::from_static("no-referrer"));
    ([policy], Html("<title>private</title>"))
}

/// A login page, which leads to where the visitor wanted to go if that is here.
async fn login(uri: Uri) -> Html<String> {
    let mut query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let next = query.find(|(name, _)| name == "next");
    let next = next.and_then(|(_, next)| next.parse::<NextPath>().ok());
    let next = serde_json::to_string(next.as_ref().map_or("/", NextPath::as_str)).expect("text");
    Html(format!("<title>login</title><script>const next = {next}</script>"))
}

/// For a provider goes by the system's clock.
async fn now(Extension(clock): Extension<TestClock>) {
    clock.set(SystemClock.now());
}

async fn wait(Extension(clock): Extension<TestClock>, Path(seconds): Path<u64>) {
    clock.advance(Duration::from_secs(seconds));
}
