use std::time::Duration;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value as Json, json};

use super::{
    AccessClaims, Grant, Reading, TokenChecks, TokenError, TokenOptions, TokenStrategy,
    UnwritableToken, WrittenToken,
    jwt::{KIND, Key},
    keys::{self, Use},
};
use crate::{
    secret::{Secret, Token, random},
    store::SessionId,
    time::Timestamp,
    user::{AuthUser, UserKey},
};

/// How long an access token lasts unless told otherwise.
const USUAL_AGE: Duration = Duration::from_mins(15);

/// Access tokens as JSON Web Tokens (RFC 9068), verified without asking the store.
#[derive(Debug)]
pub struct JwtStrategy {
    key: Key,
    checks: TokenChecks,
}

impl JwtStrategy {
    /// With HS256, under a key of its own for each `realm`: the users' table.
    pub fn hs256(secret: &Secret, realm: &str, checks: TokenChecks) -> Self {
        Self { key: Key::hs256(&keys::derive(secret, realm, Use::AccessToken)), checks }
    }

    fn write<U: AuthUser>(
        &self,
        grant: Grant<'_, U>,
        options: TokenOptions,
    ) -> Result<String, UnwritableToken> {
        let unmade = |error: serde_json::Error| UnwritableToken::Unmade(error.to_string());
        let registered = self.registered(grant.user, grant.session, grant.now, &options);
        // What is written later wins: the caller's data, the hooks', the user's fields, our own claims.
        let mut claims = options.extra_data;
        claims.extend(grant.extra.into_added());
        if let Json::Object(fields) = serde_json::to_value(grant.user.claims()).map_err(unmade)? {
            claims.extend(fields);
        }
        claims.remove("scope");
        claims.extend(registered);
        // Not a UUID of the time: those panic on a clock before 1970, and without randomness.
        let id = random::<16>().map_err(|error| UnwritableToken::Unmade(error.to_string()))?;
        claims.insert("jti".to_owned(), json!(URL_SAFE_NO_PAD.encode(id)));
        self.key.sign(&claims, options.headers)
    }
}

#[async_trait]
impl<U: AuthUser> TokenStrategy<U> for JwtStrategy {
    async fn read_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError> {
        Ok(AccessClaims::read(self.key.read(token, &self.checks, reading.now)?)?)
    }

    async fn read_late_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError> {
        Ok(AccessClaims::read(self.key.read_late(token, &self.checks, reading.now)?)?)
    }

    async fn write_token(
        &self,
        grant: Grant<'_, U>,
        options: TokenOptions,
    ) -> Result<WrittenToken, UnwritableToken> {
        self.write(grant, options).map(|token| Token::new(token).into())
    }

    fn length(&self, grant: Grant<'_, U>, options: TokenOptions) -> Result<usize, UnwritableToken> {
        match self.write(grant, options) {
            Err(UnwritableToken::Long(bytes)) => Ok(bytes),
            written => written.map(|token| token.len()),
        }
    }

    fn registered(
        &self,
        user: &U,
        session: SessionId,
        now: Timestamp,
        options: &TokenOptions,
    ) -> Map<String, Json> {
        let expires = now + options.max_age.unwrap_or(USUAL_AGE);
        let audience = options.audience.as_deref().unwrap_or(&self.checks.audience);
        let mut claims = Map::from_iter([
            ("aud".to_owned(), json!(audience)),
            ("exp".to_owned(), json!(expires.as_secs())),
            ("iat".to_owned(), json!(now.as_secs())),
            ("iss".to_owned(), json!(self.checks.issuer)),
            ("nbf".to_owned(), json!(now.as_secs())),
            ("sid".to_owned(), json!(session.to_string())),
            ("sub".to_owned(), json!(user.id().render())),
            ("type".to_owned(), json!(KIND)),
        ]);
        if !options.scopes.is_empty() {
            claims.insert("scope".to_owned(), json!(options.scopes.join(" ")));
        }
        claims
    }
}

#[cfg(test)]
mod tests;
