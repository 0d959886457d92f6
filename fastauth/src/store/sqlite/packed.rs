//! Many rows as one value.
//!
//! The driver has a thread of its own for a connection, which hands over each row and copies each value:
//! that costs more than to find them. So where many rows are found, SQLite itself writes them into one
//! text, as JSON.

use serde_json::Value as Json;
use uuid::Uuid;

use super::value::read_time;
use crate::{
    store::StoreError,
    value::{ColumnError, ColumnType, Row, Value},
};

/// The expression that gathers these columns of all rows. None where JSON would not bring a value back
/// as it was: it keeps fewer digits than a number with a fraction has; or where there are more than a
/// function takes.
pub(super) fn expression(columns: &[(String, ColumnType)]) -> Option<String> {
    let has_fractions = columns.iter().any(|(_, kind)| *kind == ColumnType::Float);
    if has_fractions || columns.len() > MOST {
        return None;
    }
    let columns: Vec<_> = columns.iter().map(|(name, kind)| written(name, *kind)).collect();
    Some(format!("json_group_array(json_array({}))", columns.join(", ")))
}

/// SQLite's usual limit is 127.
const MOST: usize = 100;

/// A column as JSON can hold it. What is stored decides, not what was declared: what is of another kind
/// than expected must still be so when it is read.
fn written(name: &str, kind: ColumnType) -> String {
    match kind {
        ColumnType::Bytes => {
            format!(
                "CASE typeof({name}) WHEN 'blob' THEN hex({name}) WHEN 'null' THEN NULL ELSE 0 END"
            )
        }
        ColumnType::Uuid => {
            format!("CASE typeof({name}) WHEN 'blob' THEN hex({name}) ELSE {name} END")
        }
        _ => name.to_owned(),
    }
}

/// Reads what the expression gave for columns of these kinds.
pub(super) fn read(text: &str, columns: &[ColumnType]) -> Result<Vec<Row>, StoreError> {
    let rows: Vec<Vec<Json>> = serde_json::from_str(text).map_err(|_| unread())?;
    rows.into_iter().map(|row| read_row(row, columns).ok_or_else(unread)).collect()
}

fn read_row(row: Vec<Json>, columns: &[ColumnType]) -> Option<Row> {
    let is_whole = row.len() == columns.len();
    let values = row.into_iter().zip(columns).map(|(value, kind)| read_value(value, *kind));
    values.collect::<Option<_>>().filter(|_| is_whole).map(Row::new)
}

fn read_value(value: Json, kind: ColumnType) -> Option<Value> {
    match (kind, value) {
        (_, Json::Null) => Some(Value::Null),
        (ColumnType::Bool, Json::Number(it)) => match it.as_i64() {
            Some(0) => Some(Value::Bool(false)),
            Some(1) => Some(Value::Bool(true)),
            _ => None,
        },
        (ColumnType::Bytes, Json::String(it)) => bytes(&it).map(Value::Bytes),
        (ColumnType::Int, Json::Number(it)) => it.as_i64().map(Value::Int),
        (ColumnType::Json, Json::String(it)) => Some(Value::Json(it)),
        // A column declared `JSON` turns a document that is a number into one.
        (ColumnType::Json, Json::Number(it)) => it.as_i64().map(|it| Value::Json(it.to_string())),
        (ColumnType::Text, Json::String(it)) => Some(Value::Text(it)),
        (ColumnType::Time, Json::String(it)) => read_time(&it).map(Value::Time),
        (ColumnType::Uuid, Json::String(it)) => Uuid::try_parse(&it).ok().map(Value::Uuid),
        _ => None,
    }
}

/// What `hex` wrote.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digit = |digit: &u8| char::from(*digit).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let pairs = digits.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    });
    pairs.collect()
}

fn unread() -> StoreError {
    StoreError::Corrupt(ColumnError::new("one of several rows is not what was expected"))
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection, SqliteConnection, query, query_scalar};

    use super::*;
    use crate::time::Timestamp;

    /// What comes of these literals, as columns of these kinds.
    async fn packed(rows: &[&[&str]], columns: &[ColumnType]) -> Result<Vec<Row>, StoreError> {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let names: Vec<_> = (0..columns.len()).map(|number| format!("c{number}")).collect();
        let table = format!("CREATE TABLE t ({})", names.join(", "));
        query(sqlx::AssertSqlSafe(table)).execute(&mut connection).await.unwrap();
        for row in rows {
            let insert = format!("INSERT INTO t VALUES ({})", row.join(", "));
            query(sqlx::AssertSqlSafe(insert)).execute(&mut connection).await.unwrap();
        }
        let columns_of: Vec<_> = names.into_iter().zip(columns.iter().copied()).collect();
        let select = format!("SELECT {} FROM t", expression(&columns_of).unwrap());
        let text: String =
            query_scalar(sqlx::AssertSqlSafe(select)).fetch_one(&mut connection).await.unwrap();
        read(&text, columns)
    }

    #[tokio::test]
    async fn what_is_packed_comes_back_as_it_was() {
        use ColumnType::{Bool, Bytes, Int, Json, Text, Time, Uuid as Id};
        let columns = [Bool, Bytes, Int, Json, Text, Time, Id, Id];
        let first: &[&str] = &[
            "1",
            "x'00ff10'",
            "-9223372036854775808",
            r#"'{"a":"\"\\"}'"#,
            "'\"quoted\", ''single'', \\, ' || char(0, 1, 10, 127, 8232, 128512)",
            "'2027-01-15T08:00:00.000001Z'",
            "'0198c0de-0000-7000-8000-000000000001'",
            "x'0198c0de000070008000000000000001'",
        ];
        let second: &[&str] =
            &["0", "x''", "9223372036854775807", "17", "''", "NULL", "NULL", "NULL"];
        let found = packed(&[first, second], &columns).await.unwrap();
        let id = Value::Uuid("0198c0de-0000-7000-8000-000000000001".parse().unwrap());
        let [first, second] = <[Row; 2]>::try_from(found).unwrap().map(Row::into_values);
        assert_eq!(
            first,
            [
                Value::Bool(true),
                Value::Bytes(vec![0, 255, 16]),
                Value::Int(i64::MIN),
                Value::Json(r#"{"a":"\"\\"}"#.to_owned()),
                Value::Text(
                    "\"quoted\", 'single', \\, \0\u{1}\n\u{7f}\u{2028}\u{1f600}".to_owned()
                ),
                Value::Time(Timestamp::from_micros(1_800_000_000_000_001)),
                id.clone(),
                id,
            ]
        );
        let null = || Value::Null;
        assert_eq!(
            second,
            [
                Value::Bool(false),
                Value::Bytes(Vec::new()),
                Value::Int(i64::MAX),
                Value::Json("17".to_owned()),
                Value::Text(String::new()),
                null(),
                null(),
                null(),
            ]
        );
        assert_eq!(packed(&[], &columns).await.unwrap().len(), 0);
    }

    #[tokio::test]
    async fn what_is_of_another_kind_is_read_by_nobody() {
        use ColumnType::{Bool, Bytes, Int, Json, Text, Time, Uuid as Id};
        for (literal, kind) in [
            ("2", Bool),
            ("'1'", Bool),
            ("'00ff'", Bytes),
            ("1", Bytes),
            ("1.5", Int),
            ("'1'", Int),
            ("1.5", Json),
            ("1", Text),
            ("1.5", Text),
            ("'yesterday'", Time),
            ("1", Time),
            ("'nobody'", Id),
            ("x'01'", Id),
            ("1", Id),
        ] {
            let found = packed(&[&[literal]], &[kind]).await;
            assert!(
                matches!(found, Err(StoreError::Corrupt(_))),
                "{literal} as {kind:?}: {found:?}"
            );
        }
    }

    #[test]
    fn fractions_come_in_rows() {
        assert_eq!(expression(&[("c".to_owned(), ColumnType::Float)]), None);
    }
}
