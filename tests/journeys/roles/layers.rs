//! Guards for whole routers.

use axum::{Extension, Router, routing::get};
use fastauth::{
    CurrentUser, Fresh, HookContext, Hooks, Reply, auth_hooks,
    error::Code,
    store::{Memory, Sqlite},
};
use fastauth_tests::{Client, Reply as Answer, User, World, serve};
use http::StatusCode;

use super::{can, declared};

type Visitor = Extension<Option<CurrentUser<User>>>;

async fn visitor(Extension(user): Visitor) -> String {
    user.map_or_else(|| "nobody".to_owned(), |user| user.name.clone())
}

/// As browsers ask for a page.
fn browser(client: &Client) -> Client {
    client
        .with("accept", "text/html,application/xhtml+xml;q=0.9")
        .with("sec-fetch-mode", "navigate")
}

fn sent_to(reply: Answer, place: &str) {
    let reply = reply.expect(303);
    assert_eq!(reply.header("location"), Some(place));
}

#[tokio::test]
async fn a_layer_says_who_is_there() {
    let store = Sqlite::open("sqlite::memory:").await.expect("a database");
    let world = World::on(store.clone()).await;
    let app = Router::new()
        .route("/", get(visitor))
        .route("/me", get(async |user: CurrentUser<User>| user.name.clone()))
        .layer(world.auth.layer())
        .with_state(world.auth.clone());
    let client = serve(&world.auth, app).await;
    let me = client.signed_in(&world.client.register("ada@example.com").await);
    assert_eq!(client.get("/").await.expect(200).text(), "nobody");
    assert_eq!(me.get("/").await.expect(200).text(), "Ada");
    // A token that is no good is nobody, and no guard is fooled.
    let bad = client.bearer("nonsense");
    assert_eq!(bad.get("/").await.expect(200).text(), "nobody");
    bad.get("/me").await.problem(401, "invalid_token");
    client.get("/me").await.problem(401, "missing_token");
    // An outage is neither somebody nor nobody.
    sqlx::raw_sql("DROP TABLE fastauth_sessions").execute(store.pool()).await.expect("a table");
    me.get("/").await.problem(503, "store_unavailable");
    assert_eq!(client.get("/").await.expect(200).text(), "nobody");
}

#[tokio::test]
async fn a_router_lets_nobody_in_who_is_not_signed_in() {
    let world = World::new().await;
    let inner = Router::new()
        .route("/drafts", get(async || "drafts").post(async |body: String| body))
        .route_layer(world.auth.require_login());
    let app = Router::new().nest("/in", inner).with_state(world.auth.clone());
    let client = serve(&world.auth, app).await;
    let me = client.signed_in(&world.client.register("ada@example.com").await);
    client.get("/in/drafts").await.problem(401, "missing_token");
    client.send("HEAD", "/in/drafts", b"").await.expect(401);
    client.bearer("nonsense").get("/in/drafts").await.problem(401, "invalid_token");
    client.send("POST", "/in/drafts", b"x").await.problem(401, "missing_token");
    assert_eq!(me.get("/in/drafts").await.expect(200).text(), "drafts");
    assert_eq!(me.send("POST", "/in/drafts", b"x").await.expect(200).text(), "x");
    // Without a page to send them to, browsers are told like everybody.
    browser(&client).get("/in/drafts").await.problem(401, "missing_token");
    client.get("/in/nothing").await.expect(404);
}

#[tokio::test]
async fn a_browser_is_sent_to_the_login_page_with_a_way_back() {
    let world = World::new().await;
    let inner = Router::new()
        .route("/drafts", get(async || "drafts").post(async || "made"))
        .route_layer(world.auth.require_login().login_page("/login?lang=en"));
    let app = Router::new().nest("/in", inner).with_state(world.auth.clone());
    let client = serve(&world.auth, app).await;
    let page = browser(&client);
    sent_to(page.get("/in/drafts").await, "/login?lang=en&next=%2Fin%2Fdrafts");
    let place = "/login?lang=en&next=%2Fin%2Fdrafts%3Fpage%3D2%26next%3D%2F%2Fevil.example";
    sent_to(page.get("/in/drafts?page=2&next=//evil.example").await, place);
    sent_to(page.bearer("nonsense").get("/in/drafts").await, "/login?lang=en&next=%2Fin%2Fdrafts");
    sent_to(
        client.with("accept", "text/html").get("/in/drafts").await,
        "/login?lang=en&next=%2Fin%2Fdrafts",
    );
    // What is no page is told as programs are.
    for program in [
        client.clone(),
        client.with("accept", "application/json"),
        client.with("accept", "*/*"),
        client.with("accept", "text/html").with("sec-fetch-mode", "cors"),
    ] {
        program.get("/in/drafts").await.problem(401, "missing_token");
    }
    page.send("POST", "/in/drafts", b"").await.problem(401, "missing_token");
    let me = browser(&client).signed_in(&world.client.register("ada@example.com").await);
    assert_eq!(me.get("/in/drafts").await.expect(200).text(), "drafts");
}

#[tokio::test]
async fn what_is_accepted_is_read_as_it_is_written() {
    let world = World::new().await;
    let app = Router::new()
        .route("/", get(async || "page"))
        .layer(world.auth.require_login().login_page("/login"))
        .with_state(world.auth.clone());
    let client = serve(&world.auth, app).await;
    for page in [
        "text/html",
        "Text/HTML",
        "application/xhtml+xml",
        "application/json,\ttext/html ;charset=utf-8;q=0.001",
        "text/html;q=1.0",
        "text/html;q=0, application/xhtml+xml",
    ] {
        let reply = client.with("accept", page).get("/").await;
        assert_eq!(reply.header("vary"), Some("accept, sec-fetch-mode"));
        sent_to(reply, "/login?next=%2F");
    }
    let two = client.with("accept", "application/json").with("accept", "text/html");
    sent_to(two.get("/").await, "/login?next=%2F");
    for program in [
        "*/*",
        "text/*",
        "text/htmlx",
        "application/json;profile=text/html",
        "text/html;q=0",
        "text/html ; Q=0.0",
        "text/html;level=1;q=0.000",
    ] {
        let reply = client.with("accept", program).get("/").await;
        let reply = reply.problem(401, "missing_token");
        assert_eq!(reply.header("vary"), Some("accept, sec-fetch-mode"), "{program}");
    }
}

#[tokio::test]
async fn the_login_page_is_not_its_own_way_back() {
    let world = World::new().await;
    let inner = Router::new().route("/login", get(async || "page"));
    let app = Router::new()
        .nest("/in", inner)
        .layer(world.auth.require_login().login_page("/in/login?lang=en"))
        .with_state(world.auth.clone());
    let page = browser(&serve(&world.auth, app).await);
    sent_to(page.get("/in").await, "/in/login?lang=en&next=%2Fin");
    page.get("/in/login?lang=en&next=%2Fin").await.problem(401, "missing_token");
    page.get("/in/login").await.problem(401, "missing_token");
}

/// RFC 9700 §4.12: no path that a browser could read as another site is a way back.
#[tokio::test]
async fn a_way_back_stays_on_the_site() {
    let world = World::new().await;
    let app = Router::new()
        .fallback(get(async || "anything"))
        .layer(world.auth.require_login().login_page("/login"))
        .with_state(world.auth.clone());
    let page = browser(&serve(&world.auth, app).await);
    sent_to(page.get("/a").await, "/login?next=%2Fa");
    for path in ["//evil.example", "//evil.example/%2e%2e", "///evil.example", "/\\evil.example"] {
        let reply = page.get(path).await;
        if reply.status == 303 {
            assert_eq!(reply.header("location"), Some("/login"), "{path}");
        } else {
            reply.expect(400);
        }
    }
}

#[tokio::test]
async fn the_builder_s_page_is_every_guard_s() {
    let world = World::built(Memory::new(), |it| declared(it).login_page("/signin")).await;
    let app = Router::new()
        .route("/user", get(async |_: CurrentUser<User>| "user"))
        .route("/fresh", get(async |_: Fresh<User>| "fresh"))
        .route("/written", get(async || "w").route_layer(world.auth.require::<can::WritePosts>()))
        .route(
            "/own",
            get(async || "own").route_layer(world.auth.require_login().login_page("/door")),
        )
        .with_state(world.auth.clone());
    let client = serve(&world.auth, app).await;
    let page = browser(&client);
    for path in ["user", "fresh", "written"] {
        let place = format!("/signin?next=%2F{path}");
        sent_to(page.get(&format!("/{path}")).await, &place);
        client.get(&format!("/{path}")).await.problem(401, "missing_token");
    }
    sent_to(page.get("/own").await, "/door?next=%2Fown");
    let me = page.signed_in(&world.client.register("ada@example.com").await);
    me.get("/written").await.problem(403, "insufficient_permission");
    world.wait(301);
    // Somebody is signed in, so there is nothing for them on that page.
    me.get("/fresh").await.problem(401, "reauthentication_required");
}

/// Answers in the application's own way.
struct Porter;

#[auth_hooks]
impl Hooks<User> for Porter {
    async fn on_unauthenticated(&self, _: Code, cx: &HookContext) -> Option<Reply> {
        (cx.uri().path() == "/in").then(|| Reply::new(StatusCode::IM_A_TEAPOT, "who are you"))
    }
    async fn on_forbidden(&self, reason: Code, cx: &HookContext) -> Option<Reply> {
        assert_eq!(reason, Code::InsufficientPermission);
        (cx.uri().path() == "/in").then(|| Reply::new(StatusCode::IM_A_TEAPOT, "not you"))
    }
}

#[tokio::test]
async fn an_application_answers_for_its_layers_too() {
    let world = World::built(Memory::new(), |it| declared(it).hooks(Porter)).await;
    let layer = world.auth.require::<can::WritePosts>().login_page("/login");
    let app = Router::new()
        .route("/in", get(async || "in"))
        .route("/out", get(async || "out"))
        .route_layer(layer)
        .with_state(world.auth.clone());
    let client = serve(&world.auth, app).await;
    let me = client.signed_in(&world.client.register("ada@example.com").await);
    assert_eq!(browser(&client).get("/in").await.expect(418).text(), "who are you");
    sent_to(browser(&client).get("/out").await, "/login?next=%2Fout");
    assert_eq!(me.get("/in").await.expect(418).text(), "not you");
    me.get("/out").await.problem(403, "insufficient_permission");
}

/// Who may not go on has nothing read of theirs.
#[tokio::test]
async fn a_layer_answers_before_the_body() {
    let world = World::new().await;
    let app = Router::new()
        .route("/upload", get(async || "").post(async |body: String| body))
        .route_layer(world.auth.require_login())
        .with_state(world.auth.clone());
    let client = serve(&world.auth, app).await;
    let head = client.head("POST", "/upload");
    let promised = [head.as_slice(), b"content-length: 100000000\r\n\r\n"].concat();
    client.raw(&promised).await.problem(401, "missing_token");
}
