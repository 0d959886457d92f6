use fastauth_tests::{PASSWORD, World};
use serde_json::json;

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_the_next() {
    let world = World::new().await;
    let first = world.client.register("ada@example.com").await;
    let second = world.client.refresh(first.refresh()).await.expect(200);
    assert_ne!(first.refresh(), second.refresh());
    assert_ne!(first.access(), second.access());
    assert_eq!(second.json()["user"]["email"], "ada@example.com");
    assert_eq!(second.header("cache-control"), Some("no-store"));
    world.client.signed_in(&second).me().await.expect(200);
    let third = world.client.refresh(second.refresh()).await.expect(200);
    assert_ne!(second.refresh(), third.refresh());
}

#[tokio::test]
async fn a_lost_reply_is_answered_with_the_same_child_for_ten_seconds() {
    let world = World::new().await;
    let first = world.client.register("ada@example.com").await;
    let child = world.client.refresh(first.refresh()).await.expect(200);
    world.wait(9);
    let again = world.client.refresh(first.refresh()).await.expect(200);
    assert_eq!(child.refresh(), again.refresh());
    world.wait(2);
    world.client.refresh(first.refresh()).await.problem(401, "invalid_refresh_token");
    // That was reuse: the whole session is over.
    world.client.refresh(child.refresh()).await.problem(401, "invalid_refresh_token");
    world.client.signed_in(&child).me().await.problem(401, "invalid_token");
}

#[tokio::test]
async fn an_older_ancestor_ends_its_session_and_no_other() {
    let world = World::new().await;
    let first = world.client.register("ada@example.com").await;
    let other = world.client.login("ada@example.com", PASSWORD).await.expect(200);
    let second = world.client.refresh(first.refresh()).await.expect(200);
    let third = world.client.refresh(second.refresh()).await.expect(200);
    // Within the ten seconds, but the grandparent.
    world.client.refresh(first.refresh()).await.problem(401, "invalid_refresh_token");
    world.client.refresh(third.refresh()).await.problem(401, "invalid_refresh_token");
    world.client.refresh(other.refresh()).await.expect(200);
}

#[tokio::test]
async fn what_is_not_our_token_ends_nothing() {
    let world = World::new().await;
    let first = world.client.register("ada@example.com").await;
    let good = first.refresh();
    let mut flipped: Vec<String> = (6..good.len())
        .step_by(7)
        .map(|at| {
            let other = if good.as_bytes()[at] == b'A' { "B" } else { "A" };
            format!("{}{other}{}", &good[..at], &good[at + 1..])
        })
        .collect();
    flipped.extend([
        String::new(),
        "fa_rt_".into(),
        good.to_uppercase(),
        format!("{good} "),
        format!("{good}A"),
        good.trim_start_matches("fa_rt_").into(),
        first.access().into(),
    ]);
    for token in flipped {
        world.client.refresh(&token).await.problem(401, "invalid_refresh_token");
    }
    world.client.refresh(good).await.expect(200);
}

#[tokio::test]
async fn a_session_ends_when_it_lies_unused_and_in_any_case() {
    const DAY: u64 = 24 * 60 * 60;
    let world = World::new().await;
    let first = world.client.register("ada@example.com").await;
    world.wait(7 * DAY + 1);
    world.client.refresh(first.refresh()).await.problem(401, "invalid_refresh_token");

    let mut latest = world.client.login("ada@example.com", PASSWORD).await.expect(200);
    for _ in 0..4 {
        world.wait(7 * DAY - 60);
        latest = world.client.refresh(latest.refresh()).await.expect(200);
    }
    // Day 28: two days are left, however often it is used.
    let left = latest.json()["refresh_expires_in"].as_u64().expect("seconds");
    assert!((2 * DAY..2 * DAY + 300).contains(&left), "{left}");
    world.wait(2 * DAY + 300);
    world.client.refresh(latest.refresh()).await.problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn a_body_is_one_token_and_nothing_else() {
    let world = World::new().await;
    let reply =
        world.client.post("/auth/refresh", json!({})).await.problem(422, "validation_failed");
    assert_eq!(reply.errors(), ["/refresh_token missing"]);
    let reply = world
        .client
        .post("/auth/refresh", json!({ "refresh_token": 1, "user": "x" }))
        .await
        .problem(422, "validation_failed");
    assert_eq!(reply.errors(), ["/refresh_token wrong_type", "/user unknown"]);
}
