use fastauth::{Auth, AuthUser, CookieConfig, PasswordHash, store::Memory};
use fastauth_tests::{
    BASE_URL, SECRET, Somebody, TestClock, TestProvider, World, ada_there, builder, query_of, serve,
};
use serde_json::json;

use super::{linking, sent, with};

/// Nobody is signed in, or linked, by an answer that their own browser did not ask for: not by one that
/// somebody sends them, whichever flows of their own are under way.
#[tokio::test]
async fn an_answer_that_another_browser_asked_for_does_nothing() {
    let acme = TestProvider::named("acme");
    for cookies in [false, true] {
        let world = World::built(Memory::new(), |it| {
            let it = with(&[&acme])(it);
            if cookies { it.cookies(CookieConfig::new()) } else { it }
        })
        .await;
        let client = world.client.with("sec-fetch-site", "same-origin");
        let eve = client.as_told(&client.register("eve@example.com").await);
        let registered = client.register("ada@example.com").await;
        let ada = client.as_told(&registered);
        let session = if cookies { format!("{}; ", registered.jar()) } else { String::new() };
        for theirs in [sent(&client, "acme").await, linking(&eve, "acme").await] {
            let answer = acme.answer(&theirs.url, &Somebody::called("eve-1"));
            for own in [None, Some(sent(&client, "acme").await), Some(linking(&ada, "acme").await)]
            {
                let own = own.map_or_else(String::new, |own| own.cookie);
                let browser = if cookies { client.clone() } else { client.signed_in(&registered) };
                let reply = theirs.back(&browser, &answer, &format!("{session}{own}")).await;
                reply.problem(400, "invalid_oauth_state");
            }
        }
        assert_eq!(acme.asked(), 0);
        ada.me().await.expect(200);
        assert_eq!(ada.get("/auth/identities").await.json(), json!([]));
    }
}

#[tokio::test]
async fn a_cookie_is_good_for_its_own_state_and_provider_alone() {
    let (acme, zeta) = (TestProvider::named("acme"), TestProvider::named("zeta"));
    let world = World::built(Memory::new(), with(&[&acme, &zeta])).await;
    let client = &world.client;
    let (first, second) = (sent(client, "acme").await, sent(client, "acme").await);
    let name = |cookie: &str| cookie.split('=').next().expect("a name").to_owned();
    let value = |cookie: &str| cookie.split_once('=').expect("a value").1.to_owned();
    let answer = acme.answer(&first.url, &ada_there());
    let own = &first.cookie;
    let mixed = format!("{}={}", name(own), value(&second.cookie));
    let cut = &own[..own.len() - 1];
    for cookies in [
        String::new(),
        mixed,
        second.cookie.clone(),
        // Planted beside the own one, before and after it.
        format!("{own}; {own}"),
        format!("{}=x; {own}", name(own)),
        cut.to_owned(),
        format!("{own}A"),
        format!("{}=", name(own)),
        own.replace("__Host-", ""),
        own.replace("__Host-", "__host-"),
    ] {
        let reply = first.back(client, &answer, &cookies).await;
        reply.problem(400, "invalid_oauth_state");
    }
    // An answer of one provider is none of another, whoever brings it (RFC 9700 §4.4).
    let path = format!("/auth/oauth/zeta/callback?{answer}");
    client.with("cookie", own).get(&path).await.problem(400, "invalid_oauth_state");
    assert_eq!((acme.asked(), zeta.asked()), (0, 0));
    // What was tried used nothing up.
    first.back(client, &answer, &format!("{own}; other=x; {}", second.cookie)).await.expect(200);
}

/// The code of somebody else's flow is not exchanged in one's own (RFC 9700 §4.5).
#[tokio::test]
async fn a_code_is_good_for_the_flow_it_was_given_to() {
    let acme = TestProvider::named("acme");
    let world = World::built(Memory::new(), with(&[&acme])).await;
    let client = &world.client;
    let (theirs, own) = (sent(client, "acme").await, sent(client, "acme").await);
    let stolen = acme.answer(&theirs.url, &ada_there());
    let code = stolen.split_once("code=").expect("a code").1;
    let query = format!("state={}&code={code}", own.state());
    own.back(client, &query, &own.cookie).await.problem(502, "provider_error");
    assert_eq!(acme.asked(), 1);
}

/// Users of another kind, and another application.
#[tokio::test]
async fn a_flow_of_other_accounts_opens_nothing_here() {
    #[derive(AuthUser)]
    #[auth(id, email, password_hash, email_verified)]
    struct Guest {
        id: i64,
        email: String,
        password_hash: PasswordHash,
        email_verified: bool,
    }
    let acme = TestProvider::named("acme");
    let world = World::built(Memory::new(), with(&[&acme])).await;
    let guests =
        Auth::<Guest>::builder().base_url(BASE_URL).secret(SECRET).clock(world.clock.clone());
    let guests = guests.oauth(acme.clone()).store(Memory::new()).build().await.expect("complete");
    let app = axum::Router::new().nest("/auth", guests.routes());
    let guests = serve(&guests, app.with_state(())).await;
    let other = with(&[&acme])(builder(&TestClock::default()));
    let other = other.secret("base64:r1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=");
    let other = other.store(Memory::new()).build().await.expect("complete");
    let app = axum::Router::new().nest("/auth", other.routes());
    let other = serve(&other, app.with_state(())).await;
    for stranger in [&guests, &other] {
        let theirs = sent(stranger, "acme").await;
        let answer = acme.answer(&theirs.url, &ada_there());
        let reply = theirs.back(&world.client, &answer, &theirs.cookie).await;
        reply.problem(400, "invalid_oauth_state");
    }
    assert_eq!(acme.asked(), 0);
}

/// What a request says of itself does not say where the answer goes.
#[tokio::test]
async fn nothing_in_a_request_leads_the_answer_elsewhere() {
    let acme = TestProvider::named("acme");
    let world = World::built(Memory::new(), with(&[&acme])).await;
    let query = "?redirect_uri=https://evil.example&state=known&nonce=known&code_challenge=known\
                 &scope=admin&client_id=evil&prompt=none&response_mode=fragment";
    let path = format!("/auth/oauth/acme/authorize{query}");
    let client = world.client.with("accept", "application/json");
    for (name, value) in [
        ("accept-language", "en"),
        ("forwarded", "host=evil.example;proto=http"),
        // A second one.
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-prefix", "/evil"),
        ("x-original-url", "/evil"),
        ("origin", "https://evil.example"),
        ("referer", "https://evil.example/"),
    ] {
        let reply = client.with(name, value).get(&path).await;
        let url = reply.expect(200).json()["authorization_url"].as_str().expect("text").to_owned();
        for word in ["evil", "known", "admin", "none", "fragment"] {
            assert!(!url.contains(word), "{url}");
        }
        let at = "https://app.test/auth/oauth/acme/callback";
        assert_eq!(query_of(&url)["redirect_uri"], at);
    }
    // A path is a route or nothing.
    for path in [
        "/auth/oauth//authorize",
        "/auth/oauth/acme/authorize/",
        "/auth/oauth/acme%2F..%2Fzeta/authorize",
        "/auth/oauth/ACME/authorize",
        "/auth/oauth/acme%00/authorize",
        "/auth/oauth/%ff/authorize",
        "/auth/oauth/../oauth/acme/authorize",
        "/auth//oauth/acme/authorize",
    ] {
        world.client.get(path).await.problem(404, "not_found");
    }
}

/// What a provider calls somebody goes into the store and the log: it is short, and one line.
#[tokio::test]
async fn a_provider_that_calls_somebody_anything_is_not_believed() {
    let acme = TestProvider::named("acme");
    let world = World::built(Memory::new(), with(&[&acme])).await;
    let client = &world.client;
    let longest = "s".repeat(255);
    for (subject, status) in [
        ("", 502),
        ("a\0b", 502),
        ("a\nb", 502),
        ("a\u{7f}", 502),
        (&format!("{longest}s"), 502),
        (&longest, 200),
        ("a b' OR 1=1 --", 200),
        ("ü", 200),
    ] {
        let email = format!("x{}@example.com", subject.len());
        let somebody = Somebody::called(subject).verified(&email).claim("name", "X");
        for _ in 0..2 {
            let reply = super::signed_in(client, &acme, "acme", &somebody).await;
            assert_eq!(reply.status, status, "{subject:?} {}", reply.text());
        }
    }
}

/// A body or a credential where none is asked for is passed over, and no answer takes long.
#[tokio::test]
async fn hostile_requests_get_an_answer_of_ours() {
    let acme = TestProvider::named("acme");
    let world =
        World::built(Memory::new(), |it| with(&[&acme])(it).bearer().cookies(CookieConfig::new()))
            .await;
    let client = &world.client;
    let own = sent(client, "acme").await;
    let many: Vec<_> = (0..400).map(|number| format!("__Host-auth_oauth_{number:08x}=x")).collect();
    let own_and_many = format!("{}; {}", many.join("; "), own.cookie);
    let answer = acme.answer(&own.url, &ada_there());
    for (name, value) in [
        ("authorization", "Bearer x"),
        ("authorization", "Bearer"),
        ("authorization", "Basic ="),
        ("accept", ";q=,,application/json;q=NaN, text/html;q=-1;q=inf"),
        ("accept", "application/json;q=1e999"),
        ("cookie", "=; ;;; __Host-auth_oauth_=x; __Host-auth_oauth_zzzzzzzz=x"),
        ("cookie", "\u{fc}"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("content-type", "application/json"),
    ] {
        let hostile = client.with(name, value);
        let reply = hostile.get("/auth/oauth/acme/callback?state=x&code=y").await;
        reply.problem(400, "invalid_oauth_state");
        let reply = hostile.send("GET", "/auth/oauth/acme/authorize", b"{\"next\":1}").await;
        assert!([200, 303].contains(&reply.status), "{name}: {value} {}", reply.text());
    }
    let reply = client.with("cookie", &own_and_many).get("/auth/oauth/acme/authorize").await;
    assert!([303, 431].contains(&reply.status), "{}", reply.text());
    own.back(client, &answer, &own.cookie).await.expect(200);
}
