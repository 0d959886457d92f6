//! Somebody registers with an address that is not theirs, leaves a password, a session and links
//! behind, and waits until its owner comes and makes the account worth having.
//!
//! Sources: "Pre-hijacked accounts" (Sudhodanan, Paverd; USENIX Security 2022); better-auth#10239;
//! django-allauth 64.2.1.

use fastauth::{AuthBuilder, EmailVerification, store::Memory};
use fastauth_tests::{Client, Mailbox, PASSWORD, User, World, signup};
use serde_json::json;

const ADA: &str = "ada@example.com";
const EVE: &str = "eve@evil.example";
const OWN: &str = "a password of her own";

/// What a squatter has in hands when the owner comes.
struct Planted {
    world: World<User>,
    mailbox: Mailbox,
    session: Client,
    refresh: &'static str,
    /// Would move the account to the squatter's own address.
    change: String,
}

async fn planted(decide: impl Fn(AuthBuilder<User>) -> AuthBuilder<User>) -> Planted {
    let mailbox = Mailbox::default();
    let world =
        World::built(Memory::new(), |it| decide(it.email(mailbox.outbox()).magic_links())).await;
    let reply = world.client.register(ADA).await;
    let session = world.client.signed_in(&reply);
    let body = json!({ "new_email": EVE, "password": PASSWORD });
    session.post("/auth/email/change", body).await.expect(202);
    let change = mailbox.token(EVE, "ConfirmEmailChange").await;
    Planted { world, mailbox, session, refresh: reply.refresh(), change }
}

impl Planted {
    async fn is_worth_nothing(&self) {
        let client = &self.world.client;
        self.session.me().await.problem(401, "invalid_token");
        client.refresh(self.refresh).await.problem(401, "invalid_refresh_token");
        client.login(ADA, PASSWORD).await.problem(401, "invalid_credentials");
        let body = json!({ "token": self.change });
        let reply = client.post("/auth/email/change/confirm", body).await;
        reply.problem(400, "invalid_one_time_token");
        client.login(EVE, PASSWORD).await.problem(401, "invalid_credentials");
    }
}

#[tokio::test]
async fn the_owners_first_link_leaves_nothing_of_it() {
    let it = planted(|it| it).await;
    let client = &it.world.client;
    client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
    let token = it.mailbox.token(ADA, "MagicLink").await;
    let reply = client.post("/auth/magic-link/verify", json!({ "token": token })).await.expect(200);
    let me = client.signed_in(&reply);
    assert_eq!(me.me().await.expect(200).json()["email_verified"], true);
    it.is_worth_nothing().await;
    let sessions = me.get("/auth/sessions").await.expect(200).json();
    assert_eq!(sessions.as_array().map(Vec::len), Some(1), "{sessions}");
    // The owner sets a password, as whoever has none: the session is fresh.
    client.post("/auth/password/forgot", json!({ "email": ADA })).await.expect(202);
    let token = it.mailbox.token(ADA, "ResetPassword").await;
    let body = json!({ "token": token, "password": OWN });
    client.post("/auth/password/reset", body).await.expect(204);
    client.login(ADA, OWN).await.expect(200);
    it.is_worth_nothing().await;
}

#[tokio::test]
async fn the_owners_reset_leaves_nothing_of_it() {
    let it = planted(|it| it).await;
    let client = &it.world.client;
    client.post("/auth/password/forgot", json!({ "email": ADA })).await.expect(202);
    let token = it.mailbox.token(ADA, "ResetPassword").await;
    let body = json!({ "token": token, "password": OWN });
    client.post("/auth/password/reset", body).await.expect(204);
    client.login(ADA, OWN).await.expect(200);
    it.is_worth_nothing().await;
}

/// What is asked for before the proof and written after it would outlive it: whatever the moment, it
/// does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_asked_for_meanwhile_does_not_outlive_the_proof() {
    for _ in 0..20 {
        let it = planted(|it| it).await;
        let client = &it.world.client;
        client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
        let token = it.mailbox.token(ADA, "MagicLink").await;
        let body = json!({ "new_email": "late@evil.example", "password": PASSWORD });
        let (asked, proved) = tokio::join!(
            it.session.post("/auth/email/change", body),
            client.post("/auth/magic-link/verify", json!({ "token": token }))
        );
        proved.expect(200);
        if asked.status == 202 {
            let token = it.mailbox.token("late@evil.example", "ConfirmEmailChange").await;
            let body = json!({ "token": token });
            let reply = client.post("/auth/email/change/confirm", body).await;
            reply.problem(400, "invalid_one_time_token");
        }
        it.is_worth_nothing().await;
    }
}

/// A squatter who had to prove an address before they sign in never gets anywhere.
#[tokio::test]
async fn where_a_proof_is_required_a_squatter_waits_in_vain() {
    let [(world, mailbox), _] =
        World::mailed(|it| it.email_verification(EmailVerification::Required)).await;
    let client = &world.client;
    client.post("/auth/register", signup(ADA)).await.expect(202);
    mailbox.expect(ADA, "VerifyEmail").await;
    client.login(ADA, PASSWORD).await.problem(403, "email_not_verified");
    // The owner registers, learns that somebody has, and takes the account.
    let body = json!({ "email": ADA, "password": OWN, "name": "Ada" });
    client.post("/auth/register", body).await.expect(202);
    mailbox.expect(ADA, "AlreadyRegistered").await;
    client.post("/auth/password/forgot", json!({ "email": ADA })).await.expect(202);
    let token = mailbox.token(ADA, "ResetPassword").await;
    let body = json!({ "token": token, "password": OWN });
    client.post("/auth/password/reset", body).await.expect(204);
    client.login(ADA, PASSWORD).await.problem(401, "invalid_credentials");
    client.login(ADA, OWN).await.expect(200);
}
