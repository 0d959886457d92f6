//! Private keys under a passphrase (PKCS#8 with PBES2, RFC 8018).

use pkcs8::{EncryptedPrivateKeyInfoRef, SecretDocument, pkcs5};

use super::UnfitKey;

/// More work than this is done for no file: rounds of PBKDF2, and bytes that scrypt writes, which are
/// 128 · n · r · p (RFC 7914 §6).
const MOST_ROUNDS: u32 = 10_000_000;
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// Decrypts a key.
pub(super) fn decrypt(der: &[u8], passphrase: &str) -> Result<SecretDocument, UnfitKey> {
    let key = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| unsupported())?;
    let pkcs5::EncryptionScheme::Pbes2(scheme) = &key.encryption_algorithm else {
        return Err(unsupported());
    };
    let bearable = match &scheme.kdf {
        pkcs5::pbes2::Kdf::Pbkdf2(kdf) => kdf.iteration_count <= MOST_ROUNDS,
        pkcs5::pbes2::Kdf::Scrypt(kdf) => {
            let lanes = u64::from(kdf.block_size).saturating_mul(kdf.parallelization.into());
            kdf.cost_parameter.saturating_mul(lanes).saturating_mul(128) <= MOST_BYTES
        }
        _ => false,
    };
    if !bearable {
        return Err(unsupported());
    }
    key.decrypt(passphrase).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(pkcs5::Error::DecryptFailed) => UnfitKey::new(
            "the passphrase does not open the private key",
            "give the passphrase it was encrypted with",
        ),
        _ => unsupported(),
    })
}

fn unsupported() -> UnfitKey {
    UnfitKey::new(
        "the private key is encrypted in a way that is not read here",
        "write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in old.pem -out key.pem",
    )
}

#[cfg(test)]
mod tests;
