use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;

use super::{Public, body, carrier, context::context};
use crate::{auth::Auth, error::Error, user::AuthUser, value::Codec};

/// `POST /refresh`
pub(super) async fn refresh<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json(&parts.headers, body).await?;
    let token = fields.required("refresh_token", &Codec::token());
    let token = body::finish(fields, token)?;
    let issued = auth.refresh(token.expose(), context(&parts)).await?;
    Ok(carrier::token_reply(StatusCode::OK, &issued))
}
