use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;
use serde_json::json;

use super::{Public, Router, routing::get};
use crate::{
    auth::Auth,
    error::{Code, Error},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// What others look up at the root of the site: `GET /.well-known/jwks.json`, the public keys that
    /// verify the tokens (RFC 7517 §5). It holds no secret; under HS256 it is empty.
    ///
    /// ```
    /// # use fastauth::{Auth, AuthUser};
    /// fn app<U: AuthUser>(auth: &Auth<U>) -> axum::Router {
    ///     axum::Router::new().nest("/auth", auth.routes()).merge(auth.well_known())
    /// }
    /// ```
    pub fn well_known<S: Clone + Send + Sync + 'static>(&self) -> axum::Router<S> {
        self.guarded_well_known().into_axum()
    }

    /// The same, with who may call it.
    pub(super) fn guarded_well_known<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        Router::new()
            .route("/.well-known/jwks.json", get(show_jwks::<U>))
            .map(|router| {
                router.method_not_allowed_fallback(async || Error::new(Code::MethodNotAllowed))
            })
            .with_state(self.clone())
    }
}

/// Readers may keep it, but not as long as a new key waits before it signs.
async fn show_jwks<U: AuthUser>(_: Public, State(auth): State<Auth<U>>) -> Response {
    let published = auth.published_keys().await;
    let set = json!({ "keys": published.keys }).to_string();
    let kept = format!("public, max-age={}", published.max_age.as_secs());
    let headers = [
        (header::CONTENT_TYPE, "application/jwk-set+json".to_owned()),
        (header::CACHE_CONTROL, kept),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, set).into_response()
}
