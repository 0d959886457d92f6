use std::fmt;

use axum::{handler::Handler, routing as unguarded};

use super::{Guarded, RouteGuard, guards::Told};
use crate::http::{description::Description, guard::Guard};

/// The guarded handlers of one path, by method. It begins with [`get`](super::get),
/// [`post`](super::post) or another of its kind, and goes on with its methods:
///
/// ```
/// use fastauth::{Auth, AuthUser, CurrentUser, Public, Router, routing::get};
///
/// fn app<U: AuthUser>() -> Router<Auth<U>> {
///     let posts = get(async |_: Public| "all posts")
///         .post(async |_: CurrentUser<U>, post: String| post);
///     Router::new().route("/posts", posts)
/// }
/// ```
///
/// It has no `layer`: layers go on the [`Router`](crate::Router), and one for some of the routes on a
/// router of these that is merged into the other.
///
/// # Panics
/// Each method does when the path has a handler for it already.
#[must_use]
pub struct MethodRouter<S = ()> {
    pub(in crate::http) inner: unguarded::MethodRouter<S>,
    /// Their paths are still to come.
    pub(in crate::http) guards: Vec<RouteGuard>,
}

impl<S: Clone + Send + Sync + 'static> MethodRouter<S> {
    pub(super) fn new<G: Guard>(method: &'static str, inner: unguarded::MethodRouter<S>) -> Self {
        Self { inner, guards: vec![RouteGuard::new::<G>(method, String::new())] }
    }

    /// Answers `DELETE` too.
    #[track_caller]
    pub fn delete<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S> + Guarded<T>,
        T: 'static,
    {
        let Self { inner, guards } = self;
        Self { inner: inner.delete(handler), guards }.with::<H::By>("DELETE")
    }

    /// Answers `GET` too, and `HEAD` under the same guard.
    #[track_caller]
    pub fn get<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S> + Guarded<T>,
        T: 'static,
    {
        let Self { inner, guards } = self;
        Self { inner: inner.get(handler), guards }.with::<H::By>("GET")
    }

    /// Answers `HEAD` too.
    #[track_caller]
    pub fn head<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S> + Guarded<T>,
        T: 'static,
    {
        let Self { inner, guards } = self;
        Self { inner: inner.head(handler), guards }.with::<H::By>("HEAD")
    }

    /// Answers `OPTIONS` too.
    #[track_caller]
    pub fn options<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S> + Guarded<T>,
        T: 'static,
    {
        let Self { inner, guards } = self;
        Self { inner: inner.options(handler), guards }.with::<H::By>("OPTIONS")
    }

    /// Answers `PATCH` too.
    #[track_caller]
    pub fn patch<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S> + Guarded<T>,
        T: 'static,
    {
        let Self { inner, guards } = self;
        Self { inner: inner.patch(handler), guards }.with::<H::By>("PATCH")
    }

    /// Answers `POST` too.
    #[track_caller]
    pub fn post<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S> + Guarded<T>,
        T: 'static,
    {
        let Self { inner, guards } = self;
        Self { inner: inner.post(handler), guards }.with::<H::By>("POST")
    }

    /// Answers `PUT` too.
    #[track_caller]
    pub fn put<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S> + Guarded<T>,
        T: 'static,
    {
        let Self { inner, guards } = self;
        Self { inner: inner.put(handler), guards }.with::<H::By>("PUT")
    }

    fn with<G: Guard>(mut self, method: &'static str) -> Self {
        self.guards.push(RouteGuard::new::<G>(method, String::new()));
        self
    }

    /// With what its routes say of themselves.
    pub(in crate::http) fn told(mut self, of: &'static str, route: &'static Description) -> Self {
        for guard in &mut self.guards {
            guard.told = Some(Told { of, route });
        }
        self
    }
}

impl<S> Clone for MethodRouter<S> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), guards: self.guards.clone() }
    }
}

impl<S> fmt::Debug for MethodRouter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MethodRouter").field("guards", &self.guards).finish_non_exhaustive()
    }
}
