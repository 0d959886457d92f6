use axum::Router;
use fastauth::{Auth, AuthBuilder, AuthUser, store::Memory};
use fastauth_tests::{
    BASE_URL, Mailbox, PASSWORD, SECRET, TestClock, World, page_of, serve, token_of,
};
use serde_json::json;

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_link_signs_in_once() {
    for (world, mailbox) in World::mailed(AuthBuilder::magic_links).await {
        let client = &world.client;
        client.register(ADA).await;
        let asked = client.post("/auth/magic-link", json!({ "email": "ADA@example.com " })).await;
        assert!(asked.expect(202).body.is_empty());
        let mail = mailbox.expect(ADA, "MagicLink").await;
        assert_eq!(page_of(&mail), "https://app.test/magic-link?token=");
        let body = json!({ "token": token_of(&mail) });
        let reply = client.post("/auth/magic-link/verify", body.clone()).await.expect(200);
        assert_eq!(reply.json()["user"]["email"], ADA);
        assert_eq!(reply.json()["user"]["email_verified"], true);
        let me = client.as_told(&reply);
        me.me().await.expect(200);
        let spent = client.post("/auth/magic-link/verify", body).await;
        spent.problem(400, "invalid_one_time_token");
        me.me().await.expect(200);
        // Nobody has an account there, and nobody may make one by a link.
        let body = json!({ "email": "nobody@example.com" });
        client.post("/auth/magic-link", body).await.expect(202);
        client.post("/auth/register/complete", json!({})).await.problem(404, "not_found");
        mailbox.is_empty().await;
    }
}

#[tokio::test]
async fn a_link_lasts_ten_minutes() {
    let [(world, mailbox), _] = World::mailed(AuthBuilder::magic_links).await;
    let client = &world.client;
    client.register(ADA).await;
    for (seconds, status) in [(600, 400), (599, 200)] {
        client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
        let token = mailbox.token(ADA, "MagicLink").await;
        world.wait(seconds);
        client.post("/auth/magic-link/verify", json!({ "token": token })).await.expect(status);
    }
}

/// The struct asks for a name that no link can give.
#[tokio::test]
async fn a_sign_up_by_link_is_completed_with_what_it_lacks() {
    for (world, mailbox) in World::mailed(AuthBuilder::magic_link_signup).await {
        let client = &world.client;
        client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
        let token = mailbox.token(ADA, "MagicLink").await;
        let body = json!({ "token": token });
        let reply = client.post("/auth/magic-link/verify", body.clone()).await;
        let reply = reply.problem(409, "registration_incomplete");
        assert_eq!(reply.errors(), ["/name missing"]);
        let flow = reply.json()["flow"].as_str().expect("a token").to_owned();
        let spent = client.post("/auth/magic-link/verify", body).await;
        spent.problem(400, "invalid_one_time_token");

        let complete = async |body| client.post("/auth/register/complete", body).await;
        for (body, error) in [
            (json!({ "flow": flow }), "/name missing"),
            (json!({ "flow": flow, "name": 5 }), "/name wrong_type"),
            (json!({ "flow": flow, "name": "A", "email": "eve@example.com" }), "/email unknown"),
            (json!({ "flow": flow, "name": "A", "password": "short" }), "/password too_short"),
            (json!({ "name": "Ada" }), "/flow missing"),
        ] {
            let reply = complete(body).await.problem(422, "validation_failed");
            assert_eq!(reply.errors(), [error]);
        }
        let reply = complete(json!({ "flow": flow, "name": "Ada" })).await.expect(201);
        let user = &reply.json()["user"];
        assert_eq!((&user["email"], &user["email_verified"]), (&json!(ADA), &json!(true)));
        let me = client.as_told(&reply);
        assert_eq!(me.me().await.expect(200).json()["name"], "Ada");
        complete(json!({ "flow": flow, "name": "Ada" }))
            .await
            .problem(400, "invalid_one_time_token");
        // There is no password, and so none is right.
        for password in ["", "!", PASSWORD] {
            client.login(ADA, password).await.problem(401, "invalid_credentials");
        }
        // The next link finds the account.
        client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
        let token = mailbox.token(ADA, "MagicLink").await;
        let again = client.post("/auth/magic-link/verify", json!({ "token": token })).await;
        assert_eq!(again.expect(200).json()["user"]["id"], user["id"]);
    }
}

#[tokio::test]
async fn a_sign_up_lasts_ten_minutes_and_may_bring_a_password() {
    let [(world, mailbox), _] = World::mailed(AuthBuilder::magic_link_signup).await;
    let client = &world.client;
    let begin = async || {
        client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
        let token = mailbox.token(ADA, "MagicLink").await;
        let reply = client.post("/auth/magic-link/verify", json!({ "token": token })).await;
        let reply = reply.problem(409, "registration_incomplete");
        reply.json()["flow"].as_str().expect("a token").to_owned()
    };
    let complete = async |flow: &str| {
        let body = json!({ "flow": flow, "name": "Ada", "password": PASSWORD });
        client.post("/auth/register/complete", body).await
    };
    let late = begin().await;
    world.wait(600);
    complete(&late).await.problem(400, "invalid_one_time_token");
    let flow = begin().await;
    world.wait(599);
    complete(&flow).await.expect(201);
    client.login(ADA, PASSWORD).await.expect(200);
}

/// Whoever has no password has nothing to give where others give theirs, but a fresh session.
#[tokio::test]
async fn without_a_password_a_fresh_session_stands_in() {
    let [(world, mailbox), _] = World::mailed(AuthBuilder::magic_link_signup).await;
    let client = &world.client;
    client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
    let token = mailbox.token(ADA, "MagicLink").await;
    let reply = client.post("/auth/magic-link/verify", json!({ "token": token })).await;
    let flow = reply.problem(409, "registration_incomplete").json()["flow"].clone();
    let body = json!({ "flow": flow, "name": "Ada" });
    let me = client.as_told(&client.post("/auth/register/complete", body).await.expect(201));
    let change = json!({ "new_email": "ada@new.example" });
    me.post("/auth/email/change", change.clone()).await.expect(202);
    mailbox.expect(ADA, "EmailChangeRequested").await;
    mailbox.expect("ada@new.example", "ConfirmEmailChange").await;
    world.wait(5 * 60);
    let stale = me.post("/auth/email/change", change).await;
    stale.problem(401, "reauthentication_required");
    me.delete("/auth/me").await.problem(401, "reauthentication_required");
    client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
    let token = mailbox.token(ADA, "MagicLink").await;
    let reply = client.post("/auth/magic-link/verify", json!({ "token": token })).await;
    client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
    let token = mailbox.token(ADA, "MagicLink").await;
    client.as_told(&reply.expect(200)).delete("/auth/me").await.expect(204);
    // A link that is still there dies with the account.
    let reply = client.post("/auth/magic-link/verify", json!({ "token": token })).await;
    reply.problem(400, "invalid_one_time_token");
    mailbox.is_empty().await;
}

/// Everything a link can give is enough.
#[derive(AuthUser)]
#[auth(id, email, email_verified)]
struct Guest {
    id: i64,
    email: String,
    email_verified: bool,
}

#[tokio::test]
async fn a_first_link_may_be_all_that_it_takes() {
    let mailbox = Mailbox::default();
    let auth = Auth::<Guest>::builder()
        .base_url(BASE_URL)
        .secret(SECRET)
        .clock(TestClock::default())
        .email(mailbox.outbox())
        .magic_link_signup()
        .store(Memory::new())
        .build()
        .await
        .expect("complete");
    let app = Router::new().nest("/auth", auth.routes()).with_state(auth.clone());
    let client = serve(&auth, app).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
        let token = mailbox.token(ADA, "MagicLink").await;
        let reply = client.post("/auth/magic-link/verify", json!({ "token": token })).await;
        ids.push(reply.expect(200).json()["user"]["id"].clone());
    }
    assert_eq!(ids[0], ids[1]);
    client.post("/auth/password/forgot", json!({ "email": ADA })).await.problem(404, "not_found");
    mailbox.is_empty().await;
}
