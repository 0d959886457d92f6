use axum::{
    extract::{Path, Request, State, rejection::PathRejection},
    response::Response,
};
use http::StatusCode;
use serde_json::{Value as Json, json};

use super::{
    context::context,
    description::{Description, Gives, Place, Reads},
    extract::{FreshlySignedIn, SignedIn},
    reply::json_reply,
};
use crate::{
    auth::Auth,
    error::{Code, Error},
    store::OAuthAccount,
    user::AuthUser,
};

pub(super) const LIST: Description = Description {
    name: "list_identities",
    summary: "Shows the accounts at providers that sign one in.",
    places: &[],
    reads: Reads::Nothing,
    gives: &[(StatusCode::OK, Gives::Identities)],
    refuses: &[],
};

/// `GET /identities`
pub(super) async fn list<U: AuthUser>(
    SignedIn(who): SignedIn<U>,
    State(auth): State<Auth<U>>,
) -> Result<Response, Error> {
    let identities: Json = auth.identities(&who).await?.iter().map(shown).collect();
    Ok(json_reply(StatusCode::OK, &identities))
}

pub(super) const UNLINK: Description = Description {
    name: "unlink_provider",
    summary: "Unlinks an account at a provider, if another way to sign in remains.",
    places: &[Place::Provider],
    reads: Reads::Nothing,
    gives: &[(StatusCode::NO_CONTENT, Gives::Nothing)],
    refuses: &[&[Code::InsufficientScope, Code::LastLoginMethod, Code::NotFound]],
};

/// `DELETE /identities/{provider}`
pub(super) async fn unlink<U: AuthUser>(
    FreshlySignedIn(who): FreshlySignedIn<U>,
    State(auth): State<Auth<U>>,
    provider: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, _) = request.into_parts();
    let Path(provider) = provider.map_err(|_| Code::NotFound)?;
    auth.unlink(who, provider, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What its owner sees of an account at a provider: neither what it is called there nor its tokens.
pub(super) fn shown(account: &OAuthAccount) -> Json {
    json!({
        "provider": account.provider,
        "email": account.email,
        "created_at": account.created_at.to_string(),
    })
}
