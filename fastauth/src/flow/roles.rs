use super::{
    shield::shielded,
    tell_roles::{RoleChange, record_role},
};
use crate::{
    access::{Permissions, Role, RoleName},
    auth::Auth,
    error::{Code, Error, FieldError},
    hooks::{About, HookContext, Outcome, record_about},
    store::{Accounts, Actor, Removal, RoleDeletion, Terms, owner_of},
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
        self.create_role_for(role, None, HookContext::of_program()).await
    }

    pub(crate) async fn create_role_for(
        &self,
        role: &Role,
        actor: Option<Actor>,
        cx: HookContext,
    ) -> Result<(), Error> {
        self.known(&role.permissions)?;
        let (auth, role) = (self.clone(), role.clone());
        shielded(async move {
            let terms = auth.terms(actor.as_ref());
            if !auth.0.store.create_role(U::SPEC.table, &role, &terms).await? {
                return Err(Code::RoleTaken.into());
            }
            record_role("role_created", &role, &cx);
            Ok(())
        })
        .await
    }

    /// Gives a role other permissions; who has it notices at their next request.
    ///
    /// # Errors
    /// There is no such role, a permission is none that the application declares, nobody would be
    /// left to administer roles, or the store does not answer.
    pub async fn set_role_permissions(&self, role: &Role) -> Result<(), Error> {
        self.set_role_permissions_for(role, None, HookContext::of_program()).await
    }

    pub(crate) async fn set_role_permissions_for(
        &self,
        role: &Role,
        actor: Option<Actor>,
        cx: HookContext,
    ) -> Result<(), Error> {
        self.known(&role.permissions)?;
        let (auth, role) = (self.clone(), role.clone());
        shielded(async move {
            let terms = auth.terms(actor.as_ref());
            match auth.0.store.set_role_permissions(U::SPEC.table, &role, &terms).await? {
                Removal::Absent => Err(Code::NotFound.into()),
                Removal::Done => {
                    record_role("role_changed", &role, &cx);
                    Ok(())
                }
                Removal::Last => Err(Code::LastAdministrator.into()),
            }
        })
        .await
    }

    /// Takes a role from everybody and forgets it.
    ///
    /// # Errors
    /// There is no such role, nobody would be left to administer roles, or the store does not answer.
    pub async fn delete_role(&self, name: &RoleName) -> Result<(), Error> {
        self.delete_role_for(name, None, HookContext::of_program()).await
    }

    pub(crate) async fn delete_role_for(
        &self,
        name: &RoleName,
        actor: Option<Actor>,
        cx: HookContext,
    ) -> Result<(), Error> {
        let (auth, name) = (self.clone(), name.clone());
        shielded(async move {
            let terms = auth.terms(actor.as_ref());
            let deleted = auth.0.store.delete_role(U::SPEC.table, &name, &terms).await?;
            let holders = match deleted {
                RoleDeletion::Absent => return Err(Code::NotFound.into()),
                RoleDeletion::Deleted(holders) => holders,
                RoleDeletion::Last => return Err(Code::LastAdministrator.into()),
            };
            record_about("role_deleted", Outcome::Success, &About::of(&name), &cx);
            let holders = holders.iter().filter_map(|id| U::parse_id(id).ok()).collect();
            auth.tell_roles(RoleChange::Revoked, holders, &name, cx).await;
            Ok(())
        })
        .await
    }

    /// On which terms roles change: somebody whose account is active goes on administering them.
    pub(super) fn terms<'a>(&self, actor: Option<&'a Actor>) -> Terms<'a> {
        let needed = self.0.roles.administration();
        Terms { actor, needed, accounts: Accounts::Of(U::SPEC) }
    }

    /// Refuses what the application does not declare: a name that was misspelt would lie there and
    /// wait for somebody to declare it.
    fn known(&self, permissions: &Permissions) -> Result<(), Error> {
        let is_unknown = |name: &&str| !self.0.roles.knows(name);
        if permissions.iter().any(|name| is_unknown(&name)) {
            let detail = "the application declares no such permission";
            let error = FieldError::at("permissions", "unknown_permission", detail);
            return Err(Error::validation(vec![error]));
        }
        Ok(())
    }
}
