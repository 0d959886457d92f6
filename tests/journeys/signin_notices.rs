use fastauth_tests::{Mailbox, PASSWORD, Reply, User, World};
use serde_json::json;

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn each_sign_in_but_that_of_the_registration_is_told_by_mail() {
    for (world, mailbox) in World::mailed(|it| it.signin_notices().magic_links()).await {
        let client = world.client.with("user-agent", "Difference Engine 1");
        let first = client.register(ADA).await;
        mailbox.is_empty().await;

        world.wait(60);
        let login = client.login(ADA, PASSWORD).await.expect(200);
        let mail = mailbox.expect(ADA, "NewSignin").await;
        for said in ["2023-11-14 22:14 UTC", "127.0.0.1", "Difference Engine 1"] {
            assert!(mail.text.contains(said) && mail.html.contains(said), "{said}: {}", mail.text);
        }
        assert_eq!(mail.link, None);

        // Whoever is signed in already does not sign in by going on, nor whoever fails.
        for reply in [first, login] {
            let me = client.as_told(&reply);
            me.me().await.expect(200);
            me.post("/auth/reauthenticate", json!({ "password": PASSWORD })).await.expect(204);
            if reply.jar().is_empty() {
                client.refresh(reply.refresh()).await.expect(200);
            }
        }
        client.login(ADA, "not the password").await.problem(401, "invalid_credentials");
        mailbox.is_empty().await;

        by_link(&world, &mailbox).await.expect(200);
        mailbox.expect(ADA, "NewSignin").await;
        mailbox.is_empty().await;
    }
}

/// The sign-in of a registration is also the one that completes it.
#[tokio::test]
async fn a_sign_up_by_link_is_no_news_and_the_next_link_is() {
    for (world, mailbox) in World::mailed(|it| it.signin_notices().magic_link_signup()).await {
        let reply = by_link(&world, &mailbox).await.problem(409, "registration_incomplete");
        let body = json!({ "flow": reply.json()["flow"], "name": "Ada" });
        world.client.post("/auth/register/complete", body).await.expect(201);
        mailbox.is_empty().await;
        by_link(&world, &mailbox).await.expect(200);
        mailbox.expect(ADA, "NewSignin").await;
        mailbox.is_empty().await;
    }
}

async fn by_link(world: &World<User>, mailbox: &Mailbox) -> Reply {
    world.client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
    let token = mailbox.token(ADA, "MagicLink").await;
    world.client.post("/auth/magic-link/verify", json!({ "token": token })).await
}
