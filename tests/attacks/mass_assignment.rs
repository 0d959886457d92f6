//! A client says more than it is asked: that it is an administrator, verified, somebody else. At
//! sign-up, in a change of profile, in the login form, in every spelling and nesting.
//!
//! Sources: ASVS 15.3.3, 8.2.3; OWASP Mass Assignment; better-auth (fields were writable by default);
//! better-auth#9965 (the request chose its scope).

use fastauth::store::Sqlite;
use fastauth_tests::{Client, PASSWORD, User, World, ada, claims};
use serde_json::{Value, json};

/// What no client may say of an account, each with a value of its type.
fn forbidden() -> Vec<(&'static str, Value)> {
    let id = "01890f6e-0000-7000-8000-000000000000";
    vec![
        ("id", json!(id)),
        ("sub", json!(id)),
        ("is_admin", json!(true)),
        ("is_admin", json!(false)),
        ("is_admin", Value::Null),
        ("role", json!("admin")),
        ("roles", json!(["admin"])),
        ("permissions", json!(["users:write"])),
        ("scope", json!("admin")),
        ("plan", json!("gold")),
        ("notes", json!("x")),
        ("active", json!(true)),
        ("active", json!(false)),
        ("email_verified", json!(true)),
        ("created_at", json!("1970-01-01T00:00:00Z")),
        ("updated_at", json!("1970-01-01T00:00:00Z")),
        ("password_hash", json!("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")),
        // Other spellings of the same.
        ("isAdmin", json!(true)),
        ("IS_ADMIN", json!(true)),
        ("is-admin", json!(true)),
        ("is_admin ", json!(true)),
        ("is_admin\0", json!(true)),
        ("\u{ff49}s_admin", json!(true)),
        ("is_admin[]", json!(true)),
        ("user[is_admin]", json!(true)),
        ("user.is_admin", json!(true)),
        // Nested, and of other languages.
        ("user", json!({ "is_admin": true })),
        ("data", json!({ "role": "admin" })),
        ("__proto__", json!({ "is_admin": true })),
        ("constructor", json!({ "prototype": { "is_admin": true } })),
        ("", json!(true)),
        ("$set", json!({ "is_admin": true })),
    ]
}

async fn world() -> (World<User>, Sqlite) {
    let store = Sqlite::open("sqlite::memory:").await.unwrap();
    (World::on(store.clone()).await, store)
}

/// Asserts that nobody has more than everybody has.
async fn nobody_is_more(store: &Sqlite, accounts: i64) {
    let usual = "is_admin = 0 AND role IS NULL AND plan = 'free' AND notes = '' AND active = 1
        AND email_verified = 0 AND created_at > '2023' AND length(password_hash) > 60";
    for (filter, expected) in [("1", accounts), (usual, accounts)] {
        let sql = format!("SELECT count(*) FROM users WHERE {filter}");
        let count = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql));
        assert_eq!(count.fetch_one(store.pool()).await.unwrap(), expected, "{filter}");
    }
}

#[tokio::test]
async fn a_sign_up_sets_what_it_is_asked_for_and_nothing_else() {
    let (world, store) = world().await;
    for (name, value) in forbidden() {
        let mut body = ada();
        body[name] = value;
        let reply = world.client.post("/auth/register", body).await;
        let errors = reply.problem(422, "validation_failed").errors();
        assert!(errors.len() == 1 && errors[0].ends_with(" unknown"), "{name}: {errors:?}");
    }
    // What may be changed later is not for a sign-up, and what is may not be there twice.
    let json = world.client.with("content-type", "application/json");
    for more in ["\"motto\":\"x\"", "\"username\":\"root\",\"is_\\u0061dmin\":true"] {
        let body = ada().to_string().replacen('{', &format!("{{{more},"), 1);
        json.send("POST", "/auth/register", body.as_bytes())
            .await
            .problem(422, "validation_failed");
    }
    for twice in ["\"name\":\"Eve\"", "\"n\\u0061me\":\"Eve\"", "\"email\":\"eve@example.com\""] {
        let body = ada().to_string().replacen('{', &format!("{{{twice},"), 1);
        json.send("POST", "/auth/register", body.as_bytes()).await.problem(400, "malformed_body");
    }
    let form = "email=ada%40example.com&password=correct+horse+battery&name=Ada&is_admin=1";
    world.client.form("/auth/register", form).await.problem(415, "unsupported_media_type");
    nobody_is_more(&store, 0).await;
    world.client.post("/auth/register?is_admin=true&role=admin", ada()).await.expect(201);
    nobody_is_more(&store, 1).await;
}

#[tokio::test]
async fn a_profile_changes_where_its_owner_may_change_it() {
    let (world, store) = world().await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    let before = me.me().await.expect(200).json();
    let also = [("password", json!("another good password")), ("email", json!("eve@example.com"))];
    for (name, value) in forbidden().into_iter().chain(also) {
        // What is allowed beside it is not done either.
        let body = json!({ "name": "Changed", name: value });
        let errors =
            me.json("PATCH", "/auth/me", body).await.problem(422, "validation_failed").errors();
        assert!(errors.len() == 1 && errors[0].ends_with(" unknown"), "{name}: {errors:?}");
    }
    for (method, content_type) in
        [("PATCH", "application/x-www-form-urlencoded"), ("PATCH", "application/merge-patch+json")]
    {
        let other = me.with("content-type", content_type);
        other.send(method, "/auth/me", b"is_admin=1").await.problem(415, "unsupported_media_type");
    }
    let patch = json!([{ "op": "add", "path": "/is_admin", "value": true }]);
    me.json("PATCH", "/auth/me", patch).await.problem(422, "validation_failed");
    assert_eq!(me.me().await.expect(200).json(), before);
    me.json("PATCH", "/auth/me?is_admin=true", json!({ "motto": "is_admin" })).await.expect(200);
    nobody_is_more(&store, 1).await;
    world.client.login("ada@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn no_other_route_takes_a_part_of_an_account_along() {
    let (world, store) = world().await;
    let reply = world.client.register("ada@example.com").await;
    let me = world.client.signed_in(&reply);
    let extra = async |client: &Client, method: &str, path: &str, body: Value| {
        // A refresh may ask for less, which is another story.
        for (name, value) in forbidden()
            .into_iter()
            .filter(|(name, _)| !(path == "/auth/refresh" && *name == "scope"))
        {
            let mut body = body.clone();
            body[name] = value;
            let reply = client.json(method, path, body).await.problem(422, "validation_failed");
            assert!(reply.errors()[0].ends_with(" unknown"), "{path} {name}: {}", reply.text());
        }
    };
    let login = json!({ "email": "ada@example.com", "password": PASSWORD });
    extra(&world.client, "POST", "/auth/login", login).await;
    let refresh = json!({ "refresh_token": reply.refresh() });
    extra(&world.client, "POST", "/auth/refresh", refresh).await;
    let change = json!({ "current_password": PASSWORD, "new_password": "another good password" });
    extra(&me, "POST", "/auth/password/change", change).await;
    extra(&me, "POST", "/auth/reauthenticate", json!({ "password": PASSWORD })).await;
    extra(&me, "DELETE", "/auth/me", json!({ "password": PASSWORD })).await;
    nobody_is_more(&store, 1).await;
    world.client.refresh(reply.refresh()).await.expect(200);
}

#[tokio::test]
async fn a_login_form_asks_for_a_scope_and_gets_none() {
    let (world, store) = world().await;
    world.client.register("ada@example.com").await;
    let right = "username=ada%40example.com&password=correct+horse+battery";
    for scope in ["admin", "admin%20users:write", "*", "openid", ""] {
        let reply = world.client.form("/auth/login", format!("{right}&scope={scope}")).await;
        let said = claims(reply.expect(200).access());
        assert!(said["scope"].is_null() || said["scope"] == "", "{said}");
        assert_eq!((&said["plan"], &said["type"]), (&json!("free"), &json!("access")));
        assert!(said.get("is_admin").is_none() && said.get("role").is_none(), "{said}");
    }
    for more in [
        "role=admin",
        "is_admin=1",
        "sub=x",
        "user[role]=admin",
        "scope=a&scope=admin",
        "grant_type=client_credentials",
    ] {
        let reply = world.client.form("/auth/login", format!("{right}&{more}")).await;
        assert!([400, 422].contains(&reply.status), "{more}: {}", reply.text());
    }
    nobody_is_more(&store, 1).await;
}
