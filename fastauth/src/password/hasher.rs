use std::{error::Error as StdError, fmt};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::secret::{Password, PasswordHash, random};

/// Hashes passwords and checks them. Slow on purpose, so it is only ever called where that harms
/// nobody: by the [`HashPool`](super::HashPool), on a thread of its own on which there is no runtime.
pub trait PasswordHasher: Send + Sync + 'static {
    /// A new hash, with a salt of its own.
    ///
    /// # Errors
    /// The hash could not be computed.
    fn hash(&self, password: &Password) -> Result<PasswordHash, HashError>;

    /// Whether this is the password, and the hash to keep in place of an older kind. A hash that
    /// cannot be read is a mismatch after the same work.
    ///
    /// # Errors
    /// The hash could not be computed.
    fn verify_and_update(
        &self,
        password: &Password,
        hash: &PasswordHash,
    ) -> Result<Verdict, HashError>;

    /// A password nobody will guess: 192 random bits.
    ///
    /// # Errors
    /// The system gives no random bytes.
    fn generate(&self) -> Result<Password, HashError> {
        random::<24>()
            .map(|bytes| Password::new(URL_SAFE_NO_PAD.encode(bytes)))
            .map_err(HashError::failed)
    }

    /// A hash that is nobody's, of the kind that new accounts get: checking a password against it is
    /// what an unknown account costs.
    ///
    /// # Errors
    /// The hash could not be made.
    fn decoy(&self) -> Result<PasswordHash, HashError> {
        self.hash(&self.generate()?)
    }
}

/// What a check found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It is the password.
    Match,
    /// It is not.
    Mismatch,
    /// It is the password; here is a newer hash to keep.
    Upgrade(PasswordHash),
}

/// Why nothing was computed.
#[derive(Debug)]
#[non_exhaustive]
pub enum HashError {
    /// The computation broke off.
    Failed(Box<dyn StdError + Send + Sync>),
    /// Too many passwords are waiting already.
    Overloaded,
}

impl HashError {
    /// The computation broke off, because of this.
    pub fn failed(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Failed(cause.into())
    }
}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(cause) => write!(f, "a password could not be hashed: {cause}"),
            Self::Overloaded => f.write_str("too many passwords are waiting to be hashed"),
        }
    }
}

impl StdError for HashError {}
