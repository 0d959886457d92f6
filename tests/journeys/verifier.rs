//! A service without accounts, which knows people by the tokens of an application elsewhere.

mod issuer;

use std::time::{Duration, Instant};

use axum::{Router, extract::FromRef, routing::get};
use fastauth::token::{Jwks, Jwt, KeyRing, Verifier};
use fastauth_tests::{Client, Reply, TestClock, User, free_address};
use serde_json::json;
use tokio::task::JoinSet;

use self::issuer::{Issuer, Pair, Served};

type Claims = fastauth::Claims<User, Verifier<User>>;

/// The address that the tokens name. Where the keys are is another matter.
const ISSUER: &str = "https://accounts.example.com";

async fn hello(claims: Claims) -> String {
    format!("hello, {}", claims.name)
}

async fn anybody(claims: Option<Claims>) -> &'static str {
    if claims.is_some() { "somebody" } else { "nobody" }
}

async fn served(app: Router) -> Client {
    let address = free_address().await;
    let listener = tokio::net::TcpListener::bind(address).await.expect("it is free");
    tokio::spawn(async move { axum::serve(listener, app).await });
    Client::new(address)
}

async fn service(verifier: Verifier<User>) -> Client {
    let app = Router::new().route("/", get(hello)).route("/anybody", get(anybody));
    served(app.with_state(verifier)).await
}

/// A service that asks this issuer for its keys.
async fn service_of(issuer: &Issuer, clock: &TestClock) -> Client {
    let keys = Jwks::at(issuer.url()).expect("an address");
    service(Verifier::new(ISSUER, keys).clock(clock.clone())).await
}

async fn greeted(client: &Client, token: &str) -> Reply {
    client.bearer(token).get("/").await
}

#[tokio::test]
async fn a_token_says_who_somebody_is() {
    let (clock, issuer) = (TestClock::default(), Issuer::start().await);
    let client = service_of(&issuer, &clock).await;
    let token = issuer.token(&clock).await;
    assert_eq!(greeted(&client, &token).await.expect(200).text(), "hello, Ada");
    assert_eq!(client.bearer(&token).get("/anybody").await.expect(200).text(), "somebody");
    assert_eq!(client.get("/anybody").await.expect(200).text(), "nobody");
    client.get("/").await.problem(401, "missing_token");
    for forged in ["x", "a.b.c", &token[..token.len() - 2], &format!("{token}A")] {
        greeted(&client, forged).await.invalid_token();
        client.bearer(forged).get("/anybody").await.invalid_token();
    }
    // Two headers, or another carrier.
    client.bearer(&token).bearer(&token).get("/").await.invalid_token();
    let cookie = client.with("cookie", format!("__Host-auth_access={token}"));
    cookie.get("/").await.problem(401, "missing_token");
    client.get(&format!("/?access_token={token}")).await.problem(401, "missing_token");
    clock.advance(Duration::from_secs(904));
    greeted(&client, &token).await.expect(200);
    clock.advance(Duration::from_secs(1));
    greeted(&client, &token).await.invalid_token();
    // All of it took one look at the keys, and one when they had to be asked for again.
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn a_token_is_for_its_audience_and_from_its_issuer() {
    let (clock, issuer) = (TestClock::default(), Issuer::start().await);
    let keys = Jwks::at(issuer.url()).expect("an address");
    let good = issuer.token(&clock).await;
    let reports = issuer.token_with(&clock, "aud", json!("https://reports.example.com")).await;
    let both = json!(["https://reports.example.com", ISSUER]);
    let both = issuer.token_with(&clock, "aud", both).await;
    let strange = issuer.token_with(&clock, "iss", json!("https://accounts.example.com/")).await;
    let other = issuer.token_with(&clock, "type", json!("refresh")).await;
    let verifier = Verifier::new(ISSUER, keys).clock(clock.clone());
    let ours = service(verifier.clone()).await;
    let theirs = service(verifier.audience("https://reports.example.com")).await;
    for (token, at_ours, at_theirs) in [
        (good, 200, 401),
        (reports, 401, 200),
        (both, 200, 200),
        (strange, 401, 401),
        (other, 401, 401),
    ] {
        greeted(&ours, &token).await.expect(at_ours);
        greeted(&theirs, &token).await.expect(at_theirs);
    }
}

/// A state with more in it than a verifier.
#[derive(Clone)]
struct App {
    verifier: Verifier<User>,
    greeting: &'static str,
}

impl FromRef<App> for Verifier<User> {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

impl FromRef<App> for &'static str {
    fn from_ref(app: &App) -> Self {
        app.greeting
    }
}

#[tokio::test]
async fn fixed_keys_ask_nobody_and_a_state_may_hold_more() {
    let clock = TestClock::default();
    let issuer = Issuer::start().await;
    let ring = KeyRing::verify_only([issuer.key().public.clone()]).expect("one key");
    let verifier = Verifier::new(ISSUER, Jwt::new(ring)).clock(clock.clone());
    let greet = async |axum::extract::State(greeting): axum::extract::State<&'static str>,
                       claims: Claims| format!("{greeting}, {}", claims.name);
    let app =
        Router::new().route("/", get(greet)).with_state(App { verifier, greeting: "welcome" });
    let client = served(app).await;
    let token = issuer.token(&clock).await;
    assert_eq!(greeted(&client, &token).await.expect(200).text(), "welcome, Ada");
    issuer.sign_with(Pair::generate().await);
    greeted(&client, &issuer.token(&clock).await).await.invalid_token();
    assert_eq!(issuer.asked(), 0);
}

/// 64 forged tokens at once, each of a key of its own, cost the issuer one request; and so does a new key.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_is_asked_for_once_and_not_again_for_a_while() {
    let (clock, issuer) = (TestClock::default(), Issuer::start().await);
    let client = service_of(&issuer, &clock).await;
    let old = issuer.token(&clock).await;
    greeted(&client, &old).await.expect(200);
    let flood = async |expected: usize| {
        let mut forged = JoinSet::new();
        for _ in 0..64 {
            let (client, token) =
                (client.clone(), issuer.token_by(&*Pair::generate().await, &clock).await);
            forged.spawn(async move { greeted(&client, &token).await.invalid_token() });
        }
        forged.join_all().await;
        assert_eq!(issuer.asked(), expected);
    };
    // The first look was just now.
    flood(1).await;
    clock.advance(Duration::from_secs(30));
    flood(2).await;
    flood(2).await;

    issuer.sign_with(Pair::generate().await);
    let new = issuer.token(&clock).await;
    greeted(&client, &new).await.invalid_token();
    clock.advance(Duration::from_secs(29));
    greeted(&client, &new).await.invalid_token();
    clock.advance(Duration::from_secs(1));
    let mut users = JoinSet::new();
    for _ in 0..64 {
        let (client, new) = (client.clone(), new.clone());
        users.spawn(async move { greeted(&client, &new).await.expect(200) });
    }
    users.join_all().await;
    assert_eq!(issuer.asked(), 3);
    // What is not published any more is good for nothing.
    greeted(&client, &old).await.invalid_token();
}

#[tokio::test]
async fn keys_are_kept_for_as_long_as_their_server_says() {
    for (control, seconds) in [
        (None, 300),
        (Some("public, max-age=600"), 600),
        (Some("max-age=1"), 60),
        (Some("max-age=99999999, immutable"), 86_400),
        (Some("no-store"), 300),
        (Some("max-age=soon"), 300),
    ] {
        let (clock, issuer) = (TestClock::default(), Issuer::start().await);
        issuer.serve(Served { cache_control: control, ..issuer.published() });
        let client = service_of(&issuer, &clock).await;
        for (wait, asked) in [(0, 1), (seconds - 1, 1), (1, 2)] {
            clock.advance(Duration::from_secs(wait));
            greeted(&client, &issuer.token(&clock).await).await.expect(200);
            issuer.is_asked(asked).await;
        }
    }
}

#[tokio::test]
async fn keys_go_on_for_an_hour_while_their_server_is_away() {
    let (clock, issuer) = (TestClock::default(), Issuer::start().await);
    let client = service_of(&issuer, &clock).await;
    greeted(&client, &issuer.token(&clock).await).await.expect(200);
    issuer.serve(Served { status: 500, ..issuer.published() });
    for _ in 0..(3_600 + 299) / 300 {
        clock.advance(Duration::from_mins(5));
        greeted(&client, &issuer.token(&clock).await).await.expect(200);
    }
    clock.advance(Duration::from_secs(299));
    greeted(&client, &issuer.token(&clock).await).await.expect(200);
    clock.advance(Duration::from_secs(1));
    let reply = greeted(&client, &issuer.token(&clock).await).await;
    assert!(reply.problem(503, "keys_unavailable").header("retry-after").is_some());
    // And are there a moment after it is back.
    issuer.serve(issuer.published());
    clock.advance(Duration::from_secs(1));
    greeted(&client, &issuer.token(&clock).await).await.expect(200);
}

/// Neither the first who comes nor all who come after wait for longer than one attempt takes.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_costs_three_seconds() {
    let (clock, issuer) = (TestClock::default(), Issuer::start().await);
    issuer.serve(Served { silent: true, ..issuer.published() });
    let client = service_of(&issuer, &clock).await;
    let token = issuer.token(&clock).await;
    let begun = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..32 {
        let (client, token) = (client.clone(), token.clone());
        clients.spawn(async move { greeted(&client, &token).await });
    }
    for reply in clients.join_all().await {
        reply.problem(503, "keys_unavailable");
    }
    assert!(begun.elapsed() < Duration::from_millis(4_500), "{:?}", begun.elapsed());
    assert_eq!(issuer.asked(), 1);
}

/// By clocks that run: whoever comes while the keys are fetched is let in by them.
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_at_the_start_is_let_in_at_once() {
    let issuer = Issuer::start().await;
    for _ in 0..20 {
        let keys = Jwks::at(issuer.url()).expect("an address");
        let client = service(Verifier::new(ISSUER, keys)).await;
        let token = issuer.token_now().await;
        let asked = issuer.asked();
        let mut crowd = JoinSet::new();
        for _ in 0..16 {
            let (client, token) = (client.clone(), token.clone());
            crowd.spawn(async move { greeted(&client, &token).await.expect(200) });
        }
        crowd.join_all().await;
        assert_eq!(issuer.asked(), asked + 1);
    }
}

/// By clocks that run: whoever comes later does not wait behind all who came before.
#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_costs_nobody_more_than_one_attempt() {
    let issuer = Issuer::start().await;
    issuer.serve(Served { silent: true, ..issuer.published() });
    let keys = Jwks::at(issuer.url()).expect("an address");
    let client = service(Verifier::new(ISSUER, keys)).await;
    let token = issuer.token_now().await;
    let mut clients = JoinSet::new();
    for _ in 0..7 {
        let (client, token) = (client.clone(), token.clone());
        clients.spawn(async move {
            let begun = Instant::now();
            greeted(&client, &token).await.problem(503, "keys_unavailable");
            begun.elapsed()
        });
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    for waited in clients.join_all().await {
        assert!(waited < Duration::from_millis(3_800), "{waited:?}");
    }
    // What is no token asks nobody.
    let begun = Instant::now();
    greeted(&client, "x").await.invalid_token();
    assert!(begun.elapsed() < Duration::from_millis(500));
}

/// Keys that are due are asked for before older ones are used: what was withdrawn opens nothing.
#[tokio::test]
async fn a_key_that_was_withdrawn_goes_with_its_time() {
    let (clock, issuer) = (TestClock::default(), Issuer::start().await);
    let client = service_of(&issuer, &clock).await;
    let stolen = issuer.token(&clock).await;
    greeted(&client, &stolen).await.expect(200);
    issuer.sign_with(Pair::generate().await);
    clock.advance(Duration::from_secs(299));
    greeted(&client, &stolen).await.expect(200);
    clock.advance(Duration::from_secs(1));
    greeted(&client, &stolen).await.invalid_token();
    // While its server is silent nobody waits for long, and those that are known go on.
    let token = issuer.token(&clock).await;
    issuer.serve(Served { silent: true, ..issuer.published() });
    clock.advance(Duration::from_mins(5));
    let begun = Instant::now();
    greeted(&client, &token).await.expect(200);
    assert!(begun.elapsed() < Duration::from_millis(1_900), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn an_issuer_is_known_however_its_address_is_written() {
    let issuer = Issuer::start().await;
    let address =
        issuer.url().strip_suffix("/.well-known/jwks.json").expect("its place").to_owned();
    let token = issuer.token_of(&address).await;
    for written in [address.clone(), format!("{address}/"), address.to_uppercase()] {
        let verifier = Verifier::<User>::of(&written).expect("an address");
        verifier.verify(&token).await.expect(&written);
    }
}

/// A client that hangs up ends nothing that others wait for.
#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_keeps_nobody_from_a_new_key() {
    let (clock, issuer) = (TestClock::default(), Issuer::start().await);
    issuer.serve(Served { delay: Duration::from_millis(400), ..issuer.published() });
    let client = service_of(&issuer, &clock).await;
    let token = issuer.token(&clock).await;
    let hung_up = tokio::time::timeout(Duration::from_millis(100), greeted(&client, &token)).await;
    assert!(hung_up.is_err(), "it was faster than it can be");
    greeted(&client, &token).await.expect(200);
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn what_is_no_set_of_public_keys_lets_nobody_in() {
    let clock = TestClock::default();
    let secret = json!({ "kty": "oct", "alg": "HS256", "kid": "1", "k": "c2VjcmV0".repeat(8) });
    let issuer = Issuer::start().await;
    let good: serde_json::Value = serde_json::from_str(&issuer.published().body).expect("JSON");
    let ours = good["keys"][0].clone();
    let set = |keys: serde_json::Value| json!({ "keys": keys }).to_string();
    let mut private = ours.clone();
    private["d"] = json!("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    let plain = issuer.published();
    let elsewhere = Served { location: Some(issuer.url()), status: 302, ..plain.clone() };
    let body = |body: String| Served { body, ..issuer.published() };
    for served in [
        elsewhere,
        Served { status: 404, ..plain.clone() },
        Served { status: 204, body: String::new(), ..plain.clone() },
        Served { status: 201, ..plain },
        body("<html>sign in</html>".to_owned()),
        body(String::new()),
        body("{}".to_owned()),
        body("[]".to_owned()),
        body(set(json!([]))),
        body(set(json!([private]))),
        body(set(json!([secret]))),
        body(set(json!([ours, secret]))),
        body(set(json!([ours, ours]))),
        body(format!("{}{}", set(json!([ours])), " ".repeat(256 * 1024))),
        body(format!("{} x", set(json!([ours])))),
        body(set(json!([ours])).replacen("\"keys\"", "\"keys\":[],\"keys\"", 1)),
    ] {
        let issuer_of = issuer.clone();
        issuer_of.serve(served.clone());
        let client = service_of(&issuer_of, &clock).await;
        let reply = greeted(&client, &issuer.token(&clock).await).await;
        assert_eq!(reply.status, 503, "{served:?}: {}", reply.text());
        reply.problem(503, "keys_unavailable");
    }
}

#[test]
fn an_address_of_keys_is_https_or_on_this_machine() {
    let error = Verifier::<User>::of("accounts.example.com").expect_err("no address");
    assert!(!error.to_string().contains("jwks.json"), "{error}");
    for bad in ["", "accounts.example.com", "http://accounts.example.com", "file:///etc/passwd"] {
        let error = Verifier::<User>::of(bad).expect_err(bad);
        assert!(format!("{error:?}").contains("the accounts"), "{error:?}");
    }
    for good in
        ["https://accounts.example.com", "https://accounts.example.com/", "http://localhost:1"]
    {
        Verifier::<User>::of(good).expect(good);
    }
}
