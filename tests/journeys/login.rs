use fastauth::{Secret, store::Memory};
use fastauth_tests::{PASSWORD, TestClock, World, builder};
use serde_json::json;

#[tokio::test]
async fn the_right_password_signs_in_by_json_and_by_form() {
    let world = World::new().await;
    world.client.register("ada@example.com").await;
    let body = json!({ "email": "Ada@Example.com", "password": PASSWORD, "remember": true });
    let reply = world.client.post("/auth/login", body).await.expect(200);
    assert_eq!(reply.json()["user"]["name"], "Ada");
    let form = world.client.with("content-type", "application/x-www-form-urlencoded");
    for body in [
        "username=ada%40example.com&password=correct+horse+battery",
        "grant_type=password&username=ada@example.com&password=correct%20horse%20battery&scope=&client_id=x&client_secret=",
    ] {
        form.send("POST", "/auth/login", body.as_bytes()).await.expect(200);
    }
}

#[tokio::test]
async fn a_form_is_read_as_strictly_as_json() {
    let world = World::new().await;
    let form =
        world.client.with("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    let send = async |body: &'static str| form.send("POST", "/auth/login", body.as_bytes()).await;
    assert_eq!(
        send("").await.problem(422, "validation_failed").errors(),
        ["/password missing", "/username missing"]
    );
    assert_eq!(
        send("username=a&password=b&role=x").await.problem(422, "validation_failed").errors(),
        [" unknown"]
    );
    assert_eq!(
        send("username=a&password=b&grant_type=code")
            .await
            .problem(422, "validation_failed")
            .errors(),
        ["/grant_type wrong_value"]
    );
    send("username=a&password=b&username=c").await.problem(400, "malformed_body");
}

#[tokio::test]
async fn nobody_learns_whether_an_account_exists() {
    let world = World::new().await;
    world.client.register("ada@example.com").await;
    let mut replies = Vec::new();
    for (email, password) in [
        ("ada@example.com", "wrong password"),
        ("eve@example.com", PASSWORD),
        ("not an address", PASSWORD),
        ("ada@example.com", ""),
        ("", ""),
    ] {
        let before = world.auth.passwords_computed();
        let reply =
            world.client.post("/auth/login", json!({ "email": email, "password": password })).await;
        let reply = reply.problem(401, "invalid_credentials");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        assert_eq!(
            world.auth.passwords_computed(),
            before + 1,
            "{email:?} costs another amount of work"
        );
        let headers: Vec<_> =
            reply.headers.into_iter().filter(|(name, _)| name != "date").collect();
        replies.push((headers, reply.body));
    }
    assert!(replies.windows(2).all(|pair| pair[0] == pair[1]), "{replies:?}");
}

#[tokio::test]
async fn an_overlong_password_is_refused_before_any_work() {
    let world = World::new().await;
    let body = json!({ "email": "ada@example.com", "password": "x".repeat(257) });
    let reply = world.client.post("/auth/login", body).await.problem(422, "validation_failed");
    assert_eq!(reply.errors(), ["/password too_long"]);
    assert_eq!(world.auth.passwords_computed(), 0);
}

#[tokio::test]
async fn signing_in_ends_the_session_one_had() {
    let world = World::new().await;
    let first = world.client.register("ada@example.com").await;
    let other = world.client.login("ada@example.com", PASSWORD).await.expect(200);
    let me = world.client.signed_in(&first);
    let next = me.login("ada@example.com", PASSWORD).await.expect(200);
    me.me().await.problem(401, "invalid_token");
    world.client.signed_in(&next).me().await.expect(200);
    world.client.signed_in(&other).me().await.expect(200);
    // A sign-in that fails ends nothing.
    let me = world.client.signed_in(&next);
    me.login("ada@example.com", "wrong password").await.problem(401, "invalid_credentials");
    me.me().await.expect(200);
}

#[tokio::test]
async fn tokens_of_another_secret_are_nothing() {
    let world = World::new().await;
    let reply = world.client.register("ada@example.com").await;
    let clock = TestClock::default();
    let other = "hex:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    assert!(Secret::parse(other).is_ok());
    let auth = builder(&clock).secret(other).store(Memory::new()).build().await.expect("complete");
    let stranger = World::of(auth, clock).await;
    stranger.client.signed_in(&reply).me().await.problem(401, "invalid_token");
    let body = json!({ "refresh_token": reply.refresh() });
    stranger.client.post("/auth/refresh", body).await.problem(401, "invalid_refresh_token");
}

/// A body sent as another kind than it is came back in the error, the password with it.
#[tokio::test]
async fn no_reply_says_what_was_sent() {
    let world = World::new().await;
    let form = world.client.with("content-type", "application/x-www-form-urlencoded");
    let json = r#"{"email":"ada@example.com","password":"hunter2hunter2"}"#;
    for body in [json.to_owned(), format!(" \r\n{json}")] {
        let reply = form.send("POST", "/auth/login", body.as_bytes()).await;
        let reply = reply.problem(415, "unsupported_media_type");
        assert!(reply.text().contains("application/json"), "{}", reply.text());
        assert!(!reply.text().contains("hunter2"), "{}", reply.text());
    }
    for body in
        ["hunter2hunter2", "username=ada&hunter2hunter2", "[\"hunter2\"]", "hunter2=1&hunter2%00=2"]
    {
        let reply = form.send("POST", "/auth/login", body.as_bytes()).await;
        let reply = reply.problem(422, "validation_failed");
        assert!(!reply.text().contains("hunter2"), "{}", reply.text());
        assert!(reply.errors().contains(&" unknown".to_owned()), "{}", reply.text());
    }
    // In JSON a misspelt name is said, if it is one.
    let long = "x".repeat(65);
    let mut body = json!({ "email": "ada@example.com", "password": PASSWORD, "pasword": 1 });
    for odd in [
        "",
        "hunter2 hunter2",
        "hunter2\u{0}",
        "h\u{fc}nter2",
        "{\"password\":\"hunter2\"}",
        long.as_str(),
    ] {
        body[odd] = json!(1);
    }
    let reply = world.client.post("/auth/login", body).await.problem(422, "validation_failed");
    assert_eq!(reply.errors(), [" unknown", "/pasword unknown"]);
    assert!(!reply.text().contains("nter2") && !reply.text().contains(&long), "{}", reply.text());
}
