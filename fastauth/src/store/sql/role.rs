//! Roles, what they allow, and who has them.

use super::{Database, Query, Transaction, reader::Reader, statements::Statements};
use crate::{
    access::{Permissions, Role, RoleName},
    store::{Assignment, Owner, Removal, RoleDeletion, StoreError},
    user::UserSpec,
    value::{ColumnError, ColumnType, Row, Value},
};

pub(in crate::store) async fn create(
    database: &dyn Database,
    realm: &str,
    role: &Role,
) -> Result<bool, StoreError> {
    let mut transaction = database.begin().await?;
    let arguments = vec![text(realm), text(role.name.as_str())];
    if transaction.run(Query::new(CREATE, arguments)).await?.is_empty() {
        return Ok(false);
    }
    allow(transaction.as_mut(), realm, role).await?;
    transaction.commit().await?;
    Ok(true)
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
    needed: Option<&str>,
) -> Result<Removal, StoreError> {
    let mut guarded = Guarded::begin(database, realm, needed).await?;
    let arguments = || vec![text(realm), text(role.name.as_str())];
    if guarded.run(Query::new(TOUCH, arguments())).await?.is_empty() {
        return Ok(Removal::Absent);
    }
    guarded.run(Query::new(DISALLOW_ALL, arguments())).await?;
    allow(guarded.transaction.as_mut(), realm, role).await?;
    guarded.commit().await.map(Removal::of)
}

pub(in crate::store) async fn delete(
    database: &dyn Database,
    realm: &str,
    name: &RoleName,
    needed: Option<&str>,
) -> Result<RoleDeletion, StoreError> {
    let mut guarded = Guarded::begin(database, realm, needed).await?;
    let arguments = || vec![text(realm), text(name.as_str())];
    if guarded.run(Query::new(DELETE, arguments())).await?.is_empty() {
        return Ok(RoleDeletion::Absent);
    }
    guarded.run(Query::new(DISALLOW_ALL, arguments())).await?;
    let holders = guarded.run(Query::new(REVOKE_FROM_ALL, arguments()).giving(TEXT)).await?;
    let holders = holders.into_iter().map(|row| Reader::new(row).next("user_id"));
    let holders = holders.collect::<Result<_, _>>()?;
    Ok(if guarded.commit().await? { RoleDeletion::Deleted(holders) } else { RoleDeletion::Last })
}

pub(in crate::store) async fn assign(
    database: &dyn Database,
    spec: &'static UserSpec,
    owner: &Owner,
    name: &RoleName,
) -> Result<Assignment, StoreError> {
    let exists = Statements::of(spec, database.dialect()).exists;
    let mut transaction = database.begin().await?;
    // Looked for within the transaction: an account deleted meanwhile gets no role.
    let user = Query::new(exists, vec![text(&owner.user_id)]);
    if transaction.run(user).await?.is_empty() {
        return Ok(Assignment::NoUser);
    }
    give_within(transaction, owner, name).await
}

pub(in crate::store) async fn give(
    database: &dyn Database,
    owner: &Owner,
    name: &RoleName,
) -> Result<Assignment, StoreError> {
    give_within(database.begin().await?, owner, name).await
}

/// The end of a transaction that gives somebody a role.
async fn give_within(
    mut transaction: Box<dyn Transaction + '_>,
    owner: &Owner,
    name: &RoleName,
) -> Result<Assignment, StoreError> {
    let role = Query::new(TOUCH, vec![text(&owner.realm), text(name.as_str())]);
    if transaction.run(role).await?.is_empty() {
        return Ok(Assignment::NoRole);
    }
    if transaction.run(Query::new(ASSIGN, held_by(owner, name))).await?.is_empty() {
        return Ok(Assignment::Held);
    }
    transaction.commit().await?;
    Ok(Assignment::Assigned)
}

pub(in crate::store) async fn revoke(
    database: &dyn Database,
    owner: &Owner,
    name: &RoleName,
    needed: Option<&str>,
) -> Result<Removal, StoreError> {
    let mut guarded = Guarded::begin(database, &owner.realm, needed).await?;
    if guarded.run(Query::new(REVOKE, held_by(owner, name))).await?.is_empty() {
        return Ok(Removal::Absent);
    }
    guarded.commit().await.map(Removal::of)
}

pub(in crate::store) async fn revoke_all(
    database: &dyn Database,
    owner: &Owner,
    needed: Option<&str>,
) -> Result<Removal, StoreError> {
    let mut guarded = Guarded::begin(database, &owner.realm, needed).await?;
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
    let arguments = vec![text(&owner.realm), text(&owner.user_id)];
    let rows = database.read(Query::new(PERMISSIONS_OF, arguments).giving(TEXT)).await?;
    rows.into_iter().map(|row| Reader::new(row).next::<String>("permission")).collect()
}

pub(in crate::store) async fn is_held(
    database: &dyn Database,
    realm: &str,
    permission: &str,
) -> Result<bool, StoreError> {
    let rows = database.read(held(realm, permission)).await?;
    Ok(!rows.is_empty())
}

/// Takes all roles from somebody together with other changes.
pub(super) async fn revoke_all_within(
    transaction: &mut dyn Transaction,
    owner: &Owner,
) -> Result<(), StoreError> {
    let arguments = vec![text(&owner.realm), text(&owner.user_id)];
    transaction.run(Query::new(REVOKE_ALL, arguments)).await.map(drop)
}

/// A transaction after which somebody must still hold what is needed, if anybody did before.
pub(super) struct Guarded<'a> {
    pub(super) transaction: Box<dyn Transaction + 'a>,
    /// The question whether somebody still does.
    asked: Option<(&'a str, &'a str)>,
}

impl<'a> Guarded<'a> {
    pub(super) async fn begin(
        database: &'a dyn Database,
        realm: &'a str,
        needed: Option<&'a str>,
    ) -> Result<Self, StoreError> {
        let mut transaction = database.begin().await?;
        let mut asked = None;
        if let (Some(_), Some(lock)) = (needed, database.dialect().lock_realm()) {
            transaction.run(Query::new(lock, vec![text(realm)])).await?;
        }
        if let Some(needed) = needed
            && !transaction.run(held(realm, needed)).await?.is_empty()
        {
            asked = Some((realm, needed));
        }
        Ok(Self { transaction, asked })
    }

    pub(super) async fn run(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        self.transaction.run(query).await
    }

    /// Keeps what was done; `false` when it must not be.
    pub(super) async fn commit(mut self) -> Result<bool, StoreError> {
        if let Some((realm, needed)) = self.asked
            && self.transaction.run(held(realm, needed)).await?.is_empty()
        {
            return Ok(false);
        }
        self.transaction.commit().await.map(|()| true)
    }
}

impl Removal {
    pub(super) fn of(committed: bool) -> Self {
        if committed { Self::Done } else { Self::Last }
    }
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

fn held(realm: &str, permission: &str) -> Query {
    Query::new(HELD, vec![text(realm), text(permission)])
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

/// Changes nothing and keeps the role from being deleted until the transaction ends.
const TOUCH: &str =
    "UPDATE fastauth_roles SET name = name WHERE realm = $1 AND name = $2 RETURNING 1";

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

const HELD: &str = "SELECT 1 FROM fastauth_role_permissions AS p \
    JOIN fastauth_user_roles AS u ON u.realm = p.realm AND u.role = p.role \
    WHERE p.realm = $1 AND p.permission = $2 LIMIT 1";
