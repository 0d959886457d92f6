//! What a column holds, and how it travels: the seam between a user's fields, the stores and JSON.
//!
//! A field's type goes in through [`Column`] (or serde, for `#[auth(json)]`) and comes out as a
//! [`Value`]. Stores only ever see values, so their code is compiled once, whatever the struct.

mod codec;
mod column;
mod fields;
mod shape;
mod wire;

use std::fmt;

use uuid::Uuid;

use crate::time::Timestamp;

pub use codec::{Codec, JsonColumn};
pub use column::{Column, ColumnError};
pub use fields::Fields;
pub(crate) use fields::MOST_MEMBERS;
pub use shape::Shape;
pub use wire::WireError;

/// One value of one column.
///
/// Its `Debug` names the kind only: a password hash is a value too.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// Bytes as they are.
    Bytes(Vec<u8>),
    /// A floating point number.
    Float(f64),
    /// A whole number.
    Int(i64),
    /// A JSON document, as text.
    Json(String),
    /// Nothing.
    Null,
    /// Text.
    Text(String),
    /// A moment.
    Time(Timestamp),
    /// A UUID.
    Uuid(Uuid),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool(_) => "Bool(…)",
            Self::Bytes(_) => "Bytes(…)",
            Self::Float(_) => "Float(…)",
            Self::Int(_) => "Int(…)",
            Self::Json(_) => "Json(…)",
            Self::Null => "Null",
            Self::Text(_) => "Text(…)",
            Self::Time(_) => "Time(…)",
            Self::Uuid(_) => "Uuid(…)",
        })
    }
}

/// The kind of value a column holds; each store has its own SQL type for it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ColumnType {
    /// [`Value::Bool`].
    Bool,
    /// [`Value::Bytes`].
    Bytes,
    /// [`Value::Float`].
    Float,
    /// [`Value::Int`].
    Int,
    /// [`Value::Json`].
    Json,
    /// [`Value::Text`].
    Text,
    /// [`Value::Time`].
    Time,
    /// [`Value::Uuid`].
    Uuid,
}

/// The values of one row, in the order of the specification's columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(Vec<Value>);

impl Row {
    /// A row of these values.
    pub fn new(values: Vec<Value>) -> Self {
        Self(values)
    }

    /// The value at `index`; `None` past the end.
    pub fn get(&self, index: usize) -> Option<&Value> {
        self.0.get(index)
    }

    /// Puts `value` at `index`. Past the end nothing happens.
    pub fn set(&mut self, index: usize, value: Value) {
        if let Some(slot) = self.0.get_mut(index) {
            *slot = value;
        }
    }

    /// Takes the value at `index` out and reads it as a `T`; `column` names it in the error.
    ///
    /// # Errors
    /// The row is too short, or the value is not one a `T` can be read from: the table does not
    /// hold what the struct says.
    pub fn take<T>(
        &mut self,
        index: usize,
        column: &'static str,
        codec: &Codec<T>,
    ) -> Result<T, ColumnError> {
        let value = self.0.get_mut(index).map(|slot| std::mem::replace(slot, Value::Null));
        value
            .ok_or_else(|| ColumnError::new("the row is too short"))
            .and_then(|value| codec.get(value))
            .map_err(|e| e.in_column(column))
    }

    /// All values, in order.
    pub fn values(&self) -> &[Value] {
        &self.0
    }

    /// All values, in order.
    pub fn into_values(self) -> Vec<Value> {
        self.0
    }
}
