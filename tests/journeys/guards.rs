use std::time::Duration;

use axum::{Router, extract::FromRef, routing::get};
use fastauth::{
    Auth, AuthUser, Claims, CurrentUser, Fresh, PasswordHash, config::Lifetimes, store::Memory,
};
use fastauth_tests::{PASSWORD, SECRET, TestClock, User, World, ada, builder, cheap, serve};
use serde_json::json;

#[derive(AuthUser)]
#[auth(table = "admins", id, email, password_hash)]
struct Admin {
    id: i64,
    email: String,
    password_hash: PasswordHash,
}

#[derive(Clone)]
struct App {
    users: Auth<User>,
    admins: Auth<Admin>,
}

impl FromRef<App> for Auth<User> {
    fn from_ref(app: &App) -> Self {
        app.users.clone()
    }
}

impl FromRef<App> for Auth<Admin> {
    fn from_ref(app: &App) -> Self {
        app.admins.clone()
    }
}

/// An application with two kinds of users on one store and under one secret, and a state of its own.
async fn application() -> (World<User>, App) {
    let clock = TestClock::default();
    let store = Memory::new();
    let users = builder(&clock).store(store.clone()).build().await.expect("complete");
    let admins = Auth::<Admin>::builder()
        .base_url("https://app.test")
        .secret(SECRET)
        .clock(clock.clone())
        .password_hasher(cheap());
    let admins = admins.store(store).build().await.expect("complete");
    let app = App { users: users.clone(), admins };
    let router = Router::new()
        .route("/user", get(async |CurrentUser(user): CurrentUser<User>| user.name.clone()))
        .route("/admin", get(async |user: CurrentUser<Admin>| user.email.clone()))
        .route(
            "/maybe",
            get(async |user: Option<CurrentUser<User>>| {
                user.map_or("nobody".to_owned(), |user| user.name.clone())
            }),
        )
        .route(
            "/claims",
            get(async |claims: Claims<User>| {
                format!("{} {} {}", claims.name, claims.plan, claims.user_id())
            }),
        )
        .route("/fresh", get(async |Fresh(user): Fresh<User>| user.name.clone()))
        .route(
            "/both",
            get(async |user: CurrentUser<User>, Fresh(same): Fresh<User>, claims: Claims<User>| {
                format!("{} {} {}", user.name, same.name, claims.name)
            }),
        )
        .nest("/auth", app.users.routes())
        .nest("/staff/auth", app.admins.routes())
        .with_state(app.clone());
    let client = serve(&users, router).await;
    (World { auth: users, client, clock }, app)
}

#[tokio::test]
async fn guards_let_in_whom_they_name() {
    let (world, _) = application().await;
    let reply = world.client.register("ada@example.com").await;
    let me = world.client.signed_in(&reply);
    assert_eq!(me.get("/user").await.expect(200).text(), "Ada");
    assert_eq!(me.get("/maybe").await.expect(200).text(), "Ada");
    assert_eq!(me.get("/fresh").await.expect(200).text(), "Ada");
    assert_eq!(me.get("/both").await.expect(200).text(), "Ada Ada Ada");
    let id = reply.json()["user"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(me.get("/claims").await.expect(200).text(), format!("Ada free {id}"));
    assert_eq!(world.client.get("/maybe").await.expect(200).text(), "nobody");
    for path in ["/user", "/claims", "/fresh"] {
        world.client.get(path).await.problem(401, "missing_token");
    }
    for path in ["/user", "/claims", "/fresh", "/maybe"] {
        world.client.bearer("nonsense").get(path).await.problem(401, "invalid_token");
    }
}

#[tokio::test]
async fn one_kind_of_user_is_never_another() {
    let (world, _) = application().await;
    let user = world.client.register("ada@example.com").await;
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    let admin = world.client.post("/staff/auth/register", body).await.expect(201);
    assert_eq!(
        world.client.signed_in(&admin).get("/admin").await.expect(200).text(),
        "ada@example.com"
    );
    world.client.signed_in(&user).get("/admin").await.problem(401, "invalid_token");
    world.client.signed_in(&admin).get("/user").await.problem(401, "invalid_token");
    world.client.signed_in(&admin).get("/claims").await.problem(401, "invalid_token");
    world.client.refresh(admin.refresh()).await.problem(401, "invalid_refresh_token");
    world
        .client
        .post("/staff/auth/refresh", json!({ "refresh_token": admin.refresh() }))
        .await
        .expect(200);
}

/// One struct, and accounts of its own for each of two houses.
#[tokio::test]
async fn one_house_does_not_take_another_s_word_for_who_is_there() {
    let world = World::new().await;
    let theirs = builder(&world.clock).store(Memory::new()).build().await.expect("complete");
    let app = Router::new()
        .route("/user", get(async |user: CurrentUser<User>| user.name.clone()))
        .route("/maybe", get(async |_: Option<CurrentUser<User>>| ()))
        .route("/fresh", get(async |_: Fresh<User>| ()))
        .route("/layered", get(async || ()).route_layer(theirs.require_login()))
        .nest("/auth", theirs.routes())
        .layer(world.auth.layer())
        .with_state(theirs.clone());
    let client = serve(&theirs, app).await;
    let ours = client.signed_in(&world.client.register("ada@example.com").await);
    for path in ["/user", "/maybe", "/fresh", "/layered", "/auth/me"] {
        ours.get(path).await.problem(401, "invalid_token");
    }
    let guest = client.signed_in(&client.register("eve@example.com").await);
    for path in ["/user", "/maybe", "/fresh", "/layered", "/auth/me"] {
        guest.get(path).await.expect(200);
    }
}

#[tokio::test]
async fn claims_lag_behind_a_logout_and_loaded_users_do_not() {
    let (world, _) = application().await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    me.send("POST", "/auth/logout", b"").await.expect(204);
    for path in ["/user", "/maybe", "/fresh"] {
        me.get(path).await.problem(401, "invalid_token");
    }
    me.get("/claims").await.expect(200);
    // 15 minutes and the leeway later they have caught up.
    world.wait(15 * 60 + 6);
    me.get("/claims").await.problem(401, "invalid_token");
}

#[tokio::test]
async fn a_proof_is_fresh_for_five_minutes() {
    let (world, _) = application().await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    world.clock.advance(Duration::from_secs(295));
    me.get("/fresh").await.expect(200);
    world.clock.advance(Duration::from_secs(10));
    let reply = me.get("/fresh").await.problem(401, "reauthentication_required");
    assert_eq!(
        reply.header("www-authenticate"),
        Some("Bearer error=\"insufficient_user_authentication\", max_age=\"300\"")
    );
    me.get("/user").await.expect(200);
    me.post("/auth/reauthenticate", json!({ "password": PASSWORD })).await.expect(204);
    me.get("/fresh").await.expect(200);
}

#[tokio::test]
async fn a_token_comes_in_one_header_and_one_scheme() {
    let (world, _) = application().await;
    let reply = world.client.register("ada@example.com").await;
    let token = reply.access();
    let with = |value: &str| world.client.with("authorization", value);
    for good in [format!("bearer {token}"), format!("BEARER {token}"), format!("Bearer  {token}")] {
        with(&good).get("/user").await.expect(200);
    }
    for bad in [
        format!("Bearer {token}x"),
        "Bearer".into(),
        "Bearer ".into(),
        format!("Bearer {token} {token}"),
        format!("Bearer\t{token}"),
        format!("Bearer \"{token}\""),
    ] {
        let reply = with(&bad).get("/user").await;
        assert!(reply.status == 401, "{bad}: {}", reply.text());
    }
    for other in ["Basic YTpi", "Digest x", token] {
        with(other).get("/user").await.problem(401, "missing_token");
    }
    let twice = with(&format!("Bearer {token}")).with("authorization", format!("Bearer {token}"));
    twice.get("/user").await.problem(401, "invalid_token");
    world.client.get(&format!("/user?access_token={token}")).await.problem(401, "missing_token");
}

/// RFC 9470 §3: what is said is what is asked, whatever the application made of it.
#[tokio::test]
async fn a_challenge_says_how_fresh_a_proof_must_be() {
    let clock = TestClock::default();
    let lifetimes = Lifetimes::default().fresh(Duration::from_secs(42));
    let auth = builder(&clock).lifetimes(lifetimes).store(Memory::new()).build().await;
    let auth = auth.expect("complete");
    let router = Router::new()
        .route("/fresh", get(async |_: Fresh<User>| ()))
        .nest("/auth", auth.routes())
        .with_state(auth.clone());
    let client = serve(&auth, router).await;
    let me = client.signed_in(&client.post("/auth/register", ada()).await.expect(201));
    clock.advance(Duration::from_secs(40));
    me.get("/fresh").await.expect(200);
    clock.advance(Duration::from_secs(3));
    let reply = me.get("/fresh").await.problem(401, "reauthentication_required");
    assert_eq!(
        reply.header("www-authenticate"),
        Some("Bearer error=\"insufficient_user_authentication\", max_age=\"42\"")
    );
}
