//! Somebody reads the log, a cache, or the replies to requests made to fail. Nowhere may a password,
//! a hash, a token or the secret stand, and no reply may tell how the server is made.
//!
//! Sources: ASVS 14.3.2, 16.2.5, 16.4.1, 16.5.1; OWASP Logging; axum (its rejections quote serde, and
//! serde quotes the value).

use base64::Engine;
use fastauth::store::Sqlite;
use fastauth_tests::{Client, Reply, SECRET, World, encode, keep_log, logged};
use serde_json::{Value, json};
use sqlx::Row;

use crate::bodies::{self, ROUTES, with_mail};

const EMAIL: &str = "leaky.lovelace@example.com";
const PASSWORD: &str = "Zwieback-4711-geheim";
const NEW: &str = "Hortensie-0815-geheim";
const WRONG: &str = "Mandarine-1234-falsch";

/// A reply that is private, and how it must be told apart from a public one.
fn is_private(reply: &Reply) {
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{}", reply.text());
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    let vary = reply.header("vary").unwrap_or_default();
    assert!(vary.contains("authorization") && vary.contains("cookie"), "{vary}");
    assert!(reply.header("server").is_none() && reply.header("x-powered-by").is_none());
}

/// A refusal that tells nothing it was told, and nothing of how we are made.
fn is_discreet(reply: &Reply) {
    is_private(reply);
    let text = reply.text();
    let theirs = [PASSWORD, NEW, WRONG, "geheim", "Zwieback"];
    let ours = [
        "invalid type",
        "expected value",
        "line 1",
        "column 1",
        "serde",
        "sqlx",
        "sqlite",
        "SELECT",
        "UPDATE",
        "users",
        "axum",
        "hyper",
        "/src/",
        ".rs:",
        "panicked",
        "$argon2",
        "fa_rt_",
        "eyJ",
        "0.1.0",
    ];
    for word in theirs.iter().chain(&ours) {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

/// Everything that must not be told to anybody else.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    fn tokens_of(&mut self, reply: &Reply) {
        for token in [reply.access(), reply.refresh()] {
            // Whole, and the part that cannot be guessed.
            self.0.push(token.to_owned());
            self.0.push(token[token.len() - 40..].to_owned());
        }
    }

    async fn stored(&mut self, store: &Sqlite) {
        let hash: String = sqlx::query_scalar("SELECT password_hash FROM users")
            .fetch_one(store.pool())
            .await
            .unwrap();
        self.0.extend(hash.rsplit('$').take(2).map(str::to_owned));
        let digests = sqlx::query("SELECT credential, refresh_parent FROM fastauth_sessions");
        for row in digests.fetch_all(store.pool()).await.unwrap() {
            for digest in [row.get::<Option<Vec<u8>>, _>(0), row.get(1)].into_iter().flatten() {
                self.0.push(encode(&digest));
                self.0.push(
                    digest.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat(),
                );
                self.0.push(format!("{digest:?}"));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_stands_in_the_log_at_any_level() {
    keep_log();
    let store = Sqlite::open("sqlite::memory:").await.unwrap();
    let world = World::built(store.clone(), with_mail).await;
    let client = &world.client;
    let mut secrets = Secrets::default();
    let body = json!({ "email": EMAIL, "password": PASSWORD, "name": "Ada" });
    let registered = client.post("/auth/register", body.clone()).await.expect(201);
    secrets.tokens_of(&registered);
    secrets.stored(&store).await;
    client.post("/auth/register", body).await.expect(409);
    let signed_in = client.login(EMAIL, PASSWORD).await.expect(200);
    secrets.tokens_of(&signed_in);
    client.login(EMAIL, WRONG).await.expect(401);
    client.form("/auth/login", format!("username={EMAIL}&password={WRONG}")).await.expect(401);
    let child = client.refresh(registered.refresh()).await.expect(200);
    secrets.tokens_of(&child);
    let grandchild = client.refresh(child.refresh()).await.expect(200);
    secrets.tokens_of(&grandchild);
    secrets.stored(&store).await;
    client.refresh(registered.refresh()).await.expect(401);
    let me = client.signed_in(&signed_in);
    me.get(&format!("/auth/me?access_token={}&password={PASSWORD}", signed_in.access()))
        .await
        .expect(200);
    client.bearer(&format!("{}x", signed_in.access())).me().await.invalid_token();
    me.with("cookie", format!("auth={PASSWORD}")).get("/auth/sessions").await.expect(200);
    me.post("/auth/reauthenticate", json!({ "password": WRONG })).await.expect(403);
    let change = json!({ "current_password": PASSWORD, "new_password": NEW });
    me.post("/auth/password/change", change).await.expect(204);
    secrets.stored(&store).await;
    let json = me.with("content-type", "application/json");
    for (method, path, _) in ROUTES {
        json.send(method, path, format!("{{\"password\":[\"{PASSWORD}\"]").as_bytes())
            .await
            .refused();
        me.json(method, path, json!({ "password": { "is": PASSWORD }, NEW: NEW })).await.refused();
    }
    sqlx::raw_sql("UPDATE users SET password_hash = '$argon2id$Zwieback-4711-geheim'")
        .execute(store.pool())
        .await
        .unwrap();
    client.login(EMAIL, PASSWORD).await.expect(401);
    sqlx::raw_sql("ALTER TABLE users RENAME TO hidden").execute(store.pool()).await.unwrap();
    client.login(EMAIL, PASSWORD).await.expect(503);
    me.me().await.expect(503);

    let log = logged();
    // What happened is told, and by what it was done.
    let id = registered.json()["user"]["id"].as_str().unwrap().to_owned();
    for event in
        ["signup", "signin", "signin_failed", "refresh_reuse", "token_refresh", "password_change"]
    {
        let is_told = |line: &str| line.contains(&format!("{event:?}")) && line.contains(&id);
        assert!(log.lines().any(is_told), "{event} is not in the log");
    }
    secrets.0.extend([PASSWORD, NEW, WRONG, SECRET, &SECRET[7..]].map(str::to_owned));
    secrets
        .0
        .push(encode(&base64::engine::general_purpose::STANDARD.decode(&SECRET[7..]).unwrap()));
    for secret in &secrets.0 {
        assert!(!secret.is_empty());
        if let Some(line) = log.lines().find(|line| line.contains(secret.as_str())) {
            panic!("{secret} is in the log: {line}");
        }
    }
    // Nor who was asked for: an address somebody typed may be a password in the wrong field.
    assert!(!log.contains(EMAIL));
}

#[tokio::test]
async fn what_a_client_says_of_itself_begins_no_line_of_the_log() {
    keep_log();
    let world = World::new().await;
    let forged = "x\r\n ERROR fastauth event=\"signin\" user.id=\"forged-by-a-client\"";
    for name in ["email", "username"] {
        let body = json!({ name: forged, "password": WRONG });
        world.client.post("/auth/login", body).await.problem(401, "invalid_credentials");
    }
    let encoded = "x%0d%0aERROR%20forged-by-a-client";
    world.client.form("/auth/login", format!("username={encoded}&password=x")).await.expect(401);
    world.client.get(&format!("/auth/{encoded}")).await.expect(404);
    world.client.with("user-agent", "\x1b[31mforged-by-a-client").login("x", WRONG).await;
    for line in logged().lines().filter(|line| line.contains("forged-by-a-client")) {
        assert!(!line.trim_start().starts_with("ERROR") && !line.contains('\x1b'), "{line}");
    }
}

#[tokio::test]
async fn no_reply_says_what_it_was_told() {
    let world = bodies::world().await;
    let body = json!({ "email": EMAIL, "password": PASSWORD, "name": "Ada" });
    let reply = world.client.post("/auth/register", body).await.expect(201);
    let me = world.client.signed_in(&reply);
    let strange = |value: &str| {
        [
            json!({ "password": [value], "current_password": [value], "new_password": { "x": value } }),
            json!({ "email": value, "username": value, "name": value, "password": value }),
            json!({ "email": [value], "name": [value], "remember": value, "refresh_token": [value] }),
            json!({ "refresh_token": value, "motto": { "x": value } }),
            json!([value]),
            json!(value),
        ]
    };
    for (method, path, _) in ROUTES {
        for body in [strange(WRONG), strange(&format!("{WRONG} eyJ $argon2 fa_rt_"))].concat() {
            let reply = me.json(method, path, body).await;
            reply.refused();
            is_discreet(&reply);
        }
        let json = me.with("content-type", "application/json");
        for broken in
            [format!("{{\"password\":\"{WRONG}"), WRONG.to_owned(), format!("\"{WRONG}\"x")]
        {
            let reply = json.send(method, path, broken.as_bytes()).await;
            is_discreet(&reply);
        }
        is_discreet(
            &world.client.bearer(WRONG).with("cookie", WRONG).send(method, path, b"").await,
        );
        is_discreet(&me.get(&format!("/auth/{WRONG}")).await);
    }
    let form =
        format!("username={WRONG}&password={WRONG}&grant_type={WRONG}&client_secret={WRONG}");
    is_discreet(&world.client.form("/auth/login", form).await);
    is_discreet(&me.delete(&format!("/auth/sessions/{WRONG}")).await);
}

#[tokio::test]
async fn a_store_that_is_broken_is_told_alike_everywhere_and_without_its_words() {
    let store = Sqlite::open("sqlite::memory:").await.unwrap();
    let world = World::on(store.clone()).await;
    let reply = world.client.register(EMAIL).await;
    let me = world.client.signed_in(&reply);
    for table in ["users", "fastauth_sessions"] {
        let rename = |from: String, to: String| format!("ALTER TABLE {from} RENAME TO {to}");
        let run = async |sql| {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(store.pool()).await.unwrap()
        };
        run(rename(table.into(), "gone".into())).await;
        let mut replies = vec![
            me.me().await,
            me.get("/auth/sessions").await,
            me.get("/anybody").await,
            me.send("POST", "/auth/logout", b"").await,
            me.json("PATCH", "/auth/me", json!({ "name": "Eve" })).await,
            world.client.refresh(reply.refresh()).await,
        ];
        if table == "users" {
            replies.push(world.client.login(EMAIL, WRONG).await);
            replies.push(world.client.login("nobody@example.com", WRONG).await);
            replies.push(world.client.post("/auth/register", fastauth_tests::ada()).await);
        } else {
            replies.push(world.client.login(EMAIL, fastauth_tests::PASSWORD).await);
        }
        for reply in replies {
            let reply = reply.problem(503, "store_unavailable");
            assert!(
                reply
                    .header("retry-after")
                    .is_some_and(|wait| wait.parse::<u32>().is_ok_and(|it| it >= 1))
            );
            let text = reply.text();
            for word in ["users", "fastauth_", "gone", "no such", "SQL", "sqlite"] {
                assert!(!text.contains(word), "{text}");
            }
        }
        run(rename("gone".into(), table.into())).await;
        me.me().await.expect(200);
    }
    world.client.refresh(reply.refresh()).await.expect(200);
}

#[tokio::test]
async fn every_reply_is_kept_by_no_cache_and_shows_no_secret_of_the_account() {
    let world = World::new().await;
    let reply = world.client.register(EMAIL).await;
    is_private(&reply);
    let user = |value: Value| value.get("user").cloned().unwrap_or(value);
    let me = world.client.signed_in(&reply);
    let login = world.client.login(EMAIL, fastauth_tests::PASSWORD).await;
    let refreshed = world.client.refresh(reply.refresh()).await;
    let changed = me.json("PATCH", "/auth/me", json!({ "motto": "x" })).await;
    for reply in [&reply, &login, &refreshed, &me.me().await, &changed] {
        is_private(reply);
        for hidden in ["password", "password_hash", "notes", "active", "updated_at"] {
            assert!(user(reply.json()).get(hidden).is_none(), "{hidden}: {}", reply.text());
        }
    }
    // What is listed of a session cannot be used as one.
    let sessions = me.get("/auth/sessions").await.expect(200);
    is_private(&sessions);
    for session in sessions.json().as_array().unwrap() {
        let id = session["id"].as_str().unwrap();
        world.client.bearer(id).me().await.invalid_token();
        world.client.refresh(id).await.problem(401, "invalid_refresh_token");
    }
    let others: [(&Client, &str, &str); 6] = [
        (&me, "DELETE", "/auth/sessions/x"),
        (&me, "DELETE", "/auth/sessions"),
        (&me, "PUT", "/auth/me"),
        (&world.client, "GET", "/auth/me"),
        (&world.client, "GET", "/auth/nothing"),
        (&me, "POST", "/auth/logout"),
    ];
    for (client, method, path) in others {
        is_private(&client.send(method, path, b"").await);
    }
}
