use axum::extract::{Request, State};
use http::StatusCode;

use super::{
    Public, body,
    context::context,
    description::{ADDRESS, BY_LINK, CONFIRMING, Description, Gives, Kind, MAILING, Reads, member},
    extract::SignedIn,
};
use crate::{
    auth::Auth,
    error::{Code, Error},
    user::AuthUser,
    value::Codec,
};

pub(super) const CHANGE: Description = Description {
    name: "change_password",
    summary: "Sets a new password and ends the other sessions.",
    places: &[],
    reads: Reads::Json(&[
        member("current_password", Kind::Password),
        member("new_password", Kind::NewPassword),
    ]),
    gives: &[(StatusCode::NO_CONTENT, Gives::Nothing)],
    refuses: &[CONFIRMING, &[Code::Vetoed]],
};

/// `POST /password/change`
pub(super) async fn change<U: AuthUser>(
    SignedIn(who): SignedIn<U>,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json(&parts.headers, body).await?;
    let current = body::optional_password(&mut fields, "current_password");
    let new = body::password(&mut fields, "new_password");
    let (current, new) = body::finish(fields, current.zip(new))?;
    auth.change_password(who, current, new, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) const FORGOT: Description = Description {
    name: "forgot_password",
    summary: "Mails a link that sets a new password, to whoever has this address.",
    places: &[],
    reads: ADDRESS,
    gives: &[(StatusCode::ACCEPTED, Gives::Mailed)],
    refuses: &[MAILING],
};

/// `POST /password/forgot`
pub(super) async fn forgot<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let email = body::email::<U>(&parts.headers, body).await?;
    auth.forgot_password(&email, &context(&parts)).await?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) const RESET: Description = Description {
    name: "reset_password",
    summary: "Sets a new password by a link, and ends every session.",
    places: &[],
    reads: Reads::Json(&[member("token", Kind::Token), member("password", Kind::NewPassword)]),
    gives: &[(StatusCode::NO_CONTENT, Gives::Nothing)],
    refuses: &[BY_LINK, &[Code::Internal, Code::Overloaded]],
};

/// `POST /password/reset`
pub(super) async fn reset<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json(&parts.headers, body).await?;
    let token = fields.required("token", &Codec::token());
    let password = body::password(&mut fields, "password");
    let (token, password) = body::finish(fields, token.zip(password))?;
    auth.reset_password(&token, password, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}
