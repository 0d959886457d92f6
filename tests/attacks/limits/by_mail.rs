//! Whoever floods a mailbox, guesses at links, or locks somebody out of their account.

use std::time::Duration;

use fastauth::{EmailVerification, config::Limits, store::Sqlite};
use fastauth_tests::{Mailbox, PASSWORD, Reply, TestClock, User, World, builder, signup};
use serde_json::json;

use super::{ADA, limited, wrong};

const REQUESTS: [&str; 3] =
    ["/auth/password/forgot", "/auth/email/verification", "/auth/magic-link"];
const NEW: &str = "a new horse every year";

/// The limits as they stand, and Ada, to whom one mail has gone.
async fn world() -> (World<User>, Mailbox) {
    let [(world, mailbox), _] = World::mailed(|it| {
        let it = it.throttle(Limits::default()).magic_links();
        it.email_verification(EmailVerification::Offered)
    })
    .await;
    world.client.register(ADA).await;
    mailbox.expect(ADA, "VerifyEmail").await;
    (world, mailbox)
}

async fn forgot(world: &World<User>, email: &str) -> Reply {
    world.client.post("/auth/password/forgot", json!({ "email": email })).await
}

#[tokio::test]
async fn an_address_asks_for_twenty_mails_in_a_minute_whoever_they_are_for() {
    let (world, mailbox) = world().await;
    let me = world.client.signed_in(&world.client.login(ADA, PASSWORD).await);
    let change = json!({ "new_email": "ada@new.example", "password": PASSWORD });
    me.post("/auth/email/change", change.clone()).await.expect(202);
    mailbox.expect(ADA, "EmailChangeRequested").await;
    mailbox.expect("ada@new.example", "ConfirmEmailChange").await;
    for number in 1..20 {
        let email = json!({ "email": format!("nobody{number}@example.com") });
        world.client.post(REQUESTS[number % 3], email).await.expect(202);
    }
    for path in REQUESTS {
        for email in [ADA, "nobody@example.com", "no address"] {
            assert_eq!(limited(world.client.post(path, json!({ "email": email })).await), 60);
        }
    }
    assert_eq!(limited(me.post("/auth/email/change", change).await), 60);
    mailbox.is_empty().await;
    world.wait(60);
    forgot(&world, ADA).await.expect(202);
    mailbox.expect(ADA, "ResetPassword").await;
}

#[tokio::test]
async fn a_mailbox_gets_three_mails_of_a_kind_in_a_minute_and_ten_in_an_hour_and_no_reply_says_so()
{
    let (world, mailbox) = world().await;
    for (minute, may_come) in [3, 3, 3, 1, 0].into_iter().enumerate() {
        for number in 0..5 {
            let spelling = [ADA, " ADA@Example.com "][number % 2];
            let known = forgot(&world, spelling).await.expect(202);
            let unknown = forgot(&world, "nobody@example.com").await;
            assert_eq!(known.shape(), unknown.shape(), "minute {minute}");
            if number < may_come {
                mailbox.expect(ADA, "ResetPassword").await;
            }
        }
        mailbox.is_empty().await;
        world.wait(60);
    }
    // Whoever has spent one kind has not spent another: nobody is cut off from a way in.
    world.client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
    mailbox.expect(ADA, "MagicLink").await;
    world.wait(3_600);
    forgot(&world, ADA).await.expect(202);
    mailbox.expect(ADA, "ResetPassword").await;
}

/// What is asked for and not sent is counted for itself.
#[tokio::test]
async fn requests_that_send_nothing_spend_nothing_of_what_does() {
    let (world, mailbox) = world().await;
    let verification = || world.client.post("/auth/email/verification", json!({ "email": ADA }));
    verification().await.expect(202);
    let token = mailbox.token(ADA, "VerifyEmail").await;
    world.client.post("/auth/email/verify", json!({ "token": token })).await.expect(204);
    for _ in 0..15 {
        verification().await.expect(202);
    }
    mailbox.is_empty().await;
    world.wait(60);
    for path in ["/auth/password/forgot", "/auth/magic-link"] {
        world.client.post(path, json!({ "email": ADA })).await.expect(202);
    }
    mailbox.expect(ADA, "ResetPassword").await;
    mailbox.expect(ADA, "MagicLink").await;
}

/// Nor does a registration tell, or get round it; and what warns an owner always goes.
#[tokio::test]
async fn a_full_mailbox_looks_like_any_other_and_still_gets_warnings() {
    let [(world, mailbox), _] = World::mailed(|it| {
        it.throttle(Limits::default()).email_verification(EmailVerification::Required)
    })
    .await;
    let first = world.client.post("/auth/register", signup(ADA)).await.expect(202);
    mailbox.expect(ADA, "VerifyEmail").await;
    for number in 0..5 {
        let again = world.client.post("/auth/register", signup(ADA)).await;
        assert_eq!(again.shape(), first.shape());
        if number < 2 {
            mailbox.expect(ADA, "AlreadyRegistered").await;
        }
    }
    forgot(&world, ADA).await.expect(202);
    let token = mailbox.token(ADA, "ResetPassword").await;
    mailbox.is_empty().await;
    let reset = json!({ "token": token, "password": NEW });
    world.client.post("/auth/password/reset", reset).await.expect(204);
    mailbox.expect(ADA, "PasswordChanged").await;
    mailbox.is_empty().await;
}

#[tokio::test]
async fn an_address_tries_thirty_links_in_a_minute() {
    let (world, mailbox) = world().await;
    forgot(&world, ADA).await.expect(202);
    let token = mailbox.token(ADA, "ResetPassword").await;
    let guess = json!({ "token": format!("fa_ot_{}", "A".repeat(43)) });
    let reset = |token: &str| json!({ "token": token, "password": NEW });
    let routes = ["/auth/email/verify", "/auth/magic-link/verify", "/auth/email/change/confirm"];
    for number in 0..30 {
        let reply = if number % 4 == 3 {
            world.client.post("/auth/password/reset", reset("fa_ot_")).await
        } else {
            world.client.post(routes[number % 4], guess.clone()).await
        };
        reply.problem(400, "invalid_one_time_token");
    }
    for path in routes {
        assert_eq!(limited(world.client.post(path, guess.clone()).await), 60);
    }
    // The right one is answered like a wrong one, and is not used up by it.
    assert_eq!(limited(world.client.post("/auth/password/reset", reset(&token)).await), 60);
    world.wait(60);
    world.client.post("/auth/password/reset", reset(&token)).await.expect(204);
}

/// What one instance refuses it remembers for a second: by then it has learnt what another has lifted.
#[tokio::test]
async fn a_reset_at_one_instance_ends_the_delays_at_another_within_a_second() {
    let store = Sqlite::open("sqlite::memory:").await.unwrap();
    let (clock, mailbox) = (TestClock::default(), Mailbox::default());
    let instance = async || {
        let builder = builder(&clock).email(mailbox.outbox());
        let auth = builder.throttle(Limits::default()).store(store.clone()).build().await;
        World::of(auth.expect("complete"), clock.clone()).await
    };
    let (here, there) = (instance().await, instance().await);
    here.client.register(ADA).await;
    for _ in 0..5 {
        wrong(&here.client, ADA).await;
    }
    assert_eq!(limited(here.client.login(ADA, PASSWORD).await), 30);
    forgot(&there, ADA).await.expect(202);
    let token = mailbox.token(ADA, "ResetPassword").await;
    let body = json!({ "token": token, "password": NEW });
    there.client.post("/auth/password/reset", body).await.expect(204);
    there.client.login(ADA, NEW).await.expect(200);
    assert_eq!(limited(here.client.login(ADA, NEW).await), 30);
    clock.advance(Duration::from_secs(1));
    here.client.login(ADA, NEW).await.expect(200);
}

#[tokio::test]
async fn a_reset_ends_the_delays_of_an_account_and_of_no_other() {
    let (world, mailbox) = world().await;
    world.client.register("eve@example.com").await;
    mailbox.expect("eve@example.com", "VerifyEmail").await;
    for email in [ADA, "eve@example.com"] {
        for _ in 0..5 {
            wrong(&world.client, email).await;
        }
        assert_eq!(limited(world.client.login(email, PASSWORD).await), 30);
        world.wait(30);
        wrong(&world.client, email).await;
        assert_eq!(limited(world.client.login(email, PASSWORD).await), 60);
        // What an address may get wrong in a minute is no matter here.
        world.wait(30);
    }
    forgot(&world, ADA).await.expect(202);
    let token = mailbox.token(ADA, "ResetPassword").await;
    let reset = async |token: &str| {
        let body = json!({ "token": token, "password": NEW });
        world.client.post("/auth/password/reset", body).await
    };
    // To ask for it is not enough, nor to guess at it.
    reset("fa_ot_guess").await.problem(400, "invalid_one_time_token");
    world.client.login("eve@example.com", PASSWORD).await.problem(429, "rate_limited");
    reset(&token).await.expect(204);
    world.client.login(ADA, NEW).await.expect(200);
    world.client.login("eve@example.com", PASSWORD).await.problem(429, "rate_limited");
    // And the next mistakes are the first again.
    world.wait(60);
    for _ in 0..5 {
        wrong(&world.client, ADA).await;
    }
    assert_eq!(limited(world.client.login(ADA, NEW).await), 30);
}
