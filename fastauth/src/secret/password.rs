use std::fmt;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// A password as somebody typed it.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// The longest that is taken, in code points.
    pub(crate) const MAX_CHARS: usize = 256;
    /// The shortest that any policy takes, in code points (ASVS 6.2.1).
    pub(crate) const MIN_CHARS: usize = 8;

    /// Guards a password.
    pub fn new(password: impl Into<String>) -> Self {
        Self(Zeroizing::new(password.into()))
    }

    /// The password itself. Hash it; never keep it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// The hash of a password, as a PHC string (`$argon2id$…`) or an older format.
///
/// The type of the field that plays the `password_hash` part. It cannot be printed or serialized
/// by accident:
///
/// ```
/// use fastauth::PasswordHash;
///
/// let hash = PasswordHash::new("$argon2id$v=19$m=19456,t=2,p=1$…");
/// assert_eq!(format!("{hash:?}"), "PasswordHash(…)");
/// ```
///
/// ```compile_fail
/// # fn serialize<T: serde::Serialize>(_: T) {}
/// serialize(fastauth::PasswordHash::new("$argon2id$…")); // `Serialize` is not implemented
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct PasswordHash(Zeroizing<String>);

impl PasswordHash {
    /// Guards a hash made elsewhere.
    pub fn new(hash: impl Into<String>) -> Self {
        Self(Zeroizing::new(hash.into()))
    }

    /// What stands in the place of a hash where there must be one and nobody has the password.
    pub(crate) fn nobodys() -> Self {
        Self::new("!")
    }

    /// The hash itself, for a store or a hasher of your own.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}
