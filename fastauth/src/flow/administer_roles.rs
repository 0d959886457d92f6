use super::Authenticated;
use crate::{
    access::{Permissions, Role, RoleName},
    auth::Auth,
    error::{Code, Error},
    hooks::HookContext,
    user::AuthUser,
};

/// Somebody who administers roles: nobody becomes one without the permission for it. They give no
/// more than they have, and change nobody's roles but others' (ASVS 8.2.1).
pub(crate) struct Administrator<U: AuthUser> {
    auth: Auth<U>,
    who: Authenticated<U>,
    held: Permissions,
}

impl<U: AuthUser> Auth<U> {
    /// Lets an administrator of roles go on, and nobody else.
    pub(crate) async fn administrator(
        &self,
        who: Authenticated<U>,
    ) -> Result<Administrator<U>, Error> {
        let held = self.0.store.permissions_of(&who.owner()).await?;
        let needed = self.0.roles.administration();
        if needed.is_some_and(|needed| held.contains(needed)) {
            Ok(Administrator { auth: self.clone(), who, held })
        } else {
            Err(Code::InsufficientPermission.into())
        }
    }
}

impl<U: AuthUser> Administrator<U> {
    pub(crate) async fn create_role(&self, role: &Role) -> Result<(), Error> {
        self.auth.known(&role.permissions)?;
        self.may_give(role.permissions.iter())?;
        self.auth.create_role(role).await
    }

    pub(crate) async fn set_role_permissions(&self, role: &Role) -> Result<(), Error> {
        self.auth.known(&role.permissions)?;
        let before = self.find(&role.name).await?;
        self.may_give(role.permissions.iter().filter(|name| !before.permissions.contains(name)))?;
        self.auth.set_role_permissions(role).await
    }

    pub(crate) async fn delete_role(&self, name: &RoleName, cx: HookContext) -> Result<(), Error> {
        self.auth.delete_role_for(name, cx).await
    }

    pub(crate) async fn assign_role(
        &self,
        id: &U::Id,
        name: &RoleName,
        cx: HookContext,
    ) -> Result<(), Error> {
        self.is_of_another(id)?;
        let role = self.find(name).await?;
        self.may_give(role.permissions.iter())?;
        self.auth.assign_role_for(id, name, cx).await
    }

    pub(crate) async fn revoke_role(
        &self,
        id: &U::Id,
        name: &RoleName,
        cx: HookContext,
    ) -> Result<(), Error> {
        self.is_of_another(id)?;
        self.auth.revoke_role_for(id, name, cx).await
    }

    async fn find(&self, name: &RoleName) -> Result<Role, Error> {
        let found = self.auth.0.store.find_role(U::SPEC.table, name).await?;
        found.ok_or_else(|| Code::NotFound.into())
    }

    fn may_give<'a>(&self, mut permissions: impl Iterator<Item = &'a str>) -> Result<(), Error> {
        if permissions.all(|name| self.held.contains(name)) {
            return Ok(());
        }
        let detail = "you can only give permissions that you have yourself";
        Err(Error::new(Code::InsufficientPermission).with_detail(detail))
    }

    fn is_of_another(&self, id: &U::Id) -> Result<(), Error> {
        if self.who.user.id() == id { Err(Code::OwnRoles.into()) } else { Ok(()) }
    }
}
