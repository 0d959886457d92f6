use async_trait::async_trait;

use super::{Owner, StoreError};
use crate::access::{Permissions, Role, RoleName};

/// Keeps roles and who has them. Decisions are made from here at each request, so that what is taken
/// away is gone at the next one, in every process (ASVS 8.3.2).
///
/// Where a permission is `needed`, whoever holds it last keeps it: a change that would leave nobody
/// with it is not made.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not keep roles",
    label = "does not keep roles",
    note = "implement `fastauth::store::RoleStore` for it"
)]
#[async_trait]
pub trait RoleStore: Send + Sync + 'static {
    /// Keeps a new role. `false` when there is one of this name.
    async fn create_role(&self, realm: &str, role: &Role) -> Result<bool, StoreError>;

    /// The role of this name.
    async fn find_role(&self, realm: &str, name: &RoleName) -> Result<Option<Role>, StoreError>;

    /// All roles, by name.
    async fn list_roles(&self, realm: &str) -> Result<Vec<Role>, StoreError>;

    /// Gives a role other permissions.
    async fn set_role_permissions(
        &self,
        realm: &str,
        role: &Role,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError>;

    /// Takes a role from everybody and forgets it.
    async fn delete_role(
        &self,
        realm: &str,
        name: &RoleName,
        needed: Option<&str>,
    ) -> Result<RoleDeletion, StoreError>;

    /// Takes a role from somebody.
    async fn revoke_role(
        &self,
        owner: &Owner,
        name: &RoleName,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError>;

    /// Gives somebody a role, if it is there: for whoever has seen to it that there is such a user, who
    /// may be kept elsewhere.
    async fn give_role(&self, owner: &Owner, name: &RoleName) -> Result<Assignment, StoreError>;

    /// Takes all roles from somebody, who may have had none.
    async fn revoke_roles(
        &self,
        owner: &Owner,
        needed: Option<&str>,
    ) -> Result<Removal, StoreError>;

    /// The roles somebody has, by name.
    async fn roles_of(&self, owner: &Owner) -> Result<Vec<Role>, StoreError>;

    /// What somebody may do, by all their roles: one question, asked at every guarded request.
    async fn permissions_of(&self, owner: &Owner) -> Result<Permissions, StoreError>;

    /// Whether anybody holds this permission.
    async fn is_permission_held(&self, realm: &str, permission: &str) -> Result<bool, StoreError>;
}

/// What became of giving somebody a role.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Assignment {
    /// They have it now.
    Assigned,
    /// They had it already.
    Held,
    /// There is no such role.
    NoRole,
    /// There is no such user.
    NoUser,
}

/// What became of taking something away.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Removal {
    /// It was not there.
    Absent,
    /// It is done.
    Done,
    /// Nothing was changed: nobody would be left with the permission that is needed.
    Last,
}

/// What became of deleting a role.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RoleDeletion {
    /// It was not there.
    Absent,
    /// It is gone, and these users had it: their ids as text.
    Deleted(Vec<String>),
    /// Nothing was changed: nobody would be left with the permission that is needed.
    Last,
}
