//! The same of accounts at providers.

use async_trait::async_trait;
use fastauth::{
    AuthUser,
    secret::Digest,
    store::{
        Addition, Linked, Linking, NewOAuthAccount, NewUser, OAuthAccount, OAuthAccountStore,
        OneTimeTokenStore, OtherWays, Owner, Purpose, SessionId, SessionStore, Store, StoreError,
        Unlinked, owner_of,
    },
    time::Timestamp,
};

use super::{Broken, Fault, everybody_reads};

#[async_trait]
impl OAuthAccountStore for Broken {
    async fn find_oauth_account(
        &self,
        realm: &str,
        provider: &str,
        subject: &str,
    ) -> Result<Option<OAuthAccount>, StoreError> {
        let found = self.store.find_oauth_account(realm, provider, &self.kept_as(subject)).await?;
        Ok(found.map(|found| OAuthAccount { subject: subject.to_owned(), ..found }))
    }

    async fn oauth_accounts_of(&self, owner: &Owner) -> Result<Vec<OAuthAccount>, StoreError> {
        self.store.oauth_accounts_of(owner).await
    }

    async fn renew_oauth_account(&self, account: &OAuthAccount) -> Result<bool, StoreError> {
        let OAuthAccount { owner, provider, subject, .. } = account;
        let held = self.store.find_oauth_account(&owner.realm, provider, subject).await?;
        let owner = match held {
            Some(held) if self.is(Fault::AnybodyRenews) => held.owner,
            _ => owner.clone(),
        };
        self.store.renew_oauth_account(&OAuthAccount { owner, ..account.clone() }).await
    }

    async fn add_oauth_account(&self, account: &OAuthAccount) -> Result<Addition, StoreError> {
        let subject = self.kept_as(&account.subject);
        self.store.add_oauth_account(&OAuthAccount { subject, ..account.clone() }).await
    }

    async fn remove_oauth_account(
        &self,
        owner: &Owner,
        provider: &str,
        others: Option<&[String]>,
    ) -> Result<Unlinked, StoreError> {
        let Some(providers) = others.filter(|_| self.is(Fault::RemovalReadsThenRemoves)) else {
            return self.store.remove_oauth_account(owner, provider, others).await;
        };
        let all = self.store.oauth_accounts_of(owner).await?;
        if !all.iter().any(|it| it.provider != provider && providers.contains(&it.provider)) {
            return Ok(Unlinked::LastMethod);
        }
        everybody_reads().await;
        self.store.remove_oauth_account(owner, provider, None).await
    }

    async fn remove_oauth_accounts(
        &self,
        owner: &Owner,
        keep: Option<(&str, &str)>,
    ) -> Result<(), StoreError> {
        self.store.remove_oauth_accounts(owner, keep).await
    }
}

impl Broken {
    fn kept_as(&self, subject: &str) -> String {
        let is_lost = self.is(Fault::SubjectsLoseTheirCase);
        if is_lost { subject.to_lowercase() } else { subject.to_owned() }
    }

    /// Links again what was unlinked.
    pub(super) async fn give_back(&self, accounts: &[OAuthAccount]) -> Result<(), StoreError> {
        for account in accounts {
            self.store.add_oauth_account(account).await?;
        }
        Ok(())
    }

    pub(super) async fn sign_up<U: AuthUser>(
        &self,
        new: NewUser<U>,
        account: NewOAuthAccount,
        pending: Option<&Digest>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        let (provider, subject) = (account.provider.clone(), account.subject.clone());
        if self.is(Fault::OrphansStay)
            && self.store.find_oauth_account(U::SPEC.table, &provider, &subject).await?.is_some()
        {
            return Ok(None);
        }
        let store: &dyn Store<U> = &self.store;
        let made = store.create_user_with_account(new, account, pending, now).await;
        if let (Some(digest), Err(_), true) = (pending, &made, self.is(Fault::SignUpUsesUp)) {
            self.store.consume_token(digest, Purpose::CompleteOAuthSignup, now).await?;
        }
        made
    }

    pub(super) async fn link<U: AuthUser>(
        &self,
        id: &U::Id,
        account: NewOAuthAccount,
        linking: Linking<'_>,
        now: Timestamp,
    ) -> Result<Linked<U>, StoreError> {
        let linking = match linking {
            Linking::Asked { hash, .. } if self.is(Fault::EndedSessionsLink) => {
                Linking::Asked { hash, session: None }
            }
            linking => linking,
        };
        let store: &dyn Store<U> = &self.store;
        let kept = account.clone().of(owner_of::<U>(id), now);
        let before = self.store.oauth_accounts_of(&kept.owner).await?;
        if self.is(Fault::AnybodyLinks)
            && let Some(user) = store.find_by_id(id).await?
        {
            let linking = Linking::Asked { hash: user.password_hash(), session: None };
            return store.link_account(id, account, linking, now).await;
        }
        let user = store.find_by_id(id).await?.filter(|_| self.is(Fault::AccountsOutliveUsers));
        let stands = user.is_some_and(|it| linking.effects(U::SPEC, &it.to_row(), now).is_some());
        if stands {
            everybody_reads().await;
        }
        let (realm, provider, subject) = (U::SPEC.table, &kept.provider, &kept.subject);
        if self.is(Fault::LinkReadsThenWrites)
            && self.store.find_oauth_account(realm, provider, subject).await?.is_none()
        {
            everybody_reads().await;
            if let Some(held) = self.store.find_oauth_account(realm, provider, subject).await? {
                self.store.remove_oauth_account(&held.owner, provider, None).await?;
            }
        }
        let linked = store.link_account(id, account, linking, now).await?;
        // The user has gone while nobody looked.
        if stands && matches!(linked, Linked::Refused) && store.find_by_id(id).await?.is_none() {
            self.store.add_oauth_account(&kept).await?;
        }
        if self.is(Fault::ProviderSparesAccounts) {
            self.give_back(&before).await?;
        }
        Ok(linked)
    }

    pub(super) async fn unlink<U: AuthUser>(
        &self,
        id: &U::Id,
        provider: &str,
        others: OtherWays<'_>,
        keep: SessionId,
        now: Timestamp,
    ) -> Result<Unlinked, StoreError> {
        let store: &dyn Store<U> = &self.store;
        let owner = owner_of::<U>(id);
        if self.is(Fault::UnlinkReadsThenRemoves)
            && let Some(user) = store.find_by_id(id).await?
        {
            let all = self.store.oauth_accounts_of(&owner).await?;
            let all: Vec<_> = all.into_iter().map(|account| account.provider).collect();
            if !others.remain(U::SPEC, &user.to_row(), &all, provider) {
                return Ok(Unlinked::LastMethod);
            }
            everybody_reads().await;
        }
        let is_blind = [Fault::UnlinkReadsThenRemoves, Fault::LastWayGoes];
        let others = OtherWays { links: others.links || is_blind.contains(&self.fault), ..others };
        let before = self.store.list_sessions(&owner, now).await?;
        let unlinked = store.unlink_account(id, provider, others, keep, now).await?;
        if unlinked == Unlinked::Done && self.is(Fault::UnlinkSparesSessions) {
            for session in before.iter().filter(|session| session.id != keep) {
                self.store.create_session(session).await?;
            }
        }
        Ok(unlinked)
    }
}
