//! The cryptography behind the tokens. jsonwebtoken panics at first use when its features choose none
//! or both, and features add up over a whole program: so the choice is made here, once.

#[cfg(feature = "aws-lc-rs")]
#[path = "provider/aws_lc_rs.rs"]
mod chosen;

#[cfg(all(feature = "rust-crypto", not(feature = "aws-lc-rs")))]
#[path = "provider/rust_crypto.rs"]
mod chosen;

#[cfg(not(any(feature = "aws-lc-rs", feature = "rust-crypto")))]
#[path = "provider/none.rs"]
mod chosen;

use std::{error::Error as StdError, fmt};

pub(super) use chosen::{SIGNS_RSA, generate_rsa, is_on_curve};

/// Chooses the cryptography for this process. Whatever was chosen before stays.
///
/// # Errors
/// fastauth was compiled without any.
pub fn install_crypto_provider() -> Result<(), NoCryptography> {
    chosen::install()
}

/// Neither the feature `aws-lc-rs` nor `rust-crypto` is on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NoCryptography;

impl fmt::Display for NoCryptography {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fastauth was compiled without a cryptographic back end")
    }
}

impl StdError for NoCryptography {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choosing_twice_is_choosing_once() {
        let first = install_crypto_provider();
        assert_eq!(install_crypto_provider(), first);
        assert!(first.is_ok() || !SIGNS_RSA);
    }
}
