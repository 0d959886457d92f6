//! Accounts with everything, and with next to nothing.

use chrono::{DateTime, NaiveDate, Utc};
use fastauth::{
    Auth, AuthBuilder, AuthUser, Column, CookieConfig, EmailVerification, Hooks, PasswordHash,
    Permission, auth_hooks, config::Limits, mail::Outbox, store::Memory,
};
use fastauth_tests::{BASE_URL, SECRET, TestProvider, cheap};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A user of every kind of field.
#[derive(AuthUser)]
#[auth(id, email, username, password_hash, email_verified, active, created_at)]
pub(crate) struct User {
    id: Uuid,
    email: String,
    username: Option<String>,
    password_hash: Option<PasswordHash>,
    email_verified: bool,
    active: bool,
    created_at: DateTime<Utc>,
    #[auth(signup, edit, token)]
    pub(crate) name: String,
    #[auth(signup, edit, default = Plan::Free, token = "tariff")]
    plan: Plan,
    #[auth(signup, edit)]
    seats: Option<u8>,
    #[auth(signup, edit, default)]
    score: i64,
    #[auth(signup, edit, default)]
    weight: f64,
    #[auth(edit, default)]
    is_open: bool,
    #[auth(edit)]
    born: Option<NaiveDate>,
    #[auth(edit)]
    seen: Option<DateTime<Utc>>,
    #[auth(edit, default)]
    avatar: Vec<u8>,
    #[auth(edit)]
    device: Option<Uuid>,
    #[auth(json, signup, edit, default)]
    settings: Settings,
    #[auth(json, signup, edit, default)]
    tags: serde_json::Value,
    #[auth(json, edit)]
    unknown: Option<Unknown>,
    #[auth(default)]
    notes: String,
}

#[derive(Clone, Column)]
pub(crate) enum Plan {
    Free,
    ProPlus,
}

/// It describes itself.
#[derive(Clone, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    dark: bool,
    theme: Theme,
}

#[derive(Clone, Default, Deserialize, Serialize, utoipa::ToSchema)]
pub(crate) enum Theme {
    #[default]
    Plain,
    Loud,
}

/// It does not.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Unknown(serde_json::Value);

#[derive(Permission)]
pub(crate) enum Can {
    /// Publish a post.
    #[permission("posts:write")]
    WritePosts,
    /// Give and take roles.
    ManageRoles,
}

pub(crate) struct Quiet;

#[auth_hooks]
impl Hooks<User> for Quiet {
    async fn allow_signin(&self) -> bool {
        true
    }
}

/// Everything is switched on.
pub(crate) async fn full() -> Auth<User> {
    let built = builder().throttle(Limits::default());
    let built = built.email_verification(EmailVerification::Required).store(Memory::new()).build();
    built.await.expect("a complete application")
}

/// The same, where nobody waits for a mail or for the next minute.
pub(crate) async fn open() -> Auth<User> {
    let built = builder().throttle(Limits::off());
    let built = built.email_verification(EmailVerification::Offered).store(Memory::new()).build();
    built.await.expect("a complete application")
}

fn builder() -> AuthBuilder<User> {
    Auth::<User>::builder()
        .base_url(BASE_URL)
        .secret(SECRET)
        .password_hasher(cheap())
        .bearer()
        .cookies(CookieConfig::new())
        .email(Outbox::new())
        .magic_link_signup()
        .oauth(TestProvider::named("acme"))
        .permissions::<Can>()
        .roles_admin::<can::ManageRoles>()
        .introspection_client(
            "reports",
            "hex:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        )
        .hooks(Quiet)
}
