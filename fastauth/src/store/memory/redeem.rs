use super::{Kept, user::Table};
use crate::{
    secret::Digest,
    store::{Ends, NewUser, Purpose, Redeemed, Redemption, StoreError, redeem::is_of_new},
    time::Timestamp,
    user::{AuthUser, UserKey},
};

impl Kept {
    /// Takes a token and does what it is for.
    pub(super) fn redeem<U: AuthUser>(
        &mut self,
        digest: &Digest,
        redemption: &Redemption,
        now: Timestamp,
    ) -> Result<Option<Redeemed<U>>, StoreError> {
        let found = self.tokens.find(digest, redemption.purpose(), now).cloned();
        let Some(token) = found.filter(|token| token.owner.realm == U::SPEC.table) else {
            return Ok(None);
        };
        let Some(table) = self.users.get_mut(U::SPEC.table) else { return Ok(None) };
        let Some(before) = table.get(&token.owner.user_id).cloned() else { return Ok(None) };
        let Some(effects) = redemption.effects(U::SPEC, &before, &token, now) else {
            return Ok(None);
        };
        let mut after = before.clone();
        for (column, value) in effects.columns {
            after.set(column, value);
        }
        let redeemed = Redeemed { before: U::from_row(before)?, user: U::from_row(after.clone())? };
        table.put(token.owner.user_id.clone(), after)?;
        self.tokens.consume(digest, token.purpose, now);
        if let Ends::AllBut(keep) = effects.ends {
            self.sessions.end_all(&token.owner, keep);
            self.tokens.forget(&token.owner, None);
        }
        Ok(Some(redeemed))
    }

    /// Makes the account of an address, if this token was mailed there.
    pub(super) fn create_proved<U: AuthUser>(
        &mut self,
        digest: &Digest,
        purpose: Purpose,
        new: &NewUser<U>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        let token = self.tokens.find(digest, purpose, now);
        if !token.is_some_and(|token| is_of_new(U::SPEC, new.values(), token)) {
            return Ok(None);
        }
        let table = self.users.entry(U::SPEC.table).or_insert_with(|| Table::new(U::SPEC));
        let row = table.complete(new.values());
        let user = U::from_row(row.clone())?;
        table.insert(user.id().render(), row)?;
        self.tokens.consume(digest, purpose, now);
        Ok(Some(user))
    }
}
