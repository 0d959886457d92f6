//! Values as SQLite keeps them.

use sqlx::{
    Decode, Row as _, TypeInfo, ValueRef,
    error::BoxDynError,
    sqlite::{Sqlite, SqliteArguments, SqliteRow, SqliteValueRef},
};
use uuid::Uuid;

use crate::{
    store::StoreError,
    time::Timestamp,
    value::{ColumnError, ColumnType, Row, Value},
};

/// Adds one argument.
pub(super) fn bind(arguments: &mut SqliteArguments, value: Value) -> Result<(), BoxDynError> {
    use sqlx::Arguments;
    match value {
        Value::Bool(it) => arguments.add(it),
        Value::Bytes(it) => arguments.add(it),
        Value::Float(it) => arguments.add(it),
        Value::Int(it) => arguments.add(it),
        Value::Json(it) | Value::Text(it) => arguments.add(it),
        Value::Null => arguments.add(None::<i64>),
        Value::Time(it) => arguments.add(time_text(it)),
        Value::Uuid(it) => arguments.add(it.to_string()),
    }
}

/// Reads the columns of a row.
pub(super) fn read(row: &SqliteRow, columns: &[ColumnType]) -> Result<Row, StoreError> {
    let value = |(index, kind): (usize, &ColumnType)| {
        let raw = row.try_get_raw(index).map_err(super::error::store_error)?;
        read_value(raw, *kind).map_err(|error| {
            // The specification's names live as long as the program; those of a row do not.
            let name = row.columns().get(index).map_or("", sqlx::Column::name);
            StoreError::Corrupt(ColumnError::new(format!("column `{name}`: {error}")))
        })
    };
    columns.iter().enumerate().map(value).collect::<Result<_, _>>().map(Row::new)
}

/// Reads one value. What is stored decides, not what the column was declared as.
fn read_value(raw: SqliteValueRef<'_>, kind: ColumnType) -> Result<Value, BoxDynError> {
    let stored = Stored::read(raw)?;
    let value = match (kind, stored) {
        (_, Stored::Null) => Some(Value::Null),
        (ColumnType::Bool, Stored::Int(0)) => Some(Value::Bool(false)),
        (ColumnType::Bool, Stored::Int(1)) => Some(Value::Bool(true)),
        (ColumnType::Bytes, Stored::Bytes(it)) => Some(Value::Bytes(it)),
        (ColumnType::Float, Stored::Float(it)) => Some(Value::Float(it)),
        #[allow(clippy::cast_precision_loss, reason = "SQLite stored a whole float as an integer")]
        (ColumnType::Float, Stored::Int(it)) => Some(Value::Float(it as f64)),
        (ColumnType::Int, Stored::Int(it)) => Some(Value::Int(it)),
        (ColumnType::Json, Stored::Text(it)) => Some(Value::Json(it)),
        // A column declared `JSON` turns a document that is a number into one.
        (ColumnType::Json, Stored::Int(it)) => Some(Value::Json(it.to_string())),
        (ColumnType::Json, Stored::Float(it)) => Some(Value::Json(it.to_string())),
        (ColumnType::Text, Stored::Text(it)) => Some(Value::Text(it)),
        (ColumnType::Time, Stored::Text(it)) => read_time(&it).map(Value::Time),
        (ColumnType::Uuid, Stored::Text(it)) => Uuid::try_parse(&it).ok().map(Value::Uuid),
        (ColumnType::Uuid, Stored::Bytes(it)) => Uuid::from_slice(&it).ok().map(Value::Uuid),
        _ => None,
    };
    value.ok_or_else(|| format!("expected {kind:?}").into())
}

/// What SQLite holds.
enum Stored {
    Bytes(Vec<u8>),
    Float(f64),
    Int(i64),
    Null,
    Text(String),
}

impl Stored {
    fn read(raw: SqliteValueRef<'_>) -> Result<Self, BoxDynError> {
        if raw.is_null() {
            return Ok(Self::Null);
        }
        let kind = raw.type_info();
        match kind.name() {
            "BLOB" => decode(raw).map(Self::Bytes),
            "INTEGER" => decode(raw).map(Self::Int),
            "REAL" => decode(raw).map(Self::Float),
            _ => decode(raw).map(Self::Text),
        }
    }
}

fn decode<'r, T: Decode<'r, Sqlite>>(raw: SqliteValueRef<'r>) -> Result<T, BoxDynError> {
    T::decode(raw)
}

/// RFC 3339 in UTC, always with microseconds, so that the order of texts is that of times.
pub(super) fn time_text(time: Timestamp) -> String {
    let text = time.to_string();
    let text = text.trim_end_matches('Z');
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{seconds}.{fraction:0<6}Z")
}

/// Reads RFC 3339, and what SQLite itself writes: `2026-01-31 12:30:00`, in UTC.
pub(super) fn read_time(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once(['T', ' '])?;
    let has_offset = time.contains(['Z', '+', '-']);
    format!("{date}T{time}{}", if has_offset { "" } else { "Z" }).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{read_time, time_text};
    use crate::time::Timestamp;

    #[test]
    fn times_of_one_length_sort_as_text() {
        let micros = [-1, 0, 1, 999_999, 1_000_000, 1_500_000, 4_291_747_200_000_000];
        let texts = micros.map(|micros| time_text(Timestamp::from_micros(micros)));
        assert!(texts.is_sorted(), "{texts:?}");
        assert_eq!(texts[5], "1970-01-01T00:00:01.500000Z");
        for (text, micros) in texts.iter().zip(micros) {
            assert_eq!(read_time(text), Some(Timestamp::from_micros(micros)), "{text}");
        }
    }

    #[test]
    fn times_are_read_as_sqlite_writes_them() {
        let at = Some(Timestamp::from_secs(1_769_862_600));
        assert_eq!(read_time("2026-01-31 12:30:00"), at);
        assert_eq!(read_time("2026-01-31 12:30:00.000000"), at);
        assert_eq!(read_time("2026-01-31 13:30:00+01:00"), at);
        assert_eq!(read_time("2026-01-31T12:30:00Z"), at);
        assert_eq!(read_time("2026-01-31"), None);
        assert_eq!(read_time("yesterday at noon"), None);
        assert_eq!(read_time(""), None);
    }
}
