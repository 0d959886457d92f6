use std::{borrow::Cow, error::Error as StdError, fmt, time::SystemTime};

use uuid::Uuid;

use super::{ColumnType, Shape, Value};
use crate::{secret::PasswordHash, time::Timestamp};

/// A type that a column can hold.
///
/// Implemented for the usual ones; `#[derive(Column)]` on an enum of unit variants keeps the
/// variant's name, and `#[auth(json)]` on a field keeps anything serde knows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    label = "no column type is known for `{Self}`",
    note = "keep it as JSON with `#[auth(json)]`, or leave it out with `#[auth(skip)]`"
)]
pub trait Column: Clone + 'static {
    /// The kind of column.
    const TYPE: ColumnType;

    /// Whether the column may be `NULL`.
    const NULLABLE: bool = false;

    /// What it looks like in JSON, for documents.
    const SHAPE: Shape = Shape::of(Self::TYPE);

    /// The value to store.
    fn to_value(&self) -> Value;

    /// Reads a stored value.
    ///
    /// # Errors
    /// The value is of another kind, or none that this type can be.
    fn from_value(value: Value) -> Result<Self, ColumnError>;
}

/// A stored value is not what the struct says. Never holds the value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ColumnError {
    column: Option<&'static str>,
    reason: Cow<'static, str>,
}

impl ColumnError {
    /// With what was expected.
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { column: None, reason: reason.into() }
    }

    /// The same, naming the column.
    #[must_use]
    pub fn in_column(self, column: &'static str) -> Self {
        Self { column: Some(column), ..self }
    }
}

impl fmt::Display for ColumnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "column `{column}`: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl StdError for ColumnError {}

#[diagnostic::do_not_recommend]
impl<T: Column> Column for Option<T> {
    const TYPE: ColumnType = T::TYPE;
    const NULLABLE: bool = true;
    const SHAPE: Shape = T::SHAPE;

    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_value)
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        match value {
            Value::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
}

macro_rules! columns {
    ($($type:ty: $kind:ident, $field:ident => $to:expr, $from:expr;)*) => {$(
        impl Column for $type {
            const TYPE: ColumnType = ColumnType::$kind;

            fn to_value(&self) -> Value {
                let $field = self;
                Value::$kind($to)
            }

            fn from_value(value: Value) -> Result<Self, ColumnError> {
                match value {
                    Value::$kind($field) => $from,
                    _ => Err(ColumnError::new(concat!("expected ", stringify!($kind)))),
                }
            }
        }
    )*};
}

columns! {
    PasswordHash: Text, it => it.expose().to_owned(), Ok(PasswordHash::new(it));
    String: Text, it => it.clone(), Ok(it);
    SystemTime: Time, it => Timestamp::from(*it), SystemTime::try_from(it).map_err(|_| ColumnError::new("out of range"));
    Timestamp: Time, it => *it, Ok(it);
    Uuid: Uuid, it => *it, Ok(it);
    Vec<u8>: Bytes, it => it.clone(), Ok(it);
    bool: Bool, it => *it, Ok(it);
    f64: Float, it => *it, Ok(it);
    i64: Int, it => *it, Ok(it);
}

macro_rules! whole_numbers {
    ($($type:ty)*) => {$(
        impl Column for $type {
            const TYPE: ColumnType = ColumnType::Int;
            #[allow(clippy::cast_lossless, reason = "`From` is no `const`")]
            const SHAPE: Shape = Shape::Int { min: <$type>::MIN as i64, max: <$type>::MAX as i64 };

            fn to_value(&self) -> Value {
                Value::Int(i64::from(*self))
            }

            fn from_value(value: Value) -> Result<Self, ColumnError> {
                match value {
                    Value::Int(number) => number.try_into().map_err(|_| ColumnError::new("out of range")),
                    _ => Err(ColumnError::new("expected Int")),
                }
            }
        }
    )*};
}

whole_numbers! { i8 i16 i32 u8 u16 u32 }

impl Column for f32 {
    const TYPE: ColumnType = ColumnType::Float;

    fn to_value(&self) -> Value {
        Value::Float(f64::from(*self))
    }

    #[allow(clippy::cast_possible_truncation, reason = "it was an f32 when it was stored")]
    fn from_value(value: Value) -> Result<Self, ColumnError> {
        f64::from_value(value).map(|number| number as Self)
    }
}
