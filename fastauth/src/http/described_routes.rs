use axum::handler::Handler;

use super::{
    Router,
    description::Description,
    routing::{Guarded, MethodRouter, delete, get, patch, post, put},
};
use crate::{auth::Auth, user::AuthUser};

/// The routes of the accounts: there is none without a description.
pub(super) struct DescribedRoutes<U: AuthUser>(Router<Auth<U>>);

impl<U: AuthUser> DescribedRoutes<U> {
    pub(super) fn new() -> Self {
        Self(Router::new())
    }

    pub(super) fn delete<H, T>(self, path: &str, handler: H, told: &'static Description) -> Self
    where
        H: Handler<T, Auth<U>> + Guarded<T>,
        T: 'static,
    {
        self.with(path, delete(handler), told)
    }

    pub(super) fn get<H, T>(self, path: &str, handler: H, told: &'static Description) -> Self
    where
        H: Handler<T, Auth<U>> + Guarded<T>,
        T: 'static,
    {
        self.with(path, get(handler), told)
    }

    pub(super) fn patch<H, T>(self, path: &str, handler: H, told: &'static Description) -> Self
    where
        H: Handler<T, Auth<U>> + Guarded<T>,
        T: 'static,
    {
        self.with(path, patch(handler), told)
    }

    pub(super) fn post<H, T>(self, path: &str, handler: H, told: &'static Description) -> Self
    where
        H: Handler<T, Auth<U>> + Guarded<T>,
        T: 'static,
    {
        self.with(path, post(handler), told)
    }

    pub(super) fn put<H, T>(self, path: &str, handler: H, told: &'static Description) -> Self
    where
        H: Handler<T, Auth<U>> + Guarded<T>,
        T: 'static,
    {
        self.with(path, put(handler), told)
    }

    pub(super) fn into_router(self) -> Router<Auth<U>> {
        self.0
    }

    fn with(self, path: &str, route: MethodRouter<Auth<U>>, told: &'static Description) -> Self {
        Self(self.0.route(path, route.told(U::SPEC.name, told)))
    }
}
