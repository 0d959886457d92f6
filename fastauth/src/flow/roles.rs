use std::sync::Arc;

use super::shield::shielded;
use crate::{
    access::{Permissions, Role, RoleName},
    auth::Auth,
    error::{Code, Error, FieldError},
    hooks::{Event, HookContext},
    store::{Removal, RoleDeletion, owner_of},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// All roles, by name.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn roles(&self) -> Result<Vec<Role>, Error> {
        Ok(self.0.store.list_roles(U::SPEC.table).await?)
    }

    /// The roles of a user, by name.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn roles_of(&self, id: &U::Id) -> Result<Vec<Role>, Error> {
        Ok(self.0.store.roles_of(&owner_of::<U>(id)).await?)
    }

    /// What a user may do, by all their roles.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn permissions_of(&self, id: &U::Id) -> Result<Permissions, Error> {
        Ok(self.0.store.permissions_of(&owner_of::<U>(id)).await?)
    }

    /// Makes a role.
    ///
    /// ```
    /// # use fastauth::{Auth, AuthUser, Permission, access::Role, error::Error};
    /// # async fn seed<U: AuthUser>(auth: Auth<U>) -> Result<(), Box<dyn std::error::Error>> {
    /// let permissions = ["posts:read", "posts:write"].into_iter().collect();
    /// auth.create_role(&Role { name: "editor".parse()?, permissions }).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// There is one of this name, a permission is none that the application declares, or the store
    /// does not answer.
    pub async fn create_role(&self, role: &Role) -> Result<(), Error> {
        self.known(&role.permissions)?;
        if self.0.store.create_role(U::SPEC.table, role).await? {
            Ok(())
        } else {
            Err(Code::RoleTaken.into())
        }
    }

    /// Gives a role other permissions; who has it notices at their next request.
    ///
    /// # Errors
    /// There is no such role, a permission is none that the application declares, nobody would be
    /// left to administer roles, or the store does not answer.
    pub async fn set_role_permissions(&self, role: &Role) -> Result<(), Error> {
        self.known(&role.permissions)?;
        let needed = self.0.roles.administration();
        match self.0.store.set_role_permissions(U::SPEC.table, role, needed).await? {
            Removal::Absent => Err(Code::NotFound.into()),
            Removal::Done => Ok(()),
            Removal::Last => Err(Code::LastAdministrator.into()),
        }
    }

    /// Takes a role from everybody and forgets it.
    ///
    /// # Errors
    /// There is no such role, nobody would be left to administer roles, or the store does not answer.
    pub async fn delete_role(&self, name: &RoleName) -> Result<(), Error> {
        self.delete_role_for(name, HookContext::of_program()).await
    }

    pub(crate) async fn delete_role_for(
        &self,
        name: &RoleName,
        cx: HookContext,
    ) -> Result<(), Error> {
        let (auth, name) = (self.clone(), name.clone());
        shielded(async move {
            let needed = auth.0.roles.administration();
            let deleted = auth.0.store.delete_role(U::SPEC.table, &name, needed).await?;
            let holders = match deleted {
                RoleDeletion::Absent => return Err(Code::NotFound.into()),
                RoleDeletion::Deleted(holders) => holders,
                RoleDeletion::Last => return Err(Code::LastAdministrator.into()),
            };
            for id in holders.iter().filter_map(|id| U::parse_id(id).ok()) {
                if let Some(user) = auth.0.store.find_by_id(&id).await? {
                    let event = Event::RoleRevoked(Arc::new(user), name.to_string());
                    auth.0.hooks.tell([event], cx.clone()).await;
                }
            }
            Ok(())
        })
        .await
    }

    /// Refuses what the application does not declare: a name that was misspelt would lie there and
    /// wait for somebody to declare it.
    pub(crate) fn known(&self, permissions: &Permissions) -> Result<(), Error> {
        let is_unknown = |name: &&str| !self.0.roles.knows(name);
        if permissions.iter().any(|name| is_unknown(&name)) {
            let detail = "the application declares no such permission";
            let error = FieldError::at("permissions", "unknown_permission", detail);
            return Err(Error::validation(vec![error]));
        }
        Ok(())
    }
}
