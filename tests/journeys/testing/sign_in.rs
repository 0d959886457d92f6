//! Signed in without a login.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use fastauth::{
    AuthBuilder, CookieConfig, Hooks, Provider, auth_hooks,
    testing::{TestAuth, TestUser},
    token::DatabaseStrategy,
};
use fastauth_tests::{Can, Client, SECRET, User, can, claims};
use serde_json::json;

use super::{failure, world};

fn ada(test: &TestAuth<User>) -> TestUser<'_, User> {
    test.user("ada@example.com").field("name", "Ada")
}

/// Somebody is signed in by these headers like anybody else: freshly, for a while, until they log out.
async fn is_signed_in(test: &TestAuth<User>, me: &Client) {
    me.get("/anybody").await.expect(200);
    assert_eq!(me.me().await.expect(200).json()["name"], "Ada");
    me.get("/claims").await.expect(200);
    me.get("/fresh").await.expect(200);
    let sessions = me.get("/auth/sessions").await.expect(200).json();
    assert_eq!(sessions.as_array().map(Vec::len), Some(1), "{sessions}");
    assert_eq!(sessions[0]["current"], true);
    test.clock().advance(Duration::from_mins(6));
    me.get("/fresh").await.problem(401, "reauthentication_required");
    me.me().await.expect(200);
    me.send("POST", "/auth/logout", b"").await.expect(204);
    me.me().await.problem(401, "invalid_token");
}

#[tokio::test]
async fn a_bearer_token_is_that_of_a_session() {
    for opaque in [false, true] {
        let test =
            TestAuth::<User>::built(
                |it| {
                    if opaque { it.strategy(DatabaseStrategy::new()) } else { it }
                },
            );
        let test = test.await;
        let ada = ada(&test).create().await;
        let bearer = test.bearer_for(&ada).await;
        assert!(bearer.starts_with("Bearer "), "{bearer}");
        is_signed_in(&test, &world(&test).await.client.with("authorization", bearer)).await;
    }
}

#[tokio::test]
async fn a_bearer_token_can_be_limited_to_scopes() {
    type Both = (can::ReadPosts, can::WritePosts);
    let test = TestAuth::<User>::built(AuthBuilder::permissions::<Can>).await;
    let ada = ada(&test).permission::<can::ReadPosts>().create().await;
    let scope = |bearer: String| claims(bearer.trim_start_matches("Bearer "))["scope"].clone();
    assert_eq!(scope(test.bearer_limited_to::<can::ReadPosts>(&ada).await), "posts:read");
    assert_eq!(scope(test.bearer_limited_to::<Both>(&ada).await), "posts:read");
    assert_eq!(scope(test.bearer_limited_to::<can::WritePosts>(&ada).await), "");
    assert_eq!(scope(test.bearer_for(&ada).await), json!(null));
}

#[tokio::test]
async fn cookies_are_those_of_a_session() {
    for (jwt, names) in
        [(false, ["auth_session"].as_slice()), (true, &["auth_access", "auth_refresh"])]
    {
        let test = TestAuth::<User>::built(|it| {
            let it = it.secret(SECRET).cookies(CookieConfig::new());
            if jwt { it.bearer() } else { it }
        });
        let test = test.await;
        let ada = ada(&test).create().await;
        let cookie = test.cookie_for(&ada).await;
        let found: Vec<_> =
            cookie.split("; ").filter_map(|it| Some(it.split_once('=')?.0)).collect();
        assert_eq!(found, names);
        let client = world(&test).await.client.with("cookie", cookie);
        client.send("POST", "/auth/logout", b"").await.problem(403, "csrf_rejected");
        is_signed_in(&test, &client.with("x-requested-with", "a test")).await;
    }
}

#[tokio::test]
async fn a_sign_in_can_be_refreshed() {
    let test = TestAuth::<User>::new().await;
    let client = world(&test).await.client;
    let ada = ada(&test).create().await;
    let issued = test.sign_in(&ada).await;
    test.clock().advance(Duration::from_mins(20));
    client.bearer(issued.access.expose()).me().await.problem(401, "invalid_token");
    let refresh = issued.refresh.expect("a JWT has one").token;
    let next = client.refresh(refresh.expose()).await.expect(200);
    client.signed_in(&next).me().await.expect(200);
}

#[tokio::test]
async fn one_is_signed_in_as_one_is_stored_by_now() {
    let test = TestAuth::<User>::new().await;
    let client = world(&test).await.client;
    let ada = ada(&test).create().await;
    let me = client.with("authorization", test.bearer_for(&ada).await);
    let change = json!({
        "current_password": fastauth::testing::PASSWORD,
        "new_password": "battery horse correct",
    });
    me.post("/auth/password/change", change).await.expect(204);
    let again = client.with("authorization", test.bearer_for(&ada).await);
    again.me().await.expect(200);
    again
        .json("DELETE", "/auth/me", json!({ "password": "battery horse correct" }))
        .await
        .expect(204);
    let why = failure(async move { test.bearer_for(&ada).await }).await;
    assert_eq!(why, "`ada@example.com` has no account any more");
}

/// Tells what it is asked and told.
#[derive(Clone, Default)]
struct Doorman(Arc<Mutex<Vec<String>>>);

#[auth_hooks]
impl Hooks<User> for Doorman {
    async fn on_signup(&self, user: &User) {
        self.note(format!("signup {}", user.name));
    }
    async fn allow_signin(&self, user: &User, provider: &Provider) -> bool {
        self.note(format!("may {} by {provider}", user.name));
        user.name != "Eve"
    }
    async fn on_signin(&self, user: &User) {
        self.note(format!("signin {}", user.name));
    }
}

impl Doorman {
    fn note(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }
}

#[tokio::test]
async fn hooks_hear_of_sign_ins_and_not_of_users_made() {
    let doorman = Doorman::default();
    let test = TestAuth::<User>::built(|it| it.hooks(doorman.clone())).await;
    let ada = ada(&test).create().await;
    let bob = test.user("bob@example.com").field("name", "Bob");
    let bob = bob.with(|user| user.password_hash = None).create().await;
    let eve = test.user("eve@example.com").field("name", "Eve").create().await;
    assert_eq!(*doorman.0.lock().unwrap(), [""; 0]);
    test.bearer_for(&ada).await;
    test.bearer_for(&bob).await;
    let why = failure(async move { test.bearer_for(&eve).await }).await;
    assert!(why.starts_with("`eve@example.com` cannot sign in: signin_denied"), "{why}");
    let heard = [
        "may Ada by password",
        "signin Ada",
        "may Bob by magic_link",
        "signin Bob",
        "may Eve by password",
    ];
    assert_eq!(*doorman.0.lock().unwrap(), heard);
}

#[tokio::test]
async fn a_header_that_nobody_would_read_is_not_given() {
    let test = TestAuth::<User>::new().await;
    let user = ada(&test).create().await;
    let why = failure(async move { test.cookie_for(&user).await }).await;
    assert!(why.starts_with("no token travels in a cookie here\nhelp: `.bearer_for(…)`"), "{why}");
    let test = TestAuth::<User>::built(|it| it.cookies(CookieConfig::new())).await;
    let user = ada(&test).create().await;
    let why = failure(async move { test.bearer_for(&user).await }).await;
    assert!(
        why.starts_with("tokens travel in cookies alone here\nhelp: `.cookie_for(…)`"),
        "{why}"
    );
}
