//! Values as PostgreSQL keeps them.

use std::str;

use sqlx::{
    Encode, Row as _, Type, TypeInfo, ValueRef,
    encode::IsNull,
    error::BoxDynError,
    postgres::{
        PgArgumentBuffer, PgArguments, PgRow, PgTypeInfo, PgTypeKind, PgValueRef, Postgres,
        types::Oid,
    },
};
use uuid::Uuid;

use super::error::store_error;
use crate::{
    store::StoreError,
    time::Timestamp,
    value::{ColumnError, ColumnType, Row, Value},
};

/// The arguments of a statement.
pub(super) fn arguments(values: &[Value]) -> Result<PgArguments, sqlx::Error> {
    use sqlx::Arguments;
    let mut arguments = PgArguments::default();
    for value in values {
        arguments.add(Argument(value)).map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// A value without a type, in the form the statement expects at its place.
struct Argument<'a>(&'a Value);

impl Type<Postgres> for Argument<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl Encode<'_, Postgres> for Argument<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        match self.0 {
            Value::Bool(it) => buffer.push(u8::from(*it)),
            Value::Bytes(it) => buffer.extend_from_slice(it),
            Value::Float(it) => buffer.extend_from_slice(&it.to_be_bytes()),
            Value::Int(it) => buffer.extend_from_slice(&it.to_be_bytes()),
            Value::Json(it) | Value::Text(it) => buffer.extend_from_slice(it.as_bytes()),
            Value::Null => return Ok(IsNull::Yes),
            Value::Time(it) => {
                let micros = it.as_micros().checked_sub(EPOCH).ok_or("a time out of range")?;
                buffer.extend_from_slice(&micros.to_be_bytes());
            }
            Value::Uuid(it) => buffer.extend_from_slice(it.as_bytes()),
        }
        Ok(IsNull::No)
    }
}

/// Reads the columns of rows.
pub(super) fn rows(rows: &[PgRow], columns: &[ColumnType]) -> Result<Vec<Row>, StoreError> {
    rows.iter().map(|row| read(row, columns)).collect()
}

fn read(row: &PgRow, columns: &[ColumnType]) -> Result<Row, StoreError> {
    let value = |(index, kind): (usize, &ColumnType)| {
        let raw = row.try_get_raw(index).map_err(store_error)?;
        read_value(&raw, *kind).map_err(|error| {
            // The specification's names live as long as the program; those of a row do not.
            let name = row.columns().get(index).map_or("", sqlx::Column::name);
            StoreError::Corrupt(ColumnError::new(format!("column `{name}`: {error}")))
        })
    };
    columns.iter().enumerate().map(value).collect::<Result<_, _>>().map(Row::new)
}

/// Reads one value by the type its column has.
fn read_value(raw: &PgValueRef<'_>, kind: ColumnType) -> Result<Value, BoxDynError> {
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let declared = raw.type_info();
    let bytes = raw.as_bytes()?;
    let value = match (kind, declared.name()) {
        (ColumnType::Bool, "BOOL") => Some(Value::Bool(bytes == [1])),
        (ColumnType::Bytes, "BYTEA") => Some(Value::Bytes(bytes.to_vec())),
        (ColumnType::Float, "FLOAT4") => {
            bytes.try_into().ok().map(|it| Value::Float(f32::from_be_bytes(it).into()))
        }
        (ColumnType::Float, "FLOAT8") => {
            bytes.try_into().ok().map(|it| Value::Float(f64::from_be_bytes(it)))
        }
        (ColumnType::Int, "INT2" | "INT4" | "INT8") => int(bytes).map(Value::Int),
        (ColumnType::Json, "JSONB") => match bytes {
            [1, text @ ..] => Some(Value::Json(str::from_utf8(text)?.to_owned())),
            _ => None,
        },
        (ColumnType::Json, "JSON" | "TEXT" | "VARCHAR") => {
            Some(Value::Json(str::from_utf8(bytes)?.to_owned()))
        }
        // It is filled up with spaces that are no part of it.
        (ColumnType::Text, "CHAR") => {
            Some(Value::Text(str::from_utf8(bytes)?.trim_end_matches(' ').to_owned()))
        }
        (ColumnType::Text, name) if is_text(name, declared.kind()) => {
            Some(Value::Text(str::from_utf8(bytes)?.to_owned()))
        }
        // One without a zone is in UTC.
        (ColumnType::Time, "TIMESTAMP" | "TIMESTAMPTZ") => int(bytes).and_then(time),
        (ColumnType::Uuid, "UUID") => Uuid::from_slice(bytes).ok().map(Value::Uuid),
        (ColumnType::Uuid, "CHAR" | "TEXT" | "VARCHAR") => {
            Uuid::try_parse_ascii(bytes.trim_ascii_end()).ok().map(Value::Uuid)
        }
        _ => None,
    };
    value.ok_or_else(|| format!("expected {kind:?}").into())
}

fn is_text(name: &str, kind: &PgTypeKind) -> bool {
    matches!(name, "NAME" | "TEXT" | "VARCHAR")
        || matches!(kind, PgTypeKind::Enum(_))
        || name.eq_ignore_ascii_case("citext")
}

fn int(bytes: &[u8]) -> Option<i64> {
    match bytes.len() {
        2 => bytes.try_into().ok().map(|it| i16::from_be_bytes(it).into()),
        4 => bytes.try_into().ok().map(|it| i32::from_be_bytes(it).into()),
        _ => bytes.try_into().ok().map(i64::from_be_bytes),
    }
}

/// From microseconds since 2000; nothing of what PostgreSQL calls infinite.
fn time(micros: i64) -> Option<Value> {
    let is_finite = micros != i64::MIN && micros != i64::MAX;
    let micros = micros.checked_add(EPOCH).filter(|_| is_finite)?;
    Some(Value::Time(Timestamp::from_micros(micros)))
}

/// The microseconds from 1970 to 2000, from which PostgreSQL counts.
const EPOCH: i64 = 946_684_800_000_000;
