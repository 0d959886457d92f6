use async_trait::async_trait;

use super::Sqlite;
use crate::{
    secret::PasswordHash,
    store::{NewUser, SchemaReport, StoreError, UserChange, UserStore, sql::user},
    user::{AuthUser, UserKey},
    value::Row,
};

#[async_trait]
impl<U: AuthUser> UserStore<U> for Sqlite {
    async fn create_user(&self, new: NewUser<U>) -> Result<U, StoreError> {
        Ok(U::from_row(user::create(self, U::SPEC, new.values()).await?)?)
    }

    async fn find_by_id(&self, id: &U::Id) -> Result<Option<U>, StoreError> {
        read(user::find_by_id(self, U::SPEC, id.render()).await?)
    }

    async fn find_by_email(&self, email: &str) -> Result<Option<U>, StoreError> {
        read(user::find_by_email(self, U::SPEC, email).await?)
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<U>, StoreError> {
        read(user::find_by_username(self, U::SPEC, username).await?)
    }

    async fn update_user(&self, id: &U::Id, change: UserChange) -> Result<Option<U>, StoreError> {
        let changes = change.into_columns::<U>();
        read(user::update(self, U::SPEC, id.render(), changes).await?)
    }

    async fn replace_password_hash(
        &self,
        id: &U::Id,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        user::replace_password_hash(self, U::SPEC, id.render(), old, new).await
    }

    fn describe(&self) -> String {
        format!("sqlite {}", self.name)
    }

    async fn migrate(&self) -> Result<Vec<String>, StoreError> {
        self.migrate_tables().await
    }

    async fn create_user_table(&self) -> Result<bool, StoreError> {
        self.create_table(U::SPEC).await
    }

    async fn verify_schema(&self) -> Result<SchemaReport, StoreError> {
        self.compare_table(U::SPEC).await
    }
}

fn read<U: AuthUser>(row: Option<Row>) -> Result<Option<U>, StoreError> {
    Ok(row.map(U::from_row).transpose()?)
}
