use async_trait::async_trait;

use super::{Owner, StoreError};
use crate::{secret::Digest, time::Timestamp};

/// What a one-time token is for. A token works for its own purpose only.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Purpose {
    /// Sets an address that was proved to be the owner's.
    ChangeEmail,
    /// Makes the account of somebody whom a provider knows.
    CompleteOAuthSignup,
    /// Makes the account of an address that was proved by a link.
    CompleteSignup,
    /// Signs in by a link.
    MagicLink,
    /// Sets a password without the old one.
    ResetPassword,
    /// Proves an address.
    VerifyEmail,
}

impl Purpose {
    /// Every purpose there is.
    pub const ALL: &'static [Self] = &[
        Self::ChangeEmail,
        Self::CompleteOAuthSignup,
        Self::CompleteSignup,
        Self::MagicLink,
        Self::ResetPassword,
        Self::VerifyEmail,
    ];

    /// The name it is kept under.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChangeEmail => "change_email",
            Self::CompleteOAuthSignup => "complete_oauth_signup",
            Self::CompleteSignup => "complete_signup",
            Self::MagicLink => "magic_link",
            Self::ResetPassword => "reset_password",
            Self::VerifyEmail => "verify_email",
        }
    }
}

/// What is kept of a one-time token: never the token itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OneTimeToken {
    /// The digest of the token.
    pub digest: Digest,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose it is.
    pub owner: Owner,
    /// The address it was mailed to, or what the provider said of whom it is about.
    pub target: String,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// Keeps what works exactly once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not keep one-time tokens",
    label = "does not keep one-time tokens",
    note = "implement `fastauth::store::OneTimeTokenStore` for it"
)]
#[async_trait]
pub trait OneTimeTokenStore: Send + Sync + 'static {
    /// Keeps a token; older ones of this owner and purpose stop working.
    async fn put_token(&self, token: &OneTimeToken) -> Result<(), StoreError>;

    /// A token that still works for this purpose, which goes on working.
    async fn find_token(
        &self,
        digest: &Digest,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, StoreError>;

    /// Takes a token: of many that race, one gets it. One of another purpose stays where it is.
    async fn consume_token(
        &self,
        digest: &Digest,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, StoreError>;

    /// Forgets the owner's tokens, of one purpose or of all.
    async fn forget_tokens(
        &self,
        owner: &Owner,
        purpose: Option<Purpose>,
    ) -> Result<(), StoreError>;

    /// Forgets what is over; says how many.
    async fn sweep_tokens(&self, now: Timestamp) -> Result<u64, StoreError>;
}
