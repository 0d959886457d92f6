use fastauth::{PageUrls, store::Memory};
use fastauth_tests::{PASSWORD, World, page_of, token_of};
use serde_json::json;

const ADA: &str = "ada@example.com";
const NEW: &str = "a new horse every year";

#[tokio::test]
async fn a_forgotten_password_is_replaced_and_everything_else_ends() {
    for (world, mailbox) in World::mailed(|it| it).await {
        let client = &world.client;
        let reply = client.register(ADA).await;
        let me = client.as_told(&reply);
        let eve = client.as_told(&client.register("eve@example.com").await);
        let asked = client.post("/auth/password/forgot", json!({ "email": " ADA@example.com" }));
        assert!(asked.await.expect(202).body.is_empty());
        let mail = mailbox.expect(ADA, "ResetPassword").await;
        assert_eq!(page_of(&mail), "https://app.test/reset-password?token=");
        let token = token_of(&mail);
        // Until it is used nothing has changed.
        me.me().await.expect(200);
        client.login(ADA, PASSWORD).await.expect(200);

        let body = json!({ "token": token, "password": NEW });
        let reset = client.post("/auth/password/reset", body.clone()).await.expect(204);
        assert!(reset.body.is_empty() && reset.jar().is_empty(), "a reset signs in");
        assert_eq!(reset.header("cache-control"), Some("no-store"));
        assert_eq!(reset.header("referrer-policy"), Some("no-referrer"));
        me.me().await.problem(401, "invalid_token");
        client.login(ADA, PASSWORD).await.problem(401, "invalid_credentials");
        let me = client.as_told(&client.login(ADA, NEW).await.expect(200));
        // Whoever reads mail at this address has proved it.
        assert_eq!(me.me().await.expect(200).json()["email_verified"], true);
        eve.me().await.expect(200);
        mailbox.expect(ADA, "PasswordChanged").await;
        client.post("/auth/password/reset", body).await.problem(400, "invalid_one_time_token");
        client.login(ADA, NEW).await.expect(200);
        mailbox.is_empty().await;
    }
}

#[tokio::test]
async fn a_link_lasts_half_an_hour_and_until_there_is_a_newer_one() {
    for (world, mailbox) in World::mailed(|it| it).await {
        let client = &world.client;
        client.register(ADA).await;
        let ask = async || {
            client.post("/auth/password/forgot", json!({ "email": ADA })).await.expect(202);
            mailbox.token(ADA, "ResetPassword").await
        };
        let reset = async |token: &str| {
            client.post("/auth/password/reset", json!({ "token": token, "password": NEW })).await
        };
        let (older, newer) = (ask().await, ask().await);
        reset(&older).await.problem(400, "invalid_one_time_token");
        world.wait(30 * 60);
        reset(&newer).await.problem(400, "invalid_one_time_token");
        let last = ask().await;
        world.wait(30 * 60 - 1);
        reset(&last).await.expect(204);
    }
}

#[tokio::test]
async fn a_changed_password_ends_the_link_and_is_told_by_mail() {
    let [(world, mailbox), _] = World::mailed(|it| it).await;
    let client = &world.client;
    let me = client.as_told(&client.register(ADA).await);
    client.post("/auth/password/forgot", json!({ "email": ADA })).await.expect(202);
    let token = mailbox.token(ADA, "ResetPassword").await;
    let body = json!({ "current_password": PASSWORD, "new_password": NEW });
    me.post("/auth/password/change", body).await.expect(204);
    mailbox.expect(ADA, "PasswordChanged").await;
    let body = json!({ "token": token, "password": "quite another one" });
    client.post("/auth/password/reset", body).await.problem(400, "invalid_one_time_token");
    client.login(ADA, NEW).await.expect(200);
}

#[tokio::test]
async fn a_refused_password_leaves_the_link_as_it_was() {
    let [(world, mailbox), _] = World::mailed(|it| it).await;
    let client = &world.client;
    client.register(ADA).await;
    client.post("/auth/password/forgot", json!({ "email": ADA })).await.expect(202);
    let token = mailbox.token(ADA, "ResetPassword").await;
    for (password, error) in [
        (json!("short"), "/password too_short"),
        (json!("password123"), "/password too_common"),
        (json!(ADA), "/password too_personal"),
        (json!("x".repeat(257)), "/password too_long"),
        (json!(null), "/password wrong_type"),
    ] {
        let body = json!({ "token": token, "password": password });
        let reply = client.post("/auth/password/reset", body).await;
        assert_eq!(reply.problem(422, "validation_failed").errors(), [error]);
    }
    let body = json!({ "token": token, "password": NEW, "email": "eve@example.com" });
    let reply = client.post("/auth/password/reset", body).await;
    assert_eq!(reply.problem(422, "validation_failed").errors(), ["/email unknown"]);
    let body = json!({ "token": token, "password": NEW });
    client.post("/auth/password/reset", body).await.expect(204);
}

/// The links lead where the application says, and nowhere without mail.
#[tokio::test]
async fn routes_and_pages_are_as_they_were_declared() {
    let pages = PageUrls::default().reset_password("https://www.app.test/new?lang=en");
    let [(world, mailbox), _] =
        World::mailed(|it| it.trusted_origin("https://www.app.test").pages(pages.clone())).await;
    world.client.register(ADA).await;
    world.client.post("/auth/password/forgot", json!({ "email": ADA })).await.expect(202);
    let mail = mailbox.expect(ADA, "ResetPassword").await;
    assert_eq!(page_of(&mail), "https://www.app.test/new?lang=en&token=");
    // Nothing was said of verification and links.
    for path in ["/email/verification", "/email/verify", "/magic-link", "/magic-link/verify"] {
        let reply = world.client.post(&format!("/auth{path}"), json!({})).await;
        reply.problem(404, "not_found");
    }
    let world = World::on(Memory::new()).await;
    for path in ["/password/forgot", "/password/reset", "/email/change", "/email/change/confirm"] {
        world.client.post(&format!("/auth{path}"), json!({})).await.problem(404, "not_found");
    }
}
