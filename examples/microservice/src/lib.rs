//! What both programs know of a user.

use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

/// Kept by the accounts. A service sees of it what travels in the token.
#[derive(AuthUser)]
#[auth(id, email, password_hash)]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub password_hash: PasswordHash,
    #[auth(signup, edit, token)]
    pub name: String,
    #[auth(default = "free", view, token)]
    pub plan: String,
}

/// A setting, or what stands where there is none.
#[must_use]
pub fn setting(name: &str, otherwise: &str) -> String {
    std::env::var(name).unwrap_or(otherwise.into())
}
