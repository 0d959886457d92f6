//! The user's own struct, as the rest of the library sees it.
//!
//! What comes in: a struct under `#[derive(AuthUser)]`. What goes out: [`AuthUser`], its
//! specification, and the typed bodies of the routes.

mod body;
mod email;
#[doc(hidden)]
pub mod field;
mod key;
mod letters;
mod parts;
mod record;
mod schema;
mod spec;
mod times;
mod username;

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    secret::PasswordHash,
    value::{ColumnError, Row},
};

pub use body::{PatchBody, SignupBody};
pub use email::{Email, InvalidEmail};
pub use field::{JsonMayBeAbsent, MayBeAbsent};
pub(crate) use key::uuid_at;
pub use key::{InvalidId, UserKey};
pub use parts::{
    HasActive, HasEmail, HasPassword, HasUsername, HasVerifiedEmail, HoldsEmail, HoldsPasswordHash,
    HoldsUsername, SaysActive, SaysVerified,
};
pub(crate) use parts::{email_codec, username_codec};
#[doc(hidden)]
pub use schema::Schemas;
#[cfg(feature = "openapi")]
#[doc(hidden)]
pub use schema::{BodySchema, Described, FieldSchema, OtherwiseUntyped, Probe, Typed};
#[cfg(feature = "openapi")]
pub(crate) use schema::{new_password, shown, taken, typed};
pub use spec::{ColumnSpec, UserSpec};
pub use times::PointInTime;
pub use username::{InvalidUsername, Username};

/// The application's user: derive it, do not write it.
///
/// ```
/// use fastauth::{AuthUser, PasswordHash};
/// use uuid::Uuid;
///
/// #[derive(AuthUser)]
/// #[auth(id, email, password_hash)]
/// struct User {
///     id: Uuid,
///     email: String,
///     password_hash: Option<PasswordHash>,
///     #[auth(signup, edit, token)]
///     name: String,
/// }
///
/// assert_eq!(User::USER_FIELDS_IN_TOKEN, ["name"]);
/// assert!(User::parse_id("01890f6e-0000-7000-8000-000000000000").is_ok());
/// assert!(User::parse_id("01890F6E-0000-7000-8000-000000000000").is_err()); // not how we print it
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an auth user",
    label = "not an auth user",
    note = "derive it: `#[derive(AuthUser)] struct {Self}`"
)]
pub trait AuthUser: Send + Sized + Sync + 'static {
    /// The type of the id.
    type Id: UserKey;

    /// Exactly the `token` fields, with their own types.
    type Claims: DeserializeOwned + Send + Serialize + Sync + 'static;

    /// What a client gives at registration.
    type Signup: SignupBody;

    /// What a user may change of themselves.
    type Patch: PatchBody;

    /// What a user sees of themselves.
    type View: Send + Serialize + Sync + 'static;

    /// The names of the claims that come from fields of this struct.
    const USER_FIELDS_IN_TOKEN: &'static [&'static str];

    /// The table and its columns.
    const SPEC: &'static UserSpec;

    /// What documents say of the bodies; nothing without the feature `openapi`.
    #[doc(hidden)]
    fn schemas() -> Schemas {
        Schemas::unknown(Self::SPEC.name)
    }

    /// Who this is.
    fn id(&self) -> &Self::Id;

    /// The address, in its canonical spelling.
    fn email(&self) -> Option<&str> {
        None
    }

    /// The username, in its canonical spelling.
    fn username(&self) -> Option<&str> {
        None
    }

    /// The hash of the password; `None` for somebody who signs in without one.
    fn password_hash(&self) -> Option<&PasswordHash> {
        None
    }

    /// Whether the address has been proved.
    fn is_email_verified(&self) -> bool {
        false
    }

    /// Whether the account may be used.
    fn is_active(&self) -> bool {
        true
    }

    /// The claims of this user's access tokens.
    fn claims(&self) -> Self::Claims;

    /// What this user is shown of themselves.
    fn view(&self) -> Self::View;

    /// The values of the columns, in the order of [`Self::SPEC`].
    fn to_row(&self) -> Row;

    /// The user a row holds.
    ///
    /// # Errors
    /// The table does not hold what the struct says.
    fn from_row(row: Row) -> Result<Self, ColumnError>;

    /// Reads an id from a token or a path. Only the canonical spelling parses, so that one id has
    /// one text: `to_string(parse(text)) == text`.
    ///
    /// # Errors
    /// [`InvalidId`]: nobody has this id.
    fn parse_id(text: &str) -> Result<Self::Id, InvalidId> {
        let id = Self::Id::parse(text)?;
        if id.render() == text { Ok(id) } else { Err(InvalidId) }
    }
}
