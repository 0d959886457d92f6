use std::time::Duration;

use fastauth::{Auth, AuthUser, PasswordHash, store::Memory, time::Clock};
use fastauth_tests::{PASSWORD, SECRET, TestClock, World, ada, cheap};
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn a_registration_makes_an_account_and_signs_in() {
    let world = World::new().await;
    let reply = world.client.register("ada@example.com").await;
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let body = reply.json();
    let mut members: Vec<_> =
        body.as_object().expect("an object").keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(
        members,
        ["access_token", "expires_in", "refresh_expires_in", "refresh_token", "token_type", "user"]
    );
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 15 * 60);
    assert_eq!(body["refresh_expires_in"], 7 * 24 * 60 * 60);
    let user = &body["user"];
    assert_eq!(
        (&user["email"], &user["name"], &user["plan"]),
        (&json!("ada@example.com"), &json!("Ada"), &json!("free"))
    );
    assert_eq!((&user["username"], &user["motto"]), (&Value::Null, &Value::Null));
    assert!(user["created_at"].as_str().is_some_and(|time| time.ends_with('Z')));
    for hidden in ["password", "password_hash", "active", "updated_at", "notes"] {
        assert!(user.get(hidden).is_none(), "{hidden} is shown");
    }
    world.client.signed_in(&reply).me().await.expect(200);
}

#[tokio::test]
async fn an_address_is_taken_in_every_spelling() {
    let world = World::new().await;
    world.client.register("ada@example.com").await;
    for spelling in ["ada@example.com", "ADA@Example.com", " ada@example.com "] {
        let again = json!({ "email": spelling, "password": PASSWORD, "name": "Eve" });
        world.client.post("/auth/register", again).await.problem(409, "email_taken");
    }
}

#[tokio::test]
async fn a_body_is_told_everything_that_is_wrong_with_it() {
    let world = World::new().await;
    let body = json!({ "email": "ada", "name": 7, "role": "admin", "id": "x", "active": false });
    let reply = world.client.post("/auth/register", body).await.problem(422, "validation_failed");
    assert_eq!(
        reply.errors(),
        [
            "/active unknown",
            "/email invalid_email",
            "/id unknown",
            "/name wrong_type",
            "/password missing",
            "/role unknown"
        ]
    );
}

#[tokio::test]
async fn what_a_client_may_not_give_it_cannot_give() {
    let world = World::new().await;
    for forbidden in [
        "id",
        "password_hash",
        "active",
        "created_at",
        "updated_at",
        "plan",
        "notes",
        "motto",
        "email_verified",
        "is_admin",
        "__proto__",
    ] {
        let mut body = ada();
        body[forbidden] = json!("x");
        let reply =
            world.client.post("/auth/register", body).await.problem(422, "validation_failed");
        assert_eq!(reply.errors(), [format!("/{forbidden} unknown")]);
    }
    world.client.register("ada@example.com").await;
}

#[tokio::test]
async fn a_password_has_eight_to_256_characters_and_is_nobody_elses() {
    let world = World::new().await;
    let attempt = async |number: usize, password: &str| {
        let body = json!({ "email": format!("ada{number}@example.com"), "password": password, "name": "Ada" });
        let reply = world.client.post("/auth/register", body).await;
        if reply.status == 201 {
            "taken".to_owned()
        } else {
            reply.problem(422, "validation_failed").errors().join(", ")
        }
    };
    let cases = [
        ("aq7}kx2", "/password too_short"),
        ("aq7}kx2w", "taken"),
        (&"\u{1f9c0}k".repeat(128), "taken"),
        (&("\u{1f9c0}k".repeat(128) + "x"), "/password too_long"),
        (&"\u{1f9c0}".repeat(257), "/password too_long"),
        ("password1", "/password too_common"),
        ("PassWord1", "/password too_common"),
        ("\u{ff50}assword1", "/password too_common"),
        ("aaaaaaaaaaaa", "/password too_common"),
        ("        x", "taken"),
    ];
    for (number, (password, outcome)) in cases.into_iter().enumerate() {
        assert_eq!(attempt(number, password).await, outcome, "{password}");
    }
    let own = json!({ "email": "lovelace@example.com", "password": "Lovelace1!", "name": "Ada" });
    let reply = world.client.post("/auth/register", own).await.problem(422, "validation_failed");
    assert_eq!(reply.errors(), ["/password too_personal"]);
}

#[derive(AuthUser)]
#[auth(table = "members", id, username, password_hash)]
struct Member {
    id: i64,
    username: String,
    password_hash: PasswordHash,
}

#[tokio::test]
async fn a_username_alone_is_enough() {
    let clock = TestClock::default();
    let auth = Auth::<Member>::builder()
        .base_url("https://app.test")
        .secret(SECRET)
        .password_hasher(cheap())
        .store(Memory::new())
        .build()
        .await
        .expect("complete");
    let world = World::of(auth, clock).await;
    let body = json!({ "username": "Ada_L", "password": PASSWORD });
    let reply = world.client.post("/auth/register", body.clone()).await.expect(201);
    assert_eq!(reply.json()["user"], json!({ "id": 1, "username": "ada_l" }));
    world.client.post("/auth/register", body).await.problem(409, "username_taken");
    world
        .client
        .post("/auth/login", json!({ "username": "ADA_l", "password": PASSWORD }))
        .await
        .expect(200);
    let reply = world.client.login("a@b.example", PASSWORD).await.problem(422, "validation_failed");
    assert_eq!(reply.errors(), ["/email unknown", "/username missing"]);
    for odd in ["ada@example.com", "a b", "", "a\u{200b}da"] {
        let reply = world
            .client
            .post("/auth/register", json!({ "username": odd, "password": PASSWORD }))
            .await;
        assert_eq!(
            reply.problem(422, "validation_failed").errors(),
            ["/username invalid_username"]
        );
    }
}

#[derive(AuthUser)]
struct Guest {
    #[auth(id)]
    id: String,
    #[auth(email)]
    mail: Option<String>,
    #[auth(username)]
    handle: Option<String>,
    #[auth(password_hash)]
    hash: Option<PasswordHash>,
}

#[tokio::test]
async fn where_both_are_optional_one_login_must_be_given() {
    let clock = TestClock::default();
    let auth = Auth::<Guest>::builder()
        .base_url("https://app.test")
        .secret(SECRET)
        .password_hasher(cheap())
        .store(Memory::new())
        .build()
        .await
        .expect("complete");
    let world = World::of(auth, clock).await;
    let reply = world
        .client
        .post("/auth/register", json!({ "password": PASSWORD }))
        .await
        .problem(422, "validation_failed");
    assert_eq!(reply.errors(), ["/handle missing", "/mail missing"]);
    // A part answers to its own word and to the field's name.
    for (word, login) in
        [("email", "ada@example.com"), ("mail", "eve@example.com"), ("username", "joan")]
    {
        let body = json!({ word: login, "password": PASSWORD });
        world.client.post("/auth/register", body).await.expect(201);
    }
    for (word, login) in [("mail", "ada@example.com"), ("username", "joan")] {
        let body = json!({ word: login, "password": PASSWORD });
        world.client.post("/auth/login", body).await.expect(200);
    }
    let both = json!({ "email": "x@example.com", "mail": "y@example.com", "password": PASSWORD });
    assert_eq!(
        world.client.post("/auth/register", both).await.problem(422, "validation_failed").errors(),
        ["/email duplicate"]
    );
}

/// Ids took the system's time, and its being before 1970 for a reason to panic.
#[tokio::test]
async fn ids_go_by_the_clock_that_everything_goes_by() {
    const YEAR: Duration = Duration::from_hours(366 * 24);
    let world = World::new().await;
    let millis = |id: &Value| {
        let id: Uuid = id.as_str().expect("text").parse().expect("a UUID");
        assert_eq!(id.get_version_num(), 7);
        i64::try_from(id.as_u128() >> 80).expect("48 bits")
    };
    let now = || world.clock.now().as_micros() / 1_000;
    world.clock.advance(100 * YEAR);
    let begun = now();
    let reply = world.client.post("/auth/register", ada()).await.expect(201);
    let sessions = world.client.signed_in(&reply).get("/auth/sessions").await.expect(200).json();
    for id in [&reply.json()["user"]["id"], &sessions[0]["id"]] {
        assert!((begun..=now()).contains(&millis(id)), "{id}");
    }
    world.clock.step_back(200 * YEAR);
    let eve = json!({ "email": "eve@example.com", "password": PASSWORD, "name": "Eve" });
    let reply = world.client.post("/auth/register", eve).await.expect(201);
    assert_eq!(millis(&reply.json()["user"]["id"]), 0);
}
