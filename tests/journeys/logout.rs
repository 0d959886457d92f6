use std::{
    error::Error,
    sync::{Arc, Mutex},
};

use fastauth::AuthUser;
use fastauth::{
    HookContext, Hooks, auth_hooks,
    store::{Memory, UserChange, UserStore},
    time::Timestamp,
    value::Value,
};
use fastauth_tests::{Client, PASSWORD, Reply, TestClock, User, World, ada, builder};
use serde_json::json;

/// Writes down whom it was told of.
#[derive(Clone, Default)]
struct Scribe(Arc<Mutex<Vec<String>>>);

#[auth_hooks]
impl Hooks<User> for Scribe {
    async fn on_signout(&self, user: &User, cx: &HookContext) {
        let session = if cx.session().is_some() { "session" } else { "-" };
        self.0.lock().expect("nobody panics with it").push(format!("{} {session}", user.name));
    }
}

impl Scribe {
    fn heard(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("nobody panics with it"))
    }
}

async fn world() -> (World<User>, Memory, Scribe) {
    let (clock, store, scribe) = (TestClock::default(), Memory::new(), Scribe::default());
    let auth = builder(&clock).hooks(scribe.clone()).store(store.clone()).build().await;
    (World::of(auth.expect("complete"), clock).await, store, scribe)
}

async fn refresh(client: &Client, reply: &Reply) -> Reply {
    client.post("/auth/refresh", json!({ "refresh_token": reply.refresh() })).await
}

/// It said 204 and ended nothing: the refresh token went on for 30 days.
#[tokio::test]
async fn an_access_token_whose_time_is_over_still_signs_out() {
    let (world, _, scribe) = world().await;
    let reply = world.client.post("/auth/register", ada()).await.expect(201);
    world.wait(15 * 60 + 6);
    let me = world.client.signed_in(&reply);
    me.get("/auth/me").await.problem(401, "invalid_token");
    for _ in 0..2 {
        me.send("POST", "/auth/logout", b"").await.expect(204);
    }
    refresh(&world.client, &reply).await.problem(401, "invalid_refresh_token");
    assert_eq!(scribe.heard(), ["Ada session"]);
}

#[tokio::test]
async fn a_disabled_account_can_still_be_signed_out() -> Result<(), Box<dyn Error>> {
    let (world, store, scribe) = world().await;
    let reply = world.client.post("/auth/register", ada()).await.expect(201);
    let id = User::parse_id(reply.json()["user"]["id"].as_str().unwrap_or_default())?;
    let active = User::SPEC.active.ok_or("no such part")?;
    let switch = async |on: bool| {
        let change =
            UserChange { columns: vec![(active, Value::Bool(on))], at: Timestamp::from_secs(0) };
        UserStore::<User>::update_user(&store, &id, change).await
    };
    switch(false).await?.ok_or("nobody")?;
    let me = world.client.signed_in(&reply);
    me.get("/auth/me").await.problem(401, "invalid_token");
    me.send("POST", "/auth/logout", b"").await.expect(204);
    assert_eq!(scribe.heard(), ["Ada session"]);
    switch(true).await?.ok_or("nobody")?;
    refresh(&world.client, &reply).await.problem(401, "invalid_refresh_token");
    Ok(())
}

#[tokio::test]
async fn a_refresh_token_names_the_session_where_no_access_token_does() {
    let (world, _, scribe) = world().await;
    let clients = [
        world.client.clone(),
        world.client.bearer("nonsense"),
        world.client.with("authorization", "Basic YTpi"),
    ];
    let reply = world.client.post("/auth/register", ada()).await.expect(201);
    let login = json!({ "email": "ada@example.com", "password": PASSWORD });
    let other = world.client.post("/auth/login", login.clone()).await.expect(200);
    for client in clients {
        let mine = world.client.post("/auth/login", login.clone()).await.expect(200);
        let body = json!({ "refresh_token": mine.refresh(), "more": 1 });
        client.post("/auth/logout", body).await.expect(204);
        world.client.signed_in(&mine).get("/auth/me").await.problem(401, "invalid_token");
        refresh(&world.client, &mine).await.problem(401, "invalid_refresh_token");
        assert_eq!(scribe.heard(), ["Ada session"]);
    }
    // An access token that can be read decides alone.
    let body = json!({ "refresh_token": other.refresh() });
    world.client.signed_in(&reply).post("/auth/logout", body).await.expect(204);
    assert_eq!(scribe.heard(), ["Ada session"]);
    refresh(&world.client, &reply).await.problem(401, "invalid_refresh_token");
    refresh(&world.client, &other).await.expect(200);
}

#[tokio::test]
async fn nothing_else_that_comes_with_it_refuses_or_ends_anything() {
    let (world, _, scribe) = world().await;
    let reply = world.client.post("/auth/register", ada()).await.expect(201);
    let token = reply.refresh();
    let other = if &token[20..21] == "A" { "B" } else { "A" };
    let stranger = [&token[..20], other, &token[21..]].concat();
    let bodies = [
        json!({ "refresh_token": stranger }),
        json!({ "refresh_token": 1 }),
        json!({ "refresh_token": null }),
        json!({ "refresh": token }),
        json!([token]),
        json!(token),
        json!({}),
    ];
    for body in bodies {
        world.client.post("/auth/logout", body).await.expect(204);
    }
    let huge = format!("{}{}", json!({ "refresh_token": token }), " ".repeat(70_000));
    for (kind, body) in [
        ("application/json", "{"),
        ("application/json", huge.as_str()),
        ("application/x-www-form-urlencoded", "refresh_token=x"),
        ("text/plain", "x"),
        ("", "x"),
    ] {
        let client = world.client.with("content-type", kind);
        client.send("POST", "/auth/logout", body.as_bytes()).await.expect(204);
    }
    assert!(scribe.heard().is_empty());
    refresh(&world.client, &reply).await.expect(200);
}
