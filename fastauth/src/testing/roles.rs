use super::{TestAuth, answered, fail};
use crate::{
    access::{Role, RoleName},
    store::{Assignment, Terms},
    user::{AuthUser, UserKey, uuid_at},
};

impl<U: AuthUser> TestAuth<U> {
    /// Gives somebody a role that is there.
    pub(super) async fn give(&self, user: &U, role: &str) {
        match answered(self.auth.0.store.assign_role(user.id(), &named(role), &Terms::FREE).await) {
            Assignment::Assigned | Assignment::Held => {}
            Assignment::NoRole | Assignment::NoUser => fail(format_args!(
                "there is no role `{role}`\nhelp: make it first: `test.auth().create_role(…)`"
            )),
        }
    }

    /// Makes a role that holds these, and gives it to somebody.
    pub(super) async fn allow(&self, user: &U, permissions: &[&'static str]) {
        let auth = &self.auth;
        if let Some(name) = permissions.iter().find(|name| !auth.0.roles.knows(name)) {
            fail(format_args!(
                "the permission `{name}` is not declared\nhelp: `TestAuth::built(|it| it.permissions::<…>())` declares those of an enum"
            ));
        }
        let name = format!("testing:{}", uuid_at(auth.now()).render());
        let role = Role { name: named(&name), permissions: permissions.iter().copied().collect() };
        answered(auth.0.store.create_role(U::SPEC.table, &role, &Terms::FREE).await);
        self.give(user, &name).await;
    }
}

fn named(role: &str) -> RoleName {
    role.parse().unwrap_or_else(|error| fail(format_args!("`{role}` is no role: {error}")))
}
