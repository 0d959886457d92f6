//! Accounts, and what changes with them.

macro_rules! keep_accounts {
    ($store:ty) => {
        const _: () = {
            use async_trait::async_trait;

            use $crate::{
                access::RoleName,
                secret::{Digest, PasswordHash},
                store::{
                    Assignment, Linked, Linking, NewOAuthAccount, NewUser, OneTimeToken, OtherWays,
                    Purpose, Redeemed, Redemption, Removal, Session, SessionId, Store, StoreError,
                    Terms, Unlinked, owner_of,
                    sql::{account, again, lookups, oauth_account, redeem, role},
                },
                time::Timestamp,
                user::AuthUser,
                value::Row,
            };

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
                    session: SessionId,
                    token: &OneTimeToken,
                    now: Timestamp,
                ) -> Result<bool, StoreError> {
                    again(self, || redeem::put_of(self, U::SPEC, hash, session, token, now)).await
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

                async fn create_user_with_account(
                    &self,
                    new: NewUser<U>,
                    account: NewOAuthAccount,
                    pending: Option<&Digest>,
                    now: Timestamp,
                ) -> Result<Option<U>, StoreError> {
                    let owner = |row: &Row| Ok(owner_of::<U>(U::from_row(row.clone())?.id()));
                    let (values, account) = (new.values(), &account);
                    let work = || {
                        oauth_account::create_user(
                            self,
                            U::SPEC,
                            values,
                            &owner,
                            account,
                            pending,
                            now,
                        )
                    };
                    Ok(again(self, work).await?.map(U::from_row).transpose()?)
                }

                async fn link_account(
                    &self,
                    id: &U::Id,
                    account: NewOAuthAccount,
                    linking: Linking<'_>,
                    now: Timestamp,
                ) -> Result<Linked<U>, StoreError> {
                    let account = account.of(owner_of::<U>(id), now);
                    let work = || oauth_account::link(self, U::SPEC, &account, linking, now);
                    Ok(again(self, work).await?.try_map(U::from_row)?)
                }

                async fn unlink_account(
                    &self,
                    id: &U::Id,
                    provider: &str,
                    others: OtherWays<'_>,
                    keep: SessionId,
                    _: Timestamp,
                ) -> Result<Unlinked, StoreError> {
                    let owner = owner_of::<U>(id);
                    let work =
                        || oauth_account::unlink(self, U::SPEC, &owner, provider, others, keep);
                    again(self, work).await
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
        };
    };
}

pub(in crate::store) use keep_accounts;
