//! `POST /token/introspect` (RFC 7662): clients that are named to the builder ask what a token is good for.

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use fastauth::{
    AuthBuilder, CookieConfig, Hooks, auth_hooks,
    config::Limits,
    secret::Token,
    store::{Memory, Sqlite},
    time::Clock,
    token::{
        AccessClaims, DatabaseStrategy, Grant, InvalidToken, Jwt, JwtStrategy, KeyRing, Reading,
        TokenChecks, TokenError, TokenOptions, TokenStrategy, UnwritableToken, WrittenToken,
    },
};
use fastauth_tests::{
    BASE_URL, Client, Office, PASSWORD, Reply, SharedRedis, TestClock, User, World, builder,
    claims, keep_log, logged,
};
use serde_json::{Value as Json, json};

const ID: &str = "reports";
/// As `openssl rand -base64 32` writes it.
const SECRET: &str = "+2n/6kL0vQx8Yt3bJw5ZrC1dHs7eMf9gUaPiNoKj4+E=";
const OTHER: &str = "hex:ab574e5ea3c0586f51b930d9439566de7d26864570cd86d69cd571d1df27679f";

fn named(builder: AuthBuilder<User>) -> AuthBuilder<User> {
    builder.introspection_client(ID, SECRET).introspection_client("mail-service", OTHER)
}

struct NoAlarm;

#[auth_hooks]
impl Hooks<User> for NoAlarm {
    async fn on_refresh_reuse(&self) {
        panic!("looking is no use");
    }
}

async fn office() -> Office {
    Office::on(Memory::new(), |it| named(it).hooks(NoAlarm)).await
}

fn basic(client: &Client, pair: &str) -> Client {
    client.with("authorization", format!("Basic {}", STANDARD.encode(pair)))
}

fn reports(client: &Client) -> Client {
    basic(client, &format!("{ID}:{}", encoded(SECRET)))
}

/// As forms are encoded.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn ask(client: &Client, token: &str) -> Json {
    let form = format!("token={token}");
    let reply = reports(client).form("/auth/token/introspect", form).await.expect(200);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    reply.json()
}

async fn is_dead(client: &Client, token: &str) {
    assert_eq!(ask(client, token).await, json!({ "active": false }));
}

fn user_id(reply: &Reply) -> Json {
    reply.json()["user"]["id"].clone()
}

#[tokio::test]
async fn a_live_access_token_is_described() {
    let office = office().await;
    let client = &office.world.client;
    office.hire("ada", &["posts:read", "posts:write"]).await;
    let ordinary = office.login("ada").await;
    let said = claims(ordinary.access());
    let expected = json!({
        "active": true, "token_type": "Bearer", "username": "ada@example.com",
        "aud": BASE_URL, "iss": BASE_URL, "sub": user_id(&ordinary),
        "exp": said["exp"], "iat": said["iat"], "nbf": said["nbf"], "jti": said["jti"], "sid": said["sid"],
    });
    assert_eq!(ask(client, ordinary.access()).await, expected);
    let reader = office.ask("ada", "posts:read openid").await.expect(200);
    assert_eq!(ask(client, reader.access()).await["scope"], "posts:read");
    let nothing = office.ask("ada", "openid").await.expect(200);
    assert_eq!(ask(client, nothing.access()).await["scope"], "");
    // The store decides: what may not be done any more is not said.
    office.allow("ada", &["posts:write"]).await;
    assert_eq!(ask(client, reader.access()).await["scope"], "");
    // A username is what people are called by, where they have one.
    let me = client.signed_in(&ordinary);
    me.json("PATCH", "/auth/me", json!({ "username": "ada" })).await.expect(200);
    assert_eq!(ask(client, ordinary.access()).await["username"], "ada");
}

#[tokio::test]
async fn a_refresh_token_is_described_and_not_spent() {
    let office = office().await;
    let client = &office.world.client;
    office.hire("ada", &["posts:read"]).await;
    let first = office.ask("ada", "posts:read").await.expect(200);
    let end = office.world.clock.now().as_secs() + 7 * 86_400;
    let expected = json!({
        "active": true, "type": "refresh", "username": "ada@example.com", "scope": "posts:read",
        "iss": BASE_URL, "sub": user_id(&first), "sid": claims(first.access())["sid"], "exp": end,
    });
    for _ in 0..3 {
        assert_eq!(ask(client, first.refresh()).await, expected);
    }
    let second = client.refresh(first.refresh()).await.expect(200);
    // The parent works for a moment more, and is nothing after; nobody is alarmed.
    assert_eq!(ask(client, first.refresh()).await["active"], true);
    office.world.wait(11);
    is_dead(client, first.refresh()).await;
    assert_eq!(ask(client, second.refresh()).await["active"], true);
    let third = client.refresh(second.refresh()).await.expect(200);
    is_dead(client, first.refresh()).await;
    office.world.wait(7 * 86_400 - 1);
    assert_eq!(ask(client, third.refresh()).await["active"], true);
    office.world.wait(1);
    is_dead(client, third.refresh()).await;
}

#[tokio::test]
async fn of_what_is_not_live_nothing_else_is_said() {
    let store = Sqlite::open("sqlite::memory:").await.expect("a database");
    let world = World::built(store.clone(), named).await;
    let client = &world.client;
    let reply = client.register("ada@example.com").await;
    let elsewhere = World::new().await.client.register("ada@example.com").await;
    for dead in ["x", "%00", "..", elsewhere.access(), elsewhere.refresh(), &"x".repeat(60_000)] {
        is_dead(client, dead).await;
    }
    is_dead(client, &format!("{}x", reply.access())).await;
    // A disabled account, a session that is over, an account that is gone.
    let switch = async |sql| sqlx::raw_sql(sql).execute(store.pool()).await.expect("a table");
    for (off, on) in [("UPDATE users SET active = 0", "UPDATE users SET active = 1")] {
        switch(off).await;
        is_dead(client, reply.access()).await;
        is_dead(client, reply.refresh()).await;
        switch(on).await;
        assert_eq!(ask(client, reply.access()).await["active"], true);
    }
    client.signed_in(&reply).send("POST", "/auth/logout", b"").await.expect(204);
    is_dead(client, reply.access()).await;
    is_dead(client, reply.refresh()).await;
    let reply = client.login("ada@example.com", PASSWORD).await.expect(200);
    world.wait(15 * 60 + 4);
    assert_eq!(ask(client, reply.access()).await["active"], true);
    world.wait(1);
    is_dead(client, reply.access()).await;
    assert_eq!(ask(client, reply.refresh()).await["active"], true);
    switch("DELETE FROM users").await;
    is_dead(client, reply.refresh()).await;
}

#[tokio::test]
async fn opaque_tokens_are_described_as_well() {
    let redis = SharedRedis::find("introspecting opaque tokens").await;
    let keeper = match &redis {
        Some(redis) => Some(redis.connect().await),
        None => None,
    };
    for keeper in [None].into_iter().chain(keeper.map(Some)) {
        let office = Office::on(Memory::new(), |it| {
            let it = named(it).strategy(DatabaseStrategy::new());
            match keeper {
                Some(keeper) => it.sessions(keeper),
                None => it,
            }
        })
        .await;
        let client = &office.world.client;
        office.hire("ada", &["posts:read"]).await;
        let reply = office.ask("ada", "posts:read").await.expect(200);
        let said = ask(client, reply.access()).await;
        let now = office.world.clock.now().as_secs();
        let expected = json!({
            "active": true, "token_type": "Bearer", "username": "ada@example.com", "scope": "posts:read",
            "aud": BASE_URL, "iss": BASE_URL, "sub": user_id(&reply), "sid": said["sid"],
            "jti": said["sid"], "exp": now + 86_400, "iat": now, "nbf": now,
        });
        assert_eq!(said, expected);
        // Whoever is asked for is used.
        office.world.wait(86_399);
        assert_eq!(ask(client, reply.access()).await["active"], true);
        office.world.wait(86_399);
        assert_eq!(ask(client, reply.access()).await["active"], true);
        client.form("/auth/token/revoke", format!("token={}", reply.access())).await.expect(200);
        is_dead(client, reply.access()).await;
    }
    if let Some(redis) = redis {
        redis.clear().await;
    }
}

/// Tokens of another look.
struct Own(JwtStrategy);

fn inner(token: &str) -> Result<&str, InvalidToken> {
    token.strip_prefix("own.").ok_or(InvalidToken::Shape)
}

#[async_trait]
impl TokenStrategy<User> for Own {
    async fn read_token(
        &self,
        token: &str,
        reading: &Reading<'_, User>,
    ) -> Result<AccessClaims<User>, TokenError> {
        self.0.read_token(inner(token)?, reading).await
    }

    async fn write_token(
        &self,
        grant: Grant<'_, User>,
        options: TokenOptions,
    ) -> Result<WrittenToken, UnwritableToken> {
        let written = self.0.write_token(grant, options).await?;
        Ok(Token::new(format!("own.{}", written.token.expose())).into())
    }
}

#[tokio::test]
async fn tokens_of_a_strategy_of_ones_own_are_limited_described_and_revoked() {
    let secret = fastauth::Secret::parse(fastauth_tests::SECRET).expect("the tests' own");
    let checks = TokenChecks::new(BASE_URL, BASE_URL);
    let ring = KeyRing::derived(&secret, "users").expect("a good secret");
    let own = Own(JwtStrategy::new(Jwt::new(ring), checks));
    let office = Office::on(Memory::new(), |it| named(it).strategy(own)).await;
    let client = &office.world.client;
    office.hire("ada", &["posts:read", "posts:write"]).await;
    let reply = office.ask("ada", "posts:read").await.expect(200);
    assert!(reply.access().starts_with("own."));
    assert_eq!(office.opened(&reply).await, ["/read", "/either", "/scope/read", "/scope/either"]);
    let said = ask(client, reply.access()).await;
    assert_eq!((&said["scope"], &said["token_type"]), (&json!("posts:read"), &json!("Bearer")));
    is_dead(client, &reply.access()[4..]).await;
    let body = json!({ "refresh_token": reply.refresh(), "scope": "posts:write" });
    let less = client.post("/auth/refresh", body).await.expect(200);
    assert_eq!(ask(client, less.access()).await["scope"], "");
    client.form("/auth/token/revoke", format!("token={}", less.access())).await.expect(200);
    for token in [reply.access(), less.access(), less.refresh()] {
        is_dead(client, token).await;
    }
}

/// A service sends no cookie, and nothing that a page would.
#[tokio::test]
async fn a_service_asks_where_people_have_cookies() {
    let world = World::built(Memory::new(), |it| named(it).cookies(CookieConfig::new())).await;
    let page = world.client.with("sec-fetch-site", "same-origin");
    let jar = page.register("ada@example.com").await.jar();
    let (_, token) = jar.split_once('=').expect("a cookie");
    assert_eq!(ask(&world.client, token).await["active"], true);
    world.client.form("/auth/token/revoke", format!("token={token}")).await.expect(200);
    is_dead(&world.client, token).await;
}

#[tokio::test]
async fn a_client_says_who_it_is_in_one_of_two_ways() {
    let office = office().await;
    let client = &office.world.client;
    office.hire("ada", &[]).await;
    let token = format!("token={}", office.login("ada").await.access());
    let path = "/auth/token/introspect";
    let in_form = |id: &str, secret: &str| format!("{token}&client_id={id}&client_secret={secret}");
    for header in [
        format!("{ID}:{}", encoded(SECRET)),
        // As many programs send it.
        format!("{ID}:{SECRET}"),
        format!("mail-service:{OTHER}"),
        format!("mail%2Dservice:{}", encoded(OTHER)),
    ] {
        let said = basic(client, &header).form(path, &token).await.expect(200).json();
        assert_eq!(said["active"], true, "{header}");
    }
    for form in [in_form(ID, &encoded(SECRET)), in_form("mail-service", OTHER)] {
        assert_eq!(client.form(path, &form).await.expect(200).json()["active"], true);
    }
    let invalid = |reply: Reply| {
        let reply = reply.expect(401);
        assert_eq!(reply.json()["error"], "invalid_client");
        assert_eq!(reply.header("www-authenticate"), Some(r#"Basic realm="introspection""#));
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert!(!reply.text().contains("active"));
    };
    invalid(client.form(path, &token).await);
    invalid(client.form(path, format!("{token}&client_id={ID}")).await);
    invalid(client.form(path, format!("{token}&client_secret={}", encoded(SECRET))).await);
    invalid(client.form(path, format!("{token}&client_id={ID}&client_secret=")).await);
    invalid(client.form(&format!("{path}?client_id={ID}&client_secret=x"), &token).await);
    for (id, secret) in [
        (ID, OTHER),
        (ID, "x"),
        ("mail-service", &encoded(SECRET)),
        ("Reports", &encoded(SECRET)),
        ("nobody", &encoded(SECRET)),
        (ID, SECRET),
        (ID, "%00"),
    ] {
        invalid(client.form(path, in_form(id, secret)).await);
    }
    for header in [
        "",
        ":",
        "reports",
        "reports:",
        ":x",
        "reports:x",
        &format!(" {ID}:{SECRET}"),
        &format!("{ID}:{SECRET} "),
        &format!("{ID}:{SECRET}\0"),
        &format!("reports::{SECRET}"),
        "%ff:%ff",
    ] {
        invalid(basic(client, header).form(path, &token).await);
    }
    for header in ["Basic", "Basic !", "Basic /w==", "Bearer x", "Negotiate x"] {
        invalid(client.with("authorization", header).form(path, &token).await);
    }
    let refused = |reply: Reply| assert_eq!(reply.expect(400).json()["error"], "invalid_request");
    refused(reports(client).form(path, in_form(ID, &encoded(SECRET))).await);
    refused(reports(client).form(path, format!("{token}&client_id={ID}")).await);
    refused(reports(&reports(client)).form(path, &token).await);
    refused(reports(client).form(path, "").await);
    refused(reports(client).form(path, "token=").await);
    refused(reports(client).form(path, format!("{token}&{token}")).await);
    refused(client.form(path, format!("{}&client_id=x", in_form(ID, &encoded(SECRET)))).await);
    refused(reports(client).form(&format!("{path}?{token}"), "").await);
    refused(reports(client).post(path, json!({ "token": "x" })).await);
    reports(client).get(path).await.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn without_a_client_it_is_not_there() {
    let world = World::new().await;
    let reply = reports(&world.client).form("/auth/token/introspect", "token=x").await;
    reply.problem(404, "not_found");
}

#[tokio::test]
async fn wrong_secrets_are_limited_by_address_and_right_ones_are_not() {
    keep_log();
    let limits = Limits::off().clients("3/min");
    let world = World::built(Memory::new(), |it| named(it).throttle(limits)).await;
    let (client, path) = (&world.client, "/auth/token/introspect");
    let reply = client.register("ada@example.com").await;
    let wrong = basic(client, "reports:wrong-by-far");
    for _ in 0..3 {
        wrong.form(path, "token=x").await.expect(401);
    }
    for _ in 0..2 {
        let limited = wrong.form(path, "token=x").await.problem(429, "rate_limited");
        assert!(limited.header("retry-after").is_some_and(|it| it.parse() != Ok(0)));
    }
    // A stranger at the same address cuts nobody off.
    assert_eq!(ask(client, reply.access()).await["active"], true);
    wrong.from_everywhere().form(path, "token=x").await.expect(401);
    world.wait(60);
    wrong.form(path, "token=x").await.expect(401);
    let log = logged();
    assert!(log.contains("event=\"client_refused\" outcome=\"failure\""), "{log}");
    assert!(!log.contains("wrong-by-far"), "{log}");
}

#[tokio::test]
async fn an_outage_says_nothing_about_a_token() {
    let store = Sqlite::open("sqlite::memory:").await.expect("a database");
    let world = World::built(store.clone(), named).await;
    let reply = world.client.register("ada@example.com").await;
    store.pool().close().await;
    for token in [reply.access(), reply.refresh()] {
        let form = format!("token={token}");
        let reply = reports(&world.client).form("/auth/token/introspect", form).await;
        let reply = reply.problem(503, "store_unavailable");
        assert!(reply.header("retry-after").is_some());
    }
    is_dead(&world.client, "x").await;
}

#[tokio::test]
async fn clients_that_cannot_be_meant_do_not_start() {
    let clock = TestClock::default();
    let broken = named(builder(&clock))
        .introspection_client(ID, OTHER)
        .introspection_client("a b", OTHER)
        .introspection_client("short", "hunter2-hunter2-hunter2-hunter2")
        .store(Memory::new());
    let error = broken.build().await.expect_err("nothing here can be meant");
    let causes: Vec<_> = error.problems().iter().map(|it| it.cause.as_str()).collect();
    assert_eq!(causes.len(), 3, "{causes:?}");
    assert!(error.problems().iter().all(|it| it.title == "unusable clients"));
    assert!(causes[0].contains("number 3 has the id of an earlier one"), "{causes:?}");
    assert!(causes[1].contains("number 4 has an id that is not"), "{causes:?}");
    assert!(causes[2].contains("number 5 has a secret that has 31 bytes"), "{causes:?}");
    assert!(!format!("{error:?}").contains("hunter2"));
    let enough = "k3J9xQ2mT7vL5bN8wR4cY6zH1dF0gS-p";
    let good = builder(&clock).introspection_client("a", enough).store(Memory::new());
    good.build().await.expect("32 bytes are enough");
}
