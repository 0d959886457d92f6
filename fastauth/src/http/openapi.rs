//! The OpenAPI 3.1 document of the routes, as they are configured: only what is mounted, with the bodies
//! of the user's own struct, every code a route can refuse with, and what its guard asks for. Under the
//! feature `openapi`.
//!
//! [`Router::openapi`] describes a whole application, [`Auth::openapi`] the routes of the accounts alone,
//! for an application on a router of axum. Nothing is served before it is asked for:
//!
//! ```
//! # use fastauth::{Auth, AuthUser, CurrentUser, PasswordHash, store::Memory};
//! use fastauth::{Router, openapi::{Accounts, utoipa::openapi::{Info, OpenApi, Paths}}, routing::get};
//!
//! # #[derive(AuthUser)]
//! # #[auth(id, email, password_hash)]
//! # struct User { id: i64, email: String, password_hash: PasswordHash }
//! fn app(auth: &Auth<User>) -> Router {
//!     // Or what `#[derive(OpenApi)]` of utoipa makes of the application's own handlers.
//!     let own = OpenApi::new(Info::new("Posts", "1.0.0"), Paths::new());
//!     Router::new()
//!         .route("/", get(async |user: CurrentUser<User>| user.email.clone()))
//!         .mount("/auth", auth)
//!         .serve_openapi("/openapi.json", own, &[Accounts::of(auth)])
//!         .with_state(auth.clone())
//! }
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! # let auth = Auth::<User>::builder().store(Memory::new()).build().await.unwrap();
//! assert!(app(&auth).guards().to_string().contains("GET /openapi.json  anybody\n"));
//! # });
//! ```
//!
//! The types of the bodies are utoipa's `ToSchema`, for an application that shows them in replies of its
//! own: `Ref::from_schema_name(<User as AuthUser>::View::name())`.

mod accounts;
mod bodies;
mod document;
mod operation;
mod parameters;
mod problems;
mod replies;
mod security;
mod shapes;

use axum::response::IntoResponse;
use bytes::Bytes;
use http::header;
pub use utoipa;
use utoipa::openapi::{Info, OpenApi, Paths};

use super::{
    Public, Router,
    router::nested,
    routing::{RouteGuard, get},
};
use crate::{
    auth::Auth,
    error::{Code, Error},
    user::AuthUser,
};

pub use accounts::Accounts;

impl<U: AuthUser> Auth<U> {
    /// The document of the routes of the accounts, which are mounted at this path: `/auth`. For what
    /// an application on a router of axum serves or merges into its own document:
    ///
    /// ```
    /// # use fastauth::{Auth, AuthUser, PasswordHash, store::Memory};
    /// # #[derive(AuthUser)]
    /// # #[auth(id, email, password_hash)]
    /// # struct User { id: i64, email: String, password_hash: PasswordHash }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let auth = Auth::<User>::builder().store(Memory::new()).build().await?;
    /// let document = auth.openapi("/auth");
    /// assert!(document.paths.paths.contains_key("/auth/login"));
    /// # Ok::<(), fastauth::SetupError>(())
    /// # }).unwrap();
    /// ```
    pub fn openapi(&self, mounted_at: &str) -> OpenApi {
        let routes = self.guarded_routes::<()>().guards().into_iter();
        let routes: Vec<RouteGuard> = routes
            .map(|route| RouteGuard { path: nested(mounted_at, &route.path), ..route })
            .collect();
        let info =
            Info::new(format!("Accounts of {}", self.0.base_url.host()), CONTRACT.to_owned());
        document::document(OpenApi::new(info, Paths::new()), &routes, &[Accounts::of(self)])
    }
}

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// The document of every route here, with what its guard asks for. `own` is what the application
    /// says: its title and version, and its own operations, of which what it leaves open is filled
    /// in: the security and the refusals of the guard. `accounts` are those that the guards ask,
    /// mounted here or elsewhere.
    ///
    /// A fallback is no route of a document, nor is what is unchecked.
    ///
    /// ```
    /// # use fastauth::{Auth, AuthUser, Permission, PasswordHash, Require, Router, routing::post, store::Memory};
    /// use fastauth::openapi::{Accounts, utoipa::openapi::{Info, OpenApi, Paths}};
    ///
    /// # #[derive(AuthUser)]
    /// # #[auth(id, email, password_hash)]
    /// # struct User { id: i64, email: String, password_hash: PasswordHash }
    /// # #[derive(Permission)]
    /// # enum Can { #[permission("posts:write")] WritePosts }
    /// async fn publish(_: Require<User, can::WritePosts>) {}
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// # let auth = Auth::<User>::builder().store(Memory::new()).permissions::<Can>().build().await?;
    /// let app: Router<Auth<User>> = Router::new().route("/posts", post(publish));
    /// let own = OpenApi::new(Info::new("Posts", "1.0.0"), Paths::new());
    /// let document = app.openapi(own, &[Accounts::of(&auth)]).to_json().unwrap_or_default();
    /// assert!(document.contains(r#""security":[{"UserBearer":["posts:write"]}"#));
    /// # Ok::<(), fastauth::SetupError>(())
    /// # }).unwrap();
    /// ```
    pub fn openapi(&self, own: OpenApi, accounts: &[Accounts]) -> OpenApi {
        document::document(own, &self.guards(), accounts)
    }

    /// Serves the [document](Self::openapi) of every route so far, and of itself, at this path, to
    /// anybody. It tells of no secret; it does name every route, and the permissions. Where that is
    /// nobody's business serve what `openapi` gives behind a guard.
    ///
    /// # Panics
    /// As [`route`](Self::route).
    #[track_caller]
    pub fn serve_openapi(self, path: &str, own: OpenApi, accounts: &[Accounts]) -> Self {
        let mut routes = self.guards().into_iter().collect::<Vec<_>>();
        routes.push(RouteGuard::new::<Public>("GET", path.to_owned()));
        let own = document::with_itself(own, path);
        let text = document::document(own, &routes, accounts).to_json().map(Bytes::from);
        let text =
            text.inspect_err(|error| tracing::error!(%error, "a document cannot be written"));
        let text = text.ok();
        self.route(
            path,
            get(async move |_: Public| match text {
                Some(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
                None => Error::new(Code::Internal).into_response(),
            }),
        )
    }
}

/// The version of what goes over the wire.
const CONTRACT: &str = env!("CARGO_PKG_VERSION");
