use super::{KeyRing, Rotation, SigningKey};

/// Where the keys that sign tokens come from: what the builder's `.keys(…)` takes.
///
/// ```
/// use fastauth::token::{Algorithm, KeyRing, KeySource, SigningKey};
///
/// let one: KeySource = SigningKey::generate(Algorithm::EdDSA)?.into();
/// let kept: KeySource = KeyRing::rotating(Algorithm::EdDSA).into();
/// # Ok::<(), fastauth::token::UnfitKey>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum KeySource {
    /// Given by the application.
    Ring(KeyRing),
    /// Kept in the store.
    Rotation(Rotation),
}

impl From<KeyRing> for KeySource {
    fn from(ring: KeyRing) -> Self {
        Self::Ring(ring)
    }
}

impl From<Rotation> for KeySource {
    fn from(rotation: Rotation) -> Self {
        Self::Rotation(rotation)
    }
}

impl From<SigningKey> for KeySource {
    fn from(key: SigningKey) -> Self {
        Self::Ring(key.into())
    }
}
