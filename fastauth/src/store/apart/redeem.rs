//! What one-time tokens do where no transaction spans them and what they change.

use tokio::time::Instant;

use super::Apart;
use crate::{
    secret::{Digest, PasswordHash},
    store::{
        Ends, NewUser, OneTimeToken, Owner, Purpose, Redeemed, Redemption, StoreError, UserKeeper,
        redeem::is_of_new,
    },
    time::Timestamp,
    user::AuthUser,
};

impl<U: AuthUser> Apart<U> {
    /// Redeems a token, behind a shut door if sessions end with it.
    pub(super) async fn redeem_behind(
        &self,
        token: &Digest,
        redemption: &Redemption,
        now: Timestamp,
    ) -> Result<Option<Redeemed<U>>, StoreError> {
        let since = Instant::now();
        while let Some((owner, ends)) = self.foreseen(token, redemption, now).await? {
            let Ends::AllBut(keep) = ends else {
                return self.redeem_now(token, redemption, now).await;
            };
            let change = async {
                // One that would be refused, because another came first, ends nothing.
                if self.foreseen(token, redemption, now).await?.is_none() {
                    return Ok(None);
                }
                self.sessions().end_sessions(&owner, keep).await?;
                self.redeem_now(token, redemption, now).await
            };
            let is_done = Option::is_some;
            let changed = self.behind_door(&owner, keep, now, since, change, is_done).await?;
            if let Some(redeemed) = changed {
                return Ok(redeemed);
            }
        }
        Ok(None)
    }

    async fn redeem_now(
        &self,
        token: &Digest,
        redemption: &Redemption,
        now: Timestamp,
    ) -> Result<Option<Redeemed<U>>, StoreError> {
        match &self.users {
            Some(users) => self.redeem_for(users.as_ref(), token, redemption, now).await,
            None => self.store.redeem(token, redemption, now).await,
        }
    }

    /// The token goes first: what breaks off afterwards has used it for nothing, and never twice.
    async fn redeem_for(
        &self,
        users: &dyn UserKeeper<U>,
        token: &Digest,
        redemption: &Redemption,
        now: Timestamp,
    ) -> Result<Option<Redeemed<U>>, StoreError> {
        let consumed = self.store.consume_token(token, redemption.purpose(), now).await?;
        let Some(token) = consumed.filter(|token| token.owner.realm == U::SPEC.table) else {
            return Ok(None);
        };
        let Ok(id) = U::parse_id(&token.owner.user_id) else { return Ok(None) };
        let Some(before) = users.find_by_id(&id).await? else { return Ok(None) };
        let Some(effects) = redemption.effects(U::SPEC, &before.to_row(), &token, now) else {
            return Ok(None);
        };
        let changed = self.apply(users, &id, effects, None, now).await;
        let user = self.or_give_back(Some(&token), changed).await?;
        Ok(user.map(|user| Redeemed { before, user }))
    }

    /// A token that nothing was changed by works on.
    pub(super) async fn or_give_back<T>(
        &self,
        token: Option<&OneTimeToken>,
        changed: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let (Some(token), Err(StoreError::Taken(_))) = (token, &changed) {
            self.store.put_token(token).await?;
        }
        changed
    }

    /// What would end with a redemption now, and whose token it is.
    async fn foreseen(
        &self,
        token: &Digest,
        redemption: &Redemption,
        now: Timestamp,
    ) -> Result<Option<(Owner, Ends)>, StoreError> {
        let found = self.store.find_token(token, redemption.purpose(), now).await?;
        let Some(token) = found.filter(|token| token.owner.realm == U::SPEC.table) else {
            return Ok(None);
        };
        let Ok(id) = U::parse_id(&token.owner.user_id) else { return Ok(None) };
        let Some(user) = self.users().find_by_id(&id).await? else { return Ok(None) };
        let Some(effects) = redemption.effects(U::SPEC, &user.to_row(), &token, now) else {
            return Ok(None);
        };
        if let Redemption::ChangeEmail { .. } = redemption
            && let Some(holder) = self.users().find_by_email(&token.target).await?
            && holder.id() != &id
        {
            let email = U::SPEC.email.and_then(|column| U::SPEC.columns.get(column));
            let column = email.map_or("", |email| email.column);
            return Err(StoreError::Taken(column.to_owned()));
        }
        Ok(Some((token.owner, effects.ends)))
    }

    /// Looks before and after: a change of the hash in between forgets the token, or is seen.
    pub(super) async fn put_token_beside(
        &self,
        hash: Option<&PasswordHash>,
        token: &OneTimeToken,
    ) -> Result<bool, StoreError> {
        let Ok(id) = U::parse_id(&token.owner.user_id) else { return Ok(false) };
        if !self.is_as_proved(&id, hash).await? {
            return Ok(false);
        }
        self.store.put_token(token).await?;
        let kept = self.is_as_proved(&id, hash).await?;
        if !kept {
            self.store.forget_tokens(&token.owner, Some(token.purpose)).await?;
        }
        Ok(kept)
    }

    /// The token goes first, as for a redemption.
    pub(super) async fn create_proved(
        &self,
        users: &dyn UserKeeper<U>,
        token: &Digest,
        purpose: Purpose,
        new: NewUser<U>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        let found = self.store.find_token(token, purpose, now).await?;
        if !found.is_some_and(|token| is_of_new(U::SPEC, new.values(), &token)) {
            return Ok(None);
        }
        let Some(token) = self.store.consume_token(token, purpose, now).await? else {
            return Ok(None);
        };
        self.or_give_back(Some(&token), users.create_user(new).await.map(Some)).await
    }
}
