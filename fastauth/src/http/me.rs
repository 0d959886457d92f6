use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;
use serde_json::json;

use super::{
    ClearCookies, CurrentUser, body,
    context::context,
    description::{CONFIRMING, Description, Gives, Kind, Reads, member},
    extract::SignedIn,
    reply::json_reply,
};
use crate::{
    auth::Auth,
    error::{Code, Error},
    user::{AuthUser, PatchBody},
};

pub(super) const SHOW: Description = Description {
    name: "show_me",
    summary: "Shows the account.",
    places: &[],
    reads: Reads::Nothing,
    gives: &[(StatusCode::OK, Gives::View)],
    refuses: &[],
};

/// `GET /me`
pub(super) async fn show<U: AuthUser>(CurrentUser(user): CurrentUser<U>) -> Response {
    view(user.as_ref())
}

pub(super) const UPDATE: Description = Description {
    name: "update_me",
    summary: "Changes the account.",
    places: &[],
    reads: Reads::Patch,
    gives: &[(StatusCode::OK, Gives::View)],
    refuses: &[&[Code::FieldTaken, Code::Internal, Code::UsernameTaken, Code::Vetoed]],
};

/// `PATCH /me`
pub(super) async fn update<U: AuthUser>(
    SignedIn(who): SignedIn<U>,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json(&parts.headers, body).await?;
    let patch = U::Patch::read(&mut fields);
    let patch = body::finish(fields, patch)?;
    let user = auth.update_profile(who, patch, context(&parts)).await?;
    Ok(view(user.as_ref()))
}

pub(super) const DELETE: Description = Description {
    name: "delete_me",
    summary: "Deletes the account and everything kept about it.",
    places: &[],
    reads: Reads::JsonOrNothing(&[member("password", Kind::Password)]),
    gives: &[(StatusCode::NO_CONTENT, Gives::Cleared)],
    refuses: &[CONFIRMING, &[Code::HookFailed, Code::LastAdministrator, Code::Vetoed]],
};

/// `DELETE /me`
pub(super) async fn delete<U: AuthUser>(
    SignedIn(who): SignedIn<U>,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<ClearCookies, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json_or_nothing(&parts.headers, body).await?;
    let password = body::optional_password(&mut fields, "password");
    let password = body::finish(fields, password)?;
    auth.delete_account(who, password, context(&parts)).await?;
    Ok(auth.clear_cookies())
}

fn view<U: AuthUser>(user: &U) -> Response {
    json_reply(StatusCode::OK, &json!(user.view()))
}
