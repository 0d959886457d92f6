//! What strangers reach over a network or a browser alone, for fuzz targets to reach without either.

use super::{FlowKeys, FlowPurpose, FlowState, oidc::Expected};
use crate::{
    secret::{Secret, Token},
    time::Timestamp,
    token::{Algorithm, ForeignKeys, ForeignToken},
};

/// Who an ID token names, by these keys.
pub fn subject(
    keys: &[u8],
    id_token: &str,
    [issuer, client_id, nonce, access_token]: [&str; 4],
    now: Timestamp,
) -> Option<String> {
    let keys = ForeignKeys::read(keys).ok()?;
    let token = ForeignToken::parse(id_token, Algorithm::ALL).ok()?;
    let access_token = &Token::new(access_token);
    let expected = Expected { issuer, client_id, nonce, access_token, now };
    expected.believe(&token, &keys).ok().map(|(subject, _)| subject)
}

/// The flows of one application.
pub struct Flows(FlowKeys);

impl Flows {
    /// Those under a secret.
    pub fn new(secret: &Secret) -> Self {
        Self(FlowKeys::new(secret, "users"))
    }

    /// A new one: its `state`, and what its cookie holds.
    pub fn begin(&self, provider: &str, next: &str, now: Timestamp) -> Option<(Token, Token)> {
        let (flow, cookie) = self.0.begin(provider, Some(next), FlowPurpose::SignIn, now)?;
        Some((flow.state, cookie))
    }

    /// Where a flow goes on, if it is opened by these.
    pub fn open(
        &self,
        cookie: &str,
        state: &str,
        provider: &str,
        now: Timestamp,
    ) -> Option<Option<String>> {
        let FlowState { next, .. } = self.0.open(cookie, state, provider, now)?;
        Some(next)
    }
}
