use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::request::Parts;
use tower_layer::Layer;
use tower_service::Service;

use super::{CurrentUser, extract};
use crate::{
    access::Requirement,
    auth::Auth,
    config::NextPath,
    error::{Code, Error},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Puts the current user, or nobody, into each request: an `Option<CurrentUser<U>>` among its
    /// extensions, for middleware of the application's own.
    ///
    /// A token that is no good is nobody here, so that somebody whose token is over can still reach the
    /// page that renews it; guards refuse it all the same. A store that does not answer is 503.
    ///
    /// Of two accounts of one type `U` the inner layer's is the one that is there.
    ///
    /// ```
    /// # use fastauth::{Auth, AuthUser, CurrentUser};
    /// use axum::{Extension, Router, routing::get};
    ///
    /// # fn app<User: AuthUser>(auth: &Auth<User>) -> Router {
    /// async fn index<User: AuthUser>(Extension(user): Extension<Option<CurrentUser<User>>>) -> String {
    ///     user.map_or("hello".into(), |user| format!("hello, {}", user.email().unwrap_or_default()))
    /// }
    ///
    /// Router::new().route("/", get(index::<User>)).layer(auth.layer())
    /// # }
    /// ```
    pub fn layer(&self) -> GuardLayer<U> {
        GuardLayer::new(self, |auth, parts| Box::pin(visit(auth, parts)))
    }

    /// Lets nobody through who is not signed in. Use it with `route_layer`, which leaves what is not
    /// there alone:
    ///
    /// ```
    /// # use fastauth::{Auth, AuthUser};
    /// # use axum::{Router, routing::get};
    /// # fn app<U: AuthUser>(auth: &Auth<U>) -> Router {
    /// Router::new()
    ///     .route("/drafts", get(async || "drafts"))
    ///     .route_layer(auth.require_login().login_page("/login"))
    /// # }
    /// ```
    pub fn require_login(&self) -> GuardLayer<U> {
        GuardLayer::new(self, |auth, parts| {
            Box::pin(async move { extract::authenticated(parts, auth).await.map(drop) })
        })
    }

    /// Lets nobody through who may not do this: `auth.require::<can::WritePosts>()`.
    pub fn require<P: Requirement>(&self) -> GuardLayer<U> {
        GuardLayer::new(self, |auth, parts| {
            Box::pin(async move {
                let who = extract::authenticated(parts, auth).await?;
                auth.authorize::<P>(&who).await
            })
        })
    }

    /// Lets nobody through whose token was not granted these scopes, or who may not do what they name:
    /// `auth.require_scope::<can::WritePosts>()`. As [`RequireScope`](crate::RequireScope).
    pub fn require_scope<S: Requirement>(&self) -> GuardLayer<U> {
        GuardLayer::new(self, |auth, parts| {
            Box::pin(async move {
                let who = extract::authenticated(parts, auth).await?;
                auth.authorize_scope::<S>(&who).await
            })
        })
    }
}

async fn visit<U: AuthUser>(auth: &Auth<U>, parts: &mut Parts) -> Result<(), Error> {
    let visitor = match extract::authenticated(parts, auth).await {
        Ok(found) => Some(CurrentUser(found.user)),
        Err(error) if [Code::InvalidToken, Code::MissingToken].contains(&error.code()) => None,
        Err(error) => return Err(error),
    };
    parts.extensions.insert(visitor);
    Ok(())
}

/// What a layer asks before a request goes on.
type Check<U> = for<'a> fn(&'a Auth<U>, &'a mut Parts) -> Checked<'a>;
type Checked<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// A guard for whole routers: [`Auth::layer`], [`Auth::require_login`], [`Auth::require`],
/// [`Auth::require_scope`].
pub struct GuardLayer<U: AuthUser> {
    auth: Auth<U>,
    check: Check<U>,
    login_page: Option<NextPath>,
}

impl<U: AuthUser> GuardLayer<U> {
    fn new(auth: &Auth<U>, check: Check<U>) -> Self {
        Self { auth: auth.clone(), check, login_page: None }
    }

    /// Sends browsers that nobody is signed in with to this page, with the path they asked for as
    /// `next`; programs still get 401, and so does whoever asks for the page itself while a guard
    /// stands before it. In place of what the builder was told.
    ///
    /// # Panics
    /// `page` is not a path of this site: [`NextPath`] says which are.
    #[must_use]
    #[track_caller]
    #[allow(clippy::expect_used, reason = "a page that is no path is a slip in the program's text")]
    pub fn login_page(self, page: &str) -> Self {
        Self {
            login_page: Some(page.parse().expect("the login page is a path of this site")),
            ..self
        }
    }
}

impl<U: AuthUser> Clone for GuardLayer<U> {
    fn clone(&self) -> Self {
        let Self { auth, check, login_page } = self;
        Self { auth: auth.clone(), check: *check, login_page: login_page.clone() }
    }
}

impl<U: AuthUser> fmt::Debug for GuardLayer<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardLayer").field("login_page", &self.login_page).finish_non_exhaustive()
    }
}

impl<U: AuthUser, S> Layer<S> for GuardLayer<U> {
    type Service = GuardService<U, S>;

    fn layer(&self, inner: S) -> GuardService<U, S> {
        GuardService { guard: self.clone(), inner }
    }
}

/// A service behind a [`GuardLayer`].
#[derive(Debug)]
pub struct GuardService<U: AuthUser, S> {
    guard: GuardLayer<U>,
    inner: S,
}

impl<U: AuthUser, S: Clone> Clone for GuardService<U, S> {
    fn clone(&self) -> Self {
        Self { guard: self.guard.clone(), inner: self.inner.clone() }
    }
}

impl<U, S> Service<Request> for GuardService<U, S>
where
    U: AuthUser,
    S: Service<Request, Response = Response> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The one that was found ready is the one to call.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let guard = self.guard.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            if let Err(error) = (guard.check)(&guard.auth, &mut parts).await {
                let page = guard.login_page.as_ref().or(guard.auth.0.login_page.as_ref());
                let refused = extract::refused_to(page, error, &parts, &guard.auth).await;
                return Ok(refused.into_response());
            }
            inner.call(Request::from_parts(parts, body)).await
        })
    }
}
