use std::{convert::Infallible, fmt};

use axum::{extract::Request, handler::Handler, response::IntoResponse, routing::Route};
use tower_layer::Layer;
use tower_service::Service;

use super::routing::{Guarded, Guards, MethodRouter, RouteGuard};
use crate::{auth::Auth, user::AuthUser};

/// A router that knows its guards: axum's, on which a handler says who may call it, or does not
/// compile. The first argument of a handler is its [`Guard`](crate::Guard); [`Public`](crate::Public) where
/// anybody may.
///
/// ```no_run
/// use fastauth::{Auth, AuthUser, CurrentUser, PasswordHash, Public, Router, routing::get, store::Memory};
///
/// #[derive(AuthUser)]
/// #[auth(id, email, password_hash)]
/// struct User { id: i64, email: String, password_hash: PasswordHash }
///
/// async fn health(_: Public) -> &'static str {
///     "well"
/// }
///
/// async fn hello(CurrentUser(user): CurrentUser<User>) -> String {
///     format!("hello, {}", user.email)
/// }
///
/// fn app(auth: &Auth<User>) -> Router {
///     Router::new()
///         .route("/", get(hello))
///         .route("/health", get(health))
///         .mount("/auth", auth)
///         .with_state(auth.clone())
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), fastauth::SetupError> {
///     let auth = Auth::<User>::builder().store(Memory::new()).build().await?;
///     fastauth::serve(app(&auth), "127.0.0.1:3000", auth).await
/// }
/// ```
///
/// [`guards`](Self::guards) lists who may call each route. Keep it in a test, and a review sees
/// every door that opens:
///
/// ```
/// # use fastauth::{Auth, AuthUser, CurrentUser, PasswordHash, Public, Router, routing::get, store::Memory};
/// # #[derive(AuthUser)]
/// # #[auth(id, email, password_hash)]
/// # struct User { id: i64, email: String, password_hash: PasswordHash }
/// # fn app(auth: &Auth<User>) -> Router {
/// #     Router::new()
/// #         .route("/", get(async |user: CurrentUser<User>| user.email.clone()))
/// #         .route("/health", get(async |_: Public| "well"))
/// #         .mount("/auth", auth)
/// #         .with_state(auth.clone())
/// # }
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let auth = Auth::<User>::builder().store(Memory::new()).build().await?;
/// assert_eq!(app(&auth).guards().to_string(), "\
/// GET /  current User
/// POST /auth/email/change  current User
/// POST /auth/email/change/confirm  anybody
/// POST /auth/login  anybody
/// POST /auth/logout  anybody
/// DELETE /auth/me  current User
/// GET /auth/me  current User
/// PATCH /auth/me  current User
/// POST /auth/password/change  current User
/// POST /auth/password/forgot  anybody
/// POST /auth/password/reset  anybody
/// POST /auth/reauthenticate  current User
/// POST /auth/refresh  anybody
/// POST /auth/register  anybody
/// DELETE /auth/sessions  current User
/// GET /auth/sessions  current User
/// DELETE /auth/sessions/{id}  current User
/// POST /auth/token/revoke  anybody
/// GET /health  anybody
/// ");
/// # Ok::<(), fastauth::SetupError>(())
/// # }).unwrap();
/// ```
///
/// A guard runs before the other arguments, so before the body is read, and under `HEAD` as under
/// `GET`. A layer runs before the guards: what it answers itself no guard has seen.
///
/// # Panics
/// While the application is put together, as axum's: on a path that is none, and on two handlers
/// for one method and path, naming them. A second fallback, which axum would put in the place of the
/// first, is one of those: `ANY /*`.
#[must_use]
pub struct Router<S = ()> {
    inner: axum::Router<S>,
    guards: Vec<RouteGuard>,
}

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// One that answers nothing yet.
    pub fn new() -> Self {
        Self { inner: axum::Router::new(), guards: Vec::new() }
    }

    /// Answers a path with the guarded handlers of its methods, from [`fastauth::routing`](crate::routing).
    #[track_caller]
    pub fn route(mut self, path: &str, methods: MethodRouter<S>) -> Self {
        let routes = methods.guards.into_iter();
        self.list(routes.map(|guard| RouteGuard { path: path.to_owned(), ..guard }));
        Self { inner: self.inner.route(path, methods.inner), ..self }
    }

    /// Answers all that no route does. It lists as `ANY /*`.
    ///
    /// ```
    /// # use fastauth::{Public, Router};
    /// let app: Router = Router::new().fallback(async |_: Public| "nothing here");
    /// assert_eq!(app.guards().to_string(), "ANY /*  anybody\n");
    /// ```
    #[track_caller]
    pub fn fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S> + Guarded<T>,
        T: 'static,
    {
        self.list([RouteGuard::new::<H::By>("ANY", EVERYTHING.to_owned())]);
        Self { inner: self.inner.fallback(handler), ..self }
    }

    /// Mounts the routes of the accounts below a path, and lists them.
    ///
    /// ```
    /// # use fastauth::{Auth, AuthUser, Router};
    /// fn app<U: AuthUser>(auth: &Auth<U>) -> Router {
    ///     Router::new().mount("/auth", auth)
    /// }
    /// ```
    #[track_caller]
    pub fn mount<U: AuthUser>(self, path: &str, auth: &Auth<U>) -> Self {
        self.nest(path, auth.guarded_routes())
    }

    /// Adds what others look up at the root of the site, and lists it: see
    /// [`Auth::well_known`].
    #[track_caller]
    pub fn mount_well_known<U: AuthUser>(self, auth: &Auth<U>) -> Self {
        self.merge(auth.guarded_well_known())
    }

    /// Puts another router's routes below a path.
    #[track_caller]
    pub fn nest(mut self, path: &str, router: Self) -> Self {
        let below = router.guards.into_iter();
        self.list(below.map(|route| RouteGuard { path: nested(path, &route.path), ..route }));
        Self { inner: self.inner.nest(path, router.inner), ..self }
    }

    /// Puts a router of axum below a path: files, or what another library serves. Nothing checks
    /// who may call it, and so it lists:
    ///
    /// ```
    /// # use fastauth::Router;
    /// let files = axum::Router::new().route("/logo.svg", axum::routing::get(async || "<svg/>"));
    /// let app: Router = Router::new().nest_unchecked("/files", files);
    /// assert_eq!(app.guards().to_string(), "ANY /files/*  unchecked\n");
    /// ```
    #[track_caller]
    pub fn nest_unchecked(mut self, path: &str, router: axum::Router<S>) -> Self {
        self.list([RouteGuard::unchecked(nested(path, EVERYTHING))]);
        Self { inner: self.inner.nest(path, router), ..self }
    }

    /// Adds the routes of another router.
    #[track_caller]
    pub fn merge(mut self, router: Self) -> Self {
        self.list(router.guards);
        Self { inner: self.inner.merge(router.inner), ..self }
    }

    /// Adds the routes of a router of axum, wherever they are. Nothing checks who may call them; it
    /// lists as `ANY /*  unchecked`. Prefer [`nest_unchecked`](Self::nest_unchecked), which confines
    /// them.
    #[track_caller]
    pub fn merge_unchecked(mut self, router: axum::Router<S>) -> Self {
        self.list([RouteGuard::unchecked(EVERYTHING.to_owned())]);
        Self { inner: self.inner.merge(router), ..self }
    }

    /// Puts a layer of tower around everything so far, before the guards.
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { inner: self.inner.layer(layer), ..self }
    }

    /// The same for the routes alone, so that it does not see what no route answers.
    #[track_caller]
    pub fn route_layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { inner: self.inner.route_layer(layer), ..self }
    }

    /// Gives the handlers their state.
    pub fn with_state<S2>(self, state: S) -> Router<S2> {
        Router { inner: self.inner.with_state(state), guards: self.guards }
    }

    /// As a router of axum, for what wants one: `axum::serve`, or another router. The listing ends
    /// here.
    pub fn into_axum(self) -> axum::Router<S> {
        self.inner
    }

    /// Who may call each route.
    pub fn guards(&self) -> Guards {
        Guards::new(self.guards.clone())
    }

    /// With a change to the router of axum inside that opens no route.
    pub(super) fn map(self, change: impl FnOnce(axum::Router<S>) -> axum::Router<S>) -> Self {
        Self { inner: change(self.inner), ..self }
    }

    #[track_caller]
    fn list(&mut self, routes: impl IntoIterator<Item = RouteGuard>) {
        for route in routes {
            let taken = self.guards.iter().any(|known| known.collides_with(&route));
            // As axum, which does not always say where.
            assert!(!taken, "`{} {}` has two handlers", route.method, route.path);
            self.guards.push(route);
        }
    }
}

impl<S> Clone for Router<S> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), guards: self.guards.clone() }
    }
}

impl<S> fmt::Debug for Router<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router").field("guards", &self.guards).finish_non_exhaustive()
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Router<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> From<Router<S>> for axum::Router<S> {
    fn from(router: Router<S>) -> Self {
        router.inner
    }
}

/// Where axum has a path that is nested below another.
pub(super) fn nested(prefix: &str, path: &str) -> String {
    match (prefix.strip_suffix('/'), path) {
        (Some(prefix), path) => format!("{prefix}{path}"),
        (None, "/") => prefix.to_owned(),
        (None, path) => format!("{prefix}{path}"),
    }
}

/// All below a path that no route answers. It is no path of axum's, so no route has it.
const EVERYTHING: &str = "/*";
