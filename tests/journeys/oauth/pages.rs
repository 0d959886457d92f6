use fastauth::{AuthBuilder, CookieConfig, PageUrls, store::Memory};
use fastauth_tests::{
    Somebody, TestProvider, User, World, ada_there, keep_log, logged, query_of, serve,
    signup_cookie,
};
use serde_json::json;

use super::{HTML, filling, sent, signed_in, with};

fn paged(acme: &TestProvider) -> impl Fn(AuthBuilder<User>) -> AuthBuilder<User> {
    let acme = acme.clone();
    move |it| {
        let pages = PageUrls::default().oauth_error("/sorry?of=acme");
        with(&acme)(it).pages(pages.complete_registration("/welcome"))
    }
}

#[tokio::test]
async fn a_browser_is_shown_why_on_a_page_of_the_application() {
    let acme = TestProvider::named("acme");
    for (world, _mailbox) in World::mailed(paged(&acme)).await {
        let browser = world.client.with("accept", HTML).with("sec-fetch-mode", "navigate");
        let program = world.client.with("accept", "application/json");
        let script = world.client.with("accept", HTML).with("sec-fetch-mode", "cors");
        for (error, status, code) in [
            ("access_denied", 403, "access_denied"),
            ("temporarily_unavailable", 502, "provider_error"),
        ] {
            let shown = sent(&browser, &acme, "").await;
            let query = format!("state={}&error={error}", shown.state());
            let reply = shown.back_with(&browser, &query).await.expect(303);
            let page = format!("https://app.test/sorry?of=acme&error={code}");
            assert_eq!(reply.header("location"), Some(page.as_str()));
            assert!(reply.jar().starts_with("__Host-auth_oauth_"), "the cookie is taken back");
            for client in [&program, &script] {
                let told = sent(&program, &acme, "").await;
                let query = format!("state={}&error={error}", told.state());
                told.back_with(client, &query).await.problem(status, code);
            }
        }
        let page = Some("https://app.test/sorry?of=acme&error=invalid_oauth_state");
        let stale = browser.get("/auth/oauth/acme/callback?state=x&code=y").await.expect(303);
        assert_eq!(stale.header("location"), page);
        let page = Some("https://app.test/sorry?of=acme&error=malformed_request");
        let stray = browser.get("/auth/oauth/acme/authorize?next=//evil.example").await.expect(303);
        assert_eq!(stray.header("location"), page);
    }
}

#[tokio::test]
async fn a_browser_goes_on_with_a_sign_up_on_a_page_of_the_application() {
    let acme = TestProvider::named("acme");
    let nameless = Somebody::called("ada-1").verified("ada@example.com");
    for (world, _mailbox) in World::mailed(paged(&acme)).await {
        let browser = world.client.with("accept", HTML);
        for next in [None, Some("/posts?page=2")] {
            let query = next.map_or("", |_| "?next=/posts?page=2");
            let reply = sent(&browser, &acme, query).await.back(&browser, &nameless).await;
            let place = reply.expect(303).header("location").expect("a place").to_owned();
            assert!(place.starts_with("https://app.test/welcome?flow=fa_ot_"), "{place}");
            let query = query_of(&place);
            assert_eq!(query.get("next").map(String::as_str), next);
            let body = json!({ "flow": query["flow"], "name": "Ada" });
            let browser = world.client.with("cookie", signup_cookie(&query["flow"]));
            let made = browser.post("/auth/register/complete", body).await.expect(201);
            assert_eq!(made.json()["user"]["name"], "Ada");
            let me = signed_in(&world.client, &acme, &nameless).await.expect(200);
            world.client.as_told(&me).delete("/auth/me").await.expect(204);
        }
        signed_in(&world.client, &acme, &nameless).await.problem(409, "registration_incomplete");
    }
}

/// A program goes on by itself to where the browser was about to go.
#[tokio::test]
async fn a_program_is_told_where_to_go_next() {
    let acme = TestProvider::named("acme");
    let nameless = Somebody::called("eve-1").verified("eve@example.com");
    for (world, _mailbox) in World::mailed(paged(&acme)).await {
        let client = world.client.with("accept", "application/json");
        for next in [None, Some("/posts?page=2")] {
            let query = next.map_or("", |_| "?next=%2Fposts%3Fpage%3D2");
            let expected = next.map_or(json!(null), |next| json!(next));
            let reply = sent(&client, &acme, query).await.back(&client, &ada_there()).await;
            assert_eq!(reply.expect(200).json()["next"], expected);
            let reply = sent(&client, &acme, query).await.back(&client, &nameless).await;
            let problem = reply.problem(409, "registration_incomplete").json();
            assert!(problem["flow"].is_string(), "{problem}");
            assert_eq!(problem["next"], expected);
        }
    }
}

/// The same page may be of another site that is trusted.
#[tokio::test]
async fn the_provider_may_send_browsers_to_a_site_that_is_trusted() {
    let acme = TestProvider::named("acme");
    let client = filling(&acme).redirect_uri("https://www.app.test/signed-in");
    let world =
        World::built(Memory::new(), |it| it.trusted_origin("https://www.app.test").oauth(client))
            .await;
    let client = world.client.with("accept", "application/json");
    let sent = sent(&client, &acme, "").await;
    assert_eq!(query_of(&sent.url)["redirect_uri"], "https://www.app.test/signed-in");
    sent.back(&client, &ada_there()).await.expect(200);
}

/// Where tokens travel in bodies a page of the application brings the answer.
#[tokio::test]
async fn the_provider_may_send_browsers_to_a_page_that_calls_the_callback() {
    let acme = TestProvider::named("acme");
    let client = filling(&acme).redirect_uri("/signed-in").scope("calendar").scope("mail");
    let client = client.parameter("prompt", "select_account");
    let world = World::built(Memory::new(), |it| it.oauth(client)).await;
    let sent = sent(&world.client.with("accept", "application/json"), &acme, "").await;
    let query = query_of(&sent.url);
    assert_eq!(query["redirect_uri"], "https://app.test/signed-in");
    assert_eq!((&*query["scope"], &*query["prompt"]), ("calendar mail", "select_account"));
    let reply = sent.back(&world.client, &ada_there()).await.expect(200);
    world.client.signed_in(&reply).me().await.expect(200);
}

#[tokio::test]
async fn the_answer_comes_to_where_the_accounts_are_said_to_be_mounted() {
    keep_log();
    let acme = TestProvider::named("acme");
    for (mount, path) in [("/auth", "/auth"), ("/accounts/", "/accounts"), ("/", "")] {
        let world = World::built(Memory::new(), |it| with(&acme)(it).mount(mount)).await;
        let app = axum::Router::new();
        let app = if path.is_empty() {
            app.merge(world.auth.routes())
        } else {
            app.nest(path, world.auth.routes())
        };
        let client = serve(&world.auth, app.with_state(())).await;
        for _ in 0..2 {
            let reply = client.get(&format!("{path}/oauth/acme/authorize")).await.expect(303);
            let url = reply.header("location").expect("a place").to_owned();
            let at = format!("https://app.test{path}/oauth/acme/callback");
            assert_eq!(query_of(&url)["redirect_uri"], at);
        }
        assert!(!logged().contains("by `.mount(…)`"), "{mount}");
    }
    // Elsewhere than said it is said in the log, once.
    let world = World::built(Memory::new(), |it| {
        with(&acme)(it).mount("/elsewhere").cookies(CookieConfig::new())
    })
    .await;
    for _ in 0..3 {
        world.client.get("/auth/oauth/acme/authorize").await.expect(303);
    }
    let log = logged();
    let said: Vec<_> = log.lines().filter(|it| it.contains("by `.mount(…)`")).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    for word in
        ["another path than the accounts are mounted at", "found=\"/auth\"", "told=\"/elsewhere\""]
    {
        assert!(said[0].contains(word), "{word} {said:?}");
    }
}
