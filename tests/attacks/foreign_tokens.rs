//! A genuine token where it does not belong: of another application under the same secret, of
//! another user type, of somebody else's session, of a user or a session that is no more.
//!
//! Sources: RFC 8725 §2.7, §3.8, §3.9; ASVS 7.4.1, 9.2.3; Authlib and fastapi_login took any `aud`.

use axum::Router;
use fastauth::{
    Auth, AuthUser, PasswordHash,
    store::{Memory, Sqlite},
};
use serde_json::json;

use crate::{
    forged_tokens::opens_nothing,
    support::{App, Call, Minted, PASSWORD, SECRET, Scratch, accounts, cheap, claims, key_of},
};

/// Another user type in the same database, whose ids are spelled alike.
#[derive(AuthUser)]
#[auth(table = "admins", id, email, password_hash)]
struct Admin {
    id: String,
    email: String,
    password_hash: Option<PasswordHash>,
    #[auth(signup, token)]
    name: String,
}

fn access(reply: &serde_json::Value) -> String {
    reply["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_application_under_the_same_secret_opens_nothing() {
    let store = Memory::new();
    let here = App::of(accounts!(store.clone())).await;
    let there = App::of(accounts!(store, base_url("https://other.example"))).await;
    // The same store, the same user, the same secret: the address alone tells them apart.
    let token = access(&there.register("ada@example.com").await);
    assert_eq!(there.me(&token).await.status, 200);
    opens_nothing(&here, &token).await;
    let token = access(&here.login("ada@example.com", PASSWORD).await.json());
    opens_nothing(&there, &token).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_under_another_secret_opens_nothing() {
    let store = Memory::new();
    let here = App::of(accounts!(store.clone())).await;
    let other = "hex:8f1d3c5b7a9e0f2d4c6b8a1e3f5d7c9b0a2e4f6d8c1b3a5e7f9d0c2b4a6e8f1d";
    let there = App::of(accounts!(store, secret(other))).await;
    let reply = there.register("ada@example.com").await;
    opens_nothing(&here, &access(&reply)).await;
    let refresh = reply["refresh_token"].as_str().unwrap();
    assert_eq!(here.refresh(refresh).await.code(), "invalid_refresh_token");
    assert_eq!(there.refresh(refresh).await.status, 200, "a stranger ended the session");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_user_type_opens_nothing() {
    let scratch = Scratch::new();
    let file = scratch.file("app.db");
    let users = App::on_file(&file).await;
    let admins = Auth::<Admin>::builder()
        .secret(SECRET)
        .base_url("http://localhost:3000")
        .password_hasher(cheap())
        .store(Sqlite::open(&file).await.unwrap())
        .create_user_table()
        .build()
        .await
        .unwrap();
    let address = crate::support::free_address();
    let app: Router = Router::new().nest("/auth", admins.routes());
    let serving = tokio::spawn(async move {
        fastauth::serve(app, &address.to_string(), admins).await.unwrap();
    });
    while tokio::net::TcpStream::connect(address).await.is_err() {
        tokio::task::yield_now().await;
    }
    let user = users.register("ada@example.com").await;
    let admin = crate::support::register(address, "root@example.com").await;
    let me = async |token: &str| Call::get("/auth/me").bearer(token).send(address).await;
    assert_eq!(me(&access(&admin)).await.status, 200);
    opens_nothing(&users, &access(&admin)).await;
    me(&access(&user)).await.invalid_token();

    // Even with the other's key, a session of the one is none of the other.
    let of_user = Minted::like(&access(&user)).key(key_of("admins")).write();
    me(&of_user).await.invalid_token();
    let crossed = Minted::like(&access(&user))
        .claim("sid", Some(claims(&access(&admin))["sid"].clone()))
        .write();
    users.me(&crossed).await.invalid_token();

    // Nor does the refresh token of the one end or move a session of the other.
    let refresh = |reply: &serde_json::Value| json!({ "refresh_token": reply["refresh_token"] });
    let reply = Call::post("/auth/refresh").json(&refresh(&user)).send(address).await;
    assert_eq!(reply.code(), "invalid_refresh_token");
    let reply = users.send(Call::post("/auth/refresh").json(&refresh(&admin))).await;
    assert_eq!(reply.code(), "invalid_refresh_token");
    assert_eq!(users.send(Call::post("/auth/refresh").json(&refresh(&user))).await.status, 200);
    let reply = Call::post("/auth/refresh").json(&refresh(&admin)).send(address).await;
    assert_eq!(reply.status, 200);
    serving.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_subject_must_be_the_owner_of_the_session() {
    let app = App::in_memory().await;
    let ada = access(&app.register("ada@example.com").await);
    let eve = access(&app.register("eve@example.com").await);
    let (of_ada, of_eve) = (claims(&ada), claims(&eve));
    let stolen = Minted::like(&eve).claim("sub", Some(of_ada["sub"].clone())).write();
    app.me(&stolen).await.invalid_token();
    let stolen = Minted::like(&ada).claim("sid", Some(of_eve["sid"].clone())).write();
    app.me(&stolen).await.invalid_token();
    let nobody = "01890f6e-0000-7000-8000-000000000000";
    for claim in ["sub", "sid"] {
        app.me(&Minted::like(&ada).claim(claim, Some(json!(nobody))).write()).await.invalid_token();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_works_after_the_account_was_deleted() {
    for app in [App::in_memory().await, App::on_file("sqlite::memory:").await] {
        let reply = app.register("ada@example.com").await;
        let other = app.login("ada@example.com", PASSWORD).await.json();
        let call = Call::new("DELETE", "/auth/me").bearer(&access(&reply));
        let deleted = app.send(call.json(&json!({ "password": PASSWORD }))).await;
        assert_eq!(deleted.status, 204, "{deleted:?}");
        for token in [&reply, &other] {
            app.me(&access(token)).await.invalid_token();
            let refreshed = app.refresh(token["refresh_token"].as_str().unwrap()).await;
            assert_eq!(refreshed.code(), "invalid_refresh_token");
        }
        assert_eq!(app.login("ada@example.com", PASSWORD).await.code(), "invalid_credentials");
        // The address is free again, for another account.
        let again = app.register("ada@example.com").await;
        assert_ne!(again["user"]["id"], reply["user"]["id"]);
        app.me(&access(&reply)).await.invalid_token();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_takes_its_tokens_along() {
    let app = App::in_memory().await;
    let one = app.register("ada@example.com").await;
    let two = app.login("ada@example.com", PASSWORD).await.json();
    let session = claims(&access(&one))["sid"].as_str().unwrap().to_owned();
    let call = Call::new("DELETE", &format!("/auth/sessions/{session}"));
    assert_eq!(app.send(call.bearer(&access(&two))).await.status, 204);
    app.me(&access(&one)).await.invalid_token();
    assert_eq!(app.me(&access(&two)).await.status, 200);
    let refreshed = app.refresh(one["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refreshed.code(), "invalid_refresh_token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_somebody_else_cannot_be_ended_nor_told_from_none() {
    let app = App::in_memory().await;
    let ada = app.register("ada@example.com").await;
    let eve = access(&app.register("eve@example.com").await);
    let session = claims(&access(&ada))["sid"].as_str().unwrap().to_owned();
    let mut shapes = Vec::new();
    for id in [session.as_str(), "01890f6e-0000-7000-8000-000000000000", "1", "%ff", "x%00", "%"] {
        let call = Call::new("DELETE", &format!("/auth/sessions/{id}")).bearer(&eve);
        let reply = app.send(call).await;
        assert_eq!((reply.status, reply.code().as_str()), (404, "not_found"), "{id}");
        shapes.push(reply.shape());
    }
    shapes.dedup();
    assert_eq!(shapes.len(), 1, "{shapes:?}");
    assert_eq!(app.me(&access(&ada)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_is_refused_at_once() {
    let scratch = Scratch::new();
    let file = scratch.file("app.db");
    let store = Sqlite::open(&file).await.unwrap();
    let app = App::of(accounts!(store.clone())).await;
    let reply = app.register("ada@example.com").await;
    sqlx::raw_sql("UPDATE users SET active = 0").execute(store.pool()).await.unwrap();
    app.me(&access(&reply)).await.invalid_token();
    app.send(Call::get("/anybody").bearer(&access(&reply))).await.invalid_token();
    let refreshed = app.refresh(reply["refresh_token"].as_str().unwrap()).await;
    assert_eq!((refreshed.status, refreshed.code().as_str()), (403, "account_disabled"));
    assert_eq!(app.login("ada@example.com", PASSWORD).await.code(), "account_disabled");
    assert_eq!(app.login("ada@example.com", "wrong wrong").await.code(), "invalid_credentials");
    // The refresh token was not used up by the refusal.
    sqlx::raw_sql("UPDATE users SET active = 1").execute(store.pool()).await.unwrap();
    assert_eq!(app.refresh(reply["refresh_token"].as_str().unwrap()).await.status, 200);
}
