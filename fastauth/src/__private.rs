//! What generated code names. Nothing here is promised to stay.

pub use serde;
#[cfg(feature = "openapi")]
pub use utoipa;

use serde::{Deserialize, Deserializer, Serializer, de, ser::SerializeMap};
use serde_json::Value as Json;

use crate::error::FieldError;
#[cfg(feature = "openapi")]
pub use crate::user::{BodySchema, Described, FieldSchema, OtherwiseUntyped, Probe};
pub use crate::{
    __described as described, __schemas as schemas,
    error::{Code, HookResult},
    hooks::{
        Decision, HookContext, HookFuture, IntoDecision, IntoHookResult, IntoReply, Provider,
        Reply, SessionData, TakenAsShared,
    },
    secret::{Password, PasswordHash},
    time::Timestamp,
    token::ExtraClaims,
    user::{
        ColumnSpec, HasActive, HasEmail, HasPassword, HasUsername, HasVerifiedEmail, PatchBody,
        Schemas, SignupBody, UserSpec,
    },
    value::{Codec, Column, ColumnError, ColumnType, Fields, Row, Shape, Value},
};

/// The values of a row.
pub fn row<const N: usize>(values: [Value; N]) -> Row {
    Row::new(values.into())
}

/// The values of a new account's row.
pub fn initial<const N: usize>(values: [Option<Value>; N]) -> Vec<Option<Value>> {
    values.into()
}

/// Reads a field that may be absent if its type is an `Option`.
pub fn read_field<T: 'static>(
    fields: &mut Fields,
    name: &str,
    codec: &Codec<T>,
    absent: Option<T>,
) -> Option<T> {
    match absent {
        Some(absent) => fields.optional(name, codec, || absent),
        None => fields.required(name, codec),
    }
}

/// Reads the password of a registration.
pub fn password_field(fields: &mut Fields) -> Option<Password> {
    fields.required("password", &Codec::<Password>::password())
}

/// Refuses a registration that gives nothing to log in with, where each of it is optional.
pub fn some_login(fields: &mut Fields, given: &[(&str, Option<bool>)]) {
    if given.iter().all(|(_, given)| *given == Some(false)) {
        for (name, _) in given {
            let error = FieldError::at(name, "missing", "something to log in with is required");
            fields.error(error);
        }
    }
}

/// The change of one field of a patch, if it is there.
pub fn change<T>(index: usize, field: Option<&T>, codec: &Codec<T>) -> Option<(usize, Value)> {
    field.map(|field| (index, codec.put(field)))
}

/// The changes of a patch.
pub fn changes<const N: usize>(changes: [Option<(usize, Value)>; N]) -> Vec<(usize, Value)> {
    changes.into_iter().flatten().collect()
}

/// Writes the fields of a claims or view type as one object.
pub fn serialize_fields<S: Serializer>(
    serializer: S,
    fields: &[(&'static str, Json)],
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(fields.len()))?;
    for (name, value) in fields {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

/// Reads a body type out of any deserializer: what the routes read, for programs.
pub fn deserialize_body<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    read: fn(&mut Fields) -> Option<T>,
) -> Result<T, D::Error> {
    let mut fields = Fields::deserialize(deserializer)?;
    let body = read(&mut fields);
    let said = |errors: Vec<FieldError>| {
        let all: Vec<_> =
            errors.iter().map(|error| format!("{}: {}", error.pointer, error.detail)).collect();
        de::Error::custom(all.join("; "))
    };
    fields.finish().map_err(said)?;
    body.ok_or_else(|| de::Error::custom("the body cannot be read"))
}

/// Reads a claims type: other members of the token are somebody else's.
pub fn deserialize_claims<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    read: fn(&mut Fields) -> Option<T>,
) -> Result<T, D::Error> {
    let mut fields = Fields::of_token(deserializer)?;
    read(&mut fields).ok_or_else(|| de::Error::custom("a claim is missing or of another type"))
}

/// What is stored for a variant.
pub fn name(name: &str) -> Value {
    Value::Text(name.to_owned())
}

/// The variant a stored name is of.
pub fn named<T>(value: Value, read: fn(&str) -> Option<T>) -> Result<T, ColumnError> {
    let name = String::from_value(value)?;
    read(&name).ok_or_else(|| ColumnError::new("expected the name of a variant"))
}

/// Stands for every type of a user whose derive found mistakes.
pub struct Unfinished;

impl Unfinished {
    /// A table without columns.
    pub const SPEC: &'static UserSpec = &UserSpec {
        name: "",
        table: "",
        columns: &[],
        id: 0,
        email: None,
        username: None,
        password_hash: None,
        email_verified: None,
        active: None,
        created_at: None,
        updated_at: None,
    };
}

impl serde::Serialize for Unfinished {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de> Deserialize<'de> for Unfinished {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <()>::deserialize(deserializer).map(|()| Self)
    }
}

impl SignupBody for Unfinished {
    fn read(_: &mut Fields) -> Option<Self> {
        None
    }

    fn password(&self) -> Option<&Password> {
        None
    }

    fn into_row(self) -> Vec<Option<Value>> {
        Vec::new()
    }
}

impl PatchBody for Unfinished {
    fn read(_: &mut Fields) -> Option<Self> {
        None
    }

    fn into_changes(self) -> Vec<(usize, Value)> {
        Vec::new()
    }
}
