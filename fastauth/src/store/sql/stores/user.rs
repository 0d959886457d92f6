//! The users themselves.

macro_rules! keep_users {
    ($store:ty) => {
        const _: () = {
            use async_trait::async_trait;

            use $crate::{
                secret::PasswordHash,
                store::{
                    NewUser, SchemaReport, StoreError, UserChange, UserKeeper, UserStore, owner_of,
                    sql::{Database, account, again, user},
                },
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
        };
    };
}

pub(in crate::store) use keep_users;
