use async_trait::async_trait;

use super::Sqlite;
use crate::{
    access::{Permissions, Role, RoleName},
    store::{Owner, Removal, RoleDeletion, RoleStore, StoreError, sql::role},
};

#[async_trait]
impl RoleStore for Sqlite {
    async fn create_role(&self, realm: &str, new: &Role) -> Result<bool, StoreError> {
        role::create(self, realm, new).await
    }

    async fn find_role(&self, realm: &str, name: &RoleName) -> Result<Option<Role>, StoreError> {
        role::find(self, realm, name).await
    }

    async fn list_roles(&self, realm: &str) -> Result<Vec<Role>, StoreError> {
        role::list(self, realm).await
    }

    async fn set_role_permissions(
        &self,
        realm: &str,
        changed: &Role,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError> {
        role::set_permissions(self, realm, changed, needed).await
    }

    async fn delete_role(
        &self,
        realm: &str,
        name: &RoleName,
        needed: Option<&str>,
    ) -> Result<RoleDeletion, StoreError> {
        role::delete(self, realm, name, needed).await
    }

    async fn revoke_role(
        &self,
        owner: &Owner,
        name: &RoleName,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError> {
        role::revoke(self, owner, name, needed).await
    }

    async fn roles_of(&self, owner: &Owner) -> Result<Vec<Role>, StoreError> {
        role::roles_of(self, owner).await
    }

    async fn permissions_of(&self, owner: &Owner) -> Result<Permissions, StoreError> {
        role::permissions_of(self, owner).await
    }

    async fn is_permission_held(&self, realm: &str, permission: &str) -> Result<bool, StoreError> {
        role::is_held(self, realm, permission).await
    }
}
