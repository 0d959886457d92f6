//! What a change of a user brings with it.

use super::{Dialect, Transaction, oauth_account, once, session, statements::Statements, user};
use crate::{
    store::{Effects, Ends, Owner, StoreError},
    user::UserSpec,
    value::Row,
};

/// Changes the user of this row, which is locked, and ends what ends with it; `keep` is the account
/// at a provider that stays. Gives the row after it, if it is still there.
pub(super) async fn apply(
    transaction: &mut dyn Transaction,
    spec: &'static UserSpec,
    dialect: &'static dyn Dialect,
    owner: &Owner,
    before: &Row,
    effects: Effects,
    keep: Option<(&str, &str)>,
) -> Result<Option<Row>, StoreError> {
    let after = if effects.columns.is_empty() {
        before.clone()
    } else {
        let changed = user::set(spec, dialect, owner.user_id.clone(), effects.columns)?;
        let changed = changed.giving(Statements::of(spec, dialect).user);
        let rows = transaction.run(changed).await.map_err(|error| user::named(spec, error))?;
        let Some(after) = user::first(rows) else { return Ok(None) };
        after
    };
    if let Ends::AllBut(session) = effects.ends {
        session::end_all_within(transaction, owner, session).await?;
        once::forget_all_within(transaction, owner).await?;
    }
    if effects.unlinks {
        oauth_account::remove_all_within(transaction, owner, keep).await?;
    }
    Ok(Some(after))
}
