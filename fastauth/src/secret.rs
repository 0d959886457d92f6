//! What must never be printed: secrets, passwords, hashes, tokens.
//!
//! None of these types has `Display` or `Serialize`, their `Debug` says nothing, and they are
//! wiped when dropped (ASVS 16.2.5).

mod digest;
mod password;
mod secrets;
mod setting;

use std::fmt;

use zeroize::Zeroizing;

pub use digest::Digest;
pub use password::{Password, PasswordHash};
pub(crate) use secrets::Secrets;
pub use setting::{Secret, WeakSecret};

/// A token as it goes to its owner. Only its [`Digest`] is ever stored.
#[derive(Clone, Eq, PartialEq)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// Guards a token.
    pub fn new(token: impl Into<String>) -> Self {
        Self(Zeroizing::new(token.into()))
    }

    /// The token itself, for the reply to its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Random bytes from the operating system.
///
/// # Errors
/// The system has none to give; nothing that needs a secret can go on.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
