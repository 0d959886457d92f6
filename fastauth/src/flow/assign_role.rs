use super::{shield::shielded, tell_roles::RoleChange};
use crate::{
    access::RoleName,
    auth::Auth,
    error::{Code, Error},
    hooks::HookContext,
    store::{Actor, Assignment, Removal, owner_of},
    user::AuthUser,
};

impl<U: AuthUser> Auth<U> {
    /// Gives a user a role; guards know it at their next request, in every process.
    ///
    /// # Errors
    /// There is no such user or role, or the store does not answer.
    pub async fn assign_role(&self, id: &U::Id, role: &RoleName) -> Result<(), Error> {
        self.assign_role_for(id, role, None, HookContext::of_program()).await
    }

    pub(crate) async fn assign_role_for(
        &self,
        id: &U::Id,
        role: &RoleName,
        actor: Option<Actor>,
        cx: HookContext,
    ) -> Result<(), Error> {
        let (auth, id, role) = (self.clone(), id.clone(), role.clone());
        shielded(async move {
            let terms = auth.terms(actor.as_ref());
            match auth.0.store.assign_role(&id, &role, &terms).await? {
                Assignment::Held => Ok(()),
                Assignment::NoRole | Assignment::NoUser => Err(Code::NotFound.into()),
                Assignment::Assigned => {
                    auth.tell_roles(RoleChange::Assigned, vec![id], &role, cx).await;
                    Ok(())
                }
            }
        })
        .await
    }

    /// Takes a role from a user; guards know it at their next request, in every process.
    ///
    /// # Errors
    /// They do not have it, nobody would be left to administer roles, or the store does not answer.
    pub async fn revoke_role(&self, id: &U::Id, role: &RoleName) -> Result<(), Error> {
        self.revoke_role_for(id, role, None, HookContext::of_program()).await
    }

    pub(crate) async fn revoke_role_for(
        &self,
        id: &U::Id,
        role: &RoleName,
        actor: Option<Actor>,
        cx: HookContext,
    ) -> Result<(), Error> {
        let (auth, id, role) = (self.clone(), id.clone(), role.clone());
        shielded(async move {
            let terms = auth.terms(actor.as_ref());
            match auth.0.store.revoke_role(&owner_of::<U>(&id), &role, &terms).await? {
                Removal::Absent => Err(Code::NotFound.into()),
                Removal::Last => Err(Code::LastAdministrator.into()),
                Removal::Done => {
                    auth.tell_roles(RoleChange::Revoked, vec![id], &role, cx).await;
                    Ok(())
                }
            }
        })
        .await
    }
}
