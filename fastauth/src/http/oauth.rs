use axum::{
    extract::{Path, Request, State, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, header, request::Parts};
use serde_json::json;

use super::{
    Public,
    accept::{prefers_json, shows_pages},
    body, carrier,
    context::{context, original_uri},
    description::{
        ANSWER, Description, FROM_PROVIDER, Gives, Kind, NEXT, Place, Reads, SIGNING_IN,
        SIGNING_UP, member,
    },
    extract::FreshlySignedIn,
    flow_cookie,
    form::{self, Form},
    identities::shown,
    login::replaced,
    query,
    reply::{json_reply, problem_with},
};
use crate::{
    auth::Auth,
    config::{NextPath, Transport},
    error::{Code, Error, FieldError},
    flow::{BegunOAuth, FinishedOAuth, OAuthAnswer, OAuthOutcome},
    secret::Token,
    user::AuthUser,
};

/// The longest `state` that is looked at: ours have 43 letters.
const LONGEST_STATE: usize = 128;
/// The longest `next`, in bytes.
const LONGEST_NEXT: usize = 512;
/// The longest of everything else that a provider sends along.
const LONGEST: usize = 4096;

pub(super) const AUTHORIZE: Description = Description {
    name: "sign_in_by_provider",
    summary: "Sends a browser to a provider to sign in there.",
    places: &[Place::Provider],
    reads: Reads::Query(NEXT),
    gives: &[(StatusCode::OK, Gives::AuthorizationUrl), (StatusCode::SEE_OTHER, Gives::ToProvider)],
    refuses: &[FROM_PROVIDER, &[Code::MalformedRequest]],
};

/// `GET /oauth/{provider}/authorize`
pub(super) async fn authorize<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    provider: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let begun = async {
        let provider = named(provider)?;
        note_mount(&auth, &parts);
        let next = form::take(&mut query::read(&parts.uri)?, "next");
        let next = next.map(|next| place(&next).ok_or(())).transpose();
        let next = next.map_err(|()| {
            let detail = "`next` is a path of this site, such as `/posts`";
            Error::new(Code::MalformedRequest).with_detail(detail)
        })?;
        auth.begin_oauth(&provider, next.as_ref(), context(&parts)).await
    };
    match begun.await {
        Ok(begun) => to_provider(&begun, &parts, &auth, !prefers_json(&parts.headers)),
        Err(error) => refused(error, &parts, &auth),
    }
}

pub(super) const LINK: Description = Description {
    name: "link_provider",
    summary: "Begins to link an account at a provider to one's own.",
    places: &[Place::Provider],
    reads: Reads::JsonOrNothing(&[member("next", Kind::Next)]),
    gives: &[(StatusCode::OK, Gives::AuthorizationUrl)],
    refuses: &[FROM_PROVIDER, &[Code::InsufficientScope]],
};

/// `POST /oauth/{provider}/link`
pub(super) async fn link<U: AuthUser>(
    FreshlySignedIn(who): FreshlySignedIn<U>,
    State(auth): State<Auth<U>>,
    provider: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    let mut fields = body::json_or_nothing(&parts.headers, body).await?;
    let next = body::optional::<String>(&mut fields, "next").flatten();
    let next = next.filter(|next| !next.is_empty()).and_then(|next| {
        let wrong = || FieldError::at("next", "invalid_path", "this is not a path of this site");
        place(&next).or_else(|| {
            fields.error(wrong());
            None
        })
    });
    fields.finish().map_err(Error::validation)?;
    let provider = named(provider)?;
    note_mount(&auth, &parts);
    let begun = auth.begin_link(&who, &provider, next.as_ref(), context(&parts)).await?;
    Ok(to_provider(&begun, &parts, &auth, false))
}

pub(super) const CALLBACK: Description = Description {
    name: "finish_at_provider",
    summary: "Takes a browser back from a provider: signs in, or links the account there.",
    places: &[Place::Provider],
    reads: Reads::Query(ANSWER),
    gives: &[(StatusCode::OK, Gives::SignedInOrLinked), (StatusCode::SEE_OTHER, Gives::ToNext)],
    refuses: &[
        FROM_PROVIDER,
        SIGNING_IN,
        SIGNING_UP,
        &[
            Code::AccessDenied,
            Code::AccountDisabled,
            Code::EmailNotVerified,
            Code::IdentityTaken,
            Code::InvalidOAuthState,
            Code::MalformedRequest,
            Code::MethodNotAllowed,
            Code::ProviderAlreadyLinked,
            Code::RateLimited,
            Code::RegistrationIncomplete,
        ],
    ],
};

/// `GET /oauth/{provider}/callback`: the one `GET` that changes something, as the browser comes from elsewhere.
pub(super) async fn callback<U: AuthUser>(
    _: Public,
    State(auth): State<Auth<U>>,
    provider: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    // Whoever only looks uses nothing up.
    if parts.method == Method::HEAD {
        let mut reply = Error::new(Code::MethodNotAllowed).into_response();
        reply.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET"));
        return reply;
    }
    let base_url = &auth.0.base_url;
    let answer = named(provider).and_then(|provider| Ok((provider, answer(&parts)?)));
    let (provider, answer) = match answer {
        Ok(answer) => answer,
        Err(error) => return refused(error, &parts, &auth),
    };
    let state = answer.state.clone();
    let cookie = flow_cookie::presented(&parts.headers, &state, base_url);
    let replaces = replaced(&auth, &parts.headers).await;
    let finished = auth.finish_oauth(&provider, answer, cookie, replaces, context(&parts)).await;
    let has_ended = match &finished {
        Ok(_) => true,
        // It was not looked at further: it can come again.
        Err(error) => ![Code::RateLimited, Code::StoreUnavailable].contains(&error.code()),
    };
    let mut reply = match finished {
        Ok(finished) => answered(finished, &parts, &auth),
        Err(error) => refused(error, &parts, &auth),
    };
    if has_ended && cookie.is_some() {
        carrier::append(reply.headers_mut(), [flow_cookie::clear(&state, base_url)]);
    }
    reply
}

/// What a browser brings. Whether it says so at all is looked at first, and then whether it was asked for.
fn answer(parts: &Parts) -> Result<OAuthAnswer, Error> {
    let mut query = query::read(&parts.uri)?;
    let state = form::take(&mut query, "state").filter(|state| state.len() <= LONGEST_STATE);
    let mut said = |name| said(&mut query, name);
    let code = match (said("code")?, said("error")?) {
        (Some(code), None) => Ok(Token::new(code)),
        (None, Some(error)) => Err(error),
        _ => return Err(Code::MalformedRequest.into()),
    };
    let issuer = said("iss")?;
    let state = state.ok_or(Code::InvalidOAuthState)?;
    Ok(OAuthAnswer { state, code, issuer })
}

/// Letters that are printed, and not too many of them (RFC 6749, appendix A).
fn said(query: &mut Form, name: &str) -> Result<Option<String>, Error> {
    let said = form::take(query, name);
    let is_plain = |text: &String| {
        text.len() <= LONGEST && text.bytes().all(|c| c.is_ascii_graphic() || c == b' ')
    };
    if said.as_ref().is_none_or(is_plain) { Ok(said) } else { Err(Code::MalformedRequest.into()) }
}

fn named(provider: Result<Path<String>, PathRejection>) -> Result<String, Error> {
    provider.map(|Path(provider)| provider).map_err(|_| Code::NotFound.into())
}

/// Where a browser goes afterwards. The cookies of all flows must find room in one header.
fn place(next: &str) -> Option<NextPath> {
    Some(next).filter(|next| next.len() <= LONGEST_NEXT)?.parse().ok()
}

/// Providers send browsers back to where the builder says that the accounts are mounted.
fn note_mount<U: AuthUser>(auth: &Auth<U>, parts: &Parts) {
    // Before `/oauth/{provider}/authorize`.
    if let Some(mount) = original_uri(parts).path().rsplitn(4, '/').nth(3) {
        auth.0.providers.are_at(mount);
    }
}

/// Sends a browser to the provider, or says where to send it.
fn to_provider<U: AuthUser>(
    begun: &BegunOAuth,
    parts: &Parts,
    auth: &Auth<U>,
    redirects: bool,
) -> Response {
    let base_url = &auth.0.base_url;
    let mut reply = if redirects {
        see_other(&begun.url)
    } else {
        json_reply(StatusCode::OK, &json!({ "authorization_url": begun.url }))
    };
    let surplus = flow_cookie::clear_surplus(&parts.headers, base_url);
    let cookies = surplus.into_iter().chain([flow_cookie::set(begun, base_url)]);
    carrier::append(reply.headers_mut(), cookies);
    reply
}

/// What became of an answer, as a browser or a program wants it.
fn answered<U: AuthUser>(finished: FinishedOAuth<U>, parts: &Parts, auth: &Auth<U>) -> Response {
    let FinishedOAuth { outcome, next } = finished;
    let place = next.as_ref().map_or("/", NextPath::as_str);
    let redirects = !prefers_json(&parts.headers);
    match outcome {
        OAuthOutcome::Incomplete { error, flow } => {
            let page = auth.0.mailing.pages.complete_registration.as_ref();
            let next = next.as_ref().map(|next| ("next", next.as_str()));
            let more: Vec<_> = [("flow", flow.expose())].into_iter().chain(next).collect();
            let mut reply = match page.filter(|_| shows_pages(&parts.headers)) {
                Some(page) => see_other(&page.with(more)),
                None => problem_with(error, &more),
            };
            let cookie = flow_cookie::set_signup(&flow, &auth.0.base_url);
            carrier::append(reply.headers_mut(), [cookie]);
            reply
        }
        OAuthOutcome::Linked(_) if redirects => see_other(place),
        OAuthOutcome::Linked(account) => {
            let mut linked = shown(&account);
            if let (Some(next), Some(linked)) = (&next, linked.as_object_mut()) {
                linked.insert("next".to_owned(), json!(next.as_str()));
            }
            json_reply(StatusCode::OK, &linked)
        }
        OAuthOutcome::SignedIn(issued) => {
            let by_cookies = issued.transports.first() == Transport::Cookies;
            if by_cookies && redirects {
                (*issued, see_other(place)).into_response()
            } else {
                carrier::signed_in_for(&issued, next.as_ref())
            }
        }
    }
}

/// A refusal, on the page that the application has for it.
fn refused<U: AuthUser>(error: Error, parts: &Parts, auth: &Auth<U>) -> Response {
    let page = auth.0.mailing.pages.oauth_error.as_ref();
    match page.filter(|_| shows_pages(&parts.headers)) {
        Some(page) => see_other(&page.with([("error", error.code().as_str())])),
        None => error.into_response(),
    }
}

fn see_other(place: &str) -> Response {
    match HeaderValue::try_from(place) {
        Ok(place) => (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response(),
        Err(_) => Error::new(Code::ProviderError).into_response(),
    }
}
