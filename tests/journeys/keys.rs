//! Keys of the application's own, keys in the store, and what others see of them.

use std::time::Duration;

use fastauth::{
    AuthBuilder, AuthUser, PasswordHash, SetupError,
    config::CookieConfig,
    store::{Memory, SigningKeyStore},
    token::{
        Algorithm, DatabaseStrategy, IntoKeySource, Jwt, JwtStrategy, KeyRing, SigningKey,
        TokenChecks, Verifier, VerifyingKey,
    },
};
use fastauth_tests::{
    BASE_URL, Client, PASSWORD, SECRET, TestClock, User, World, builder, claims, header, keep_log,
    logged, serve, signup,
};
use serde_json::{Value, json};

const ADA: &str = "ada@example.com";
const JWKS: &str = "/.well-known/jwks.json";
/// RFC 8037 §A.1.
const D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

/// Another user type.
#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct Admin {
    id: i64,
    email: String,
    password_hash: PasswordHash,
}

async fn world(keys: impl IntoKeySource) -> World<User> {
    World::built(Memory::new(), |builder| builder.keys(keys)).await
}

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm).expect("a key")
}

async fn published(client: &Client) -> Vec<Value> {
    let reply = client.get(JWKS).await.expect(200);
    reply.json()["keys"].as_array().expect("a set").clone()
}

async fn problems(builder: AuthBuilder<User>) -> SetupError {
    builder.store(Memory::new()).build().await.expect_err("nothing here can be meant")
}

fn titles(error: &SetupError) -> Vec<&str> {
    error.problems().iter().map(|problem| problem.title.as_str()).collect()
}

#[tokio::test]
async fn tokens_are_signed_by_every_algorithm() {
    for algorithm in Algorithm::ALL {
        let world = world(key(*algorithm)).await;
        let ada = world.client.register(ADA).await.expect(201);
        assert_eq!(header(ada.access())["alg"], algorithm.name());
        assert_eq!(header(ada.access())["typ"], "at+jwt");
        let client = world.client.signed_in(&ada);
        client.me().await.expect(200);
        client.get("/claims").await.expect(200);
        let refreshed = world.client.refresh(ada.refresh()).await.expect(200);
        world.client.signed_in(&refreshed).get("/claims").await.expect(200);
        let shown = published(&world.client).await;
        if algorithm.is_symmetric() {
            assert!(shown.is_empty(), "{shown:?}");
            continue;
        }
        // Whoever reads the set can verify the token.
        let set = json!({ "keys": shown }).to_string();
        let ring = KeyRing::verify_only(VerifyingKey::from_jwks(&set).expect("a set")).unwrap();
        assert_eq!(shown[0]["kid"], header(ada.access())["kid"]);
        let verifier = Verifier::<User>::new(BASE_URL, Jwt::new(ring)).clock(world.clock.clone());
        assert_eq!(verifier.verify(ada.access()).await.expect("it is good").name, "Ada");
    }
}

#[tokio::test]
async fn the_set_of_keys_shows_what_is_public_and_may_be_kept() {
    let world = world(key(Algorithm::ES256)).await;
    let reply = world.client.get(JWKS).await.expect(200);
    assert_eq!(reply.header("content-type"), Some("application/jwk-set+json"));
    assert_eq!(reply.header("cache-control"), Some("public, max-age=300"));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(reply.header("set-cookie"), None);
    let shown = &reply.json()["keys"][0];
    let names: Vec<_> = shown.as_object().expect("a key").keys().map(String::as_str).collect();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    world.client.send("HEAD", JWKS, b"").await.expect(200);
    world.client.post(JWKS, json!({})).await.problem(405, "method_not_allowed");
    world.client.get("/.well-known/jwks.jso").await.expect(404);
}

#[tokio::test]
async fn under_the_secret_alone_no_key_is_shown() {
    let world = World::new().await;
    assert!(published(&world.client).await.is_empty());
    let opaque = |builder: AuthBuilder<User>| builder.strategy(DatabaseStrategy::new());
    let world = World::built(Memory::new(), opaque).await;
    assert!(published(&world.client).await.is_empty());
}

#[tokio::test]
async fn a_key_changes_without_refusing_a_live_token() {
    let (old, new) = (key(Algorithm::EdDSA), key(Algorithm::ES256));
    let (old_public, new_public) = (old.verifying().clone(), new.verifying().clone());
    let store = Memory::new();
    let clock = TestClock::default();
    let with = async |ring: KeyRing| {
        let auth = builder(&clock).keys(ring).store(store.clone()).build().await;
        World::of(auth.expect("complete"), clock.clone()).await.client
    };
    // Add, sign with the new one, remove.
    let before = with(KeyRing::from(old)).await;
    let ada = before.register(ADA).await.expect(201);
    let after = with(KeyRing::new(new, [old_public]).unwrap()).await;
    after.signed_in(&ada).get("/claims").await.expect(200);
    assert_eq!(published(&after).await.len(), 2);
    let later = after.refresh(ada.refresh()).await.expect(200);
    assert_ne!(header(later.access())["kid"], header(ada.access())["kid"]);
    before.signed_in(&later).get("/claims").await.problem(401, "invalid_token");
    // The other way round it is refused, as nobody knows its key.
    let reader = Jwt::new(KeyRing::verify_only([new_public]).unwrap());
    let reader = Verifier::<User>::new(BASE_URL, reader).clock(clock);
    reader.verify(ada.access()).await.expect_err("nobody knows its key");
    reader.verify(later.access()).await.expect("its key is known");
}

#[tokio::test]
async fn keys_in_cookies_are_those_of_jwts() {
    let keys = key(Algorithm::EdDSA);
    let world = World::built(Memory::new(), |it| it.cookies(CookieConfig::new()).keys(keys)).await;
    let client = world.client.with("sec-fetch-site", "same-origin");
    let ada = client.post("/auth/register", signup(ADA)).await.expect(201);
    assert!(ada.jar().contains("auth_access=eyJ"), "{}", ada.jar());
    client.with("cookie", ada.jar()).get("/claims").await.expect(200);
}

#[tokio::test]
async fn keys_that_cannot_be_meant_do_not_start() {
    let clock = TestClock::default();
    let start = || builder(&clock);
    let reads = || KeyRing::verify_only([key(Algorithm::EdDSA).verifying().clone()]).unwrap();
    let jwt = || JwtStrategy::new(Jwt::new(key(Algorithm::EdDSA)), TokenChecks::new("a", "b"));
    let reading = || JwtStrategy::new(Jwt::new(reads()), TokenChecks::new("a", "b"));
    let unused = "keys that nobody uses";
    for (builder, told) in [
        (start().keys(reads()), "no signing key"),
        (start().strategy(reading()), "no signing key"),
        (start().keys(key(Algorithm::EdDSA)).strategy(DatabaseStrategy::new()), unused),
        (start().keys(key(Algorithm::EdDSA)).strategy(jwt()), unused),
        (
            start().keys(KeyRing::rotating(Algorithm::EdDSA)).strategy(DatabaseStrategy::new()),
            unused,
        ),
        (start().keys(KeyRing::rotating(Algorithm::HS256)), "unfit key"),
        (start().keys(KeyRing::rotating(Algorithm::EdDSA).every(Duration::ZERO)), "unfit key"),
        (
            start().keys(KeyRing::rotating(Algorithm::EdDSA).published_before(Duration::ZERO)),
            "unfit key",
        ),
    ] {
        let error = problems(builder).await;
        assert_eq!(titles(&error), [told], "{error}");
        assert!(error.problems().iter().all(|it| !it.fix.is_empty()));
    }
    // Claims do not say whose they are: a user of one type would pass for one of another.
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "d": D, "x": X });
    let again = || SigningKey::from_jwk(&jwk.to_string()).expect("RFC 8037 §A.1");
    start().keys(again()).store(Memory::new()).build().await.expect("the first");
    start().keys(again()).store(Memory::new()).build().await.expect("the same user type");
    let admins = fastauth::Auth::<Admin>::builder().base_url(BASE_URL).secret(SECRET);
    let error = admins.keys(again()).store(Memory::new()).create_user_table().build().await;
    let error = error.expect_err("it is the users' key");
    assert_eq!(titles(&error), ["one key for two user types"]);
    // An unfit key is a problem of the start as it is.
    let unfit = SigningKey::from_pem(Algorithm::EdDSA, "nothing").expect_err("no key");
    let error = SetupError::from(unfit);
    assert!(error.to_string().contains("1. unfit key"), "{error}");
}

#[tokio::test]
async fn an_audience_and_a_leeway_are_said_and_demanded() {
    let reports = "https://reports.example.com";
    let keys = key(Algorithm::EdDSA);
    let ring = KeyRing::verify_only([keys.verifying().clone()]).expect("one key");
    let leeway = Duration::from_secs(30);
    let world =
        World::built(Memory::new(), |it| it.keys(keys).audience(reports).leeway(leeway)).await;
    let ada = world.client.register(ADA).await;
    assert_eq!(claims(ada.access())["aud"], reports);
    let me = world.client.signed_in(&ada);
    me.get("/claims").await.expect(200);
    let clock = world.clock.clone();
    let verifier = Verifier::<User>::new(BASE_URL, Jwt::new(ring)).clock(clock).leeway(leeway);
    verifier.verify(ada.access()).await.expect_err("it is for somebody else");
    let verifier = verifier.audience(reports);
    for (wait, is_good) in [(0, true), (929, true), (1, false)] {
        world.wait(wait);
        assert_eq!(verifier.verify(ada.access()).await.is_ok(), is_good, "{wait}");
        assert_eq!(me.get("/claims").await.status == 200, is_good, "{wait}");
    }
    let clock = TestClock::default();
    let strategy = JwtStrategy::new(Jwt::new(key(Algorithm::EdDSA)), TokenChecks::new("a", "b"));
    for (builder, told) in [
        (builder(&clock).leeway(Duration::from_secs(61)), "wide leeway"),
        (builder(&clock).audience("a").strategy(strategy), "checks that nobody makes"),
    ] {
        assert_eq!(titles(&problems(builder).await), [told]);
    }
    builder(&clock)
        .leeway(Duration::from_mins(1))
        .store(Memory::new())
        .build()
        .await
        .expect("it may");
}

/// Under a secret that is made for the run nothing is kept that the next run could not open.
#[tokio::test]
async fn keys_under_a_secret_for_the_run_are_for_the_run() {
    let store = Memory::new();
    let mut kids = Vec::new();
    for _ in 0..2 {
        let auth = fastauth::Auth::<User>::builder()
            .base_url("http://localhost:3000")
            .keys(KeyRing::rotating(Algorithm::EdDSA))
            .store(store.clone())
            .build()
            .await
            .expect("a secret for the run");
        let client = serve(&auth, axum::Router::new().merge(auth.well_known())).await;
        kids.push(published(&client).await[0]["kid"].clone());
    }
    assert_ne!(kids[0], kids[1]);
    assert!(store.signing_keys("users").await.expect("it answers").is_empty());
}

#[tokio::test]
async fn keys_of_the_store_change_by_themselves() {
    let day = 24 * 60 * 60;
    let world = world(KeyRing::rotating(Algorithm::EdDSA)).await;
    let ada = world.client.register(ADA).await.expect(201);
    let first = header(ada.access())["kid"].clone();
    let kids = async || {
        let keys = published(&world.client).await;
        keys.iter().map(|key| key["kid"].clone()).collect::<Vec<_>>()
    };
    let login = async || world.client.login(ADA, PASSWORD).await.expect(200);
    assert_eq!(kids().await, std::slice::from_ref(&first));
    world.wait(29 * day);
    let both = kids().await;
    assert_eq!((both.len(), &both[0]), (2, &first));
    let kept = world.client.get(JWKS).await;
    assert_eq!(kept.header("cache-control"), Some("public, max-age=3600"));
    assert_eq!(header(login().await.access())["kid"], first);
    world.wait(day - 1);
    let last = login().await;
    assert_eq!(header(last.access())["kid"], first);
    world.wait(1);
    let next = login().await;
    assert_eq!(header(next.access())["kid"], both[1]);
    for live in [&last, &next] {
        world.client.signed_in(live).get("/claims").await.expect(200);
    }
    world.wait(15 * 60 + 3);
    world.client.signed_in(&last).get("/claims").await.expect(200);
    world.wait(1);
    world.client.signed_in(&last).get("/claims").await.problem(401, "invalid_token");
    assert_eq!(kids().await, both);
    world.wait(1);
    assert_eq!(kids().await, both[1..]);
    // A session is none of the keys' business.
    world.client.refresh(last.refresh()).await.expect(200);
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_logged_and_changes_no_keys() {
    keep_log();
    let day = 24 * 60 * 60;
    let store = Memory::new();
    let start = async |clock: &TestClock| {
        let keys = KeyRing::rotating(Algorithm::EdDSA);
        let auth = builder(clock).keys(keys).store(store.clone()).build().await.expect("it starts");
        World::<User>::of(auth, clock.clone()).await
    };
    let world = start(&TestClock::default()).await;
    let ada = world.client.register(ADA).await.expect(201);
    let ahead = TestClock::default();
    ahead.advance(Duration::from_secs(3650 * day));
    start(&ahead).await;
    // It is one too many in the set, and does not sign; the one that puts it right does, a day later.
    world.wait(day);
    assert_eq!(published(&world.client).await.len(), 3);
    let log = logged();
    let told = "a signing key does not count: the clock that made it is wrong, or this one";
    let told = log.lines().find(|line| line.contains(told)).expect("it is told");
    assert!(told.starts_with("ERROR") && told.contains("generation=2"), "{told}");
    let kid = async || {
        let login = world.client.login(ADA, PASSWORD).await.expect(200);
        world.client.signed_in(&login).get("/claims").await.expect(200);
        header(login.access())["kid"].clone()
    };
    assert_eq!(kid().await, header(ada.access())["kid"]);
    world.wait(day);
    assert_eq!(kid().await, published(&world.client).await[2]["kid"]);
}

#[tokio::test]
async fn keys_of_the_store_are_there_at_the_next_start() {
    let store = Memory::new();
    let start = async |keys| World::built(store.clone(), |builder| builder.keys(keys)).await;
    let before = start(KeyRing::rotating(Algorithm::ES384)).await;
    let ada = before.client.register(ADA).await.expect(201);
    let after = start(KeyRing::rotating(Algorithm::ES384)).await;
    after.client.signed_in(&ada).get("/claims").await.expect(200);
    assert_eq!(published(&after.client).await, published(&before.client).await);
    let clock = TestClock::default();
    let other = builder(&clock)
        .secret("another secret, and a good one: 1f9c7d3e5a")
        .keys(KeyRing::rotating(Algorithm::ES384))
        .store(store.clone());
    let error = other.build().await.expect_err("it cannot open the keys");
    assert_eq!(titles(&error), ["unfit key"]);
    assert!(error.to_string().contains("sealed under another secret"), "{error}");
}
