use fastauth::store::Sqlite;
use fastauth_tests::{PASSWORD, World, ada};
use serde_json::{Value, json};

#[tokio::test]
async fn users_see_and_change_what_is_theirs_to_change() {
    let world = World::new().await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    let before = me.me().await.expect(200).json();
    let after = me
        .json("PATCH", "/auth/me", json!({ "name": "Countess", "motto": "poetical science" }))
        .await
        .expect(200)
        .json();
    assert_eq!((&after["name"], &after["motto"]), (&json!("Countess"), &json!("poetical science")));
    assert_eq!(
        (&after["email"], &after["id"], &after["created_at"]),
        (&before["email"], &before["id"], &before["created_at"])
    );
    assert_eq!(me.me().await.expect(200).json(), after);
    let cleared = me.json("PATCH", "/auth/me", json!({ "motto": null })).await.expect(200).json();
    assert_eq!((&cleared["name"], &cleared["motto"]), (&json!("Countess"), &Value::Null));
    assert_eq!(me.json("PATCH", "/auth/me", json!({})).await.expect(200).json(), cleared);
}

#[tokio::test]
async fn nothing_else_of_an_account_can_be_changed() {
    let world = World::new().await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    for field in [
        "id",
        "email",
        "password",
        "password_hash",
        "active",
        "created_at",
        "updated_at",
        "plan",
        "notes",
        "role",
    ] {
        let reply = me
            .json("PATCH", "/auth/me", json!({ field: "x" }))
            .await
            .problem(422, "validation_failed");
        assert_eq!(reply.errors(), [format!("/{field} unknown")]);
    }
    let reply = me
        .json("PATCH", "/auth/me", json!({ "name": null, "motto": 5 }))
        .await
        .problem(422, "validation_failed");
    assert_eq!(reply.errors(), ["/motto wrong_type", "/name wrong_type"]);
    assert_eq!(me.me().await.json()["name"], "Ada");
}

#[tokio::test]
async fn a_username_belongs_to_one() {
    let world = World::new().await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    let eve = world.client.signed_in(&world.client.register("eve@example.com").await);
    assert_eq!(
        me.json("PATCH", "/auth/me", json!({ "username": "Countess" })).await.expect(200).json()["username"],
        "countess"
    );
    eve.json("PATCH", "/auth/me", json!({ "username": "COUNTESS" }))
        .await
        .problem(409, "username_taken");
    let reply = eve
        .json("PATCH", "/auth/me", json!({ "username": "ada@example.com" }))
        .await
        .problem(422, "validation_failed");
    assert_eq!(reply.errors(), ["/username invalid_username"]);
    world
        .client
        .post("/auth/login", json!({ "username": "countess", "password": PASSWORD }))
        .await
        .expect(200);
}

#[tokio::test]
async fn an_account_is_deleted_by_whoever_knows_its_password() {
    let world = World::new().await;
    let reply = world.client.register("ada@example.com").await;
    let me = world.client.signed_in(&reply);
    assert_eq!(
        me.delete("/auth/me").await.problem(422, "validation_failed").errors(),
        ["/password missing"]
    );
    me.json("DELETE", "/auth/me", json!({ "password": "wrong password" }))
        .await
        .problem(403, "wrong_password");
    me.me().await.expect(200);
    let gone = me.json("DELETE", "/auth/me", json!({ "password": PASSWORD })).await.expect(204);
    assert!(gone.body.is_empty());
    me.me().await.problem(401, "invalid_token");
    world.client.refresh(reply.refresh()).await.problem(401, "invalid_refresh_token");
    world.client.login("ada@example.com", PASSWORD).await.problem(401, "invalid_credentials");
    let again = world.client.register("ada@example.com").await;
    assert_ne!(again.json()["user"]["id"], reply.json()["user"]["id"]);
}

#[tokio::test]
async fn without_a_token_there_is_nothing_to_see() {
    let world = World::new().await;
    for (method, path) in [
        ("GET", "/auth/me"),
        ("PATCH", "/auth/me"),
        ("DELETE", "/auth/me"),
        ("GET", "/auth/sessions"),
        ("DELETE", "/auth/sessions"),
        ("DELETE", "/auth/sessions/x"),
        ("POST", "/auth/password/change"),
        ("POST", "/auth/reauthenticate"),
    ] {
        let reply = world.client.send(method, path, b"").await.problem(401, "missing_token");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "{method} {path}");
        let reply = world
            .client
            .bearer("nonsense")
            .send(method, path, b"")
            .await
            .problem(401, "invalid_token");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
    }
}

/// A foreign key, a check or a trigger of the application is no outage: waiting does not help.
#[tokio::test]
async fn what_the_database_forbids_is_a_conflict() {
    let store = Sqlite::open("sqlite::memory:").await.expect("a database");
    let world = World::on(store.clone()).await;
    let me = world.client.signed_in(&world.client.post("/auth/register", ada()).await.expect(201));
    let rules = "CREATE TABLE posts (author TEXT NOT NULL REFERENCES users (id));
        INSERT INTO posts SELECT id FROM users;
        CREATE TRIGGER polite BEFORE UPDATE ON users WHEN new.name = 'rude'
        BEGIN SELECT RAISE(ABORT, 'be polite'); END;";
    sqlx::raw_sql(rules).execute(store.pool()).await.expect("rules");
    me.json("PATCH", "/auth/me", json!({ "name": "rude" })).await.problem(409, "vetoed");
    let body = json!({ "password": PASSWORD });
    me.json("DELETE", "/auth/me", body.clone()).await.problem(409, "vetoed");
    me.get("/auth/me").await.expect(200);
    sqlx::raw_sql("DELETE FROM posts").execute(store.pool()).await.expect("no posts");
    me.json("DELETE", "/auth/me", body).await.expect(204);
}
