use fastauth_tests::{PASSWORD, World, page_of, token_of};
use serde_json::json;

const ADA: &str = "ada@example.com";
const NEW: &str = "ada@new.example";

#[tokio::test]
async fn a_new_address_is_confirmed_and_the_old_one_told() {
    for (world, mailbox) in World::mailed(|it| it).await {
        let client = &world.client;
        let me = client.as_told(&client.register(ADA).await);
        let other = client.as_told(&client.login(ADA, PASSWORD).await.expect(200));
        let change = json!({ "new_email": "Ada@NEW.example", "password": PASSWORD });
        assert!(me.post("/auth/email/change", change).await.expect(202).body.is_empty());
        mailbox.expect(ADA, "EmailChangeRequested").await;
        let mail = mailbox.expect(NEW, "ConfirmEmailChange").await;
        assert_eq!(page_of(&mail), "https://app.test/confirm-email?token=");
        assert_eq!(me.me().await.json()["email"], ADA, "it changes before it is confirmed");
        mailbox.is_empty().await;

        let body = json!({ "token": token_of(&mail) });
        let confirm = async || me.post("/auth/email/change/confirm", body.clone()).await;
        confirm().await.expect(204);
        mailbox.expect(ADA, "EmailChanged").await;
        let user = me.me().await.expect(200).json();
        assert_eq!((&user["email"], &user["email_verified"]), (&json!(NEW), &json!(true)));
        other.me().await.problem(401, "invalid_token");
        client.login(ADA, PASSWORD).await.problem(401, "invalid_credentials");
        client.login(NEW, PASSWORD).await.expect(200);
        confirm().await.problem(400, "invalid_one_time_token");
        // The old address is free again.
        client.register(ADA).await;
        mailbox.is_empty().await;
    }
}

#[tokio::test]
async fn whoever_confirms_without_a_session_ends_them_all() {
    let [(world, mailbox), _] = World::mailed(|it| it).await;
    let client = &world.client;
    let me = client.as_told(&client.register(ADA).await);
    let eve = client.as_told(&client.register("eve@example.com").await);
    let change = json!({ "new_email": NEW, "password": PASSWORD });
    me.post("/auth/email/change", change).await.expect(202);
    let token = mailbox.token(NEW, "ConfirmEmailChange").await;
    // Another user's session is none of theirs, and the token acts on its own user.
    eve.post("/auth/email/change/confirm", json!({ "token": token })).await.expect(204);
    me.me().await.problem(401, "invalid_token");
    assert_eq!(eve.me().await.expect(200).json()["email"], "eve@example.com");
    client.login(NEW, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_change_needs_the_password_and_an_address_that_is_another() {
    let [(world, mailbox), _] = World::mailed(|it| it).await;
    let client = &world.client;
    let me = client.as_told(&client.register(ADA).await);
    let change = async |body| me.post("/auth/email/change", body).await;
    for (body, error) in [
        (json!({ "new_email": NEW }), "/password missing"),
        (json!({ "password": PASSWORD }), "/new_email missing"),
        (json!({ "new_email": "nobody", "password": PASSWORD }), "/new_email invalid_email"),
        (json!({ "new_email": "ADA@example.com", "password": PASSWORD }), "/new_email unchanged"),
        (json!({ "new_email": 5, "password": PASSWORD }), "/new_email wrong_type"),
    ] {
        assert_eq!(change(body).await.problem(422, "validation_failed").errors(), [error]);
    }
    let wrong = json!({ "new_email": NEW, "password": "wrong password" });
    change(wrong).await.problem(403, "wrong_password");
    let stranger = json!({ "new_email": NEW, "password": PASSWORD });
    client.post("/auth/email/change", stranger).await.problem(401, "missing_token");
    mailbox.is_empty().await;
}

#[tokio::test]
async fn a_link_lasts_an_hour_and_for_the_address_it_was_mailed_to() {
    let [(world, mailbox), _] = World::mailed(|it| it).await;
    let client = &world.client;
    let me = client.as_told(&client.register(ADA).await);
    let ask = async |email: &str| {
        let change = json!({ "new_email": email, "password": PASSWORD });
        me.post("/auth/email/change", change).await.expect(202);
        mailbox.token(email, "ConfirmEmailChange").await
    };
    let confirm =
        async |token: &str| me.post("/auth/email/change/confirm", json!({ "token": token })).await;
    // A later request never re-aims the first.
    let (first, second) = (ask(NEW).await, ask("third@example.com").await);
    confirm(&first).await.problem(400, "invalid_one_time_token");
    confirm(&second).await.expect(204);
    assert_eq!(me.me().await.json()["email"], "third@example.com");
    let late = ask(NEW).await;
    world.wait(60 * 60);
    let reply = client.post("/auth/email/change/confirm", json!({ "token": late })).await;
    reply.problem(400, "invalid_one_time_token");
}

#[tokio::test]
async fn an_address_that_was_taken_meanwhile_is_refused_and_nothing_changes() {
    let [(world, mailbox), _] = World::mailed(|it| it).await;
    let client = &world.client;
    let me = client.as_told(&client.register(ADA).await);
    let change = json!({ "new_email": NEW, "password": PASSWORD });
    me.post("/auth/email/change", change).await.expect(202);
    mailbox.expect(ADA, "EmailChangeRequested").await;
    let token = mailbox.token(NEW, "ConfirmEmailChange").await;
    client.register(NEW).await;
    let body = json!({ "token": token });
    me.post("/auth/email/change/confirm", body).await.problem(409, "email_taken");
    assert_eq!(me.me().await.expect(200).json()["email"], ADA);
    mailbox.is_empty().await;
}
