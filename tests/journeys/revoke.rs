//! `POST /token/revoke` (RFC 7009): whoever holds a token can have its session ended.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use fastauth::{
    CookieConfig, HookContext, Hooks, auth_hooks,
    store::{Memory, SessionId, Sqlite, StoreError},
    token::{
        AccessClaims, Algorithm, DatabaseStrategy, Grant, Jwt, JwtStrategy, Reading, SigningKey,
        TokenChecks, TokenError, TokenOptions, TokenStrategy, UnwritableToken, WrittenToken,
    },
};
use fastauth_tests::{BASE_URL, Client, PASSWORD, Reply, SharedRedis, User, World};
use serde_json::json;

/// Writes down who has signed out.
#[derive(Clone, Default)]
struct Scribe(Arc<Mutex<u32>>);

#[auth_hooks]
impl Hooks<User> for Scribe {
    async fn on_signout(&self, _user: &User, cx: &HookContext) {
        assert!(cx.session().is_some());
        *self.0.lock().expect("nobody panics with it") += 1;
    }
    async fn on_refresh_reuse(&self) {
        panic!("no alarm is called for");
    }
}

impl Scribe {
    fn told(&self) -> u32 {
        *self.0.lock().expect("nobody panics with it")
    }
}

async fn revoke(client: &Client, token: &str) -> Reply {
    let reply = client.form("/auth/token/revoke", format!("token={token}")).await;
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    reply
}

async fn world() -> (World<User>, Scribe) {
    let scribe = Scribe::default();
    let world = World::built(Memory::new(), |it| it.hooks(scribe.clone())).await;
    (world, scribe)
}

#[tokio::test]
async fn either_token_ends_the_session_once() {
    let (world, scribe) = world().await;
    let client = &world.client;
    client.register("ada@example.com").await;
    for (times, hint) in [
        (1, "token={access}"),
        (2, "token={refresh}"),
        (3, "token={access}&token_type_hint=access_token"),
        (4, "token={access}&token_type_hint=refresh_token"),
        (5, "token_type_hint=refresh_token&token={refresh}"),
        (6, "token={refresh}&token_type_hint=nonsense&client_id=reports&more=x"),
        (7, "token={refresh}&token_type_hint="),
    ] {
        let reply = client.login("ada@example.com", PASSWORD).await.expect(200);
        let other = client.login("ada@example.com", PASSWORD).await.expect(200);
        let form = hint.replace("{access}", reply.access()).replace("{refresh}", reply.refresh());
        for _ in 0..2 {
            let revoked = client.form("/auth/token/revoke", &form).await.expect(200);
            assert_eq!(revoked.text(), "", "{hint}");
            assert_eq!(revoked.header("cache-control"), Some("no-store"));
            assert_eq!(scribe.told(), times, "{hint}");
        }
        client.signed_in(&reply).me().await.invalid_token();
        client.refresh(reply.refresh()).await.problem(401, "invalid_refresh_token");
        client.signed_in(&other).me().await.expect(200);
    }
}

/// RFC 7009 §2.2: to no such token there is nothing to say.
#[tokio::test]
async fn what_is_no_token_changes_nothing() {
    let (world, scribe) = world().await;
    let client = &world.client;
    let reply = client.register("ada@example.com").await;
    let other = World::new().await;
    let theirs = other.client.register("ada@example.com").await;
    let cut = &reply.access()[..reply.access().len() - 1];
    for nothing in [
        "x",
        "%00",
        "..",
        cut,
        &format!("{}x", reply.refresh()),
        &reply.refresh().to_uppercase(),
        // Signed by the same key, and of a session that is not kept here.
        theirs.access(),
        theirs.refresh(),
        &"x".repeat(60_000),
    ] {
        assert_eq!(revoke(client, nothing).await.expect(200).text(), "");
    }
    client.signed_in(&reply).me().await.expect(200);
    // Its time is over, and the session goes on.
    world.wait(15 * 60 + 5);
    revoke(client, reply.access()).await.expect(200);
    let next = client.refresh(reply.refresh()).await.expect(200);
    assert_eq!(scribe.told(), 0);
    // A moment before its time is over it still opens something.
    world.wait(15 * 60 + 4);
    client.signed_in(&next).me().await.expect(200);
    revoke(client, next.access()).await.expect(200);
    client.refresh(next.refresh()).await.problem(401, "invalid_refresh_token");
    assert_eq!(scribe.told(), 1);
}

/// Whoever lost the reply to a refresh has the parent only.
#[tokio::test]
async fn a_refresh_token_that_was_used_ends_its_session_without_an_alarm() {
    let (world, scribe) = world().await;
    let client = &world.client;
    let reply = client.register("ada@example.com").await;
    let next = client.refresh(reply.refresh()).await.expect(200);
    world.wait(60);
    revoke(client, reply.refresh()).await.expect(200);
    client.refresh(next.refresh()).await.problem(401, "invalid_refresh_token");
    assert_eq!(scribe.told(), 1);
}

#[tokio::test]
async fn a_form_that_says_nothing_or_twice_is_refused_as_oauth_has_it() {
    let (world, _) = world().await;
    let client = &world.client;
    let reply = client.register("ada@example.com").await;
    let token = reply.access();
    let twice = format!("token={token}&token={token}");
    let hints = format!("token={token}&token_type_hint=a&token_type_hint=b");
    for form in ["", "token", "token=", "Token=x", "tokens=x", &twice, &hints, "token=%ff"] {
        let refused = client.form("/auth/token/revoke", form).await.expect(400);
        assert_eq!(refused.header("content-type"), Some("application/json"));
        assert_eq!(refused.header("cache-control"), Some("no-store"));
        let said = refused.json();
        assert_eq!(said["error"], "invalid_request", "{form}");
        assert!(said["error_description"].as_str().is_some_and(|it| !it.is_empty()), "{said}");
        assert!(!refused.text().contains(token), "{}", refused.text());
    }
    let json = client.post("/auth/token/revoke", json!({ "token": token })).await.expect(400);
    assert_eq!(json.json()["error"], "invalid_request");
    client.send("POST", "/auth/token/revoke", b"token=x").await.expect(400);
    let path = format!("/auth/token/revoke?token={token}");
    client.form(&path, "").await.expect(400);
    client.form(&path, "token=x").await.expect(200);
    client.get(&path).await.problem(405, "method_not_allowed");
    client.signed_in(&reply).me().await.expect(200);
}

/// The token in the form acts, and no cookie: there is no page to ask where it comes from.
#[tokio::test]
async fn no_cookie_acts_here_and_so_no_page_is_asked_for() {
    let world = World::built(Memory::new(), |it| it.cookies(CookieConfig::new()).bearer()).await;
    let page = world.client.with("sec-fetch-site", "same-origin");
    let reply = page.register("ada@example.com").await;
    let jar = reply.jar();
    let cookie = |name: &str| {
        let pair = jar.split("; ").find(|pair| pair.starts_with(name)).expect("a cookie");
        pair.split_once('=').expect("a value").1.to_owned()
    };
    let strange = world.client.with("sec-fetch-site", "cross-site").with("cookie", &jar);
    strange.form("/auth/token/revoke", "").await.expect(400);
    strange.form("/auth/token/revoke", "token=x").await.expect(200);
    page.with("cookie", &jar).me().await.expect(200);
    strange.send("POST", "/auth/logout", b"").await.problem(403, "csrf_rejected");
    revoke(&strange, &cookie("__Host-auth_refresh")).await.expect(200);
    page.with("cookie", &jar).me().await.invalid_token();
}

#[tokio::test]
async fn opaque_tokens_are_revoked_as_well() {
    let redis = SharedRedis::find("revoking opaque tokens").await;
    let keeper = match &redis {
        Some(redis) => Some(redis.connect().await),
        None => None,
    };
    for keeper in [None].into_iter().chain(keeper.map(Some)) {
        let scribe = Scribe::default();
        let world = World::built(Memory::new(), |it| {
            let it = it.strategy(DatabaseStrategy::new()).hooks(scribe.clone());
            match keeper {
                Some(keeper) => it.sessions(keeper),
                None => it,
            }
        })
        .await;
        let reply = world.client.register("ada@example.com").await;
        let cut = &reply.access()[..reply.access().len() - 1];
        revoke(&world.client, cut).await.expect(200);
        world.client.signed_in(&reply).get("/claims").await.expect(200);
        for _ in 0..2 {
            revoke(&world.client, reply.access()).await.expect(200);
        }
        world.client.signed_in(&reply).get("/claims").await.invalid_token();
        assert_eq!(scribe.told(), 1);
    }
    if let Some(redis) = redis {
        redis.clear().await;
    }
}

/// Its session waits for the account to be switched on again.
#[tokio::test]
async fn a_disabled_account_can_still_revoke() {
    for opaque in [false, true] {
        let store = Sqlite::open("sqlite::memory:").await.expect("a database");
        let world = World::built(store.clone(), |it| {
            if opaque { it.strategy(DatabaseStrategy::new()) } else { it }
        })
        .await;
        let reply = world.client.register("ada@example.com").await;
        let switch = async |sql| sqlx::raw_sql(sql).execute(store.pool()).await.expect("a table");
        switch("UPDATE users SET active = 0").await;
        revoke(&world.client, reply.access()).await.expect(200);
        switch("UPDATE users SET active = 1").await;
        world.client.signed_in(&reply).me().await.invalid_token();
    }
}

#[tokio::test]
async fn an_outage_is_told_and_not_taken_for_done() {
    let store = Sqlite::open("sqlite::memory:").await.expect("a database");
    let world = World::on(store.clone()).await;
    let reply = world.client.register("ada@example.com").await;
    store.pool().close().await;
    for token in [reply.access(), reply.refresh()] {
        let reply = revoke(&world.client, token).await.problem(503, "store_unavailable");
        assert!(reply.header("retry-after").is_some());
    }
    // What names no session asks no store.
    revoke(&world.client, "x").await.expect(200);
}

/// Tokens of which a place elsewhere must be told that they are over, and which is away at first.
struct Listed {
    jwts: JwtStrategy,
    told: Arc<Mutex<Vec<SessionId>>>,
}

#[async_trait]
impl TokenStrategy<User> for Listed {
    async fn read_token(
        &self,
        token: &str,
        reading: &Reading<'_, User>,
    ) -> Result<AccessClaims<User>, TokenError> {
        self.jwts.read_token(token, reading).await
    }

    async fn write_token(
        &self,
        grant: Grant<'_, User>,
        options: TokenOptions,
    ) -> Result<WrittenToken, UnwritableToken> {
        self.jwts.write_token(grant, options).await
    }

    async fn revoke(&self, session: SessionId) -> Result<(), StoreError> {
        let mut told = self.told.lock().expect("nobody panics with it");
        told.push(session);
        if told.len() == 1 { Err(StoreError::unavailable("away")) } else { Ok(()) }
    }
}

/// What failed half way is done by whoever tries again.
#[tokio::test]
async fn a_revocation_that_failed_is_repeated() {
    for by_logout in [true, false] {
        let key = SigningKey::generate(Algorithm::EdDSA).expect("a key");
        let jwts = JwtStrategy::new(Jwt::new(key), TokenChecks::new(BASE_URL, BASE_URL));
        let told = Arc::<Mutex<Vec<SessionId>>>::default();
        let strategy = Listed { jwts, told: Arc::clone(&told) };
        let world = World::built(Memory::new(), |builder| builder.strategy(strategy)).await;
        let ada = world.client.register("ada@example.com").await;
        let me = world.client.signed_in(&ada);
        let end = async || {
            if by_logout {
                me.send("POST", "/auth/logout", b"").await
            } else {
                revoke(&world.client, ada.access()).await
            }
        };
        end().await.problem(503, "store_unavailable");
        assert!(matches!(end().await.status, 200 | 204));
        let told = told.lock().expect("nobody panics with it").clone();
        assert_eq!(told.len(), 2);
        assert_eq!(told[0], told[1]);
    }
}
