use std::error::Error as StdError;

/// Why a provider could not say who somebody is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OAuthError {
    /// The person, or the provider for them, said no.
    #[error("the provider was told no")]
    Denied,
    /// The provider did not answer in time.
    #[error("the provider did not answer in time")]
    Timeout,
    /// More answers are being waited for than may be.
    #[error("too many answers of the provider are waited for")]
    Overloaded,
    /// It could not be reached, or what it answered cannot be used or believed.
    #[error("the provider's answer cannot be used")]
    Unusable(#[source] Box<dyn StdError + Send + Sync>),
}

impl OAuthError {
    /// What it answered cannot be used or believed.
    pub fn unusable(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Unusable(cause.into())
    }
}
