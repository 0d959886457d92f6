//! Opaque tokens whose sessions are in Redis.

use fastauth::{
    AuthBuilder, CookieConfig, Hooks, auth_hooks,
    hooks::SessionData,
    store::{Memory, Redis, Session, SessionKeeper, SessionStore, owner_of},
    time::Clock,
    token::{DatabaseStrategy, RedisStrategy},
};
use fastauth_tests::{PASSWORD, SharedRedis, TestClock, User, World, builder, keep_log, logged};
use serde_json::json;

const ADA: &str = "ada@example.com";

/// An application on this Redis.
async fn world(
    redis: &Redis,
    decide: impl FnOnce(AuthBuilder<User>) -> AuthBuilder<User>,
) -> World<User> {
    let strategy = RedisStrategy::new(redis.clone());
    World::built(Memory::new(), |it| decide(it.strategy(strategy))).await
}

/// The sessions that Redis keeps of whoever this reply is for.
async fn kept(redis: &Redis, world: &World<User>, reply: &fastauth_tests::Reply) -> Vec<Session> {
    let id = reply.json()["user"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    redis.list_sessions(&owner_of::<User>(&id), world.clock.now()).await.expect("it answers")
}

#[tokio::test]
async fn a_token_lasts_as_long_as_its_session_in_redis() {
    let Some(shared) = SharedRedis::find("opaque tokens in Redis").await else { return };
    let redis = shared.connect().await;
    let world = world(&redis, |it| it).await;
    let reply = world.client.register(ADA).await;
    let body = reply.json();
    assert!(reply.access().starts_with("fa_at_"), "{body}");
    assert_eq!(body["expires_in"], json!(86_400));
    assert!(body.get("refresh_token").is_none() && body.get("refresh_expires_in").is_none());
    let sessions = kept(&redis, &world, &reply).await;
    assert_eq!(sessions.len(), 1, "Redis keeps another number of them");
    assert!(sessions[0].credential.is_some(), "the session does not know its token");

    let me = world.client.signed_in(&reply);
    world.wait(86_399);
    me.get("/auth/me").await.expect(200);
    world.wait(86_399);
    me.get("/claims").await.expect(200);
    world.wait(86_400);
    me.get("/auth/me").await.problem(401, "invalid_token");
    shared.clear().await;
}

/// ASVS 7.4.1, and by whichever way it ends.
#[tokio::test]
async fn what_is_revoked_in_redis_opens_nothing_from_the_next_request_on() {
    let Some(shared) = SharedRedis::find("revoking in Redis").await else { return };
    let redis = shared.connect().await;
    let world = world(&redis, |it| it).await;
    let first = world.client.register(ADA).await;
    let here = world.client.signed_in(&first);
    let there = world.client.login(ADA, PASSWORD).await.expect(200);
    let there = world.client.signed_in(&there);
    here.get("/claims").await.expect(200);
    there.delete("/auth/sessions").await.expect(204);
    for path in ["/claims", "/auth/me", "/anybodys-claims"] {
        here.get(path).await.problem(401, "invalid_token");
    }
    assert_eq!(kept(&redis, &world, &first).await.len(), 1);
    there.send("POST", "/auth/logout", b"").await.expect(204);
    there.get("/claims").await.problem(401, "invalid_token");
    assert_eq!(kept(&redis, &world, &first).await, []);
    shared.clear().await;
}

#[tokio::test]
async fn in_cookies_alone_it_is_one_cookie() {
    let Some(shared) = SharedRedis::find("a cookie of a session in Redis").await else { return };
    let redis = shared.connect().await;
    let world = world(&redis, |it| it.cookies(CookieConfig::new())).await;
    let page = world.client.with("sec-fetch-site", "same-origin");
    let reply = page.register(ADA).await;
    let cookies: Vec<_> = reply.headers.iter().filter(|(name, _)| name == "set-cookie").collect();
    let [(_, cookie)] = cookies.as_slice() else { panic!("{cookies:?}") };
    let (pair, attributes) = cookie.split_once(';').expect("attributes");
    assert!(pair.starts_with("__Host-auth_session=fa_at_"), "{pair}");
    assert_eq!(attributes, " Path=/; HttpOnly; Secure; SameSite=Lax");
    let me = page.with("cookie", pair);
    me.get("/auth/me").await.expect(200);
    me.send("POST", "/auth/logout", b"").await.expect(204);
    me.get("/auth/me").await.problem(401, "invalid_token");
    shared.clear().await;
}

struct Scribe;

#[auth_hooks]
impl Hooks<User> for Scribe {
    async fn modify_session(&self, session: &mut SessionData) {
        session.insert("seen".to_owned(), true.into());
    }
}

#[tokio::test]
async fn what_a_hook_leaves_in_a_session_is_in_redis() {
    let Some(shared) = SharedRedis::find("hooks and sessions in Redis").await else { return };
    let redis = shared.connect().await;
    let world = world(&redis, |it| it.hooks(Scribe)).await;
    let reply = world.client.register(ADA).await;
    let sessions = kept(&redis, &world, &reply).await;
    let data: Vec<_> = sessions.iter().map(|session| session.data.get("seen")).collect();
    assert_eq!(data, [Some(&json!(true))]);
    shared.clear().await;
}

#[tokio::test]
async fn sessions_in_two_places_do_not_start() {
    let Some(shared) = SharedRedis::find("sessions in two places").await else { return };
    let redis = shared.connect().await;
    let place = redis.describe();
    let twice = |strategy: bool| {
        let it = builder(&TestClock::default()).sessions(Memory::new()).store(Memory::new());
        if strategy { it.strategy(RedisStrategy::new(redis.clone())) } else { it }
    };
    let error = twice(true).build().await.expect_err("which of the two is meant?");
    let [problem] = error.problems() else { panic!("{error}") };
    assert_eq!(problem.title, "sessions in two places");
    assert!(problem.cause.contains("`.sessions(…)`") && problem.cause.contains(&place), "{error}");
    assert!(problem.fix.contains("DatabaseStrategy"), "{error}");
    twice(false).build().await.expect("one place is enough");
    twice(false).strategy(DatabaseStrategy::new()).build().await.expect("what the fix says");
}

#[tokio::test]
async fn the_start_says_where_users_and_sessions_are() {
    let Some(shared) = SharedRedis::find("what the start says of Redis").await else { return };
    keep_log();
    let redis = shared.connect().await;
    let place = redis.describe();
    assert!(place.starts_with("redis ") && !place.contains('@'), "{place}");
    world(&redis, |it| it).await;
    let log = logged();
    let said = format!("store={:?}", format!("memory, sessions in {place}"));
    assert!(log.contains(&said), "{said} is not in: {log}");
}
