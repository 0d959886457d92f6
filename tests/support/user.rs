use chrono::{DateTime, Utc};
use fastauth::{AuthUser, PasswordHash, testing::PASSWORD};
use serde_json::{Value, json};
use uuid::Uuid;

/// A user with nearly everything.
#[derive(AuthUser)]
#[auth(id, email, password_hash, email_verified, active, created_at, updated_at)]
pub struct User {
    /// Made by the library.
    pub id: Uuid,
    /// Given at sign-up.
    pub email: String,
    /// May be chosen later.
    #[auth(username, edit)]
    pub username: Option<String>,
    /// Kept as its hash.
    pub password_hash: Option<PasswordHash>,
    /// Set by a proof.
    pub email_verified: bool,
    /// Switched by the application.
    pub active: bool,
    /// Set by the library.
    pub created_at: DateTime<Utc>,
    /// Set by the library.
    pub updated_at: DateTime<Utc>,
    /// Everywhere.
    #[auth(signup, edit, token)]
    pub name: String,
    /// Can be taken back.
    #[auth(edit)]
    pub motto: Option<String>,
    /// Seen and not changed.
    #[auth(default = "free", view, token)]
    pub plan: String,
    /// Seen and not changed.
    #[auth(default, view)]
    pub is_admin: bool,
    /// Seen and not changed.
    #[auth(view)]
    pub role: Option<String>,
    /// Nobody's business.
    #[auth(default)]
    pub notes: String,
}

/// A registration.
pub fn ada() -> Value {
    signup("ada@example.com")
}

/// A registration of another address.
pub fn signup(email: &str) -> Value {
    json!({ "email": email, "password": PASSWORD, "name": "Ada" })
}
