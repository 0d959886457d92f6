use axum::extract::{Request, State};
use http::StatusCode;

use super::{
    Public, body,
    context::context,
    description::{
        ADDRESS, BY_LINK, CONFIRMING, Description, Gives, Kind, LINK, MAILING, Reads, member,
    },
    extract::SignedIn,
    login::replaced,
};
use crate::{
    auth::Auth,
    error::{Code, Error},
    user::AuthUser,
};

pub(super) const VERIFICATION: Description = Description {
    name: "request_verification",
    summary: "Mails a link that proves this address, to whoever has it and has not proved it.",
    places: &[],
    reads: ADDRESS,
    gives: &[(StatusCode::ACCEPTED, Gives::Mailed)],
    refuses: &[MAILING],
};

/// `POST /email/verification`
pub(super) async fn verification<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let email = body::email::<U>(&parts.headers, body).await?;
    auth.request_verification(&email, &context(&parts)).await?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) const VERIFY: Description = Description {
    name: "verify_email",
    summary: "Proves an address by a link.",
    places: &[],
    reads: LINK,
    gives: &[(StatusCode::NO_CONTENT, Gives::Nothing)],
    refuses: &[BY_LINK],
};

/// `POST /email/verify`
pub(super) async fn verify<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let token = body::token(&parts.headers, body).await?;
    auth.verify_email(&token, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) const CHANGE: Description = Description {
    name: "change_email",
    summary: "Mails a link to the address that is to be the new one.",
    places: &[],
    reads: Reads::Json(&[member("new_email", Kind::Address), member("password", Kind::Password)]),
    gives: &[(StatusCode::ACCEPTED, Gives::Mailed)],
    refuses: &[CONFIRMING, MAILING],
};

/// `POST /email/change`
pub(super) async fn change<U: AuthUser>(
    SignedIn(who): SignedIn<U>,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json(&parts.headers, body).await?;
    let email = body::text(&mut fields, "new_email");
    let password = body::optional_password(&mut fields, "password");
    let (email, password) = body::finish(fields, email.zip(password))?;
    auth.request_email_change(&who, &email, password, context(&parts)).await?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) const CONFIRM: Description = Description {
    name: "confirm_email_change",
    summary: "Sets the address that a link was mailed to.",
    places: &[],
    reads: LINK,
    gives: &[(StatusCode::NO_CONTENT, Gives::Nothing)],
    refuses: &[BY_LINK, &[Code::EmailTaken]],
};

/// `POST /email/change/confirm`: the session it comes from, if it is theirs, goes on.
pub(super) async fn confirm<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<StatusCode, Error> {
    let (parts, body) = request.into_parts();
    let token = body::token(&parts.headers, body).await?;
    let keep = replaced(&auth, &parts.headers).await.map(|(_, session)| session);
    auth.confirm_email_change(&token, keep, context(&parts)).await?;
    Ok(StatusCode::NO_CONTENT)
}
