//! Roles at the start: what the store holds must be what the application declares, and somebody must
//! come to administer them.

use crate::{
    access::{Permissions, Role, RoleName},
    config::{RoleSettings, from_env},
    error::SetupProblem,
    store::{Store, StoreError},
    user::{AuthUser, Email, Username},
};

/// The role of whoever administers roles first.
const ADMINISTRATOR: &str = "administrator";

/// Looks for permissions in the store that nobody declares any more.
pub(super) async fn verify<U: AuthUser>(
    store: &dyn Store<U>,
    settings: &RoleSettings,
    problems: &mut Vec<SetupProblem>,
) -> Result<(), StoreError> {
    if settings.known().is_empty() {
        return Ok(());
    }
    for role in store.list_roles(U::SPEC.table).await? {
        for name in role.permissions.iter().filter(|name| !settings.knows(name)) {
            problems.push(SetupProblem::new(
                "unknown permission",
                format!(
                    "the role `{}` holds `{name}`, which no `.permissions::<…>()` declares",
                    role.name
                ),
                format!(
                    "declare it, or take it from the role: DELETE FROM fastauth_role_permissions \
                     WHERE realm = '{}' AND role = '{}' AND permission = '{}';",
                    U::SPEC.table,
                    role.name,
                    name.replace('\'', "''")
                ),
            ));
        }
    }
    Ok(())
}

/// Makes somebody the first administrator, while there is none; says what became of it.
pub(super) async fn first_administrator<U: AuthUser>(
    store: &dyn Store<U>,
    settings: &RoleSettings,
) -> Result<Option<String>, StoreError> {
    let Some(needed) = settings.administration() else { return Ok(None) };
    if store.is_permission_held(U::SPEC.table, needed).await? {
        return Ok(None);
    }
    let who = settings.first().map(str::to_owned);
    let Some(who) = who.or_else(|| from_env("FASTAUTH_FIRST_ADMINISTRATOR")) else {
        return Ok(Some(
            "nobody administers roles yet; set FASTAUTH_FIRST_ADMINISTRATOR to somebody's email, username or id"
                .to_owned(),
        ));
    };
    let Some(user) = find(store, &who).await? else {
        return Ok(Some(
            "the first administrator has no account with a proved email yet; start again when there is one"
                .to_owned(),
        ));
    };
    let Ok(name) = ADMINISTRATOR.parse::<RoleName>() else { return Ok(None) };
    let permissions: Permissions = settings.known().iter().copied().collect();
    let role = Role { name, permissions };
    if !store.create_role(U::SPEC.table, &role).await? {
        store.set_role_permissions(U::SPEC.table, &role, None).await?;
    }
    store.assign_role(user.id(), &role.name).await?;
    tracing::info!(target: "fastauth", event = "first_administrator", role = ADMINISTRATOR);
    Ok(Some(format!("the first administrator has the role `{ADMINISTRATOR}` now")))
}

/// The account of an id, an email or a username. Where accounts can prove their email it must be
/// proved: whoever was first to register the address is not whom it belongs to.
async fn find<U: AuthUser>(store: &dyn Store<U>, who: &str) -> Result<Option<U>, StoreError> {
    if let Ok(id) = U::parse_id(who)
        && let Some(user) = store.find_by_id(&id).await?
    {
        return Ok(Some(user));
    }
    if let (Some(_), Ok(email)) = (U::SPEC.email, Email::parse(who)) {
        let found = store.find_by_email(email.as_str()).await?;
        let can_prove = U::SPEC.email_verified.is_some();
        return Ok(found.filter(|user| !can_prove || user.is_email_verified()));
    }
    if let (Some(_), Ok(username)) = (U::SPEC.username, Username::parse(who)) {
        return store.find_by_username(username.as_str()).await;
    }
    Ok(None)
}
