use async_trait::async_trait;

use super::{Owner, StoreError, Terms};
use crate::access::{Permissions, Role, RoleName};

/// Keeps roles and who has them. Decisions are made from here at each request, so that what is taken
/// away is gone at the next one, in every process (ASVS 8.3.2).
///
/// Roles change on [`Terms`], which the store looks at in the transaction of the change. Of two changes
/// in one realm the second sees what the first has done: nobody gives what they had lost by then.
///
/// # Errors
/// [`StoreError::Denied`] where the terms name an actor who may not make the change; nothing is changed
/// then.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not keep roles",
    label = "does not keep roles",
    note = "implement `fastauth::store::RoleStore` for it"
)]
#[async_trait]
pub trait RoleStore: Send + Sync + 'static {
    /// Keeps a new role. `false` when there is one of this name. An actor gives all that is in it.
    async fn create_role(
        &self,
        realm: &str,
        role: &Role,
        terms: &Terms<'_>,
    ) -> Result<bool, StoreError>;

    /// The role of this name.
    async fn find_role(&self, realm: &str, name: &RoleName) -> Result<Option<Role>, StoreError>;

    /// All roles, by name.
    async fn list_roles(&self, realm: &str) -> Result<Vec<Role>, StoreError>;

    /// Gives a role other permissions. An actor gives those that were not in it.
    async fn set_role_permissions(
        &self,
        realm: &str,
        role: &Role,
        terms: &Terms<'_>,
    ) -> Result<Removal, StoreError>;

    /// Takes a role from everybody and forgets it.
    async fn delete_role(
        &self,
        realm: &str,
        name: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<RoleDeletion, StoreError>;

    /// Takes a role from somebody.
    async fn revoke_role(
        &self,
        owner: &Owner,
        name: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<Removal, StoreError>;

    /// Gives somebody a role, if it is there: for whoever has seen to it that there is such a user, who
    /// may be kept elsewhere. An actor gives all that is in it.
    async fn give_role(
        &self,
        owner: &Owner,
        name: &RoleName,
        terms: &Terms<'_>,
    ) -> Result<Assignment, StoreError>;

    /// Takes all roles from somebody, who may have had none.
    async fn revoke_roles(&self, owner: &Owner, terms: &Terms<'_>) -> Result<Removal, StoreError>;

    /// The roles somebody has, by name.
    async fn roles_of(&self, owner: &Owner) -> Result<Vec<Role>, StoreError>;

    /// What somebody may do, by all their roles: one question, asked at every guarded request.
    async fn permissions_of(&self, owner: &Owner) -> Result<Permissions, StoreError>;

    /// Who holds this permission: their ids as text, once each and in order, whatever has become of
    /// their accounts.
    async fn holders_of(&self, realm: &str, permission: &str) -> Result<Vec<String>, StoreError>;
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
