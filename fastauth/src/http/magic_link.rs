use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;

use super::{Public, body, carrier, context::context, login::replaced, reply::problem_with};
use crate::{auth::Auth, error::Error, flow::LinkSignin, user::AuthUser};

/// `POST /magic-link`
pub(super) async fn send<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let email = body::email::<U>(&parts.headers, body).await?;
    auth.send_magic_link(&email, context(&parts)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// `POST /magic-link/verify`
pub(super) async fn verify<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    let token = body::token(&parts.headers, body).await?;
    let replaces = replaced(&auth, &parts.headers).await;
    Ok(match auth.sign_in_by_link(&token, replaces, context(&parts)).await? {
        LinkSignin::Incomplete { error, flow } => problem_with(error, "flow", flow.expose()),
        LinkSignin::SignedIn(issued) => carrier::signed_in(StatusCode::OK, &issued),
    })
}
