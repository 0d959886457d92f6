use serde_json::{Map, Value as Json};

use crate::{secret::Token, time::Timestamp};

/// What a provider says of somebody.
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

/// The tokens of a provider: for requests to it in the person's name, never for sign-ins here.
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
