use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;

use super::{Public, body, carrier, context::context, login::replaced};
use crate::{
    auth::Auth,
    error::Error,
    user::{AuthUser, SignupBody},
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
    Ok(carrier::signed_in(StatusCode::CREATED, &issued))
}
