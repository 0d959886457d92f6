use aws_lc_rs::{
    encoding::AsDer,
    rsa::{KeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey,
        VerificationAlgorithm,
    },
};
use jsonwebtoken::crypto::aws_lc;
use pkcs8::PrivateKeyInfoRef;
use zeroize::Zeroizing;

use super::NoCryptography;
use crate::token::Algorithm;

pub(in crate::token) const SIGNS_RSA: bool = true;

#[allow(clippy::unnecessary_wraps, reason = "the other choices can fail")]
pub(super) fn install() -> Result<(), NoCryptography> {
    let _ = aws_lc::DEFAULT_PROVIDER.install_default();
    Ok(())
}

/// Whether these bytes are a point that the algorithm's keys are.
pub(in crate::token) fn is_on_curve(algorithm: Algorithm, point: &[u8]) -> bool {
    let verification: &'static dyn VerificationAlgorithm = match algorithm {
        Algorithm::ES256 => &ECDSA_P256_SHA256_FIXED,
        Algorithm::ES384 => &ECDSA_P384_SHA384_FIXED,
        Algorithm::EdDSA => &ED25519,
        _ => return false,
    };
    ParsedPublicKey::new(verification, point).is_ok()
}

/// A new key of RSA with 3072 bits (ASVS 11.2.3), as `RSAPrivateKey` in DER.
pub(in crate::token) fn generate_rsa() -> Option<Zeroizing<Vec<u8>>> {
    let der = KeyPair::generate(KeySize::Rsa3072).ok()?.as_der().ok()?;
    let key = PrivateKeyInfoRef::try_from(der.as_ref()).ok()?;
    Some(Zeroizing::new(key.private_key.as_bytes().to_vec()))
}
