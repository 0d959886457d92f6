use std::sync::{Arc, OnceLock};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use fastauth::{Auth, AuthUser, openapi::utoipa::openapi::OpenApi};
use http::{Method, StatusCode};
use serde_json::Value;

/// An application whose accounts are mounted at `/auth`, of which every reply must be one that their
/// document tells of: whatever a test is about, it tests this too.
pub(crate) fn documented<U: AuthUser>(auth: &Auth<U>, app: Router) -> Router {
    let document = Arc::new(OnceLock::new());
    let auth = auth.clone();
    app.layer(from_fn(move |request: Request, next: Next| {
        let (document, auth) = (Arc::clone(&document), auth.clone());
        async move {
            let method = request.method().clone();
            let path = request.uri().path().to_owned();
            let (parts, body) = next.run(request).await.into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("it ends");
            let written = || written(&auth.openapi("/auth"));
            let document = document.get_or_init(written);
            match judge(document, &method, &path, parts.status, &body) {
                Ok(()) => Response::from_parts(parts, Body::from(body)),
                Err(what) => {
                    let text = format!("undocumented: {method} {path}: {what}");
                    (StatusCode::IM_A_TEAPOT, text).into_response()
                }
            }
        }
    }))
}

/// A document as its readers have it.
fn written(document: &OpenApi) -> Value {
    serde_json::to_value(document).expect("it is JSON")
}

fn judge(
    document: &Value,
    method: &Method,
    path: &str,
    status: StatusCode,
    body: &Bytes,
) -> Result<(), String> {
    let Some(operation) = operation(document, method, path) else { return Ok(()) };
    let reply = &operation["responses"][status.as_str()];
    let reply = match reply["$ref"].as_str() {
        Some(place) => document.pointer(&place[1..]).unwrap_or(&Value::Null),
        None => reply,
    };
    if reply.is_null() {
        return Err(format!("{status} {}", String::from_utf8_lossy(body)));
    }
    let code = serde_json::from_slice(body).map_or(Value::Null, |body: Value| body["code"].clone());
    if code.is_null() {
        return Ok(());
    }
    let known = &reply["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]
        ["enum"];
    let is_known = known.as_array().is_some_and(|known| known.contains(&code));
    if is_known { Ok(()) } else { Err(format!("{status} {code}, not among {known}")) }
}

/// The operation that answers a request; none where the application has no such route.
fn operation<'a>(document: &'a Value, method: &Method, path: &str) -> Option<&'a Value> {
    let method = match method.as_str() {
        "DELETE" => "delete",
        "GET" | "HEAD" => "get",
        "PATCH" => "patch",
        "POST" => "post",
        "PUT" => "put",
        _ => return None,
    };
    let paths = document["paths"].as_object()?;
    let fits = |template: &&String| {
        let (template, path) = (template.split('/'), path.split('/'));
        template.clone().count() == path.clone().count()
            && template.zip(path).all(|(place, part)| place == part || place.starts_with('{'))
    };
    // `/me/roles` is no `/me/{name}`: what has no places comes first.
    let mut found: Vec<_> = paths.keys().filter(fits).collect();
    found.sort_by_key(|template| template.matches('{').count());
    found.first().and_then(|template| paths[*template].get(method))
}
