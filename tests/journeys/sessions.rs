use fastauth_tests::{PASSWORD, World};

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_ends_it() {
    let world = World::new().await;
    let laptop = world.client.with("user-agent", "laptop").register("ada@example.com").await;
    world.wait(60);
    let phone = world
        .client
        .with("user-agent", "phone")
        .login("ada@example.com", PASSWORD)
        .await
        .expect(200);
    let me = world.client.signed_in(&phone);
    let sessions = me.get("/auth/sessions").await.expect(200).json();
    let shown: Vec<_> = sessions
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| (it["user_agent"].as_str(), it["ip"].as_str(), it["current"].as_bool()))
        .collect();
    assert_eq!(
        shown,
        [
            (Some("phone"), Some("127.0.0.1"), Some(true)),
            (Some("laptop"), Some("127.0.0.1"), Some(false))
        ]
    );
    let id = sessions[1]["id"].as_str().expect("an id");

    me.delete(&format!("/auth/sessions/{id}")).await.expect(204);
    me.delete(&format!("/auth/sessions/{id}")).await.problem(404, "not_found");
    world.client.signed_in(&laptop).me().await.problem(401, "invalid_token");
    world.client.refresh(laptop.refresh()).await.problem(401, "invalid_refresh_token");
    me.me().await.expect(200);

    for _ in 0..2 {
        world.client.login("ada@example.com", PASSWORD).await.expect(200);
    }
    me.delete("/auth/sessions").await.expect(204);
    let left = me.get("/auth/sessions").await.expect(200).json();
    assert_eq!(left.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn nobody_ends_or_finds_anybody_elses() {
    let world = World::new().await;
    let ada = world.client.signed_in(&world.client.register("ada@example.com").await);
    let eve = world.client.signed_in(&world.client.register("eve@example.com").await);
    let id = ada.get("/auth/sessions").await.json()[0]["id"].as_str().expect("an id").to_owned();
    for path in [
        format!("/auth/sessions/{id}"),
        "/auth/sessions/x".into(),
        "/auth/sessions/%ff".into(),
        format!("/auth/sessions/{}", id.to_uppercase()),
        "/auth/sessions/01890f6e-0000-7000-8000-000000000000".into(),
    ] {
        eve.delete(&path).await.problem(404, "not_found");
    }
    eve.delete("/auth/sessions").await.expect(204);
    ada.me().await.expect(200);
}

#[tokio::test]
async fn logging_out_ends_both_tokens_and_never_fails() {
    let world = World::new().await;
    let reply = world.client.register("ada@example.com").await;
    let me = world.client.signed_in(&reply);
    let out = me.send("POST", "/auth/logout", b"").await.expect(204);
    assert!(out.body.is_empty());
    me.me().await.problem(401, "invalid_token");
    world.client.refresh(reply.refresh()).await.problem(401, "invalid_refresh_token");
    for client in [me, world.client.clone(), world.client.bearer("nonsense")] {
        client.send("POST", "/auth/logout", b"").await.expect(204);
    }
}
