use fastauth::{Auth, AuthBuilder, AuthUser, PasswordHash, oauth::OAuthClient, store::Memory};
use fastauth_tests::{
    BASE_URL, Client, Mailbox, Reply, SECRET, Somebody, TestClock, TestProvider, User, World,
    ada_there, signup_cookie,
};
use serde_json::{Value, json};

use super::{filling, signed_in, with};

const ADA: &str = "ada@example.com";

/// Somebody with a proved address, who does not say their name.
fn nameless() -> Somebody {
    Somebody::called("ada-1").verified(ADA)
}

/// What goes on with a sign-up that lacks these fields.
#[track_caller]
fn flow_of(reply: Reply, lacks: &[&str]) -> String {
    let reply = reply.problem(409, "registration_incomplete");
    assert_eq!(reply.errors(), lacks);
    reply.json()["flow"].as_str().expect("a token").to_owned()
}

async fn complete(client: &Client, body: Value) -> Reply {
    let cookie = signup_cookie(body["flow"].as_str().unwrap_or_default());
    client.with("cookie", cookie).post("/auth/register/complete", body).await
}

/// Nobody makes another's browser go on with a sign-up of their own.
#[tokio::test]
async fn a_sign_up_goes_on_in_the_browser_that_began_it() {
    let acme = TestProvider::named("acme");
    let world = World::built(Memory::new(), with(&acme)).await;
    let client = &world.client;
    let begun = signed_in(client, &acme, &nameless()).await;
    let mine = begun.jar();
    let flow = flow_of(begun, &["/name missing"]);
    assert!(mine.contains(&signup_cookie(&flow)), "{mine}");
    let other = Somebody::called("eve-1").verified("eve@example.com");
    let theirs = flow_of(signed_in(client, &acme, &other).await, &["/name missing"]);
    let name =
        mine.split("; ").find_map(|it| it.strip_suffix(signup_cookie(&flow).split_once('=')?.1));
    let wrong = format!("{}{}", name.expect("a name"), "0".repeat(64));
    let body = json!({ "flow": flow, "name": "Ada" });
    for cookie in [String::new(), signup_cookie(&theirs), wrong] {
        let stranger = client.with("cookie", cookie);
        let reply = stranger.post("/auth/register/complete", body.clone()).await;
        reply.problem(400, "invalid_one_time_token");
    }
    let made = client.with("cookie", mine).post("/auth/register/complete", body).await.expect(201);
    assert_eq!(made.json()["user"]["email"], ADA);
    assert!(made.jar().contains("__Host-auth_signup_"), "the cookie is not taken back");
}

#[tokio::test]
async fn what_the_provider_does_not_say_is_asked_for() {
    let acme = TestProvider::named("acme");
    for (world, mailbox) in World::mailed(with(&acme)).await {
        let client = &world.client;
        let flow = flow_of(signed_in(client, &acme, &nameless()).await, &["/name missing"]);
        for (body, error) in [
            (json!({ "flow": flow }), "/name missing"),
            (json!({ "flow": flow, "name": 5 }), "/name wrong_type"),
            (json!({ "flow": flow, "name": "A", "email": "eve@example.com" }), "/email unknown"),
            (json!({ "flow": flow, "name": "A", "is_admin": true }), "/is_admin unknown"),
            (json!({ "flow": flow, "name": "A", "password": "short" }), "/password too_short"),
            (json!({ "name": "Ada" }), "/flow missing"),
        ] {
            let reply = complete(client, body).await.problem(422, "validation_failed");
            assert_eq!(reply.errors(), [error]);
        }
        let body = json!({ "flow": flow, "name": "Ada" });
        let reply = complete(client, body.clone()).await.expect(201);
        let user = reply.json()["user"].clone();
        assert_eq!((&user["email"], &user["email_verified"]), (&json!(ADA), &json!(true)));
        client.as_told(&reply).me().await.expect(200);
        complete(client, body).await.problem(400, "invalid_one_time_token");
        // From now on the provider is enough.
        let again = signed_in(client, &acme, &nameless()).await.expect(200);
        assert_eq!(again.json()["user"]["id"], user["id"]);
        mailbox.is_empty().await;
    }
}

/// Has fields that need not be given.
#[derive(AuthUser)]
#[auth(id, email, username, password_hash, email_verified)]
struct Member {
    id: i64,
    email: String,
    username: Option<String>,
    password_hash: Option<PasswordHash>,
    email_verified: bool,
    #[auth(signup)]
    name: String,
    #[auth(signup)]
    motto: Option<String>,
    #[auth(signup)]
    seats: Option<i64>,
    #[auth(default, view)]
    is_admin: bool,
}

async fn members(client: OAuthClient) -> World<Member> {
    let clock = TestClock::default();
    let auth = Auth::<Member>::builder()
        .base_url(BASE_URL)
        .secret(SECRET)
        .clock(clock.clone())
        .oauth(client)
        .store(Memory::new());
    World::of(auth.build().await.expect("complete"), clock).await
}

#[tokio::test]
async fn what_a_field_does_not_take_is_asked_for_and_may_be_given_otherwise() {
    let acme = TestProvider::named("acme");
    let client = filling(&acme).fill("username", "login").fill("motto", "motto");
    let world = members(client.fill("seats", "seats")).await;
    let client = &world.client;
    for (claim, error) in [
        (json!(5), "/name wrong_type"),
        (json!({ "given": "Ada" }), "/name wrong_type"),
        (json!("x".repeat(70_000)), "/name too_long"),
        (json!(null), "/name missing"),
    ] {
        let reply = signed_in(client, &acme, &nameless().claim("name", claim)).await;
        flow_of(reply, &[error]);
    }
    // Fields that need not be there are asked for as well, and what fits is kept.
    let odd = ada_there().claim("login", "a b@c").claim("motto", json!([1])).claim("seats", 7);
    let reply = signed_in(client, &acme, &odd.claim("is_admin", true)).await;
    let reply = reply.problem(409, "registration_incomplete");
    let errors = reply.errors();
    assert!(errors[0].starts_with("/motto ") && errors[1].starts_with("/username "), "{errors:?}");
    assert_eq!(errors.len(), 2, "{errors:?}");
    let flow = reply.json()["flow"].clone();
    let made = complete(client, json!({ "flow": flow, "username": "ada" })).await.expect(201);
    let user = &made.json()["user"];
    assert_eq!((&user["name"], &user["username"]), (&json!("Ada"), &json!("ada")));
    assert_eq!((&user["motto"], &user["seats"]), (&json!(null), &json!(7)));
    assert_eq!(user["is_admin"], false);
}

#[tokio::test]
async fn what_is_given_counts_more_than_what_the_provider_says() {
    let acme = TestProvider::named("acme");
    let world = members(filling(&acme).fill("motto", "motto").fill("seats", "seats")).await;
    let client = &world.client;
    let said = nameless().claim("motto", "as they say").claim("seats", 7);
    let flow = flow_of(signed_in(client, &acme, &said).await, &["/name missing"]);
    let body = json!({ "flow": flow, "name": "Ada", "motto": "as I say", "seats": null });
    let made = complete(client, body).await.expect(201);
    let user = &made.json()["user"];
    assert_eq!((&user["motto"], &user["seats"]), (&json!("as I say"), &json!(null)));
}

/// A name that somebody else has is no reason to be turned away.
#[tokio::test]
async fn a_username_that_is_taken_is_asked_for() {
    let acme = TestProvider::named("acme");
    let [(world, _mailbox), _] =
        World::mailed(|it| it.oauth(filling(&acme).fill("username", "login"))).await;
    let client = &world.client;
    let first = ada_there().claim("login", "ada");
    let reply = signed_in(client, &acme, &first).await.expect(200);
    assert_eq!(reply.json()["user"]["username"], "ada");
    let second = Somebody::called("other").verified("other@example.com");
    let second = second.claim("name", "Other").claim("login", "Ada");
    let flow = flow_of(signed_in(client, &acme, &second).await, &["/username taken"]);
    let body = json!({ "flow": flow, "username": "ada" });
    complete(client, body).await.problem(409, "username_taken");
    let body = json!({ "flow": flow, "username": "other" });
    let made = complete(client, body).await.expect(201);
    assert_eq!(made.json()["user"]["username"], "other");
}

#[tokio::test]
async fn a_sign_up_lasts_ten_minutes() {
    let acme = TestProvider::named("acme");
    let [(world, _mailbox), _] = World::mailed(with(&acme)).await;
    let client = &world.client;
    for (seconds, status) in [(600, 400), (599, 201)] {
        let flow = flow_of(signed_in(client, &acme, &nameless()).await, &["/name missing"]);
        world.wait(seconds);
        complete(client, json!({ "flow": flow, "name": "Ada" })).await.expect(status);
    }
}

#[tokio::test]
async fn a_newer_sign_up_of_somebody_ends_their_older_and_nobody_elses() {
    let acme = TestProvider::named("acme");
    let [(world, _mailbox), _] = World::mailed(with(&acme)).await;
    let client = &world.client;
    let begin = async |subject: &str| {
        let somebody = Somebody::called(subject).verified(&format!("{subject}@example.com"));
        flow_of(signed_in(client, &acme, &somebody).await, &["/name missing"])
    };
    let (older, others) = (begin("a").await, begin("A").await);
    let newer = begin("a").await;
    let body = |flow: &str| json!({ "flow": flow, "name": "Somebody" });
    complete(client, body(&older)).await.problem(400, "invalid_one_time_token");
    complete(client, body(&newer)).await.expect(201);
    // The address there is that of the account by now.
    complete(client, body(&others)).await.problem(409, "email_taken");
}

#[tokio::test]
async fn no_token_of_another_purpose_completes_anything() {
    let acme = TestProvider::named("acme");
    let decide = |it: AuthBuilder<User>| {
        let it = it.email_verification(fastauth::EmailVerification::Offered);
        with(&acme)(it).magic_link_signup()
    };
    let [(world, mailbox), _] = World::mailed(decide).await;
    let client = &world.client;
    client.register(ADA).await;
    let verify = mailbox.token(ADA, "VerifyEmail").await;
    let link = magic_link(client, &mailbox, ADA).await;
    let flow = flow_of(
        signed_in(client, &acme, &Somebody::called("b").verified("b@example.com")).await,
        &["/name missing"],
    );
    for token in [&verify, &link] {
        let body = json!({ "flow": token, "name": "Ada" });
        complete(client, body).await.problem(400, "invalid_one_time_token");
    }
    for (path, member) in [("/auth/magic-link/verify", "token"), ("/auth/email/verify", "token")] {
        let reply = client.post(path, json!({ member: flow })).await;
        reply.problem(400, "invalid_one_time_token");
    }
    // None of it was used up.
    client.post("/auth/email/verify", json!({ "token": verify })).await.expect(204);
    client.post("/auth/magic-link/verify", json!({ "token": link })).await.expect(200);
    complete(client, json!({ "flow": flow, "name": "B" })).await.expect(201);
    // What a link lacked is completed as before.
    let link = magic_link(client, &mailbox, "c@example.com").await;
    let reply = client.post("/auth/magic-link/verify", json!({ "token": link })).await;
    let flow = flow_of(reply, &["/name missing"]);
    complete(client, json!({ "flow": flow, "name": "C" })).await.expect(201);
}

async fn magic_link(client: &Client, mailbox: &Mailbox, email: &str) -> String {
    client.post("/auth/magic-link", json!({ "email": email })).await.expect(202);
    mailbox.token(email, "MagicLink").await
}

/// Between the callback and its completion somebody else may have come.
#[tokio::test]
async fn a_completion_takes_nobodys_place() {
    let acme = TestProvider::named("acme");
    let [(world, _mailbox), _] = World::mailed(with(&acme)).await;
    let client = &world.client;
    let flow = flow_of(signed_in(client, &acme, &nameless()).await, &["/name missing"]);
    client.register(ADA).await;
    let body = json!({ "flow": flow, "name": "Ada" });
    complete(client, body.clone()).await.problem(409, "email_taken");
    // The next sign-in finds that account, and the flow is of no more use.
    signed_in(client, &acme, &nameless()).await.expect(200);
    let refused = complete(client, body).await;
    assert!([400, 409].contains(&refused.status), "{}", refused.text());
}

#[tokio::test]
async fn whoever_has_no_address_there_gives_one_that_is_to_be_proved() {
    let acme = TestProvider::named("acme");
    let decide = |it: AuthBuilder<User>| {
        with(&acme)(it.email_verification(fastauth::EmailVerification::Offered))
    };
    for (world, mailbox) in World::mailed(decide).await {
        let client = &world.client;
        client.register("taken@example.com").await;
        mailbox.expect("taken@example.com", "VerifyEmail").await;
        for email in [None, Some("no address"), Some("a@b@c.example"), Some("")] {
            let somebody = Somebody::called("x").claim("name", "X");
            let somebody = match email {
                // What is no address is proved by nobody.
                Some(email) => somebody.verified(email),
                None => somebody,
            };
            let flow = flow_of(signed_in(client, &acme, &somebody).await, &["/email missing"]);
            let body = |email: &str| json!({ "flow": flow, "email": email });
            let wrong = complete(client, body("nonsense")).await.problem(422, "validation_failed");
            assert_eq!(wrong.errors().len(), 1);
            complete(client, body("taken@example.com")).await.problem(409, "email_taken");
        }
        let somebody = Somebody::called("x").claim("name", "X");
        let flow = flow_of(signed_in(client, &acme, &somebody).await, &["/email missing"]);
        let body = json!({ "flow": flow, "email": "X@example.com" });
        let made = complete(client, body).await.expect(201);
        let user = made.json()["user"].clone();
        assert_eq!(user["email"], "x@example.com");
        assert_eq!(user["email_verified"], false);
        let token = mailbox.token("x@example.com", "VerifyEmail").await;
        client.post("/auth/email/verify", json!({ "token": token })).await.expect(204);
        let again = signed_in(client, &acme, &somebody).await.expect(200);
        assert_eq!(again.json()["user"]["email_verified"], true);
        let identities = client.as_told(&again).get("/auth/identities").await.json();
        assert_eq!(identities[0]["email"], Value::Null);
    }
}
