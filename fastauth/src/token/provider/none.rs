use super::NoCryptography;

pub(super) fn install() -> Result<(), NoCryptography> {
    Err(NoCryptography)
}
