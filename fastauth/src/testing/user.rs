use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{PASSWORD, TestAuth, create::unmade, fail};
use crate::{
    access::PermissionMarker,
    user::{AuthUser, HasActive, HasPassword, HasUsername, HasVerifiedEmail},
    value::{ColumnType, Value},
};

impl<U: AuthUser> TestAuth<U> {
    /// Begins a user of this email, or of this username where accounts have no email.
    ///
    /// ```
    /// # use fastauth::{AuthUser, PasswordHash, testing::TestAuth};
    /// #[derive(AuthUser)]
    /// #[auth(id, email, password_hash, email_verified)]
    /// struct User {
    ///     id: i64,
    ///     email: String,
    ///     password_hash: PasswordHash,
    ///     email_verified: bool,
    ///     #[auth(signup)]
    ///     name: String,
    ///     #[auth(default = "free")]
    ///     plan: String,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let test = TestAuth::<User>::new().await;
    /// let ada = test
    ///     .user("ada@example.com")
    ///     .verified()
    ///     .field("name", "Ada")
    ///     .with(|user| user.plan = "pro".into())
    ///     .create()
    ///     .await;
    /// assert!(ada.email_verified && ada.name == "Ada" && ada.plan == "pro");
    /// # }
    /// ```
    pub fn user(&self, login: impl Into<String>) -> TestUser<'_, U> {
        let user = TestUser {
            test: self,
            signup: Map::new(),
            columns: Vec::new(),
            changes: Vec::new(),
            roles: Vec::new(),
            permissions: Vec::new(),
            identities: Vec::new(),
        };
        let user = user.signup_part(U::SPEC.email.or(U::SPEC.username), login.into());
        match U::SPEC.password_hash {
            Some(_) => user.field("password", PASSWORD),
            None => user,
        }
    }
}

/// What a test changes of a user.
pub(super) type Change<'a, U> = Box<dyn FnOnce(&mut U) + Send + 'a>;

/// A user who is about to be, for a test. Begin with [`TestAuth::user`].
#[must_use = "nobody is there before `.create()`"]
pub struct TestUser<'a, U: AuthUser> {
    pub(super) test: &'a TestAuth<U>,
    /// What a registration would say.
    pub(super) signup: Map<String, Json>,
    /// Columns of parts that no client gives, and their values.
    pub(super) columns: Vec<(usize, Value)>,
    pub(super) changes: Vec<Change<'a, U>>,
    pub(super) roles: Vec<String>,
    pub(super) permissions: Vec<&'static str>,
    /// Providers, and what these call the user.
    pub(super) identities: Vec<(String, String)>,
}

impl<'a, U: AuthUser> TestUser<'a, U> {
    /// Of this username.
    pub fn username(self, username: impl Into<String>) -> Self
    where
        U: HasUsername,
    {
        self.signup_part(U::SPEC.username, username.into())
    }

    /// With this password in place of [`PASSWORD`]. The policy is not asked.
    pub fn password(self, password: impl Into<String>) -> Self
    where
        U: HasPassword,
    {
        self.field("password", password.into())
    }

    /// Whose email is proved.
    pub fn verified(mut self) -> Self
    where
        U: HasVerifiedEmail,
    {
        let column =
            U::SPEC.email_verified.and_then(|index| Some((index, U::SPEC.columns.get(index)?)));
        self.columns.extend(column.map(|(index, column)| {
            let is_bool = column.kind == ColumnType::Bool;
            (index, if is_bool { Value::Bool(true) } else { Value::Time(self.test.auth.now()) })
        }));
        self
    }

    /// Whose account is switched off.
    pub fn inactive(mut self) -> Self
    where
        U: HasActive,
    {
        self.columns.extend(U::SPEC.active.map(|index| (index, Value::Bool(false))));
        self
    }

    /// With a field that a registration gives: those marked `signup`. Each that a client must give
    /// must be given here.
    pub fn field(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        let name = name.into();
        match serde_json::to_value(value) {
            Ok(value) => self.signup.insert(name, value),
            Err(error) => fail(unmade::<U>(format_args!("`{name}` is no JSON: {error}"))),
        };
        self
    }

    /// With changes to any field of the struct, made before it is kept. An id that the database
    /// numbers is still to come then.
    pub fn with(mut self, change: impl FnOnce(&mut U) + Send + 'a) -> Self {
        self.changes.push(Box::new(change));
        self
    }

    /// Who has this role, which must be there: [`create_role`](crate::Auth::create_role) makes one.
    pub fn role(mut self, name: impl Into<String>) -> Self {
        self.roles.push(name.into());
        self
    }

    /// Who may do this, by a role of their own: `.permission::<can::WritePosts>()`.
    pub fn permission<M: PermissionMarker>(mut self) -> Self {
        self.permissions.push(M::NAME);
        self
    }

    /// Who is called this by a provider, and signs in by it: `.oauth("google", "1234")`.
    pub fn oauth(mut self, provider: impl Into<String>, subject: impl Into<String>) -> Self
    where
        U: HasVerifiedEmail,
    {
        self.identities.push((provider.into(), subject.into()));
        self
    }

    /// With a login that a registration gives under the name of its field.
    fn signup_part(self, part: Option<usize>, value: String) -> Self {
        match part.and_then(|index| U::SPEC.columns.get(index)) {
            Some(column) => self.field(column.field, value),
            None => self,
        }
    }
}

impl<U: AuthUser> fmt::Debug for TestUser<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestUser").field("user", &U::SPEC.name).finish_non_exhaustive()
    }
}
