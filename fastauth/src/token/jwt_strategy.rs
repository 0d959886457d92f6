use async_trait::async_trait;
use serde_json::{Map, Value as Json};

use super::{
    AccessClaims, Grant, Reading, TokenChecks, TokenError, TokenOptions, TokenStrategy,
    UnwritableToken, WrittenToken,
    jwt::Key,
    keys::{self, Use},
};
use crate::{
    secret::{Secret, Token},
    store::SessionId,
    time::Timestamp,
    user::AuthUser,
};

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
        let claims = self.checks.claims(grant, &options)?;
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
        self.checks.registered(user, session, now, options)
    }
}

#[cfg(test)]
mod tests;
