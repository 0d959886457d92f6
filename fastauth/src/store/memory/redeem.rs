use super::{Kept, user::Table};
use crate::{
    secret::Digest,
    store::{
        Effects, Ends, NewUser, Owner, Purpose, Redeemed, Redemption, StoreError, redeem::is_of_new,
    },
    time::Timestamp,
    user::{AuthUser, UserKey},
    value::Row,
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
        let row = self.users.get(U::SPEC.table).and_then(|table| table.get(&token.owner.user_id));
        let Some(before) = row.cloned() else { return Ok(None) };
        let Some(effects) = redemption.effects(U::SPEC, &before, &token, now) else {
            return Ok(None);
        };
        let redeemed = self.apply(&token.owner, before, effects, None)?;
        self.tokens.consume(digest, token.purpose, now);
        Ok(Some(redeemed))
    }

    /// Changes the user of this row, and ends what ends with it; `keep` is the account at a
    /// provider that stays.
    pub(super) fn apply<U: AuthUser>(
        &mut self,
        owner: &Owner,
        before: Row,
        effects: Effects,
        keep: Option<(&str, &str)>,
    ) -> Result<Redeemed<U>, StoreError> {
        let mut after = before.clone();
        for (column, value) in effects.columns {
            after.set(column, value);
        }
        let changed = Redeemed { before: U::from_row(before)?, user: U::from_row(after.clone())? };
        let table = self.users.entry(U::SPEC.table).or_insert_with(|| Table::new(U::SPEC));
        table.put(owner.user_id.clone(), after)?;
        if let Ends::AllBut(session) = effects.ends {
            self.sessions.end_all(owner, session);
            self.tokens.forget(owner, None);
        }
        if effects.unlinks {
            self.oauth_accounts.remove_all(owner, keep);
        }
        Ok(changed)
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
