//! Accounts for the tests of an application: [`TestAuth`].
//!
//! What comes in: the application's own settings, and the users a test is about. What goes out: an
//! [`Auth`] for the application's router, users who are there already, and the headers of their
//! requests. Whatever cannot be done here panics and says why, for the test to fail with.

mod clock;
mod create;
mod fail;
mod hasher;
mod roles;
mod sign_in;
mod user;

use std::fmt;

use crate::{
    auth::{Auth, AuthBuilder},
    config::Limits,
    mail::Outbox,
    store::{Memory, Store},
    user::AuthUser,
};

pub use clock::TestClock;
use fail::{answered, fail};
pub use hasher::cheap_hasher;
pub use user::TestUser;

/// The password of every user that a test gives no other.
pub const PASSWORD: &str = "correct horse battery";

/// Why none of this is for production.
const FOR_TESTS: &str = "these accounts are for tests: their passwords are hashed cheaply, and tries \
                         are not limited";

/// The accounts of an application under test: kept in memory, hashed cheaply, without limits, by a
/// [clock](TestClock) that stands until it is moved, with an [`Outbox`] for mail.
///
/// ```
/// use fastauth::{AuthUser, CurrentUser, PasswordHash, testing::TestAuth};
/// # use axum::{Router, body::Body, http::{Request, StatusCode}, routing::get};
/// # use tower::ServiceExt;
///
/// #[derive(AuthUser)]
/// #[auth(id, email, password_hash)]
/// struct User { id: i64, email: String, password_hash: PasswordHash }
///
/// async fn hello(CurrentUser(user): CurrentUser<User>) -> String {
///     format!("hello, {}", user.email)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let test = TestAuth::<User>::new().await;
/// let app = Router::new().route("/", get(hello)).with_state(test.auth());
///
/// let ada = test.user("ada@example.com").create().await;
/// let request = Request::get("/").header("authorization", test.bearer_for(&ada).await);
/// let reply = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
/// assert_eq!(reply.status(), StatusCode::OK);
/// # }
/// ```
///
/// It is for this machine alone: it cannot be built for a public address, and
/// [`serve`](crate::serve) takes it to no address that other machines reach. Hashes it made are
/// replaced at the next sign-in where a real hasher finds them.
pub struct TestAuth<U: AuthUser> {
    auth: Auth<U>,
    clock: TestClock,
    outbox: Outbox,
}

impl<U: AuthUser> TestAuth<U> {
    /// With nothing else decided.
    ///
    /// # Panics
    /// It cannot be built, because of what the environment says.
    pub async fn new() -> Self {
        Self::built(|builder| builder).await
    }

    /// With what the application decides: hooks, permissions, how tokens travel. It may undo what
    /// stands here, save that it is for this machine alone.
    ///
    /// ```
    /// # use fastauth::{AuthBuilder, AuthUser, CookieConfig, testing::TestAuth};
    /// // As production has it, so that both are the same.
    /// fn settings<User: AuthUser>(builder: AuthBuilder<User>) -> AuthBuilder<User> {
    ///     builder.cookies(CookieConfig::new())
    /// }
    ///
    /// # async fn test<User: AuthUser>() {
    /// let test = TestAuth::<User>::built(settings).await;
    /// # }
    /// ```
    ///
    /// # Panics
    /// It cannot be built: the setup report says why.
    pub async fn built(decide: impl FnOnce(AuthBuilder<U>) -> AuthBuilder<U>) -> Self {
        Self::on(Memory::new(), decide).await
    }

    /// On another store, whose table of users is made if there is none.
    ///
    /// # Panics
    /// It cannot be built: the setup report says why.
    pub async fn on(
        store: impl Store<U>,
        decide: impl FnOnce(AuthBuilder<U>) -> AuthBuilder<U>,
    ) -> Self {
        let (clock, outbox) = (TestClock::default(), Outbox::new());
        let usual = Auth::<U>::builder()
            .any_password_hasher(cheap_hasher())
            .base_url("http://localhost")
            .clock(clock.clone())
            .create_user_table()
            .email(outbox.clone())
            .throttle(Limits::off());
        let auth = decide(usual).local_only(FOR_TESTS).store(store).build().await;
        let auth = auth.unwrap_or_else(|report| fail(report));
        Self { auth, clock, outbox }
    }

    /// The accounts: for the state of the router, and for their routes.
    pub fn auth(&self) -> Auth<U> {
        self.auth.clone()
    }

    /// The time they go by.
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// The mail they have sent. Mail comes after the reply: ask until it is there.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }
}

impl<U: AuthUser> Clone for TestAuth<U> {
    fn clone(&self) -> Self {
        Self { auth: self.auth(), clock: self.clock.clone(), outbox: self.outbox.clone() }
    }
}

impl<U: AuthUser> fmt::Debug for TestAuth<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestAuth")
            .field("auth", &self.auth)
            .field("clock", &self.clock)
            .field("outbox", &self.outbox)
            .finish()
    }
}
