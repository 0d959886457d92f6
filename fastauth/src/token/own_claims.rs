use std::fmt;

use serde_json::{Map, Value as Json};

use super::{
    InvalidToken,
    claims::{moment, scopes, text},
};
use crate::{access::Scopes, time::Timestamp, user::AuthUser};

/// What a checked token of a kind of the application's own says.
pub struct TokenClaims<U: AuthUser> {
    user_id: U::Id,
    token_id: String,
    issued_at: Timestamp,
    expires_at: Timestamp,
    scopes: Scopes,
    all: Map<String, Json>,
}

impl<U: AuthUser> TokenClaims<U> {
    /// Reads the claims of a payload whose times, issuer, audience and kind were found good.
    pub(super) fn read(all: Map<String, Json>) -> Result<Self, InvalidToken> {
        Ok(Self {
            user_id: U::parse_id(text(&all, "sub")?).map_err(|_| InvalidToken::Subject)?,
            token_id: text(&all, "jti")?.to_owned(),
            issued_at: moment(&all, "iat")?,
            expires_at: moment(&all, "exp")?,
            scopes: scopes(&all)?.unwrap_or_default(),
            all,
        })
    }

    /// About whom: the claim `sub`.
    pub fn user_id(&self) -> &U::Id {
        &self.user_id
    }

    /// The name of this one token: the claim `jti`. Keep it to take a token only once.
    pub fn token_id(&self) -> &str {
        &self.token_id
    }

    /// When it was written: the claim `iat`.
    pub fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// When its time is over: the claim `exp`.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// What it may be used for: the claim `scope`, name by name.
    pub fn scopes(&self) -> &[String] {
        self.scopes.as_slice()
    }

    /// A claim by its name: what [`extra_data`](super::TokenOptions::extra_data) added is found here.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.all.get(name)
    }
}

impl<U: AuthUser> fmt::Debug for TokenClaims<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenClaims").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}
