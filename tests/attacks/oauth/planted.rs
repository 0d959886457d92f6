//! The five ways to have an account before its owner comes, each with a provider: all must leave nothing
//! in hands but those of whoever has proved the address.

use fastauth::{AuthBuilder, EmailVerification, store::Memory};
use fastauth_tests::{
    Client, Mailbox, PASSWORD, Reply, Somebody, TestProvider, User, World, ada_there,
};
use serde_json::json;

use super::{linked, linking, sent, signed_in, with};

const ADA: &str = "ada@example.com";
const EVE: &str = "eve@evil.example";

/// Eve was there first, with Ada's address.
struct Planted {
    world: World<User>,
    mailbox: Mailbox,
    acme: TestProvider,
    zeta: TestProvider,
    registered: Reply,
    eve: Client,
}

impl Planted {
    async fn new(decide: impl Fn(AuthBuilder<User>) -> AuthBuilder<User>) -> Self {
        let (acme, zeta) = (TestProvider::named("acme"), TestProvider::named("zeta"));
        let mailbox = Mailbox::default();
        let world = World::built(Memory::new(), |it| {
            decide(with(&[&acme, &zeta])(it).email(mailbox.outbox()).magic_links())
        })
        .await;
        let registered = world.client.register(ADA).await;
        let eve = world.client.signed_in(&registered);
        Self { world, mailbox, acme, zeta, registered, eve }
    }

    /// Ada comes, by her own account at a provider.
    async fn ada_comes(&self) -> Client {
        let client = &self.world.client;
        let reply = signed_in(client, &self.acme, "acme", &ada_there()).await.expect(200);
        assert_eq!(reply.json()["user"]["email"], ADA);
        assert_eq!(reply.json()["user"]["email_verified"], true);
        client.signed_in(&reply)
    }

    /// Nothing that Eve has opens the account.
    async fn eve_has_nothing(&self) {
        let client = &self.world.client;
        client.login(ADA, PASSWORD).await.problem(401, "invalid_credentials");
        self.eve.me().await.problem(401, "invalid_token");
        client.refresh(self.registered.refresh()).await.problem(401, "invalid_refresh_token");
    }
}

fn offered(it: AuthBuilder<User>) -> AuthBuilder<User> {
    it.email_verification(EmailVerification::Offered)
}

/// Classic-federated merge, and the session that does not expire.
#[tokio::test]
async fn a_password_and_sessions_that_were_planted_are_worth_nothing() {
    let it = Planted::new(|it| it).await;
    let ada = it.ada_comes().await;
    it.eve_has_nothing().await;
    let sessions = ada.get("/auth/sessions").await.expect(200).json();
    assert_eq!(sessions.as_array().map(Vec::len), Some(1), "{sessions}");
    // Not either where the account is known by the provider already.
    let it = Planted::new(offered).await;
    let typed = Somebody::called("ada-1").unverified(ADA);
    linked(&it.eve, &it.acme, "acme", &typed).await.expect(200);
    it.ada_comes().await;
    it.eve_has_nothing().await;
}

/// Trojan identifier: an account of Eve's own, at the provider that Ada will come by and at another.
#[tokio::test]
async fn an_identity_that_was_planted_signs_nobody_in() {
    let it = Planted::new(|it| it).await;
    let client = &it.world.client;
    let hers = Somebody::called("eve-1").verified(EVE).claim("name", "Eve");
    linked(&it.eve, &it.acme, "acme", &hers).await.expect(200);
    linked(&it.eve, &it.zeta, "zeta", &hers).await.expect(200);
    let ada = it.ada_comes().await;
    it.eve_has_nothing().await;
    let identities = ada.get("/auth/identities").await.expect(200).json();
    assert_eq!(identities.as_array().map(Vec::len), Some(1), "{identities}");
    assert_eq!(identities[0]["email"], ADA);
    // By hers she gets an account of her own.
    for (provider, at) in [(&it.acme, "acme"), (&it.zeta, "zeta")] {
        let reply = signed_in(client, provider, at, &hers).await.expect(200);
        assert_eq!(reply.json()["user"]["email"], EVE);
    }
}

/// The same where the owner comes by a link or a reset.
#[tokio::test]
async fn an_identity_that_was_planted_does_not_outlive_any_proof() {
    for by_link in [true, false] {
        let it = Planted::new(|it| it).await;
        let client = &it.world.client;
        let hers = Somebody::called("eve-1").verified(EVE).claim("name", "Eve");
        linked(&it.eve, &it.acme, "acme", &hers).await.expect(200);
        it.mailbox.expect(ADA, "IdentityLinked").await;
        if by_link {
            client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
            let token = it.mailbox.token(ADA, "MagicLink").await;
            client.post("/auth/magic-link/verify", json!({ "token": token })).await.expect(200);
        } else {
            client.post("/auth/password/forgot", json!({ "email": ADA })).await.expect(202);
            let token = it.mailbox.token(ADA, "ResetPassword").await;
            let body = json!({ "token": token, "password": "a password of her own" });
            client.post("/auth/password/reset", body).await.expect(204);
        }
        it.eve_has_nothing().await;
        let reply = signed_in(client, &it.acme, "acme", &hers).await.expect(200);
        assert_eq!(reply.json()["user"]["email"], EVE);
    }
}

/// Where the owner opens the link of the registration, and later sets a password of her own: Eve's identity
/// would open the account for good.
#[tokio::test]
async fn an_identity_that_was_planted_does_not_outlive_the_link_of_the_registration() {
    let it = Planted::new(offered).await;
    let client = &it.world.client;
    let hers = Somebody::called("eve-1").verified(EVE).claim("name", "Eve");
    for (provider, at) in [(&it.acme, "acme"), (&it.zeta, "zeta")] {
        linked(&it.eve, provider, at, &hers).await.expect(200);
    }
    let token = it.mailbox.token(ADA, "VerifyEmail").await;
    client.post("/auth/email/verify", json!({ "token": token })).await.expect(204);
    let identities = it.eve.get("/auth/identities").await.expect(200).json();
    assert_eq!(identities, json!([]));
    client.post("/auth/password/forgot", json!({ "email": ADA })).await.expect(202);
    let token = it.mailbox.token(ADA, "ResetPassword").await;
    let body = json!({ "token": token, "password": "a password of her own" });
    client.post("/auth/password/reset", body).await.expect(204);
    it.eve_has_nothing().await;
    for (provider, at) in [(&it.acme, "acme"), (&it.zeta, "zeta")] {
        let reply = signed_in(client, provider, at, &hers).await.expect(200);
        assert_eq!(reply.json()["user"]["email"], EVE);
    }
}

/// Whoever came by a provider has no other way in: proving the address takes nothing from them.
#[tokio::test]
async fn a_proof_keeps_the_identity_that_made_the_account() {
    let acme = TestProvider::named("acme");
    let decide = |it| offered(with(&[&acme])(it));
    let [(world, mailbox), _] = World::mailed(decide).await;
    let client = &world.client;
    let typed = Somebody::called("ada-1").unverified(ADA).claim("name", "Ada");
    let made = signed_in(client, &acme, "acme", &typed).await.expect(200);
    let token = mailbox.token(ADA, "VerifyEmail").await;
    client.post("/auth/email/verify", json!({ "token": token })).await.expect(204);
    let again = signed_in(client, &acme, "acme", &typed).await.expect(200);
    assert_eq!(again.json()["user"]["id"], made.json()["user"]["id"]);
    assert_eq!(again.json()["user"]["email_verified"], true);
}

/// A change of the address that waits to be confirmed.
#[tokio::test]
async fn a_change_that_was_asked_for_dies_with_the_proof() {
    let it = Planted::new(|it| it).await;
    let body = json!({ "new_email": EVE, "password": PASSWORD });
    it.eve.post("/auth/email/change", body).await.expect(202);
    let token = it.mailbox.token(EVE, "ConfirmEmailChange").await;
    let ada = it.ada_comes().await;
    let body = json!({ "token": token });
    let reply = it.world.client.post("/auth/email/change/confirm", body).await;
    reply.problem(400, "invalid_one_time_token");
    it.eve_has_nothing().await;
    assert_eq!(ada.me().await.expect(200).json()["email"], ADA);
}

/// A provider that proves nothing: Eve is called so by it, with Ada's address.
#[tokio::test]
async fn an_account_by_a_provider_that_proves_nothing_is_worth_nothing() {
    let (acme, zeta) = (TestProvider::named("acme"), TestProvider::named("zeta"));
    let world = World::built(Memory::new(), with(&[&acme, &zeta])).await;
    let client = &world.client;
    let typed = Somebody::called("eve-1").unverified(ADA).claim("name", "Eve");
    let eve = signed_in(client, &zeta, "zeta", &typed).await.expect(200);
    let ada = signed_in(client, &acme, "acme", &ada_there()).await.expect(200);
    assert_eq!(ada.json()["user"]["id"], eve.json()["user"]["id"]);
    client.signed_in(&eve).me().await.problem(401, "invalid_token");
    client.refresh(eve.refresh()).await.problem(401, "invalid_refresh_token");
    signed_in(client, &zeta, "zeta", &typed).await.problem(409, "email_taken");
    let identities = client.signed_in(&ada).get("/auth/identities").await.json();
    assert_eq!(identities.as_array().map(Vec::len), Some(1));
    // The provider says later that it is proved: then it is.
    let proved = Somebody::called("eve-1").verified(ADA);
    let reply = signed_in(client, &zeta, "zeta", &proved).await.expect(200);
    assert_eq!(reply.json()["user"]["id"], ada.json()["user"]["id"]);
}

/// What was begun before the proof ends with it: links that wait, and sign-ups that lack something.
#[tokio::test]
async fn what_was_under_way_does_not_outlive_the_proof() {
    let it = Planted::new(|it| it).await;
    let client = &it.world.client;
    let begun = linking(&it.eve, "zeta").await;
    let answer = it.zeta.answer(&begun.url, &Somebody::called("eve-1"));
    it.ada_comes().await;
    begun.back(client, &answer, &begun.cookie).await.problem(400, "invalid_oauth_state");
    assert_eq!(it.zeta.asked(), 0);

    let (acme, zeta) = (TestProvider::named("acme"), TestProvider::named("zeta"));
    let world = World::built(Memory::new(), with(&[&acme, &zeta])).await;
    let client = &world.client;
    let nameless = Somebody::called("eve-1").unverified(ADA);
    let begun = signed_in(client, &zeta, "zeta", &nameless).await;
    let begun = begun.problem(409, "registration_incomplete");
    let (flow, eve) = (begun.json()["flow"].clone(), client.with("cookie", begun.jar()));
    signed_in(client, &acme, "acme", &ada_there()).await.expect(200);
    let body = json!({ "flow": flow, "name": "Eve" });
    eve.post("/auth/register/complete", body).await.problem(409, "email_taken");
}

/// The same where there is no password that could change: Eve came by a provider that proves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_somebody_without_a_password_does_not_outlive_it_either() {
    let zeta = TestProvider::named("zeta");
    for number in 0..20 {
        let (acme, other) = (TestProvider::named("acme"), TestProvider::named("other"));
        let world = World::built(Memory::new(), with(&[&acme, &zeta, &other])).await;
        let client = &world.client;
        let typed = Somebody::called("eve-1").unverified(ADA).claim("name", "Eve");
        let eve = signed_in(client, &zeta, "zeta", &typed).await.expect(200);
        let hers = Somebody::called("eve-2");
        let begun = linking(&client.signed_in(&eve), "other").await;
        let owner = sent(client, "acme").await;
        let answers = (other.answer(&begun.url, &hers), acme.answer(&owner.url, &ada_there()));
        let linking = async {
            tokio::time::sleep(std::time::Duration::from_micros(number * 100)).await;
            begun.back(client, &answers.0, &begun.cookie).await
        };
        let (_, proved) = tokio::join!(linking, owner.back(client, &answers.1, &owner.cookie));
        let ada = client.signed_in(&proved.expect(200));
        let identities = ada.get("/auth/identities").await.expect(200).json();
        assert_eq!(identities.as_array().map(Vec::len), Some(1), "{identities}");
        let reply = signed_in(client, &other, "other", &hers).await;
        reply.problem(409, "registration_incomplete");
    }
}

/// Whatever the moment, what is linked while the owner proves the address does not stay.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_ends_meanwhile_does_not_outlive_the_proof() {
    for _ in 0..20 {
        let it = Planted::new(|it| it).await;
        let client = &it.world.client;
        let hers = Somebody::called("eve-1");
        let (begun, owner) = (linking(&it.eve, "zeta").await, sent(client, "acme").await);
        let answers = (it.zeta.answer(&begun.url, &hers), it.acme.answer(&owner.url, &ada_there()));
        let (linked, proved) = tokio::join!(
            begun.back(client, &answers.0, &begun.cookie),
            owner.back(client, &answers.1, &owner.cookie),
        );
        assert!([200, 400].contains(&linked.status), "{}", linked.text());
        let ada = client.signed_in(&proved.expect(200));
        let identities = ada.get("/auth/identities").await.expect(200).json();
        assert_eq!(identities.as_array().map(Vec::len), Some(1), "{identities}");
        let reply = signed_in(client, &it.zeta, "zeta", &hers).await;
        reply.problem(409, "registration_incomplete");
        it.eve_has_nothing().await;
    }
}
