//! One key for each use, derived from the one secret.

use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::secret::Secret;

/// What a key is for. No two uses share one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Use {
    AccessToken,
    OAuthFlow,
    ProviderTokens,
    RefreshChild,
    RefreshMac,
    SealedKey,
}

impl Use {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::AccessToken => b"access token, HS256",
            Self::OAuthFlow => b"oauth flow, sealed",
            Self::ProviderTokens => b"provider tokens, sealed",
            Self::RefreshChild => b"refresh token, child",
            Self::RefreshMac => b"refresh token, mac",
            Self::SealedKey => b"signing key, sealed",
        }
    }
}

/// The key for one use in one realm: the users' table, so that two user types under one secret never
/// accept each other's tokens. HKDF with SHA-256 (RFC 5869).
pub(super) fn derive<const N: usize>(
    secret: &Secret,
    realm: &str,
    usage: Use,
) -> Zeroizing<[u8; N]> {
    let mut key = Zeroizing::new([0; N]);
    // A realm is of any length: its digest keeps the parts of the label apart.
    let realm = Sha256::digest(realm.as_bytes());
    let info: [&[u8]; 3] = [b"fastauth/1 ", usage.label(), &realm];
    let derived =
        Hkdf::<Sha256>::new(None, secret.expose()).expand_multi_info(&info, key.as_mut_slice());
    debug_assert!(derived.is_ok(), "a key is within what HKDF gives");
    key
}
