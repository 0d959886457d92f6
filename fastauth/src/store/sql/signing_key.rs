//! The keys that sign tokens.

use std::time::Duration;

use super::{Database, Query, micros, reader::Reader};
use crate::{
    store::{StoreError, StoredKey},
    value::{ColumnType, Value},
};

pub(in crate::store) async fn list(
    database: &dyn Database,
    realm: &str,
) -> Result<Vec<StoredKey>, StoreError> {
    let query = Query::new(LIST, vec![Value::Text(realm.to_owned())]).giving(KEY);
    let rows = database.read(query).await?;
    let read = |row| {
        let mut row = Reader::new(row);
        Ok(StoredKey {
            realm: realm.to_owned(),
            generation: row.next("generation")?,
            algorithm: row.next("algorithm")?,
            created_at: row.time("created_at")?,
            signs_from: row.time("signs_from")?,
            verifies_for: row.duration("verifies_for")?,
            sealed: row.next("sealed")?,
        })
    };
    rows.into_iter().map(read).collect()
}

pub(in crate::store) async fn add(
    database: &dyn Database,
    key: &StoredKey,
) -> Result<bool, StoreError> {
    let arguments = vec![
        Value::Text(key.realm.clone()),
        Value::Int(key.generation),
        Value::Text(key.algorithm.clone()),
        Value::Int(key.created_at.as_micros()),
        Value::Int(key.signs_from.as_micros()),
        micros(key.verifies_for),
        Value::Bytes(key.sealed.clone()),
    ];
    Ok(!database.write(Query::new(ADD, arguments)).await?.is_empty())
}

pub(in crate::store) async fn prolong(
    database: &dyn Database,
    (realm, generation): (&str, i64),
    verifies_for: Duration,
) -> Result<bool, StoreError> {
    let arguments =
        vec![Value::Text(realm.to_owned()), Value::Int(generation), micros(verifies_for)];
    Ok(!database.write(Query::new(PROLONG, arguments)).await?.is_empty())
}

pub(in crate::store) async fn remove(
    database: &dyn Database,
    realm: &str,
    generation: i64,
) -> Result<bool, StoreError> {
    let arguments = vec![Value::Text(realm.to_owned()), Value::Int(generation)];
    Ok(!database.write(Query::new(REMOVE, arguments)).await?.is_empty())
}

const KEY: &[ColumnType] = &[
    ColumnType::Int,
    ColumnType::Text,
    ColumnType::Int,
    ColumnType::Int,
    ColumnType::Int,
    ColumnType::Bytes,
];

const LIST: &str = "SELECT generation, algorithm, created_at, signs_from, verifies_for, sealed \
    FROM fastauth_signing_keys WHERE realm = $1 ORDER BY generation";

/// Whoever comes late with a generation that was there and is gone adds nothing.
const ADD: &str = "INSERT INTO fastauth_signing_keys \
    (realm, generation, algorithm, created_at, signs_from, verifies_for, sealed) \
    SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS \
    (SELECT 1 FROM fastauth_signing_keys WHERE realm = $1 AND generation >= $2) \
    ON CONFLICT (realm, generation) DO NOTHING RETURNING 1";

const PROLONG: &str = "UPDATE fastauth_signing_keys SET verifies_for = $3 \
    WHERE realm = $1 AND generation = $2 AND verifies_for < $3 RETURNING 1";

const REMOVE: &str =
    "DELETE FROM fastauth_signing_keys WHERE realm = $1 AND generation = $2 RETURNING 1";
