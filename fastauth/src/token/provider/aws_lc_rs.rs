use jsonwebtoken::crypto::aws_lc;

use super::NoCryptography;

#[allow(clippy::unnecessary_wraps, reason = "the other choices can fail")]
pub(super) fn install() -> Result<(), NoCryptography> {
    let _ = aws_lc::DEFAULT_PROVIDER.install_default();
    Ok(())
}
