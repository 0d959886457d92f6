//! Who has an account here? Somebody asks at the routes that send mail, which answer the same for
//! everybody, and registers with addresses of others. And whose links lead where a request says?
//!
//! Sources: ASVS 6.3.8; CVE-2019-19844 (mail went to the typed address); better-auth#8863, #9990;
//! rauthy#1487; django-allauth 0.55, 0.63.4.

use fastauth::{EmailVerification, store::Sqlite};
use fastauth_tests::{Client, Counting, Mailbox, PASSWORD, User, World, page_of, signup};
use serde_json::json;

const REQUESTS: &[&str] =
    &["/auth/password/forgot", "/auth/email/verification", "/auth/magic-link"];

/// Accounts of every condition, their hashes counted.
async fn accounts(required: bool) -> (World<User>, Mailbox, Counting, Sqlite) {
    let (store, mailbox) = (Sqlite::open("sqlite::memory:").await.unwrap(), Mailbox::default());
    let (hasher, outbox) = (Counting::default(), mailbox.outbox());
    let verification =
        if required { EmailVerification::Required } else { EmailVerification::Offered };
    let world = World::built(store.clone(), |it| {
        let it = it.password_hasher(hasher.clone()).email(outbox);
        it.magic_links().email_verification(verification)
    })
    .await;
    for name in ["known", "proved", "disabled", "hashless"] {
        let email = format!("{name}@example.com");
        world.client.post("/auth/register", signup(&email)).await;
        mailbox.expect(&email, "VerifyEmail").await;
    }
    sqlx::raw_sql(
        "UPDATE users SET email_verified = 1 WHERE email LIKE 'proved@%';
         UPDATE users SET active = 0 WHERE email LIKE 'disabled@%';
         UPDATE users SET password_hash = NULL WHERE email LIKE 'hashless@%'",
    )
    .execute(store.pool())
    .await
    .unwrap();
    (world, mailbox, hasher, store)
}

async fn tokens(store: &Sqlite) -> i64 {
    let count = "SELECT count(*) FROM fastauth_one_time_tokens";
    sqlx::query_scalar(count).fetch_one(store.pool()).await.unwrap()
}

#[tokio::test]
async fn a_request_for_mail_is_answered_alike() {
    let (world, mailbox, hasher, store) = accounts(false).await;
    let before = hasher.computed();
    for path in REQUESTS {
        let mut shapes = Vec::new();
        for email in [
            "known@example.com",
            " KNOWN@Example.com ",
            "proved@example.com",
            "disabled@example.com",
            "hashless@example.com",
            "unknown@example.com",
            "known@example.com, eve@evil.example",
            "known@example.com\r\nBcc: eve@evil.example",
            "\u{212a}nown@example.com",
            "kn\u{f6}wn@example.com",
            "no address",
            "",
        ] {
            sqlx::raw_sql("DELETE FROM fastauth_one_time_tokens")
                .execute(store.pool())
                .await
                .unwrap();
            let reply = world.client.post(path, json!({ "email": email })).await.expect(202);
            assert!(reply.body.is_empty());
            shapes.push(reply.shape());
            // Whoever it is, as much is written.
            let is_address = fastauth::Email::parse(email).is_ok();
            assert_eq!(tokens(&store).await, i64::from(is_address), "{path} {email:?}");
        }
        shapes.dedup();
        assert_eq!(shapes.len(), 1, "{path}: {shapes:?}");
    }
    assert_eq!(hasher.computed(), before);
    // The mailboxes themselves learn what is theirs, and nobody else does.
    for (kind, names) in [
        ("ResetPassword", &["known", "known", "proved", "hashless"][..]),
        ("VerifyEmail", &["known", "known", "hashless"]),
        ("MagicLink", &["known", "known", "proved", "hashless"]),
    ] {
        for name in names {
            mailbox.expect(&format!("{name}@example.com"), kind).await;
        }
    }
    mailbox.is_empty().await;
}

#[tokio::test]
async fn a_change_to_an_address_of_another_account_looks_like_any() {
    let (world, mailbox, _, store) = accounts(false).await;
    let me = world.client.signed_in(&world.client.register("eve@example.com").await);
    mailbox.expect("eve@example.com", "VerifyEmail").await;
    let mut seen = Vec::new();
    for email in ["known@example.com", "disabled@example.com", "unknown@example.com"] {
        let body = json!({ "new_email": email, "password": PASSWORD });
        let reply = me.post("/auth/email/change", body).await.expect(202);
        seen.push((reply.shape(), tokens(&store).await));
        // The old address is told, whoever has the new one.
        mailbox.expect("eve@example.com", "EmailChangeRequested").await;
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
    mailbox.expect("unknown@example.com", "ConfirmEmailChange").await;
    mailbox.is_empty().await;
}

#[tokio::test]
async fn a_registration_that_a_mail_decides_says_nothing() {
    let (world, mailbox, hasher, store) = accounts(true).await;
    let client = &world.client;
    // Somebody else's username is said to be taken, whatever is the matter with the address.
    sqlx::raw_sql("UPDATE users SET username = 'countess' WHERE email LIKE 'proved@%'")
        .execute(store.pool())
        .await
        .unwrap();
    let mut shapes = Vec::new();
    for email in ["known", "proved", "disabled", "hashless", "unknown"] {
        let before = hasher.computed();
        let email = format!("{email}@example.com");
        shapes.push(client.post("/auth/register", signup(&email)).await.expect(202).shape());
        assert_eq!(hasher.computed(), before + 1, "{email} is other work");
        // Nothing of an account that was there has changed.
        client.login(&email, "wrong password").await.problem(401, "invalid_credentials");
    }
    shapes.dedup();
    assert_eq!(shapes.len(), 1, "{shapes:?}");
    for name in ["known", "proved", "disabled", "hashless"] {
        mailbox.expect(&format!("{name}@example.com"), "AlreadyRegistered").await;
    }
    mailbox.expect("unknown@example.com", "VerifyEmail").await;
    mailbox.is_empty().await;
    // Only the right password learns that an address waits for its proof.
    let mut shapes = Vec::new();
    for (name, password) in
        [("known", "wrong password"), ("proved", "wrong password"), ("nobody", PASSWORD)]
    {
        let reply = client.login(&format!("{name}@example.com"), password).await;
        shapes.push(reply.problem(401, "invalid_credentials").shape());
    }
    shapes.dedup();
    assert_eq!(shapes.len(), 1, "{shapes:?}");
    client.login("known@example.com", PASSWORD).await.problem(403, "email_not_verified");
}

/// Links lead to the public address, whatever a request says.
#[tokio::test]
async fn no_header_leads_a_link_elsewhere() {
    let (world, mailbox, _, _) = accounts(false).await;
    let forged = |client: &Client| {
        ["host", "x-forwarded-host", "x-original-host", "x-forwarded-server", "origin", "referer"]
            .into_iter()
            .fold(client.with("x-forwarded-proto", "http"), |client, name| {
                client.with(
                    name,
                    if name == "referer" { "http://evil.example/" } else { "evil.example" },
                )
            })
            .with("forwarded", "host=evil.example;proto=http")
    };
    let client = forged(&world.client);
    for (path, kind, page) in [
        (REQUESTS[0], "ResetPassword", "https://app.test/reset-password?token="),
        (REQUESTS[1], "VerifyEmail", "https://app.test/verify-email?token="),
        (REQUESTS[2], "MagicLink", "https://app.test/magic-link?token="),
    ] {
        let body = json!({ "email": "known@example.com" }).to_string();
        let json = client.with("content-type", "application/json");
        let request = json.request("POST", path, body.as_bytes());
        // One `Host` alone, and it is the forged one.
        let text = String::from_utf8(request).unwrap().replacen("host: app.test\r\n", "", 1);
        json.raw(text.as_bytes()).await.expect(202);
        let mail = mailbox.expect("known@example.com", kind).await;
        assert_eq!(page_of(&mail), page);
        assert!(!mail.text.contains("evil") && !mail.html.contains("evil"), "{}", mail.text);
    }
}
