//! Small values and counters.

use std::time::Duration;

use super::{Database, Ending, Query, reader::Reader};
use crate::{
    store::StoreError,
    time::Timestamp,
    value::{ColumnType, Row, Value},
};

pub(in crate::store) async fn get(
    database: &dyn Database,
    key: &str,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, StoreError> {
    let query = Query::new(GET, vec![text(key), time(now)]).giving(&[ColumnType::Bytes]);
    first_value(database.read(query).await?)
}

pub(in crate::store) async fn set(
    database: &dyn Database,
    key: &str,
    value: &[u8],
    until: Timestamp,
) -> Result<(), StoreError> {
    let arguments = vec![text(key), Value::Bytes(value.to_owned()), time(until)];
    database.write(Query::new(SET, arguments)).await.map(drop)
}

pub(in crate::store) async fn set_new(
    database: &dyn Database,
    key: &str,
    value: &[u8],
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let arguments = vec![text(key), Value::Bytes(value.to_owned()), time(until), time(now)];
    Ok(!database.write(Query::new(SET_NEW, arguments)).await?.is_empty())
}

pub(in crate::store) async fn take(
    database: &dyn Database,
    key: &str,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, StoreError> {
    let query = Query::new(TAKE, vec![text(key), time(now)]).giving(&[ColumnType::Bytes]);
    first_value(database.write(query).await?)
}

pub(in crate::store) async fn count(
    database: &dyn Database,
    key: &str,
    by: u32,
    now: Timestamp,
    window: Duration,
) -> Result<u64, StoreError> {
    let arguments = vec![text(key), Value::Int(by.into()), time(now + window), time(now)];
    let rows = database.write(Query::new(COUNT, arguments).giving(&[ColumnType::Int])).await?;
    let row = rows.into_iter().next();
    let row = row.ok_or_else(|| StoreError::unavailable("a counter gave nothing back"))?;
    Reader::new(row).next::<i64>("sum").map(i64::unsigned_abs)
}

pub(in crate::store) async fn remove(database: &dyn Database, key: &str) -> Result<(), StoreError> {
    let mut transaction = database.begin().await?;
    for statement in [REMOVE_VALUE, REMOVE_COUNTER] {
        transaction.run(Query::new(statement, vec![text(key)])).await?;
    }
    transaction.commit().await
}

pub(in crate::store) async fn sweep(
    database: &dyn Database,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let values = super::sweep(database, VALUES, now).await?;
    Ok(values + super::sweep(database, COUNTERS, now).await?)
}

fn first_value(rows: Vec<Row>) -> Result<Option<Vec<u8>>, StoreError> {
    rows.into_iter().next().map(|row| Reader::new(row).next("value")).transpose()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn time(time: Timestamp) -> Value {
    Value::Int(time.as_micros())
}

const GET: &str = "SELECT value FROM fastauth_key_values WHERE name = $1 AND ends_at > $2";

const SET: &str = "INSERT INTO fastauth_key_values (name, value, ends_at) VALUES ($1, $2, $3) \
    ON CONFLICT (name) DO UPDATE SET value = excluded.value, ends_at = excluded.ends_at";

const SET_NEW: &str = "INSERT INTO fastauth_key_values (name, value, ends_at) VALUES ($1, $2, $3) \
    ON CONFLICT (name) DO UPDATE SET value = excluded.value, ends_at = excluded.ends_at \
    WHERE fastauth_key_values.ends_at <= $4 RETURNING 1";

const TAKE: &str =
    "DELETE FROM fastauth_key_values WHERE name = $1 AND ends_at > $2 RETURNING value";

const COUNT: &str = "INSERT INTO fastauth_counters (name, sum, ends_at) VALUES ($1, $2, $3) \
    ON CONFLICT (name) DO UPDATE SET \
    sum = excluded.sum + CASE WHEN fastauth_counters.ends_at > $4 \
        THEN fastauth_counters.sum ELSE 0 END, \
    ends_at = CASE WHEN fastauth_counters.ends_at > $4 \
        THEN fastauth_counters.ends_at ELSE excluded.ends_at END \
    RETURNING sum";

const REMOVE_VALUE: &str = "DELETE FROM fastauth_key_values WHERE name = $1";

const REMOVE_COUNTER: &str = "DELETE FROM fastauth_counters WHERE name = $1";

const VALUES: Ending = Ending { table: "fastauth_key_values", key: "name", at: "ends_at" };

const COUNTERS: Ending = Ending { table: "fastauth_counters", key: "name", at: "ends_at" };
