use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::secret::Secret;

/// Signs requests so that their receiver knows whose they are, and when they were made.
#[derive(Clone)]
pub(super) struct Signer(Secret);

impl Signer {
    pub(super) fn new(secret: &Secret) -> Self {
        Self(secret.clone())
    }

    /// The header `webhook-signature`.
    pub(super) fn sign(&self, id: &str, timestamp: &str, body: &str) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = <Hmac<Sha256>>::new_from_slice(self.0.expose()).expect("any length");
        for part in [id, ".", timestamp, ".", body] {
            mac.update(part.as_bytes());
        }
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}
