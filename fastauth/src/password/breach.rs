use std::error::Error as StdError;

use async_trait::async_trait;

use crate::secret::Password;

/// Asks whether a password is known from a breach: a service, or a list of your own.
#[async_trait]
pub trait BreachCheck: Send + Sync + 'static {
    /// Whether it is known.
    ///
    /// # Errors
    /// The list cannot be asked. The password is then taken: a service that is down must not keep
    /// people from changing theirs.
    async fn is_breached(
        &self,
        password: &Password,
    ) -> Result<bool, Box<dyn StdError + Send + Sync>>;
}
