use super::{KeyRing, KeyRotation, SigningKey};

/// Where the keys that sign tokens come from.
///
/// ```
/// use fastauth::token::{Algorithm, IntoKeySource, KeyRing, SigningKey};
///
/// let one = SigningKey::generate(Algorithm::EdDSA)?.into_key_source();
/// let kept = KeyRing::rotating(Algorithm::EdDSA).into_key_source();
/// # Ok::<(), fastauth::token::UnfitKey>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum KeySource {
    /// Given by the application.
    Ring(KeyRing),
    /// Kept in the store.
    Rotation(KeyRotation),
}

/// What the builder's `.keys(…)` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no keys that sign tokens",
    label = "no keys",
    note = "give a `SigningKey`, a `KeyRing`, or `KeyRing::rotating(…)`; a `Result` of one needs its `?` first"
)]
pub trait IntoKeySource {
    /// Where its keys come from.
    fn into_key_source(self) -> KeySource;
}

impl IntoKeySource for KeySource {
    fn into_key_source(self) -> KeySource {
        self
    }
}

impl IntoKeySource for KeyRing {
    fn into_key_source(self) -> KeySource {
        KeySource::Ring(self)
    }
}

impl IntoKeySource for KeyRotation {
    fn into_key_source(self) -> KeySource {
        KeySource::Rotation(self)
    }
}

impl IntoKeySource for SigningKey {
    fn into_key_source(self) -> KeySource {
        KeySource::Ring(self.into())
    }
}
