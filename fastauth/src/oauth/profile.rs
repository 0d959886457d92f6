use serde_json::{Map, Value as Json};

use crate::{secret::Token, time::Timestamp};

/// What a provider says of somebody.
///
/// ```
/// use fastauth::oauth::OAuthProfile;
///
/// let profile = OAuthProfile::new("248289761001").email("ada@example.com", true).claim("name", "Ada");
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OAuthProfile {
    /// What the provider calls them: never empty, the same for ever, compared to the letter (OpenID Connect Core
    /// §5.7).
    pub subject: String,
    /// Their address, as the provider spells it.
    pub email: Option<String>,
    /// Whether the provider says that it has proved the address: only a plain `true` is one.
    pub email_verified: bool,
    /// All it says, for the fields of a sign-up.
    pub claims: Map<String, Json>,
}

impl OAuthProfile {
    /// Of somebody whom the provider calls this.
    pub fn new(subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), email: None, email_verified: false, claims: Map::new() }
    }

    /// With this address; `verified` if the provider says that it has proved it.
    #[must_use]
    pub fn email(self, email: impl Into<String>, verified: bool) -> Self {
        Self { email: Some(email.into()), email_verified: verified, ..self }
    }

    /// With one more claim.
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// With all of these claims.
    #[must_use]
    pub fn claims(mut self, claims: Map<String, Json>) -> Self {
        self.claims.extend(claims);
        self
    }
}

/// The tokens of a provider: for requests to it in the person's name, never for sign-ins here.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct ProviderTokens {
    /// What opens the provider's interfaces.
    pub access_token: Token,
    /// What renews it, where the provider gives one.
    pub refresh_token: Option<Token>,
    /// When it is over, if the provider says.
    pub expires_at: Option<Timestamp>,
    /// What it is good for, if the provider says.
    pub scope: Option<String>,
}

impl ProviderTokens {
    /// With an access token alone; what else the provider gives is set on it.
    pub fn new(access_token: Token) -> Self {
        Self { access_token, refresh_token: None, expires_at: None, scope: None }
    }
}
