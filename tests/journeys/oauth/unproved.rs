use fastauth::{
    AuthBuilder, AuthUser, EmailVerification,
    oauth::OAuthClient,
    store::{Memory, UserChange, UserStore},
    time::Timestamp,
    value::Value,
};
use fastauth_tests::{PASSWORD, Reply, Somebody, TestProvider, User, World, ada_there, signup};
use serde_json::json;

use super::{filling, signed_in, with};

const ADA: &str = "ada@example.com";

/// Somebody with an address that they have typed at the provider.
fn typed() -> Somebody {
    Somebody::called("eve-1").unverified(ADA).claim("name", "Eve")
}

#[tokio::test]
async fn an_address_that_the_provider_has_not_proved_is_as_one_that_was_typed() {
    let acme = TestProvider::named("acme");
    let decide =
        |it: AuthBuilder<User>| with(&acme)(it.email_verification(EmailVerification::Offered));
    for (world, mailbox) in World::mailed(decide).await {
        let client = &world.client;
        let made = signed_in(client, &acme, &typed()).await.expect(200);
        let user = made.json()["user"].clone();
        assert_eq!((&user["email"], &user["email_verified"]), (&json!(ADA), &json!(false)));
        mailbox.expect(ADA, "VerifyEmail").await;
        // Another one is not let in by it.
        let other = Somebody::called("other").unverified(ADA).claim("name", "Other");
        signed_in(client, &acme, &other).await.problem(409, "email_taken");
        // The provider proves it later: for the account that is known by what it calls them.
        let proved = Somebody::called("eve-1").verified("ADA@example.com ");
        let again = signed_in(client, &acme, &proved).await.expect(200);
        assert_eq!(again.json()["user"]["id"], user["id"]);
        assert_eq!(again.json()["user"]["email_verified"], true);
        mailbox.is_empty().await;
    }
}

/// Only `true` is a proof, and only of the account's own address.
#[tokio::test]
async fn a_proof_of_another_address_proves_nothing() {
    let acme = TestProvider::named("acme");
    let [(world, _mailbox), _] = World::mailed(with(&acme)).await;
    let client = &world.client;
    signed_in(client, &acme, &typed()).await.expect(200);
    let other = Somebody::called("eve-1").verified("eve@example.com");
    let again = signed_in(client, &acme, &other).await.expect(200);
    assert_eq!(again.json()["user"]["email_verified"], false);
    assert_eq!(again.json()["user"]["email"], ADA);
}

/// All that may differ between two replies to a stranger.
fn shape(reply: &Reply) -> (u16, String) {
    (reply.status, reply.text())
}

#[tokio::test]
async fn where_a_proof_is_required_nobody_is_told_whether_there_is_an_account() {
    let acme = TestProvider::named("acme");
    let decide =
        |it: AuthBuilder<User>| with(&acme)(it.email_verification(EmailVerification::Required));
    for (world, mailbox) in World::mailed(decide).await {
        let client = &world.client;
        client.post("/auth/register", signup("known@example.com")).await.expect(202);
        let token = mailbox.token("known@example.com", "VerifyEmail").await;
        client.post("/auth/email/verify", json!({ "token": token })).await.expect(204);

        let come = async |subject: &str, email: &str| {
            let somebody = Somebody::called(subject).unverified(email).claim("name", "Eve");
            let begun = std::time::Instant::now();
            let reply = signed_in(client, &acme, &somebody).await;
            assert!(begun.elapsed() >= std::time::Duration::from_millis(20));
            reply.problem(403, "email_not_verified")
        };
        let new = come("a", "new@example.com").await;
        let known = come("b", "known@example.com").await;
        assert_eq!(shape(&new), shape(&known));
        mailbox.expect("known@example.com", "AlreadyRegistered").await;
        // A second time is no other.
        assert_eq!(shape(&come("a", "new@example.com").await), shape(&new));
        assert_eq!(shape(&come("b", "known@example.com").await), shape(&new));
        mailbox.expect("known@example.com", "AlreadyRegistered").await;
        let token = mailbox.token("new@example.com", "VerifyEmail").await;
        client.post("/auth/email/verify", json!({ "token": token })).await.expect(204);
        let somebody = Somebody::called("a").unverified("new@example.com");
        signed_in(client, &acme, &somebody).await.expect(200);
        // The owner of the other address has nothing of it.
        let owner = client.login("known@example.com", PASSWORD).await.expect(200);
        let identities = client.as_told(&owner).get("/auth/identities").await.expect(200);
        assert_eq!(identities.json(), json!([]));
        mailbox.is_empty().await;
    }
}

#[tokio::test]
async fn a_completion_tells_nobody_either() {
    let acme = TestProvider::named("acme");
    let decide =
        |it: AuthBuilder<User>| with(&acme)(it.email_verification(EmailVerification::Required));
    let [(world, mailbox), _] = World::mailed(decide).await;
    let client = &world.client;
    client.post("/auth/register", signup("known@example.com")).await.expect(202);
    let token = mailbox.token("known@example.com", "VerifyEmail").await;
    client.post("/auth/email/verify", json!({ "token": token })).await.expect(204);
    for email in ["new@example.com", "known@example.com"] {
        for somebody in
            [Somebody::called(email).unverified(email), Somebody::called(&email.to_uppercase())]
        {
            let begun = signed_in(client, &acme, &somebody).await;
            let begun = begun.problem(409, "registration_incomplete");
            let mut body = json!({ "flow": begun.json()["flow"], "name": "Eve" });
            if begun.errors().contains(&"/email missing".to_owned()) {
                body["email"] = email.into();
            }
            let browser = client.with("cookie", begun.jar());
            let complete = async || browser.post("/auth/register/complete", body.clone()).await;
            complete().await.problem(403, "email_not_verified");
            complete().await.problem(400, "invalid_one_time_token");
        }
    }
    mailbox.expect("new@example.com", "VerifyEmail").await;
}

#[tokio::test]
async fn where_a_proof_is_required_that_of_the_provider_is_one() {
    let acme = TestProvider::named("acme");
    let decide =
        |it: AuthBuilder<User>| with(&acme)(it.email_verification(EmailVerification::Required));
    for (world, mailbox) in World::mailed(decide).await {
        let client = &world.client;
        let made = signed_in(client, &acme, &ada_there()).await.expect(200);
        assert_eq!(made.json()["user"]["email_verified"], true);
        mailbox.is_empty().await;
    }
}

#[tokio::test]
async fn an_account_is_found_by_an_address_that_both_sides_have_proved() {
    let acme = TestProvider::named("acme");
    let decide =
        |it: AuthBuilder<User>| with(&acme)(it.email_verification(EmailVerification::Offered));
    for (world, mailbox) in World::mailed(decide).await {
        let client = &world.client;
        let registered = client.register(ADA).await;
        let token = mailbox.token(ADA, "VerifyEmail").await;
        client.post("/auth/email/verify", json!({ "token": token })).await.expect(204);
        // Not by one that was only typed.
        signed_in(client, &acme, &typed()).await.problem(409, "email_taken");
        let found = signed_in(client, &acme, &ada_there()).await.expect(200);
        assert_eq!(found.json()["user"]["id"], registered.json()["user"]["id"]);
        mailbox.expect(ADA, "IdentityLinked").await;
        // What they had they keep.
        client.login(ADA, PASSWORD).await.expect(200);
        client.as_told(&registered).me().await.expect(200);
        // Another account there with the same address is not theirs as well.
        let second = Somebody::called("ada-2").verified(ADA).claim("name", "Ada");
        signed_in(client, &acme, &second).await.problem(409, "provider_already_linked");
        mailbox.is_empty().await;
    }
}

#[tokio::test]
async fn a_provider_that_is_not_believed_takes_no_account_over() {
    let acme = TestProvider::named("acme");
    let decide = |it: AuthBuilder<User>| it.oauth(filling(&acme).never_by_email());
    let [(world, _mailbox), _] = World::mailed(decide).await;
    let client = &world.client;
    client.register(ADA).await;
    signed_in(client, &acme, &ada_there()).await.problem(409, "email_taken");
    let other = Somebody::called("b").verified("b@example.com").claim("name", "B");
    let made = signed_in(client, &acme, &other).await.expect(200);
    assert_eq!(made.json()["user"]["email_verified"], false);
    let again = signed_in(client, &acme, &other).await.expect(200);
    assert_eq!(again.json()["user"]["email_verified"], false);
}

#[tokio::test]
async fn a_disabled_account_is_signed_in_by_no_provider() {
    let acme = TestProvider::named("acme");
    let store = Memory::new();
    let client = OAuthClient::new(acme.clone()).fill("name", "name");
    let world = World::built(store.clone(), |it| it.oauth(client)).await;
    let client = &world.client;
    let made = signed_in(client, &acme, &ada_there()).await.expect(200);
    let id = made.json()["user"]["id"].as_str().map(User::parse_id).expect("an id");
    let columns = vec![(User::SPEC.active.expect("a part"), Value::Bool(false))];
    let change = UserChange { columns, at: Timestamp::from_secs(0) };
    let id = id.expect("an id");
    UserStore::<User>::update_user(&store, &id, change).await.expect("a store").expect("a user");
    signed_in(client, &acme, &ada_there()).await.problem(403, "account_disabled");
    // Nor is it found by the address.
    let second = Somebody::called("ada-2").verified(ADA).claim("name", "Ada");
    signed_in(client, &acme, &second).await.problem(403, "account_disabled");
}

/// Whoever was deleted has left what the provider calls them.
#[tokio::test]
async fn whoever_was_deleted_begins_anew() {
    let acme = TestProvider::named("acme");
    let [(world, _mailbox), _] = World::mailed(with(&acme)).await;
    let client = &world.client;
    let first = signed_in(client, &acme, &ada_there()).await.expect(200);
    client.as_told(&first).delete("/auth/me").await.expect(204);
    let second = signed_in(client, &acme, &ada_there()).await.expect(200);
    assert_ne!(first.json()["user"]["id"], second.json()["user"]["id"]);
}
