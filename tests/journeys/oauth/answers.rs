use fastauth::{AuthBuilder, config::Limits, store::Memory};
use fastauth_tests::{Somebody, TestProvider, User, World, ada_there, keep_log, logged};
use serde_json::json;

use super::{HTML, sent, signed_in, with};

/// What comes back is read before anything else, and never to a 500.
#[tokio::test]
async fn an_answer_that_cannot_be_read_is_refused() {
    let acme = TestProvider::named("acme");
    for (world, _mailbox) in World::mailed(with(&acme)).await {
        let client = &world.client;
        let before = acme.asked();
        let sent = sent(client, &acme, "").await;
        let state = sent.state();
        let long = "x".repeat(4097);
        for query in [
            String::new(),
            "=".to_owned(),
            format!("state={state}"),
            format!("state={state}&code="),
            format!("state={state}&code=a&error=access_denied"),
            format!("state={state}&code=a&code=a"),
            format!("state={state}&state={state}&code=a"),
            format!("state={state}&code=a&scope=x&scope=y"),
            format!("state={state}&error=a&error=a"),
            format!("state={state}&code={long}"),
            format!("state={state}&error={long}"),
            format!("state={state}&code=a&iss={long}"),
            format!("state={state}&code=%ff"),
            format!("state={state}&code=%C3%A9"),
            format!("state={state}&code=a%00b"),
            format!("state={state}&code=a%0d%0ab"),
            format!("state={state}&code=a&iss=%1b"),
            format!("state={state}&code=a&%ff=b"),
            (0..65).map(|number| format!("a{number}=b")).collect::<Vec<_>>().join("&"),
        ] {
            sent.back_with(client, &query).await.problem(400, "malformed_request");
        }
        let long = "s".repeat(129);
        let cut = &state[1..];
        for state in ["", "x", "%20", &long, cut, &state.to_lowercase(), &format!("{state}%3D")] {
            let reply = sent.back_with(client, &format!("state={state}&code=a")).await;
            reply.problem(400, "invalid_oauth_state");
        }
        sent.back_with(client, "code=a").await.problem(400, "invalid_oauth_state");
        assert_eq!(acme.asked(), before);
        // None of it has used the flow up, and what is read over is.
        let answer = acme.answer(&sent.url, &ada_there());
        let more = format!("{answer}&scope=a+b&authuser=0&prompt=none&iss=https://acme.test");
        let json = client.with("accept", "application/json");
        sent.back_with(&json, &more).await.expect(200);
        assert_eq!(acme.asked(), before + 1);
    }
}

#[tokio::test]
async fn whoever_only_looks_uses_nothing_up() {
    let acme = TestProvider::named("acme");
    for (world, _mailbox) in World::mailed(with(&acme)).await {
        let client = world.client.with("accept", "application/json");
        let sent = sent(&client, &acme, "").await;
        let path = format!("/auth/oauth/acme/callback?{}", acme.answer(&sent.url, &ada_there()));
        let browser = client.with("cookie", &sent.cookie);
        let head = browser.send("HEAD", &path, b"").await.expect(405);
        assert_eq!((head.header("allow"), head.header("set-cookie")), (Some("GET"), None));
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            browser.send(method, &path, b"").await.problem(405, "method_not_allowed");
        }
        browser.get(&path).await.expect(200);
        assert_eq!(world.client.send("HEAD", "/auth/oauth/acme/authorize", b"").await.status, 303);
    }
}

#[tokio::test]
async fn a_flow_ends_once_and_in_ten_minutes() {
    let acme = TestProvider::named("acme");
    for (world, _mailbox) in World::mailed(with(&acme)).await {
        let client = world.client.with("accept", "application/json");
        let before = acme.asked();
        let late = sent(&client, &acme, "").await;
        world.wait(600);
        let reply = late.back(&client, &ada_there()).await.problem(400, "invalid_oauth_state");
        // What is of no use any more is taken back.
        assert!(reply.header("set-cookie").is_some_and(|it| it.ends_with("Max-Age=0")));
        assert_eq!(acme.asked(), before);
        let sent = sent(&client, &acme, "").await;
        world.wait(599);
        sent.back(&client, &ada_there()).await.expect(200);
        sent.back(&client, &ada_there()).await.problem(400, "invalid_oauth_state");
        assert_eq!(acme.asked(), before + 1);
    }
}

#[tokio::test]
async fn what_goes_wrong_at_the_provider_has_a_code_and_no_words_of_its_own() {
    keep_log();
    let acme = TestProvider::named("acme");
    for (world, _mailbox) in World::mailed(with(&acme)).await {
        let client = &world.client;
        for (query, status, code) in [
            ("error=access_denied&error_description=%3Cscript%3E", 403, "access_denied"),
            ("error=server_error&error_description=%3Cscript%3E", 502, "provider_error"),
            ("error=x%22%20y%5C%3Cb%3E", 502, "provider_error"),
            ("code=denied", 403, "access_denied"),
            ("code=timeout", 504, "provider_timeout"),
            ("code=overloaded", 503, "overloaded"),
            ("code=unknown", 502, "provider_error"),
            ("code=panic", 502, "provider_error"),
        ] {
            let sent = sent(client, &acme, "").await;
            let query = format!("state={}&{query}", sent.state());
            let reply = sent.back_with(client, &query).await.problem(status, code);
            for word in ["<", "script", "invalid_grant", "unknown", "breaks off"] {
                assert!(!reply.text().contains(word), "{}", reply.text());
            }
            assert!(reply.header("set-cookie").is_some_and(|it| it.ends_with("Max-Age=0")));
            // It is used up by it.
            sent.back_with(client, &query).await.problem(400, "invalid_oauth_state");
        }
        let log = logged();
        // The text of the provider is there for whoever runs this, on one line.
        assert!(log.contains(r"invalid_grant <b>\n\u{1b}[2J"), "it is told and escaped");
        assert!(!log.contains('\u{1b}'));
        assert!(!log.lines().any(|line| line.contains("error_description")));
    }
}

/// A limit by address holds, and what it refuses can come again.
#[tokio::test]
async fn answers_are_limited_as_links_are() {
    let acme = TestProvider::named("acme");
    let world = World::built(Memory::new(), |it: AuthBuilder<User>| {
        with(&acme)(it).throttle(Limits::off().links("2/min"))
    })
    .await;
    let client = world.client.with("accept", "application/json");
    for _ in 0..2 {
        sent(&client, &acme, "").await.back(&client, &ada_there()).await.expect(200);
    }
    let third = sent(&client, &acme, "").await;
    let answer = acme.answer(&third.url, &ada_there());
    let reply = third.back_with(&client, &answer).await.problem(429, "rate_limited");
    assert_eq!(reply.header("set-cookie"), None);
    world.wait(60);
    third.back_with(&client, &answer).await.expect(200);
}

/// Whoever makes accounts by the dozen makes no more of them by a provider.
#[tokio::test]
async fn sign_ups_by_a_provider_are_limited_as_registrations_are() {
    let acme = TestProvider::named("acme");
    let world = World::built(Memory::new(), |it: AuthBuilder<User>| {
        with(&acme)(it).throttle(Limits::off().register("2/min"))
    })
    .await;
    let client = &world.client;
    let called = |name: &str| Somebody::called(name).verified(&format!("{name}@example.com"));
    let bob = called("bob").claim("name", "Bob");
    let carol = called("carol").claim("name", "Carol");
    client.register("ada@example.com").await;
    signed_in(client, &acme, &bob).await.expect(200);
    signed_in(client, &acme, &carol).await.problem(429, "rate_limited");
    let begun = signed_in(client, &acme, &called("dora")).await;
    let begun = begun.problem(409, "registration_incomplete");
    let body = json!({ "flow": begun.json()["flow"], "name": "Dora" });
    let browser = client.with("cookie", begun.jar());
    let complete = async || browser.post("/auth/register/complete", body.clone()).await;
    complete().await.problem(429, "rate_limited");
    // Whoever is known makes none.
    signed_in(client, &acme, &bob).await.expect(200);
    world.wait(60);
    complete().await.expect(201);
    signed_in(client, &acme, &carol).await.expect(200);
}

#[tokio::test]
async fn a_program_without_a_wish_is_shown_what_a_browser_is() {
    let acme = TestProvider::named("acme");
    let [_, (world, _mailbox)] = World::mailed(with(&acme)).await;
    for accept in [None, Some("*/*"), Some(HTML)] {
        let client = match accept {
            Some(accept) => world.client.with("accept", accept),
            None => world.client.clone(),
        };
        let sent = sent(&client, &acme, "?next=/posts").await;
        let back = sent.back(&client, &ada_there()).await;
        assert_eq!((back.status, back.header("location")), (303, Some("/posts")), "{accept:?}");
    }
}
