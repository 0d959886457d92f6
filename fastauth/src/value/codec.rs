use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use super::{
    Column, ColumnError, ColumnType, Shape, Value, WireError,
    wire::{self, Limit},
};
use crate::secret::{Password, Token};

/// How one field is kept and how it travels. The derive makes one constant of it for each field:
/// the only place where a bound on the field's type is asked for.
pub struct Codec<T: 'static> {
    kind: ColumnType,
    nullable: bool,
    shape: Shape,
    limit: Limit,
    copy: fn(&T) -> T,
    put: fn(&T) -> Value,
    get: fn(Value) -> Result<T, ColumnError>,
    to_json: fn(&T) -> Json,
    from_json: fn(Json) -> Result<T, WireError>,
}

impl<T: 'static> Codec<T> {
    /// Through the column's own value, on the wire as in the store.
    pub const fn column() -> Self
    where
        T: Column,
    {
        Self {
            kind: T::TYPE,
            nullable: T::NULLABLE,
            shape: T::SHAPE,
            limit: Limit::Field,
            copy: T::clone,
            put: T::to_value,
            get: T::from_value,
            to_json: |field| wire::to_json(field.to_value()),
            from_json: |json| {
                wire::from_json(json, T::TYPE).and_then(|value| {
                    T::from_value(value).map_err(|_| WireError::expected(T::TYPE))
                })
            },
        }
    }

    /// Through serde, as a JSON document.
    pub const fn json() -> Self
    where
        T: JsonColumn,
    {
        Self {
            kind: ColumnType::Json,
            nullable: false,
            shape: Shape::Json,
            limit: Limit::Field,
            copy: T::clone,
            put: |field| match serde_json::to_string(field) {
                Ok(text) if text == "null" => Value::Null,
                Ok(text) => Value::Json(text),
                // No document: the row does not read back, and who asks before writing refuses it.
                // `NULL` would, where it may be, and the value be lost without a word.
                Err(_) => Value::Json(String::new()),
            },
            get: |value| {
                let text = match &value {
                    Value::Json(text) | Value::Text(text) => text,
                    Value::Null => "null",
                    _ => return Err(ColumnError::new("expected a JSON document")),
                };
                // serde's own message may quote the value.
                serde_json::from_str(text)
                    .map_err(|_| ColumnError::new("the JSON document has another shape"))
            },
            to_json: |field| serde_json::to_value(field).unwrap_or(Json::Null),
            from_json: |json| {
                let field = serde_json::from_value(json).map_err(|_| WireError::shape())?;
                // What cannot be written again could never be kept.
                serde_json::to_value(&field).map_err(|_| WireError::shape())?;
                Ok(field)
            },
        }
    }

    /// For a value that is never stored: it only comes in, or goes out.
    pub(crate) const fn wire_only(
        to_json: fn(&T) -> Json,
        from_json: fn(Json) -> Result<T, WireError>,
    ) -> Self
    where
        T: Clone,
    {
        Self {
            kind: ColumnType::Text,
            nullable: false,
            shape: Shape::Text,
            limit: Limit::Open,
            copy: T::clone,
            put: |_| Value::Null,
            get: |_| Err(ColumnError::new("never stored")),
            to_json,
            from_json,
        }
    }

    /// The same, for a column that may (or may not) be `NULL`.
    #[must_use]
    pub const fn nullable(self, nullable: bool) -> Self {
        Self { nullable, ..self }
    }

    /// The same, for a field that the access token carries.
    #[must_use]
    pub const fn in_token(self) -> Self {
        Self { limit: Limit::Claim, ..self }
    }

    /// The same, with another reading of what a client sends, which judges its length too, and what
    /// that looks like.
    #[must_use]
    pub(crate) const fn reading(
        self,
        shape: Shape,
        from_json: fn(Json) -> Result<T, WireError>,
    ) -> Self {
        Self { shape, from_json, limit: Limit::Open, ..self }
    }

    /// The kind of column it is kept in.
    pub const fn kind(&self) -> ColumnType {
        self.kind
    }

    /// Whether the column may be `NULL`.
    pub const fn is_nullable(&self) -> bool {
        self.nullable
    }

    /// What it looks like in JSON.
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// How many bytes of it a client may send; `None` where what reads it judges that.
    pub const fn longest(&self) -> Option<usize> {
        self.limit.most()
    }

    /// A field for a body or for claims.
    pub fn copy(&self, field: &T) -> T {
        (self.copy)(field)
    }

    /// The value to store.
    pub fn put(&self, field: &T) -> Value {
        match (self.put)(field) {
            // The document `null`, in a column that must hold one.
            Value::Null if self.kind == ColumnType::Json && !self.nullable => {
                Value::Json("null".to_owned())
            }
            value => value,
        }
    }

    /// Reads a stored value.
    pub fn get(&self, value: Value) -> Result<T, ColumnError> {
        (self.get)(value)
    }

    /// What a client or a token is shown.
    pub fn to_json(&self, field: &T) -> Json {
        (self.to_json)(field)
    }

    /// Reads what a client says, if it is not too long.
    pub fn from_client(&self, json: Json) -> Result<T, WireError> {
        self.limit.check(&json)?;
        self.from_json(json)
    }

    /// Reads what a token says.
    pub fn from_json(&self, json: Json) -> Result<T, WireError> {
        (self.from_json)(json)
    }
}

impl Codec<Password> {
    /// A password, the same on every route: any text that JSON has. What is made of it judges its
    /// length; it is neither stored nor shown.
    pub(crate) const fn password() -> Self {
        Self::wire_only(
            |_| Json::Null,
            |json| match json {
                Json::String(text) => Ok(Password::new(text)),
                _ => Err(WireError::expected(ColumnType::Text)),
            },
        )
    }
}

impl Codec<Option<Password>> {
    /// The same where some users have to give one and some have not.
    pub(crate) const fn optional_password() -> Self {
        Self::wire_only(
            |_| Json::Null,
            |json| match json {
                Json::Null => Ok(None),
                json => Codec::<Password>::password().from_json(json).map(Some),
            },
        )
    }
}

impl Codec<Token> {
    /// A token, likewise: one that is none of ours is refused as such, whatever its length.
    pub(crate) const fn token() -> Self {
        Self::wire_only(
            |_| Json::Null,
            |json| match json {
                Json::String(text) => Ok(Token::new(text)),
                _ => Err(WireError::expected(ColumnType::Text)),
            },
        )
    }
}

/// A type that serde can turn into a JSON document and back: what `#[auth(json)]` asks for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept as JSON",
    label = "not `Clone`, `Serialize` and `Deserialize`",
    note = "derive `Clone`, `Serialize` and `Deserialize` for it"
)]
pub trait JsonColumn: Clone + DeserializeOwned + Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Clone + DeserializeOwned + Serialize> JsonColumn for T {}
