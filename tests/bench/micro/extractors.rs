//! A request through a router, beside a handler that looks at nothing.

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
    routing::get,
};
use criterion::{BatchSize, Criterion};
use fastauth::{
    Auth, Claims, CurrentUser,
    config::Limits,
    store::{Memory, Sqlite, Store},
};
use serde_json::{Value, json};
use tokio::runtime::Builder;
use tower::ServiceExt;

use crate::user::User;

const SECRET: &str = "base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=";

pub fn all(criterion: &mut Criterion) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("micro.db");
    // What an earlier run left.
    let _ = std::fs::remove_file(&file);
    let sqlite = runtime.block_on(Sqlite::open(file.to_string_lossy())).expect("a database");
    let mut group = criterion.benchmark_group("request");
    let in_memory = runtime.block_on(application(Memory::new()));
    let on_disk = runtime.block_on(application(sqlite));
    for (name, path, (app, token)) in [
        ("of nobody", "/bare", &in_memory),
        ("Claims", "/claims", &in_memory),
        ("CurrentUser, memory", "/me", &in_memory),
        ("CurrentUser, SQLite", "/me", &on_disk),
    ] {
        let ask = |request: Request<Body>| {
            let reply = runtime.block_on(app.clone().oneshot(request)).expect("a reply");
            assert_eq!(reply.status(), StatusCode::NO_CONTENT);
        };
        group.bench_function(name, |b| {
            b.iter_batched(|| request(path, token), ask, BatchSize::SmallInput);
        });
    }
    group.finish();
}

/// An application with one user, and their token.
async fn application(store: impl Store<User>) -> (Router, String) {
    let auth = Auth::<User>::builder().store(store).create_user_table().secret(SECRET);
    let auth = auth.throttle(Limits::off()).build().await.expect("complete");
    let app = Router::new()
        .route("/bare", get(async || StatusCode::NO_CONTENT))
        .route("/claims", get(async |_: Claims<User>| StatusCode::NO_CONTENT))
        .route("/me", get(async |_: CurrentUser<User>| StatusCode::NO_CONTENT))
        .nest("/auth", auth.routes())
        .with_state(auth);
    let person = json!({
        "email": "ada@example.com", "password": "correct horse battery staple", "name": "Ada",
    });
    let request = Request::post("/auth/register").header(header::CONTENT_TYPE, "application/json");
    let request = request.body(Body::from(person.to_string())).expect("a request");
    let reply = app.clone().oneshot(request).await.expect("a reply");
    assert_eq!(reply.status(), StatusCode::CREATED);
    let body = axum::body::to_bytes(reply.into_body(), 65_536).await.expect("a body");
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    (app, body["access_token"].as_str().expect("a token").to_owned())
}

fn request(path: &str, token: &str) -> Request<Body> {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    request.body(Body::empty()).expect("a request")
}
