use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;

use super::{Kept, Memory, user::Table};
use crate::{
    secret::Digest,
    store::{
        Addition, Linked, Linking, NewOAuthAccount, NewUser, OAuthAccount, OAuthAccountStore,
        OtherWays, Owner, Purpose, SessionId, StoreError, Unlinked, oauth_account::another_remains,
        owner_of, redeem::is_pending,
    },
    time::Timestamp,
    user::{AuthUser, UserKey, UserSpec},
    value::Row,
};

/// Accounts at providers, by what they are known by and by whose they are.
#[derive(Default)]
pub(super) struct OAuthAccounts {
    by_identity: HashMap<Identity, OAuthAccount>,
    /// The subject at each provider.
    by_owner: HashMap<Owner, BTreeMap<String, String>>,
}

/// The realm, the provider, and the subject.
type Identity = (String, String, String);

impl OAuthAccounts {
    fn find(&self, realm: &str, provider: &str, subject: &str) -> Option<&OAuthAccount> {
        self.by_identity.get(&(realm.to_owned(), provider.to_owned(), subject.to_owned()))
    }

    fn of(&self, owner: &Owner) -> Vec<OAuthAccount> {
        let listed = self.by_owner.get(owner).into_iter().flatten();
        let accounts = listed.filter_map(|(at, subject)| self.find(&owner.realm, at, subject));
        let mut accounts: Vec<_> = accounts.cloned().collect();
        // Those of one moment are in the order of their providers already.
        accounts.sort_by_key(|account| account.created_at);
        accounts
    }

    fn providers(&self, owner: &Owner) -> Vec<String> {
        self.by_owner.get(owner).map(|it| it.keys().cloned().collect()).unwrap_or_default()
    }

    /// What would become of an account that is to be somebody's.
    fn foresee(&self, account: &OAuthAccount) -> Addition {
        let OAuthAccount { owner, provider, subject, .. } = account;
        match self.find(&owner.realm, provider, subject) {
            Some(held) if held.owner == *owner => Addition::Already,
            Some(_) => Addition::OfAnother,
            None if self.by_owner.get(owner).is_some_and(|it| it.contains_key(provider)) => {
                Addition::HasOther
            }
            None => Addition::Done,
        }
    }

    fn add(&mut self, account: &OAuthAccount) -> Addition {
        let addition = self.foresee(account);
        if addition == Addition::Done {
            let OAuthAccount { owner, provider, subject, .. } = account.clone();
            let identity = (owner.realm.clone(), provider.clone(), subject.clone());
            self.by_identity.insert(identity, account.clone());
            self.by_owner.entry(owner).or_default().insert(provider, subject);
        }
        addition
    }

    /// Takes an account from somebody, if those that remain say so: of the providers of all.
    fn remove(
        &mut self,
        owner: &Owner,
        provider: &str,
        others_remain: impl FnOnce(&[String]) -> bool,
    ) -> Unlinked {
        let all = self.providers(owner);
        if !all.iter().any(|it| it == provider) {
            return Unlinked::Absent;
        }
        if !others_remain(&all) {
            return Unlinked::LastMethod;
        }
        self.retain(owner, |it, _| it != provider);
        Unlinked::Done
    }

    /// Takes all accounts but one from somebody.
    pub(super) fn remove_all(&mut self, owner: &Owner, keep: Option<(&str, &str)>) {
        self.retain(owner, |provider, subject| keep == Some((provider, subject)));
    }

    fn retain(&mut self, owner: &Owner, stays: impl Fn(&str, &str) -> bool) {
        let Some(listed) = self.by_owner.get_mut(owner) else { return };
        let by_identity = &mut self.by_identity;
        listed.retain(|provider, subject| {
            let stays = stays(provider, subject);
            if !stays {
                by_identity.remove(&(owner.realm.clone(), provider.clone(), subject.clone()));
            }
            stays
        });
        if listed.is_empty() {
            self.by_owner.remove(owner);
        }
    }
}

impl Kept {
    /// Makes a user together with their account.
    pub(super) fn create_with_account<U: AuthUser>(
        &mut self,
        new: &NewUser<U>,
        account: NewOAuthAccount,
        pending: Option<&Digest>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        if self.holder(U::SPEC, &account.provider, &account.subject).is_some() {
            return Ok(None);
        }
        let purpose = Purpose::CompleteOAuthSignup;
        let is_there = |digest| self.tokens.find(digest, purpose, now);
        if pending.is_some_and(|it| !is_there(it).is_some_and(|it| is_pending(U::SPEC, it))) {
            return Ok(None);
        }
        let table = self.users.entry(U::SPEC.table).or_insert_with(|| Table::new(U::SPEC));
        let row = table.complete(new.values());
        let user = U::from_row(row.clone())?;
        table.insert(user.id().render(), row)?;
        if let Some(digest) = pending {
            self.tokens.consume(digest, purpose, now);
        }
        self.oauth_accounts.add(&account.of(owner_of::<U>(user.id()), now));
        Ok(Some(user))
    }

    /// Makes an account a user's, and does what goes with it.
    pub(super) fn link<U: AuthUser>(
        &mut self,
        account: &OAuthAccount,
        linking: Linking<'_>,
        now: Timestamp,
    ) -> Result<Linked<U>, StoreError> {
        let owner = &account.owner;
        let Some(before) = self.row(U::SPEC, owner).cloned() else { return Ok(Linked::Refused) };
        if linking.session().is_some_and(|session| !self.sessions.is_of(owner, session, now)) {
            return Ok(Linked::Refused);
        }
        let Some(effects) = linking.effects(U::SPEC, &before, now) else {
            return Ok(Linked::Refused);
        };
        self.holder(U::SPEC, &account.provider, &account.subject);
        match self.oauth_accounts.foresee(account) {
            Addition::Already if effects.are_none() => {
                return Ok(Linked::Already(U::from_row(before)?));
            }
            // Another one that is taken from them is not in the way.
            Addition::HasOther if !effects.unlinks => return Ok(Linked::HasOther),
            Addition::OfAnother => return Ok(Linked::OfAnother),
            Addition::Already | Addition::Done | Addition::HasOther => {}
        }
        let changed = self.apply(owner, before, effects, Some(account.identity()))?;
        self.oauth_accounts.add(account);
        Ok(Linked::Done { before: changed.before, user: changed.user })
    }

    /// Whose an account is. It is taken from whoever is gone.
    fn holder(&mut self, spec: &UserSpec, provider: &str, subject: &str) -> Option<Owner> {
        let holder = self.oauth_accounts.find(spec.table, provider, subject)?.owner.clone();
        if self.row(spec, &holder).is_none() {
            self.oauth_accounts.remove(&holder, provider, |_| true);
            return None;
        }
        Some(holder)
    }

    fn row(&self, spec: &UserSpec, owner: &Owner) -> Option<&Row> {
        self.users.get(spec.table)?.get(&owner.user_id)
    }

    /// Takes an account from a user who has another way in, and ends their other sessions.
    pub(super) fn unlink<U: AuthUser>(
        &mut self,
        owner: &Owner,
        provider: &str,
        others: OtherWays<'_>,
        keep: SessionId,
    ) -> Unlinked {
        let row = self.users.get(U::SPEC.table).and_then(|table| table.get(&owner.user_id));
        let Some(row) = row else { return Unlinked::Absent };
        let remain = |all: &[String]| others.remain(U::SPEC, row, all, provider);
        let unlinked = self.oauth_accounts.remove(owner, provider, remain);
        if unlinked == Unlinked::Done {
            self.sessions.end_all(owner, Some(keep));
        }
        unlinked
    }
}

#[async_trait]
impl OAuthAccountStore for Memory {
    async fn find_oauth_account(
        &self,
        realm: &str,
        provider: &str,
        subject: &str,
    ) -> Result<Option<OAuthAccount>, StoreError> {
        Ok(self.lock().oauth_accounts.find(realm, provider, subject).cloned())
    }

    async fn oauth_accounts_of(&self, owner: &Owner) -> Result<Vec<OAuthAccount>, StoreError> {
        Ok(self.lock().oauth_accounts.of(owner))
    }

    async fn renew_oauth_account(&self, account: &OAuthAccount) -> Result<bool, StoreError> {
        let accounts = &mut self.lock().oauth_accounts;
        if accounts.foresee(account) != Addition::Already {
            return Ok(false);
        }
        let OAuthAccount { owner, provider, subject, email, sealed_tokens, .. } = account.clone();
        let kept = accounts.by_identity.get_mut(&(owner.realm, provider, subject));
        let Some(kept) = kept else { return Ok(false) };
        (kept.email, kept.sealed_tokens) = (email, sealed_tokens);
        Ok(true)
    }

    async fn add_oauth_account(&self, account: &OAuthAccount) -> Result<Addition, StoreError> {
        Ok(self.lock().oauth_accounts.add(account))
    }

    async fn remove_oauth_account(
        &self,
        owner: &Owner,
        provider: &str,
        others: Option<&[String]>,
    ) -> Result<Unlinked, StoreError> {
        let remain = |all: &[String]| others.is_none_or(|it| another_remains(it, all, provider));
        Ok(self.lock().oauth_accounts.remove(owner, provider, remain))
    }

    async fn remove_oauth_accounts(
        &self,
        owner: &Owner,
        keep: Option<(&str, &str)>,
    ) -> Result<(), StoreError> {
        self.lock().oauth_accounts.remove_all(owner, keep);
        Ok(())
    }
}
