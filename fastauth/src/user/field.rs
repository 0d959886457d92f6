//! What the derive asks of the type of a field: each bound stands here, once, and is asked for
//! once, by the one constant the derive makes for the field.

use std::marker::PhantomData;

use super::{
    AuthUser, HoldsEmail, HoldsPasswordHash, HoldsUsername, InvalidId, PointInTime, SaysActive,
    SaysVerified, UserKey, email_codec, username_codec,
};
use crate::{
    secret::PasswordHash,
    time::Timestamp,
    value::{Codec, Column, JsonColumn},
};

/// A codec and the one question the library asks of the part.
pub struct Part<T: 'static, A: 'static> {
    /// How the field is kept.
    pub codec: Codec<T>,
    /// What the library asks of it.
    pub ask: fn(&T) -> A,
}

/// The same for a part that lends text or a hash.
pub struct Lending<T: 'static, A: ?Sized + 'static> {
    /// How the field is kept; from clients in its canonical spelling only.
    pub codec: Codec<T>,
    /// The same for what we wrote ourselves, which is taken as it is.
    pub written: Codec<T>,
    /// What the library asks of it.
    pub ask: for<'a> fn(&'a T) -> Option<&'a A>,
}

impl<T: 'static, A: ?Sized + 'static> Lending<T, A> {
    /// Whether a body that was read gives it; `None` when the body could not be read.
    pub fn given(&self, read: Option<&T>) -> Option<bool> {
        read.map(|field| (self.ask)(field).is_some())
    }
}

/// A plain column.
pub const fn column<T: Column>() -> Codec<T> {
    Codec::column()
}

/// A column of JSON.
pub const fn json<T: JsonColumn>() -> Codec<T> {
    Codec::json()
}

/// A plain column that nothing fills when an account is made.
pub const fn column_or_null<T: MayBeAbsent<U, F>, U, F>() -> Codec<T> {
    Codec::column()
}

/// The same for a column of JSON.
pub const fn json_or_null<T: JsonMayBeAbsent<U, F>, U, F>() -> Codec<T> {
    Codec::json()
}

/// The id; its bound is that of [`AuthUser::Id`].
pub const fn id<U: AuthUser>() -> Codec<U::Id> {
    Codec::column()
}

/// The email.
pub const fn email<T: HoldsEmail>() -> Lending<T, str> {
    Lending { codec: email_codec(), written: Codec::column(), ask: T::as_email }
}

/// The username.
pub const fn username<T: HoldsUsername>() -> Lending<T, str> {
    Lending { codec: username_codec(), written: Codec::column(), ask: T::as_username }
}

/// The password's hash.
pub const fn password_hash<T: HoldsPasswordHash>() -> Lending<T, PasswordHash> {
    Lending { codec: Codec::column(), written: Codec::column(), ask: T::as_password_hash }
}

/// Whether the email is verified.
pub const fn email_verified<T: SaysVerified>() -> Part<T, bool> {
    Part { codec: Codec::column(), ask: T::is_verified }
}

/// Whether the account is active.
pub const fn active<T: SaysActive>() -> Part<T, bool> {
    Part { codec: Codec::column(), ask: T::is_active }
}

/// A moment the server sets.
pub const fn point_in_time<T: PointInTime>() -> Codec<T> {
    Codec::column()
}

/// A default that is written as text.
pub fn text<T, S: TextFor<T>>(text: S) -> T {
    text.make()
}

/// A text that a default of the type `T` may be written as: `default = "free"`.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be made of text",
    label = "this is text",
    note = "write an expression of the type `{T}`"
)]
pub trait TextFor<T> {
    /// Makes it.
    fn make(self) -> T;
}

#[diagnostic::do_not_recommend]
impl<T: From<&'static str>> TextFor<T> for &'static str {
    fn make(self) -> T {
        self.into()
    }
}

/// A type of the field `F` of the user `U` that a new account may go without: an `Option`.
#[diagnostic::on_unimplemented(
    message = "registration could never build `{U}`: nothing gives `{F}` a value",
    label = "nothing gives it a value",
    note = "add `signup` (the client gives it) or `default`, or make it an `Option`"
)]
pub trait MayBeAbsent<U, F>: Column {}

impl<T: Column, U, F> MayBeAbsent<U, F> for Option<T> {}

/// The same for a field kept as JSON.
#[diagnostic::on_unimplemented(
    message = "registration could never build `{U}`: nothing gives `{F}` a value",
    label = "nothing gives it a value",
    note = "add `signup` (the client gives it) or `default`, or make it an `Option`"
)]
pub trait JsonMayBeAbsent<U, F>: JsonColumn {}

impl<T: JsonColumn, U, F> JsonMayBeAbsent<U, F> for Option<T> {}

/// Asks whether all requests may share it.
pub const fn shared<T: ?Sized + Shared>() {}

/// What a field may hold, whatever else becomes of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shared by requests",
    label = "not `Send` and `Sync`",
    note = "they run on several threads: use `Arc` in place of `Rc`, `Mutex` in place of `RefCell`"
)]
pub trait Shared: Send + Sync {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + Send + Sync> Shared for T {}

/// The name of a field, as a type.
pub trait Named {
    /// The type that is called like the field.
    type Name;
}

/// The value inside of a newtype that is an id.
pub struct Key<T: 'static> {
    /// How it is kept.
    pub codec: Codec<T>,
    /// [`UserKey::generate`].
    pub generate: fn(Timestamp) -> Option<T>,
    /// [`UserKey::parse`].
    pub parse: fn(&str) -> Result<T, InvalidId>,
    /// [`UserKey::render`].
    pub render: fn(&T) -> String,
}

/// The value inside of a newtype that is an id.
pub const fn key<T: UserKey>() -> Key<T> {
    Key { codec: Codec::column(), generate: T::generate, parse: T::parse, render: T::render }
}

/// Whether a type is an `Option`, asked of the type checker: aliases count too.
pub struct Absent<T>(PhantomData<T>);

impl<T> Absent<Option<T>> {
    /// It is.
    pub const IS_OPTION: bool = true;

    /// What an absent field is.
    #[must_use]
    pub const fn value() -> Option<Option<T>> {
        Some(None)
    }
}

/// The answers for every other type.
pub trait OtherwiseRequired {
    /// The field's type.
    type Field;

    /// It is not.
    const IS_OPTION: bool = false;

    /// An absent field is missing.
    #[must_use]
    fn value() -> Option<Self::Field> {
        None
    }
}

impl<T> OtherwiseRequired for Absent<T> {
    type Field = T;
}
