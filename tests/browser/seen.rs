//! What reached an application: a browser does not show a page what it sent elsewhere, nor what
//! came back.

use std::sync::{Arc, Mutex};

use axum::{
    Extension, Json,
    body::{Body, to_bytes},
    extract::Request,
    middleware::Next,
    response::Response,
};
use http::HeaderMap;
use serde_json::{Value, json};

/// The changes that were asked for, in their order.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<Value>>>);

impl Seen {
    fn push(&self, request: Value) {
        self.0.lock().expect("nobody panics with it").push(request);
    }
}

/// Keeps what was asked and how it was answered, but for what changes nothing.
pub(crate) async fn note(
    Extension(seen): Extension<Seen>,
    request: Request,
    next: Next,
) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (site, origin) = (header(&request, "sec-fetch-site"), header(&request, "origin"));
    let cookies = cookies(request.headers());
    let (parts, body) = next.run(request).await.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a reply of ours has an end");
    if !method.is_safe() {
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        seen.push(json!({
            "method": method.as_str(),
            "path": path,
            "site": site,
            "origin": origin,
            "cookies": cookies,
            "status": parts.status.as_u16(),
            "code": problem["code"],
        }));
    }
    Response::from_parts(parts, Body::from(body))
}

/// Tells the script.
pub(crate) async fn tell(Extension(seen): Extension<Seen>) -> Json<Vec<Value>> {
    Json(seen.0.lock().expect("nobody panics with it").clone())
}

fn header(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The names of the cookies that came.
fn cookies(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all("cookie").into_iter();
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    let pairs = lines.iter().flat_map(|line| line.split("; "));
    pairs.filter_map(|pair| pair.split('=').next()).map(str::to_owned).collect()
}
