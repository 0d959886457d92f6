use axum::{
    extract::{Request, State},
    middleware::{Next, from_fn_with_state, map_response},
    response::Response,
};
use http::{HeaderValue, header};

use super::{
    Router,
    context::note_client,
    csrf, email, login, logout, magic_link, me, password, reauthenticate, refresh, register, roles,
    routing::{MethodRouter, delete, get, post, put},
    sessions, token,
};
use crate::{
    auth::Auth,
    config::MagicLinks,
    error::{Code, Error},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// The routes of the accounts, for a router of any state. Nest them where you like:
    ///
    /// ```
    /// # use fastauth::{Auth, AuthUser};
    /// fn app<U: AuthUser>(auth: &Auth<U>) -> axum::Router {
    ///     axum::Router::new().nest("/auth", auth.routes())
    /// }
    /// ```
    ///
    /// Only what the struct can do is mounted: without a `password_hash` there is no `/login`.
    /// On a [`fastauth::Router`](crate::Router), [`mount`](crate::Router::mount) lists them too.
    pub fn routes<S: Clone + Send + Sync + 'static>(&self) -> axum::Router<S> {
        self.guarded_routes().into_axum()
    }

    /// The same, with who may call each: its handler says so.
    pub(super) fn guarded_routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let mut router = Router::new()
            .route("/logout", post(logout::logout::<U>))
            .route("/me", me::<U>())
            .route("/sessions", get(sessions::list::<U>).delete(sessions::end_others::<U>))
            .route("/sessions/{id}", delete(sessions::end::<U>));
        if !self.0.strategy.is_opaque() {
            router = router.route("/refresh", post(refresh::refresh::<U>));
        }
        if U::SPEC.password_hash.is_some() {
            router = router
                .route("/login", post(login::login::<U>))
                .route("/password/change", post(password::change::<U>))
                .route("/reauthenticate", post(reauthenticate::reauthenticate::<U>))
                .route("/register", post(register::register::<U>));
        }
        if self.0.post.is_some() && U::SPEC.email.is_some() {
            router = self.with_mail(router);
        }
        if !self.0.roles.known().is_empty() {
            router = router.route("/me/roles", get(roles::mine::<U>));
        }
        if self.0.roles.administration().is_some() {
            router = router
                .route("/roles", get(roles::list::<U>).post(roles::create::<U>))
                .route("/roles/{name}", delete(roles::delete::<U>))
                .route("/roles/{name}/permissions", put(roles::change::<U>))
                .route(
                    "/users/{id}/roles/{name}",
                    put(roles::assign::<U>).delete(roles::revoke::<U>),
                );
        }
        router
            .map(|router| router.fallback(async || Error::new(Code::NotFound)))
            .map(other_methods)
            .layer(from_fn_with_state(self.clone(), made_by_us::<U>))
            .merge(self.for_programs())
            .layer(from_fn_with_state(self.clone(), from_somewhere::<U>))
            .layer(map_response(private))
            .with_state(self.clone())
    }
}

impl<U: AuthUser> Auth<U> {
    /// What programs ask about tokens. No cookie acts here, as the token and the client's secret stand in
    /// the form: a page of another site could make a browser send nothing that it does not know itself. So
    /// nobody looks where such a request comes from.
    fn for_programs(&self) -> Router<Self> {
        let router = Router::new().route("/token/revoke", post(token::revoke::<U>));
        let router = if self.0.clients.is_empty() {
            router
        } else {
            router.route("/token/introspect", post(token::introspect::<U>))
        };
        router.map(other_methods)
    }

    /// What goes by mail.
    fn with_mail(&self, router: Router<Self>) -> Router<Self> {
        let mut router = router
            .route("/email/change", post(email::change::<U>))
            .route("/email/change/confirm", post(email::confirm::<U>));
        if U::SPEC.password_hash.is_some() {
            router = router
                .route("/password/forgot", post(password::forgot::<U>))
                .route("/password/reset", post(password::reset::<U>));
        }
        if self.0.mailing.verification.is_some() {
            router = router
                .route("/email/verification", post(email::verification::<U>))
                .route("/email/verify", post(email::verify::<U>));
        }
        if self.0.mailing.links != MagicLinks::Off {
            router = router
                .route("/magic-link", post(magic_link::send::<U>))
                .route("/magic-link/verify", post(magic_link::verify::<U>));
        }
        if self.0.mailing.links == MagicLinks::SignUp {
            router = router.route("/register/complete", post(register::complete::<U>));
        }
        router
    }
}

fn me<U: AuthUser>() -> MethodRouter<Auth<U>> {
    get(me::show::<U>).patch(me::update::<U>).delete(me::delete::<U>)
}

/// A path that is there answers other methods in our words.
fn other_methods<S: Clone + Send + Sync + 'static>(router: axum::Router<S>) -> axum::Router<S> {
    router.method_not_allowed_fallback(async || Error::new(Code::MethodNotAllowed))
}

/// Notes where a request comes from.
async fn from_somewhere<U: AuthUser>(
    State(auth): State<Auth<U>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    note_client(&mut parts.extensions, &parts.headers, &auth);
    next.run(Request::from_parts(parts, body)).await
}

/// Lets no page of another site make changes.
async fn made_by_us<U: AuthUser>(
    State(auth): State<Auth<U>>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    csrf::check(&parts, &auth)?;
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// No cache keeps what these routes say (ASVS 14.3.2).
async fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("authorization, cookie"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
