//! Somebody with a token for little wants more: asks again at a refresh, in other words, for what
//! another was granted, or for nothing in the hope of everything.
//!
//! Sources: RFC 6749 §3.3, §6; better-auth#9965 (the request chose its scope); ASVS 8.2.1, 8.3.2.

use fastauth::{store::Memory, token::DatabaseStrategy};
use fastauth_tests::{Minted, Office, Reply, claims};
use serde_json::json;

const ALL: [&str; 3] = ["mail:read", "posts:read", "posts:write"];

async fn office() -> Office {
    let office = Office::on(Memory::new(), |it| it).await;
    office.hire("ada", &ALL).await;
    office
}

async fn refresh(office: &Office, reply: &Reply, scope: &str) -> Reply {
    let body = json!({ "refresh_token": reply.refresh(), "scope": scope });
    office.world.client.post("/auth/refresh", body).await
}

#[tokio::test]
async fn a_refresh_never_widens() {
    let office = office().await;
    let mut reply = office.ask("ada", "posts:read").await.expect(200);
    for (asked, granted) in [
        ("posts:write", ""),
        ("posts:read posts:write mail:read", "posts:read"),
        ("manage-roles", ""),
        ("*", ""),
        ("POSTS:READ", ""),
        ("posts:read", "posts:read"),
    ] {
        reply = refresh(&office, &reply, asked).await.expect(200);
        assert_eq!(claims(reply.access())["scope"], granted, "{asked}");
        assert_eq!(reply.json()["scope"], granted, "{asked}");
        office.as_told(&reply).get("/write").await.problem(403, "insufficient_scope");
        office.as_told(&reply).get("/scope/write").await.problem(403, "insufficient_scope");
    }
    // What an ordinary sign-in did not ask for it is not granted later.
    let ordinary = refresh(&office, &office.login("ada").await, "posts:write").await.expect(200);
    assert_eq!(ordinary.json()["scope"], "");
    assert_eq!(office.opened(&ordinary).await, [""; 0]);
}

/// A grant that shrinks to nothing must not become an ordinary token, which is not limited.
#[tokio::test]
async fn a_promotion_elsewhere_opens_nothing_to_a_limited_token() {
    let office = office().await;
    office.hire("eve", &["posts:read"]).await;
    let reply = office.ask("eve", "posts:read").await.expect(200);
    office.allow("eve", &["posts:write"]).await;
    assert_eq!(office.opened(&reply).await, [""; 0]);
    let refreshed = office.world.client.refresh(reply.refresh()).await.expect(200);
    assert_eq!(refreshed.json()["scope"], "");
    assert_eq!(office.opened(&refreshed).await, [""; 0]);
}

/// Two refreshes of one token at a time: each access token is for what its own request asked.
#[tokio::test]
async fn a_lost_reply_is_not_wider_than_the_one_that_arrives() {
    let office = office().await;
    let first = office.ask("ada", "posts:read posts:write").await.expect(200);
    let narrow = refresh(&office, &first, "posts:read").await.expect(200);
    let wide = refresh(&office, &first, "posts:write mail:read").await.expect(200);
    assert_eq!(narrow.refresh(), wide.refresh());
    assert_eq!(claims(narrow.access())["scope"], "posts:read");
    assert_eq!(claims(wide.access())["scope"], "posts:write");
}

/// What a token says besides counts for nothing: neither a claim with our signature that the session was
/// not granted, nor a claim that is missing.
#[tokio::test]
async fn a_token_is_limited_by_its_session_too() {
    let office = office().await;
    let reply = office.ask("ada", "posts:read").await.expect(200);
    let minted = Minted::like(reply.access());
    for (scope, opened) in [
        (Some(json!("posts:read posts:write mail:read")), 4),
        (Some(json!("posts:write")), 0),
        (Some(json!("")), 0),
        (None, 4),
    ] {
        let token = minted.clone().claim("scope", scope.clone()).write();
        let client = office.world.client.bearer(&token);
        let mut count = 0;
        for door in fastauth_tests::DOORS {
            let reply = client.get(door).await;
            count += usize::from(reply.status == 200);
            assert!(reply.status == 200 || reply.refused().starts_with("insufficient_"), "{door}");
        }
        assert_eq!(count, opened, "{scope:?}");
    }
    for odd in ["posts:read  posts:write", " posts:read", "posts:read\tposts:write", "\""] {
        let token = minted.clone().claim("scope", Some(json!(odd))).write();
        office.world.client.bearer(&token).get("/read").await.invalid_token();
    }
}

/// Names are compared whole: no prefix, no part, no wildcard.
#[tokio::test]
async fn a_scope_is_a_whole_name() {
    for opaque in [false, true] {
        let office = Office::on(Memory::new(), |it| {
            if opaque { it.strategy(DatabaseStrategy::new()) } else { it }
        })
        .await;
        office.hire("ada", &ALL).await;
        for near in ["posts:writ", "posts:write2", "xposts:write", "posts", "write", "posts:*", "*"]
        {
            let reply = office.ask("ada", &format!("{near} mail:read")).await.expect(200);
            assert_eq!(reply.json()["scope"], "mail:read", "{near}");
            office.as_told(&reply).get("/scope/write").await.problem(403, "insufficient_scope");
        }
    }
}

/// Only the right password learns what would be granted.
#[tokio::test]
async fn a_wrong_password_learns_nothing_of_scopes() {
    let office = office().await;
    let client = &office.world.client;
    let form = |name: &str, scope: &str| {
        let form = format!("username={name}%40example.com&password=wrong+one&scope={scope}");
        async move { client.form("/auth/login", form).await }
    };
    let shapes = [
        form("ada", "posts:read").await.shape(),
        form("ada", "openid").await.shape(),
        form("nobody", "posts:read").await.shape(),
    ];
    assert!(shapes.iter().all(|shape| *shape == shapes[0] && shape.0 == 401), "{shapes:?}");
}
