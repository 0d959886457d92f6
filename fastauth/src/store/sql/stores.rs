//! The traits of a store, for what is a [`Database`](super::Database): the same for each.

/// Implements every trait of a store for a database.
///
/// Not `impl<D: Database> … for D`: an application's own store would then be told of a trait of ours
/// that it cannot name, and the pages of the traits would show it.
macro_rules! stores {
    ($store:ty) => {
        const _: () = {
            use std::time::Duration;

            use async_trait::async_trait;

            use $crate::{
                access::{Permissions, Role, RoleName},
                secret::{Digest, PasswordHash},
                store::{
                    Assignment, Budget, KeyValueStore, NewUser, OneTimeToken, OneTimeTokenStore,
                    Owner, Purpose, Redeemed, Redemption, Refund, Removal, RoleDeletion, RoleStore,
                    Rotation, RotationOutcome, SchemaReport, Session, SessionId, SessionKeeper,
                    SessionStore, SigningKeyStore, Spending, Store, StoreError, StoredKey, Terms,
                    UserChange, UserKeeper, UserStore, owner_of,
                    sql::{
                        Database, account, again, budget, lookups, once, redeem, role, session,
                        signing_key, user, values,
                    },
                },
                time::Timestamp,
                user::{AuthUser, UserKey},
            };

            #[async_trait]
            impl<U: AuthUser> UserStore<U> for $store {
                async fn create_user(&self, new: NewUser<U>) -> Result<U, StoreError> {
                    let row = again(self, || user::create(self, U::SPEC, new.values())).await?;
                    Ok(U::from_row(row)?)
                }

                async fn find_by_id(&self, id: &U::Id) -> Result<Option<U>, StoreError> {
                    Ok(user::find_by_id(self, U::SPEC, id.render())
                        .await?
                        .map(U::from_row)
                        .transpose()?)
                }

                async fn find_by_email(&self, email: &str) -> Result<Option<U>, StoreError> {
                    Ok(user::find_by_email(self, U::SPEC, email)
                        .await?
                        .map(U::from_row)
                        .transpose()?)
                }

                async fn find_by_username(&self, username: &str) -> Result<Option<U>, StoreError> {
                    Ok(user::find_by_username(self, U::SPEC, username)
                        .await?
                        .map(U::from_row)
                        .transpose()?)
                }

                async fn update_user(
                    &self,
                    id: &U::Id,
                    change: UserChange,
                ) -> Result<Option<U>, StoreError> {
                    let changes = change.into_columns::<U>();
                    Ok(user::update(self, U::SPEC, id.render(), changes)
                        .await?
                        .map(U::from_row)
                        .transpose()?)
                }

                async fn replace_password_hash(
                    &self,
                    id: &U::Id,
                    old: Option<&PasswordHash>,
                    new: &PasswordHash,
                ) -> Result<bool, StoreError> {
                    user::replace_password_hash(self, U::SPEC, id.render(), old, new).await
                }

                fn describe(&self) -> String {
                    Database::address(self)
                }

                async fn migrate(&self) -> Result<Vec<String>, StoreError> {
                    Database::migrate_tables(self).await
                }

                async fn create_user_table(&self) -> Result<bool, StoreError> {
                    Database::create_table(self, U::SPEC).await
                }

                async fn verify_schema(&self) -> Result<SchemaReport, StoreError> {
                    Database::compare_table(self, U::SPEC).await
                }
            }

            #[async_trait]
            impl<U: AuthUser> UserKeeper<U> for $store {
                async fn delete_user(&self, id: &U::Id) -> Result<bool, StoreError> {
                    account::delete_user(self, U::SPEC, &owner_of::<U>(id)).await
                }
            }

            #[async_trait]
            impl<U: AuthUser> Store<U> for $store {
                async fn session_with_user(
                    &self,
                    id: SessionId,
                    now: Timestamp,
                ) -> Result<Option<(Session, U)>, StoreError> {
                    let found = lookups::session_with_user(self, U::SPEC, id, now).await?;
                    found.map(|(session, row)| Ok((session, U::from_row(row)?))).transpose()
                }

                async fn open_session(
                    &self,
                    id: &U::Id,
                    hash: Option<&PasswordHash>,
                    session: &Session,
                ) -> Result<bool, StoreError> {
                    account::open_session(self, U::SPEC, &owner_of::<U>(id), hash, session).await
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
                    again(self, || {
                        account::change_password(self, U::SPEC, &owner, old, new, keep, now)
                    })
                    .await
                }

                async fn put_token_of(
                    &self,
                    hash: Option<&PasswordHash>,
                    token: &OneTimeToken,
                ) -> Result<bool, StoreError> {
                    redeem::put_of(self, U::SPEC, hash, token).await
                }

                async fn redeem(
                    &self,
                    token: &Digest,
                    redemption: &Redemption,
                    now: Timestamp,
                ) -> Result<Option<Redeemed<U>>, StoreError> {
                    let work = || redeem::redeem(self, U::SPEC, token, redemption, now);
                    let Some((before, after)) = again(self, work).await? else { return Ok(None) };
                    let (before, user) = (U::from_row(before)?, U::from_row(after)?);
                    Ok(Some(Redeemed { before, user }))
                }

                async fn create_proved_user(
                    &self,
                    token: &Digest,
                    purpose: Purpose,
                    new: NewUser<U>,
                    now: Timestamp,
                ) -> Result<Option<U>, StoreError> {
                    let values = new.values();
                    let work = || redeem::create_proved(self, U::SPEC, token, purpose, values, now);
                    Ok(again(self, work).await?.map(U::from_row).transpose()?)
                }

                async fn assign_role(
                    &self,
                    id: &U::Id,
                    name: &RoleName,
                    terms: &Terms<'_>,
                ) -> Result<Assignment, StoreError> {
                    let owner = owner_of::<U>(id);
                    again(self, || role::assign(self, U::SPEC, &owner, name, terms)).await
                }

                async fn delete_account(
                    &self,
                    id: &U::Id,
                    needed: Option<&str>,
                ) -> Result<Removal, StoreError> {
                    let owner = owner_of::<U>(id);
                    again(self, || account::delete(self, U::SPEC, &owner, needed)).await
                }
            }

            impl SessionKeeper for $store {
                fn describe(&self) -> String {
                    Database::address(self)
                }
            }

            #[async_trait]
            impl SessionStore for $store {
                async fn create_session(&self, session: &Session) -> Result<(), StoreError> {
                    session::create(self, session).await
                }

                async fn find_session(
                    &self,
                    id: SessionId,
                    now: Timestamp,
                ) -> Result<Option<Session>, StoreError> {
                    session::find(self, id, now).await
                }

                async fn would_rotate(
                    &self,
                    rotation: &Rotation,
                ) -> Result<Option<Session>, StoreError> {
                    session::would_rotate(self, rotation).await
                }

                async fn rotate_session(
                    &self,
                    rotation: &Rotation,
                ) -> Result<RotationOutcome, StoreError> {
                    again(self, || session::rotate(self, rotation)).await
                }

                async fn touch_session(
                    &self,
                    id: SessionId,
                    now: Timestamp,
                    idle: Duration,
                ) -> Result<bool, StoreError> {
                    session::touch(self, id, now, idle).await
                }

                async fn reauthenticate_session(
                    &self,
                    id: SessionId,
                    now: Timestamp,
                ) -> Result<bool, StoreError> {
                    session::reauthenticate(self, id, now).await
                }

                async fn end_session(
                    &self,
                    owner: &Owner,
                    id: SessionId,
                    now: Timestamp,
                ) -> Result<bool, StoreError> {
                    session::end(self, owner, id, now).await
                }

                async fn end_sessions(
                    &self,
                    owner: &Owner,
                    keep: Option<SessionId>,
                ) -> Result<u64, StoreError> {
                    session::end_all(self, owner, keep).await
                }

                async fn list_sessions(
                    &self,
                    owner: &Owner,
                    now: Timestamp,
                ) -> Result<Vec<Session>, StoreError> {
                    session::list(self, owner, now).await
                }

                async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
                    session::sweep(self, now).await
                }
            }

            #[async_trait]
            impl OneTimeTokenStore for $store {
                async fn put_token(&self, token: &OneTimeToken) -> Result<(), StoreError> {
                    once::put(self, token).await
                }

                async fn find_token(
                    &self,
                    digest: &Digest,
                    purpose: Purpose,
                    now: Timestamp,
                ) -> Result<Option<OneTimeToken>, StoreError> {
                    once::find(self, digest, purpose, now).await
                }

                async fn consume_token(
                    &self,
                    digest: &Digest,
                    purpose: Purpose,
                    now: Timestamp,
                ) -> Result<Option<OneTimeToken>, StoreError> {
                    once::consume(self, digest, purpose, now).await
                }

                async fn forget_tokens(
                    &self,
                    owner: &Owner,
                    purpose: Option<Purpose>,
                ) -> Result<(), StoreError> {
                    once::forget(self, owner, purpose).await
                }

                async fn sweep_tokens(&self, now: Timestamp) -> Result<u64, StoreError> {
                    once::sweep(self, now).await
                }
            }

            #[async_trait]
            impl SigningKeyStore for $store {
                async fn signing_keys(&self, realm: &str) -> Result<Vec<StoredKey>, StoreError> {
                    signing_key::list(self, realm).await
                }

                async fn add_signing_key(&self, key: &StoredKey) -> Result<bool, StoreError> {
                    signing_key::add(self, key).await
                }

                async fn prolong_signing_key(
                    &self,
                    realm: &str,
                    generation: i64,
                    verifies_for: Duration,
                ) -> Result<bool, StoreError> {
                    signing_key::prolong(self, (realm, generation), verifies_for).await
                }

                async fn remove_signing_key(
                    &self,
                    realm: &str,
                    generation: i64,
                ) -> Result<bool, StoreError> {
                    signing_key::remove(self, realm, generation).await
                }
            }

            #[async_trait]
            impl KeyValueStore for $store {
                async fn get(
                    &self,
                    key: &str,
                    now: Timestamp,
                ) -> Result<Option<Vec<u8>>, StoreError> {
                    values::get(self, key, now).await
                }

                async fn set(
                    &self,
                    key: &str,
                    value: &[u8],
                    until: Timestamp,
                ) -> Result<(), StoreError> {
                    values::set(self, key, value, until).await
                }

                async fn set_new(
                    &self,
                    key: &str,
                    value: &[u8],
                    now: Timestamp,
                    until: Timestamp,
                ) -> Result<bool, StoreError> {
                    values::set_new(self, key, value, now, until).await
                }

                async fn take(
                    &self,
                    key: &str,
                    now: Timestamp,
                ) -> Result<Option<Vec<u8>>, StoreError> {
                    values::take(self, key, now).await
                }

                async fn count(
                    &self,
                    key: &str,
                    by: u32,
                    now: Timestamp,
                    window: Duration,
                ) -> Result<u64, StoreError> {
                    values::count(self, key, by, now, window).await
                }

                async fn spend(
                    &self,
                    budgets: &[Budget],
                    now: Timestamp,
                ) -> Result<Spending, StoreError> {
                    again(self, || budget::spend(self, budgets, now)).await
                }

                async fn refund(&self, refunds: &[Refund]) -> Result<(), StoreError> {
                    again(self, || budget::refund(self, refunds)).await
                }

                async fn remove(&self, key: &str) -> Result<(), StoreError> {
                    again(self, || values::remove(self, key)).await
                }

                async fn sweep_values(&self, now: Timestamp) -> Result<u64, StoreError> {
                    Ok(values::sweep(self, now).await? + budget::sweep(self, now).await?)
                }
            }

            #[async_trait]
            impl RoleStore for $store {
                async fn create_role(
                    &self,
                    realm: &str,
                    new: &Role,
                    terms: &Terms<'_>,
                ) -> Result<bool, StoreError> {
                    again(self, || role::create(self, realm, new, terms)).await
                }

                async fn find_role(
                    &self,
                    realm: &str,
                    name: &RoleName,
                ) -> Result<Option<Role>, StoreError> {
                    role::find(self, realm, name).await
                }

                async fn list_roles(&self, realm: &str) -> Result<Vec<Role>, StoreError> {
                    role::list(self, realm).await
                }

                async fn set_role_permissions(
                    &self,
                    realm: &str,
                    changed: &Role,
                    terms: &Terms<'_>,
                ) -> Result<Removal, StoreError> {
                    again(self, || role::set_permissions(self, realm, changed, terms)).await
                }

                async fn delete_role(
                    &self,
                    realm: &str,
                    name: &RoleName,
                    terms: &Terms<'_>,
                ) -> Result<RoleDeletion, StoreError> {
                    again(self, || role::delete(self, realm, name, terms)).await
                }

                async fn revoke_role(
                    &self,
                    owner: &Owner,
                    name: &RoleName,
                    terms: &Terms<'_>,
                ) -> Result<Removal, StoreError> {
                    again(self, || role::revoke(self, owner, name, terms)).await
                }

                async fn give_role(
                    &self,
                    owner: &Owner,
                    name: &RoleName,
                    terms: &Terms<'_>,
                ) -> Result<Assignment, StoreError> {
                    again(self, || role::give(self, owner, name, terms)).await
                }

                async fn revoke_roles(
                    &self,
                    owner: &Owner,
                    terms: &Terms<'_>,
                ) -> Result<Removal, StoreError> {
                    again(self, || role::revoke_all(self, owner, terms)).await
                }

                async fn roles_of(&self, owner: &Owner) -> Result<Vec<Role>, StoreError> {
                    role::roles_of(self, owner).await
                }

                async fn permissions_of(&self, owner: &Owner) -> Result<Permissions, StoreError> {
                    role::permissions_of(self, owner).await
                }

                async fn holders_of(
                    &self,
                    realm: &str,
                    permission: &str,
                ) -> Result<Vec<String>, StoreError> {
                    role::holders_of(self, realm, permission).await
                }
            }
        };
    };
}

pub(in crate::store) use stores;
