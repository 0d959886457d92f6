//! A password that is too much, or that two parts of a program read differently: over-long, with a
//! NUL in it, in another normal form, longer than an old hash looked at; and a stored hash that is
//! no hash, or asks for all the memory there is.
//!
//! Sources: ASVS 6.2.1, 6.2.8, 6.2.9; NIST SP 800-63B §3.1.1.2; OWASP Authentication (long password
//! denial of service), Password Storage (bcrypt); RUSTSEC-2026-0199.

use std::time::{Duration, Instant};

use fastauth::{
    Password,
    password::{Argon2id, PasswordHasher},
    store::Sqlite,
};
use fastauth_tests::{Client, Counting, PASSWORD, User, World, ada, signup};
use serde_json::{Value, json};

/// A new password that every policy takes.
const NEW: &str = "a new horse every year";

async fn counted() -> (World<User>, Counting, Client) {
    let hasher = Counting::default();
    let store = fastauth::store::Memory::new();
    let world = World::built(store, |it| it.password_hasher(hasher.clone())).await;
    let me = world.client.signed_in(&world.client.post("/auth/register", ada()).await.expect(201));
    (world, hasher, me)
}

/// Every place a password is read from, holding this one.
fn places(password: &str) -> Vec<(&'static str, &'static str, Value, &'static str)> {
    let login = |name: &str, who: &str| json!({ name: who, "password": password });
    let mut registration = signup("eve@example.com");
    registration["password"] = json!(password);
    let change =
        |current: &str, new: &str| json!({ "current_password": current, "new_password": new });
    vec![
        ("POST", "/auth/register", registration, "/password"),
        ("POST", "/auth/login", login("email", "ada@example.com"), "/password"),
        ("POST", "/auth/login", login("email", "nobody@example.com"), "/password"),
        ("POST", "/auth/login", login("username", "nobody"), "/password"),
        ("POST", "/auth/password/change", change(password, NEW), "/current_password"),
        ("POST", "/auth/password/change", change(PASSWORD, password), "/new_password"),
        ("POST", "/auth/reauthenticate", json!({ "password": password }), "/password"),
        ("DELETE", "/auth/me", json!({ "password": password }), "/password"),
    ]
}

#[tokio::test]
async fn an_overlong_password_costs_nothing_anywhere() {
    let (world, hasher, me) = counted().await;
    let before = hasher.computed();
    for long in
        ["x".repeat(257), "\u{1f9c0}".repeat(257), "x".repeat(60_000), "\u{fdfa}".repeat(10_000)]
    {
        for (method, path, body, pointer) in places(&long) {
            let reply = me.json(method, path, body).await.problem(422, "validation_failed");
            assert_eq!(reply.errors(), [format!("{pointer} too_long")], "{method} {path}");
            assert!(!reply.text().contains(&long));
        }
    }
    let long = format!("username=ada%40example.com&password={}", "x".repeat(257));
    let reply = world.client.form("/auth/login", long).await.problem(422, "validation_failed");
    assert_eq!(reply.errors(), ["/password too_long"]);
    assert_eq!(hasher.computed(), before, "something was hashed");
    me.me().await.expect(200);
}

#[tokio::test]
async fn the_longest_password_counts_to_its_last_letter() {
    let world = World::new().await;
    for (number, letter) in ["x", "\u{e9}", "\u{1f9c0}"].into_iter().enumerate() {
        let longest = format!("{}{letter}", format!("a{letter}").repeat(127)) + letter;
        assert_eq!(longest.chars().count(), 256);
        let email = format!("ada{number}@example.com");
        let mut body = signup(&email);
        body["password"] = json!(longest);
        world.client.post("/auth/register", body).await.expect(201);
        world.client.login(&email, &longest).await.expect(200);
        let all_but_last: String = longest.chars().take(255).collect();
        for other in
            [all_but_last.clone(), format!("{all_but_last}y"), longest.chars().take(72).collect()]
        {
            world.client.login(&email, &other).await.problem(401, "invalid_credentials");
        }
    }
    // Counted as it is hashed: these are 300 letters as they come, and 200 of them.
    let composed = "e\u{301}a".repeat(100);
    let mut body = signup("composed@example.com");
    body["password"] = json!(composed);
    world.client.post("/auth/register", body).await.expect(201);
    world.client.login("composed@example.com", &"\u{e9}a".repeat(100)).await.expect(200);
    // The most bytes there are: 1024 in 256 letters.
    let mut body = signup("eve@example.com");
    body["password"] = json!("\u{1f9c0}\u{1f40d}".repeat(128));
    world.client.post("/auth/register", body).await.expect(201);
}

#[tokio::test]
async fn a_nul_ends_no_password() {
    let (world, _, me) = counted().await;
    for nul in [
        format!("{PASSWORD}\0"),
        format!("\0{PASSWORD}"),
        format!("{PASSWORD}\0and more"),
        "\0".repeat(12),
    ] {
        // It is a password like any other, and another than the one before the NUL.
        let new =
            |pointer: &str, path: &str| pointer == "/new_password" || path.ends_with("register");
        for (method, path, body, pointer) in places(&nul) {
            if !new(pointer, path) {
                let code = me.json(method, path, body).await.refused();
                let login = path == "/auth/login";
                let expected = if login { "invalid_credentials" } else { "wrong_password" };
                assert_eq!(code, expected, "{method} {path}");
            }
        }
    }
    for nul in ["%00", "%00x", "%00%00"] {
        let form = format!("username=ada%40example.com&password=correct+horse+battery{nul}");
        let code = world.client.form("/auth/login", form).await.refused();
        assert_eq!(code, "invalid_credentials");
    }
}

#[tokio::test]
async fn a_password_is_the_same_in_every_normal_form_and_in_no_other_way() {
    let world = World::new().await;
    let composed = "\u{c5}ngstr\u{f6}m fianc\u{e9}e";
    let mut body = ada();
    body["password"] = json!(composed);
    world.client.post("/auth/register", body).await.expect(201);
    for same in [
        "A\u{30a}ngstro\u{308}m fiance\u{301}e",
        "\u{212b}ngstr\u{f6}m \u{fb01}anc\u{e9}e",
        "\u{ff21}\u{30a}ngstr\u{f6}m fianc\u{e9}e",
        "\u{c5}ngstr\u{f6}m\u{3000}fianc\u{e9}e",
    ] {
        world.client.login("ada@example.com", same).await.expect(200);
    }
    for other in [
        "Angstrom fiancee",
        "\u{e5}ngstr\u{f6}m fianc\u{e9}e",
        " \u{c5}ngstr\u{f6}m fianc\u{e9}e",
        "\u{c5}ngstr\u{f6}m fianc\u{e9}e ",
        "\u{c5}ngstr\u{f6}m  fianc\u{e9}e",
        "\u{c5}ngstr\u{f6}m\u{200b} fianc\u{e9}e",
    ] {
        world.client.login("ada@example.com", other).await.problem(401, "invalid_credentials");
    }
}

/// bcrypt repeats its key from a NUL on, so that `U*U` and `U*U`, NUL, `U*U` have one hash.
#[tokio::test]
async fn a_nul_does_not_make_one_bcrypt_password_of_two() {
    let (world, _) =
        with_hash("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW").await;
    for form in ["U*U%00U*U", "U*U%00", "U*U%00U*U%00U*U"] {
        let form = format!("username=ada%40example.com&password={form}");
        world.client.form("/auth/login", form).await.problem(401, "invalid_credentials");
    }
    world.client.login("ada@example.com", "U*U").await.expect(200);
}

/// Bytes that are no text must not be read as some text.
#[tokio::test]
async fn a_form_that_is_no_text_is_refused() {
    let world = World::new().await;
    let mut body = signup("ada@example.com");
    body["password"] = json!("pass\u{fffd}word1");
    world.client.post("/auth/register", body).await.expect(201);
    for bad in ["pass%ffword1", "pass%c3word1", "pass%ed%a0%80word1"] {
        let form = format!("username=ada%40example.com&password={bad}");
        world.client.form("/auth/login", form).await.problem(400, "malformed_body");
    }
    let raw = b"username=ada%40example.com&password=pass\xffword1";
    world.client.form("/auth/login", raw).await.problem(400, "malformed_body");
    let good = "username=ada%40example.com&password=pass%ef%bf%bdword1";
    world.client.form("/auth/login", good).await.expect(200);
}

#[tokio::test]
async fn an_old_bcrypt_hash_is_read_as_it_was_made_and_replaced_in_full() {
    // crypt_blowfish's own test: of these characters only 72 were looked at.
    let long = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored";
    let (world, store) =
        with_hash("$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui").await;
    world.client.login("ada@example.com", &long[..71]).await.problem(401, "invalid_credentials");
    world.client.login("ada@example.com", long).await.expect(200);
    assert!(stored(&store).await.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    // From now on the rest counts.
    for other in [&long[..72], &long[..73], &format!("{}something else", &long[..72])] {
        world.client.login("ada@example.com", other).await.problem(401, "invalid_credentials");
    }
    let after = stored(&store).await;
    world.client.login("ada@example.com", long).await.expect(200);
    assert_eq!(stored(&store).await, after, "a new hash is not replaced again");
}

#[tokio::test]
async fn a_stored_hash_that_is_none_or_asks_for_too_much_is_a_wrong_password() {
    let (world, store) = with_hash("").await;
    let tag = "c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    let costs = |m: u64, t: u64, p: u64| format!("$argon2id$v=19$m={m},t={t},p={p}${tag}");
    let mut hashes = vec![
        costs(4_294_967_295, 1, 1),
        costs(262_145, 1, 1),
        costs(8, 4_294_967_295, 1),
        costs(8, 11, 1),
        costs(16_777_216, 1, 16_777_215),
        costs(136, 1, 17),
        costs(1 << 40, 1, 1),
        costs(0, 0, 0),
        costs(8, 1, 0),
        costs(7, 1, 1),
        "$argon2id$v=19$m=8,t=1,p=1$$".to_owned(),
        "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ".into(),
        "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$".into(),
        "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA".into(),
        format!("$argon2id$v=99$m=8,t=1,p=1${tag}"),
        format!("$argon2x$v=19$m=8,t=1,p=1${tag}"),
        format!("$argon2id$v=19$m=8,t=1,p=1,m=8${tag}"),
        format!("$argon2id$v=19$m=-8,t=1,p=1${tag}"),
        format!("$argon2id$v=19$m=8,t=1,p=1$%%%%${tag}"),
        format!("{}{}", costs(8, 1, 1), "A".repeat(100_000)),
        format!("$2b$31${}", "a".repeat(53)),
        format!("$2b$16${}", "a".repeat(53)),
        format!("$2b$03${}", "a".repeat(53)),
        format!("$2b$-1${}", "a".repeat(53)),
        format!("$2b$04${}", "a".repeat(52)),
        format!("$2b$04${}", "!".repeat(53)),
        format!("$2b$04${}", "\u{e9}".repeat(53)),
        format!("$2b$0\u{e9}{}", "a".repeat(54)),
        "$scrypt$ln=31,r=8,p=1$c29tZXNhbHQ$AAAA".into(),
        "$".into(),
        "\u{1f9c0}".into(),
        " ".into(),
        PASSWORD.into(),
    ];
    hashes.push("$".repeat(512));
    for hash in hashes {
        set(&store, &hash).await;
        let begun = Instant::now();
        for password in [PASSWORD, "\u{212b}ngstr\u{f6}m"] {
            let reply = world.client.login("ada@example.com", password).await;
            reply.problem(401, "invalid_credentials");
        }
        assert!(begun.elapsed() < Duration::from_secs(2), "{hash:.60}: {:?}", begun.elapsed());
        assert_eq!(stored(&store).await, hash, "it is not for us to replace");
    }
}

#[tokio::test]
async fn a_stored_hash_at_the_limit_of_what_is_computed_still_signs_in() {
    let (world, store) = with_hash("").await;
    for ((m, t, p), signs_in) in [
        ((8, 10, 1), true),
        ((8, 11, 1), false),
        ((128, 1, 16), true),
        ((136, 1, 17), false),
        ((65_536, 1, 1), true),
    ] {
        let hasher = Argon2id::with_costs(m, t, p).unwrap();
        set(&store, hasher.hash(&Password::new(PASSWORD)).unwrap().expose()).await;
        let reply = world.client.login("ada@example.com", PASSWORD).await;
        assert_eq!(reply.status == 200, signs_in, "m={m},t={t},p={p}: {}", reply.text());
    }
}

#[tokio::test]
async fn every_route_that_sets_a_password_asks_the_same_policy() {
    let (world, _, me) = counted().await;
    for (bad, code) in [
        ("seven77", "too_short"),
        ("\u{fb01}\u{fb01}\u{fb01}x", "too_short"),
        ("", "too_short"),
        ("password", "too_common"),
        ("P\u{ff41}ssword1", "too_common"),
        ("qwertyuiop", "too_common"),
        ("zzzzzzzzzzzz", "too_common"),
        ("ada@example.com", "too_personal"),
        ("EXAMPLE2024!", "too_personal"),
        ("app.test", "too_personal"),
    ] {
        let mut body = ada();
        body["password"] = json!(bad);
        let reply =
            world.client.post("/auth/register", body).await.problem(422, "validation_failed");
        assert_eq!(reply.errors(), [format!("/password {code}")], "{bad}");
        let body = json!({ "current_password": PASSWORD, "new_password": bad });
        let reply = me.post("/auth/password/change", body).await.problem(422, "validation_failed");
        assert_eq!(reply.errors(), [format!("/new_password {code}")], "{bad}");
    }
}

#[tokio::test]
async fn credentials_outside_the_body_are_not_read() {
    let (world, hasher, _) = counted().await;
    let before = hasher.computed();
    let query =
        "?email=ada%40example.com&username=ada%40example.com&password=correct+horse+battery";
    let basic = "Basic YWRhQGV4YW1wbGUuY29tOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==";
    let client = world.client.with("authorization", basic).with("x-password", PASSWORD);
    let path = format!("/auth/login{query}");
    client.post(&path, json!({})).await.problem(422, "validation_failed");
    client.form(&path, "").await.problem(422, "validation_failed");
    client
        .post(&format!("/auth/register{query}&name=Ada"), json!({}))
        .await
        .problem(422, "validation_failed");
    client.get(&format!("/auth/me{query}")).await.problem(401, "missing_token");
    assert_eq!(hasher.computed(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_changes_at_once_with_one_old_password_one_wins() {
    let world = World::on(Sqlite::open("sqlite::memory:").await.unwrap()).await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    let changes = (0..16).map(|number| {
        let new = format!("a new horse number {number}");
        let body = json!({ "current_password": PASSWORD, "new_password": new });
        let me = me.clone();
        tokio::spawn(async move { (me.post("/auth/password/change", body).await, new) })
    });
    let mut winners = Vec::new();
    for change in changes.collect::<Vec<_>>() {
        let (reply, new) = change.await.unwrap();
        if reply.status == 204 {
            winners.push(new);
        } else {
            reply.problem(403, "wrong_password");
        }
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    world.client.login("ada@example.com", &winners[0]).await.expect(200);
    world.client.login("ada@example.com", PASSWORD).await.problem(401, "invalid_credentials");
}

/// Ada, whose hash is this one.
async fn with_hash(hash: &str) -> (World<User>, Sqlite) {
    let store = Sqlite::open("sqlite::memory:").await.unwrap();
    let world = World::on(store.clone()).await;
    world.client.register("ada@example.com").await;
    set(&store, hash).await;
    (world, store)
}

async fn set(store: &Sqlite, hash: &str) {
    let update = sqlx::query("UPDATE users SET password_hash = ?").bind(hash);
    update.execute(store.pool()).await.unwrap();
}

async fn stored(store: &Sqlite) -> String {
    let hash = sqlx::query_scalar("SELECT password_hash FROM users");
    hash.fetch_one(store.pool()).await.unwrap()
}
