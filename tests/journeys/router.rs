//! A router that knows its guards: what it lists is what it does.

use std::time::Duration;

use axum::{
    extract::{Path, Request, State},
    middleware::{Next, from_fn},
    response::Response,
};
use fastauth::{
    Auth, Claims, CurrentUser, Fresh, Permission, Public, Rejection, Router,
    access::PermissionMarker,
    routing::{any, get, post},
    store::Memory,
};
use fastauth_tests::{Client, TestClock, User, World, ada, builder, serve};
use serde_json::json;

type Handed = State<Auth<User>>;

async fn name(CurrentUser(user): CurrentUser<User>) -> String {
    user.name.clone()
}

async fn note(user: CurrentUser<User>, _: Handed, text: String) -> String {
    format!("{}: {text}", user.name)
}

/// An application that puts its routes together in every way there is.
fn application(auth: &Auth<User>) -> Router {
    let posts = Router::new()
        .route("/", get(async |_: Option<CurrentUser<User>>| "posts").post(note))
        .route("/{id}", get(async |_: Public, Path(id): Path<u8>| id.to_string()).put(note))
        .fallback(name);
    let own = Router::new()
        .route("/name", get(name))
        .route("/plan", get(async |claims: Claims<User>| claims.plan.clone()))
        .route("/tried", get(tried));
    let files = axum::Router::new().route("/logo", axum::routing::get(async || "<svg/>"));
    Router::new()
        .route("/everything", any(note))
        .route("/export", post(async |_: Fresh<User>| "all of it").head(async |_: Public| ()))
        .merge(own)
        .nest("/posts", posts)
        .nest("/v2", Router::new().nest("/posts", Router::new().route("/", get(name))))
        .nest_unchecked("/files", files)
        .mount("/auth", auth)
        .fallback(name)
        .with_state(auth.clone())
}

async fn tried(user: Result<CurrentUser<User>, Rejection>) -> String {
    user.map_or_else(|why| why.code().to_string(), |user| user.name.clone())
}

async fn served() -> (World<User>, Client, Client) {
    let world = World::new().await;
    let client = serve(&world.auth, application(&world.auth).into()).await;
    let reply = client.post("/auth/register", ada()).await.expect(201);
    let me = client.signed_in(&reply);
    (world, client, me)
}

#[tokio::test]
async fn the_listing_names_every_route_and_who_may_call_it() {
    let world = World::new().await;
    let listing = application(&world.auth).guards().to_string();
    let listing: Vec<_> = listing.lines().collect();
    assert_eq!(
        listing,
        [
            "ANY /*  current User",
            "POST /auth/login  anybody",
            "POST /auth/logout  anybody",
            "DELETE /auth/me  current User",
            "GET /auth/me  current User",
            "PATCH /auth/me  current User",
            "POST /auth/password/change  current User",
            "POST /auth/reauthenticate  current User",
            "POST /auth/refresh  anybody",
            "POST /auth/register  anybody",
            "DELETE /auth/sessions  current User",
            "GET /auth/sessions  current User",
            "DELETE /auth/sessions/{id}  current User",
            "POST /auth/token/revoke  anybody",
            "ANY /everything  current User",
            "HEAD /export  anybody",
            "POST /export  fresh User",
            "ANY /files/*  unchecked",
            "GET /name  current User",
            "GET /plan  claims of User",
            "GET /posts  visitor or current User",
            "POST /posts  current User",
            "ANY /posts/*  current User",
            "GET /posts/{id}  anybody",
            "PUT /posts/{id}  current User",
            "GET /tried  anybody, tried as current User",
            "GET /v2/posts  current User",
        ]
    );
}

#[tokio::test]
async fn what_is_listed_is_what_is_answered() {
    let (world, client, _) = served().await;
    let mut closed = 0;
    for route in application(&world.auth).guards() {
        let method = if route.method == "ANY" { "TRACE" } else { route.method };
        let path = route.path.replace("{id}", "7").replace('*', "else/where");
        let reply = client.send(method, &path, b"").await;
        if ["current User", "fresh User", "claims of User"].contains(&route.guard.as_str()) {
            closed += 1;
            reply.problem(401, "missing_token");
            client.bearer("nonsense").send(method, &path, b"").await.problem(401, "invalid_token");
        } else if route.guard != "unchecked" {
            assert_ne!(reply.status, 401, "{route}");
            assert_ne!(reply.status, 405, "{route}");
        }
    }
    assert_eq!(closed, 17);
}

#[tokio::test]
async fn whom_a_guard_names_goes_through() {
    let (_world, client, me) = served().await;
    for path in ["/name", "/v2/posts", "/posts/x/y", "/elsewhere"] {
        assert_eq!(me.get(path).await.expect(200).text(), "Ada", "{path}");
    }
    assert_eq!(me.send("POST", "/posts", b"hello").await.expect(200).text(), "Ada: hello");
    assert_eq!(me.send("REPORT", "/everything", b"x").await.expect(200).text(), "Ada: x");
    assert_eq!(me.get("/tried").await.expect(200).text(), "Ada");
    assert_eq!(client.get("/tried").await.expect(200).text(), "missing_token");
    assert_eq!(client.get("/posts").await.expect(200).text(), "posts");
    assert_eq!(client.get("/files/logo").await.expect(200).text(), "<svg/>");
    client.get("/auth/nothing").await.problem(404, "not_found");
    client.delete("/auth/login").await.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn a_fallback_below_a_path_answers_all_but_its_bare_slash() {
    let inner = Router::new().fallback(async |_: Public| "inner");
    let app: Router = Router::new().nest("/api", inner).fallback(async |_: Public| "outer");
    assert_eq!(app.guards().to_string(), "ANY /*  anybody\nANY /api/*  anybody\n");
    let client = serve(&World::new().await.auth, app.into()).await;
    for (path, answer) in [("/api", "inner"), ("/api/x", "inner"), ("/api/", "outer")] {
        assert_eq!(client.get(path).await.expect(200).text(), answer, "{path}");
    }
}

/// Under `HEAD` as under `GET`, however the route came to be there.
#[tokio::test]
async fn a_guard_holds_under_head() {
    let (_world, client, me) = served().await;
    for path in ["/name", "/plan", "/v2/posts", "/posts/x/y", "/elsewhere", "/auth/me"] {
        let reply = client.send("HEAD", path, b"").await.expect(401);
        assert_eq!(reply.text(), "", "{path}");
        me.send("HEAD", path, b"").await.expect(200);
    }
    client.send("HEAD", "/export", b"").await.expect(200);
}

/// A stranger is turned away while the body is still to come, and whatever it is.
#[tokio::test]
async fn a_guard_runs_before_the_body_is_read() {
    let (_world, client, _) = served().await;
    for line in [
        "POST /posts",
        "PUT /posts/7",
        "POST /everything",
        "POST /posts/x/y",
        "POST /elsewhere",
        "PATCH /auth/me",
        "DELETE /auth/me",
        "POST /auth/password/change",
        "POST /auth/reauthenticate",
    ] {
        let head = format!("{line} HTTP/1.1\r\nhost: app.test\r\nconnection: close\r\n");
        // Promised and never sent; and sent, in a form that nothing reads.
        for rest in [
            "content-length: 100000000\r\n\r\n",
            "content-type: image/png\r\ncontent-length: 2\r\n\r\n\u{e9}",
        ] {
            let request = format!("{head}{rest}");
            let answer = client.raw(request.as_bytes());
            let reply = tokio::time::timeout(Duration::from_secs(5), answer).await;
            reply.expect("no waiting for the body").problem(401, "missing_token");
        }
    }
}

#[tokio::test]
async fn a_path_is_nobodys_business_before_the_guard() {
    let (_world, client, me) = served().await;
    // Not a number: the path is read after the guard.
    client.send("PUT", "/posts/x", b"").await.problem(401, "missing_token");
    me.send("PUT", "/posts/x", b"").await.expect(200);
}

#[tokio::test]
async fn a_layer_stands_before_the_guards_and_lists_nothing() {
    async fn tell(request: Request, next: Next) -> Response {
        let mut response = next.run(request).await;
        response.headers_mut().insert("x-seen", axum::http::HeaderValue::from_static("1"));
        response
    }
    let world = World::new().await;
    let app = Router::new().route("/name", get(name)).route_layer(from_fn(tell));
    let app = app.layer(from_fn(tell)).with_state(world.auth.clone());
    assert_eq!(app.guards().to_string(), "GET /name  current User\n");
    let client = serve(&world.auth, app.into()).await;
    let reply = client.get("/name").await.problem(401, "missing_token");
    assert_eq!(reply.header("x-seen"), Some("1"));
}

#[tokio::test]
async fn the_accounts_are_served_by_either_router() {
    let world = World::new().await;
    let app: Router = Router::new().mount("/auth", &world.auth);
    for app in [app.into_axum(), axum::Router::new().nest("/auth", world.auth.routes())] {
        let client = serve(&world.auth, app).await;
        let body = json!({ "email": "nobody@example.com", "password": "wrong wrong wrong" });
        client.post("/auth/login", body).await.problem(401, "invalid_credentials");
    }
}

struct ManageRoles;

impl Permission for ManageRoles {
    const ALL: &'static [Self] = &[Self];

    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn description(&self) -> &'static str {
        ""
    }

    fn parse(name: &str) -> Option<Self> {
        (name == Self::NAME).then_some(Self)
    }
}

impl PermissionMarker for ManageRoles {
    type Permission = Self;
    const NAME: &'static str = "manage-roles";
}

#[tokio::test]
async fn the_administration_of_roles_is_listed_and_closed() {
    let clock = TestClock::default();
    let auth = builder(&clock).permissions::<ManageRoles>().roles_admin::<ManageRoles>();
    let auth = auth.store(Memory::new()).build().await.expect("complete");
    let app: Router = Router::new().mount("/auth", &auth);
    let routes: Vec<_> =
        app.guards().into_iter().filter(|route| route.guard.contains("administer")).collect();
    let client = serve(&auth, app.into()).await;
    let me = client.signed_in(&client.post("/auth/register", ada()).await.expect(201));
    for route in &routes {
        let path = route.path.replace("{id}", "7").replace("{name}", "editor");
        client.send(route.method, &path, b"").await.problem(401, "missing_token");
        me.send(route.method, &path, b"").await.problem(403, "insufficient_permission");
    }
    assert_eq!(routes.len(), 6);
    assert_eq!(routes[0].to_string(), "GET /auth/roles  User who may administer roles");
}

fn public(path: &str) -> Router {
    Router::new().route(path, get(async |_: Public| ()))
}

#[test]
#[should_panic(expected = "`GET /posts` has two handlers")]
fn a_route_stands_once() {
    let _ = public("/posts").route("/posts", get(async |_: Public| ()));
}

#[test]
#[should_panic(expected = "`GET /posts/{id}` has two handlers")]
fn a_route_stands_once_when_nested() {
    let _ = public("/posts/{id}").nest("/posts", public("/{id}"));
}

#[test]
#[should_panic(expected = "`GET /posts` has two handlers")]
fn a_route_stands_once_when_merged() {
    let _ = public("/posts").merge(public("/posts"));
}

#[test]
#[should_panic(expected = "`ANY /*` has two handlers")]
fn a_fallback_stands_once() {
    let fallback = || Router::<()>::new().fallback(async |_: Public| ());
    let _ = fallback().merge(fallback());
}

#[test]
#[should_panic(expected = "/posts/{name}")]
fn two_names_for_one_segment_are_told_with_their_path() {
    let _ = public("/posts/{id}").nest("/posts", public("/{name}"));
}

#[test]
#[should_panic(expected = "`GET`")]
fn a_method_stands_once() {
    let _: Router = Router::new().route("/", get(async |_: Public| ()).get(async |_: Public| ()));
}

#[test]
fn several_routers_of_axum_stand_side_by_side() {
    let files = |path: &str| axum::Router::new().route(path, axum::routing::get(async || ()));
    let app: Router = Router::new()
        .merge_unchecked(files("/a"))
        .merge_unchecked(files("/b"))
        .nest_unchecked("/c", files("/c"))
        .fallback(async |_: Public| ());
    assert_eq!(
        app.guards().to_string(),
        "ANY /*  unchecked\nANY /*  unchecked\nANY /*  anybody\nANY /c/*  unchecked\n"
    );
}

/// As many arguments as axum reads.
#[test]
fn a_guard_may_be_the_first_of_sixteen() {
    type A = axum::http::Method;
    let app: Router = Router::new().route(
        "/",
        get(
            async |_: Public,
                   _: A,
                   _: A,
                   _: A,
                   _: A,
                   _: A,
                   _: A,
                   _: A,
                   _: A,
                   _: A,
                   _: A,
                   _: A,
                   _: A,
                   _: A,
                   _: A,
                   _: A| (),
        ),
    );
    assert_eq!(app.guards().len(), 1);
}
