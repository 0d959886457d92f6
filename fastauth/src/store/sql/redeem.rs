//! One-time tokens, together with what they do.

use super::{Database, Query, once, session, statements::Statements, user};
use crate::{
    secret::{Digest, PasswordHash},
    store::{Ends, OneTimeToken, Purpose, Redemption, StoreError, redeem::is_of_new},
    time::Timestamp,
    user::UserSpec,
    value::{Column, Row, Value},
};

/// Takes a token and does what it is for; gives the row of its user before and after.
pub(in crate::store) async fn redeem(
    database: &dyn Database,
    spec: &'static UserSpec,
    digest: &Digest,
    redemption: &Redemption,
    now: Timestamp,
) -> Result<Option<(Row, Row)>, StoreError> {
    // What is no token costs no transaction.
    let purpose = redemption.purpose();
    let token = once::find(database, digest, purpose, now).await?;
    let Some(token) = token.filter(|token| token.owner.realm == spec.table) else {
        return Ok(None);
    };
    let statements = Statements::of(spec, database.dialect());
    let mut transaction = database.begin().await?;
    // First the user, then what is kept about them: so does whatever else changes both.
    let id = vec![Value::Text(token.owner.user_id.clone())];
    let locked = Query::new(statements.lock, id).giving(statements.user);
    let Some(before) = user::first(transaction.run(locked).await?) else { return Ok(None) };
    let Some(effects) = redemption.effects(spec, &before, &token, now) else { return Ok(None) };
    // Of many who have the token, this statement serves one (ASVS 6.5.1).
    if !once::consume_within(transaction.as_mut(), digest, purpose, now).await? {
        return Ok(None);
    }
    let after = if effects.columns.is_empty() {
        before.clone()
    } else {
        let id = token.owner.user_id.clone();
        let changed = user::set(spec, database.dialect(), id, effects.columns)?;
        let rows = transaction.run(changed.giving(statements.user)).await;
        let Some(after) = user::first(rows.map_err(|error| user::named(spec, error))?) else {
            return Ok(None);
        };
        after
    };
    if let Ends::AllBut(keep) = effects.ends {
        session::end_all_within(transaction.as_mut(), &token.owner, keep).await?;
        once::forget_all_within(transaction.as_mut(), &token.owner).await?;
    }
    transaction.commit().await?;
    Ok(Some((before, after)))
}

/// Keeps a token if its user is there with this hash.
pub(in crate::store) async fn put_of(
    database: &dyn Database,
    spec: &'static UserSpec,
    hash: Option<&PasswordHash>,
    token: &OneTimeToken,
) -> Result<bool, StoreError> {
    let mut arguments = once::values(token);
    arguments.push(Value::Text(token.owner.user_id.clone()));
    if spec.password_hash.is_some() {
        arguments.push(hash.map_or(Value::Null, PasswordHash::to_value));
    }
    let statement = Statements::of(spec, database.dialect()).put_token_of;
    Ok(!database.write(Query::new(statement, arguments)).await?.is_empty())
}

/// Makes the account of an address, if this token was mailed there.
pub(in crate::store) async fn create_proved(
    database: &dyn Database,
    spec: &'static UserSpec,
    digest: &Digest,
    purpose: Purpose,
    values: &[Option<Value>],
    now: Timestamp,
) -> Result<Option<Row>, StoreError> {
    let token = once::find(database, digest, purpose, now).await?;
    if !token.is_some_and(|token| is_of_new(spec, values, &token)) {
        return Ok(None);
    }
    let mut transaction = database.begin().await?;
    if !once::consume_within(transaction.as_mut(), digest, purpose, now).await? {
        return Ok(None);
    }
    let row = user::create_within(database, transaction.as_mut(), spec, values).await?;
    transaction.commit().await?;
    Ok(Some(row))
}
