//! What changes a user and what is kept about them together.

use super::{
    Database, Dialect, Query, Transaction, guarded::Guarded, oauth_account, once, role, session,
    statements::Statements,
};
use crate::{
    secret::PasswordHash,
    store::{Accounts, Owner, Removal, Session, SessionId, StoreError, Terms},
    time::Timestamp,
    user::UserSpec,
    value::{Column, Row, Value},
};

/// A live session and the row of its user.
pub(super) async fn session_with_user(
    database: &dyn Database,
    spec: &'static UserSpec,
    id: SessionId,
    now: Timestamp,
) -> Result<Option<(Session, Row)>, StoreError> {
    let statements = Statements::of(spec, database.dialect());
    let arguments = vec![
        Value::Bytes(id.as_bytes().to_vec()),
        Value::Int(now.as_micros()),
        Value::Text(spec.table.to_owned()),
    ];
    let query = Query::new(statements.session_with_user, arguments);
    let rows = database.read(query.giving(statements.session_and_user)).await?;
    rows.into_iter().next().map(session_and_user).transpose()
}

/// A session and its user, of one row.
pub(super) fn session_and_user(row: Row) -> Result<(Session, Row), StoreError> {
    let mut values = row.into_values();
    let user = values.split_off(session::SESSION.len().min(values.len()));
    Ok((session::read(Row::new(values))?, Row::new(user)))
}

/// Keeps a new session if its user is there with this hash.
pub(in crate::store) async fn open_session(
    database: &dyn Database,
    spec: &'static UserSpec,
    owner: &Owner,
    hash: Option<&PasswordHash>,
    session: &Session,
) -> Result<bool, StoreError> {
    let mut arguments = session::values(session);
    arguments.push(Value::Text(owner.user_id.clone()));
    if spec.password_hash.is_some() {
        arguments.push(hash.map_or(Value::Null, PasswordHash::to_value));
    }
    let statement = Statements::of(spec, database.dialect()).open_session;
    Ok(!database.write(Query::new(statement, arguments)).await?.is_empty())
}

/// Sets a new hash if the old one still stands; sessions but one, links and codes end with it.
pub(in crate::store) async fn change_password(
    database: &dyn Database,
    spec: &'static UserSpec,
    owner: &Owner,
    old: Option<&PasswordHash>,
    new: &PasswordHash,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(statement) = Statements::of(spec, database.dialect()).change_hash else {
        return Ok(false);
    };
    let mut arguments = vec![
        Value::Text(owner.user_id.clone()),
        new.to_value(),
        old.map_or(Value::Null, PasswordHash::to_value),
    ];
    arguments.extend(spec.updated_at.map(|_| Value::Time(now)));
    let mut transaction = database.begin().await?;
    if transaction.run(Query::new(statement, arguments)).await?.is_empty() {
        return Ok(false);
    }
    // The user is locked by now: whoever ends the session together with the password waits, or was first.
    if let Some(keep) = keep
        && !session::lives_within(database, transaction.as_mut(), owner, keep, now).await?
    {
        return Ok(false);
    }
    session::end_all_within(transaction.as_mut(), owner, keep).await?;
    once::forget_all_within(transaction.as_mut(), owner).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Deletes a user and all that is kept about them.
pub(in crate::store) async fn delete(
    database: &dyn Database,
    spec: &'static UserSpec,
    owner: &Owner,
    needed: Option<&str>,
) -> Result<Removal, StoreError> {
    let terms = Terms { needed, accounts: Accounts::Of(spec), ..Terms::FREE };
    let mut guarded = Guarded::begin(database, spec.table, &terms).await?;
    let transaction = guarded.transaction.as_mut();
    if !remove(transaction, spec, database.dialect(), owner).await? {
        return Ok(Removal::Absent);
    }
    forget(transaction, owner).await?;
    guarded.commit().await.map(Removal::of)
}

/// Deletes a user, of whom the rest is kept elsewhere.
pub(in crate::store) async fn delete_user(
    database: &dyn Database,
    spec: &'static UserSpec,
    owner: &Owner,
) -> Result<bool, StoreError> {
    let mut transaction = database.begin().await?;
    if !remove(transaction.as_mut(), spec, database.dialect(), owner).await? {
        return Ok(false);
    }
    transaction.commit().await.map(|()| true)
}

async fn remove(
    transaction: &mut dyn Transaction,
    spec: &'static UserSpec,
    dialect: &'static dyn Dialect,
    owner: &Owner,
) -> Result<bool, StoreError> {
    let id = Value::Text(owner.user_id.clone());
    let statement = Statements::of(spec, dialect).delete;
    if transaction.run(Query::new(statement, vec![id])).await?.is_empty() {
        return Ok(false);
    }
    if let Some(statement) = dialect.retire_id(spec) {
        retire(transaction, statement, owner).await?;
    }
    Ok(true)
}

/// Makes sure that a new user's id is theirs alone, now and later.
pub(super) async fn clear(
    transaction: &mut dyn Transaction,
    retire: &'static str,
    owner: &Owner,
) -> Result<(), StoreError> {
    self::retire(transaction, retire, owner).await?;
    forget(transaction, owner).await
}

/// Forgets all that is kept about an id.
async fn forget(transaction: &mut dyn Transaction, owner: &Owner) -> Result<(), StoreError> {
    role::revoke_all_within(transaction, owner).await?;
    session::end_all_within(transaction, owner, None).await?;
    once::forget_all_within(transaction, owner).await?;
    oauth_account::remove_all_within(transaction, owner, None).await
}

/// A deleted account's id must never name another.
async fn retire(
    transaction: &mut dyn Transaction,
    statement: &'static str,
    owner: &Owner,
) -> Result<(), StoreError> {
    let arguments = vec![Value::Text(owner.realm.clone()), Value::Text(owner.user_id.clone())];
    transaction.run(Query::new(statement, arguments)).await.map(drop)
}
