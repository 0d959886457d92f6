use zeroize::Zeroizing;

use super::NoCryptography;
use crate::token::Algorithm;

pub(in crate::token) const SIGNS_RSA: bool = false;

pub(super) fn install() -> Result<(), NoCryptography> {
    Err(NoCryptography)
}

pub(in crate::token) fn is_on_curve(_: Algorithm, _: &[u8]) -> bool {
    false
}

pub(in crate::token) fn generate_rsa() -> Option<Zeroizing<Vec<u8>>> {
    None
}
