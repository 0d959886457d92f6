//! One-time tokens, together with what they do.

use super::{Database, Query, effects::apply, once, session, statements::Statements, user};
use crate::{
    secret::{Digest, PasswordHash},
    store::{OneTimeToken, Purpose, Redemption, SessionId, StoreError, redeem::is_of_new},
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
    let mut transaction = database.begin().await?;
    let (within, owner) = (transaction.as_mut(), &token.owner);
    let before = user::locked(database, within, spec, &owner.user_id).await?;
    let Some(before) = before else { return Ok(None) };
    let Some(effects) = redemption.effects(spec, &before, &token, now) else { return Ok(None) };
    // Of many who have the token, this statement serves one (ASVS 6.5.1).
    if !once::consume_within(within, digest, purpose, now).await? {
        return Ok(None);
    }
    let after = apply(within, spec, database.dialect(), owner, &before, effects, None).await?;
    let Some(after) = after else { return Ok(None) };
    transaction.commit().await?;
    Ok(Some((before, after)))
}

/// Keeps a token if its user is there with this hash, and the session lives.
pub(in crate::store) async fn put_of(
    database: &dyn Database,
    spec: &'static UserSpec,
    hash: Option<&PasswordHash>,
    session: SessionId,
    token: &OneTimeToken,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut transaction = database.begin().await?;
    let (within, owner) = (transaction.as_mut(), &token.owner);
    // In the order in which a proof goes about it, which ends the session.
    if user::locked(database, within, spec, &owner.user_id).await?.is_none()
        || !session::lives_within(database, within, owner, session, now).await?
    {
        return Ok(false);
    }
    let mut arguments = once::values(token);
    arguments.push(Value::Text(token.owner.user_id.clone()));
    if spec.password_hash.is_some() {
        arguments.push(hash.map_or(Value::Null, PasswordHash::to_value));
    }
    let statement = Statements::of(spec, database.dialect()).put_token_of;
    if within.run(Query::new(statement, arguments)).await?.is_empty() {
        return Ok(false);
    }
    transaction.commit().await?;
    Ok(true)
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
