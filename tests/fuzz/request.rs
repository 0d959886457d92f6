//! A request of a stranger: whatever it says, the reply is no fault of ours.

#![no_main]

use axum::{Router, body::Body};
use fastauth::{Auth, AuthUser, CookieConfig, PasswordHash, store::Memory, testing::cheap_hasher};
use http::{HeaderValue, Request, header};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: i64,
    email: String,
    password_hash: PasswordHash,
    #[auth(signup, edit)]
    name: String,
    #[auth(edit)]
    age: Option<i32>,
}

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_all().build().unwrap();
    static APP: Router = RUNTIME.with(|runtime| runtime.block_on(app()));
}

async fn app() -> Router {
    let auth = Auth::<User>::builder()
        .base_url("http://localhost:3000")
        .secret("base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=")
        .password_hasher(cheap_hasher())
        .throttle(fastauth::config::Limits::off())
        .bearer()
        .cookies(CookieConfig::new())
        .store(Memory::new())
        .build()
        .await
        .unwrap();
    Router::new().nest("/auth", auth.routes()).with_state(auth)
}

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];
const PATHS: [&str; 12] = [
    "/auth/register",
    "/auth/login",
    "/auth/logout",
    "/auth/refresh",
    "/auth/me",
    "/auth/sessions",
    "/auth/sessions/01890f6e-0000-7000-8000-000000000001",
    "/auth/password/change",
    "/auth/reauthenticate",
    "/auth/token/revoke",
    "/auth/token/introspect",
    "/auth/nothing",
];
const TYPES: [&str; 3] = ["application/json", "application/x-www-form-urlencoded", "text/plain"];

fuzz_target!(|input: (u8, u8, u8, &[u8], &[u8], &[u8])| {
    let (method, path, kind, authorization, cookie, body) = input;
    let mut request = Request::new(Body::from(body.to_vec()));
    *request.method_mut() = METHODS[usize::from(method) % METHODS.len()].parse().unwrap();
    *request.uri_mut() = PATHS[usize::from(path) % PATHS.len()].parse().unwrap();
    let kind = TYPES[usize::from(kind) % TYPES.len()];
    let headers = request.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert("x-requested-with", HeaderValue::from_static("fuzz"));
    for (name, value) in [(header::AUTHORIZATION, authorization), (header::COOKIE, cookie)] {
        if let Ok(value) = HeaderValue::from_bytes(value)
            && !value.is_empty()
        {
            headers.insert(name, value);
        }
    }
    let reply =
        APP.with(|app| RUNTIME.with(|runtime| runtime.block_on(app.clone().oneshot(request))));
    assert!(reply.unwrap().status().as_u16() < 500);
});
