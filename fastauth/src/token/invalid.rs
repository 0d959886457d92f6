use std::{error::Error as StdError, fmt, time::Duration};

use crate::{
    error::{Code, Error},
    store::StoreError,
};

/// Why a presented token is refused. For logs: clients are told the same whatever it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum InvalidToken {
    /// Its account is disabled.
    Account,
    /// Not signed by the algorithm of the key it names.
    Algorithm,
    /// For another application.
    Audience,
    /// A claim is missing, or of another type than it must be.
    Claim(&'static str),
    /// Its time is over.
    Expired,
    /// The header asks for what we do not understand.
    Header,
    /// From another application.
    Issuer,
    /// Signed by a key that is not ours.
    Key,
    /// Another kind of token.
    Kind,
    /// Its time has not come.
    NotYet,
    /// Not three parts of base64url of a bearable length.
    Shape,
    /// Its session is over.
    Session,
    /// The signature is wrong.
    Signature,
    /// It names nobody.
    Subject,
}

/// Stands for the claims that are fields of the struct.
pub(super) const OF_USER: &str = "of the user";

impl fmt::Display for InvalidToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account => f.write_str("its account is disabled"),
            Self::Algorithm => f.write_str("another algorithm than the key's"),
            Self::Audience => f.write_str("for another audience"),
            Self::Claim(OF_USER) => {
                f.write_str("a claim of the struct is missing or of another type")
            }
            Self::Claim(name) => write!(f, "the claim `{name}` is missing or of another type"),
            Self::Expired => f.write_str("expired"),
            Self::Header => f.write_str("the header cannot be understood"),
            Self::Issuer => f.write_str("from another issuer"),
            Self::Key => f.write_str("signed by an unknown key"),
            Self::Kind => f.write_str("another kind of token"),
            Self::NotYet => f.write_str("not valid yet"),
            Self::Session => f.write_str("its session is over"),
            Self::Shape => f.write_str("not shaped like a token"),
            Self::Signature => f.write_str("the signature is wrong"),
            Self::Subject => f.write_str("names no user"),
        }
    }
}

impl StdError for InvalidToken {}

/// Why a token opens nothing now.
#[derive(Debug)]
#[non_exhaustive]
pub enum TokenError {
    /// It is no good.
    Invalid(InvalidToken),
    /// The keys that tell are not to be had: whether it is good is not known.
    Keys(Box<dyn StdError + Send + Sync>),
    /// The store does not answer: whether it is good is not known.
    Store(StoreError),
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(_) => f.write_str("the token is no good"),
            Self::Keys(_) => f.write_str("the keys of the token are not to be had"),
            Self::Store(_) => f.write_str("whether the token is good is not known"),
        }
    }
}

impl StdError for TokenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Invalid(cause) => Some(cause),
            Self::Keys(cause) => Some(cause.as_ref()),
            Self::Store(cause) => Some(cause),
        }
    }
}

/// Whatever is wrong with a token is told alike; an outage is no fault of the token.
impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid(why) => Self::new(Code::InvalidToken).because(why),
            TokenError::Keys(cause) => Self::new(Code::KeysUnavailable).because(cause),
            TokenError::Store(error) => error.into(),
        }
    }
}

impl From<InvalidToken> for TokenError {
    fn from(error: InvalidToken) -> Self {
        Self::Invalid(error)
    }
}

impl From<StoreError> for TokenError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Why a token could not be written.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum UnwritableToken {
    /// A header the caller asked for is one that decides how a token is read.
    Header(String),
    /// There are keys to read tokens with and none to write them.
    Keyless,
    /// Longer than any server of ours reads.
    Long(usize),
    /// It would last longer than its key verifies, which is so long at most.
    OutlivesKey(Duration),
    /// Access tokens belong to a session, which this one would not.
    Sessionless,
    /// The claims cannot be written as JSON, or the system gave no random bytes.
    Unmade(String),
}

impl fmt::Display for UnwritableToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "the header `{name}` cannot be set"),
            Self::Keyless => f.write_str("the ring has no key that signs"),
            Self::Long(bytes) => {
                write!(f, "the token would have {bytes} bytes; at most 8192 are read")
            }
            Self::OutlivesKey(longest) => write!(
                f,
                "the token would last longer than its key verifies, {longest:?}; fix: raise it by \
                `KeyRotation::longest_token`"
            ),
            Self::Sessionless => {
                f.write_str("an access token belongs to a session; fix: sign in by `Auth::sign_in`")
            }
            Self::Unmade(cause) => write!(f, "the token could not be made: {cause}"),
        }
    }
}

impl StdError for UnwritableToken {}
