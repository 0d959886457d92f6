use fastauth::EmailVerification;
use fastauth_tests::{PASSWORD, World, page_of, signup, token_of};
use serde_json::json;

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_new_user_is_asked_and_may_prove_their_address_later() {
    for (world, mailbox) in
        World::mailed(|it| it.email_verification(EmailVerification::Offered)).await
    {
        let client = &world.client;
        let me = client.as_told(&client.register(ADA).await);
        let mail = mailbox.expect(ADA, "VerifyEmail").await;
        assert_eq!(page_of(&mail), "https://app.test/verify-email?token=");
        assert_eq!(me.me().await.json()["email_verified"], false);
        client.login(ADA, PASSWORD).await.expect(200);
        // The first link is lost; the next one takes its place.
        client.post("/auth/email/verification", json!({ "email": ADA })).await.expect(202);
        let token = mailbox.token(ADA, "VerifyEmail").await;
        let verify =
            async |token: &str| client.post("/auth/email/verify", json!({ "token": token })).await;
        verify(&token_of(&mail)).await.problem(400, "invalid_one_time_token");
        assert!(verify(&token).await.expect(204).body.is_empty());
        assert_eq!(me.me().await.expect(200).json()["email_verified"], true);
        verify(&token).await.problem(400, "invalid_one_time_token");
        // Whoever has proved it is asked no more.
        client.post("/auth/email/verification", json!({ "email": ADA })).await.expect(202);
        mailbox.is_empty().await;
    }
}

#[tokio::test]
async fn where_it_is_required_nobody_signs_in_before() {
    for (world, mailbox) in
        World::mailed(|it| it.email_verification(EmailVerification::Required)).await
    {
        let client = &world.client;
        let reply = client.post("/auth/register", signup(ADA)).await.expect(202);
        assert!(reply.body.is_empty() && reply.jar().is_empty());
        client.login(ADA, PASSWORD).await.problem(403, "email_not_verified");
        client.login(ADA, "wrong password").await.problem(401, "invalid_credentials");
        let token = mailbox.token(ADA, "VerifyEmail").await;
        // Somebody registers the same address again: its owner learns so, and nobody else.
        let body = json!({ "email": ADA, "password": "another password", "name": "Eve" });
        let again = client.post("/auth/register", body).await;
        assert_eq!(again.shape(), reply.shape());
        mailbox.expect(ADA, "AlreadyRegistered").await;
        client.post("/auth/email/verify", json!({ "token": token })).await.expect(204);
        client.login(ADA, "another password").await.problem(401, "invalid_credentials");
        let me = client.as_told(&client.login(ADA, PASSWORD).await.expect(200));
        let user = me.me().await.expect(200).json();
        assert_eq!((&user["name"], &user["email_verified"]), (&json!("Ada"), &json!(true)));
        mailbox.is_empty().await;
    }
}

#[tokio::test]
async fn a_link_lasts_a_day() {
    let [(world, mailbox), _] =
        World::mailed(|it| it.email_verification(EmailVerification::Required)).await;
    let client = &world.client;
    client.post("/auth/register", signup(ADA)).await.expect(202);
    let token = mailbox.token(ADA, "VerifyEmail").await;
    world.wait(24 * 60 * 60);
    let body = json!({ "token": token });
    client.post("/auth/email/verify", body).await.problem(400, "invalid_one_time_token");
    client.post("/auth/email/verification", json!({ "email": ADA })).await.expect(202);
    let token = mailbox.token(ADA, "VerifyEmail").await;
    world.wait(24 * 60 * 60 - 1);
    client.post("/auth/email/verify", json!({ "token": token })).await.expect(204);
}
