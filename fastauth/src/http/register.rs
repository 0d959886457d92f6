use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;

use super::{Public, body, carrier, context::context, login::replaced};
use crate::{
    auth::Auth,
    error::Error,
    user::{AuthUser, SignupBody},
    value::Codec,
};

/// `POST /register`
pub(super) async fn register<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json(&parts.headers, body).await?;
    let signup = U::Signup::read(&mut fields);
    let signup = body::finish(fields, signup)?;
    let replaces = replaced(&auth, &parts.headers).await;
    let issued = auth.register(signup, replaces, context(&parts)).await?;
    Ok(match issued {
        Some(issued) => carrier::signed_in(StatusCode::CREATED, &issued),
        None => StatusCode::ACCEPTED.into_response(),
    })
}

/// `POST /register/complete`
pub(super) async fn complete<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json(&parts.headers, body).await?;
    // The rest is read for the account of this flow, if there is one.
    let mut own = fields.split("flow");
    let flow = own.required("flow", &Codec::token());
    let flow = body::finish(own, flow)?;
    let replaces = replaced(&auth, &parts.headers).await;
    let issued = auth.complete_signup(&flow, fields, replaces, context(&parts)).await?;
    Ok(carrier::signed_in(StatusCode::CREATED, &issued))
}
