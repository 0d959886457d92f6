use crate::token::{
    Algorithm, SigningKey,
    key::{tests::pem_files::file, unsigned},
};

const PASSPHRASE: &str = "a passphrase of these tests";

#[test]
fn an_encrypted_key_opens_by_its_passphrase_alone() {
    for (algorithm, encrypted, plain) in [
        (Algorithm::EdDSA, "ed25519-encrypted", "ed25519"),
        (Algorithm::RS256, "rsa-encrypted", "rsa"),
        (Algorithm::ES256, "p256-encrypted-scrypt", "p256"),
    ] {
        if unsigned(algorithm).is_some() {
            continue;
        }
        let opened =
            SigningKey::from_encrypted_pem(algorithm, &file(encrypted), PASSPHRASE).unwrap();
        let plain = SigningKey::from_pem(algorithm, &file(plain)).unwrap();
        assert_eq!(opened.verifying().kid(), plain.verifying().kid());
        for other in ["", "a passphrase of other tests"] {
            let refusal = SigningKey::from_encrypted_pem(algorithm, &file(encrypted), other);
            assert!(refusal.unwrap_err().cause().contains("the passphrase does not open"));
        }
    }
}

#[test]
fn weak_encryption_is_written_anew() {
    for name in ["p256-encrypted-3des", "p256-encrypted-sha1"] {
        let refusal = SigningKey::from_encrypted_pem(Algorithm::ES256, &file(name), PASSPHRASE);
        let refusal = refusal.unwrap_err();
        assert!(refusal.fix().contains("openssl pkcs8 -topk8 -v2 aes-256-cbc"), "{refusal}");
    }
}

/// Whoever writes the file decides how long the passphrase is worked on.
#[test]
fn no_more_work_is_done_than_is_bearable() {
    let begun = std::time::Instant::now();
    let slow = file("ed25519-encrypted-slow");
    let refusal = SigningKey::from_encrypted_pem(Algorithm::EdDSA, &slow, PASSPHRASE);
    assert!(refusal.unwrap_err().cause().contains("not read here"));
    assert!(begun.elapsed().as_secs() < 1);
}
