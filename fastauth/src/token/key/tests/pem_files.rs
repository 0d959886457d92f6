//! Keys as OpenSSL writes them.

use super::*;

pub(in crate::token::key) fn file(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/keys");
    std::fs::read_to_string(format!("{folder}/{name}.pem")).unwrap()
}

#[test]
fn a_private_key_comes_with_its_public_one() {
    for (algorithm, private, public) in [
        (Algorithm::EdDSA, "ed25519", "ed25519-public"),
        (Algorithm::ES256, "p256", "p256-public"),
        (Algorithm::ES256, "p256-sec1", "p256-public"),
        (Algorithm::ES384, "p384", "p384-public"),
        (Algorithm::RS256, "rsa", "rsa-public"),
        (Algorithm::PS512, "rsa-pkcs1", "rsa-public-pkcs1"),
    ] {
        if unsigned(algorithm).is_some() {
            continue;
        }
        let key = SigningKey::from_pem(algorithm, &file(private)).unwrap();
        let public = VerifyingKey::from_pem(algorithm, &file(public)).unwrap();
        assert_eq!(key.verifying().kid(), public.kid(), "{private}");
        assert!(public.has_signed(b"message", &key.sign(b"message").unwrap()), "{private}");
    }
}

#[test]
fn what_stands_around_a_key_is_not_looked_at() {
    let key = file("ed25519");
    for text in [
        key.trim().to_owned(),
        format!("a note\n{key}and another"),
        key.replace('\n', "\r\n"),
        format!("{key}{}", file("p256")),
    ] {
        assert!(SigningKey::from_pem(Algorithm::EdDSA, &text).is_ok(), "{text}");
    }
}

#[test]
fn a_key_is_for_its_own_algorithm_alone() {
    for (name, fitting) in [
        ("ed25519", &["EdDSA"][..]),
        ("p256", &["ES256"]),
        ("p384", &["ES384"]),
        ("p521", &[]),
        ("rsa", &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]),
        ("rsa-1024", &[]),
    ] {
        for algorithm in Algorithm::ALL {
            let key = SigningKey::from_pem(*algorithm, &file(name));
            let fits = fitting.contains(&algorithm.name()) && unsigned(*algorithm).is_none();
            assert_eq!(key.is_ok(), fits, "{name} {algorithm}");
        }
    }
}

#[test]
fn a_key_that_is_not_taken_says_what_mends_it() {
    let private = |algorithm, name: &str| SigningKey::from_pem(algorithm, &file(name)).map(drop);
    let public = |algorithm, name: &str| VerifyingKey::from_pem(algorithm, &file(name)).map(drop);
    let pkcs8 =
        "openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in old.pem -out key.pem";
    for (refusal, cause, fix) in [
        (private(Algorithm::RS256, "rsa-encrypted-traditional"), "Proc-Type", pkcs8),
        (private(Algorithm::EdDSA, "ed25519-encrypted"), "encrypted", "from_encrypted_pem"),
        (private(Algorithm::EdDSA, "ed25519-public"), "public key", "verify_only"),
        (public(Algorithm::RS256, "rsa-1024-public"), "1024 bits", "rsa_keygen_bits:3072"),
        (private(Algorithm::ES256, "p521"), "another kind", "openssl genpkey"),
        (private(Algorithm::ES256, "certificate"), "CERTIFICATE", "openssl genpkey"),
        (private(Algorithm::ES256, "ed25519"), "a key of Ed25519", "ec_paramgen_curve:P-256"),
        (public(Algorithm::ES256, "p256"), "private key", "openssl pkey"),
        (public(Algorithm::ES256, "certificate"), "certificate", "openssl x509"),
        (public(Algorithm::ES256, "p256-public-compressed"), "compressed", "-conv_form"),
    ] {
        let refusal = refusal.expect_err(cause);
        assert!(refusal.cause().contains(cause), "{cause}: {refusal}");
        assert!(refusal.fix().contains(fix), "{fix}: {refusal}");
    }
    let given = SigningKey::from_encrypted_pem(Algorithm::EdDSA, &file("ed25519"), "a passphrase");
    assert!(given.unwrap_err().cause().contains("is not encrypted"));
}

#[test]
fn no_text_but_a_key_is_read() {
    let key = file("ed25519");
    let lines: Vec<_> = key.lines().collect();
    for text in [
        String::new(),
        "ssh-ed25519 AAAA".to_owned(),
        lines[1].to_owned(),
        key.replace('\n', ""),
        key.replace("-----END", "-----ENDE"),
        key.replace("PRIVATE KEY", "PRIVATE KEYS"),
        format!("{}\n{}", lines[0], lines[2]),
        key.replace(lines[1], &lines[1][..40]),
        key.replace(lines[1], &format!("{}AAAA", lines[1])),
        key.replace(lines[1], &"A".repeat(64)),
        "-----BEGIN ".repeat(1_000),
        "x".repeat(LONG) + &key,
    ] {
        let refusal = SigningKey::from_pem(Algorithm::EdDSA, &text).map(drop).expect_err(&text);
        assert!(!refusal.to_string().contains(&lines[1][20..40]), "{refusal}");
        assert!(VerifyingKey::from_pem(Algorithm::EdDSA, &text).is_err());
    }
}

/// No cut and no changed byte of a file is anything worse than an error or another key.
#[test]
fn a_broken_file_never_panics() {
    for name in ["ed25519", "p256", "p256-sec1", "ed25519-public", "p256-public"] {
        let key = file(name);
        for place in 0..key.len() {
            for other in ["A", "\n", "-", ""] {
                let text = format!("{}{other}{}", &key[..place], &key[place + 1..]);
                let _ = SigningKey::from_pem(Algorithm::ES256, &text).is_ok();
                let _ = VerifyingKey::from_pem(Algorithm::ES256, &text).is_ok();
            }
        }
    }
}

const LONG: usize = 33 * 1024;
