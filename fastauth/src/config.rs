//! What the application decides, and what stands where it does not.

mod base_url;
mod cookies;
mod lifetimes;
mod mail;
mod next_path;
mod pages;
mod roles;
mod settings;

pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use cookies::{CookieConfig, SameSite};
pub(crate) use cookies::{Cookies, Transport, Transports};
pub use lifetimes::Lifetimes;
pub use mail::EmailVerification;
pub(crate) use mail::{MagicLinks, MailSettings, Mailing};
pub use next_path::{NextPath, NotAPath};
pub use pages::PageUrls;
pub(crate) use pages::{Page, Pages};
pub(crate) use roles::RoleSettings;
pub(crate) use settings::{from_env, unknown_settings};

/// The largest body a route reads, in bytes.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;
