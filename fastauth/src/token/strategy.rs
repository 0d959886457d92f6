use std::time::Duration;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value as Json, json};

use super::{
    AccessClaims, ExtraClaims, InvalidToken, TokenChecks, TokenOptions, UnwritableToken,
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

/// Says what an access token is.
#[async_trait]
pub trait TokenStrategy<U: AuthUser>: Send + Sync + 'static {
    /// What a presented token says.
    ///
    /// # Errors
    /// It is not one of ours, or not now, or not for us.
    async fn read_token(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<AccessClaims<U>, InvalidToken>;

    /// The same of a token whose time may be over: it opens nothing, and still says which session it
    /// was of. For signing out. A strategy that cannot tell such a token from a forged one reads it
    /// as any other.
    ///
    /// # Errors
    /// It is not one of ours, or not for us.
    async fn read_late_token(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<AccessClaims<U>, InvalidToken> {
        self.read_token(token, now).await
    }

    /// A token for this user in this session.
    ///
    /// # Errors
    /// What was asked for cannot be written.
    async fn write_token(
        &self,
        grant: Grant<'_, U>,
        options: TokenOptions,
    ) -> Result<Token, UnwritableToken>;

    /// How long such a token would be, in bytes; nothing is kept of it. Asked before an account is
    /// made or changed, so that nobody is given more than can be read back. 0, unless told otherwise:
    /// the token says nothing of its user.
    ///
    /// # Errors
    /// What was asked for cannot be written.
    fn length(&self, grant: Grant<'_, U>, options: TokenOptions) -> Result<usize, UnwritableToken> {
        let _ = (grant, options);
        Ok(0)
    }

    /// The registered claims that such a token will have, as far as they are known before it is
    /// written: what `modify_jwt` hooks are shown.
    fn registered(
        &self,
        user: &U,
        session: SessionId,
        now: Timestamp,
        options: &TokenOptions,
    ) -> Map<String, Json>;
}

/// Whom a token is for.
#[derive(Debug)]
pub struct Grant<'a, U: AuthUser> {
    /// The user.
    pub user: &'a U,
    /// The session.
    pub session: SessionId,
    /// What hooks added.
    pub extra: ExtraClaims,
    /// Now.
    pub now: Timestamp,
}

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
        now: Timestamp,
    ) -> Result<AccessClaims<U>, InvalidToken> {
        AccessClaims::read(self.key.read(token, &self.checks, now)?)
    }

    async fn read_late_token(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<AccessClaims<U>, InvalidToken> {
        AccessClaims::read(self.key.read_late(token, &self.checks, now)?)
    }

    async fn write_token(
        &self,
        grant: Grant<'_, U>,
        options: TokenOptions,
    ) -> Result<Token, UnwritableToken> {
        self.write(grant, options).map(Token::new)
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
