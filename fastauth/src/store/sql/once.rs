//! One-time tokens.

use super::{Database, Ending, Query, Transaction, reader::Reader};
use crate::{
    secret::Digest,
    store::{OneTimeToken, Owner, Purpose, StoreError},
    time::Timestamp,
    value::{ColumnType, Row, Value},
};

pub(in crate::store) async fn put(
    database: &dyn Database,
    token: &OneTimeToken,
) -> Result<(), StoreError> {
    database.write(Query::new(PUT, values(token))).await.map(drop)
}

/// The values of a new row, in the order of [`NEW`].
pub(super) fn values(token: &OneTimeToken) -> Vec<Value> {
    vec![
        Value::Text(token.owner.realm.clone()),
        Value::Text(token.owner.user_id.clone()),
        Value::Text(token.purpose.as_str().to_owned()),
        Value::Bytes(token.digest.as_bytes().to_vec()),
        Value::Text(token.target.clone()),
        Value::Int(token.expires_at.as_micros()),
    ]
}

pub(in crate::store) async fn find(
    database: &dyn Database,
    digest: &Digest,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<OneTimeToken>, StoreError> {
    let query = Query::new(FIND, of_a_purpose(digest, purpose, now)).giving(FOUND);
    first(database.read(query).await?, digest, purpose)
}

pub(in crate::store) async fn consume(
    database: &dyn Database,
    digest: &Digest,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<OneTimeToken>, StoreError> {
    let query = Query::new(CONSUME, of_a_purpose(digest, purpose, now)).giving(FOUND);
    first(database.write(query).await?, digest, purpose)
}

/// Takes a token together with other changes; `false` where it is gone.
pub(super) async fn consume_within(
    transaction: &mut dyn Transaction,
    digest: &Digest,
    purpose: Purpose,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = Query::new(CONSUME, of_a_purpose(digest, purpose, now)).giving(FOUND);
    Ok(!transaction.run(query).await?.is_empty())
}

pub(in crate::store) async fn forget(
    database: &dyn Database,
    owner: &Owner,
    purpose: Option<Purpose>,
) -> Result<(), StoreError> {
    let query = match purpose {
        Some(purpose) => {
            let mut arguments = owner_arguments(owner);
            arguments.push(Value::Text(purpose.as_str().to_owned()));
            Query::new(FORGET, arguments)
        }
        None => Query::new(FORGET_ALL, owner_arguments(owner)),
    };
    database.write(query).await.map(drop)
}

/// Forgets all tokens of this owner together with other changes.
pub(super) async fn forget_all_within(
    transaction: &mut dyn Transaction,
    owner: &Owner,
) -> Result<(), StoreError> {
    transaction.run(Query::new(FORGET_ALL, owner_arguments(owner))).await.map(drop)
}

pub(in crate::store) async fn sweep(
    database: &dyn Database,
    now: Timestamp,
) -> Result<u64, StoreError> {
    super::sweep(database, ENDING, now).await
}

fn owner_arguments(owner: &Owner) -> Vec<Value> {
    vec![Value::Text(owner.realm.clone()), Value::Text(owner.user_id.clone())]
}

fn of_a_purpose(digest: &Digest, purpose: Purpose, now: Timestamp) -> Vec<Value> {
    vec![
        Value::Bytes(digest.as_bytes().to_vec()),
        Value::Text(purpose.as_str().to_owned()),
        Value::Int(now.as_micros()),
    ]
}

fn first(
    rows: Vec<Row>,
    digest: &Digest,
    purpose: Purpose,
) -> Result<Option<OneTimeToken>, StoreError> {
    rows.into_iter().next().map(|row| read(row, *digest, purpose)).transpose()
}

fn read(row: Row, digest: Digest, purpose: Purpose) -> Result<OneTimeToken, StoreError> {
    let mut row = Reader::new(row);
    Ok(OneTimeToken {
        digest,
        purpose,
        owner: Owner { realm: row.next("realm")?, user_id: row.next("user_id")? },
        target: row.next("target")?,
        expires_at: row.time("expires_at")?,
    })
}

macro_rules! insert {
    () => {
        "INSERT INTO fastauth_one_time_tokens \
        (realm, user_id, purpose, digest, target, expires_at)"
    };
}

macro_rules! values {
    () => {
        "$1, $2, $3, $4, $5, $6"
    };
}

/// One row for each owner and purpose, so that a newer token takes the place of the older.
macro_rules! replace {
    () => {
        " ON CONFLICT (realm, user_id, purpose) DO UPDATE SET digest = excluded.digest, \
        target = excluded.target, expires_at = excluded.expires_at"
    };
}

/// Where a new row goes, its values without the word before them, and what becomes of an older one.
pub(super) const NEW: (&str, &str, &str) = (insert!(), values!(), replace!());

const PUT: &str = concat!(insert!(), " VALUES (", values!(), ")", replace!());

const FIND: &str = "SELECT realm, user_id, target, expires_at FROM fastauth_one_time_tokens \
    WHERE digest = $1 AND purpose = $2 AND expires_at > $3";

/// Taken by the statement that finds it (ASVS 6.5.1).
const CONSUME: &str = "DELETE FROM fastauth_one_time_tokens \
    WHERE digest = $1 AND purpose = $2 AND expires_at > $3 \
    RETURNING realm, user_id, target, expires_at";

const FOUND: &[ColumnType] =
    &[ColumnType::Text, ColumnType::Text, ColumnType::Text, ColumnType::Int];

const FORGET: &str = "DELETE FROM fastauth_one_time_tokens \
    WHERE realm = $1 AND user_id = $2 AND purpose = $3";

const FORGET_ALL: &str = "DELETE FROM fastauth_one_time_tokens WHERE realm = $1 AND user_id = $2";

const ENDING: Ending =
    Ending { table: "fastauth_one_time_tokens", key: "digest", at: "expires_at" };
