//! What the application decides, and what stands where it does not.

mod base_url;
mod clients;
mod cookies;
mod lifetimes;
mod limits;
mod mail;
mod next_path;
mod pages;
mod proxies;
mod roles;
mod settings;

pub use base_url::{BaseUrl, InvalidBaseUrl};
pub(crate) use clients::Clients;
pub use cookies::{CookieConfig, SameSite};
pub(crate) use cookies::{Cookies, Transport, Transports};
pub use lifetimes::Lifetimes;
pub use limits::Limits;
pub(crate) use limits::Rates;
pub use mail::EmailVerification;
pub(crate) use mail::{MagicLinks, MailFlows, Mailing};
pub use next_path::{NextPath, NotAPath};
pub use pages::PageUrls;
pub(crate) use pages::{Page, Pages};
pub(crate) use proxies::TrustedProxies;
pub(crate) use roles::RoleSettings;
pub(crate) use settings::{from_env, unknown_settings};

/// The largest body a route reads, in bytes.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;
