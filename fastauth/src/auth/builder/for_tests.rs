use std::sync::Arc;

use super::AuthBuilder;
use crate::{password::PasswordHasher, user::AuthUser};

impl<U: AuthUser, S> AuthBuilder<U, S> {
    /// How passwords are hashed, whether or not accounts have some.
    pub(crate) fn any_password_hasher(self, hasher: impl PasswordHasher) -> Self {
        self.with(|settings| settings.hasher = Some(Arc::new(hasher)))
    }

    /// Keeps it from being built for a public address, and from being served on one. `why` reads
    /// after "and".
    pub(crate) fn local_only(self, why: &'static str) -> Self {
        self.with(|settings| settings.local_only = Some(why))
    }
}
