//! Somebody acts on what is not theirs, or is no more: the session of another account, an account
//! that was deleted or switched off, a session that was ended.
//!
//! Sources: ASVS 7.4.1, 7.4.2, 8.2.2; CVE-2025-61928 (keys made for somebody else, better-auth);
//! GHSA-2vg6-77g8-24mp (a deleted account's id named another, better-auth).

use fastauth::store::{Memory, Sqlite, Store};
use fastauth_tests::{Counting, PASSWORD, Scratch, User, World, claims};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_works_after_the_account_was_deleted() {
    nothing_works_after_deletion_on(Memory::new()).await;
    nothing_works_after_deletion_on(Sqlite::open("sqlite::memory:").await.unwrap()).await;
}

async fn nothing_works_after_deletion_on(store: impl Store<User>) {
    let world = World::on(store).await;
    let client = &world.client;
    let reply = client.register("ada@example.com").await;
    let other = client.login("ada@example.com", PASSWORD).await;
    let me = client.signed_in(&reply);
    me.json("DELETE", "/auth/me", json!({ "password": PASSWORD })).await.expect(204);
    for of_the_dead in [&reply, &other] {
        let me = client.signed_in(of_the_dead);
        for (method, path, body) in [
            ("GET", "/auth/me", json!({})),
            ("PATCH", "/auth/me", json!({ "name": "Eve" })),
            ("DELETE", "/auth/me", json!({ "password": PASSWORD })),
            ("GET", "/auth/sessions", json!({})),
            ("DELETE", "/auth/sessions", json!({})),
            ("POST", "/auth/reauthenticate", json!({ "password": PASSWORD })),
        ] {
            me.json(method, path, body).await.invalid_token();
        }
        client.refresh(of_the_dead.refresh()).await.problem(401, "invalid_refresh_token");
    }
    client.login("ada@example.com", PASSWORD).await.problem(401, "invalid_credentials");
    // The address is free again, for another account that inherits nothing.
    let again = client.register("ada@example.com").await;
    assert_ne!(again.json()["user"]["id"], reply.json()["user"]["id"]);
    me.me().await.invalid_token();
    let sessions = client.signed_in(&again).get("/auth/sessions").await.json();
    assert_eq!(sessions.as_array().map(Vec::len), Some(1), "{sessions}");
}

/// It was told that its password was wrong, which it was not.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_while_it_changes_the_password_is_told_so() {
    const NEW: &str = "a new horse every year";
    let hasher = Counting::default();
    let world = World::built(Memory::new(), |it| it.password_hasher(hasher.clone())).await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    hasher.close();
    let change = tokio::spawn({
        let (me, body) = (me.clone(), json!({ "current_password": PASSWORD, "new_password": NEW }));
        async move { me.post("/auth/password/change", body).await }
    });
    hasher.runs(1).await;
    me.post("/auth/logout", json!({})).await.expect(204);
    hasher.open();
    change.await.unwrap().invalid_token();
    world.client.login("ada@example.com", PASSWORD).await.expect(200);
    world.client.login("ada@example.com", NEW).await.problem(401, "invalid_credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_takes_its_tokens_along() {
    let world = World::new().await;
    let one = world.client.register("ada@example.com").await;
    let two = world.client.login("ada@example.com", PASSWORD).await;
    let session = claims(one.access())["sid"].as_str().unwrap().to_owned();
    let other = world.client.signed_in(&two);
    // Its token was found good a moment ago, and is remembered.
    world.client.signed_in(&one).me().await.expect(200);
    other.delete(&format!("/auth/sessions/{session}")).await.expect(204);
    world.client.signed_in(&one).me().await.invalid_token();
    other.me().await.expect(200);
    world.client.refresh(one.refresh()).await.problem(401, "invalid_refresh_token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_somebody_else_cannot_be_ended_nor_told_from_none() {
    let world = World::new().await;
    let ada = world.client.register("ada@example.com").await;
    let eve = world.client.register("eve@example.com").await;
    let session = claims(ada.access())["sid"].as_str().unwrap().to_owned();
    let upper = session.to_uppercase();
    let mut shapes = Vec::new();
    for id in [
        session.as_str(),
        &upper,
        "01890f6e-0000-7000-8000-000000000000",
        "1",
        "%ff",
        "x%00",
        "%",
        "%2e%2e",
        "*",
        "' OR 1=1 --".replace(' ', "%20").as_str(),
        &"x".repeat(8_000),
    ] {
        let path = format!("/auth/sessions/{id}");
        shapes.push(
            world.client.signed_in(&eve).delete(&path).await.problem(404, "not_found").shape(),
        );
    }
    shapes.dedup();
    assert_eq!(shapes.len(), 1, "{shapes:?}");
    world.client.signed_in(&eve).delete("/auth/sessions").await.expect(204);
    // Ada's is as it was: nothing was ended, moved or touched.
    let sessions = world.client.signed_in(&ada).get("/auth/sessions").await.expect(200).json();
    assert_eq!(sessions[0]["id"], session);
    assert_eq!(sessions[0]["created_at"], sessions[0]["last_used_at"]);
    world.client.refresh(ada.refresh()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_is_refused_at_once_and_loses_nothing() {
    let scratch = Scratch::new();
    let store = Sqlite::open(scratch.file("app.db")).await.unwrap();
    let world = World::on(store.clone()).await;
    let client = &world.client;
    let reply = client.register("ada@example.com").await;
    let me = client.signed_in(&reply);
    sqlx::raw_sql("UPDATE users SET active = 0").execute(store.pool()).await.unwrap();
    for path in ["/auth/me", "/anybody", "/fresh", "/auth/sessions"] {
        me.get(path).await.invalid_token();
    }
    me.json("PATCH", "/auth/me", json!({ "name": "Eve" })).await.invalid_token();
    me.json("DELETE", "/auth/me", json!({ "password": PASSWORD })).await.invalid_token();
    let change = json!({ "current_password": PASSWORD, "new_password": "another good one" });
    me.post("/auth/password/change", change).await.invalid_token();
    client.refresh(reply.refresh()).await.problem(403, "account_disabled");
    client.login("ada@example.com", PASSWORD).await.problem(403, "account_disabled");
    client.login("ada@example.com", "wrong wrong").await.problem(401, "invalid_credentials");
    // The refresh token was not used up by the refusal.
    sqlx::raw_sql("UPDATE users SET active = 1").execute(store.pool()).await.unwrap();
    assert_eq!(me.me().await.expect(200).json()["name"], "Ada");
    client.refresh(reply.refresh()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_a_request_but_its_token_says_whose_it_is() {
    let world = World::new().await;
    let ada = world.client.register("ada@example.com").await;
    let eve = world.client.register("eve@example.com").await;
    let id = ada.json()["user"]["id"].as_str().unwrap().to_owned();
    let me = world.client.signed_in(&eve).with("x-user-id", &id).with("cookie", format!("id={id}"));
    for path in [format!("/auth/me?id={id}"), format!("/auth/me?sub={id}&email=ada@example.com")] {
        assert_eq!(me.get(&path).await.expect(200).json()["email"], "eve@example.com");
        let name = json!({ "name": "Changed" });
        assert_eq!(
            me.json("PATCH", &path, name).await.expect(200).json()["email"],
            "eve@example.com"
        );
    }
    for member in ["id", "sub", "user", "user_id", "email"] {
        let mut body = json!({ "password": PASSWORD });
        body[member] = json!(id);
        me.json("DELETE", "/auth/me", body.clone()).await.problem(422, "validation_failed");
        me.post("/auth/reauthenticate", body).await.problem(422, "validation_failed");
        // A refresh token is its own witness, too.
        let mut body = json!({ "refresh_token": eve.refresh() });
        body[member] = json!(id);
        me.post("/auth/refresh", body).await.problem(422, "validation_failed");
    }
    assert_eq!(world.client.signed_in(&ada).me().await.expect(200).json()["name"], "Ada");
}
