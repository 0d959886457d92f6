use std::{error::Error as StdError, fmt};

use crate::error::{SetupError, SetupProblem};

/// Why a key, or a ring of keys, is not taken: the cause and what mends it, never the key.
///
/// It turns into a [`SetupError`], so that `?` in `main` prints it.
///
/// ```
/// use fastauth::token::{Algorithm, SigningKey};
///
/// let unfit = SigningKey::from_secret(Algorithm::HS512, "base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=");
/// assert_eq!(unfit.unwrap_err().cause(), "the secret has 32 bytes, and HS512 needs at least 64");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnfitKey {
    cause: String,
    fix: String,
}

impl UnfitKey {
    pub(in crate::token) fn new(cause: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { cause: cause.into(), fix: fix.into() }
    }

    /// What is wrong.
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// What to do about it.
    pub fn fix(&self) -> &str {
        &self.fix
    }

    /// The same of a key that has a name.
    pub(in crate::token) fn of(self, kid: &str) -> Self {
        Self { cause: format!("the key {kid:?}: {}", self.cause), ..self }
    }
}

impl fmt::Display for UnfitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; fix: {}", self.cause, self.fix)
    }
}

impl StdError for UnfitKey {}

impl From<UnfitKey> for SetupProblem {
    fn from(unfit: UnfitKey) -> Self {
        Self::new("unfit key", unfit.cause, unfit.fix)
    }
}

impl From<UnfitKey> for SetupError {
    fn from(unfit: UnfitKey) -> Self {
        SetupProblem::from(unfit).into()
    }
}
