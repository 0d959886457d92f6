use std::sync::Arc;

use crate::{
    access::{Role, RoleName},
    auth::Auth,
    hooks::{About, Event, HookContext, Outcome, record_about},
    user::{AuthUser, UserKey},
};

/// What has become of a role that somebody had or has.
#[derive(Clone, Copy)]
pub(super) enum RoleChange {
    Assigned,
    Revoked,
}

impl<U: AuthUser> Auth<U> {
    /// Records and tells whose roles have changed. It has been done: a store that fails by now takes
    /// the word from the hooks, and nothing from the record or the reply.
    pub(super) async fn tell_roles(
        &self,
        change: RoleChange,
        ids: Vec<U::Id>,
        role: &RoleName,
        cx: HookContext,
    ) {
        let mut events = Vec::with_capacity(ids.len());
        for id in ids {
            match self.0.store.find_by_id(&id).await {
                Ok(Some(user)) => events.push(change.of(Arc::new(user), role)),
                found => {
                    let about = About { user: Some(id.render()), ..About::of(role) };
                    record_about(change.name(), Outcome::Success, &about, &cx);
                    if let Err(error) = found {
                        tracing::warn!(error = ?error.to_string(), "a hook was not told: its user could not be read");
                    }
                }
            }
        }
        self.0.hooks.tell(events, cx).await;
    }
}

/// Records a change of a role itself.
pub(super) fn record_role(event: &str, role: &Role, cx: &HookContext) {
    let about = About { permissions: Some(&role.permissions), ..About::of(&role.name) };
    record_about(event, Outcome::Success, &about, cx);
}

impl RoleChange {
    fn of<U>(self, user: Arc<U>, role: &RoleName) -> Event<U> {
        match self {
            Self::Assigned => Event::RoleAssigned(user, role.to_string()),
            Self::Revoked => Event::RoleRevoked(user, role.to_string()),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Assigned => "role_assigned",
            Self::Revoked => "role_revoked",
        }
    }
}
