use super::ColumnType;

/// What a value looks like in JSON, closer than its [`ColumnType`] says: for documents that describe
/// the bodies of the routes. What a store keeps does not depend on it.
///
/// ```
/// use fastauth::{Column, value::Shape};
///
/// #[derive(Clone, Column)]
/// enum Plan { Free, Pro }
///
/// assert_eq!(Plan::SHAPE, Shape::OneOf(&["free", "pro"]));
/// assert_eq!(u8::SHAPE, Shape::Int { min: 0, max: 255 });
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
// No variant is called like a type of ours: compilers would quote that one by its path.
pub enum Shape {
    /// `true` or `false`.
    Bool,
    /// Bytes as base64url text.
    Bytes,
    /// A day of the calendar, `2026-01-31`.
    Date,
    /// An email address.
    EmailText,
    /// A number.
    Float,
    /// A whole number between these two, both among them.
    Int {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// Any JSON.
    Json,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// Text.
    Text,
    /// A moment, as RFC 3339 writes it.
    Time,
    /// A username.
    UsernameText,
    /// A UUID.
    Uuid,
}

impl Shape {
    /// What a column of this kind holds, as far as the kind says.
    pub const fn of(kind: ColumnType) -> Self {
        match kind {
            ColumnType::Bool => Self::Bool,
            ColumnType::Bytes => Self::Bytes,
            ColumnType::Float => Self::Float,
            ColumnType::Int => Self::Int { min: i64::MIN, max: i64::MAX },
            ColumnType::Json => Self::Json,
            ColumnType::Text => Self::Text,
            ColumnType::Time => Self::Time,
            ColumnType::Uuid => Self::Uuid,
        }
    }
}
