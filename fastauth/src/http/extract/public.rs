use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::http::{admission::Admission, guard::Guard};

/// Anybody may call this handler, on purpose.
///
/// ```
/// use fastauth::{Public, Router, routing::get};
///
/// async fn health(_: Public) -> &'static str {
///     "well"
/// }
///
/// let app: Router = Router::new().route("/health", get(health));
/// assert_eq!(app.guards().to_string(), "GET /health  anybody\n");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Public;

impl Guard for Public {
    fn describe() -> String {
        "anybody".to_owned()
    }

    fn admits() -> Admission {
        Admission::anybody()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Public {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}
