//! Roles, what they allow, and who has them.

use super::{
    Database, Query, Transaction, guarded::Guarded, reader::Reader, statements::Statements,
};
use crate::{
    access::{Permissions, Role, RoleName},
    store::{Assignment, Owner, Removal, RoleDeletion, StoreError, Terms},
    user::UserSpec,
    value::{ColumnError, ColumnType, Row, Value},
};

pub(in crate::store) async fn create(
    database: &dyn Database,
    realm: &str,
    role: &Role,
    terms: &Terms<'_>,
) -> Result<bool, StoreError> {
    let mut guarded = Guarded::begin(database, realm, terms).await?;
    guarded.allow(role.permissions.iter())?;
    let arguments = vec![text(realm), text(role.name.as_str())];
    if guarded.run(Query::new(CREATE, arguments)).await?.is_empty() {
        return Ok(false);
    }
    allow(guarded.transaction.as_mut(), realm, role).await?;
    guarded.commit().await
}

pub(in crate::store) async fn find(
    database: &dyn Database,
    realm: &str,
    name: &RoleName,
) -> Result<Option<Role>, StoreError> {
    let arguments = vec![text(realm), text(name.as_str())];
    let rows = database.read(Query::new(FIND, arguments).giving(ROLE)).await?;
    Ok(roles(rows)?.pop())
}

pub(in crate::store) async fn list(
    database: &dyn Database,
    realm: &str,
) -> Result<Vec<Role>, StoreError> {
    roles(database.read(Query::new(LIST, vec![text(realm)]).giving(ROLE)).await?)
}

pub(in crate::store) async fn set_permissions(
    database: &dyn Database,
    realm: &str,
    role: &Role,
    terms: &Terms<'_>,
) -> Result<Removal, StoreError> {
    let mut guarded = Guarded::begin(database, realm, terms).await?;
    let Some(before) = kept(&mut guarded, realm, &role.name).await? else {
        return Ok(Removal::Absent);
    };
    guarded.allow(before.added_by(role))?;
    let arguments = vec![text(realm), text(role.name.as_str())];
    guarded.run(Query::new(DISALLOW_ALL, arguments)).await?;
    allow(guarded.transaction.as_mut(), realm, role).await?;
    guarded.commit().await.map(Removal::of)
}

pub(in crate::store) async fn delete(
    database: &dyn Database,
    realm: &str,
    name: &RoleName,
    terms: &Terms<'_>,
) -> Result<RoleDeletion, StoreError> {
    let mut guarded = Guarded::begin(database, realm, terms).await?;
    let arguments = || vec![text(realm), text(name.as_str())];
    if guarded.run(Query::new(DELETE, arguments())).await?.is_empty() {
        return Ok(RoleDeletion::Absent);
    }
    guarded.run(Query::new(DISALLOW_ALL, arguments())).await?;
    let holders = guarded.run(Query::new(REVOKE_FROM_ALL, arguments()).giving(TEXT)).await?;
    let holders = texts(holders)?;
    Ok(if guarded.commit().await? { RoleDeletion::Deleted(holders) } else { RoleDeletion::Last })
}

pub(in crate::store) async fn assign(
    database: &dyn Database,
    spec: &'static UserSpec,
    owner: &Owner,
    name: &RoleName,
    terms: &Terms<'_>,
) -> Result<Assignment, StoreError> {
    let mut guarded = Guarded::begin(database, &owner.realm, terms).await?;
    // Looked for within the transaction: an account deleted meanwhile gets no role.
    let share = Statements::of(spec, database.dialect()).share;
    if guarded.run(Query::new(share, vec![text(&owner.user_id)])).await?.is_empty() {
        return Ok(Assignment::NoUser);
    }
    give_within(guarded, owner, name).await
}

pub(in crate::store) async fn give(
    database: &dyn Database,
    owner: &Owner,
    name: &RoleName,
    terms: &Terms<'_>,
) -> Result<Assignment, StoreError> {
    give_within(Guarded::begin(database, &owner.realm, terms).await?, owner, name).await
}

/// The end of a transaction that gives somebody a role.
async fn give_within(
    mut guarded: Guarded<'_>,
    owner: &Owner,
    name: &RoleName,
) -> Result<Assignment, StoreError> {
    let Some(role) = kept(&mut guarded, &owner.realm, name).await? else {
        return Ok(Assignment::NoRole);
    };
    guarded.allow(role.permissions.iter())?;
    if guarded.run(Query::new(ASSIGN, held_by(owner, name))).await?.is_empty() {
        return Ok(Assignment::Held);
    }
    guarded.commit().await?;
    Ok(Assignment::Assigned)
}

pub(in crate::store) async fn revoke(
    database: &dyn Database,
    owner: &Owner,
    name: &RoleName,
    terms: &Terms<'_>,
) -> Result<Removal, StoreError> {
    let mut guarded = Guarded::begin(database, &owner.realm, terms).await?;
    if guarded.run(Query::new(REVOKE, held_by(owner, name))).await?.is_empty() {
        return Ok(Removal::Absent);
    }
    guarded.commit().await.map(Removal::of)
}

pub(in crate::store) async fn revoke_all(
    database: &dyn Database,
    owner: &Owner,
    terms: &Terms<'_>,
) -> Result<Removal, StoreError> {
    let mut guarded = Guarded::begin(database, &owner.realm, terms).await?;
    revoke_all_within(guarded.transaction.as_mut(), owner).await?;
    guarded.commit().await.map(Removal::of)
}

pub(in crate::store) async fn roles_of(
    database: &dyn Database,
    owner: &Owner,
) -> Result<Vec<Role>, StoreError> {
    let arguments = vec![text(&owner.realm), text(&owner.user_id)];
    roles(database.read(Query::new(ROLES_OF, arguments).giving(ROLE)).await?)
}

pub(in crate::store) async fn permissions_of(
    database: &dyn Database,
    owner: &Owner,
) -> Result<Permissions, StoreError> {
    Ok(texts(database.read(permissions_query(owner)).await?)?.into_iter().collect())
}

pub(in crate::store) async fn holders_of(
    database: &dyn Database,
    realm: &str,
    permission: &str,
) -> Result<Vec<String>, StoreError> {
    texts(database.read(holders_query(realm, permission)).await?)
}

/// Takes all roles from somebody together with other changes.
pub(super) async fn revoke_all_within(
    transaction: &mut dyn Transaction,
    owner: &Owner,
) -> Result<(), StoreError> {
    let arguments = vec![text(&owner.realm), text(&owner.user_id)];
    transaction.run(Query::new(REVOKE_ALL, arguments)).await.map(drop)
}

async fn allow(
    transaction: &mut dyn Transaction,
    realm: &str,
    role: &Role,
) -> Result<(), StoreError> {
    for permission in role.permissions.iter() {
        let arguments = vec![text(realm), text(role.name.as_str()), text(permission)];
        transaction.run(Query::new(ALLOW, arguments)).await?;
    }
    Ok(())
}

/// The role of this name, as it stays until the transaction ends.
async fn kept(
    guarded: &mut Guarded<'_>,
    realm: &str,
    name: &RoleName,
) -> Result<Option<Role>, StoreError> {
    let arguments = vec![text(realm), text(name.as_str())];
    Ok(roles(guarded.run(Query::new(FIND, arguments).giving(ROLE)).await?)?.pop())
}

/// The roles of rows that are in the order of roles, one row for each permission.
fn roles(rows: Vec<Row>) -> Result<Vec<Role>, StoreError> {
    let mut roles: Vec<(RoleName, Vec<String>)> = Vec::new();
    for row in rows {
        let mut row = Reader::new(row);
        let name = row.next::<String>("name")?;
        let name: RoleName =
            name.parse().map_err(|_| ColumnError::new("not a role's name").in_column("name"))?;
        let permission = row.next::<Option<String>>("permission")?;
        match roles.last_mut().filter(|(last, _)| *last == name) {
            Some((_, permissions)) => permissions.extend(permission),
            None => roles.push((name, permission.into_iter().collect())),
        }
    }
    let role = |(name, permissions): (RoleName, Vec<String>)| Role {
        name,
        permissions: permissions.into_iter().collect(),
    };
    Ok(roles.into_iter().map(role).collect())
}

/// What somebody may do, by all their roles.
pub(super) fn permissions_query(owner: &Owner) -> Query {
    Query::new(PERMISSIONS_OF, vec![text(&owner.realm), text(&owner.user_id)]).giving(TEXT)
}

/// Who holds a permission.
pub(super) fn holders_query(realm: &str, permission: &str) -> Query {
    Query::new(HOLDERS, vec![text(realm), text(permission)]).giving(TEXT)
}

/// The texts of rows that have nothing else.
pub(super) fn texts(rows: Vec<Row>) -> Result<Vec<String>, StoreError> {
    rows.into_iter().map(|row| Reader::new(row).next("text")).collect()
}

fn held_by(owner: &Owner, name: &RoleName) -> Vec<Value> {
    vec![text(&owner.realm), text(&owner.user_id), text(name.as_str())]
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

const TEXT: &[ColumnType] = &[ColumnType::Text];
const ROLE: &[ColumnType] = &[ColumnType::Text, ColumnType::Text];

const CREATE: &str = "INSERT INTO fastauth_roles (realm, name) VALUES ($1, $2) \
    ON CONFLICT (realm, name) DO NOTHING RETURNING 1";

const DELETE: &str = "DELETE FROM fastauth_roles WHERE realm = $1 AND name = $2 RETURNING 1";

const ALLOW: &str =
    "INSERT INTO fastauth_role_permissions (realm, role, permission) VALUES ($1, $2, $3)";

const DISALLOW_ALL: &str = "DELETE FROM fastauth_role_permissions WHERE realm = $1 AND role = $2";

const ASSIGN: &str = "INSERT INTO fastauth_user_roles (realm, user_id, role) VALUES ($1, $2, $3) \
    ON CONFLICT (realm, user_id, role) DO NOTHING RETURNING 1";

const REVOKE: &str = "DELETE FROM fastauth_user_roles \
    WHERE realm = $1 AND user_id = $2 AND role = $3 RETURNING 1";

const REVOKE_ALL: &str = "DELETE FROM fastauth_user_roles WHERE realm = $1 AND user_id = $2";

const REVOKE_FROM_ALL: &str =
    "DELETE FROM fastauth_user_roles WHERE realm = $1 AND role = $2 RETURNING user_id";

macro_rules! roles {
    ($from:literal) => {
        concat!(
            "SELECT r.name, p.permission FROM ",
            $from,
            " LEFT JOIN fastauth_role_permissions AS p ON p.realm = r.realm AND p.role = r.name "
        )
    };
}

const FIND: &str = concat!(
    roles!("fastauth_roles AS r"),
    "WHERE r.realm = $1 AND r.name = $2 ORDER BY p.permission"
);

const LIST: &str =
    concat!(roles!("fastauth_roles AS r"), "WHERE r.realm = $1 ORDER BY r.name, p.permission");

const ROLES_OF: &str = concat!(
    roles!(
        "fastauth_user_roles AS u JOIN fastauth_roles AS r ON r.realm = u.realm AND r.name = u.role"
    ),
    "WHERE u.realm = $1 AND u.user_id = $2 ORDER BY r.name, p.permission"
);

const PERMISSIONS_OF: &str = "SELECT DISTINCT p.permission FROM fastauth_user_roles AS u \
    JOIN fastauth_role_permissions AS p ON p.realm = u.realm AND p.role = u.role \
    WHERE u.realm = $1 AND u.user_id = $2";

const HOLDERS: &str = "SELECT DISTINCT u.user_id FROM fastauth_role_permissions AS p \
    JOIN fastauth_user_roles AS u ON u.realm = p.realm AND u.role = p.role \
    WHERE p.realm = $1 AND p.permission = $2 ORDER BY u.user_id";
