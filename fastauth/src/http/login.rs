use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};

use super::{
    Public,
    body::{self, Kind},
    carrier,
    context::context,
    description::{Description, Gives, Reads, SIGNING_IN},
    form,
};
use crate::{
    auth::Auth,
    error::{Code, Error, FieldError},
    flow::{Identifier, Login},
    secret::Password,
    store::{Owner, SessionId, owner_of},
    user::AuthUser,
    value::Fields,
};

pub(super) const LOGIN: Description = Description {
    name: "login",
    summary: "Signs in by password.",
    places: &[],
    reads: Reads::Login,
    gives: &[(StatusCode::OK, Gives::SignedIn)],
    refuses: &[
        SIGNING_IN,
        &[
            Code::AccountDisabled,
            Code::EmailNotVerified,
            Code::InvalidScope,
            Code::Overloaded,
            Code::RateLimited,
        ],
    ],
};

/// `POST /login`
pub(super) async fn login<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    request: Request,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    let kind = body::kind(&parts.headers)?;
    let bytes = body::bytes(body).await?;
    let login = match kind {
        Kind::Form => from_form(&bytes)?,
        Kind::Json => from_json::<U>(body::json_fields(&bytes)?)?,
    };
    let replaces = replaced(&auth, &parts.headers).await;
    let issued = auth.login(login, replaces, context(&parts)).await?;
    Ok(carrier::signed_in(StatusCode::OK, &issued))
}

/// The session of the token that came with a sign-in: it ends when the new one begins. A token that
/// is no good names none.
pub(super) async fn replaced<U: AuthUser>(
    auth: &Auth<U>,
    headers: &HeaderMap,
) -> Option<(Owner, SessionId)> {
    let presented = carrier::presented(headers, &auth.0.transports, auth.is_opaque());
    let claims = auth.read_token(presented.ok().flatten()?.token).await.ok()?;
    Some((owner_of::<U>(claims.user_id()), claims.session_id()))
}

fn from_json<U: AuthUser>(mut fields: Fields) -> Result<Login, Error> {
    let email =
        identifier::<U>(&mut fields, "email", U::SPEC.email).map(|it| it.map(Identifier::Email));
    let username = identifier::<U>(&mut fields, "username", U::SPEC.username)
        .map(|it| it.map(Identifier::Username));
    let password = body::password(&mut fields, "password");
    let remember = body::optional::<bool>(&mut fields, "remember");
    let identifier = match (email, username) {
        (Some(Some(_)), Some(Some(_))) => {
            fields.error(FieldError::at(
                "username",
                "duplicate",
                "give the email or the username, not both",
            ));
            None
        }
        (Some(None), Some(None)) => {
            let name = if U::SPEC.email.is_some() { "email" } else { "username" };
            fields.error(FieldError::at(name, "missing", "this field is required"));
            None
        }
        (email, username) => email.flatten().or(username.flatten()),
    };
    let login = identifier.zip(password).zip(remember).map(|((identifier, password), remember)| {
        Login { identifier, password, remember: remember.unwrap_or(false), scopes: None }
    });
    body::finish(fields, login)
}

/// What the body says for one of the two parts, if the struct has it.
#[allow(
    clippy::option_option,
    reason = "outside whether it could be read, inside whether it was there"
)]
fn identifier<U: AuthUser>(
    fields: &mut Fields,
    word: &str,
    part: Option<usize>,
) -> Option<Option<String>> {
    let Some(column) = part.and_then(|index| U::SPEC.columns.get(index)) else { return Some(None) };
    // The field's own name is understood as well as the part's.
    fields.alias(word, column.field);
    body::optional::<String>(fields, word)
}

/// The form of `OAuth2` (RFC 6749 §4.3.2). What it says of the client is read over, as the form is for
/// people here; `scope` limits the tokens to what it names. JSON has no `scope`: it is what pages of the
/// application send, whose sign-ins are for all that their user may do.
fn from_form(bytes: &[u8]) -> Result<Login, Error> {
    const KNOWN: &[&str] =
        &["client_id", "client_secret", "grant_type", "password", "remember", "scope", "username"];
    if bytes.trim_ascii_start().first() == Some(&b'{') {
        let detail = "this body is JSON; send it as `content-type: application/json`";
        return Err(Error::new(Code::UnsupportedMediaType).with_detail(detail));
    }
    let mut fields = form::read(bytes)?;
    let mut errors: Vec<FieldError> = ["username", "password"]
        .into_iter()
        .filter(|name| !fields.contains_key(*name))
        .map(|name| FieldError::at(name, "missing", "this field is required"))
        .collect();
    // Their names stay unsaid: text of another kind is one long name, the password in it.
    if fields.keys().any(|name| !KNOWN.contains(&name.as_str())) {
        errors.push(FieldError {
            pointer: String::new(),
            code: "unknown",
            detail: "the form has a field that is not one of this route's".into(),
        });
    }
    if fields.get("grant_type").is_some_and(|grant| grant != "password") {
        errors.push(FieldError::at(
            "grant_type",
            "wrong_value",
            "only `password` is answered here",
        ));
    }
    let scopes = form::take(&mut fields, "scope").map(|text| body::scopes(&text)).transpose()?;
    match (fields.remove("username"), fields.remove("password")) {
        (Some(username), Some(password)) if errors.is_empty() => Ok(Login {
            identifier: Identifier::Either(username),
            password: Password::new(password),
            remember: fields.get("remember").is_some_and(|it| it == "true" || it == "on"),
            scopes,
        }),
        _ => Err(Error::validation(errors)),
    }
}
