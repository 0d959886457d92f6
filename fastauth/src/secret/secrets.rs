use std::fmt;

use super::Secret;

/// The secret that makes what is new, and others that still open what they made: while one follows another,
/// nobody is signed out.
#[derive(Clone)]
pub(crate) struct Secrets {
    current: Secret,
    others: Vec<Secret>,
}

impl Secrets {
    pub(crate) fn new(current: Secret, others: Vec<Secret>) -> Self {
        Self { current, others }
    }

    /// What something is of each of them, that of the current one first.
    pub(crate) fn each<T>(&self, of: impl Fn(&Secret) -> T) -> (T, Vec<T>) {
        (of(&self.current), self.others.iter().map(of).collect())
    }
}

impl From<Secret> for Secrets {
    fn from(current: Secret) -> Self {
        Self::new(current, Vec::new())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}
