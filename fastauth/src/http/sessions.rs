use axum::{
    extract::{Path, Request, State, rejection::PathRejection},
    response::Response,
};
use http::StatusCode;
use serde_json::{Value as Json, json};

use super::{
    context::context,
    description::{Description, Gives, Place, Reads},
    extract::SignedIn,
    reply::json_reply,
};
use crate::{
    auth::Auth,
    error::{Code, Error},
    store::{Session, SessionId},
    user::AuthUser,
};

pub(super) const LIST: Description = Description {
    name: "list_sessions",
    summary: "Shows where one is signed in.",
    places: &[],
    reads: Reads::Nothing,
    gives: &[(StatusCode::OK, Gives::Sessions)],
    refuses: &[],
};

/// `GET /sessions`
pub(super) async fn list<U: AuthUser>(
    SignedIn(who): SignedIn<U>,
    State(auth): State<Auth<U>>,
) -> Result<Response, Error> {
    let sessions = auth.sessions(&who).await?;
    let shown: Json = sessions.iter().map(|session| shown(session, who.session.id)).collect();
    Ok(json_reply(StatusCode::OK, &shown))
}

pub(super) const END: Description = Description {
    name: "end_session",
    summary: "Ends one of one's own sessions.",
    places: &[Place::Session],
    reads: Reads::Nothing,
    gives: &[(StatusCode::NO_CONTENT, Gives::Nothing)],
    refuses: &[&[Code::NotFound]],
};

/// `DELETE /sessions/{id}`: of others' sessions nobody learns whether they exist.
pub(super) async fn end<U: AuthUser>(
    SignedIn(who): SignedIn<U>,
    State(auth): State<Auth<U>>,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, _) = request.into_parts();
    let id: SessionId = id.ok().and_then(|Path(id)| id.parse().ok()).ok_or(Code::NotFound)?;
    auth.end_session(who, id, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) const END_OTHERS: Description = Description {
    name: "end_other_sessions",
    summary: "Ends all sessions but this one.",
    places: &[],
    reads: Reads::Nothing,
    gives: &[(StatusCode::NO_CONTENT, Gives::Nothing)],
    refuses: &[],
};

/// `DELETE /sessions`
pub(super) async fn end_others<U: AuthUser>(
    SignedIn(who): SignedIn<U>,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, _) = request.into_parts();
    auth.end_other_sessions(who, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(session: &Session, current: SessionId) -> Json {
    json!({
        "id": session.id.to_string(),
        "created_at": session.created_at.to_string(),
        "last_used_at": session.last_used_at.to_string(),
        "ip": session.ip,
        "user_agent": session.user_agent,
        "current": session.id == current,
    })
}
