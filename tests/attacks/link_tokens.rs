//! Somebody has a link that was mailed: used before, too late, of another kind, of somebody else, or
//! the same one in 32 hands at once; and programs that look at mails open every link they find.
//!
//! Sources: ASVS 6.5.1, 6.5.2, 14.2.1; better-auth#9993 (ten such races), CVE-2026-45337 (a token worked
//! for another purpose), CVE-2026-32700 and devise#1948 (a change of address was re-aimed).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use fastauth::{AuthBuilder, EmailVerification, store::Sqlite};
use fastauth_tests::{Client, Mailbox, PASSWORD, Reply, Scratch, User, World, keep_log, logged};
use serde_json::{Value, json};

const NEW: &str = "quite another one";

/// The kinds of links there are, and the routes that they lead to.
const KINDS: &[(&str, &str)] = &[
    ("VerifyEmail", "/auth/email/verify"),
    ("ResetPassword", "/auth/password/reset"),
    ("MagicLink", "/auth/magic-link/verify"),
    ("ConfirmEmailChange", "/auth/email/change/confirm"),
];

fn everything(builder: AuthBuilder<User>, mailbox: &Mailbox) -> AuthBuilder<User> {
    let builder = builder.email(mailbox.outbox()).magic_link_signup();
    builder.email_verification(EmailVerification::Offered)
}

async fn world() -> (World<User>, Mailbox, Sqlite) {
    let store = Sqlite::open("sqlite::memory:").await.unwrap();
    let mailbox = Mailbox::default();
    let world = World::built(store.clone(), |it| everything(it, &mailbox)).await;
    (world, mailbox, store)
}

/// A new link of this kind for somebody who has an account and is signed in.
async fn link(me: &Client, mailbox: &Mailbox, email: &str, kind: &str) -> String {
    let new = format!("new.{email}");
    let (path, body, to) = match kind {
        "VerifyEmail" => ("/auth/email/verification", json!({ "email": email }), email),
        "ResetPassword" => ("/auth/password/forgot", json!({ "email": email }), email),
        "MagicLink" => ("/auth/magic-link", json!({ "email": email }), email),
        _ => {
            let body = json!({ "new_email": new, "password": PASSWORD });
            ("/auth/email/change", body, new.as_str())
        }
    };
    me.post(path, body).await.expect(202);
    mailbox.token(to, kind).await
}

async fn registered(world: &World<User>, mailbox: &Mailbox, email: &str) -> Client {
    let me = world.client.signed_in(&world.client.register(email).await);
    mailbox.expect(email, "VerifyEmail").await;
    me
}

fn body(path: &str, token: &Value) -> Value {
    if path == "/auth/password/reset" {
        json!({ "token": token, "password": NEW })
    } else {
        json!({ "token": token })
    }
}

async fn used(client: &Client, path: &str, token: &str) -> Reply {
    client.post(path, body(path, &json!(token))).await
}

#[tokio::test]
async fn a_link_works_for_its_own_purpose_and_owner_and_once() {
    let (world, mailbox, store) = world().await;
    let client = &world.client;
    for (number, (kind, path)) in KINDS.iter().enumerate() {
        let email = format!("ada{number}@example.com");
        let me = registered(&world, &mailbox, &email).await;
        let eve = registered(&world, &mailbox, &format!("eve{number}@example.com")).await;
        let before = eve.me().await.expect(200).json();
        let token = link(&me, &mailbox, &email, kind).await;
        for (_, other) in KINDS.iter().filter(|(_, other)| other != path) {
            used(client, other, &token).await.problem(400, "invalid_one_time_token");
        }
        let complete = json!({ "flow": token, "name": "Eve" });
        let reply = client.post("/auth/register/complete", complete).await;
        reply.problem(400, "invalid_one_time_token");
        // It acts on its own user, whoever is signed in.
        let reply = used(&eve, path, &token).await;
        assert!([200, 204].contains(&reply.status), "{path} {}", reply.text());
        if reply.status == 204 {
            assert_eq!(eve.me().await.expect(200).json(), before, "{path}");
        }
        used(client, path, &token).await.problem(400, "invalid_one_time_token");
    }
    let left: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM fastauth_one_time_tokens WHERE target NOT LIKE 'eve%'",
    )
    .fetch_one(store.pool())
    .await
    .unwrap();
    assert_eq!(left, 0, "what was used up is still there");
}

/// ASVS 6.5.2: unknown, used, over and malformed look alike, and none of them costs a hash.
#[tokio::test]
async fn what_cannot_be_used_looks_alike() {
    let (world, mailbox, _) = world().await;
    let client = &world.client;
    let me = registered(&world, &mailbox, "ada@example.com").await;
    for (kind, path) in KINDS {
        let over = link(&me, &mailbox, "ada@example.com", kind).await;
        let replaced = link(&me, &mailbox, "ada@example.com", kind).await;
        let living = link(&me, &mailbox, "ada@example.com", kind).await;
        let unknown = format!("fa_ot_{}", "A".repeat(43));
        let cut = living[..living.len() - 1].to_owned();
        let longer = format!("{living}A");
        let shouted = living.to_uppercase();
        let refresh = format!("fa_rt_{}", &living[6..]);
        let long = "A".repeat(60_000);
        let hashes = world.auth.passwords_computed();
        let mut shapes = Vec::new();
        for token in [
            &over,
            &replaced,
            &unknown,
            &cut,
            &longer,
            &shouted,
            &refresh,
            &long,
            "",
            "\0",
            "' OR 1=1 --",
        ] {
            let reply = used(client, path, token).await;
            shapes.push(reply.problem(400, "invalid_one_time_token").shape());
        }
        shapes.dedup();
        assert_eq!(shapes.len(), 1, "{path}: {shapes:?}");
        assert_eq!(world.auth.passwords_computed(), hashes, "{path} hashes for a stranger");
        for token in [json!(null), json!(5), json!([living]), json!({ "is": living })] {
            let reply = client.post(path, body(path, &token)).await;
            assert_eq!(reply.problem(422, "validation_failed").errors(), ["/token wrong_type"]);
        }
        let in_query = format!("{path}?token={living}");
        let missing =
            if *path == "/auth/password/reset" { json!({ "password": NEW }) } else { json!({}) };
        let reply = client.post(&in_query, missing).await.problem(422, "validation_failed");
        assert_eq!(reply.errors(), ["/token missing"]);
    }
}

/// Mail scanners open links, browsers fetch them ahead: only a `POST` changes anything.
#[tokio::test]
async fn looking_at_a_route_uses_nothing_up() {
    let (world, mailbox, _) = world().await;
    let client = &world.client;
    for (number, (kind, path)) in KINDS.iter().enumerate() {
        let email = format!("ada{number}@example.com");
        let me = registered(&world, &mailbox, &email).await;
        let token = link(&me, &mailbox, &email, kind).await;
        for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"] {
            for client in [client, &me] {
                let reply = client.send(method, &format!("{path}?token={token}"), b"").await;
                assert_eq!(reply.status, 405, "{method} {path}");
                let reply = client.json(method, path, body(path, &json!(token))).await;
                assert_eq!(reply.status, 405, "{method} {path}");
            }
        }
        // A form can be sent by any page.
        let form = client.form(path, format!("token={token}")).await;
        form.problem(415, "unsupported_media_type");
        let reply = used(client, path, &token).await;
        assert!([200, 204].contains(&reply.status), "{path} {}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_32_who_have_the_same_link_one_uses_it() {
    let scratch = Scratch::new();
    let store = Sqlite::open(scratch.file("app.db")).await.unwrap();
    let mailbox = Mailbox::default();
    let world = World::built(store.clone(), |it| everything(it, &mailbox)).await;
    for (number, (kind, path)) in KINDS.iter().enumerate() {
        let email = format!("ada{number}@example.com");
        let me = registered(&world, &mailbox, &email).await;
        let token = link(&me, &mailbox, &email, kind).await;
        let racers: Vec<_> = (0..32)
            .map(|_| {
                let (client, token) = (world.client.clone(), token.clone());
                tokio::spawn(async move { used(&client, path, &token).await })
            })
            .collect();
        let mut winners = 0;
        for racer in racers {
            let reply = racer.await.unwrap();
            if [200, 204].contains(&reply.status) {
                winners += 1;
            } else {
                reply.problem(400, "invalid_one_time_token");
            }
        }
        assert_eq!(winners, 1, "{path}");
    }
    // A sign-up goes on once as well.
    let email = "bob@example.com";
    world.client.post("/auth/magic-link", json!({ "email": email })).await.expect(202);
    let token = mailbox.token(email, "MagicLink").await;
    let race = async |path: &'static str, body: Value| {
        let racers = (0..32).map(|_| {
            let (client, body) = (world.client.clone(), body.clone());
            tokio::spawn(async move { client.post(path, body).await })
        });
        let mut replies = Vec::new();
        for racer in racers.collect::<Vec<_>>() {
            replies.push(racer.await.unwrap());
        }
        replies
    };
    let mut begun = race("/auth/magic-link/verify", json!({ "token": token })).await;
    begun.retain(|reply| reply.status == 409);
    assert_eq!(begun.len(), 1, "one sign-up begins");
    let body = json!({ "flow": begun[0].json()["flow"], "name": "Bob" });
    let mut made = race("/auth/register/complete", body).await;
    made.retain(|reply| reply.status == 201);
    assert_eq!(made.len(), 1, "one account is made");
}

/// A database that is stolen opens no link, and neither does the log.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_only_in_its_mail() {
    keep_log();
    let (world, mailbox, store) = world().await;
    let me = registered(&world, &mailbox, "ada@example.com").await;
    let mut tokens = Vec::new();
    for (kind, path) in KINDS {
        let token = link(&me, &mailbox, "ada@example.com", kind).await;
        let wrong = KINDS.iter().find(|(_, other)| other != path).unwrap().1;
        used(&world.client, wrong, &token).await.problem(400, "invalid_one_time_token");
        tokens.push(token);
    }
    let kept = "SELECT group_concat(hex(digest) || realm || user_id || target || purpose)
        FROM fastauth_one_time_tokens";
    let kept: String = sqlx::query_scalar(kept).fetch_one(store.pool()).await.unwrap();
    let log = logged();
    for token in tokens {
        // Whole, and the part that cannot be guessed.
        let hex = |bytes: &[u8]| {
            let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            digits.concat()
        };
        let secret = URL_SAFE_NO_PAD.decode(&token[6..]).unwrap();
        for text in [&token, &token[6..], &hex(token.as_bytes()), &hex(&secret)] {
            assert!(!kept.contains(text), "a token is in the store");
            assert!(!log.contains(text), "a token is in the log");
        }
    }
}
