use async_trait::async_trait;
use fastauth::{
    AuthBuilder, SetupError, SetupProblem,
    config::Limits,
    oauth::{
        AuthorizationAnswer, AuthorizationRequest, Identified, OAuthClient, OAuthError,
        OAuthProvider,
    },
    store::Memory,
    time::Timestamp,
};
use fastauth_tests::{TestClock, TestProvider, User, World, builder};
use serde_json::json;

use super::{filling, with};

async fn refused(decide: impl FnOnce(AuthBuilder<User>) -> AuthBuilder<User>) -> Vec<SetupProblem> {
    let built = decide(builder(&TestClock::default())).store(Memory::new()).build().await;
    built.expect_err("nothing here can be meant").problems().to_vec()
}

#[tokio::test]
async fn every_mistake_with_providers_is_told_at_once() {
    let acme = || TestProvider::named("acme");
    let problems = refused(|it| {
        it.mount("auth")
            .oauth(OAuthClient::new(acme()).redirect_uri("https://evil.example/"))
            .oauth(filling(&acme()).fill("nmae", "name").fill("name", "name"))
            .oauth(TestProvider::named("password"))
            .oauth(TestProvider::named("Not/a name"))
            .oauth(
                OAuthClient::new(TestProvider::named("zeta"))
                    .fill("email", "mail")
                    .fill("password", "p")
                    .fill("id", "sub")
                    .fill("email_verified", "v")
                    .fill("is_admin", "admin")
                    .parameter("redirect_uri", "https://evil.example")
                    .parameter("state", "known"),
            )
    })
    .await;
    let titles: Vec<_> = problems.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "unusable path",
            "unusable page",
            "unusable field",
            "unusable field",
            "provider given twice",
            "unusable name of a provider",
            "unusable name of a provider",
            "unusable parameter",
            "unusable parameter",
            "unusable field",
            "unusable field",
            "unusable field",
            "unusable field",
            "unusable field",
        ],
        "{problems:#?}"
    );
    let fixes = problems.iter().map(|it| it.fix.as_str()).collect::<Vec<_>>();
    assert_eq!(fixes[2], "did you mean `name`?");
    assert_eq!(fixes[3], "keep one of them");
    assert!(problems.iter().all(|it| !it.cause.is_empty() && !it.fix.is_empty()));
    assert!(problems[2].cause.contains("`nmae`") && problems[2].cause.contains("`acme`"));
    assert!(fixes[13].contains("name") && fixes[13].contains("username"), "{}", fixes[13]);
}

#[tokio::test]
async fn what_can_be_meant_starts() {
    for page in ["/signed-in", "/a/b.html", "https://app.test/in", "https://www.app.test/in"] {
        let client = filling(&TestProvider::named("acme")).redirect_uri(page);
        let client = client.fill("username", "login").fill("username", "nickname");
        let client = client.parameter("prompt", "x");
        World::built(Memory::new(), |it| {
            it.mount("/").trusted_origin("https://www.app.test").oauth(client)
        })
        .await;
    }
    for page in [
        "",
        "page",
        "//evil.example",
        "/a#b",
        "/a b",
        "/{a}",
        "/a?b",
        "https://www.app.test/in",
        "https://evil.example/in",
        "https://app.test@evil.example/in",
        "https://app.test",
    ] {
        let client = OAuthClient::new(TestProvider::named("acme")).redirect_uri(page);
        let problems = refused(|it| it.oauth(client)).await;
        assert_eq!(problems.len(), 1, "{page}");
        assert_eq!(problems[0].title, "unusable page", "{page}");
    }
    for mount in ["auth", "//auth", "/a?b", "/{tenant}/auth", "https://app.test/auth"] {
        let problems = refused(|it| it.mount(mount)).await;
        assert_eq!(problems.len(), 1, "{mount}");
        assert_eq!(problems[0].title, "unusable path", "{mount}");
    }
}

/// Has settings that cannot be meant, never answers, or breaks off.
struct Prepared(&'static str);

#[async_trait]
impl OAuthProvider for Prepared {
    fn name(&self) -> &str {
        self.0
    }

    async fn prepare(&self, _: Timestamp) -> Result<(), SetupError> {
        match self.0 {
            "silent" => std::future::pending().await,
            "broken" => panic!("the provider of this test breaks off"),
            name => {
                Err(SetupProblem::new("no secret", format!("{name} has none"), "give one").into())
            }
        }
    }

    async fn authorization_url(&self, _: &AuthorizationRequest<'_>) -> Result<String, OAuthError> {
        Err(OAuthError::Timeout)
    }

    async fn identify(&self, _: &AuthorizationAnswer<'_>) -> Result<Identified, OAuthError> {
        Err(OAuthError::Timeout)
    }
}

#[tokio::test(start_paused = true)]
async fn providers_are_asked_at_the_start_all_at_once_and_not_for_ever() {
    let begun = tokio::time::Instant::now();
    let problems = refused(|it| {
        it.oauth(Prepared("silent")).oauth(Prepared("first")).oauth(Prepared("second"))
    })
    .await;
    let causes: Vec<_> = problems.iter().map(|it| it.cause.as_str()).collect();
    assert_eq!(causes, ["first has none", "second has none"]);
    let problems = refused(|it| it.oauth(Prepared("broken"))).await;
    assert_eq!(problems[0].title, "unusable provider");
    // Who does not answer is no mistake.
    let silent = builder(&TestClock::default()).oauth(Prepared("silent")).store(Memory::new());
    silent.build().await.expect("complete");
    assert!(begun.elapsed() < std::time::Duration::from_secs(30));
}

#[tokio::test]
async fn without_a_provider_there_is_no_route_of_them() {
    let world = World::new().await;
    let client = &world.client;
    let me = client.signed_in(&client.register("ada@example.com").await);
    for path in ["/auth/oauth/acme/authorize", "/auth/oauth/acme/callback", "/auth/identities"] {
        me.get(path).await.problem(404, "not_found");
    }
    me.post("/auth/oauth/acme/link", json!({})).await.problem(404, "not_found");
    me.delete("/auth/identities/acme").await.problem(404, "not_found");
    me.post("/auth/register/complete", json!({})).await.problem(404, "not_found");
}

#[tokio::test]
async fn the_listing_says_who_may_call_each_route() {
    let acme = TestProvider::named("acme");
    let world = World::built(Memory::new(), |it| with(&acme)(it).throttle(Limits::off())).await;
    let app: fastauth::Router = fastauth::Router::new().mount("/auth", &world.auth);
    let listing = app.guards().to_string();
    for line in [
        "GET /auth/oauth/{provider}/authorize  anybody\n",
        "GET /auth/oauth/{provider}/callback  anybody\n",
        "POST /auth/oauth/{provider}/link  fresh User\n",
        "GET /auth/identities  current User\n",
        "DELETE /auth/identities/{provider}  fresh User\n",
        "POST /auth/register/complete  anybody\n",
    ] {
        assert!(listing.contains(line), "{line}\n{listing}");
    }
}
