use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;

use super::{
    Public, body, carrier,
    context::context,
    description::{BY_LINK, Description, Gives, Reads, SIGNING_IN, SIGNING_UP},
    flow_cookie,
    login::replaced,
};
use crate::{
    auth::Auth,
    error::{Code, Error},
    user::{AuthUser, SignupBody},
    value::Codec,
};

pub(super) const REGISTER: Description = Description {
    name: "register",
    summary: "Makes an account and signs in.",
    places: &[],
    reads: Reads::Signup,
    gives: &[(StatusCode::CREATED, Gives::SignedIn), (StatusCode::ACCEPTED, Gives::Mailed)],
    refuses: &[SIGNING_IN, SIGNING_UP, &[Code::RateLimited]],
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

pub(super) const COMPLETE: Description = Description {
    name: "complete_registration",
    summary: "Goes on with a sign-up by a link or a provider that lacked some fields.",
    places: &[],
    reads: Reads::SignupRest,
    gives: &[(StatusCode::CREATED, Gives::Completed)],
    refuses: &[BY_LINK, SIGNING_IN, SIGNING_UP, &[Code::EmailNotVerified]],
};

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
    let base_url = &auth.0.base_url;
    let began = flow_cookie::has_signup(&parts.headers, &flow, base_url);
    let issued = auth.complete_signup(&flow, began, fields, replaces, context(&parts)).await?;
    let mut reply = carrier::signed_in(StatusCode::CREATED, &issued);
    if began {
        carrier::append(reply.headers_mut(), [flow_cookie::clear_signup(&flow, base_url)]);
    }
    Ok(reply)
}
