use std::{fmt, ops::Deref, vec};

use super::Admission;
use crate::http::{description::Description, guard::Guard};

/// Who may call one route.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct RouteGuard {
    /// `GET`, `POST`, …; `ANY` for all that have no handler of their own.
    pub method: &'static str,
    /// The whole path, with what it is nested under. `/api/*` is `/api` itself and everything below it
    /// that has no route, but for `/api/`: axum leaves that one to the outer router's fallback.
    pub path: String,
    /// What [`Guard::describe`](crate::Guard::describe) says, or `unchecked`.
    pub guard: String,
    /// The same as data.
    pub admits: Admission,
    pub(in crate::http) told: Option<Told>,
}

/// What a route of the accounts says of itself.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "read where the feature `openapi` is on")]
pub(in crate::http) struct Told {
    /// Whose accounts these are.
    pub(in crate::http) of: &'static str,
    pub(in crate::http) route: &'static Description,
}

impl Eq for Told {}

/// Each route has a description of its own.
impl PartialEq for Told {
    fn eq(&self, other: &Self) -> bool {
        self.of == other.of && std::ptr::eq(self.route, other.route)
    }
}

impl RouteGuard {
    pub(in crate::http) fn new<G: Guard>(method: &'static str, path: String) -> Self {
        Self { method, path, guard: G::describe(), admits: G::admits(), told: None }
    }

    pub(in crate::http) fn unchecked(path: String) -> Self {
        let (guard, admits) = (UNCHECKED.to_owned(), Admission::unknown());
        Self { method: "ANY", path, guard, admits, told: None }
    }

    /// Whether nothing of ours says who may call it.
    pub(in crate::http) fn is_unchecked(&self) -> bool {
        self.guard == UNCHECKED
    }

    /// Whether the two cannot both be: of a router of axum nobody knows what it answers.
    pub(in crate::http) fn collides_with(&self, other: &Self) -> bool {
        let known = !self.is_unchecked() && !other.is_unchecked();
        known && self.method == other.method && self.path == other.path
    }
}

/// As a line of the listing: `GET /auth/me  current User`.
impl fmt::Display for RouteGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}  {}", self.method, self.path, self.guard)
    }
}

/// Who may call each route of a [`fastauth::Router`](crate::Router), by path and method. It prints
/// one line a route, and a line is about its own route alone, so that a test can keep the text and
/// a review sees what changed.
///
/// ```
/// use fastauth::{Public, Router, routing::get};
///
/// let posts = Router::new().route("/{id}", get(async |_: Public| "a post"));
/// let app: Router = Router::new().route("/", get(async |_: Public| "hello")).nest("/posts", posts);
/// assert_eq!(app.guards().to_string(), "\
/// GET /  anybody
/// GET /posts/{id}  anybody
/// ");
/// assert!(app.guards().iter().all(|route| route.guard == "anybody"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Guards(Vec<RouteGuard>);

impl Guards {
    pub(in crate::http) fn new(mut routes: Vec<RouteGuard>) -> Self {
        routes.sort_by(|one, other| (&one.path, one.method).cmp(&(&other.path, other.method)));
        Self(routes)
    }
}

impl fmt::Display for Guards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|route| writeln!(f, "{route}"))
    }
}

impl Deref for Guards {
    type Target = [RouteGuard];

    fn deref(&self) -> &[RouteGuard] {
        &self.0
    }
}

impl IntoIterator for Guards {
    type IntoIter = vec::IntoIter<RouteGuard>;
    type Item = RouteGuard;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

const UNCHECKED: &str = "unchecked";
