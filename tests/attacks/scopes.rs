//! Somebody with a token for little wants more: asks again at a refresh, in other words, for what
//! another was granted, or for nothing in the hope of everything.
//!
//! Sources: RFC 6749 §3.3, §6; better-auth#9965 (the request chose its scope); ASVS 8.2.1, 8.3.2.

use fastauth::{
    HookContext, Provider,
    access::Scopes,
    store::{Memory, UserStore},
    token::DatabaseStrategy,
};
use fastauth_tests::{Can, Mailbox, Minted, Office, Reply, User, World, can, claims};
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

/// Where a fresh session stands in for a password, one that was given for less does not: it would set a
/// password, or take the account to another address, and sign in with that for everything.
#[tokio::test]
async fn a_limited_session_sets_no_password_where_there_is_none() {
    let (memory, mailbox) = (Memory::new(), Mailbox::default());
    let world = World::built(memory.clone(), |it| {
        it.email(mailbox.outbox()).magic_link_signup().permissions::<Can>()
    })
    .await;
    let client = &world.client;
    client.post("/auth/magic-link", json!({ "email": "ada@example.com" })).await.expect(202);
    let token = mailbox.token("ada@example.com", "MagicLink").await;
    let reply = client.post("/auth/magic-link/verify", json!({ "token": token })).await;
    let flow = reply.problem(409, "registration_incomplete").json()["flow"].clone();
    let complete = json!({ "flow": flow, "name": "Ada" });
    let whole = client.post("/auth/register/complete", complete).await.expect(201);
    let id = whole.json()["user"]["id"].as_str().expect("an id").parse().expect("one");
    for scopes in [Scopes::default(), Scopes::of::<can::ReadPosts>()] {
        let user: User = memory.find_by_id(&id).await.expect("it answers").expect("she is there");
        let (method, headers) = (http::Method::GET, http::HeaderMap::new());
        let cx = HookContext::new(method, http::Uri::from_static("/"), &headers, None);
        let kiosk = Provider::named("kiosk");
        let issued = world.auth.sign_in_narrowed(user, kiosk, false, scopes, cx).await;
        let me = client.bearer(issued.expect("she may").access.expose());
        me.me().await.expect(200);
        let new = json!({ "new_password": "a new horse every year" });
        me.post("/auth/password/change", new).await.problem(403, "insufficient_scope");
        let new = json!({ "new_email": "eve@example.com" });
        me.post("/auth/email/change", new).await.problem(403, "insufficient_scope");
        me.json("DELETE", "/auth/me", json!({})).await.problem(403, "insufficient_scope");
    }
    // An ordinary one does.
    let new = json!({ "new_password": "a new horse every year" });
    client.signed_in(&whole).post("/auth/password/change", new).await.expect(204);
    mailbox.expect("ada@example.com", "PasswordChanged").await;
    mailbox.is_empty().await;
}
