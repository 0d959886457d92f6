use std::fmt;

use zeroize::Zeroizing;

use super::{
    Algorithm, InvalidToken, KeyRotation, SigningKey, UnfitKey, VerifyingKey,
    key::{self, Private},
    keys::{self, Use},
    raw::Raw,
};
use crate::secret::{Secret, Secrets};

/// Keys that belong together: one that signs, and any number that verify beside it. All are symmetric
/// or none is, and each has a name of its own (RFC 8725 §3.1).
///
/// To change the key without refusing a live token: add the next one as verifying everywhere, then sign
/// with it and keep the old one as verifying until its last token is over.
///
/// ```
/// use fastauth::token::{Algorithm, KeyRing, SigningKey};
///
/// let (old, new) = (SigningKey::generate(Algorithm::EdDSA)?, SigningKey::generate(Algorithm::EdDSA)?);
/// let ring = KeyRing::new(new, [old.verifying().clone()])?;
/// assert!(ring.can_sign());
/// # Ok::<(), fastauth::token::UnfitKey>(())
/// ```
pub struct KeyRing {
    signing: Option<SigningKey>,
    /// What verifies, the signing key's own first.
    verifying: Vec<VerifyingKey>,
}

impl KeyRing {
    /// A ring that signs with one key and verifies with that and these.
    ///
    /// # Errors
    /// Two keys have one name, or secrets and public keys are mixed.
    pub fn new(
        signing: SigningKey,
        verifying: impl IntoIterator<Item = VerifyingKey>,
    ) -> Result<Self, UnfitKey> {
        let own = signing.verifying().clone();
        let all = checked([own].into_iter().chain(verifying).collect())?;
        Ok(Self { signing: Some(signing), verifying: all })
    }

    /// A ring that reads tokens and cannot write any.
    ///
    /// # Errors
    /// It is empty, two keys have one name, or secrets and public keys are mixed.
    pub fn verify_only(keys: impl IntoIterator<Item = VerifyingKey>) -> Result<Self, UnfitKey> {
        let verifying = checked(keys.into_iter().collect())?;
        if verifying.is_empty() {
            return Err(UnfitKey::new("the ring has no key", "give it at least one"));
        }
        Ok(Self { signing: None, verifying })
    }

    /// Keys that are kept in the store and change every 30 days, for all instances together. Prefer
    /// [`Algorithm::EdDSA`] or [`Algorithm::ES256`]; RSA is for readers that know nothing else.
    pub fn rotating(algorithm: Algorithm) -> KeyRotation {
        KeyRotation::new(algorithm)
    }

    /// A ring that verifies with all keys of a JWK set of the application's own (RFC 7517 §5). Secrets of
    /// HMAC may stand in it; for a set that somebody else publishes there is
    /// [`VerifyingKey::from_jwks`].
    ///
    /// # Errors
    /// It is no JWK set, or a key of it is not fit; the ring is empty or mixed, or two keys have one name.
    pub fn from_jwks(set: &str) -> Result<Self, UnfitKey> {
        let keys: Result<Vec<_>, _> =
            key::read_set(set)?.into_iter().map(key::verifying_member).collect();
        Self::verify_only(keys?)
    }

    /// The ring that stands where none is given: HS256 under a key derived from the application's secret,
    /// apart for each `realm`, the users' table.
    ///
    /// # Errors
    /// fastauth was compiled without cryptography.
    pub fn derived(secret: &Secret, realm: &str) -> Result<Self, UnfitKey> {
        let key: Zeroizing<[u8; 32]> = keys::derive(secret, realm, Use::AccessToken);
        let private = Private::Secret(key.to_vec().into());
        SigningKey::of(Algorithm::HS256, &private, None).map(Self::from)
    }

    /// The same of several: the first signs, and all verify.
    pub(crate) fn derived_from_each(secrets: &Secrets, realm: &str) -> Result<Self, UnfitKey> {
        let (current, others) = secrets.each(|secret| Self::derived(secret, realm));
        let mut ring = current?;
        for other in others {
            ring.verifying.extend(other?.verifying);
        }
        Ok(ring)
    }

    /// Whether it has a key that signs.
    pub fn can_sign(&self) -> bool {
        self.signing.is_some()
    }

    /// What verifies, the signing key's own first.
    pub fn verifying(&self) -> &[VerifyingKey] {
        &self.verifying
    }

    pub(super) fn signing(&self) -> Option<&SigningKey> {
        self.signing.as_ref()
    }

    /// The payload of a token that one of these keys signed.
    pub(super) fn verify(&self, raw: &Raw<'_>) -> Result<Vec<u8>, InvalidToken> {
        let key = self.find(raw.header("kid")?)?;
        key.signs_by(raw.header("alg")?)?;
        if key.has_signed(raw.message.as_bytes(), raw.signature) {
            raw.payload()
        } else {
            Err(InvalidToken::Signature)
        }
    }

    /// The key of this name. Only where there is one key a token need not name it.
    pub(super) fn find(&self, kid: Option<&str>) -> Result<&VerifyingKey, InvalidToken> {
        let found = match (kid, self.verifying.as_slice()) {
            (Some(kid), keys) => keys.iter().find(|key| key.kid() == kid),
            (None, [one]) => Some(one),
            (None, _) => None,
        };
        found.ok_or(InvalidToken::Key)
    }
}

impl From<SigningKey> for KeyRing {
    /// A ring of one key.
    fn from(signing: SigningKey) -> Self {
        Self { verifying: vec![signing.verifying().clone()], signing: Some(signing) }
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signing = self.signing.as_ref().map(|key| key.verifying().kid());
        f.debug_struct("KeyRing")
            .field("signing", &signing)
            .field("verifying", &self.verifying)
            .finish_non_exhaustive()
    }
}

fn checked(keys: Vec<VerifyingKey>) -> Result<Vec<VerifyingKey>, UnfitKey> {
    for (index, key) in keys.iter().enumerate() {
        if keys.iter().skip(index + 1).any(|other| other.kid() == key.kid()) {
            let cause = format!("two keys of the ring have the name {:?}", key.kid());
            return Err(UnfitKey::new(cause, "give each key once, or another name by `.named(…)`"));
        }
    }
    let symmetric = keys.iter().filter(|key| key.algorithm().is_symmetric()).count();
    if symmetric > 0 && symmetric < keys.len() {
        let cause = "the ring has secrets and public keys: who knows a secret could write what only the \
            owner of a private key may";
        return Err(UnfitKey::new(cause, "make two rings of them"));
    }
    Ok(keys)
}

#[cfg(test)]
mod tests;
