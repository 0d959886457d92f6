use async_trait::async_trait;

use super::Sqlite;
use crate::{
    secret::PasswordHash,
    store::{Session, SessionId, Store, StoreError, owner_of, sql::account},
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

    async fn delete_account(&self, id: &U::Id) -> Result<bool, StoreError> {
        account::delete(self, U::SPEC, &owner_of::<U>(id)).await
    }
}
