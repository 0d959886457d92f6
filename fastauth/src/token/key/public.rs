//! What is public of a key, or the secret of HMAC, and the rules it must keep.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, jwk::AlgorithmParameters};
use serde_json::{Map, Value as Json};
use zeroize::Zeroizing;

use super::{UnfitKey, roca};
use crate::{
    secret::Digest,
    token::{
        Algorithm,
        algorithm::{Curve, Family},
        provider,
    },
};

/// The shortest and the longest modulus of RSA, in bits: ASVS 11.2.3, and what a back end bears.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;
/// 65537, the one exponent that is taken: 1 signs nothing, and small ones have failed in practice.
const EXPONENT: &[u8] = &[1, 0, 1];

/// Numbers are big-endian, without leading zeros but for coordinates.
#[derive(Clone)]
pub(super) enum Public {
    Secret(Zeroizing<Vec<u8>>),
    Rsa { n: Vec<u8>, e: Vec<u8> },
    Ec { curve: Curve, x: Vec<u8>, y: Vec<u8> },
    Ed { x: Vec<u8> },
}

impl Public {
    /// What a back end derived from a private key.
    pub(super) fn derived(parameters: &AlgorithmParameters) -> Option<Self> {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        match parameters {
            AlgorithmParameters::RSA(rsa) => {
                Some(Self::Rsa { n: trimmed(bytes(&rsa.n)?), e: trimmed(bytes(&rsa.e)?) })
            }
            AlgorithmParameters::EllipticCurve(ec) => {
                let (x, y) = (bytes(&ec.x)?, bytes(&ec.y)?);
                let curve = [Curve::P256, Curve::P384].into_iter().find(|it| it.bytes() == x.len());
                Some(Self::Ec { curve: curve?, x, y })
            }
            AlgorithmParameters::OctetKeyPair(okp) => Some(Self::Ed { x: bytes(&okp.x)? }),
            _ => None,
        }
    }

    /// Whether this is a key for the algorithm (RFC 8725 §3.10, RFC 7518 §3).
    pub(super) fn check(&self, algorithm: Algorithm) -> Result<(), UnfitKey> {
        match (algorithm.family(), self) {
            (Family::Hmac, Self::Secret(secret)) => {
                let least = algorithm.hash_bytes();
                if secret.len() < least {
                    let bytes = secret.len();
                    let cause = format!(
                        "the secret has {bytes} bytes, and {algorithm} needs at least {least}"
                    );
                    return Err(UnfitKey::new(cause, format!("openssl rand -base64 {least}")));
                }
                Ok(())
            }
            (Family::Rsa, Self::Rsa { n, e }) => check_rsa(n, e),
            (Family::Ec(curve), Self::Ec { curve: of, x, y }) if curve == *of => {
                if x.len() != curve.bytes() || y.len() != curve.bytes() {
                    let cause = format!(
                        "a coordinate of the point is not {} bytes long, as on {}",
                        curve.bytes(),
                        curve.name()
                    );
                    return Err(UnfitKey::new(cause, "take the key from where it was made again"));
                }
                if !provider::is_on_curve(algorithm, &point(x, y)) {
                    let cause = format!("the point is not on the curve {}", curve.name());
                    return Err(UnfitKey::new(cause, "take the key from where it was made again"));
                }
                Ok(())
            }
            (Family::Ed, Self::Ed { x }) => {
                // A back end looks at the first 32 bytes, and panics at fewer.
                if x.len() != 32 || !provider::is_on_curve(algorithm, x) {
                    let cause = "`x` is not a point of Ed25519, which has 32 bytes";
                    return Err(UnfitKey::new(cause, "take the key from where it was made again"));
                }
                Ok(())
            }
            _ => Err(another_kind(algorithm, self.describe())),
        }
    }

    /// Whether the other is the same key.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.members().is_some_and(|members| other.members() == Some(members))
    }

    pub(super) fn decoding(&self) -> DecodingKey {
        match self {
            Self::Secret(secret) => DecodingKey::from_secret(secret),
            Self::Rsa { n, e } => DecodingKey::from_rsa_raw_components(n, e),
            Self::Ec { x, y, .. } => DecodingKey::from_ec_der(&point(x, y)),
            Self::Ed { x } => DecodingKey::from_ed_der(x),
        }
    }

    /// The members that RFC 7638 §3.2 names, in its order; none of a secret.
    pub(super) fn members(&self) -> Option<Map<String, Json>> {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let members = match self {
            Self::Secret(_) => return None,
            Self::Rsa { n, e } => {
                vec![("e", text(e)), ("kty", "RSA".to_owned()), ("n", text(n))]
            }
            Self::Ec { curve, x, y } => vec![
                ("crv", curve.name().to_owned()),
                ("kty", "EC".to_owned()),
                ("x", text(x)),
                ("y", text(y)),
            ],
            Self::Ed { x } => {
                vec![("crv", "Ed25519".to_owned()), ("kty", "OKP".to_owned()), ("x", text(x))]
            }
        };
        Some(members.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect())
    }

    /// The name of a key that brings none: its thumbprint (RFC 7638 §3), or the digest of a digest of a
    /// secret, which tells nothing of it.
    pub(super) fn name(&self) -> String {
        match (self, self.members()) {
            (Self::Secret(secret), _) => {
                let named = Zeroizing::new([b"kid".as_slice(), secret].concat());
                let digest = Digest::of(Digest::of(named.as_slice()).as_bytes());
                let kid = digest.as_bytes().first_chunk::<12>().unwrap_or(&[0; 12]);
                URL_SAFE_NO_PAD.encode(kid)
            }
            (_, members) => {
                // Written out: a map of JSON keeps another order under a feature of its crate.
                let members = members.unwrap_or_default();
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|(name, _)| *name);
                let written: Vec<_> =
                    members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                let json = format!("{{{}}}", written.join(","));
                URL_SAFE_NO_PAD.encode(Digest::of(json).as_bytes())
            }
        }
    }

    /// The bytes of the modulus, which are those of a signature; nought where there is none.
    pub(super) fn modulus_bytes(&self) -> usize {
        match self {
            Self::Rsa { n, .. } => n.len(),
            _ => 0,
        }
    }

    fn describe(&self) -> &'static str {
        match self {
            Self::Secret(_) => "a secret",
            Self::Rsa { .. } => "an RSA key",
            Self::Ec { curve: Curve::P256, .. } => "a key on P-256",
            Self::Ec { curve: Curve::P384, .. } => "a key on P-384",
            Self::Ed { .. } => "a key of Ed25519",
        }
    }
}

/// A key and an algorithm that do not go together.
pub(super) fn another_kind(algorithm: Algorithm, found: &str) -> UnfitKey {
    let needed = match algorithm.family() {
        Family::Hmac => "openssl rand -base64 64",
        Family::Rsa => "openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:3072 -out key.pem",
        Family::Ec(Curve::P256) => {
            "openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out key.pem"
        }
        Family::Ec(Curve::P384) => {
            "openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-384 -out key.pem"
        }
        Family::Ed => "openssl genpkey -algorithm ed25519 -out key.pem",
    };
    UnfitKey::new(
        format!("it is {found}, and {algorithm} takes another"),
        format!("name its own algorithm, or make one: {needed}"),
    )
}

fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), UnfitKey> {
    const FIX: &str =
        "make a new one: openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:3072 -out key.pem";
    let leading = n.first().map_or(0, |first| first.leading_zeros());
    let bits = (n.len() * 8).saturating_sub(usize::try_from(leading).unwrap_or(0));
    if !RSA_BITS.contains(&bits) {
        let cause = format!("the modulus has {bits} bits; 2048 to 8192 are taken");
        return Err(UnfitKey::new(cause, FIX));
    }
    if e != EXPONENT {
        return Err(UnfitKey::new("the public exponent is another than 65537", FIX));
    }
    if n.last().is_none_or(|last| last % 2 == 0) {
        return Err(UnfitKey::new("the modulus is even: it is no product of two primes", FIX));
    }
    if roca::is_fingerprinted(n) {
        let cause = "the modulus is of a kind that can be factored (ROCA, CVE-2017-15361)";
        return Err(UnfitKey::new(cause, FIX));
    }
    Ok(())
}

/// A point, uncompressed (SEC1 §2.3.3).
fn point(x: &[u8], y: &[u8]) -> Vec<u8> {
    [&[4], x, y].concat()
}

/// A number without leading zeros.
pub(super) fn trimmed(bytes: Vec<u8>) -> Vec<u8> {
    bytes.into_iter().skip_while(|byte| *byte == 0).collect()
}
