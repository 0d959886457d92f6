use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;

use super::{
    Public, body, carrier,
    context::context,
    description::{ADDRESS, BY_LINK, Description, Gives, LINK, MAILING, SIGNING_IN, SIGNING_UP},
    login::replaced,
    reply::problem_with,
};
use crate::{
    auth::Auth,
    error::{Code, Error},
    flow::LinkSignin,
    user::AuthUser,
};

pub(super) const SEND: Description = Description {
    name: "send_magic_link",
    summary: "Mails a link that signs in, to whoever has this address.",
    places: &[],
    reads: ADDRESS,
    gives: &[(StatusCode::ACCEPTED, Gives::Mailed)],
    refuses: &[MAILING],
};

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

pub(super) const VERIFY: Description = Description {
    name: "sign_in_by_magic_link",
    summary: "Signs in by a link.",
    places: &[],
    reads: LINK,
    gives: &[(StatusCode::OK, Gives::SignedIn)],
    refuses: &[BY_LINK, SIGNING_IN],
};

/// The same where a link makes an account too.
pub(super) const VERIFY_OR_SIGN_UP: Description = Description {
    summary: "Signs in by a link; an address without an account gets one.",
    refuses: &[BY_LINK, SIGNING_IN, SIGNING_UP, &[Code::RegistrationIncomplete]],
    ..VERIFY
};

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
        LinkSignin::Incomplete { error, flow } => problem_with(error, &[("flow", flow.expose())]),
        LinkSignin::SignedIn(issued) => carrier::signed_in(StatusCode::OK, &issued),
    })
}
