//! The methods of a route, each with its guarded handler: `axum::routing` for a
//! [`fastauth::Router`](crate::Router).

mod guarded;
mod guards;
mod method_router;

use axum::{handler::Handler, routing as unguarded};

pub use crate::http::admission::{Admission, Needs, Who};
pub use guarded::Guarded;
pub use guards::{Guards, RouteGuard};
pub use method_router::MethodRouter;

// Written out, so that rustc quotes a function and not a macro when a handler has no guard.

/// Answers every method that has no handler of its own.
///
/// ```
/// # use fastauth::{Public, Router, routing::any};
/// let app: Router = Router::new().route("/echo", any(async |_: Public, text: String| text));
/// assert_eq!(app.guards().to_string(), "ANY /echo  anybody\n");
/// ```
pub fn any<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Handler<T, S> + Guarded<T>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new::<H::By>("ANY", unguarded::any(handler))
}

/// Answers `DELETE`.
///
/// ```
/// # use fastauth::{Public, Router, routing::delete};
/// let app: Router = Router::new().route("/notes", delete(async |_: Public| "noted"));
/// assert_eq!(app.guards().to_string(), "DELETE /notes  anybody\n");
/// ```
pub fn delete<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Handler<T, S> + Guarded<T>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new::<H::By>("DELETE", unguarded::delete(handler))
}

/// Answers `GET`, and `HEAD` under the same guard.
///
/// ```
/// # use fastauth::{Public, Router, routing::get};
/// let app: Router = Router::new().route("/notes", get(async |_: Public| "noted"));
/// assert_eq!(app.guards().to_string(), "GET /notes  anybody\n");
/// ```
pub fn get<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Handler<T, S> + Guarded<T>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new::<H::By>("GET", unguarded::get(handler))
}

/// Answers `HEAD`.
///
/// ```
/// # use fastauth::{Public, Router, routing::head};
/// let app: Router = Router::new().route("/notes", head(async |_: Public| "noted"));
/// assert_eq!(app.guards().to_string(), "HEAD /notes  anybody\n");
/// ```
pub fn head<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Handler<T, S> + Guarded<T>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new::<H::By>("HEAD", unguarded::head(handler))
}

/// Answers `OPTIONS`.
///
/// ```
/// # use fastauth::{Public, Router, routing::options};
/// let app: Router = Router::new().route("/notes", options(async |_: Public| "noted"));
/// assert_eq!(app.guards().to_string(), "OPTIONS /notes  anybody\n");
/// ```
pub fn options<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Handler<T, S> + Guarded<T>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new::<H::By>("OPTIONS", unguarded::options(handler))
}

/// Answers `PATCH`.
///
/// ```
/// # use fastauth::{Public, Router, routing::patch};
/// let app: Router = Router::new().route("/notes", patch(async |_: Public| "noted"));
/// assert_eq!(app.guards().to_string(), "PATCH /notes  anybody\n");
/// ```
pub fn patch<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Handler<T, S> + Guarded<T>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new::<H::By>("PATCH", unguarded::patch(handler))
}

/// Answers `POST`.
///
/// ```
/// # use fastauth::{Public, Router, routing::post};
/// let app: Router = Router::new().route("/notes", post(async |_: Public| "noted"));
/// assert_eq!(app.guards().to_string(), "POST /notes  anybody\n");
/// ```
pub fn post<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Handler<T, S> + Guarded<T>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new::<H::By>("POST", unguarded::post(handler))
}

/// Answers `PUT`.
///
/// ```
/// # use fastauth::{Public, Router, routing::put};
/// let app: Router = Router::new().route("/notes", put(async |_: Public| "noted"));
/// assert_eq!(app.guards().to_string(), "PUT /notes  anybody\n");
/// ```
pub fn put<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Handler<T, S> + Guarded<T>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new::<H::By>("PUT", unguarded::put(handler))
}
