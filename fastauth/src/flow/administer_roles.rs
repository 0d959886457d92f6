use super::{Authenticated, authorize::insufficient};
use crate::{
    access::{Permissions, Role, RoleName},
    auth::Auth,
    error::{Code, Error},
    hooks::{About, HookContext, Outcome, record_about},
    user::{AuthUser, UserKey},
};

/// Somebody who administers roles: nobody becomes one without the permission for it. They give no
/// more than they have, and change nobody's roles but others' (ASVS 8.2.1).
pub(crate) struct Administrator<U: AuthUser> {
    auth: Auth<U>,
    who: Authenticated<U>,
}

impl<U: AuthUser> Auth<U> {
    /// Lets an administrator of roles go on, and nobody else.
    pub(crate) async fn administrator(
        &self,
        who: Authenticated<U>,
    ) -> Result<Administrator<U>, Error> {
        let administrator = Administrator { auth: self.clone(), who };
        administrator.held().await?;
        Ok(administrator)
    }
}

impl<U: AuthUser> Administrator<U> {
    pub(crate) async fn create_role(&self, role: &Role, cx: HookContext) -> Result<(), Error> {
        let cx = self.acting(cx);
        let made = async {
            self.auth.known(&role.permissions)?;
            self.may_give(role.permissions.iter()).await?;
            self.auth.create_role_for(role, cx.clone()).await
        };
        tried::<U>("role_created", made.await, &role.name, None, &cx)
    }

    pub(crate) async fn set_role_permissions(
        &self,
        role: &Role,
        cx: HookContext,
    ) -> Result<(), Error> {
        let cx = self.acting(cx);
        let changed = async {
            self.auth.known(&role.permissions)?;
            let before = self.find(&role.name).await?;
            let added = role.permissions.iter().filter(|name| !before.permissions.contains(name));
            self.may_give(added).await?;
            self.auth.set_role_permissions_for(role, cx.clone()).await
        };
        tried::<U>("role_changed", changed.await, &role.name, None, &cx)
    }

    pub(crate) async fn delete_role(&self, name: &RoleName, cx: HookContext) -> Result<(), Error> {
        let cx = self.acting(cx);
        let deleted = async {
            self.held().await?;
            self.auth.delete_role_for(name, cx.clone()).await
        };
        tried::<U>("role_deleted", deleted.await, name, None, &cx)
    }

    pub(crate) async fn assign_role(
        &self,
        id: &U::Id,
        name: &RoleName,
        cx: HookContext,
    ) -> Result<(), Error> {
        let cx = self.acting(cx);
        let assigned = async {
            self.is_of_another(id)?;
            let role = self.find(name).await?;
            self.may_give(role.permissions.iter()).await?;
            self.auth.assign_role_for(id, name, cx.clone()).await
        };
        tried::<U>("role_assigned", assigned.await, name, Some(id), &cx)
    }

    pub(crate) async fn revoke_role(
        &self,
        id: &U::Id,
        name: &RoleName,
        cx: HookContext,
    ) -> Result<(), Error> {
        let cx = self.acting(cx);
        let revoked = async {
            self.is_of_another(id)?;
            self.held().await?;
            self.auth.revoke_role_for(id, name, cx.clone()).await
        };
        tried::<U>("role_revoked", revoked.await, name, Some(id), &cx)
    }

    /// What they may do now, by the token they came with, if they still administer roles. Asked again after the body: it may have
    /// taken its time, and they may have been demoted.
    async fn held(&self) -> Result<Permissions, Error> {
        let needed = self.auth.0.roles.administration().ok_or(Code::InsufficientPermission)?;
        if self.who.session.scopes.as_ref().is_some_and(|scopes| !scopes.contains(needed)) {
            return Err(insufficient(&[needed].into_iter().collect()));
        }
        let usable = self.auth.usable(&self.who).await?;
        if usable.contains(needed) { Ok(usable) } else { Err(Code::InsufficientPermission.into()) }
    }

    async fn find(&self, name: &RoleName) -> Result<Role, Error> {
        let found = self.auth.0.store.find_role(U::SPEC.table, name).await?;
        found.ok_or_else(|| Code::NotFound.into())
    }

    async fn may_give(
        &self,
        mut permissions: impl Iterator<Item = &str> + Send,
    ) -> Result<(), Error> {
        let held = self.held().await?;
        if permissions.all(|name| held.contains(name)) {
            return Ok(());
        }
        let detail = "you can only give permissions that you have yourself";
        Err(Error::new(Code::InsufficientPermission).with_detail(detail))
    }

    fn is_of_another(&self, id: &U::Id) -> Result<(), Error> {
        if self.who.user.id() == id { Err(Code::OwnRoles.into()) } else { Ok(()) }
    }

    fn acting(&self, cx: HookContext) -> HookContext {
        cx.done_by(self.who.user.id().render()).within(self.who.session.id)
    }
}

/// Records what somebody tried who may not do it (ASVS 16.3.2).
fn tried<U: AuthUser>(
    event: &str,
    done: Result<(), Error>,
    role: &RoleName,
    user: Option<&U::Id>,
    cx: &HookContext,
) -> Result<(), Error> {
    done.inspect_err(|error| {
        let refusals = [
            Code::InsufficientPermission,
            Code::InsufficientScope,
            Code::LastAdministrator,
            Code::OwnRoles,
        ];
        if refusals.contains(&error.code()) {
            let user = user.map(UserKey::render);
            record_about(event, Outcome::Denied, &About { user, ..About::of(role) }, cx);
        }
    })
}
