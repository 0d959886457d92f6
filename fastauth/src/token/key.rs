//! Keys that sign and keys that verify. Whatever a key comes in, it passes one checked constructor:
//! [`VerifyingKey::of`] for what is public of it, and [`SigningKey::of`] for the rest.

#[cfg(feature = "oauth")]
mod foreign;
mod jwk;
mod pem;
mod private;
mod public;
mod roca;
mod unfit;

#[cfg(feature = "encrypted-pem")]
mod encrypted;
#[cfg(not(feature = "encrypted-pem"))]
#[path = "key/not_encrypted.rs"]
mod encrypted;

use std::fmt;

use jsonwebtoken::{DecodingKey, EncodingKey, crypto, jwk::Jwk};
use serde_json::{Map, Value as Json};

use super::{
    Algorithm, InvalidToken, UnwritableToken, algorithm::Family, install_crypto_provider, provider,
};
use crate::secret::Secret;

#[cfg(feature = "oauth")]
pub(crate) use foreign::{ForeignKeys, ForeignToken, asymmetric};
pub(super) use jwk::{read_set, verifying_member};
pub(super) use private::Private;
use public::Public;
pub use unfit::UnfitKey;

/// The longest name of a key, in bytes.
const LONGEST_NAME: usize = 256;

/// A key that signs tokens, with its one algorithm and its name. What verifies them is derived from it.
///
/// ```
/// use fastauth::token::{Algorithm, SigningKey};
///
/// let key = SigningKey::generate(Algorithm::EdDSA)?;
/// assert_eq!(key.verifying().algorithm(), Algorithm::EdDSA);
/// # Ok::<(), fastauth::token::UnfitKey>(())
/// ```
pub struct SigningKey {
    signing: EncodingKey,
    verifying: VerifyingKey,
}

impl SigningKey {
    /// A secret for HMAC, written as the builder's `.secret(…)` takes it: text, `base64:…` or `hex:…`. As
    /// many bytes as the hash has, at least (RFC 7518 §3.2).
    ///
    /// # Errors
    /// It is weak, or the algorithm is none of HMAC.
    pub fn from_secret(algorithm: Algorithm, secret: &str) -> Result<Self, UnfitKey> {
        let secret = Secret::parse(secret).map_err(|weak| {
            let fix = format!("openssl rand -base64 {}", algorithm.hash_bytes());
            UnfitKey::new(format!("the secret {weak}"), fix)
        })?;
        Self::of(algorithm, &Private::Secret(secret.expose().to_vec().into()), None)
    }

    /// A private key in PEM: PKCS#8 (`PRIVATE KEY`), or what older programs write, PKCS#1 (`RSA PRIVATE
    /// KEY`) and SEC1 (`EC PRIVATE KEY`).
    ///
    /// # Errors
    /// It cannot be read, or is not fit for the algorithm.
    pub fn from_pem(algorithm: Algorithm, pem: &str) -> Result<Self, UnfitKey> {
        Self::of(algorithm, &pem::read_private(pem, None)?, None)
    }

    /// A private key in encrypted PEM (`ENCRYPTED PRIVATE KEY`: PKCS#8 with PBES2). Needs the feature
    /// `encrypted-pem`.
    ///
    /// # Errors
    /// The passphrase is another, it cannot be read, or it is not fit for the algorithm.
    pub fn from_encrypted_pem(
        algorithm: Algorithm,
        pem: &str,
        passphrase: &str,
    ) -> Result<Self, UnfitKey> {
        Self::of(algorithm, &pem::read_private(pem, Some(passphrase))?, None)
    }

    /// A private key as a JWK (RFC 7517), which names its algorithm by `alg` and keeps its `kid`.
    ///
    /// # Errors
    /// It is no JWK, its members contradict each other, or it is not fit for its algorithm.
    pub fn from_jwk(jwk: &str) -> Result<Self, UnfitKey> {
        jwk::read(jwk)?.into_signing()
    }

    /// A new one for the run: it cannot be kept. One that lasts comes from
    /// `openssl genpkey -algorithm ed25519 -out key.pem`, or is kept in the store by
    /// [`KeyRing::rotating`](super::KeyRing::rotating). RSA has 3072 bits, and needs the feature `aws-lc-rs`.
    ///
    /// # Errors
    /// The back end cannot make such a key.
    pub fn generate(algorithm: Algorithm) -> Result<Self, UnfitKey> {
        Self::of(algorithm, &Private::generate(algorithm)?, None)
    }

    /// The same key under a name of your choice, the `kid` of its tokens. Without it the name is the
    /// thumbprint of RFC 7638.
    ///
    /// # Errors
    /// The name is empty, over 256 bytes, or has control characters.
    pub fn named(self, kid: impl Into<String>) -> Result<Self, UnfitKey> {
        Ok(Self { verifying: self.verifying.named(kid)?, ..self })
    }

    /// What verifies its tokens.
    pub fn verifying(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// The checked constructor of what is private.
    pub(super) fn of(
        algorithm: Algorithm,
        private: &Private,
        kid: Option<&str>,
    ) -> Result<Self, UnfitKey> {
        installed()?;
        unsigned(algorithm).map_or(Ok(()), Err)?;
        let (signing, public) = match (algorithm.family(), private) {
            (Family::Hmac, Private::Secret(secret)) => {
                let public = Public::Secret(secret.clone());
                (EncodingKey::from_secret(secret), public)
            }
            (Family::Rsa, Private::Rsa(der)) => {
                // A back end refuses a short one without a word.
                pem::public_of(der)?.check(algorithm)?;
                derived(algorithm, EncodingKey::from_rsa_der(der))?
            }
            (Family::Ec(curve), Private::Ec(of, scalar)) if curve == *of => {
                derived(algorithm, EncodingKey::from_ec_der(&private::ec_der(curve, scalar)))?
            }
            (Family::Ed, Private::Ed(seed)) => {
                derived(algorithm, EncodingKey::from_ed_der(&private::ed_der(seed)))?
            }
            _ => return Err(public::another_kind(algorithm, private.describe())),
        };
        let key = Self { signing, verifying: VerifyingKey::of(algorithm, public, kid)? };
        key.proved()
    }

    /// The key, if what is derived from it verifies what it signs.
    fn proved(self) -> Result<Self, UnfitKey> {
        let probe = self.sign(b"probe").ok();
        if probe.is_some_and(|signature| self.verifying.has_signed(b"probe", &signature)) {
            Ok(self)
        } else {
            Err(UnfitKey::new("the parts of the private key do not fit together", MAKE))
        }
    }

    /// The signature of a message, in base64url.
    pub(super) fn sign(&self, message: &[u8]) -> Result<String, UnwritableToken> {
        crypto::sign(message, &self.signing, self.verifying.algorithm.of_back_end())
            .map_err(|error| UnwritableToken::Unmade(error.to_string()))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown("SigningKey", &self.verifying, f)
    }
}

/// A key that verifies tokens: a public one, or the secret of HMAC.
///
/// ```
/// use fastauth::token::VerifyingKey;
///
/// // RFC 8037 §A.2, with its algorithm.
/// let key = VerifyingKey::from_jwk(
///     r#"{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
/// )?;
/// assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
/// # Ok::<(), fastauth::token::UnfitKey>(())
/// ```
#[derive(Clone)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    kid: String,
    public: Public,
    verifying: DecodingKey,
}

impl VerifyingKey {
    /// A public key in PEM (`PUBLIC KEY`, or `RSA PUBLIC KEY`).
    ///
    /// # Errors
    /// It cannot be read, or is not fit for the algorithm.
    pub fn from_pem(algorithm: Algorithm, pem: &str) -> Result<Self, UnfitKey> {
        Self::of(algorithm, pem::read_public(pem)?, None)
    }

    /// A public key, or a secret of HMAC, as a JWK (RFC 7517), which names its algorithm by `alg` and keeps
    /// its `kid`.
    ///
    /// # Errors
    /// It is no JWK, its members contradict each other, or it is not fit for its algorithm.
    pub fn from_jwk(jwk: &str) -> Result<Self, UnfitKey> {
        jwk::read(jwk)?.into_verifying()
    }

    /// The public keys of a JWK set that somebody else publishes (RFC 7517 §5). Keys that are not for
    /// signatures, or of a kind or an algorithm that is not offered, are passed over.
    ///
    /// # Errors
    /// It is no JWK set, a `kid` stands twice in it, it holds a secret or a private key, one of the keys
    /// is not fit for its algorithm, or none is left.
    pub fn from_jwks(set: &str) -> Result<Vec<Self>, UnfitKey> {
        jwk::published(set)
    }

    /// The same key under a name of your choice: the `kid` of the tokens it verifies.
    ///
    /// # Errors
    /// The name is empty, over 256 bytes, or has control characters.
    pub fn named(self, kid: impl Into<String>) -> Result<Self, UnfitKey> {
        let kid = kid.into();
        Ok(Self { kid: checked_name(&kid)?.to_owned(), ..self })
    }

    /// Its one algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its name.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The checked constructor of what is public.
    fn of(algorithm: Algorithm, public: Public, kid: Option<&str>) -> Result<Self, UnfitKey> {
        installed()?;
        public.check(algorithm)?;
        let kid = match kid {
            Some(kid) => checked_name(kid)?.to_owned(),
            None => public.name(),
        };
        Ok(Self { algorithm, kid, verifying: public.decoding(), public })
    }

    /// What tells this key from all others, whatever it is named; nothing can be learnt from it.
    pub(crate) fn fingerprint(&self) -> String {
        self.public.name()
    }

    /// Whether a signature, in base64url, is this key's of the message.
    pub(super) fn has_signed(&self, message: &[u8], signature: &str) -> bool {
        crypto::verify(signature, message, &self.verifying, self.algorithm.of_back_end())
            .unwrap_or(false)
    }

    /// Fails where a header names another algorithm than the key's.
    pub(super) fn signs_by(&self, alg: Option<&str>) -> Result<(), InvalidToken> {
        if alg == Some(self.algorithm.name()) { Ok(()) } else { Err(InvalidToken::Algorithm) }
    }

    /// The bytes of a signature.
    pub(super) fn signature_bytes(&self) -> usize {
        match self.algorithm.family() {
            Family::Hmac => self.algorithm.hash_bytes(),
            Family::Rsa => self.public.modulus_bytes(),
            Family::Ec(curve) => 2 * curve.bytes(),
            Family::Ed => 64,
        }
    }

    /// The public key as a JWK, for a service that is to verify by it. `None` of a secret, which everybody who
    /// verifies could sign with.
    ///
    /// ```
    /// use fastauth::token::{Algorithm, SigningKey, VerifyingKey};
    ///
    /// let key = SigningKey::generate(Algorithm::EdDSA)?;
    /// let jwk = key.verifying().to_jwk().expect("it is public");
    /// assert_eq!(VerifyingKey::from_jwk(&jwk)?.kid(), key.verifying().kid());
    /// # Ok::<(), fastauth::token::UnfitKey>(())
    /// ```
    pub fn to_jwk(&self) -> Option<String> {
        self.published().map(|members| Json::Object(members).to_string())
    }

    /// As a JWK for everybody to see: public members alone. None of a secret.
    pub(super) fn published(&self) -> Option<Map<String, Json>> {
        let mut jwk = self.public.members()?;
        jwk.insert("alg".to_owned(), self.algorithm.name().into());
        jwk.insert("kid".to_owned(), self.kid.clone().into());
        jwk.insert("use".to_owned(), "sig".into());
        Some(jwk)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown("VerifyingKey", self, f)
    }
}

fn shown(name: &str, key: &VerifyingKey, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_struct(name)
        .field("algorithm", &key.algorithm)
        .field("kid", &key.kid)
        .finish_non_exhaustive()
}

/// A private key with what is public of it, as the back end derives it.
fn derived(algorithm: Algorithm, key: EncodingKey) -> Result<(EncodingKey, Public), UnfitKey> {
    let unfit = || UnfitKey::new(format!("the private key is none of {algorithm}"), MAKE);
    let jwk = Jwk::from_encoding_key(&key, algorithm.of_back_end()).map_err(|_| unfit())?;
    let public = Public::derived(&jwk.algorithm).ok_or_else(unfit)?;
    Ok((key, public))
}

/// The back end chosen, before it makes a choice of its own at the first use of a key, and keeps it.
fn installed() -> Result<(), UnfitKey> {
    install_crypto_provider().map_err(|error| {
        UnfitKey::new(error.to_string(), "enable the feature `aws-lc-rs` or `rust-crypto`")
    })
}

fn checked_name(kid: &str) -> Result<&str, UnfitKey> {
    if kid.is_empty() || kid.len() > LONGEST_NAME || kid.chars().any(char::is_control) {
        let cause = "the name of a key (`kid`) is empty, over 256 bytes, or has control characters";
        return Err(UnfitKey::new(cause, "leave it out: the thumbprint of the key is its name"));
    }
    Ok(kid)
}

/// Why nothing is signed by this algorithm here, if so.
pub(super) fn unsigned(algorithm: Algorithm) -> Option<UnfitKey> {
    if provider::SIGNS_RSA || algorithm.family() != Family::Rsa {
        return None;
    }
    let cause = format!(
        "{algorithm} is for verifying only here: what signs RSA in pure Rust tells the key by its \
        timing (RUSTSEC-2023-0071)"
    );
    Some(UnfitKey::new(cause, "enable the feature `aws-lc-rs`, or sign with EdDSA or ES256"))
}

/// How to make a good one.
const MAKE: &str = "make a new one: openssl genpkey -algorithm ed25519 -out key.pem";

#[cfg(test)]
mod tests;
