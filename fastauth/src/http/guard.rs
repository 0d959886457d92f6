use super::admission::Admission;

/// An extractor that says who may call a handler, as the first argument of every handler on a
/// [`fastauth::Router`](crate::Router).
///
/// Implement it for an extractor of your own that turns away whom it should. It needs both: `Guard` is
/// what the listing says of it, `FromRequestParts` is what lets somebody in.
///
/// ```
/// use axum::extract::FromRequestParts;
/// use fastauth::{Guard, Router, routing::get};
/// use http::{StatusCode, request::Parts};
///
/// /// A machine of ours, on a network nobody else is on.
/// struct Machine;
///
/// impl Guard for Machine {
///     fn describe() -> String { "machine".to_owned() }
/// }
///
/// impl<S: Send + Sync> FromRequestParts<S> for Machine {
///     type Rejection = StatusCode;
///
///     async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
///         parts.headers.get("x-machine").map(|_| Self).ok_or(StatusCode::UNAUTHORIZED)
///     }
/// }
///
/// let app: Router = Router::new().route("/metrics", get(async |_: Machine| "up 1"));
/// assert_eq!(app.guards().to_string(), "GET /metrics  machine\n");
/// ```
///
/// Where `#[axum::debug_handler]` is to say what does not fit, it has to be told the state of the router:
/// `#[axum::debug_handler(state = AppState)]`.
pub trait Guard {
    /// Who is let in, for the listing of the routes: `current User`, `anybody`.
    fn describe() -> String;

    /// The same as data, for documents. Where a guard of your own stands on one of ours, say what
    /// that one says; else nothing is known of it, and documents name no scheme.
    fn admits() -> Admission {
        Admission::unknown()
    }
}

/// The handler looks whether somebody is there.
impl<G: Guard> Guard for Option<G> {
    fn describe() -> String {
        format!("visitor or {}", G::describe())
    }

    fn admits() -> Admission {
        G::admits().optional()
    }
}

/// The handler answers those the guard would turn away.
impl<G: Guard, R> Guard for Result<G, R> {
    fn describe() -> String {
        format!("anybody, tried as {}", G::describe())
    }

    fn admits() -> Admission {
        G::admits().optional()
    }
}
