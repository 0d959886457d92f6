use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Map, Value as Json};

use super::{
    AccessClaims, Grant, Reading, TokenChecks, TokenEncoder, TokenError, TokenKind, TokenOptions,
    TokenStrategy, UnwritableToken, WrittenToken,
};
use crate::{store::SessionId, time::Timestamp, user::AuthUser};

/// Access tokens that carry claims (RFC 9068), verified without asking the store.
pub struct JwtStrategy {
    encoder: Arc<dyn TokenEncoder>,
    checks: TokenChecks,
}

impl JwtStrategy {
    /// Written by this encoder, [`Jwt`](super::Jwt) or one of your own, and read by these checks. Two
    /// user types need a key or an audience each: nothing else in a token says of which type its user is.
    pub fn new(encoder: impl TokenEncoder, checks: TokenChecks) -> Self {
        Self { encoder: Arc::new(encoder), checks }
    }
}

#[async_trait]
impl<U: AuthUser> TokenStrategy<U> for JwtStrategy {
    async fn read_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError> {
        let payload = self.encoder.decode_token(TokenKind::ACCESS, token, reading.now).await?;
        Ok(self.checks.read(&payload, reading.now)?)
    }

    async fn read_late_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError> {
        let payload = self.encoder.decode_token(TokenKind::ACCESS, token, reading.now).await?;
        Ok(self.checks.read_late(&payload, reading.now)?)
    }

    async fn write_token(
        &self,
        grant: Grant<'_, U>,
        options: TokenOptions,
    ) -> Result<WrittenToken, UnwritableToken> {
        let now = grant.now;
        let claims = self.checks.claims(grant, &options)?;
        let encoder = &self.encoder;
        let token = encoder.encode_token(TokenKind::ACCESS, &claims, &options.headers, now).await?;
        Ok(token.into())
    }

    fn length(&self, grant: Grant<'_, U>, options: TokenOptions) -> Result<usize, UnwritableToken> {
        let claims = self.checks.claims(grant, &options)?;
        self.encoder.token_length(TokenKind::ACCESS, &claims, &options.headers)
    }

    fn encoder(&self) -> Option<Arc<dyn TokenEncoder>> {
        Some(Arc::clone(&self.encoder))
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

impl std::fmt::Debug for JwtStrategy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JwtStrategy").field("checks", &self.checks).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
