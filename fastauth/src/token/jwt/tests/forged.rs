//! Whatever somebody makes of tokens they have seen and keys that are public: nothing is read but what
//! we signed. For every algorithm.

use std::sync::LazyLock;

use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use sha2::{Sha256, Sha384, Sha512};

use super::*;
use crate::token::{Algorithm, VerifyingKey, key::unsigned};

/// A ring of one key, and a token that it signed.
#[derive(Debug)]
struct Case {
    algorithm: Algorithm,
    ring: KeyRing,
    token: String,
}

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let signing = Algorithm::ALL.iter().filter(|it| unsigned(**it).is_none());
    signing.map(|algorithm| case(*algorithm, SigningKey::generate(*algorithm).unwrap())).collect()
});

fn case(algorithm: Algorithm, key: SigningKey) -> Case {
    let claims = claims();
    let claims = claims.as_object().unwrap();
    let token = write_token(&key, TokenKind::ACCESS, claims, &Map::new()).unwrap();
    Case { algorithm, ring: key.into(), token: token.expose().to_owned() }
}

fn parts(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}

impl Case {
    /// Reads a token, and sees to it that it says nothing we did not sign. ECDSA has two signatures for one
    /// message: tokens are known by their claims, never by their text.
    fn read(&self, token: &str) -> bool {
        let read = read_payload(&self.ring, TokenKind::ACCESS, token);
        if read.is_ok() {
            assert_eq!(parts(token)[..2], parts(&self.token)[..2], "{}: {token}", self.algorithm);
        }
        read.is_ok()
    }

    fn key(&self) -> &VerifyingKey {
        &self.ring.verifying()[0]
    }

    /// A token with another header, signed by somebody else.
    fn headed(&self, alg: &str, sign: impl FnOnce(&str) -> Vec<u8>) -> String {
        let header = json!({ "alg": alg, "kid": self.key().kid(), "typ": "at+jwt" });
        let message = message(&header.to_string(), claims().to_string().as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(sign(&message));
        format!("{message}.{signature}")
    }
}

fn any_case() -> impl Strategy<Value = &'static Case> {
    (0..CASES.len()).prop_map(|index| &CASES[index])
}

#[test]
fn every_algorithm_reads_its_own() {
    assert!(CASES.iter().all(|case| case.read(&case.token)));
    assert!(CASES.len() >= 6);
}

proptest! {
    #[test]
    fn no_changed_letter_is_overlooked(
        case in any_case(),
        place in any::<prop::sample::Index>(),
        letter in any::<char>(),
    ) {
        let mut token: Vec<char> = case.token.chars().collect();
        let place = place.index(token.len());
        prop_assume!(token[place] != letter);
        token[place] = letter;
        let token: String = token.into_iter().collect();
        assert!(!case.read(&token), "{}: {token}", case.algorithm);
    }

    #[test]
    fn no_flipped_bit_of_a_part_is_overlooked(
        case in any_case(),
        part in 0..3_usize,
        bit in any::<prop::sample::Index>(),
    ) {
        let mut parts = parts(&case.token).map(|it| URL_SAFE_NO_PAD.decode(it).unwrap());
        let bit = bit.index(parts[part].len() * 8);
        parts[part][bit / 8] ^= 1 << (bit % 8);
        let token = parts.map(|it| URL_SAFE_NO_PAD.encode(it)).join(".");
        assert!(!case.read(&token), "{}: {token}", case.algorithm);
    }

    #[test]
    fn no_cut_and_no_addition_is_overlooked(
        case in any_case(),
        from in any::<prop::sample::Index>(),
        length in 1..400_usize,
        added in "[A-Za-z0-9_.=-]{1,40}",
    ) {
        let from = from.index(case.token.len());
        let until = (from + length).min(case.token.len());
        let (before, after) = (&case.token[..from], &case.token[until..]);
        assert!(!case.read(&format!("{before}{after}")));
        assert!(!case.read(&format!("{}{added}{}", &case.token[..from], &case.token[from..])));
        assert!(!case.read(&case.token[..from]));
        assert!(!case.read(&format!("{}{added}", case.token)));
    }

    #[test]
    fn parts_of_two_tokens_make_no_third(case in any_case(), other in any_case(), take in 0..8_u8) {
        let (ours, theirs) = (parts(&case.token), parts(&other.token));
        let mixed: Vec<_> =
            (0..3).map(|part| if take >> part & 1 == 0 { ours[part] } else { theirs[part] }).collect();
        let read = case.read(&mixed.join("."));
        assert!(!read || mixed[..] == ours[..], "{} {}", case.algorithm, other.algorithm);
    }

    #[test]
    fn a_token_in_a_token_is_no_token(case in any_case(), depth in 1..3_usize) {
        let mut token = case.token.clone();
        for _ in 0..depth {
            let [head, _, signature] = parts(&case.token).map(str::to_owned);
            token = format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(&token));
            assert!(!case.read(&token));
        }
        assert!(!case.read(&format!("{0}.{0}", case.token)));
        assert!(!case.read(&format!("{} {0}", case.token)));
        assert!(!case.read(&[case.token.as_str(); 30].join("")));
    }

    #[test]
    fn any_text_is_refused(case in any_case(), text in ".{0,300}", dots in "[A-Za-z0-9_-]{0,80}(\\.[A-Za-z0-9_-]{0,80}){0,4}") {
        assert!(!case.read(&text) && !case.read(&dots));
    }

    #[test]
    fn any_signature_is_refused(case in any_case(), bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let [head, body, _] = parts(&case.token);
        let token = format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode(&bytes));
        assert!(!case.read(&token));
        // As long as it must be.
        let length = case.key().signature_bytes();
        for filled in [vec![0; length], vec![0xff; length], bytes.iter().copied().cycle().take(length).collect()] {
            let token = format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode(&filled));
            assert!(!case.read(&token));
        }
    }

    #[test]
    fn a_member_that_is_added_is_signed_or_refused(case in any_case(), name in "[a-z0-9#]{1,9}", value in ".{0,20}") {
        let [_, body, signature] = parts(&case.token);
        let header = appended(
            &json!({ "alg": case.algorithm.name(), "kid": case.key().kid(), "typ": "at+jwt" }),
            &format!("{}:{}", json!(name), json!(value)),
        );
        let token = format!("{}.{body}.{signature}", URL_SAFE_NO_PAD.encode(header));
        assert!(!case.read(&token));
    }
}

/// Each algorithm's name on each key's token, and each other key's signature under this key's name.
#[test]
fn no_algorithm_passes_for_another() {
    for case in CASES.iter() {
        let [_, body, signature] = parts(&case.token);
        let names = Algorithm::ALL.iter().map(|it| it.name()).chain(["none", "None", "", "ES512"]);
        for alg in names.filter(|alg| *alg != case.algorithm.name()) {
            let header = json!({ "alg": alg, "kid": case.key().kid(), "typ": "at+jwt" });
            let header = URL_SAFE_NO_PAD.encode(header.to_string());
            assert!(!case.read(&format!("{header}.{body}.{signature}")), "{alg}");
            assert!(!case.read(&format!("{header}.{body}.")), "{alg}");
        }
        for other in CASES.iter().filter(|other| other.algorithm != case.algorithm) {
            let sign = |message: &str| {
                let signature = other.ring.signing().unwrap().sign(message.as_bytes()).unwrap();
                URL_SAFE_NO_PAD.decode(signature).unwrap()
            };
            for alg in [case.algorithm, other.algorithm] {
                let forged = case.headed(alg.name(), sign);
                assert!(!case.read(&forged), "{} {}", case.algorithm, other.algorithm);
            }
        }
    }
}

/// The public key as the secret of an HMAC, in every form somebody may have it in (RFC 8725 §2.1).
#[test]
fn a_public_key_is_no_secret() {
    fn mac(alg: &str, key: &[u8], message: &str) -> Vec<u8> {
        macro_rules! mac {
            ($hash:ty) => {{
                let mut mac = Hmac::<$hash>::new_from_slice(key).unwrap();
                mac.update(message.as_bytes());
                mac.finalize().into_bytes().to_vec()
            }};
        }
        match alg {
            "HS256" => mac!(Sha256),
            "HS384" => mac!(Sha384),
            _ => mac!(Sha512),
        }
    }
    for case in CASES.iter().filter(|case| !case.algorithm.is_symmetric()) {
        let jwk = Json::Object(case.key().published().unwrap());
        let mut secrets: Vec<Vec<u8>> = vec![jwk.to_string().into_bytes(), Vec::new()];
        for value in jwk.as_object().unwrap().values() {
            let text = value.as_str().unwrap();
            secrets.push(text.as_bytes().to_vec());
            secrets.extend(URL_SAFE_NO_PAD.decode(text));
        }
        let coordinate =
            |name| jwk.get(name).and_then(|it| URL_SAFE_NO_PAD.decode(it.as_str()?).ok());
        if let (Some(x), Some(y)) = (coordinate("x"), coordinate("y")) {
            secrets.push([&[4], x.as_slice(), &y].concat());
        }
        for alg in ["HS256", "HS384", "HS512"] {
            for secret in &secrets {
                for named in [alg, case.algorithm.name()] {
                    let forged = case.headed(named, |message| mac(alg, secret, message));
                    assert!(!case.read(&forged), "{} {alg}", case.algorithm);
                }
            }
        }
    }
    // It would be read if that were the secret: the forgery is well made.
    let forged = {
        let ring = forge::ring(&KEY);
        let case = Case { algorithm: Algorithm::HS256, ring, token: String::new() };
        let forged = case.headed("HS256", |message| mac("HS256", &KEY, message));
        read_payload(&case.ring, TokenKind::ACCESS, &forged).is_ok()
    };
    assert!(forged);
}

/// ECDSA: the other signature of a message verifies, and says the same.
#[test]
fn the_other_signature_of_a_message_says_nothing_new() {
    // The order of P-256 (SEC 2 §2.4.2).
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let case = CASES.iter().find(|case| case.algorithm == Algorithm::ES256).unwrap();
    let [head, body, signature] = parts(&case.token);
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let mut borrow = 0;
    for (place, order) in ORDER.iter().enumerate().rev() {
        let rest = i16::from(*order) - i16::from(bytes[32 + place]) - borrow;
        borrow = i16::from(rest < 0);
        bytes[32 + place] = rest.rem_euclid(256).to_le_bytes()[0];
    }
    let other = format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode(bytes));
    assert!(other != case.token && case.read(&other));
}
