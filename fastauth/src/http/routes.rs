use axum::{
    extract::{Request, State},
    middleware::{Next, from_fn_with_state, map_response},
    response::Response,
};
use http::{HeaderValue, StatusCode, header};

use super::{
    Router,
    context::{note_client, socket},
    csrf,
    described_routes::DescribedRoutes,
    email, identities, login, logout, magic_link, me, oauth, password,
    reauthenticate::{self, REAUTHENTICATE},
    refresh, register, roles, sessions, token,
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
        let mut routes = DescribedRoutes::new()
            .post("/logout", logout::logout::<U>, &logout::LOGOUT)
            .get("/me", me::show::<U>, &me::SHOW)
            .patch("/me", me::update::<U>, &me::UPDATE)
            .delete("/me", me::delete::<U>, &me::DELETE)
            .get("/sessions", sessions::list::<U>, &sessions::LIST)
            .delete("/sessions", sessions::end_others::<U>, &sessions::END_OTHERS)
            .delete("/sessions/{id}", sessions::end::<U>, &sessions::END);
        if !self.0.strategy.is_opaque() {
            routes = routes.post("/refresh", refresh::refresh::<U>, &refresh::REFRESH);
        }
        if U::SPEC.password_hash.is_some() {
            routes = routes
                .post("/login", login::login::<U>, &login::LOGIN)
                .post("/password/change", password::change::<U>, &password::CHANGE)
                .post("/reauthenticate", reauthenticate::reauthenticate::<U>, &REAUTHENTICATE)
                .post("/register", register::register::<U>, &register::REGISTER);
        }
        if self.0.post.is_some() && U::SPEC.email.is_some() {
            routes = self.with_mail(routes);
        }
        if !self.0.providers.is_empty() {
            routes = with_providers(routes);
        }
        if self.takes_up_signups() {
            let complete = register::complete::<U>;
            routes = routes.post("/register/complete", complete, &register::COMPLETE);
        }
        if !self.0.roles.known().is_empty() {
            routes = routes.get("/me/roles", roles::mine::<U>, &roles::MINE);
        }
        if self.0.roles.administration().is_some() {
            routes = with_roles(routes);
        }
        routes
            .into_router()
            .map(|router| router.fallback(async || Error::new(Code::NotFound)))
            .map(other_methods)
            .layer(from_fn_with_state(self.clone(), made_by_us::<U>))
            .merge(self.for_programs())
            .layer(from_fn_with_state(self.clone(), heeds_answers::<U>))
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
        let mut routes =
            DescribedRoutes::new().post("/token/revoke", token::revoke::<U>, &token::REVOKE);
        if !self.0.clients.is_empty() {
            routes = routes.post("/token/introspect", token::introspect::<U>, &token::INTROSPECT);
        }
        routes.into_router().map(other_methods)
    }

    /// What goes by mail.
    fn with_mail(&self, routes: DescribedRoutes<U>) -> DescribedRoutes<U> {
        let mut routes = routes.post("/email/change", email::change::<U>, &email::CHANGE).post(
            "/email/change/confirm",
            email::confirm::<U>,
            &email::CONFIRM,
        );
        if U::SPEC.password_hash.is_some() {
            routes = routes
                .post("/password/forgot", password::forgot::<U>, &password::FORGOT)
                .post("/password/reset", password::reset::<U>, &password::RESET);
        }
        if self.0.mailing.verification.is_some() {
            routes = routes
                .post("/email/verification", email::verification::<U>, &email::VERIFICATION)
                .post("/email/verify", email::verify::<U>, &email::VERIFY);
        }
        let signs_up = self.0.mailing.links == MagicLinks::SignUp;
        if self.0.mailing.links != MagicLinks::Off {
            let told = if signs_up { &magic_link::VERIFY_OR_SIGN_UP } else { &magic_link::VERIFY };
            routes = routes.post("/magic-link", magic_link::send::<U>, &magic_link::SEND).post(
                "/magic-link/verify",
                magic_link::verify::<U>,
                told,
            );
        }
        routes
    }

    /// Whether a sign-up may lack something at first.
    fn takes_up_signups(&self) -> bool {
        let by_link = self.0.post.is_some() && self.0.mailing.links == MagicLinks::SignUp;
        by_link || !self.0.providers.is_empty()
    }
}

fn with_providers<U: AuthUser>(routes: DescribedRoutes<U>) -> DescribedRoutes<U> {
    routes
        .get("/oauth/{provider}/authorize", oauth::authorize::<U>, &oauth::AUTHORIZE)
        .get("/oauth/{provider}/callback", oauth::callback::<U>, &oauth::CALLBACK)
        .post("/oauth/{provider}/link", oauth::link::<U>, &oauth::LINK)
        .get("/identities", identities::list::<U>, &identities::LIST)
        .delete("/identities/{provider}", identities::unlink::<U>, &identities::UNLINK)
}

fn with_roles<U: AuthUser>(routes: DescribedRoutes<U>) -> DescribedRoutes<U> {
    routes
        .get("/roles", roles::list::<U>, &roles::LIST)
        .post("/roles", roles::create::<U>, &roles::CREATE)
        .delete("/roles/{name}", roles::delete::<U>, &roles::DELETE)
        .put("/roles/{name}/permissions", roles::change::<U>, &roles::CHANGE)
        .put("/users/{id}/roles/{name}", roles::assign::<U>, &roles::ASSIGN)
        .delete("/users/{id}/roles/{name}", roles::revoke::<U>, &roles::REVOKE)
}

/// A path that is there answers other methods in our words.
fn other_methods<S: Clone + Send + Sync + 'static>(router: axum::Router<S>) -> axum::Router<S> {
    router.method_not_allowed_fallback(async || Error::new(Code::MethodNotAllowed))
}

/// Notes where a request comes from.
async fn from_somewhere<U: AuthUser>(
    State(auth): State<Auth<U>>,
    mut request: Request,
    next: Next,
) -> Response {
    note_client(&mut request, &auth);
    next.run(request).await
}

/// Has those wait for their turn who were told to come again later, and come again at once.
async fn heeds_answers<U: AuthUser>(
    State(auth): State<Auth<U>>,
    request: Request,
    next: Next,
) -> Response {
    let peer = socket(request.extensions()).filter(|_| !request.method().is_safe());
    if let Some(peer) = peer {
        auth.0.turned_away.wait(peer).await;
    }
    let response = next.run(request).await;
    let is_turned_away = response.status() == StatusCode::SERVICE_UNAVAILABLE
        && response.headers().contains_key(header::RETRY_AFTER);
    if let Some(peer) = peer.filter(|_| is_turned_away) {
        auth.0.turned_away.note(peer);
    }
    response
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
