//! Column values as JSON: times as RFC 3339, bytes as base64url, the rest as itself.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Number, Value as Json};
use uuid::Uuid;

use super::{ColumnType, Value};
use crate::time::Timestamp;

/// What a client sent is not what the field holds. Names the kind, never the value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WireError {
    /// A stable word for [`FieldError::code`](crate::error::FieldError::code).
    pub code: &'static str,
    /// One sentence for people.
    pub detail: &'static str,
}

impl WireError {
    /// A value of another kind than the column's.
    pub const fn expected(kind: ColumnType) -> Self {
        let detail = match kind {
            ColumnType::Bool => "expected true or false",
            ColumnType::Bytes => "expected bytes as base64url text",
            ColumnType::Float => "expected a number",
            ColumnType::Int => "expected a whole number in range",
            ColumnType::Json => "expected another JSON value",
            ColumnType::Text => "expected text that the field can hold",
            ColumnType::Time => "expected a time as RFC 3339 text",
            ColumnType::Uuid => "expected a UUID",
        };
        Self { code: "wrong_type", detail }
    }

    /// A JSON value of another shape than the type's.
    pub(super) const fn shape() -> Self {
        Self::expected(ColumnType::Json)
    }
}

/// How much of one field a client may send, counted in bytes: text as it is, the rest as JSON.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Limit {
    /// A field of the access token, which has 8 KiB for all it says.
    Claim,
    /// Any other field.
    Field,
    /// Whoever reads it judges its length.
    Open,
}

impl Limit {
    pub(super) const fn most(self) -> Option<usize> {
        match self {
            Self::Claim => Some(1024),
            Self::Field => Some(16 * 1024),
            Self::Open => None,
        }
    }

    pub(super) fn check(self, json: &Json) -> Result<(), WireError> {
        let Some(most) = self.most() else { return Ok(()) };
        let detail = match self {
            Self::Claim => "at most 1024 bytes, because the access token carries it",
            _ => "at most 16384 bytes",
        };
        let size = match json {
            Json::String(text) => text.len(),
            other => other.to_string().len(),
        };
        if size > most { Err(WireError { code: "too_long", detail }) } else { Ok(()) }
    }
}

pub(super) fn to_json(value: Value) -> Json {
    match value {
        Value::Bool(it) => Json::Bool(it),
        Value::Bytes(it) => Json::String(URL_SAFE_NO_PAD.encode(it)),
        Value::Float(it) => Number::from_f64(it).map_or(Json::Null, Json::Number),
        Value::Int(it) => Json::Number(it.into()),
        Value::Json(it) => serde_json::from_str(&it).unwrap_or(Json::Null),
        Value::Null => Json::Null,
        Value::Text(it) => Json::String(it),
        Value::Time(it) => Json::String(it.to_string()),
        Value::Uuid(it) => Json::String(it.to_string()),
    }
}

pub(super) fn from_json(json: Json, kind: ColumnType) -> Result<Value, WireError> {
    let value = match (json, kind) {
        // A column that cannot be null refuses it when it reads the value.
        (Json::Null, _) => Some(Value::Null),
        (Json::Bool(it), ColumnType::Bool) => Some(Value::Bool(it)),
        (Json::Number(it), ColumnType::Float) => it.as_f64().map(Value::Float),
        (Json::Number(it), ColumnType::Int) => {
            it.as_i64().or_else(|| whole(it.as_f64()?)).map(Value::Int)
        }
        (Json::String(it), ColumnType::Bytes) => URL_SAFE_NO_PAD.decode(it).ok().map(Value::Bytes),
        // No store of ours keeps a NUL in text; PostgreSQL refuses it.
        (Json::String(it), ColumnType::Text) if !it.contains('\0') => Some(Value::Text(it)),
        (Json::String(it), ColumnType::Time) => it.parse::<Timestamp>().ok().map(Value::Time),
        (Json::String(it), ColumnType::Uuid) => Uuid::try_parse(&it).ok().map(Value::Uuid),
        (it, ColumnType::Json) => Some(Value::Json(it.to_string())),
        _ => None,
    };
    value.ok_or(WireError::expected(kind))
}

/// A whole number that was written as `3.0` or `3e2`: JSON knows one kind of number (RFC 8259 §6), and
/// JSON Schema calls these integers. Near 2^53 it might be another than was written, as the parser may be
/// off in the last places; up to 2^48 those are far behind the point.
#[allow(clippy::cast_possible_truncation, reason = "it is whole, and in range")]
fn whole(number: f64) -> Option<i64> {
    const LIMIT: f64 = 281_474_976_710_656.0;
    (number.fract() == 0.0 && number.abs() < LIMIT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        let read = |text: &str| {
            let json = serde_json::from_str(text).expect("JSON");
            from_json(json, ColumnType::Int).ok()
        };
        for (text, number) in [
            ("3", 3),
            ("3.0", 3),
            ("-3e2", -300),
            ("-0.0", 0),
            ("281474976710655.0", 281_474_976_710_655),
            ("-281474976710655.000", -281_474_976_710_655),
            ("9223372036854775807", i64::MAX),
        ] {
            assert_eq!(read(text), Some(Value::Int(number)), "{text}");
        }
        for text in ["3.5", "281474976710656.0", "-1e300", "9223372036854775808", "true", "\"3\""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
