//! What the type of each part must be able to do, and the marks of the parts a struct has.

use serde_json::Value as Json;

use super::{AuthUser, Email, PointInTime, Username};
use crate::{
    secret::PasswordHash,
    value::{Codec, Column, ColumnType, Shape, Value, WireError},
};

/// A type that can hold an email address.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold an email",
    label = "expected text",
    note = "use `String`, `Option<String>` or `fastauth::Email`"
)]
pub trait HoldsEmail: Column {
    /// The address, if there is one.
    fn as_email(&self) -> Option<&str>;
}

/// A type that can hold a username.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold a username",
    label = "expected text",
    note = "use `String` or `Option<String>`"
)]
pub trait HoldsUsername: Column {
    /// The username, if there is one.
    fn as_username(&self) -> Option<&str>;
}

/// A type that can hold a password's hash.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold a password hash",
    label = "would print and serialize itself",
    note = "use `fastauth::PasswordHash`, or an `Option` of it if some users have no password"
)]
pub trait HoldsPasswordHash: Column {
    /// The hash, if there is one.
    fn as_password_hash(&self) -> Option<&PasswordHash>;
}

/// A type that can say whether an email is verified: `bool`, or since when.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot say whether an email is verified",
    label = "expected `bool` or an `Option` of a time",
    note = "use `bool`, or an `Option` of a time, `None` meaning not yet"
)]
pub trait SaysVerified: Column {
    /// Whether it is verified.
    fn is_verified(&self) -> bool;
}

/// A type that can say whether an account is active.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot say whether an account is active",
    label = "expected `bool`",
    note = "use `bool`"
)]
pub trait SaysActive: Column {
    /// Whether it is active.
    fn is_active(&self) -> bool;
}

impl HoldsEmail for String {
    fn as_email(&self) -> Option<&str> {
        Some(self)
    }
}

impl HoldsEmail for Email {
    fn as_email(&self) -> Option<&str> {
        Some(self.as_str())
    }
}

#[diagnostic::do_not_recommend]
impl<T: HoldsEmail> HoldsEmail for Option<T> {
    fn as_email(&self) -> Option<&str> {
        self.as_ref().and_then(T::as_email)
    }
}

impl HoldsUsername for String {
    fn as_username(&self) -> Option<&str> {
        Some(self)
    }
}

impl HoldsUsername for Username {
    fn as_username(&self) -> Option<&str> {
        Some(self.as_str())
    }
}

#[diagnostic::do_not_recommend]
impl<T: HoldsUsername> HoldsUsername for Option<T> {
    fn as_username(&self) -> Option<&str> {
        self.as_ref().and_then(T::as_username)
    }
}

impl HoldsPasswordHash for PasswordHash {
    fn as_password_hash(&self) -> Option<&PasswordHash> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: HoldsPasswordHash> HoldsPasswordHash for Option<T> {
    fn as_password_hash(&self) -> Option<&PasswordHash> {
        self.as_ref().and_then(T::as_password_hash)
    }
}

impl SaysVerified for bool {
    fn is_verified(&self) -> bool {
        *self
    }
}

#[diagnostic::do_not_recommend]
impl<T: PointInTime> SaysVerified for Option<T> {
    fn is_verified(&self) -> bool {
        self.is_some()
    }
}

impl SaysActive for bool {
    fn is_active(&self) -> bool {
        *self
    }
}

/// A user whose account can be switched off; the derive implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot say whether its account is active",
    label = "needs an account that can be inactive",
    note = "add `#[auth(active)] active: bool`"
)]
pub trait HasActive: AuthUser {}

/// A user with an email; the derive implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no email",
    label = "needs an email",
    note = "add `#[auth(email)] email: String`"
)]
pub trait HasEmail: AuthUser {}

/// A user with a username; the derive implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no username",
    label = "needs a username",
    note = "add `#[auth(username)] username: Option<String>`"
)]
pub trait HasUsername: AuthUser {}

/// A user with a password; the derive implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no password",
    label = "needs a password",
    note = "add `#[auth(password_hash)] password_hash: Option<PasswordHash>`"
)]
pub trait HasPassword: AuthUser {}

/// A user whose email can be proved; the derive implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot say whether its email is verified",
    label = "needs a verified email",
    note = "add `#[auth(email_verified)] email_verified: bool`, or an `Option` of a time"
)]
pub trait HasVerifiedEmail: AuthUser {}

/// The codec of an email field: what a client sends is brought to its canonical spelling.
pub(crate) const fn email_codec<T: HoldsEmail>() -> Codec<T> {
    Codec::column().reading(Shape::EmailText, |json| {
        canonical(
            json,
            |text| Email::parse(text).map(|it| it.as_str().to_owned()).ok(),
            INVALID_EMAIL,
        )
    })
}

/// The codec of a username field, likewise.
pub(crate) const fn username_codec<T: HoldsUsername>() -> Codec<T> {
    Codec::column().reading(Shape::UsernameText, |json| {
        canonical(
            json,
            |text| Username::parse(text).map(|it| it.as_str().to_owned()).ok(),
            INVALID_USERNAME,
        )
    })
}

const INVALID_EMAIL: WireError =
    WireError { code: "invalid_email", detail: "this is not an email address" };
const INVALID_USERNAME: WireError = WireError {
    code: "invalid_username",
    detail: "a username has 1 to 64 letters, digits, `.`, `_` or `-`",
};

fn canonical<T: Column>(
    json: Json,
    parse: fn(&str) -> Option<String>,
    error: WireError,
) -> Result<T, WireError> {
    let value = match json {
        Json::Null => Value::Null,
        Json::String(text) => Value::Text(parse(&text).ok_or(error)?),
        _ => return Err(WireError::expected(ColumnType::Text)),
    };
    T::from_value(value).map_err(|_| error)
}
