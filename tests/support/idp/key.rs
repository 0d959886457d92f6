use std::{fs, path::Path, sync::LazyLock};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
        RSA_PSS_SHA256, RsaEncoding,
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use fastauth::token::{Algorithm, VerifyingKey};
use hmac::{Hmac, Mac};
use serde_json::{Value as Json, json};
use sha2::Sha256;

use super::CLIENT_SECRET;
use crate::encode;

/// What signs an ID token.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Signer {
    /// The first of the published keys: RS256, until they are rotated.
    #[default]
    First,
    /// The same key by PS256.
    Pss,
    /// The published one on P-256.
    Ec,
    /// The published one of Ed25519.
    Ed,
    /// A key that nobody published, under the name and the algorithm of the first one.
    Stranger,
    /// Nothing: `none`.
    Nobody,
    /// The client secret: HS256.
    Secret,
    /// What everybody can read of the first key: HS256 (RFC 8725 §2.1).
    Public,
}

/// A key, as it is published, and what signs with it.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) jwk: Json,
    pair: &'static Pair,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl Key {
    /// One of each algorithm that most have.
    pub(super) fn usual() -> Vec<Self> {
        static PAIRS: LazyLock<[Pair; 3]> = LazyLock::new(|| {
            let rsa = RsaKeyPair::from_pkcs8(&der("rsa.pem")).expect("it is one");
            let signing = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let ec = EcdsaKeyPair::generate(signing).expect("it can be made");
            [Pair::Rsa(rsa), Pair::Ec(ec), Pair::Ed(Ed25519KeyPair::generate().expect("made"))]
        });
        let names = ["rsa", "ec", "ed"];
        PAIRS.iter().zip(names).map(|(pair, kid)| Self { jwk: pair.jwk(kid), pair }).collect()
    }

    /// A new one of this name.
    pub(super) fn made(kid: &str) -> Self {
        let pair = Pair::Ed(Ed25519KeyPair::generate().expect("it can be made"));
        // A test's keys live as long as the test.
        let pair: &'static Pair = Box::leak(Box::new(pair));
        Self { jwk: pair.jwk(kid), pair }
    }
}

impl Pair {
    fn jwk(&self, kid: &str) -> Json {
        match self {
            Self::Rsa(_) => {
                let pem = fs::read_to_string(path("rsa-public.pem")).expect("it is there");
                let key = VerifyingKey::from_pem(Algorithm::RS256, &pem).expect("it is one");
                let jwk = key.named(kid).expect("a name").to_jwk().expect("it is public");
                serde_json::from_str(&jwk).expect("JSON")
            }
            Self::Ec(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({
                    "kty": "EC", "crv": "P-256", "kid": kid, "alg": "ES256", "use": "sig",
                    "x": encode(x), "y": encode(y),
                })
            }
            Self::Ed(pair) => json!({
                "kty": "OKP", "crv": "Ed25519", "kid": kid, "alg": "EdDSA", "use": "sig",
                "x": encode(pair.public_key().as_ref()),
            }),
        }
    }
}

impl Signer {
    /// The header of what it signs.
    pub(super) fn header(self, keys: &[Key]) -> Json {
        let named = |key: &Key| (key.jwk["alg"].clone(), key.jwk["kid"].clone());
        let (first, first_name) = named(&keys[0]);
        let (alg, kid) = match self {
            Self::First | Self::Stranger => (first, first_name),
            Self::Pss => (json!("PS256"), first_name),
            Self::Ec => named(&keys[1]),
            Self::Ed => named(&keys[2]),
            Self::Nobody => (json!("none"), Json::Null),
            Self::Secret | Self::Public => (json!("HS256"), first_name),
        };
        json!({ "alg": alg, "kid": kid })
    }

    /// The signature of a message.
    pub(super) fn sign(self, message: &[u8], keys: &[Key]) -> Vec<u8> {
        static STRANGER: LazyLock<Pair> =
            LazyLock::new(|| Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).expect("made")));
        match self {
            Self::First => signed(keys[0].pair, &RSA_PKCS1_SHA256, message),
            Self::Pss => signed(keys[0].pair, &RSA_PSS_SHA256, message),
            Self::Ec => signed(keys[1].pair, &RSA_PKCS1_SHA256, message),
            Self::Ed => signed(keys[2].pair, &RSA_PKCS1_SHA256, message),
            Self::Stranger => signed(&STRANGER, &RSA_PKCS1_SHA256, message),
            Self::Nobody => Vec::new(),
            Self::Secret => keyed(CLIENT_SECRET.as_bytes(), message),
            Self::Public => keyed(&fs::read(path("rsa-public.pem")).expect("there"), message),
        }
    }
}

fn signed(pair: &Pair, of_rsa: &'static dyn RsaEncoding, message: &[u8]) -> Vec<u8> {
    let random = SystemRandom::new();
    match pair {
        Pair::Rsa(pair) => {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(of_rsa, &random, message, &mut signature).expect("it signs");
            signature
        }
        Pair::Ec(pair) => pair.sign(&random, message).expect("it signs").as_ref().to_vec(),
        Pair::Ed(pair) => pair.sign(message).as_ref().to_vec(),
    }
}

fn keyed(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// What is in a file of PEM.
fn der(file: &str) -> Vec<u8> {
    let pem = fs::read_to_string(path(file)).expect("it is there");
    let lines: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(lines).expect("base64")
}

fn path(file: &str) -> String {
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/keys");
    keys.join(file).display().to_string()
}
