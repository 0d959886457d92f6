use std::time::Duration;

use serde_json::{Map, Value as Json};

use crate::access::Scopes;

/// What a caller may decide about one token that is written: of [`issue_token`](crate::Auth::issue_token), and
/// what a strategy of your own is given at a sign-in (how long, and the scopes). A strategy reads it, and
/// refuses what it cannot honour. Whom access tokens are for says
/// [`AuthBuilder::audience`](crate::AuthBuilder::audience).
///
/// ```
/// use std::time::Duration;
/// use fastauth::token::TokenOptions;
///
/// let options = TokenOptions::default().max_age(Duration::from_secs(60)).audience("reports");
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TokenOptions {
    /// Who it is for, in place of this application.
    pub audience: Option<String>,
    /// More claims.
    pub extra_data: Map<String, Json>,
    /// More members of the header.
    pub headers: Map<String, Json>,
    /// How long it lasts.
    pub max_age: Option<Duration>,
    /// What it is limited to; `None` where it is not.
    pub scopes: Option<Scopes>,
}

impl TokenOptions {
    /// Who it is for, in place of this application.
    #[must_use]
    pub fn audience(self, audience: impl Into<String>) -> Self {
        Self { audience: Some(audience.into()), ..self }
    }

    /// More claims. The registered ones and the user's own win over them.
    #[must_use]
    pub fn extra_data(self, extra_data: Map<String, Json>) -> Self {
        Self { extra_data, ..self }
    }

    /// More members of the header. Those that decide how a token is read cannot be set.
    #[must_use]
    pub fn headers(self, headers: Map<String, Json>) -> Self {
        Self { headers, ..self }
    }

    /// How long it lasts: 15 minutes unless told otherwise.
    #[must_use]
    pub fn max_age(self, max_age: Duration) -> Self {
        Self { max_age: Some(max_age), ..self }
    }

    /// Limits it to these scopes (RFC 6749 §3.3), which may be none at all. What is no scope, such as a text
    /// with a space in it, is left out.
    #[must_use]
    pub fn scopes(self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { scopes: Some(scopes.into_iter().collect()), ..self }
    }
}

/// What a token that is read must say, and one that is written therefore says.
///
/// A [`TokenStrategy`](super::TokenStrategy) of your own that carries claims only signs or seals what
/// [`claims`](Self::claims) gives, and hands what it has opened to [`read`](Self::read).
#[derive(Clone, Debug)]
pub struct TokenChecks {
    pub(super) audience: String,
    pub(super) issuer: String,
    pub(super) leeway: Duration,
}

impl TokenChecks {
    /// From this issuer, for this audience, compared letter by letter (ASVS 9.2.3).
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self { audience: audience.into(), issuer: issuer.into(), leeway: Duration::from_secs(5) }
    }

    /// For another audience: what a token that was written with
    /// [`TokenOptions::audience`] says.
    #[must_use]
    pub fn audience(self, audience: impl Into<String>) -> Self {
        Self { audience: audience.into(), ..self }
    }

    /// How far clocks may differ: 5 seconds.
    #[must_use]
    pub fn leeway(self, leeway: Duration) -> Self {
        Self { leeway, ..self }
    }
}
