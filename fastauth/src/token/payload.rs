//! What an access token that carries claims says, however it is signed or sealed: written and checked
//! here for every strategy.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value as Json, json};

use super::{
    AccessClaims, Grant, InvalidToken, TokenChecks, TokenClaims, TokenKind, TokenOptions,
    UnwritableToken,
    claims::{moment, text},
    object,
};
use crate::{
    secret::random,
    store::SessionId,
    time::Timestamp,
    user::{AuthUser, UserKey},
};

/// The claim `type` of an access token: no other kind passes for one.
pub(super) const KIND: &str = "access";
/// How long an access token lasts unless told otherwise.
const USUAL_AGE: Duration = Duration::from_mins(15);

impl TokenChecks {
    /// The claims of a new token, which these checks let pass: ours, the fields of the user, what the
    /// hooks added and what the caller gave. The first of these that has a claim decides it.
    ///
    /// # Errors
    /// The user's claims cannot be written as JSON, or the system gives no random bytes.
    pub fn claims<U: AuthUser>(
        &self,
        grant: Grant<'_, U>,
        options: &TokenOptions,
    ) -> Result<Map<String, Json>, UnwritableToken> {
        let unmade = |error: serde_json::Error| UnwritableToken::Unmade(error.to_string());
        let registered = self.registered(grant.user, grant.session, grant.now, options);
        let mut claims = options.extra_data.clone();
        claims.extend(grant.extra.into_added());
        if let Json::Object(fields) = serde_json::to_value(grant.user.claims()).map_err(unmade)? {
            claims.extend(fields);
        }
        named(claims, registered)
    }

    /// The claims of a new token of another kind: who, and what the caller gave.
    pub(crate) fn claims_of<U: AuthUser>(
        &self,
        kind: TokenKind,
        user: &U,
        now: Timestamp,
        options: &TokenOptions,
    ) -> Result<Map<String, Json>, UnwritableToken> {
        if kind == TokenKind::ACCESS {
            return Err(UnwritableToken::Sessionless);
        }
        let mut claims = options.extra_data.clone();
        claims.remove("sid");
        named(claims, self.registered_of(kind, user, now, options))
    }

    /// The registered claims of a new token but its name: what
    /// [`TokenStrategy::registered`](super::TokenStrategy::registered) is to give back.
    pub fn registered<U: AuthUser>(
        &self,
        user: &U,
        session: SessionId,
        now: Timestamp,
        options: &TokenOptions,
    ) -> Map<String, Json> {
        let mut claims = self.registered_of(TokenKind::ACCESS, user, now, options);
        claims.insert("sid".to_owned(), json!(session.to_string()));
        claims
    }

    fn registered_of<U: AuthUser>(
        &self,
        kind: TokenKind,
        user: &U,
        now: Timestamp,
        options: &TokenOptions,
    ) -> Map<String, Json> {
        let expires = now + options.max_age.unwrap_or(USUAL_AGE);
        let audience = options.audience.as_deref().unwrap_or(&self.audience);
        let mut claims = Map::from_iter([
            ("aud".to_owned(), json!(audience)),
            ("exp".to_owned(), json!(expires.as_secs())),
            ("iat".to_owned(), json!(now.as_secs())),
            ("iss".to_owned(), json!(self.issuer)),
            ("nbf".to_owned(), json!(now.as_secs())),
            ("sub".to_owned(), json!(user.id().render())),
            ("type".to_owned(), json!(kind.name())),
        ]);
        if let Some(scopes) = &options.scopes {
            claims.insert("scope".to_owned(), json!(scopes.to_string()));
        }
        claims
    }

    /// Reads the claims of a token, JSON in UTF-8, that is known to be genuine: whose time it is, and
    /// which is for us.
    ///
    /// # Errors
    /// It is not an access token of ours, not for us, or not now.
    pub fn read<U: AuthUser>(
        &self,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<AccessClaims<U>, InvalidToken> {
        AccessClaims::read(self.check(TokenKind::ACCESS, payload, now)?)
    }

    /// The same, though its time may be over: for
    /// [`read_late_token`](super::TokenStrategy::read_late_token).
    ///
    /// # Errors
    /// It is not an access token of ours, not for us, or its time has not come.
    pub fn read_late<U: AuthUser>(
        &self,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<AccessClaims<U>, InvalidToken> {
        AccessClaims::read(self.check_late(TokenKind::ACCESS, payload, now)?)
    }

    /// Reads the claims of a genuine token of another kind.
    pub(crate) fn read_of<U: AuthUser>(
        &self,
        kind: TokenKind,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<TokenClaims<U>, InvalidToken> {
        TokenClaims::read(self.check(kind, payload, now)?)
    }

    pub(super) fn check(
        &self,
        kind: TokenKind,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<Map<String, Json>, InvalidToken> {
        let claims = self.check_late(kind, payload, now)?;
        if now >= moment(&claims, "exp")? + self.leeway {
            return Err(InvalidToken::Expired);
        }
        Ok(claims)
    }

    pub(super) fn check_late(
        &self,
        kind: TokenKind,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<Map<String, Json>, InvalidToken> {
        let claims = object::read(payload).ok_or(InvalidToken::Shape)?;
        if text(&claims, "type")? != kind.name() {
            return Err(InvalidToken::Kind);
        }
        if text(&claims, "iss")? != self.issuer {
            return Err(InvalidToken::Issuer);
        }
        is_for(&claims, &self.audience)?;
        let begun = now + self.leeway;
        if begun < moment(&claims, "nbf")? || begun < moment(&claims, "iat")? {
            return Err(InvalidToken::NotYet);
        }
        Ok(claims)
    }
}

/// The claims with the registered ones in the place of any of their names, and a name of its own.
fn named(
    mut claims: Map<String, Json>,
    registered: Map<String, Json>,
) -> Result<Map<String, Json>, UnwritableToken> {
    claims.remove("scope");
    claims.extend(registered);
    // Not a UUID of the time: those panic on a clock before 1970, and without randomness.
    let id = random::<16>().map_err(|error| UnwritableToken::Unmade(error.to_string()))?;
    claims.insert("jti".to_owned(), json!(URL_SAFE_NO_PAD.encode(id)));
    Ok(claims)
}

/// One audience, or several of which each is text (RFC 7519 §4.1.3).
fn is_for(claims: &Map<String, Json>, audience: &str) -> Result<(), InvalidToken> {
    let named = match claims.get("aud") {
        Some(Json::String(one)) => one == audience,
        Some(Json::Array(all)) if all.iter().all(Json::is_string) => {
            all.iter().any(|one| one == audience)
        }
        _ => return Err(InvalidToken::Claim("aud")),
    };
    if named { Ok(()) } else { Err(InvalidToken::Audience) }
}
