use axum::{Router, routing::get};
use fastauth::{Hooks, Permission, Provider, Require, auth_hooks, store::Memory};
use fastauth_tests::{PASSWORD, TestClock, User, World, ada, builder, keep_log, logged, serve};
use serde_json::{Value, json};

/// What is in the log of one user's security events.
pub(super) struct Events {
    user: String,
    seen: usize,
}

impl Events {
    fn of(user: &Value) -> Self {
        Self { user: user.as_str().expect("an id").to_owned(), seen: 0 }
    }

    /// Of those that are recorded from now on.
    pub(super) fn from_now(user: &Value) -> Self {
        let all = Self::of(user);
        let seen = lines_of(&all.user, &logged()).count();
        Self { seen, ..all }
    }

    /// What was recorded since the last call, without what must be in every event.
    pub(super) fn recorded(&mut self) -> Vec<String> {
        let log = logged();
        let new: Vec<_> = lines_of(&self.user, &log).skip(self.seen).collect();
        self.seen += new.len();
        let short = new.into_iter().map(|line| {
            assert!(line.contains("client.address=\"127.0.0.1\""), "{line}");
            assert!(line.contains("session=\""), "{line}");
            let words = line.split(' ').filter_map(|word| word.split_once('='));
            let shown = words.filter(|(name, _)| ["event", "outcome"].contains(name));
            shown.map(|(_, word)| word.trim_matches('"')).collect::<Vec<_>>().join(" ")
        });
        short.collect()
    }
}

fn lines_of<'a>(user: &'a str, log: &'a str) -> impl Iterator<Item = &'a str> {
    log.lines().filter(move |line| line.contains(" fastauth event=") && line.contains(user))
}

/// Lets nobody in who is called Eve.
struct Doorman;

#[auth_hooks]
impl Hooks<User> for Doorman {
    async fn allow_signin(&self, user: &User, _provider: &Provider) -> bool {
        user.name != "Eve"
    }
}

/// ASVS 16.3.1-3: who, where, how it went, and once.
#[tokio::test]
async fn each_proof_of_identity_is_recorded_once() {
    keep_log();
    let world = World::new().await;
    let reply = world.client.post("/auth/register", ada()).await.expect(201);
    let mut events = Events::of(&reply.json()["user"]["id"]);
    let me = world.client.signed_in(&reply);
    assert_eq!(events.recorded(), ["signup success", "signin success"]);

    me.post("/auth/reauthenticate", json!({ "password": "wrong password" })).await.expect(403);
    assert_eq!(events.recorded(), ["reauthenticate_failed failure"]);
    me.post("/auth/reauthenticate", json!({ "password": PASSWORD })).await.expect(204);
    assert_eq!(events.recorded(), ["reauthenticate success"]);

    let change =
        |current: &str| json!({ "current_password": current, "new_password": "quite another one" });
    me.post("/auth/password/change", change("wrong password")).await.expect(403);
    assert_eq!(events.recorded(), ["password_change_failed failure"]);
    me.post("/auth/password/change", change(PASSWORD)).await.expect(204);
    assert_eq!(events.recorded(), ["password_change success"]);

    me.delete("/auth/sessions").await.expect(204);
    assert_eq!(events.recorded(), ["other_sessions_end success"]);

    me.json("DELETE", "/auth/me", json!({ "password": PASSWORD })).await.expect(403);
    assert_eq!(events.recorded(), ["user_delete_failed failure"]);
    // What was not read was not tried.
    me.json("DELETE", "/auth/me", json!({})).await.expect(422);
    assert_eq!(events.recorded(), Vec::<String>::new());
    me.json("DELETE", "/auth/me", json!({ "password": "quite another one" })).await.expect(204);
    assert_eq!(events.recorded(), ["user_delete success"]);
}

#[tokio::test]
async fn a_gate_that_says_no_is_recorded_with_whom_it_met() {
    keep_log();
    let clock = TestClock::default();
    let auth = builder(&clock).hooks(Doorman).store(Memory::new()).build().await;
    let world = World::of(auth.expect("complete"), clock).await;
    let reply = world.client.post("/auth/register", ada()).await.expect(201);
    let mut events = Events::of(&reply.json()["user"]["id"]);
    let me = world.client.signed_in(&reply);
    me.json("PATCH", "/auth/me", json!({ "name": "Eve" })).await.expect(200);
    assert_eq!(events.recorded(), ["signup success", "signin success", "user_update success"]);
    let login = json!({ "email": "ada@example.com", "password": PASSWORD });
    world.client.post("/auth/login", login).await.problem(403, "signin_denied");
    assert_eq!(events.recorded(), ["signin_denied denied"]);
    let body = json!({ "refresh_token": reply.refresh() });
    world.client.post("/auth/refresh", body).await.problem(403, "signin_denied");
    assert_eq!(events.recorded(), ["signin_denied denied"]);
}

#[derive(Permission)]
enum Can {
    ReadPosts,
}

#[tokio::test]
async fn a_guard_that_says_no_is_recorded_with_whom_it_met() {
    keep_log();
    let clock = TestClock::default();
    let auth = builder(&clock).permissions::<Can>().store(Memory::new()).build().await;
    let auth = auth.expect("complete");
    let layered = Router::new()
        .route("/layered", get(async || ()))
        .route_layer(auth.require::<can::ReadPosts>());
    let app = Router::new()
        .route("/required", get(async |_: Require<User, can::ReadPosts>| ()))
        .merge(layered)
        .nest("/auth", auth.routes())
        .with_state(auth.clone());
    let client = serve(&auth, app).await;
    let reply = client.post("/auth/register", ada()).await.expect(201);
    let mut events = Events::of(&reply.json()["user"]["id"]);
    assert_eq!(events.recorded(), ["signup success", "signin success"]);
    for path in ["/required", "/layered"] {
        client.signed_in(&reply).get(path).await.problem(403, "insufficient_permission");
        assert_eq!(events.recorded(), ["insufficient_permission denied"], "{path}");
    }
}
