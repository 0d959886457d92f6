//! Sessions, and the rotation of their refresh tokens.

use std::{borrow::Cow, time::Duration};

use serde_json::Value as Json;

use super::{Database, Ending, Query, Transaction, reader::Reader};
use crate::{
    access::Scopes,
    secret::Digest,
    store::{
        Owner, Rotation, RotationOutcome, Session, SessionId, StoreError,
        refresh::{Parent, Verdict, judge},
    },
    time::Timestamp,
    value::{ColumnError, ColumnType, Row, Value},
};

pub(in crate::store) async fn create(
    database: &dyn Database,
    session: &Session,
) -> Result<(), StoreError> {
    database.write(Query::new(CREATE, values(session))).await.map(drop)
}

/// The values of a new row, in the order of [`NEW`].
pub(super) fn values(session: &Session) -> Vec<Value> {
    let optional = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
    vec![
        id_value(session.id),
        Value::Text(session.owner.realm.clone()),
        Value::Text(session.owner.user_id.clone()),
        Value::Text(session.provider.clone()),
        time(session.created_at),
        time(session.last_used_at),
        time(session.authenticated_at),
        time(session.idle_until),
        time(session.expires_at),
        Value::Bool(session.remember),
        optional(&session.ip),
        optional(&session.user_agent),
        Value::Json(Json::Object(session.data.clone()).to_string()),
        session.credential.as_ref().map_or(Value::Null, digest_value),
        optional(&session.scopes.as_ref().map(ToString::to_string)),
        time(session.idle_until.min(session.expires_at)),
    ]
}

pub(in crate::store) async fn find(
    database: &dyn Database,
    id: SessionId,
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    let query = Query::new(FIND, vec![id_value(id), time(now)]).giving(SESSION);
    first_session(database.read(query).await?)
}

pub(in crate::store) async fn would_rotate(
    database: &dyn Database,
    rotation: &Rotation,
) -> Result<Option<Session>, StoreError> {
    let rows = database.read(find_with_parent(rotation, "")).await?;
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    let (session, before) = read_with_parent(row)?;
    Ok((judge(&session, before.as_ref(), rotation) != Verdict::Reuse).then_some(session))
}

pub(in crate::store) async fn rotate(
    database: &dyn Database,
    rotation: &Rotation,
) -> Result<RotationOutcome, StoreError> {
    // The usual case is one statement. It alone makes a child current, whatever races (BCP §4.14).
    if let Some(session) = first_session(database.write(advance(rotation)).await?)? {
        return Ok(RotationOutcome::Rotated(session));
    }
    let mut transaction = database.begin().await?;
    let found = find_with_parent(rotation, database.dialect().for_update());
    let rows = transaction.run(found).await?;
    let Some(row) = rows.into_iter().next() else { return Ok(RotationOutcome::Gone) };
    let (session, before) = read_with_parent(row)?;
    match judge(&session, before.as_ref(), rotation) {
        Verdict::Replay => Ok(RotationOutcome::Replayed(session)),
        Verdict::Reuse => {
            transaction.run(Query::new(END, vec![id_value(session.id)])).await?;
            transaction.commit().await?;
            Ok(RotationOutcome::Reused(session))
        }
        Verdict::Rotate => {
            let rotated = first_session(transaction.run(advance(rotation)).await?)?;
            transaction.commit().await?;
            Ok(rotated.map_or(RotationOutcome::Gone, RotationOutcome::Rotated))
        }
    }
}

pub(in crate::store) async fn touch(
    database: &dyn Database,
    id: SessionId,
    now: Timestamp,
    idle: Duration,
) -> Result<bool, StoreError> {
    let query = Query::new(TOUCH, vec![id_value(id), time(now), time(now + idle)]);
    Ok(!database.write(query).await?.is_empty())
}

pub(in crate::store) async fn reauthenticate(
    database: &dyn Database,
    id: SessionId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = Query::new(REAUTHENTICATE, vec![id_value(id), time(now)]);
    Ok(!database.write(query).await?.is_empty())
}

pub(in crate::store) async fn end(
    database: &dyn Database,
    owner: &Owner,
    id: SessionId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut arguments = owner_values(owner);
    arguments.extend([id_value(id), time(now)]);
    Ok(!database.write(Query::new(END_THEIRS, arguments)).await?.is_empty())
}

pub(in crate::store) async fn end_all(
    database: &dyn Database,
    owner: &Owner,
    keep: Option<SessionId>,
) -> Result<u64, StoreError> {
    let ended = database.write(end_all_query(owner, keep)).await?.len();
    Ok(u64::try_from(ended).unwrap_or(u64::MAX))
}

/// Ends the owner's sessions together with other changes.
pub(super) async fn end_all_within(
    transaction: &mut dyn Transaction,
    owner: &Owner,
    keep: Option<SessionId>,
) -> Result<(), StoreError> {
    transaction.run(end_all_query(owner, keep)).await.map(drop)
}

/// Whether a session lives and is theirs, and does not end before the other changes of a transaction are made.
pub(super) async fn lives_within(
    database: &dyn Database,
    transaction: &mut dyn Transaction,
    owner: &Owner,
    id: SessionId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut arguments = owner_values(owner);
    arguments.extend([id_value(id), time(now)]);
    let statement = format!("{LIVES}{}", database.dialect().for_share());
    Ok(!transaction.run(Query::new(statement, arguments)).await?.is_empty())
}

pub(in crate::store) async fn list(
    database: &dyn Database,
    owner: &Owner,
    now: Timestamp,
) -> Result<Vec<Session>, StoreError> {
    let mut arguments = owner_values(owner);
    arguments.push(time(now));
    let rows = database.read(Query::new(LIST, arguments).giving(SESSION)).await?;
    rows.into_iter().map(read).collect()
}

pub(in crate::store) async fn sweep(
    database: &dyn Database,
    now: Timestamp,
) -> Result<u64, StoreError> {
    super::sweep(database, ENDING, now).await
}

fn advance(rotation: &Rotation) -> Query {
    let arguments = vec![
        id_value(rotation.session),
        digest_value(&rotation.presented),
        digest_value(&rotation.child),
        time(rotation.now),
        time(rotation.now + rotation.idle),
    ];
    Query::new(ADVANCE, arguments).giving(SESSION)
}

fn find_with_parent(rotation: &Rotation, lock: &'static str) -> Query {
    let arguments = vec![id_value(rotation.session), time(rotation.now)];
    let text: Cow<'static, str> = match lock {
        "" => FIND_WITH_PARENT.into(),
        lock => format!("{FIND_WITH_PARENT}{lock}").into(),
    };
    Query::new(text, arguments).giving(SESSION_WITH_PARENT)
}

fn end_all_query(owner: &Owner, keep: Option<SessionId>) -> Query {
    let mut arguments = owner_values(owner);
    arguments.push(keep.map_or(Value::Null, id_value));
    Query::new(END_ALL, arguments)
}

fn first_session(rows: Vec<Row>) -> Result<Option<Session>, StoreError> {
    rows.into_iter().next().map(read).transpose()
}

/// The session of a row that begins with the columns of [`SESSION`].
pub(super) fn read(row: Row) -> Result<Session, StoreError> {
    read_from(&mut Reader::new(row))
}

fn read_with_parent(row: Row) -> Result<(Session, Option<Parent>), StoreError> {
    let mut row = Reader::new(row);
    let session = read_from(&mut row)?;
    let digest = row.optional_bytes("refresh_parent", Digest::from_slice)?;
    let rotated_at = row.next::<Option<i64>>("rotated_at")?.map(Timestamp::from_micros);
    let before = digest.zip(rotated_at);
    Ok((session, before.map(|(digest, rotated_at)| Parent { digest, rotated_at })))
}

fn read_from(row: &mut Reader) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.bytes("id", |id| id.try_into().ok().map(SessionId::from_bytes))?,
        owner: Owner { realm: row.next("realm")?, user_id: row.next("user_id")? },
        provider: row.next("provider")?,
        created_at: row.time("created_at")?,
        last_used_at: row.time("last_used_at")?,
        authenticated_at: row.time("authenticated_at")?,
        idle_until: row.time("idle_until")?,
        expires_at: row.time("expires_at")?,
        remember: row.next("remember")?,
        ip: row.next("ip")?,
        user_agent: row.next("user_agent")?,
        data: serde_json::from_str(&row.next::<String>("data")?)
            .map_err(|_| ColumnError::new("not a JSON object").in_column("data"))?,
        credential: row.optional_bytes("credential", Digest::from_slice)?,
        scopes: read_scopes(row.next("scopes")?)?,
    })
}

fn read_scopes(text: Option<String>) -> Result<Option<Scopes>, StoreError> {
    let unreadable = |_| ColumnError::new("not a list of scopes").in_column("scopes");
    Ok(text.map(|text| text.parse()).transpose().map_err(unreadable)?)
}

fn id_value(id: SessionId) -> Value {
    Value::Bytes(id.as_bytes().to_vec())
}

fn digest_value(digest: &Digest) -> Value {
    Value::Bytes(digest.as_bytes().to_vec())
}

fn owner_values(owner: &Owner) -> Vec<Value> {
    vec![Value::Text(owner.realm.clone()), Value::Text(owner.user_id.clone())]
}

fn time(time: Timestamp) -> Value {
    Value::Int(time.as_micros())
}

macro_rules! session {
    () => {
        "id, realm, user_id, provider, created_at, last_used_at, authenticated_at, idle_until, \
        expires_at, remember, ip, user_agent, data, credential, scopes"
    };
}

macro_rules! values {
    () => {
        "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16"
    };
}

/// The columns of a session, separated by `, `.
pub(super) const COLUMNS: &str = session!();

/// The kinds of these columns.
pub(super) const SESSION: &[ColumnType] = SESSION_WITH_PARENT.split_at(15).0;

const SESSION_WITH_PARENT: &[ColumnType] = &[
    ColumnType::Bytes,
    ColumnType::Text,
    ColumnType::Text,
    ColumnType::Text,
    ColumnType::Int,
    ColumnType::Int,
    ColumnType::Int,
    ColumnType::Int,
    ColumnType::Int,
    ColumnType::Bool,
    ColumnType::Text,
    ColumnType::Text,
    ColumnType::Text,
    ColumnType::Bytes,
    ColumnType::Text,
    ColumnType::Bytes,
    ColumnType::Int,
];

macro_rules! insert {
    () => {
        concat!("INSERT INTO fastauth_sessions (", session!(), ", ends_at)")
    };
}

/// Where a new row goes, and its values without the word before them.
pub(super) const NEW: (&str, &str) = (insert!(), values!());

const CREATE: &str = concat!(insert!(), " VALUES (", values!(), ")");

const FIND: &str =
    concat!("SELECT ", session!(), " FROM fastauth_sessions WHERE id = $1 AND ends_at > $2");

const FIND_WITH_PARENT: &str = concat!(
    "SELECT ",
    session!(),
    ", refresh_parent, rotated_at \
    FROM fastauth_sessions WHERE id = $1 AND ends_at > $2"
);

const ADVANCE: &str = concat!(
    "UPDATE fastauth_sessions SET refresh_parent = $2, credential = $3, rotated_at = $4, \
    last_used_at = $4, idle_until = CASE WHEN expires_at < $5 THEN expires_at ELSE $5 END, \
    ends_at = CASE WHEN expires_at < $5 THEN expires_at ELSE $5 END \
    WHERE id = $1 AND credential = $2 AND ends_at > $4 RETURNING ",
    session!()
);

const TOUCH: &str = "UPDATE fastauth_sessions SET last_used_at = $2, \
    idle_until = CASE WHEN expires_at < $3 THEN expires_at ELSE $3 END, \
    ends_at = CASE WHEN expires_at < $3 THEN expires_at ELSE $3 END \
    WHERE id = $1 AND ends_at > $2 RETURNING 1";

const REAUTHENTICATE: &str =
    "UPDATE fastauth_sessions SET authenticated_at = $2 WHERE id = $1 AND ends_at > $2 RETURNING 1";

const END: &str = "DELETE FROM fastauth_sessions WHERE id = $1";

const END_THEIRS: &str = "DELETE FROM fastauth_sessions \
    WHERE realm = $1 AND user_id = $2 AND id = $3 AND ends_at > $4 RETURNING 1";

const LIVES: &str = "SELECT 1 FROM fastauth_sessions \
    WHERE realm = $1 AND user_id = $2 AND id = $3 AND ends_at > $4";

const END_ALL: &str = "DELETE FROM fastauth_sessions \
    WHERE realm = $1 AND user_id = $2 AND id IS DISTINCT FROM $3 RETURNING 1";

const LIST: &str = concat!(
    "SELECT ",
    session!(),
    " FROM fastauth_sessions WHERE realm = $1 AND user_id = $2 AND ends_at > $3 \
    ORDER BY created_at DESC, id DESC"
);

const ENDING: Ending = Ending { table: "fastauth_sessions", key: "id", at: "ends_at" };
