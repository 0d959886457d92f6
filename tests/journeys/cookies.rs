//! Tokens that travel in cookies, and whose changes are taken for the user's own.

use std::time::Duration;

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use fastauth::{
    Auth, AuthBuilder, CurrentUser, ExtraClaims, HookContext, Hooks, Provider, auth_hooks,
    config::{CookieConfig, Lifetimes, SameSite},
    error::Error,
    store::{Memory, UserStore},
    token::{Jwt, JwtStrategy, KeyRing, TokenChecks},
};
use fastauth_tests::{
    BASE_URL, Client, PASSWORD, Reply, SECRET, TestClock, User, World, builder, serve, signup,
};
use serde_json::{Value, json};

const ADA: &str = "ada@example.com";

fn jwt(builder: AuthBuilder<User>) -> AuthBuilder<User> {
    let secret = fastauth::Secret::parse(SECRET).expect("the tests' own");
    let ring = KeyRing::derived(&secret, "users").expect("a good secret");
    let checks = TokenChecks::new(BASE_URL, BASE_URL);
    builder.strategy(JwtStrategy::new(Jwt::new(ring), checks))
}

async fn world(decide: impl FnOnce(AuthBuilder<User>) -> AuthBuilder<User>) -> World<User> {
    World::built(Memory::new(), decide).await
}

/// A page of the application.
fn page(client: &Client) -> Client {
    client.with("sec-fetch-site", "same-origin")
}

fn set(reply: &Reply) -> Vec<&str> {
    let cookies = reply.headers.iter().filter(|(name, _)| name == "set-cookie");
    cookies.map(|(_, value)| value.as_str()).collect()
}

/// Name and attributes of a cookie, without its value.
fn shape(cookie: &str) -> String {
    let (name, rest) = cookie.split_once('=').expect("a cookie has a value");
    format!("{name}{}", rest.find(';').map_or("", |end| &rest[end..]))
}

fn shapes(reply: &Reply) -> Vec<String> {
    set(reply).into_iter().map(shape).collect()
}

/// The whole life of a session that no script can read (ASVS 3.3).
#[tokio::test]
async fn alone_they_are_one_cookie_and_nothing_to_refresh() {
    let world = world(|it| it.cookies(CookieConfig::new())).await;
    let page = page(&world.client);
    let reply = page.register(ADA).await;
    assert_eq!(
        shapes(&reply),
        ["__Host-auth_session; Path=/; HttpOnly; Secure; SameSite=Lax"],
        "a browser forgets it when it is closed"
    );
    let body = reply.json();
    let members: Vec<_> = body.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["session", "user"]);
    assert_eq!(body["user"]["email"], ADA);
    assert!(body["session"]["id"].is_string() && body["session"]["expires_at"].is_string());
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("vary"), Some("authorization, cookie"));

    let me = page.with("cookie", format!("theme=dark; {}; lang=de", reply.jar()));
    me.get("/auth/me").await.expect(200);
    me.get("/claims").await.expect(200);
    me.json("PATCH", "/auth/me", json!({ "name": "Countess" })).await.expect(200);
    page.refresh("anything").await.problem(404, "not_found");

    let out = me.send("POST", "/auth/logout", b"").await.expect(204);
    let cleared = "; Path=/; HttpOnly; Secure; SameSite=";
    assert_eq!(
        set(&out),
        [
            format!("__Host-auth_access={cleared}Lax; Max-Age=0"),
            format!("__Host-auth_refresh={cleared}Strict; Max-Age=0"),
            format!("__Host-auth_session={cleared}Lax; Max-Age=0"),
        ]
    );
    me.get("/auth/me").await.problem(401, "invalid_token");
}

#[tokio::test]
async fn who_asks_to_be_remembered_is_after_the_browser_is_closed() {
    let world = world(|it| it.cookies(CookieConfig::new())).await;
    page(&world.client).register(ADA).await;
    let login = json!({ "email": ADA, "password": PASSWORD, "remember": true });
    let reply = page(&world.client).post("/auth/login", login).await.expect(200);
    assert!(set(&reply)[0].ends_with("; Max-Age=2592000"), "{:?}", set(&reply));
}

/// RFC 6265bis §5.5.
#[tokio::test]
async fn no_cookie_is_asked_to_last_longer_than_browsers_keep_it() {
    let forever = Lifetimes::default().absolute(Duration::from_hours(24 * 500));
    let world = world(|it| it.cookies(CookieConfig::new()).lifetimes(forever)).await;
    page(&world.client).register(ADA).await;
    let login = json!({ "email": ADA, "password": PASSWORD, "remember": true });
    let reply = page(&world.client).post("/auth/login", login).await.expect(200);
    assert!(set(&reply)[0].ends_with("; Max-Age=34560000"), "{:?}", set(&reply));
}

#[tokio::test]
async fn a_jwt_is_refreshed_by_a_cookie_of_its_own() {
    let world = world(|it| jwt(it.cookies(CookieConfig::new()))).await;
    let page = page(&world.client);
    let first = page.register(ADA).await;
    assert_eq!(
        shapes(&first),
        [
            "__Host-auth_access; Path=/; HttpOnly; Secure; SameSite=Lax",
            "__Host-auth_refresh; Path=/; HttpOnly; Secure; SameSite=Strict",
        ]
    );
    assert!(
        first.json().get("access_token").is_none() && first.json().get("refresh_token").is_none()
    );
    world.wait(900 + 60);
    let old = page.with("cookie", first.jar());
    old.get("/auth/me").await.problem(401, "invalid_token");
    for body in [b"".as_slice(), b"{}"] {
        let old = if body.is_empty() {
            old.clone()
        } else {
            old.with("content-type", "application/json")
        };
        let second = old.send("POST", "/auth/refresh", body).await.expect(200);
        assert_eq!(second.json()["user"]["email"], ADA);
        page.with("cookie", second.jar()).get("/auth/me").await.expect(200);
    }
    // No script has a refresh token to give.
    old.refresh("anything").await.problem(422, "validation_failed");
    page.send("POST", "/auth/refresh", b"").await.problem(401, "invalid_refresh_token");
    let twice = page.with("cookie", first.jar()).with("cookie", first.jar());
    twice.send("POST", "/auth/refresh", b"").await.problem(401, "invalid_refresh_token");
}

/// The access cookie may be over when somebody signs out.
#[tokio::test]
async fn signing_out_ends_the_session_of_the_refresh_cookie() {
    let world = world(|it| jwt(it.cookies(CookieConfig::new()))).await;
    let page = page(&world.client);
    let jar = page.register(ADA).await.jar();
    let refresh = jar.split("; ").nth(1).expect("two cookies");
    page.with("cookie", refresh).send("POST", "/auth/logout", b"").await.expect(204);
    let again = page.with("cookie", refresh).send("POST", "/auth/refresh", b"").await;
    again.problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn deleting_an_account_takes_its_cookies_back() {
    let world = world(|it| it.cookies(CookieConfig::new())).await;
    let page = page(&world.client);
    let me = page.with("cookie", page.register(ADA).await.jar());
    let gone = me.json("DELETE", "/auth/me", json!({ "password": PASSWORD })).await.expect(204);
    assert_eq!(set(&gone).len(), 3);
    assert!(set(&gone).iter().all(|it| it.ends_with("; Max-Age=0")));
}

/// Whoever is there first decides alone, and it is the server that says what comes first.
#[tokio::test]
async fn two_transports_are_read_in_their_order() {
    for (bearer_first, decide) in [
        (true, (|it| it.bearer().cookies(CookieConfig::new())) as fn(AuthBuilder<User>) -> _),
        (false, |it| jwt(it.cookies(CookieConfig::new()).bearer())),
    ] {
        let world = world(decide).await;
        let page = page(&world.client);
        let ada = page.register(ADA).await;
        let bob = page.register("bob@example.com").await;
        assert_eq!(set(&ada).is_empty(), bearer_first);
        assert_eq!(ada.json().get("access_token").is_some(), bearer_first);
        let (adas, bobs) = if bearer_first {
            (ada.access().to_owned(), bob.access().to_owned())
        } else {
            (access_in(&ada), access_in(&bob))
        };
        let both = |bearer: &str, cookie: &str| {
            page.bearer(bearer).with("cookie", format!("__Host-auth_access={cookie}"))
        };
        let who = if bearer_first { ADA } else { "bob@example.com" };
        let said = both(&adas, &bobs).get("/auth/me").await.expect(200);
        assert_eq!(said.json()["email"], who);
        let (bearer, cookie) =
            if bearer_first { ("wrong", adas.as_str()) } else { (adas.as_str(), "wrong") };
        both(bearer, cookie).get("/auth/me").await.problem(401, "invalid_token");
        both(bearer, cookie).get("/anybody").await.problem(401, "invalid_token");
        page.bearer(&adas).get("/auth/me").await.expect(200);
        both(&adas, "").get("/auth/me").await.expect(200);
    }
}

fn access_in(reply: &Reply) -> String {
    let jar = reply.jar();
    let access = jar.split("; ").find_map(|it| it.strip_prefix("__Host-auth_access="));
    access.expect("an access cookie").to_owned()
}

/// The one that brings a refresh token takes the new one home.
#[tokio::test]
async fn a_refresh_is_answered_as_it_was_asked() {
    let world = world(|it| it.bearer().cookies(CookieConfig::new())).await;
    let page = page(&world.client);
    let first = page.register(ADA).await;
    let second = page.refresh(first.refresh()).await.expect(200);
    assert!(set(&second).is_empty());
    let jar = format!("__Host-auth_refresh={}", second.refresh());
    let third = page.with("cookie", jar).send("POST", "/auth/refresh", b"").await.expect(200);
    assert_eq!(set(&third).len(), 2);
    assert!(third.json().get("refresh_token").is_none());
}

#[tokio::test]
async fn a_transport_that_was_not_declared_is_not_read() {
    let bearer = world(|it| it).await;
    let token = bearer.client.register(ADA).await.access();
    let cookie = format!("__Host-auth_access={token}; __Host-auth_session={token}");
    bearer.client.with("cookie", cookie).get("/auth/me").await.problem(401, "missing_token");

    let cookies = world(|it| it.cookies(CookieConfig::new())).await;
    let page = page(&cookies.client);
    let jar = page.register(ADA).await.jar();
    let token = jar.split_once('=').expect("a cookie").1;
    page.bearer(token).get("/auth/me").await.problem(401, "missing_token");
}

/// ASVS 3.3.3: another host, or another path, may plant a second one.
#[tokio::test]
async fn only_the_one_cookie_of_exactly_this_name_counts() {
    let world = world(|it| it.cookies(CookieConfig::new())).await;
    let page = page(&world.client);
    let jar = page.register(ADA).await.jar();
    let token = jar.split_once('=').expect("a cookie").1;
    let me = async |cookies: &[String]| {
        let with = cookies.iter().fold(page.clone(), |client, it| client.with("cookie", it));
        with.get("/auth/me").await
    };
    me(&[format!("a=b;{jar}")]).await.expect(200);
    me(&["a=b".into(), jar.clone()]).await.expect(200);
    me(&[format!("{jar}; {jar}")]).await.problem(401, "invalid_token");
    me(&[jar.clone(), jar.clone()]).await.problem(401, "invalid_token");
    me(&[format!("{jar}; __Host-auth_session=")]).await.problem(401, "invalid_token");
    for name in [
        "auth_session",
        "__Secure-auth_session",
        "__host-auth_session",
        "__Host-auth_sessio",
        " __Host-auth_session_",
    ] {
        me(&[format!("{name}={token}")]).await.problem(401, "missing_token");
    }
    me(&["__Host-auth_session=".into()]).await.problem(401, "missing_token");
    me(&[format!("{jar}\u{e9}")]).await.problem(401, "invalid_token");
    me(&[format!("__Host-auth_session=\"{token}\"")]).await.problem(401, "invalid_token");
}

/// With a cookie or without one, on our routes and on the application's (ASVS 3.5).
#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let world =
        world(|it| it.cookies(CookieConfig::new()).trusted_origin("https://admin.test")).await;
    let jar = page(&world.client).register(ADA).await.jar();
    let app = Router::new()
        .route(
            "/mine",
            get(async |_: CurrentUser<User>| "read").post(async |_: CurrentUser<User>| "changed"),
        )
        .nest("/auth", world.auth.routes())
        .with_state(world.auth.clone());
    let client = serve(&world.auth, app).await;
    let ours: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "same-origin"), ("origin", BASE_URL)],
        &[("origin", BASE_URL)],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://admin.test")],
        &[("x-requested-with", "curl")],
    ];
    let others: [&[(&str, &str)]; 6] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "https://blog.app.test")],
        &[("origin", "http://app.test")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("x-requested-with", "fetch")],
    ];
    let with = |headers: &[(&str, &str)]| {
        headers
            .iter()
            .fold(client.with("cookie", &jar), |client, (name, value)| client.with(name, value))
    };
    for headers in ours {
        with(headers).send("POST", "/mine", b"").await.expect(200);
        with(headers).json("PATCH", "/auth/me", json!({ "name": "A" })).await.expect(200);
    }
    for headers in others {
        let client = with(headers);
        client.get("/mine").await.expect(200);
        client.get("/auth/me").await.expect(200);
        client.send("POST", "/mine", b"").await.problem(403, "csrf_rejected");
        client
            .json("PATCH", "/auth/me", json!({ "name": "B" }))
            .await
            .problem(403, "csrf_rejected");
        client.delete("/auth/sessions").await.problem(403, "csrf_rejected");
        client.send("POST", "/auth/logout", b"").await.problem(403, "csrf_rejected");
    }
    // Somebody else's form could sign them in as somebody else.
    let wrong = client.with("origin", "https://evil.test");
    wrong.login(ADA, PASSWORD).await.problem(403, "csrf_rejected");
    wrong.post("/auth/register", signup("eve@example.com")).await.problem(403, "csrf_rejected");
    wrong
        .form("/auth/login", format!("username={ADA}&password={PASSWORD}"))
        .await
        .problem(403, "csrf_rejected");
    let said = client.login(ADA, PASSWORD).await.problem(403, "csrf_rejected");
    assert!(said.text().contains("X-Requested-With"), "{}", said.text());
    with(ours[0]).get("/auth/me").await.expect(200);
}

/// No page can make a browser send a token that it does not have.
#[tokio::test]
async fn a_bearer_token_needs_no_page_of_ours() {
    let world = world(|it| it.bearer().cookies(CookieConfig::new())).await;
    let reply = page(&world.client).register(ADA).await;
    let there =
        world.client.with("sec-fetch-site", "cross-site").with("origin", "https://evil.test");
    let patch = json!({ "name": "Countess" });
    there.bearer(reply.access()).json("PATCH", "/auth/me", patch.clone()).await.expect(200);
    let cookie = there.with("cookie", format!("__Host-auth_access={}", reply.access()));
    cookie.json("PATCH", "/auth/me", patch.clone()).await.problem(403, "csrf_rejected");
    // Another scheme decides nothing.
    cookie
        .with("authorization", "Basic eDp5")
        .json("PATCH", "/auth/me", patch)
        .await
        .problem(403, "csrf_rejected");
    // Where no cookie is read nothing of this is asked.
    let bearer = World::<User>::new().await;
    bearer.client.with("sec-fetch-site", "cross-site").register(ADA).await;
}

#[tokio::test]
async fn names_and_attributes_are_the_applications() {
    let config = CookieConfig::new().session_name("sid").same_site(SameSite::Strict);
    let config = config.domain("app.test").path("/api");
    let world = world(|it| it.cookies(config)).await;
    let reply = page(&world.client).register(ADA).await;
    assert_eq!(
        shapes(&reply),
        ["__Secure-sid; Path=/api; Domain=app.test; HttpOnly; Secure; SameSite=Strict"]
    );
    let me = page(&world.client).with("cookie", reply.jar());
    let out = me.send("POST", "/auth/logout", b"").await.expect(204);
    let cleared = "=; Path=/api; Domain=app.test; HttpOnly; Secure; SameSite=Strict; Max-Age=0";
    assert!(set(&out).contains(&format!("__Secure-sid{cleared}").as_str()), "{:?}", set(&out));
}

/// Within another site's page a browser takes only cookies that are `None`, and nothing could be
/// renewed there without the second.
#[tokio::test]
async fn an_application_that_is_embedded_is_refreshed_there() {
    let config = CookieConfig::new().same_site(SameSite::None);
    let world = world(|it| jwt(it.cookies(config))).await;
    let page = page(&world.client);
    let reply = page.register(ADA).await;
    let expected = [
        "__Host-auth_access; Path=/; HttpOnly; Secure; SameSite=None",
        "__Host-auth_refresh; Path=/; HttpOnly; Secure; SameSite=None",
    ];
    assert_eq!(shapes(&reply), expected);
    let me = page.with("cookie", reply.jar());
    assert_eq!(shapes(&me.send("POST", "/auth/refresh", b"").await.expect(200)), expected);
    let cleared = me.send("POST", "/auth/logout", b"").await.expect(204);
    assert!(set(&cleared).iter().all(|it| it.ends_with("; SameSite=None; Max-Age=0")));
}

/// A browser keeps no `Secure` cookie of plain http; only the declared address says that it is that.
#[tokio::test]
async fn plain_names_are_for_plain_http_on_this_machine() {
    for (address, expected) in [
        ("http://localhost:3000", "auth_session; Path=/; HttpOnly; SameSite=Lax"),
        ("https://localhost:3000", "__Host-auth_session; Path=/; HttpOnly; Secure; SameSite=Lax"),
    ] {
        let world = world(|it| it.base_url(address).cookies(CookieConfig::new())).await;
        assert_eq!(shapes(&page(&world.client).register(ADA).await), [expected]);
    }
}

#[tokio::test]
async fn cookies_that_no_browser_would_take_do_not_start() {
    let refused = async |config: CookieConfig, address: &str| {
        let clock = TestClock::default();
        let builder = builder(&clock).base_url(address).cookies(config).store(Memory::new());
        let error = builder.build().await.err();
        error.map(|error| error.problems().iter().map(|it| it.title.clone()).collect::<Vec<_>>())
    };
    let new = CookieConfig::new;
    for (config, address) in [
        (new().session_name(""), BASE_URL),
        (new().session_name("a b"), BASE_URL),
        (new().session_name("__Host-x"), BASE_URL),
        (new().session_name("x".repeat(65)), BASE_URL),
        (new().session_name("same").access_name("same"), BASE_URL),
        (new().domain("other.test"), BASE_URL),
        (new().domain("pp.test"), BASE_URL),
        (new().path("api"), BASE_URL),
        (new().path("/a;Secure"), BASE_URL),
        (new().path(format!("/{}", "x".repeat(100))), BASE_URL),
        (new().same_site(SameSite::None), "http://localhost:3000"),
    ] {
        let said = refused(config.clone(), address).await;
        assert_eq!(said, Some(vec!["unusable cookies".to_owned()]), "{config:?}");
    }
    assert_eq!(refused(new().session_name("x".repeat(64)), BASE_URL).await, None);
    let longest = format!("/{}", "x".repeat(99));
    assert_eq!(refused(new().path(longest), BASE_URL).await, None);
    assert_eq!(refused(new().same_site(SameSite::None), BASE_URL).await, None);
    let clock = TestClock::default();
    let origin = builder(&clock).cookies(new()).trusted_origin("admin.test").store(Memory::new());
    let error = origin.build().await.expect_err("no address");
    assert_eq!(error.problems()[0].title, "unusable origin");
}

/// A cookie of more than 4096 bytes is dropped by the browser, and the sign-in with it.
#[tokio::test]
async fn an_account_whose_token_no_cookie_could_hold_is_not_made() {
    let world = world(|it| jwt(it.cookies(CookieConfig::new()))).await;
    let page = page(&world.client);
    let mut body = signup(ADA);
    body["name"] = Value::from("x".repeat(2_700));
    page.post("/auth/register", body.clone()).await.problem(422, "validation_failed");
    body["name"] = Value::from("x".repeat(900));
    let reply = page.post("/auth/register", body).await.expect(201);
    assert!(set(&reply).iter().all(|it| it.len() <= 4096));
}

#[tokio::test]
async fn a_login_handler_of_the_applications_own_sets_and_clears_them() {
    let store = Memory::new();
    let world = World::built(store.clone(), |it| it.cookies(CookieConfig::new())).await;
    page(&world.client).register(ADA).await;
    let by_badge = async move |State(auth): State<Auth<User>>, cx: HookContext| {
        let user: User = store.find_by_email(ADA).await?.expect("the test made it");
        let issued = auth.sign_in(user, Provider::named("badge"), true, cx).await?;
        Ok::<_, Error>((issued, "welcome"))
    };
    let app = Router::new()
        .route("/badge", post(by_badge))
        .route(
            "/goodbye",
            post(async |State(auth): State<Auth<User>>| (auth.clear_cookies(), "goodbye")),
        )
        .nest("/auth", world.auth.routes())
        .with_state(world.auth.clone());
    let client = page(&serve(&world.auth, app).await);
    let reply =
        client.with("user-agent", "badge reader").send("POST", "/badge", b"").await.expect(200);
    assert_eq!(reply.text(), "welcome");
    assert!(set(&reply)[0].ends_with("; Max-Age=2592000"));
    let me = client.with("cookie", reply.jar());
    let sessions = me.get("/auth/sessions").await.expect(200).json();
    let agents = sessions.as_array().into_iter().flatten().map(|it| &it["user_agent"]);
    assert!(agents.into_iter().any(|it| it == "badge reader"), "{sessions}");
    assert_eq!(set(&client.send("POST", "/goodbye", b"").await.expect(200)).len(), 3);
}

struct Talkative(usize);

#[auth_hooks]
impl Hooks<User> for Talkative {
    async fn modify_jwt(&self, claims: &mut ExtraClaims) {
        let _ = claims.insert("story", "x".repeat(self.0));
    }
}

/// An error of ours, not a sign-in that the browser loses.
#[tokio::test]
async fn a_token_that_hooks_make_too_long_for_a_cookie_is_not_sent() {
    for (length, status) in [(1_500, 201), (3_000, 500)] {
        let world = world(|it| jwt(it.cookies(CookieConfig::new()).hooks(Talkative(length)))).await;
        let reply = page(&world.client).post("/auth/register", signup(ADA)).await.expect(status);
        assert_eq!(set(&reply).is_empty(), status == 500);
        assert!(set(&reply).iter().all(|it| it.len() <= 4096));
    }
}
