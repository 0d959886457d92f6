//! What is private of a key, whatever it came in.

use zeroize::Zeroizing;

use super::{MAKE, UnfitKey, unsigned};
use crate::{
    secret::random,
    token::{
        Algorithm,
        algorithm::{Curve, Family},
        provider,
    },
};

/// A private key, or the secret of HMAC.
#[derive(Clone)]
pub(in crate::token) enum Private {
    Secret(Zeroizing<Vec<u8>>),
    /// `RSAPrivateKey` in DER (RFC 8017 §A.1.2).
    Rsa(Zeroizing<Vec<u8>>),
    /// The scalar, as long as the curve's coordinates.
    Ec(Curve, Zeroizing<Vec<u8>>),
    /// The seed.
    Ed(Zeroizing<[u8; 32]>),
}

impl Private {
    /// A new one.
    pub(in crate::token) fn generate(algorithm: Algorithm) -> Result<Self, UnfitKey> {
        match algorithm.family() {
            Family::Hmac => random_bytes(algorithm.hash_bytes()).map(Self::Secret),
            Family::Rsa => {
                unsigned(algorithm).map_or(Ok(()), Err)?;
                let made = provider::generate_rsa();
                made.map(Self::Rsa).ok_or_else(|| UnfitKey::new("no RSA key could be made", MAKE))
            }
            // A number of so many random bits is below the order of either curve but for one in 2³².
            Family::Ec(curve) => Ok(Self::Ec(curve, random_bytes(curve.bytes())?)),
            Family::Ed => {
                let seed = random::<32>().map_err(no_random)?;
                Ok(Self::Ed(Zeroizing::new(seed)))
            }
        }
    }

    /// As bytes, to be sealed.
    pub(in crate::token) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Secret(bytes) | Self::Rsa(bytes) | Self::Ec(_, bytes) => bytes,
            Self::Ed(seed) => seed.as_slice(),
        }
    }

    /// Read back from such bytes.
    pub(in crate::token) fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Option<Self> {
        let owned = || Zeroizing::new(bytes.to_vec());
        match algorithm.family() {
            Family::Hmac => Some(Self::Secret(owned())),
            Family::Rsa => Some(Self::Rsa(owned())),
            Family::Ec(curve) => (bytes.len() == curve.bytes()).then(|| Self::Ec(curve, owned())),
            Family::Ed => bytes.try_into().ok().map(|seed| Self::Ed(Zeroizing::new(seed))),
        }
    }

    pub(super) fn describe(&self) -> &'static str {
        match self {
            Self::Secret(_) => "a secret",
            Self::Rsa(_) => "an RSA key",
            Self::Ec(Curve::P256, _) => "a key on P-256",
            Self::Ec(Curve::P384, _) => "a key on P-384",
            Self::Ed(_) => "a key of Ed25519",
        }
    }
}

fn random_bytes(count: usize) -> Result<Zeroizing<Vec<u8>>, UnfitKey> {
    let mut bytes = Zeroizing::new(vec![0; count]);
    getrandom::fill(&mut bytes).map_err(no_random)?;
    Ok(bytes)
}

fn no_random(error: getrandom::Error) -> UnfitKey {
    UnfitKey::new(format!("the system gives no random bytes: {error}"), "start it again")
}

/// PKCS#8 (RFC 5208 §5) around a key on a curve (RFC 5915 §3): all before the scalar is the same for
/// every key.
pub(super) fn ec_der(curve: Curve, scalar: &[u8]) -> Zeroizing<Vec<u8>> {
    const P256: &[u8] = &[
        0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02,
        0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25,
        0x02, 0x01, 0x01, 0x04, 0x20,
    ];
    const P384: &[u8] = &[
        0x30, 0x4e, 0x02, 0x01, 0x00, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02,
        0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x04, 0x37, 0x30, 0x35, 0x02, 0x01, 0x01,
        0x04, 0x30,
    ];
    let before = match curve {
        Curve::P256 => P256,
        Curve::P384 => P384,
    };
    Zeroizing::new([before, scalar].concat())
}

/// PKCS#8 around a seed of Ed25519 (RFC 8410 §7).
pub(super) fn ed_der(seed: &[u8; 32]) -> Zeroizing<Vec<u8>> {
    const BEFORE: &[u8] = &[
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    Zeroizing::new([BEFORE, seed].concat())
}
