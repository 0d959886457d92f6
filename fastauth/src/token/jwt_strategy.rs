use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Map, Value as Json};

use super::{
    AccessClaims, Grant, Reading, TokenChecks, TokenEncoder, TokenError, TokenKind, TokenOptions,
    TokenStrategy, UnwritableToken, WrittenToken, reader::ClaimsReader,
};
use crate::{store::SessionId, time::Timestamp, user::AuthUser};

/// Access tokens that carry claims (RFC 9068), verified without asking the store, and each once as long as
/// the [keys](TokenEncoder::key_set) are the same.
#[derive(Debug)]
pub struct JwtStrategy {
    reader: ClaimsReader,
}

impl JwtStrategy {
    /// Written by this encoder, [`Jwt`](super::Jwt) or one of your own, and read by these checks. Two
    /// user types need a key or an audience each: nothing else in a token says of which type its user is.
    pub fn new(encoder: impl TokenEncoder, checks: TokenChecks) -> Self {
        Self { reader: ClaimsReader::new(encoder, checks) }
    }
}

#[async_trait]
impl<U: AuthUser> TokenStrategy<U> for JwtStrategy {
    async fn read_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError> {
        self.reader.read(token, reading.now).await
    }

    async fn read_late_token(
        &self,
        token: &str,
        reading: &Reading<'_, U>,
    ) -> Result<AccessClaims<U>, TokenError> {
        self.reader.read_late(token, reading.now).await
    }

    async fn write_token(
        &self,
        grant: Grant<'_, U>,
        options: TokenOptions,
    ) -> Result<WrittenToken, UnwritableToken> {
        let now = grant.now;
        let claims = self.reader.checks().claims(grant, &options)?;
        let encoder = &self.reader.encoder;
        let token = encoder.encode_token(TokenKind::ACCESS, &claims, &options.headers, now).await?;
        Ok(token.into())
    }

    fn length(&self, grant: Grant<'_, U>, options: TokenOptions) -> Result<usize, UnwritableToken> {
        let claims = self.reader.checks().claims(grant, &options)?;
        self.reader.encoder.token_length(TokenKind::ACCESS, &claims, &options.headers)
    }

    fn encoder(&self) -> Option<Arc<dyn TokenEncoder>> {
        Some(Arc::clone(&self.reader.encoder))
    }

    fn registered(
        &self,
        user: &U,
        session: SessionId,
        now: Timestamp,
        options: &TokenOptions,
    ) -> Map<String, Json> {
        self.reader.checks().registered(user, session, now, options)
    }
}

#[cfg(test)]
mod tests;
