//! Without the feature `encrypted-pem` no passphrase opens anything.

use pkcs8::SecretDocument;

use super::UnfitKey;

pub(super) fn decrypt(_: &[u8], _: &str) -> Result<SecretDocument, UnfitKey> {
    Err(UnfitKey::new(
        "the private key is encrypted, and fastauth was compiled without what decrypts it",
        "enable the feature `encrypted-pem`, or: openssl pkcs8 -topk8 -nocrypt -in old.pem -out key.pem",
    ))
}
