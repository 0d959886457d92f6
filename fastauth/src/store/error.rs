use std::{error::Error as StdError, fmt};

use super::Denial;
use crate::{
    error::{Code, Error},
    value::ColumnError,
};

/// Why a store could not do what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// A stored row is not what the struct says. It concerns that row alone.
    Corrupt(ColumnError),
    /// Whoever asks for a change of roles may not make it.
    Denied(Denial),
    /// A rule of the application's own database does not allow it: a foreign key, a check, a trigger.
    Refused(Box<dyn StdError + Send + Sync>),
    /// The value of this column belongs to another row already.
    Taken(String),
    /// The store does not answer, is locked, full or read-only. Whether the work was done is not known
    /// only when the connection broke while it was committed.
    Unavailable(Box<dyn StdError + Send + Sync>),
}

impl StoreError {
    /// The store cannot be reached, because of this.
    pub fn unavailable(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Unavailable(cause.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupt(_) => f.write_str("a stored row cannot be read"),
            Self::Denied(_) => f.write_str("the change of roles is not theirs to make"),
            Self::Refused(_) => f.write_str("a rule of the database does not allow it"),
            Self::Taken(column) => write!(f, "the value of `{column}` is taken"),
            Self::Unavailable(_) => f.write_str("the store does not answer"),
        }
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Corrupt(cause) => Some(cause),
            Self::Denied(_) | Self::Taken(_) => None,
            Self::Refused(cause) | Self::Unavailable(cause) => Some(cause.as_ref()),
        }
    }
}

impl From<ColumnError> for StoreError {
    fn from(error: ColumnError) -> Self {
        Self::Corrupt(error)
    }
}

impl From<StoreError> for Error {
    /// To the client every failure of the store is the same 503: never a 401, which would sign
    /// people out (ASVS 16.5.3). What the database itself forbids will not change by waiting: 409.
    fn from(error: StoreError) -> Self {
        if let StoreError::Denied(denial) = error {
            return denial.into();
        }
        // Escaped: what a database or an application says may quote what a client sent.
        let cause = error.source().map(ToString::to_string);
        tracing::error!(error = ?error.to_string(), ?cause, "the store failed");
        let code = match error {
            StoreError::Refused(_) => Code::Vetoed,
            _ => Code::StoreUnavailable,
        };
        Self::new(code).because(error)
    }
}

impl From<Denial> for Error {
    fn from(denial: Denial) -> Self {
        let error = Self::new(Code::InsufficientPermission);
        match denial {
            Denial::GivesMore => {
                error.with_detail("you can only give permissions that you have yourself")
            }
            Denial::NotAdministrator => error,
        }
    }
}
