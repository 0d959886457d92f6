use std::{fmt, sync::Arc};

use super::{
    AccessClaims, TokenChecks, TokenEncoder, TokenError, TokenKind,
    raw::LONGEST,
    remembered::{Known, Remembered},
};
use crate::{secret::Digest, time::Timestamp, user::AuthUser};

/// Reads access tokens that carry claims, and verifies each once: what an encoder says it verified by the
/// same keys is remembered until its time is over.
#[derive(Clone)]
pub(super) struct ClaimsReader {
    pub(super) encoder: Arc<dyn TokenEncoder>,
    checks: TokenChecks,
    remembered: Arc<Remembered>,
}

impl ClaimsReader {
    pub(super) fn new(encoder: impl TokenEncoder, checks: TokenChecks) -> Self {
        Self { encoder: Arc::new(encoder), checks, remembered: Arc::default() }
    }

    pub(super) fn checks(&self) -> &TokenChecks {
        &self.checks
    }

    /// By other checks; what the former let pass is forgotten.
    pub(super) fn checking(self, change: impl FnOnce(TokenChecks) -> TokenChecks) -> Self {
        Self { checks: change(self.checks), remembered: Arc::default(), ..self }
    }

    /// What a token says, if it is its time.
    pub(super) async fn read<U: AuthUser>(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<AccessClaims<U>, TokenError> {
        // Asked before it is verified: what is changed meanwhile is a change.
        let keys = self.encoder.key_set(now).filter(|_| token.len() <= LONGEST);
        let Some(keys) = keys else { return self.verify(token, now).await };
        let digest = Digest::of(token);
        let known = self.remembered.find(&digest, keys, self.checks.leeway, now);
        if let Some(claims) = known.and_then(AccessClaims::from_any) {
            return Ok(claims);
        }
        let claims: AccessClaims<U> = self.verify(token, now).await?;
        let time = (claims.begins_at()?, claims.expires_at());
        let known = Known { keys, time, bytes: token.len(), claims: claims.clone().into_any() };
        self.remembered.keep(&digest, known);
        Ok(claims)
    }

    /// The same though its time may be over.
    pub(super) async fn read_late<U: AuthUser>(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<AccessClaims<U>, TokenError> {
        let payload = self.encoder.decode_token(TokenKind::ACCESS, token, now).await?;
        Ok(self.checks.read_late(&payload, now)?)
    }

    async fn verify<U: AuthUser>(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<AccessClaims<U>, TokenError> {
        let payload = self.encoder.decode_token(TokenKind::ACCESS, token, now).await?;
        Ok(self.checks.read(&payload, now)?)
    }
}

impl fmt::Debug for ClaimsReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimsReader").field("checks", &self.checks).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
