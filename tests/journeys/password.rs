use fastauth_tests::{PASSWORD, World, ada};
use serde_json::json;

#[tokio::test]
async fn a_changed_password_keeps_this_session_and_ends_the_others() {
    const NEW: &str = "a new horse every year";
    let world = World::new().await;
    let reply = world.client.register("ada@example.com").await;
    let other = world.client.login("ada@example.com", PASSWORD).await.expect(200);
    let me = world.client.signed_in(&reply);
    me.post("/auth/password/change", json!({ "current_password": PASSWORD, "new_password": NEW }))
        .await
        .expect(204);
    me.me().await.expect(200);
    world.client.refresh(reply.refresh()).await.expect(200);
    world.client.signed_in(&other).me().await.problem(401, "invalid_token");
    world.client.refresh(other.refresh()).await.problem(401, "invalid_refresh_token");
    world.client.login("ada@example.com", PASSWORD).await.problem(401, "invalid_credentials");
    world.client.login("ada@example.com", NEW).await.expect(200);
}

#[tokio::test]
async fn a_change_needs_the_current_password_and_a_good_new_one() {
    let world = World::new().await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    let change = async |current: serde_json::Value, new: &str| {
        let mut body = json!({ "new_password": new });
        if !current.is_null() {
            body["current_password"] = current;
        }
        me.post("/auth/password/change", body).await
    };
    let _ =
        change(json!("wrong password"), "quite another one").await.problem(403, "wrong_password");
    assert_eq!(
        change(json!(null), "quite another one").await.problem(422, "validation_failed").errors(),
        ["/current_password missing"]
    );
    assert_eq!(
        change(json!(PASSWORD), "short").await.problem(422, "validation_failed").errors(),
        ["/new_password too_short"]
    );
    assert_eq!(
        change(json!(PASSWORD), "password123").await.problem(422, "validation_failed").errors(),
        ["/new_password too_common"]
    );
    assert_eq!(
        change(json!(PASSWORD), &"x".repeat(257)).await.problem(422, "validation_failed").errors(),
        ["/new_password too_long"]
    );
    assert_eq!(
        change(json!("x".repeat(257)), "quite another one")
            .await
            .problem(422, "validation_failed")
            .errors(),
        ["/current_password too_long"]
    );
    world.client.login("ada@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn reauthentication_asks_for_the_password() {
    let world = World::new().await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    me.post("/auth/reauthenticate", json!({ "password": "wrong password" }))
        .await
        .problem(403, "wrong_password");
    assert_eq!(
        me.post("/auth/reauthenticate", json!({})).await.problem(422, "validation_failed").errors(),
        ["/password missing"]
    );
    me.post("/auth/reauthenticate", json!({ "password": PASSWORD })).await.expect(204);
}

/// A password that could be registered was refused as malformed by every route but that one.
#[tokio::test]
async fn every_route_reads_the_same_passwords() {
    let world = World::new().await;
    let form = world.client.with("content-type", "application/x-www-form-urlencoded");
    for (number, odd) in
        ["nul\u{0}nul nul", "\u{1}\u{7f}\u{85} control", "tab\tand\r\nline"].iter().enumerate()
    {
        let email = format!("ada{number}@example.com");
        let body = json!({ "email": email, "password": odd, "name": "Ada" });
        let me =
            world.client.signed_in(&world.client.post("/auth/register", body).await.expect(201));
        let login = json!({ "email": email, "password": odd });
        world.client.post("/auth/login", login.clone()).await.expect(200);
        let escaped: Vec<_> = odd.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let escaped = escaped.concat();
        let text = format!("username={email}&password={escaped}");
        form.send("POST", "/auth/login", text.as_bytes()).await.expect(200);
        me.post("/auth/reauthenticate", json!({ "password": odd })).await.expect(204);
        // What only differs after the NUL is another password.
        let cut = json!({ "password": odd.split_inclusive(char::is_control).next() });
        me.post("/auth/reauthenticate", cut).await.problem(403, "wrong_password");
        let new = format!("{odd}\u{0}new");
        let body = json!({ "current_password": odd, "new_password": new });
        me.post("/auth/password/change", body).await.expect(204);
        world.client.post("/auth/login", login).await.problem(401, "invalid_credentials");
        me.json("DELETE", "/auth/me", json!({ "password": new })).await.expect(204);
    }
    let me = world.client.signed_in(&world.client.post("/auth/register", ada()).await.expect(201));
    for other in [json!(5), json!([PASSWORD]), json!({}), json!(true)] {
        let reply = me.post("/auth/reauthenticate", json!({ "password": other })).await;
        assert_eq!(reply.problem(422, "validation_failed").errors(), ["/password wrong_type"]);
    }
    let long = json!({ "password": "x".repeat(20_000) });
    for (method, path) in [("POST", "/auth/reauthenticate"), ("DELETE", "/auth/me")] {
        let reply = me.json(method, path, long.clone()).await;
        assert_eq!(reply.problem(422, "validation_failed").errors(), ["/password too_long"]);
    }
}
