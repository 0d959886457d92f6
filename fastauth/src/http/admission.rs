use crate::{access::Need, user::AuthUser};

/// Whom a guard lets in, as data: what [`Guard::describe`](crate::Guard::describe) says in words.
///
/// ```
/// use fastauth::{AuthUser, CurrentUser, Guard, Public, routing::{Admission, Who}};
///
/// fn only_users<U: AuthUser>() {
///     assert_eq!(Public::admits(), Admission::anybody());
///     assert_eq!(CurrentUser::<U>::admits().who, Who::UsersOf(U::SPEC.name));
///     assert!(Option::<CurrentUser<U>>::admits().is_optional);
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Admission {
    /// Whose accounts decide.
    pub who: Who,
    /// Whether whoever presents nothing is let in too.
    pub is_optional: bool,
    /// Whether they must have proved who they are a short while ago.
    pub is_fresh: bool,
    /// Whether the guard believes a JWT without asking the store.
    pub is_claimed: bool,
    /// What they need besides.
    pub needs: Needs,
}

/// Whom a guard asks about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Who {
    /// Nobody: it lets everybody in.
    Anybody,
    /// Something of the application's own.
    Unknown,
    /// The accounts of the struct of this name.
    UsersOf(&'static str),
}

/// What somebody who is signed in needs besides.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Needs {
    /// Permissions, granted to the token as scopes and held by their roles.
    Granted(Need),
    /// Permissions, held by their roles.
    Held(Need),
    /// Nothing.
    Nothing,
    /// The permission that the builder names for administering roles.
    RoleAdministration,
}

impl Admission {
    /// Everybody.
    pub const fn anybody() -> Self {
        Self::of(Who::Anybody)
    }

    /// Whomever a guard of the application's own lets in.
    pub const fn unknown() -> Self {
        Self::of(Who::Unknown)
    }

    /// Whoever is signed in as a `U`.
    pub const fn user<U: AuthUser>() -> Self {
        Self::of(Who::UsersOf(U::SPEC.name))
    }

    /// The same, and whoever presents nothing.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { is_optional: true, ..self }
    }

    /// The same, if they proved who they are a short while ago.
    #[must_use]
    pub const fn fresh(self) -> Self {
        Self { is_fresh: true, ..self }
    }

    /// The same, as a JWT says it.
    #[must_use]
    pub const fn claimed(self) -> Self {
        Self { is_claimed: true, ..self }
    }

    /// The same, if they have this besides.
    #[must_use]
    pub const fn needing(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }

    const fn of(who: Who) -> Self {
        Self { who, is_optional: false, is_fresh: false, is_claimed: false, needs: Needs::Nothing }
    }
}
