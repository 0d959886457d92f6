//! Whole flows with a provider that speaks OpenID Connect, and with one like GitHub, over HTTP.

use fastauth::{AuthBuilder, oauth::OAuthClient, store::Memory};
use fastauth_tests::{
    Client, Reply, TestClock, User, World, builder,
    idp::{Answer, Behaviour, Idp, Person},
    keep_log, logged,
};
use serde_json::{Value, json};

struct Town {
    idp: Idp,
    world: World<User>,
}

/// Accounts that people of both sign in to.
async fn town(decide: impl FnOnce(AuthBuilder<User>) -> AuthBuilder<User>) -> Town {
    let clock = TestClock::default();
    let idp = Idp::start_at(clock.clone()).await;
    let work = OAuthClient::from(idp.oidc("work")).fill("name", "name");
    let github = OAuthClient::from(idp.github()).fill("name", "name").fill("username", "login");
    let auth = decide(builder(&clock).oauth(work).oauth(github)).store(Memory::new()).build().await;
    let world = World::of(auth.expect("a complete application"), clock).await;
    Town { idp, world }
}

impl Town {
    fn client(&self) -> Client {
        self.world.client.with("accept", "application/json")
    }

    /// Goes there, signs in, and comes back with what the provider says.
    async fn visit(&self, provider: &str) -> Reply {
        let client = self.client();
        let begun = client.get(&format!("/auth/oauth/{provider}/authorize")).await.expect(200);
        let url = begun.json()["authorization_url"].as_str().expect("an address").to_owned();
        let location = self.idp.visit(&url).await.location;
        let path = location.strip_prefix("https://app.test").expect("it comes back here");
        client.with("cookie", begun.jar()).get(path).await
    }
}

#[tokio::test]
async fn people_of_a_provider_sign_in() {
    let town = town(|it| it).await;
    for provider in ["work", "github"] {
        let first = town.visit(provider).await.expect(200).json()["user"].clone();
        assert_eq!(
            (&first["email"], &first["email_verified"]),
            (&json!("ada@example.com"), &json!(true))
        );
        assert_eq!(first["name"], "Ada Lovelace");
        let again = town.visit(provider).await.expect(200).json()["user"].clone();
        assert_eq!(first["id"], again["id"]);
    }
    // The secret went to the provider and the code came once.
    assert_eq!(town.idp.count("/token"), 2);
    assert!(!town.idp.asked("/authorize").fields.contains_key("client_secret"));
}

/// Only a plain `true` is a proof.
#[tokio::test]
async fn what_is_not_plainly_proved_finds_nobody() {
    let town = town(|it| it).await;
    town.world.client.register("ada@example.com").await;
    for said in [json!("true"), json!(1), json!(false), json!("yes"), Value::Null] {
        town.idp.person(Person { email_verified: said, ..Person::default() });
        town.visit("work").await.problem(409, "email_taken");
    }
    town.idp.person(Person::default());
    town.visit("work").await.expect(200);
}

#[tokio::test]
async fn a_provider_that_lies_or_fails_signs_nobody_in() {
    keep_log();
    let town = town(|it| it).await;
    let claims = |claims: Value| Behaviour { claims, ..Behaviour::default() };
    let token = |token: Answer| Behaviour { token, ..Behaviour::default() };
    let callback = |callback: Value| Behaviour { callback, ..Behaviour::default() };
    for (behaviour, status, code) in [
        (claims(json!({ "nonce": "another" })), 502, "provider_error"),
        (claims(json!({ "aud": "another" })), 502, "provider_error"),
        (claims(json!({ "iss": "https://evil.example" })), 502, "provider_error"),
        (claims(json!({ "sub": "" })), 502, "provider_error"),
        (claims(json!({ "exp": 1 })), 502, "provider_error"),
        (token(Answer::Status(500)), 502, "provider_error"),
        (token(Answer::Html(200)), 502, "provider_error"),
        (token(Answer::Redirect), 502, "provider_error"),
        (token(Answer::Json(400, json!({ "error": "<script>\u{1b}[2J" }))), 502, "provider_error"),
        (callback(json!({ "code": null, "error": "access_denied" })), 403, "access_denied"),
        (callback(json!({ "code": null, "error": "server_error" })), 502, "provider_error"),
        (callback(json!({ "code": "another" })), 502, "provider_error"),
        (callback(json!({ "iss": "https://evil.example" })), 502, "provider_error"),
        (callback(json!({ "state": "another" })), 400, "invalid_oauth_state"),
        (callback(json!({ "code": null })), 400, "malformed_request"),
    ] {
        town.idp.next(behaviour);
        let reply = town.visit("work").await.problem(status, code);
        assert!(!reply.text().contains("script"), "{}", reply.text());
    }
    assert!(!logged().contains('\u{1b}'));
    // Nothing of it was written.
    town.world.client.register("ada@example.com").await;
}
