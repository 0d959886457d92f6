use jsonwebtoken::{DecodingKey, crypto::rust_crypto};
use zeroize::Zeroizing;

use super::NoCryptography;
use crate::token::{Algorithm, algorithm::Family};

/// It could, but its timing tells the key (RUSTSEC-2023-0071).
pub(in crate::token) const SIGNS_RSA: bool = false;

#[allow(clippy::unnecessary_wraps, reason = "the other choices can fail")]
pub(super) fn install() -> Result<(), NoCryptography> {
    let _ = rust_crypto::DEFAULT_PROVIDER.install_default();
    Ok(())
}

/// Whether these bytes are a point that the algorithm's keys are.
pub(in crate::token) fn is_on_curve(algorithm: Algorithm, point: &[u8]) -> bool {
    let key = match algorithm.family() {
        Family::Ec(_) => DecodingKey::from_ec_der(point),
        // Fewer bytes than these would panic.
        Family::Ed if point.len() == 32 => DecodingKey::from_ed_der(point),
        _ => return false,
    };
    (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(&algorithm.of_back_end(), &key).is_ok()
}

pub(in crate::token) fn generate_rsa() -> Option<Zeroizing<Vec<u8>>> {
    None
}
