//! Who has an account here? Somebody asks at every entrance, and compares status, headers, body and
//! the work that was done: for an account that is there, is not, has no password or is switched off.
//!
//! Sources: ASVS 6.3.8; OWASP Authentication ("incorrect username or password"); django-allauth
//! 0.54, 65.3.0, 65.11.1 (told by time, by status, by inactive accounts).

use fastauth::store::Sqlite;
use fastauth_tests::{Counting, PASSWORD, Reply, User, World, signup};
use serde_json::json;

/// Accounts of every condition, their hashes counted.
async fn accounts() -> (World<User>, Counting, Sqlite) {
    let store = Sqlite::open("sqlite::memory:").await.unwrap();
    let hasher = Counting::default();
    let world = World::built(store.clone(), |it| it.password_hasher(hasher.clone())).await;
    for name in ["known", "hashless", "unusable", "empty", "disabled", "disabled-hashless"] {
        let reply = world.client.register(&format!("{name}@example.com")).await;
        let username = json!({ "username": name.replace('-', "_") });
        world.client.signed_in(&reply).json("PATCH", "/auth/me", username).await.expect(200);
    }
    sqlx::raw_sql(
        "UPDATE users SET password_hash = NULL WHERE email LIKE '%hashless@%';
         UPDATE users SET password_hash = 'nonsense' WHERE email LIKE 'unusable@%';
         UPDATE users SET password_hash = '' WHERE email LIKE 'empty@%';
         UPDATE users SET active = 0 WHERE email LIKE 'disabled%'",
    )
    .execute(store.pool())
    .await
    .unwrap();
    (world, hasher, store)
}

/// Everything that could tell one refusal from another.
#[derive(Default)]
struct Watched {
    replies: Vec<(String, Reply)>,
}

impl Watched {
    fn note(&mut self, of: &str, reply: Reply) {
        assert_eq!(reply.refused(), "invalid_credentials", "{of}");
        self.replies.push((of.to_owned(), reply));
    }

    fn are_all_the_same(&self) {
        let (first, one) = &self.replies[0];
        for (of, reply) in &self.replies {
            assert_eq!(reply.shape(), one.shape(), "{of} differs from {first}");
        }
    }
}

#[tokio::test]
async fn a_sign_in_fails_alike_whatever_is_wrong_with_it() {
    let (world, hasher, _) = accounts().await;
    let mut watched = Watched::default();
    let mut expected = hasher.computed();
    for (name, password) in [
        ("known", "wrong password"),
        ("known", ""),
        ("known", " "),
        ("known", "correct horse battery "),
        ("known", "Correct horse battery"),
        ("known", "\u{ff43}orrect wrong \u{212b}"),
        ("unknown", "\u{ff43}orrect wrong \u{212b}"),
        ("unknown", PASSWORD),
        ("unknown", ""),
        ("hashless", PASSWORD),
        ("hashless", ""),
        ("unusable", PASSWORD),
        ("unusable", "nonsense"),
        ("empty", PASSWORD),
        ("empty", ""),
        ("disabled", "wrong password"),
        ("disabled", ""),
        ("disabled-hashless", PASSWORD),
        ("", PASSWORD),
        ("known@example.com, unknown", PASSWORD),
        ("\u{202e}known", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("%", PASSWORD),
        ("*", PASSWORD),
        ("known\u{131}", PASSWORD),
    ] {
        let (email, username) = (format!("{name}@example.com"), name.replace('-', "_"));
        let mut forms = Vec::new();
        for login in [email.as_str(), &username] {
            let encoded = |text: &str| -> String {
                text.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat()
            };
            forms.push(format!("username={}&password={}", encoded(login), encoded(password)));
        }
        let client = &world.client;
        let replies = [
            client.login(&email, password).await,
            client.post("/auth/login", json!({ "username": username, "password": password })).await,
            client.form("/auth/login", &forms[0]).await,
            client.form("/auth/login", &forms[1]).await,
        ];
        for reply in replies {
            watched.note(&format!("{name:?} {password:?}"), reply);
            expected += 1;
        }
        assert_eq!(hasher.computed(), expected, "{name:?} {password:?} is other work");
    }
    watched.are_all_the_same();
    // Nothing of this has signed anybody in or out.
    world.client.login("known@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn only_the_right_password_learns_that_an_account_is_disabled() {
    let (world, _, _) = accounts().await;
    let client = &world.client;
    client.login("disabled@example.com", PASSWORD).await.problem(403, "account_disabled");
    let by_name = json!({ "username": "disabled", "password": PASSWORD });
    client.post("/auth/login", by_name).await.problem(403, "account_disabled");
    client.login("disabled@example.com", "wrong").await.problem(401, "invalid_credentials");
    // Wherever a hash is missing or no hash, no password is right.
    for name in ["hashless", "unusable", "empty", "disabled-hashless"] {
        let email = format!("{name}@example.com");
        for password in [PASSWORD, "", "nonsense", "NULL", "null"] {
            client.login(&email, password).await.problem(401, "invalid_credentials");
        }
    }
}

#[tokio::test]
async fn who_gives_a_bad_password_at_sign_up_learns_nothing_of_the_address() {
    let (world, hasher, _) = accounts().await;
    let before = hasher.computed();
    for password in ["short", "password123", &"x".repeat(257), ""] {
        let mut shapes = Vec::new();
        for email in ["known@example.com", "unknown@example.com", "disabled@example.com"] {
            let mut body = signup(email);
            body["password"] = json!(password);
            let reply = world.client.post("/auth/register", body).await;
            shapes.push(reply.problem(422, "validation_failed").shape());
        }
        shapes.dedup();
        assert_eq!(shapes.len(), 1, "{password:?}: {shapes:?}");
    }
    assert_eq!(hasher.computed(), before, "a refused password was hashed");
    // Where the address decides the reply, the work is still the same.
    for (email, status) in [("known@example.com", 409), ("unknown@example.com", 201)] {
        let before = hasher.computed();
        world.client.post("/auth/register", signup(email)).await.expect(status);
        assert_eq!(hasher.computed(), before + 1, "{email}");
    }
}
