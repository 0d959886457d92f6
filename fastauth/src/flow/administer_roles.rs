use super::{Authenticated, authorize::insufficient};
use crate::{
    access::{Role, RoleName},
    auth::Auth,
    error::{Code, Error},
    hooks::{About, HookContext, Outcome, record_about},
    store::Actor,
    user::{AuthUser, UserKey},
};

/// Somebody who administers roles: nobody becomes one without the permission for it. They give no
/// more than they have, and change nobody's roles but others' (ASVS 8.2.1).
pub(crate) struct Administrator<U: AuthUser> {
    auth: Auth<U>,
    who: Authenticated<U>,
}

impl<U: AuthUser> Auth<U> {
    /// Lets an administrator of roles go on, by the token they came with, and nobody else.
    pub(crate) async fn administrator(
        &self,
        who: Authenticated<U>,
    ) -> Result<Administrator<U>, Error> {
        let needed = self.0.roles.administration().ok_or(Code::InsufficientPermission)?;
        if who.session.scopes.as_ref().is_some_and(|scopes| !scopes.contains(needed)) {
            return Err(insufficient(&[needed].into_iter().collect()));
        }
        if !self.usable(&who).await?.contains(needed) {
            return Err(Code::InsufficientPermission.into());
        }
        Ok(Administrator { auth: self.clone(), who })
    }
}

impl<U: AuthUser> Administrator<U> {
    pub(crate) async fn create_role(&self, role: &Role, cx: HookContext) -> Result<(), Error> {
        let cx = self.acting(cx);
        let made = self.auth.create_role_for(role, Some(self.actor()), cx.clone()).await;
        tried::<U>("role_created", made, &role.name, None, &cx)
    }

    pub(crate) async fn set_role_permissions(
        &self,
        role: &Role,
        cx: HookContext,
    ) -> Result<(), Error> {
        let cx = self.acting(cx);
        let changed =
            self.auth.set_role_permissions_for(role, Some(self.actor()), cx.clone()).await;
        tried::<U>("role_changed", changed, &role.name, None, &cx)
    }

    pub(crate) async fn delete_role(&self, name: &RoleName, cx: HookContext) -> Result<(), Error> {
        let cx = self.acting(cx);
        let deleted = self.auth.delete_role_for(name, Some(self.actor()), cx.clone()).await;
        tried::<U>("role_deleted", deleted, name, None, &cx)
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
            self.auth.assign_role_for(id, name, Some(self.actor()), cx.clone()).await
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
            self.auth.revoke_role_for(id, name, Some(self.actor()), cx.clone()).await
        };
        tried::<U>("role_revoked", revoked.await, name, Some(id), &cx)
    }

    /// Whose roles the store looks at in the transaction of the change: they may have been demoted since
    /// they were let in.
    fn actor(&self) -> Actor {
        Actor { owner: self.who.owner(), scopes: self.who.session.scopes.clone() }
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
