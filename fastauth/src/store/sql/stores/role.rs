//! Roles.

macro_rules! keep_roles {
    ($store:ty) => {
        const _: () = {
            use async_trait::async_trait;

            use $crate::{
                access::{Permissions, Role, RoleName},
                store::{
                    Assignment, Owner, Removal, RoleDeletion, RoleStore, StoreError, Terms,
                    sql::{again, role},
                },
            };

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

pub(in crate::store) use keep_roles;
