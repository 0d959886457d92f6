use jsonwebtoken::crypto::rust_crypto;

use super::NoCryptography;

#[allow(clippy::unnecessary_wraps, reason = "the other choices can fail")]
pub(super) fn install() -> Result<(), NoCryptography> {
    let _ = rust_crypto::DEFAULT_PROVIDER.install_default();
    Ok(())
}
