use axum::{
    extract::{FromRequestParts, Path, Request, State, rejection::PathRejection},
    response::Response,
};
use http::{StatusCode, request::Parts};
use serde_json::{Value as Json, json};

use super::{
    admission::{Admission, Needs},
    body,
    context::context,
    description::{Description, Gives, Kind, Place, Reads, member},
    extract::{SignedIn, guarded, refused},
    guard::Guard,
    reply::{Rejection, json_reply},
};
use crate::{
    access::{Permissions, Role, RoleName},
    auth::Auth,
    error::{Code, Error, FieldError},
    flow::Administrator,
    user::AuthUser,
    value::{Codec, Fields},
};

/// The most permissions that one body names.
pub(super) const MOST: usize = 256;

pub(super) const MINE: Description = Description {
    name: "list_my_roles",
    summary: "Shows what one may do.",
    places: &[],
    reads: Reads::Nothing,
    gives: &[(StatusCode::OK, Gives::MyRoles)],
    refuses: &[],
};

/// `GET /me/roles`
pub(super) async fn mine<U: AuthUser>(
    SignedIn(who): SignedIn<U>,
    State(auth): State<Auth<U>>,
) -> Result<Response, Error> {
    let roles = auth.roles_of(who.user.id()).await?;
    let permissions: Permissions = roles.iter().flat_map(|role| role.permissions.iter()).collect();
    let body = json!({
        "roles": roles.iter().map(shown).collect::<Json>(),
        "permissions": permissions.iter().collect::<Vec<_>>(),
    });
    Ok(json_reply(StatusCode::OK, &body))
}

pub(super) const LIST: Description = Description {
    name: "list_roles",
    summary: "Lists all roles.",
    places: &[],
    reads: Reads::Nothing,
    gives: &[(StatusCode::OK, Gives::Roles)],
    refuses: &[],
};

/// `GET /roles`
pub(super) async fn list<U: AuthUser>(
    _: Administering<U>,
    State(auth): State<Auth<U>>,
) -> Result<Response, Error> {
    let roles = auth.roles().await?;
    Ok(json_reply(StatusCode::OK, &roles.iter().map(shown).collect()))
}

pub(super) const CREATE: Description = Description {
    name: "create_role",
    summary: "Makes a role.",
    places: &[],
    reads: Reads::Json(&[member("name", Kind::RoleName), member("permissions", Kind::Permissions)]),
    gives: &[(StatusCode::CREATED, Gives::Role)],
    refuses: &[&[Code::RoleTaken]],
};

/// `POST /roles`
pub(super) async fn create<U: AuthUser>(
    Administering(administrator): Administering<U>,
    request: Request,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json(&parts.headers, body).await?;
    let (name, permissions) = (name(&mut fields), permissions(&mut fields));
    let role = name.zip(permissions).map(|(name, permissions)| Role { name, permissions });
    let role = body::finish(fields, role)?;
    administrator.create_role(&role, context(&parts)).await?;
    Ok(json_reply(StatusCode::CREATED, &shown(&role)))
}

pub(super) const CHANGE: Description = Description {
    name: "set_role_permissions",
    summary: "Gives a role other permissions.",
    places: &[Place::Role],
    reads: Reads::Json(&[member("permissions", Kind::Permissions)]),
    gives: &[(StatusCode::OK, Gives::Role)],
    refuses: &[&[Code::LastAdministrator, Code::NotFound]],
};

/// `PUT /roles/{name}/permissions`
pub(super) async fn change<U: AuthUser>(
    Administering(administrator): Administering<U>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    let name = role_in(path)?;
    let mut fields = body::json(&parts.headers, body).await?;
    let permissions = permissions(&mut fields);
    let role = Role { name, permissions: body::finish(fields, permissions)? };
    administrator.set_role_permissions(&role, context(&parts)).await?;
    Ok(json_reply(StatusCode::OK, &shown(&role)))
}

pub(super) const DELETE: Description = Description {
    name: "delete_role",
    summary: "Takes a role from everybody and forgets it.",
    places: &[Place::Role],
    reads: Reads::Nothing,
    gives: &[(StatusCode::NO_CONTENT, Gives::Nothing)],
    refuses: &[&[Code::LastAdministrator, Code::NotFound]],
};

/// `DELETE /roles/{name}`
pub(super) async fn delete<U: AuthUser>(
    Administering(administrator): Administering<U>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, _) = request.into_parts();
    administrator.delete_role(&role_in(path)?, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) const ASSIGN: Description = Description {
    name: "assign_role",
    summary: "Gives a user a role.",
    places: &[Place::User, Place::Role],
    reads: Reads::Nothing,
    gives: &[(StatusCode::NO_CONTENT, Gives::Nothing)],
    refuses: &[&[Code::NotFound, Code::OwnRoles]],
};

/// `PUT /users/{id}/roles/{name}`
pub(super) async fn assign<U: AuthUser>(
    Administering(administrator): Administering<U>,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, _) = request.into_parts();
    let (id, name) = user_and_role_in::<U>(path)?;
    administrator.assign_role(&id, &name, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) const REVOKE: Description = Description {
    name: "revoke_role",
    summary: "Takes a role from a user.",
    places: &[Place::User, Place::Role],
    reads: Reads::Nothing,
    gives: &[(StatusCode::NO_CONTENT, Gives::Nothing)],
    refuses: &[&[Code::LastAdministrator, Code::NotFound, Code::OwnRoles]],
};

/// `DELETE /users/{id}/roles/{name}`
pub(super) async fn revoke<U: AuthUser>(
    Administering(administrator): Administering<U>,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, _) = request.into_parts();
    let (id, name) = user_and_role_in::<U>(path)?;
    administrator.revoke_role(&id, &name, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who may administer roles, by the permission that the application names for it.
pub(super) struct Administering<U: AuthUser>(Administrator<U>);

impl<U: AuthUser> Guard for Administering<U> {
    fn describe() -> String {
        format!("{} who may administer roles", U::SPEC.name)
    }

    fn admits() -> Admission {
        Admission::user::<U>().needing(Needs::RoleAdministration)
    }
}

impl<U: AuthUser> FromRequestParts<Auth<U>> for Administering<U> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, auth: &Auth<U>) -> Result<Self, Rejection> {
        let who = guarded(parts, auth).await?;
        match auth.administrator(who).await {
            Ok(administrator) => Ok(Self(administrator)),
            Err(error) => Err(refused(error, parts, auth).await),
        }
    }
}

/// A name that no role can have is no role's.
fn role_in(path: Result<Path<String>, PathRejection>) -> Result<RoleName, Error> {
    path.ok().and_then(|Path(name)| name.parse().ok()).ok_or_else(|| Code::NotFound.into())
}

fn user_and_role_in<U: AuthUser>(
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<(U::Id, RoleName), Error> {
    let found = path.ok().and_then(|Path((id, name))| U::parse_id(&id).ok().zip(name.parse().ok()));
    found.ok_or_else(|| Code::NotFound.into())
}

fn name(fields: &mut Fields) -> Option<RoleName> {
    let text = fields.required("name", &Codec::<String>::column())?;
    text.parse()
        .map_err(|error: crate::access::InvalidRoleName| {
            fields.error(FieldError::at("name", "invalid_name", error.to_string()));
        })
        .ok()
}

fn permissions(fields: &mut Fields) -> Option<Permissions> {
    let names = fields.required("permissions", &Codec::<Vec<String>>::json())?;
    if names.len() > MOST {
        let detail = format!("a role has at most {MOST} permissions");
        fields.error(FieldError::at("permissions", "too_many", detail));
        return None;
    }
    Some(names.into_iter().collect())
}

fn shown(role: &Role) -> Json {
    json!({
        "name": role.name.as_str(),
        "permissions": role.permissions.iter().collect::<Vec<_>>(),
    })
}
