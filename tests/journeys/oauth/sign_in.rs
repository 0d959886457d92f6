use fastauth::{
    AuthBuilder, CookieConfig,
    store::{Memory, Sqlite},
    token::RedisStrategy,
};
use fastauth_tests::{
    PASSWORD, Reply, Scratch, SharedRedis, Somebody, TestProvider, User, World, ada_there, query_of,
};
use serde_json::json;

use super::{HTML, filling, provider_name, sent, signed_in, told, with};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_first_sign_in_makes_an_account_and_the_next_finds_it() {
    let acme = TestProvider::named("acme");
    for (world, mailbox) in World::mailed(with(&acme)).await {
        let client = &world.client;
        let first = signed_in(client, &acme, &ada_there()).await.expect(200);
        let user = first.json()["user"].clone();
        assert_eq!((&user["email"], &user["name"]), (&json!(ADA), &json!("Ada")));
        assert_eq!(user["email_verified"], true);
        client.as_told(&first).me().await.expect(200);
        // Whatever else the provider says by then, they are whom it called so.
        let moved = Somebody::called("ada-1").unverified("ada@elsewhere.example");
        let again = signed_in(client, &acme, &moved).await.expect(200);
        assert_eq!(again.json()["user"], user);
        let me = client.as_told(&again);
        let identities = me.get("/auth/identities").await.expect(200).json();
        assert_eq!(identities[0]["provider"], "acme");
        assert_eq!(identities[0]["email"], "ada@elsewhere.example");
        assert_eq!(identities.as_array().map(Vec::len), Some(1));
        // Letters count, and nobody is somebody else by them.
        let other = Somebody::called("ADA-1").claim("name", "Other");
        signed_in(client, &acme, &other).await.problem(409, "registration_incomplete");
        // They have no password, and so none is right.
        client.login(ADA, PASSWORD).await.problem(401, "invalid_credentials");
        mailbox.is_empty().await;
    }
}

#[tokio::test]
async fn an_account_is_found_again_on_every_store() {
    let acme = TestProvider::named("acme");
    let scratch = Scratch::new();
    let file = scratch.new_file();
    for _ in 0..2 {
        let sqlite = Sqlite::open(&file).await.expect("a file");
        let world = World::built(sqlite, with(&acme)).await;
        signed_in(&world.client, &acme, &ada_there()).await.expect(200);
    }
    assert_eq!(acme.asked(), 2);
}

/// What a browser has been given: a place and cookies.
#[track_caller]
fn sent_on<'a>(reply: &'a Reply, place: &str) -> &'a Reply {
    assert_eq!((reply.status, reply.header("location")), (303, Some(place)), "{}", reply.text());
    reply
}

#[tokio::test]
async fn a_browser_goes_there_and_comes_back_signed_in() {
    let acme = TestProvider::named("acme");
    let worlds = World::mailed(with(&acme)).await;
    for ((world, _mailbox), by_cookies) in worlds.into_iter().zip([false, true]) {
        let browser = world.client.with("accept", HTML);
        let reply = browser.get("/auth/oauth/acme/authorize?next=%2Fposts%3Fpage%3D2").await;
        let reply = reply.expect(303);
        let url = reply.header("location").expect("a place").to_owned();
        assert!(url.starts_with("https://acme.test/authorize?"), "{url}");
        assert_eq!(query_of(&url)["redirect_uri"], "https://app.test/auth/oauth/acme/callback");
        let cookie = reply.header("set-cookie").expect("a cookie");
        assert!(cookie.starts_with("__Host-auth_oauth_"), "{cookie}");
        let attributes = "; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=600";
        assert!(cookie.ends_with(attributes), "{cookie}");
        assert!(!cookie.contains(&query_of(&url)["state"]), "{cookie}");

        let callback = format!("/auth/oauth/acme/callback?{}", acme.answer(&url, &ada_there()));
        let back = browser.with("cookie", reply.jar()).get(&callback).await;
        if by_cookies {
            sent_on(&back, "/posts?page=2");
        } else {
            assert!(back.json()["access_token"].is_string(), "{}", back.text());
        }
        assert_eq!(back.header("cache-control"), Some("no-store"));
        assert_eq!(back.header("referrer-policy"), Some("no-referrer"));
        let name = cookie.split('=').next().expect("a name");
        let cleared = format!("{name}=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0");
        assert!(back.headers.contains(&("set-cookie".to_owned(), cleared)), "{:?}", back.headers);
        world.client.as_told(&back).me().await.expect(200);
    }
}

#[tokio::test]
async fn a_program_is_told_where_to_go_and_gets_its_answer_as_json() {
    let acme = TestProvider::named("acme");
    for (world, _mailbox) in World::mailed(with(&acme)).await {
        let client = world.client.with("accept", "application/json");
        let sent = told(&client.get("/auth/oauth/acme/authorize").await.expect(200), &acme);
        let back = sent.back(&client, &ada_there()).await.expect(200);
        assert_eq!(back.json()["user"]["email"], ADA);
        world.client.as_told(&back).me().await.expect(200);
    }
}

/// The first that is declared answers.
#[tokio::test]
async fn both_transports_are_answered_by_the_first() {
    let acme = TestProvider::named("acme");
    for cookies_first in [false, true] {
        let world = World::built(Memory::new(), |it| {
            let it = with(&acme)(it);
            if cookies_first {
                it.cookies(CookieConfig::new()).bearer()
            } else {
                it.bearer().cookies(CookieConfig::new())
            }
        })
        .await;
        let browser = world.client.with("accept", HTML);
        let back = sent(&browser, &acme, "").await.back(&browser, &ada_there()).await;
        if cookies_first {
            // Without a `next` to the front page.
            sent_on(&back, "/");
            assert!(back.jar().contains("__Host-auth_access=") && back.jar().contains("refresh="));
        } else {
            assert!(back.expect(200).json()["refresh_token"].is_string());
        }
    }
}

#[tokio::test]
async fn an_opaque_token_carries_it_too() {
    let acme = TestProvider::named("acme");
    let world = World::built(Memory::new(), |it| {
        let strategy = fastauth::token::DatabaseStrategy::new();
        with(&acme)(it).strategy(strategy).cookies(CookieConfig::new())
    })
    .await;
    let browser = world.client.with("accept", HTML);
    let back = sent(&browser, &acme, "").await.back(&browser, &ada_there()).await;
    sent_on(&back, "/");
    let me = browser.as_told(&back);
    let identities = me.get("/auth/identities").await.expect(200).json();
    assert_eq!(identities[0]["provider"], "acme");
}

/// Accounts in one place, and what is used once, and sessions, in another.
#[tokio::test]
async fn sessions_may_be_in_redis() {
    let Some(shared) = SharedRedis::find("sign-in by providers with Redis").await else { return };
    let redis = shared.connect().await;
    let (acme, zeta) = (TestProvider::named("acme"), TestProvider::named("zeta"));
    let world = World::built(Memory::new(), |it| {
        it.oauth(filling(&acme)).oauth(filling(&zeta)).strategy(RedisStrategy::new(redis))
    })
    .await;
    let client = world.client.with("accept", "application/json");
    let begun = sent(&client, &acme, "").await;
    let first = begun.back(&client, &ada_there()).await.expect(200);
    begun.back(&client, &ada_there()).await.problem(400, "invalid_oauth_state");
    let (me, other) = (
        client.signed_in(&first),
        client.signed_in(&signed_in(&world.client, &zeta, &ada_there()).await.expect(200)),
    );
    other.me().await.expect(200);
    me.delete("/auth/identities/zeta").await.expect(204);
    other.me().await.problem(401, "invalid_token");
    me.me().await.expect(200);
    me.delete("/auth/identities/acme").await.problem(409, "last_login_method");
    // An account that nobody had proved is taken over with all its sessions.
    let squatter = client.register("bob@example.com").await;
    let bob = Somebody::called("bob-1").verified("bob@example.com");
    signed_in(&world.client, &acme, &bob).await.expect(200);
    client.signed_in(&squatter).me().await.problem(401, "invalid_token");
}

#[tokio::test]
async fn two_tabs_get_there_both() {
    let acme = TestProvider::named("acme");
    let [_, (world, _mailbox)] = World::mailed(with(&acme)).await;
    let client = &world.client;
    let (first, second) = (sent(client, &acme, "").await, sent(client, &acme, "").await);
    assert_ne!(first.state(), second.state());
    let both = client.with("cookie", format!("{}; {}", first.cookie, second.cookie));
    for tab in [&second, &first] {
        let answer = acme.answer(&tab.url, &ada_there());
        let reply = both.get(&format!("/auth/oauth/acme/callback?{answer}")).await;
        sent_on(&reply, "/");
    }
}

#[tokio::test]
async fn the_session_that_comes_along_ends() {
    let acme = TestProvider::named("acme");
    for (world, _mailbox) in World::mailed(with(&acme)).await {
        let client = &world.client;
        let before = client.as_told(&client.register("eve@example.com").await);
        before.me().await.expect(200);
        let json = before.with("accept", "application/json");
        let sent = sent(&json, &acme, "").await;
        sent.back(&json, &ada_there()).await.expect(200);
        before.me().await.problem(401, "invalid_token");
    }
}

#[tokio::test]
async fn people_have_an_account_at_each_of_several_providers() {
    let (acme, zeta) = (TestProvider::named("acme"), TestProvider::named("zeta"));
    let decide = |it: AuthBuilder<User>| it.oauth(filling(&acme)).oauth(filling(&zeta));
    for (world, _mailbox) in World::mailed(decide).await {
        let client = &world.client;
        let first = signed_in(client, &acme, &ada_there()).await.expect(200);
        // The address is proved on both sides.
        let second = signed_in(client, &zeta, &ada_there()).await.expect(200);
        assert_eq!(first.json()["user"]["id"], second.json()["user"]["id"]);
        // What one calls somebody says nothing of what the other does.
        let eve = Somebody::called("ada-1").verified("eve@example.com").claim("name", "Eve");
        let mixed = Somebody::called("eve-1").verified("eve@example.com").claim("name", "Eve");
        signed_in(client, &acme, &mixed).await.expect(200);
        let known = signed_in(client, &zeta, &eve).await.expect(200);
        assert_eq!(known.json()["user"]["email"], ADA);
        for provider in [&acme, &zeta] {
            let name = provider_name(provider);
            let at = sent(client, provider, "").await.url;
            assert!(at.starts_with(&format!("https://{name}.test/")), "{at}");
        }
        client.get("/auth/oauth/other/authorize").await.problem(404, "not_found");
        client.get("/auth/oauth/other/callback?state=s&code=c").await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn the_way_back_leads_to_this_site_alone() {
    let acme = TestProvider::named("acme");
    let [_, (world, _mailbox)] = World::mailed(with(&acme)).await;
    let browser = world.client.with("accept", HTML);
    for next in ["/", "/posts", "/posts?page=2%23end", "/%2F%2Fevil.example", "/a?next=//evil"] {
        let query: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let sent = sent(&browser, &acme, &format!("?next={query}")).await;
        sent_on(&sent.back(&browser, &ada_there()).await, next);
    }
    for next in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "%2F%2Fevil.example",
        "javascript:alert(1)",
        "posts",
        "/%09/evil.example",
        "/%0d%0aset-cookie:x",
        "/%ff",
        "/a&next=/b",
    ] {
        let path = format!("/auth/oauth/acme/authorize?next={next}");
        let reply = browser.get(&path).await.problem(400, "malformed_request");
        assert_eq!(reply.header("set-cookie"), None, "{next}");
    }
    let longest = format!("/{}", "a".repeat(511));
    let sent = sent(&browser, &acme, &format!("?next={longest}")).await;
    sent_on(&sent.back(&browser, &ada_there()).await, &longest);
    let longer = format!("/auth/oauth/acme/authorize?next={longest}a");
    browser.get(&longer).await.problem(400, "malformed_request");
}

/// An application on `localhost` has plain http, and browsers keep no `Secure` cookie of it.
#[tokio::test]
async fn in_development_cookies_are_plain() {
    let acme = TestProvider::named("acme");
    let world = World::built(Memory::new(), |it| {
        with(&acme)(it).base_url("http://localhost:3000").cookies(CookieConfig::new())
    })
    .await;
    let browser = world.client.with("accept", HTML);
    let reply = browser.get("/auth/oauth/acme/authorize").await.expect(303);
    let cookie = reply.header("set-cookie").expect("a cookie");
    assert!(cookie.starts_with("auth_oauth_") && !cookie.contains("Secure"), "{cookie}");
    let url = reply.header("location").expect("a place");
    assert_eq!(query_of(url)["redirect_uri"], "http://localhost:3000/auth/oauth/acme/callback");
    let answer = acme.answer(url, &ada_there());
    let back = browser.with("cookie", reply.jar());
    sent_on(&back.get(&format!("/auth/oauth/acme/callback?{answer}")).await, "/");
}

/// What was begun and never ended does not fill the requests of a browser.
#[tokio::test]
async fn cookies_of_flows_do_not_pile_up() {
    let acme = TestProvider::named("acme");
    let [_, (world, _mailbox)] = World::mailed(with(&acme)).await;
    let name = |number: usize| format!("__Host-auth_oauth_{number:08x}");
    for (there, surplus) in [(0, 0), (7, 0), (8, 1), (12, 5)] {
        let cookies: Vec<_> = (0..there).map(|number| format!("{}=x", name(number))).collect();
        let others = "__Host-auth_oauth_0=x; __Host-auth_access=x; auth_oauth_00000000=x";
        let browser = world.client.with("cookie", format!("{others}; {}", cookies.join("; ")));
        let reply = browser.get("/auth/oauth/acme/authorize").await.expect(303);
        let cleared: Vec<_> = reply
            .headers
            .iter()
            .filter(|(header, value)| header == "set-cookie" && value.ends_with("Max-Age=0"))
            .map(|(_, value)| value.split('=').next().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(cleared, (0..surplus).map(name).collect::<Vec<_>>(), "{there}");
    }
}
