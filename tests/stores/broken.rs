//! The suite sees what it is there to see: each of these stores breaks one promise.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use fastauth::{
    AuthUser, PasswordHash,
    access::{Permissions, Role, RoleName},
    secret::Digest,
    store::{
        Accounts, Assignment, Budget, KeyValueStore, Linked, Linking, Memory, NewOAuthAccount,
        NewUser, OAuthAccountStore, OneTimeToken, OneTimeTokenStore, OtherWays, Owner, Purpose,
        Redeemed, Redemption, Refund, Removal, RoleDeletion, RoleStore, Rotation, RotationOutcome,
        Session, SessionId, SessionStore, SigningKeyStore, Spending, Store, StoreError, StoredKey,
        Terms, Unlinked, UserChange, UserStore, owner_of,
        suite::{self, Keyed},
    },
    time::Timestamp,
    value::{Column, Value},
};
use tokio::time::sleep;

mod oauth_account;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    AccountsOutliveUsers,
    AdministratorIsReadFirst,
    AdministratorsGiveAnything,
    AnyOwnerEnds,
    AnyPurposeConsumes,
    AnybodyAsks,
    AnybodyDeletesRoles,
    AnybodyGetsRoles,
    AnybodyLinks,
    AnybodyRenews,
    AnybodySignsIn,
    AskingRotates,
    ConsumeReadsThenDeletes,
    CountReadsThenWrites,
    DeletionLeavesAccounts,
    DeletionLeavesSessions,
    EndsLate,
    EndedSessionsAsk,
    EndedSessionsLink,
    EndedSessionsSetPasswords,
    FirstLinkSparesAccounts,
    ForgetsDelays,
    GenerationReadsThenWrites,
    GenerationReturns,
    GraceForever,
    HashIsReplacedBlindly,
    KeepsNoData,
    KeepsNoEmptyScopes,
    LastHolderGoes,
    LastWayGoes,
    LaterNeedShortens,
    LinkReadsThenWrites,
    ListsOldestFirst,
    NewValueReadsThenWrites,
    NoGrace,
    OrphansStay,
    PasswordChangeSparesSessions,
    ProofRemovesAccounts,
    ProviderSparesAccounts,
    RedemptionReadsThenDoes,
    RedemptionSparesSessions,
    RefundsNothing,
    RefusalUsesUp,
    RemovalReadsThenRemoves,
    ResetSparesAccounts,
    ReuseSparesTheSession,
    RotationReadsThenWrites,
    SaysAnotherColumn,
    SignUpUsesUp,
    SpendsOneByOne,
    SubjectsLoseTheirCase,
    SweepsTooMuch,
    SwitchedOffAccountsCount,
    TakeReadsThenRemoves,
    TakenUsesUp,
    UnlinkReadsThenRemoves,
    UnlinkSparesSessions,
    VerificationSparesAccounts,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_suite_names_the_promise_that_is_broken() {
    let mut wrong = Vec::new();
    for (fault, promise) in [
        (Fault::AccountsOutliveUsers, "a_link_does_not_outlive_its_user"),
        (Fault::AdministratorIsReadFirst, "nobody_gives_what_they_have_lost"),
        (Fault::AdministratorsGiveAnything, "nobody_gives_what_they_lack"),
        (Fault::AnyOwnerEnds, "only_the_owner_ends_a_session"),
        (Fault::AnyPurposeConsumes, "a_token_of_another_purpose_stays"),
        (Fault::AnybodyAsks, "a_token_is_kept_only_of_who_was_proved"),
        (Fault::AnybodyDeletesRoles, "nobody_changes_roles_who_may_not"),
        (Fault::AnybodyGetsRoles, "only_users_get_roles_and_only_roles_that_are_there"),
        (Fault::AnybodyLinks, "a_session_that_has_ended_links_nothing"),
        (Fault::AnybodyRenews, "an_account_at_a_provider_comes_back_as_it_was_kept"),
        (Fault::AnybodySignsIn, "a_session_opens_only_for_who_was_proved"),
        (Fault::AskingRotates, "asking_first_changes_nothing"),
        (Fault::ConsumeReadsThenDeletes, "one_of_many_consumers_wins"),
        (Fault::CountReadsThenWrites, "counting_together_loses_nothing"),
        (Fault::DeletionLeavesAccounts, "a_deleted_account_leaves_nothing"),
        (Fault::DeletionLeavesSessions, "a_deleted_account_leaves_nothing"),
        (Fault::EndsLate, "a_session_is_over_at_its_moment"),
        (Fault::EndedSessionsAsk, "a_token_is_kept_only_of_who_was_proved"),
        (Fault::EndedSessionsLink, "a_session_that_has_ended_links_nothing"),
        (Fault::EndedSessionsSetPasswords, "a_changed_password_ends_what_rested_on_the_old_one"),
        (Fault::FirstLinkSparesAccounts, "a_first_link_removes_what_was_planted"),
        (Fault::ForgetsDelays, "delays_grow_until_the_longest"),
        (Fault::GenerationReadsThenWrites, "one_of_many_new_signing_keys_wins"),
        (Fault::GenerationReturns, "a_generation_of_signing_keys_is_kept_once"),
        (Fault::GraceForever, "the_parent_gets_the_same_child_for_a_while"),
        (Fault::HashIsReplacedBlindly, "a_hash_is_replaced_only_while_it_is_the_old_one"),
        (Fault::KeepsNoData, "a_session_comes_back_as_it_was_kept"),
        (Fault::KeepsNoEmptyScopes, "a_session_comes_back_as_it_was_kept"),
        (Fault::LastHolderGoes, "the_last_holder_of_what_is_needed_keeps_it"),
        (Fault::LastWayGoes, "the_last_way_in_stays"),
        (Fault::LaterNeedShortens, "a_signing_key_is_prolonged_and_never_shortened"),
        (Fault::LinkReadsThenWrites, "one_of_many_links_wins"),
        (Fault::ListsOldestFirst, "the_latest_sign_in_is_listed_first"),
        (Fault::NewValueReadsThenWrites, "one_of_many_new_values_wins"),
        (Fault::NoGrace, "the_parent_gets_the_same_child_for_a_while"),
        (Fault::OrphansStay, "an_account_of_somebody_who_is_gone_is_nobodys"),
        (Fault::PasswordChangeSparesSessions, "a_changed_password_ends_what_rested_on_the_old_one"),
        (Fault::ProofRemovesAccounts, "a_first_proof_unlinks_who_has_a_password"),
        (
            Fault::ProviderSparesAccounts,
            "a_provider_that_proves_an_address_removes_what_was_planted",
        ),
        (Fault::RedemptionReadsThenDoes, "one_of_many_redemptions_wins"),
        (Fault::RedemptionSparesSessions, "a_reset_ends_all_that_was_before"),
        (Fault::RefundsNothing, "what_is_refunded_can_be_spent"),
        (Fault::RefusalUsesUp, "a_token_dies_with_its_matter"),
        (Fault::RemovalReadsThenRemoves, "of_accounts_that_are_removed_at_once_one_stays"),
        (Fault::ResetSparesAccounts, "a_reset_ends_all_that_was_before"),
        (Fault::ReuseSparesTheSession, "the_parent_gets_the_same_child_for_a_while"),
        (Fault::RotationReadsThenWrites, "one_of_many_rotations_makes_the_child"),
        (Fault::SaysAnotherColumn, "a_login_belongs_to_one_user"),
        (Fault::SignUpUsesUp, "a_pending_sign_up_by_a_provider_is_finished_once"),
        (Fault::SpendsOneByOne, "of_several_budgets_all_are_spent_or_none"),
        (Fault::SubjectsLoseTheirCase, "an_account_at_a_provider_is_known_to_the_letter"),
        (Fault::SweepsTooMuch, "sweeping_forgets_what_is_over"),
        (Fault::SwitchedOffAccountsCount, "only_whose_account_is_active_counts"),
        (Fault::TakeReadsThenRemoves, "one_of_many_takers_wins"),
        (Fault::TakenUsesUp, "a_proved_address_makes_one_account"),
        (Fault::UnlinkReadsThenRemoves, "of_two_ways_that_are_taken_at_once_one_stays"),
        (Fault::UnlinkSparesSessions, "the_last_way_in_stays"),
        (Fault::VerificationSparesAccounts, "a_first_proof_unlinks_who_has_a_password"),
    ] {
        let open = || async move { Broken { fault, ..Broken::default() } };
        let failure = suite::run::<Keyed, _, _>(open).await.expect_err(promise);
        if failure.promise() != promise {
            wrong.push(format!("{fault:?}: {promise}: {failure}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Long enough for the others to read what this one is about to write.
async fn everybody_reads() {
    sleep(Duration::from_millis(5)).await;
}

struct Broken {
    fault: Fault,
    store: Memory,
    current: Arc<Mutex<HashMap<SessionId, Digest>>>,
    signing_keys: Arc<Mutex<BTreeMap<(String, i64), StoredKey>>>,
}

impl Default for Broken {
    fn default() -> Self {
        Self {
            fault: Fault::AnyOwnerEnds,
            store: Memory::new(),
            current: Arc::default(),
            signing_keys: Arc::default(),
        }
    }
}

impl Broken {
    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }
}

#[async_trait]
impl KeyValueStore for Broken {
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.get(key, now).await
    }

    async fn set(&self, key: &str, value: &[u8], until: Timestamp) -> Result<(), StoreError> {
        self.store.set(key, value, until).await
    }

    async fn set_new(
        &self,
        key: &str,
        value: &[u8],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        if !self.is(Fault::NewValueReadsThenWrites) {
            return self.store.set_new(key, value, now, until).await;
        }
        let is_new = self.store.get(key, now).await?.is_none();
        everybody_reads().await;
        if is_new {
            self.store.set(key, value, until).await?;
        }
        Ok(is_new)
    }

    async fn take(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
        if !self.is(Fault::TakeReadsThenRemoves) {
            return self.store.take(key, now).await;
        }
        let value = self.store.get(key, now).await?;
        everybody_reads().await;
        self.store.remove(key).await?;
        Ok(value)
    }

    async fn count(
        &self,
        key: &str,
        by: u32,
        now: Timestamp,
        window: Duration,
    ) -> Result<u64, StoreError> {
        if !self.is(Fault::CountReadsThenWrites) {
            return self.store.count(key, by, now, window).await;
        }
        let sum = self.store.count(key, 0, now, window).await?;
        everybody_reads().await;
        self.store.count(key, by, now, window).await?;
        Ok(sum + u64::from(by))
    }

    async fn spend(&self, budgets: &[Budget], now: Timestamp) -> Result<Spending, StoreError> {
        let mut budgets = budgets.to_vec();
        if self.is(Fault::ForgetsDelays) {
            for budget in &mut budgets {
                budget.delays = None;
            }
        }
        if self.is(Fault::SpendsOneByOne) {
            for (index, budget) in budgets[..budgets.len() - 1].iter().enumerate() {
                let spending = self.store.spend(std::slice::from_ref(budget), now).await?;
                if let Spending::Refused { until, .. } = spending {
                    return Ok(Spending::Refused { budget: index, until });
                }
            }
            let last = budgets.len() - 1;
            return Ok(match self.store.spend(&budgets[last..], now).await? {
                Spending::Refused { until, .. } => Spending::Refused { budget: last, until },
                Spending::Granted { spent_up } => {
                    Spending::Granted { spent_up: spent_up.map(|_| last) }
                }
            });
        }
        self.store.spend(&budgets, now).await
    }

    async fn refund(&self, refunds: &[Refund]) -> Result<(), StoreError> {
        if self.is(Fault::RefundsNothing) { Ok(()) } else { self.store.refund(refunds).await }
    }

    async fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.store.remove(key).await
    }

    async fn sweep_values(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store.sweep_values(now).await
    }
}

#[async_trait]
impl OneTimeTokenStore for Broken {
    async fn put_token(&self, token: &OneTimeToken) -> Result<(), StoreError> {
        self.store.put_token(token).await
    }

    async fn find_token(
        &self,
        digest: &Digest,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, StoreError> {
        self.store.find_token(digest, purpose, now).await
    }

    async fn consume_token(
        &self,
        digest: &Digest,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, StoreError> {
        if self.is(Fault::AnyPurposeConsumes) {
            for purpose in Purpose::ALL {
                let taken = self.store.consume_token(digest, *purpose, now).await?;
                if taken.is_some() {
                    return Ok(taken);
                }
            }
            return Ok(None);
        }
        let taken = self.store.consume_token(digest, purpose, now).await?;
        if let Some(token) = taken.as_ref().filter(|_| self.is(Fault::ConsumeReadsThenDeletes)) {
            self.store.put_token(token).await?;
            everybody_reads().await;
            self.store.consume_token(digest, purpose, now).await?;
        }
        Ok(taken)
    }

    async fn forget_tokens(
        &self,
        owner: &Owner,
        purpose: Option<Purpose>,
    ) -> Result<(), StoreError> {
        self.store.forget_tokens(owner, purpose).await
    }

    async fn sweep_tokens(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store.sweep_tokens(now).await
    }
}

#[async_trait]
impl SessionStore for Broken {
    async fn create_session(&self, session: &Session) -> Result<(), StoreError> {
        let mut session = session.clone();
        if self.is(Fault::KeepsNoData) {
            session.data.clear();
        }
        if self.is(Fault::KeepsNoEmptyScopes) {
            session.scopes = session.scopes.filter(|scopes| !scopes.as_slice().is_empty());
        }
        if let Some(credential) = session.credential {
            self.current.lock().unwrap().insert(session.id, credential);
        }
        self.store.create_session(&session).await
    }

    async fn find_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let late = Duration::from_micros(u64::from(self.is(Fault::EndsLate)));
        self.store.find_session(id, now - late).await
    }

    async fn would_rotate(&self, rotation: &Rotation) -> Result<Option<Session>, StoreError> {
        let asked = self.store.would_rotate(rotation).await?;
        if self.is(Fault::AskingRotates) && asked.is_some() {
            self.store.rotate_session(rotation).await?;
        }
        let grace = Duration::from_secs(if self.is(Fault::GraceForever) { 1_000_000 } else { 10 });
        self.store.would_rotate(&Rotation { grace, ..rotation.clone() }).await
    }

    async fn rotate_session(&self, rotation: &Rotation) -> Result<RotationOutcome, StoreError> {
        let grace = match self.fault {
            Fault::GraceForever => Duration::from_secs(1_000_000),
            Fault::NoGrace => Duration::ZERO,
            _ => rotation.grace,
        };
        let rotation = Rotation { grace, ..rotation.clone() };
        let read = self.current.lock().unwrap().get(&rotation.session).copied();
        let outcome = self.store.rotate_session(&rotation).await?;
        match outcome {
            RotationOutcome::Reused(session) if self.is(Fault::ReuseSparesTheSession) => {
                self.store.create_session(&session).await?;
                Ok(RotationOutcome::Reused(session))
            }
            RotationOutcome::Replayed(session)
                if self.is(Fault::RotationReadsThenWrites) && read == Some(rotation.presented) =>
            {
                Ok(RotationOutcome::Rotated(session))
            }
            RotationOutcome::Rotated(session) => {
                everybody_reads().await;
                self.current.lock().unwrap().insert(rotation.session, rotation.child);
                Ok(RotationOutcome::Rotated(session))
            }
            outcome => Ok(outcome),
        }
    }

    async fn touch_session(
        &self,
        id: SessionId,
        now: Timestamp,
        idle: Duration,
    ) -> Result<bool, StoreError> {
        self.store.touch_session(id, now, idle).await
    }

    async fn reauthenticate_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.store.reauthenticate_session(id, now).await
    }

    async fn end_session(
        &self,
        owner: &Owner,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        match self.store.find_session(id, now).await? {
            Some(session) if self.is(Fault::AnyOwnerEnds) => {
                self.store.end_session(&session.owner, id, now).await
            }
            _ => self.store.end_session(owner, id, now).await,
        }
    }

    async fn end_sessions(
        &self,
        owner: &Owner,
        keep: Option<SessionId>,
    ) -> Result<u64, StoreError> {
        self.store.end_sessions(owner, keep).await
    }

    async fn list_sessions(
        &self,
        owner: &Owner,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        let mut sessions = self.store.list_sessions(owner, now).await?;
        if self.is(Fault::ListsOldestFirst) {
            sessions.reverse();
        }
        Ok(sessions)
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let more = Duration::from_micros(u64::from(self.is(Fault::SweepsTooMuch)));
        self.store.sweep_sessions(now + more).await
    }
}

#[async_trait]
impl<U: AuthUser> UserStore<U> for Broken {
    async fn create_user(&self, new: NewUser<U>) -> Result<U, StoreError> {
        let made = self.store.create_user(new).await;
        made.map_err(|error| match error {
            StoreError::Taken(_) if self.is(Fault::SaysAnotherColumn) => {
                StoreError::Taken("email".to_owned())
            }
            error => error,
        })
    }

    async fn find_by_id(&self, id: &U::Id) -> Result<Option<U>, StoreError> {
        self.store.find_by_id(id).await
    }

    async fn find_by_email(&self, email: &str) -> Result<Option<U>, StoreError> {
        self.store.find_by_email(email).await
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<U>, StoreError> {
        self.store.find_by_username(username).await
    }

    async fn update_user(&self, id: &U::Id, change: UserChange) -> Result<Option<U>, StoreError> {
        self.store.update_user(id, change).await
    }

    async fn replace_password_hash(
        &self,
        id: &U::Id,
        old: Option<&PasswordHash>,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let Some(column) = U::SPEC.password_hash else { return Ok(false) };
        if !self.is(Fault::HashIsReplacedBlindly) {
            return UserStore::<U>::replace_password_hash(&self.store, id, old, new).await;
        }
        let columns: Vec<(usize, Value)> = vec![(column, new.to_value())];
        let change = UserChange { columns, at: Timestamp::from_secs(0) };
        Ok(UserStore::<U>::update_user(&self.store, id, change).await?.is_some())
    }

    fn describe(&self) -> String {
        "broken".to_owned()
    }
}

#[async_trait]
impl SigningKeyStore for Broken {
    async fn signing_keys(&self, realm: &str) -> Result<Vec<StoredKey>, StoreError> {
        let keys = self.signing_keys.lock().unwrap();
        Ok(keys.values().filter(|key| key.realm == realm).cloned().collect())
    }

    async fn add_signing_key(&self, key: &StoredKey) -> Result<bool, StoreError> {
        let name = (key.realm.clone(), key.generation);
        if self.is(Fault::GenerationReadsThenWrites) {
            if self.signing_keys(&key.realm).await?.iter().any(|it| key.generation <= it.generation)
            {
                return Ok(false);
            }
            everybody_reads().await;
            self.signing_keys.lock().unwrap().insert(name, key.clone());
            return Ok(true);
        }
        let mut keys = self.signing_keys.lock().unwrap();
        let is_late =
            keys.values().any(|it| it.realm == key.realm && key.generation <= it.generation);
        if keys.contains_key(&name) || (is_late && !self.is(Fault::GenerationReturns)) {
            return Ok(false);
        }
        keys.insert(name, key.clone());
        Ok(true)
    }

    async fn prolong_signing_key(
        &self,
        realm: &str,
        generation: i64,
        verifies_for: Duration,
    ) -> Result<bool, StoreError> {
        let mut keys = self.signing_keys.lock().unwrap();
        let key = keys.get_mut(&(realm.to_owned(), generation));
        let Some(key) = key else { return Ok(false) };
        let is_longer = key.verifies_for < verifies_for;
        if is_longer || self.is(Fault::LaterNeedShortens) {
            key.verifies_for = verifies_for;
        }
        Ok(is_longer)
    }

    async fn remove_signing_key(&self, realm: &str, generation: i64) -> Result<bool, StoreError> {
        Ok(self.signing_keys.lock().unwrap().remove(&(realm.to_owned(), generation)).is_some())
    }
}

#[async_trait]
impl RoleStore for Broken {
    async fn create_role(
        &self,
        realm: &str,
        role: &Role,
        terms: &Terms<'_>,
    ) -> Result<bool, StoreError> {
        let actor = terms.actor.filter(|_| !self.is(Fault::AdministratorsGiveAnything));
        self.store.create_role(realm, role, &Terms { actor, ..*terms }).await
    }

    async fn find_role(&self, realm: &str, name: &RoleName) -> Result<Option<Role>, StoreError> {
        self.store.find_role(realm, name).await
    }

    async fn list_roles(&self, realm: &str) -> Result<Vec<Role>, StoreError> {
        self.store.list_roles(realm).await
    }

    async fn set_role_permissions(
        &self,
        realm: &str,
        role: &Role,
        terms: &Terms<'_>,
    ) -> Result<Removal, StoreError> {
        self.store.set_role_permissions(realm, role, terms).await
    }

    async fn delete_role(
        &self,
        realm: &str,
        name: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<RoleDeletion, StoreError> {
        let actor = terms.actor.filter(|_| !self.is(Fault::AnybodyDeletesRoles));
        self.store.delete_role(realm, name, &Terms { actor, ..*terms }).await
    }

    async fn revoke_role(
        &self,
        owner: &Owner,
        name: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<Removal, StoreError> {
        let needed = terms.needed.filter(|_| !self.is(Fault::LastHolderGoes));
        let holders = self.store.holders_of(&owner.realm, needed.unwrap_or_default()).await?;
        let counts_all = self.is(Fault::SwitchedOffAccountsCount);
        let accounts = if counts_all { Accounts::Among(&holders) } else { terms.accounts };
        self.store.revoke_role(owner, name, &Terms { needed, accounts, ..*terms }).await
    }

    async fn give_role(
        &self,
        owner: &Owner,
        name: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<Assignment, StoreError> {
        self.store.give_role(owner, name, terms).await
    }

    async fn revoke_roles(&self, owner: &Owner, terms: &Terms<'_>) -> Result<Removal, StoreError> {
        self.store.revoke_roles(owner, terms).await
    }

    async fn roles_of(&self, owner: &Owner) -> Result<Vec<Role>, StoreError> {
        self.store.roles_of(owner).await
    }

    async fn permissions_of(&self, owner: &Owner) -> Result<Permissions, StoreError> {
        self.store.permissions_of(owner).await
    }

    async fn holders_of(&self, realm: &str, permission: &str) -> Result<Vec<String>, StoreError> {
        self.store.holders_of(realm, permission).await
    }
}

#[async_trait]
impl<U: AuthUser> Store<U> for Broken {
    async fn open_session(
        &self,
        id: &U::Id,
        hash: Option<&PasswordHash>,
        session: &Session,
    ) -> Result<bool, StoreError> {
        if self.is(Fault::AnybodySignsIn) {
            return self.create_session(session).await.map(|()| true);
        }
        Store::<U>::open_session(&self.store, id, hash, session).await
    }

    async fn change_password(
        &self,
        id: &U::Id,
        old: Option<&PasswordHash>,
        new: &PasswordHash,
        keep: Option<SessionId>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let owner = owner_of::<U>(id);
        let before = self.store.list_sessions(&owner, now).await?;
        let keep = keep.filter(|_| !self.is(Fault::EndedSessionsSetPasswords));
        let changed = Store::<U>::change_password(&self.store, id, old, new, keep, now).await?;
        if changed && self.is(Fault::PasswordChangeSparesSessions) {
            for session in before.iter().filter(|session| Some(session.id) != keep) {
                self.store.create_session(session).await?;
            }
        }
        Ok(changed)
    }

    async fn put_token_of(
        &self,
        hash: Option<&PasswordHash>,
        session: SessionId,
        token: &OneTimeToken,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if self.is(Fault::AnybodyAsks) {
            return self.put_token(token).await.map(|()| true);
        }
        if self.is(Fault::EndedSessionsAsk) {
            return self.put_token(token).await.map(|()| true);
        }
        Store::<U>::put_token_of(&self.store, hash, session, token, now).await
    }

    async fn redeem(
        &self,
        token: &Digest,
        redemption: &Redemption,
        now: Timestamp,
    ) -> Result<Option<Redeemed<U>>, StoreError> {
        let found = self.store.find_token(token, redemption.purpose(), now).await?;
        let Some(found) = found else { return Ok(None) };
        if self.is(Fault::RedemptionReadsThenDoes) {
            everybody_reads().await;
            self.store.put_token(&found).await?;
        }
        let before = self.store.list_sessions(&found.owner, now).await?;
        let accounts = self.store.oauth_accounts_of(&found.owner).await?;
        let redeemed = Store::<U>::redeem(&self.store, token, redemption, now).await?;
        let spares = match redemption {
            Redemption::MagicLink => self.is(Fault::FirstLinkSparesAccounts),
            Redemption::ResetPassword(_) => self.is(Fault::ResetSparesAccounts),
            Redemption::VerifyEmail => self.is(Fault::VerificationSparesAccounts),
            _ => false,
        };
        if redeemed.is_some() && spares {
            self.give_back(&accounts).await?;
        }
        if redeemed.is_some() && self.is(Fault::ProofRemovesAccounts) {
            self.store.remove_oauth_accounts(&found.owner, None).await?;
        }
        if redeemed.is_some() && self.is(Fault::RedemptionSparesSessions) {
            for session in &before {
                drop(self.store.create_session(session).await);
            }
        }
        if redeemed.is_none() && self.is(Fault::RefusalUsesUp) {
            self.store.consume_token(token, redemption.purpose(), now).await?;
        }
        Ok(redeemed)
    }

    async fn create_proved_user(
        &self,
        token: &Digest,
        purpose: Purpose,
        new: NewUser<U>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        let made = Store::<U>::create_proved_user(&self.store, token, purpose, new, now).await;
        if made.is_err() && self.is(Fault::TakenUsesUp) {
            self.store.consume_token(token, purpose, now).await?;
        }
        made
    }

    async fn create_user_with_account(
        &self,
        new: NewUser<U>,
        account: NewOAuthAccount,
        pending: Option<&Digest>,
        now: Timestamp,
    ) -> Result<Option<U>, StoreError> {
        self.sign_up(new, account, pending, now).await
    }

    async fn link_account(
        &self,
        id: &U::Id,
        account: NewOAuthAccount,
        linking: Linking<'_>,
        now: Timestamp,
    ) -> Result<Linked<U>, StoreError> {
        self.link(id, account, linking, now).await
    }

    async fn unlink_account(
        &self,
        id: &U::Id,
        provider: &str,
        others: OtherWays<'_>,
        keep: SessionId,
        now: Timestamp,
    ) -> Result<Unlinked, StoreError> {
        self.unlink::<U>(id, provider, others, keep, now).await
    }

    async fn assign_role(
        &self,
        id: &U::Id,
        role: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<Assignment, StoreError> {
        let mut terms = *terms;
        if let Some(actor) = terms.actor.filter(|_| self.is(Fault::AdministratorIsReadFirst)) {
            terms.allow(&self.store.permissions_of(&actor.owner).await?, [])?;
            sleep(Duration::from_millis(2)).await;
            terms.actor = None;
        }
        let said = Store::<U>::assign_role(&self.store, id, role, &terms).await?;
        let is_blind = said == Assignment::NoUser && self.is(Fault::AnybodyGetsRoles);
        Ok(if is_blind { Assignment::Assigned } else { said })
    }

    async fn delete_account(
        &self,
        id: &U::Id,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError> {
        let owner = owner_of::<U>(id);
        let before = self.store.list_sessions(&owner, Timestamp::from_secs(0)).await?;
        let accounts = self.store.oauth_accounts_of(&owner).await?;
        let deleted = Store::<U>::delete_account(&self.store, id, needed).await?;
        if deleted == Removal::Done && self.is(Fault::DeletionLeavesAccounts) {
            self.give_back(&accounts).await?;
        }
        if deleted == Removal::Done && self.is(Fault::DeletionLeavesSessions) {
            for session in &before {
                self.store.create_session(session).await?;
            }
        }
        Ok(deleted)
    }
}
