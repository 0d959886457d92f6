//! Accounts at providers where no transaction spans them and what changes with them.

use tokio::time::Instant;

use super::Apart;
use crate::{
    secret::Digest,
    store::{
        Addition, Effects, Ends, Linked, Linking, NewOAuthAccount, NewUser, OtherWays, Owner,
        Purpose, SessionId, StoreError, Unlinked, UserChange, UserKeeper, owner_of,
        redeem::is_pending,
    },
    time::Timestamp,
    user::AuthUser,
};

impl<U: AuthUser> Apart<U> {
    /// Links an account, behind a shut door if a session asks for it or sessions end with it.
    pub(super) async fn link_behind(
        &self,
        id: &U::Id,
        account: &NewOAuthAccount,
        linking: Linking<'_>,
        now: Timestamp,
    ) -> Result<Linked<U>, StoreError> {
        let (owner, since) = (owner_of::<U>(id), Instant::now());
        if let Linking::Asked { hash, session: Some(session) } = linking {
            let unasked = Linking::Asked { hash, session: None };
            loop {
                let change = async {
                    if !self.lives(&owner, Some(session), now).await? {
                        return Ok(Linked::Refused);
                    }
                    self.link_now(id, account, unasked, now).await
                };
                // Whoever ends the session together with the links goes behind the door as well.
                let linked = self.behind_door(&owner, None, now, since, change, |_| false);
                if let Some(linked) = linked.await? {
                    return Ok(linked);
                }
            }
        }
        loop {
            let keep = match self.foreseen_link(id, account, linking, now).await? {
                Err(refused) => return Ok(refused),
                Ok((_, Effects { ends: Ends::AllBut(keep), .. })) => keep,
                Ok(_) => return self.link_now(id, account, linking, now).await,
            };
            let change = async {
                // One that would be refused, or has nothing to prove, because another came first,
                // ends nothing.
                let ends = match self.foreseen_link(id, account, linking, now).await? {
                    Err(refused) => return Ok((refused, false)),
                    Ok((_, effects)) => effects.ends != Ends::Nothing,
                };
                if ends {
                    self.sessions().end_sessions(&owner, keep).await?;
                }
                Ok((self.link_now(id, account, linking, now).await?, ends))
            };
            let is_done = |(linked, ends): &_| *ends && matches!(linked, Linked::Done { .. });
            let changed = self.behind_door(&owner, keep, now, since, change, is_done).await?;
            if let Some((linked, _)) = changed {
                return Ok(linked);
            }
        }
    }

    async fn link_now(
        &self,
        id: &U::Id,
        account: &NewOAuthAccount,
        linking: Linking<'_>,
        now: Timestamp,
    ) -> Result<Linked<U>, StoreError> {
        match &self.users {
            Some(users) => self.link_for(users.as_ref(), id, account, linking, now).await,
            None => self.store.link_account(id, account.clone(), linking, now).await,
        }
    }

    /// The account comes last: what breaks off before has proved an address, and left nothing of
    /// what was there before the proof.
    async fn link_for(
        &self,
        users: &dyn UserKeeper<U>,
        id: &U::Id,
        account: &NewOAuthAccount,
        linking: Linking<'_>,
        now: Timestamp,
    ) -> Result<Linked<U>, StoreError> {
        let (before, effects) = match self.foreseen_link(id, account, linking, now).await? {
            Err(refused) => return Ok(refused),
            Ok(foreseen) => foreseen,
        };
        let account = account.clone().of(owner_of::<U>(id), now);
        let (is_change, keep) = (!effects.are_none(), Some(account.identity()));
        let changed = self.apply(users, id, effects, keep, now).await?;
        let Some(user) = changed else { return Ok(Linked::Refused) };
        let addition = self.store.add_oauth_account(&account).await?;
        // A change that comes between is seen now, or finds the account and takes it along.
        let stands = users.find_by_id(id).await.map(|user| {
            user.is_some_and(|user| linking.effects(U::SPEC, &user.to_row(), now).is_some())
        });
        if addition == Addition::Done && !matches!(stands, Ok(true)) {
            self.store.remove_oauth_account(&account.owner, &account.provider, None).await?;
        }
        Ok(match addition {
            _ if !stands? => Linked::Refused,
            Addition::Already if !is_change => Linked::Already(user),
            Addition::Already | Addition::Done => Linked::Done { before, user },
            Addition::HasOther => Linked::HasOther,
            Addition::OfAnother => Linked::OfAnother,
        })
    }

    /// The user as they are and what a link would do to them now; or how it would be refused.
    async fn foreseen_link(
        &self,
        id: &U::Id,
        account: &NewOAuthAccount,
        linking: Linking<'_>,
        now: Timestamp,
    ) -> Result<Result<(U, Effects), Linked<U>>, StoreError> {
        let Some(user) = self.users().find_by_id(id).await? else {
            return Ok(Err(Linked::Refused));
        };
        let Some(effects) = linking.effects(U::SPEC, &user.to_row(), now) else {
            return Ok(Err(Linked::Refused));
        };
        let holder = self.holder(account).await?;
        if holder.is_some_and(|holder| holder != owner_of::<U>(id)) {
            return Ok(Err(Linked::OfAnother));
        }
        Ok(Ok((user, effects)))
    }

    /// Whose an account is. It is taken from whoever is gone.
    async fn holder(&self, account: &NewOAuthAccount) -> Result<Option<Owner>, StoreError> {
        let NewOAuthAccount { provider, subject, .. } = account;
        let held = self.store.find_oauth_account(U::SPEC.table, provider, subject).await?;
        let Some(held) = held else { return Ok(None) };
        if let Ok(id) = U::parse_id(&held.owner.user_id)
            && self.users().find_by_id(&id).await?.is_some()
        {
            return Ok(Some(held.owner));
        }
        self.store.remove_oauth_account(&held.owner, provider, None).await?;
        Ok(None)
    }

    /// Changes a user, and ends what ends with it in the store of the rest; `keep` is the account
    /// at a provider that stays. Gives the user after it, if they are still there.
    pub(super) async fn apply(
        &self,
        users: &dyn UserKeeper<U>,
        id: &U::Id,
        effects: Effects,
        keep: Option<(&str, &str)>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        let Effects { columns, ends, unlinks } = effects;
        let owner = owner_of::<U>(id);
        let end = async || {
            if let Ends::AllBut(_) = ends {
                self.store.forget_tokens(&owner, None).await?;
            }
            if unlinks {
                self.store.remove_oauth_accounts(&owner, keep).await?;
            }
            Ok::<_, StoreError>(())
        };
        end().await?;
        // The change brings the moment of the change with it.
        let moment = U::SPEC.updated_at;
        let columns = columns.into_iter().filter(|(column, _)| Some(*column) != moment);
        let columns: Vec<_> = columns.collect();
        let user = if columns.is_empty() {
            users.find_by_id(id).await?
        } else {
            users.update_user(id, UserChange { columns, at: now }).await?
        };
        // What was asked for while the change was made.
        end().await?;
        Ok(user)
    }

    /// The pending token goes first, as for a redemption, and the user before the account, which
    /// names them: one whose account turns out to be another's is deleted again.
    pub(super) async fn create_with_account(
        &self,
        users: &dyn UserKeeper<U>,
        new: NewUser<U>,
        account: NewOAuthAccount,
        pending: Option<&Digest>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        if self.holder(&account).await?.is_some() {
            return Ok(None);
        }
        let purpose = Purpose::CompleteOAuthSignup;
        let mut taken = None;
        if let Some(digest) = pending {
            let found = self.store.find_token(digest, purpose, now).await?;
            if !found.is_some_and(|token| is_pending(U::SPEC, &token)) {
                return Ok(None);
            }
            taken = self.store.consume_token(digest, purpose, now).await?;
            if taken.is_none() {
                return Ok(None);
            }
        }
        let created = users.create_user(new).await;
        let user = self.or_give_back(taken.as_ref(), created).await?;
        let owner = owner_of::<U>(user.id());
        let added = async {
            // As for any new account.
            self.forget(&owner).await?;
            self.store.add_oauth_account(&account.of(owner, now)).await
        };
        let added = added.await;
        if !matches!(added, Ok(Addition::Done)) {
            users.delete_user(user.id()).await?;
        }
        if added? != Addition::Done {
            if let Some(token) = &taken {
                self.store.put_token(token).await?;
            }
            return Ok(None);
        }
        Ok(Some(user))
    }

    /// Takes an account from a user, behind a shut door: one of their ways in at a time.
    pub(super) async fn unlink_behind(
        &self,
        id: &U::Id,
        provider: &str,
        others: OtherWays<'_>,
        keep: SessionId,
        now: Timestamp,
    ) -> Result<Unlinked, StoreError> {
        let (owner, since) = (owner_of::<U>(id), Instant::now());
        loop {
            if let Err(refused) = self.foreseen_unlink(id, provider, others).await? {
                return Ok(refused);
            }
            let change = async {
                // One that would be refused ends nothing.
                let needed = match self.foreseen_unlink(id, provider, others).await? {
                    Err(refused) => return Ok(refused),
                    Ok(needed) => needed,
                };
                self.sessions().end_sessions(&owner, Some(keep)).await?;
                match &self.users {
                    Some(_) => self.store.remove_oauth_account(&owner, provider, needed).await,
                    None => self.store.unlink_account(id, provider, others, keep, now).await,
                }
            };
            let is_done = |unlinked: &Unlinked| *unlinked == Unlinked::Done;
            let changed = self.behind_door(&owner, Some(keep), now, since, change, is_done).await?;
            if let Some(unlinked) = changed {
                return Ok(unlinked);
            }
        }
    }

    /// The providers of which an account has to stay, where the user has no other way in; or how an
    /// unlink would be refused.
    async fn foreseen_unlink<'a>(
        &self,
        id: &U::Id,
        provider: &str,
        others: OtherWays<'a>,
    ) -> Result<Result<Option<&'a [String]>, Unlinked>, StoreError> {
        let Some(user) = self.users().find_by_id(id).await? else {
            return Ok(Err(Unlinked::Absent));
        };
        let accounts = self.store.oauth_accounts_of(&owner_of::<U>(id)).await?;
        let all: Vec<_> = accounts.into_iter().map(|account| account.provider).collect();
        if !all.iter().any(|it| it == provider) {
            return Ok(Err(Unlinked::Absent));
        }
        let remain =
            |accounts: &[String]| others.remain(U::SPEC, &user.to_row(), accounts, provider);
        if !remain(&all) {
            return Ok(Err(Unlinked::LastMethod));
        }
        Ok(Ok((!remain(&[])).then_some(others.providers)))
    }
}
