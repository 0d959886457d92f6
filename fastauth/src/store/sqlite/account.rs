use async_trait::async_trait;

use super::Sqlite;
use crate::{
    access::RoleName,
    secret::PasswordHash,
    store::{
        Assignment, Removal, Session, SessionId, Store, StoreError, owner_of,
        sql::{account, role},
    },
    time::Timestamp,
    user::AuthUser,
};

#[async_trait]
impl<U: AuthUser> Store<U> for Sqlite {
    async fn session_with_user(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<(Session, U)>, StoreError> {
        let found = account::session_with_user(self, U::SPEC, id, now).await?;
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
        account::change_password(self, U::SPEC, &owner_of::<U>(id), old, new, keep, now).await
    }

    async fn assign_role(&self, id: &U::Id, name: &RoleName) -> Result<Assignment, StoreError> {
        role::assign(self, U::SPEC, &owner_of::<U>(id), name).await
    }

    async fn delete_account(
        &self,
        id: &U::Id,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError> {
        account::delete(self, U::SPEC, &owner_of::<U>(id), needed).await
    }
}
