//! Roles at the start: what the store holds must be what the application declares, and somebody must
//! come to administer them.

use crate::{
    access::{Permissions, Role, RoleName},
    config::RoleSettings,
    error::SetupProblem,
    store::{Store, StoreError, Terms},
    user::{AuthUser, Email, UserKey, Username},
    value::ColumnType,
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
    if is_administered(store, needed).await? {
        return Ok(None);
    }
    let Some(who) = settings.first() else {
        return Ok(Some(
            "nobody administers roles yet; set FASTAUTH_FIRST_ADMINISTRATOR to somebody's id"
                .to_owned(),
        ));
    };
    let Some(user) = find(store, &who).await? else {
        let first = "the first administrator has no account";
        return Ok(Some(if proves_email::<U>() {
            format!("{first} with a proved email yet; start again when there is one")
        } else {
            // Nobody proves anything here by an address or a name.
            format!(
                "{first} yet, and whoever takes that email or username first becomes it at the next start; name an id"
            )
        }));
    };
    if !user.is_active() {
        let off =
            "the first administrator's account is switched off; start again when it is active";
        return Ok(Some(off.to_owned()));
    }
    let known: Permissions = settings.known().iter().copied().collect();
    let Some(role) = role_for_all(store, known).await? else { return Ok(None) };
    store.assign_role(user.id(), &role.name, &Terms::FREE).await?;
    let id = user.id().render();
    tracing::info!(
        target: "fastauth",
        event = "role_assigned",
        outcome = "success",
        user.id = id,
        role = role.name.as_str(),
        permissions = role.permissions.to_string(),
    );
    Ok(Some(format!("the first administrator, account {id}, has the role `{}` now", role.name)))
}

/// Whether anybody can administer roles: who holds the permission may have been switched off, or deleted
/// by the application.
async fn is_administered<U: AuthUser>(
    store: &dyn Store<U>,
    needed: &str,
) -> Result<bool, StoreError> {
    for id in store.holders_of(U::SPEC.table, needed).await? {
        let Ok(id) = U::parse_id(&id) else { continue };
        if store.find_by_id(&id).await?.is_some_and(|user| user.is_active()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A role that allows everything. One that others may have, with less in it, is never widened: it gets
/// another name then.
async fn role_for_all<U: AuthUser>(
    store: &dyn Store<U>,
    known: Permissions,
) -> Result<Option<Role>, StoreError> {
    let roles = store.list_roles(U::SPEC.table).await?;
    let names = (1..).map(|number| match number {
        1 => ADMINISTRATOR.to_owned(),
        number => format!("{ADMINISTRATOR}-{number}"),
    });
    for name in names.take(roles.len() + 1) {
        let Ok(name) = name.parse::<RoleName>() else { break };
        match roles.iter().find(|role| role.name == name) {
            None => {
                let role = Role { name, permissions: known };
                // Another instance may have made it at the same moment.
                store.create_role(U::SPEC.table, &role, &Terms::FREE).await?;
                return Ok(Some(role));
            }
            Some(role) if role.permissions == known => return Ok(Some(role.clone())),
            Some(_) => {}
        }
    }
    Ok(None)
}

/// Whether any text could be an id.
fn has_text_id<U: AuthUser>() -> bool {
    U::SPEC.columns.get(U::SPEC.id).is_some_and(|column| column.kind == ColumnType::Text)
}

fn proves_email<U: AuthUser>() -> bool {
    U::SPEC.email.is_some() && U::SPEC.email_verified.is_some()
}

/// The account of an id, an email or a username; text that is an id is nothing else, for anybody can
/// take it as a username. Where accounts can prove their email it must be proved: whoever was first to
/// register the address is not whom it belongs to.
async fn find<U: AuthUser>(store: &dyn Store<U>, who: &str) -> Result<Option<U>, StoreError> {
    if let Ok(id) = U::parse_id(who) {
        let found = store.find_by_id(&id).await?;
        if found.is_some() || !has_text_id::<U>() {
            return Ok(found);
        }
    }
    if let (Some(_), Ok(email)) = (U::SPEC.email, Email::parse(who)) {
        let found = store.find_by_email(email.as_str()).await?;
        return Ok(found.filter(|user| !proves_email::<U>() || user.is_email_verified()));
    }
    if let (Some(_), Ok(username)) = (U::SPEC.username, Username::parse(who)) {
        return store.find_by_username(username.as_str()).await;
    }
    Ok(None)
}
