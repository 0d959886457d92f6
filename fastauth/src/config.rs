//! What the application decides, and what stands where it does not.

mod base_url;
mod lifetimes;
mod next_path;
mod roles;

pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use lifetimes::Lifetimes;
pub use next_path::{NextPath, NotAPath};
pub(crate) use roles::RoleSettings;

/// The largest body a route reads, in bytes.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;

/// A setting from the environment; `None` when it is not set at all. Set and empty is a mistake
/// that must show, not a default.
pub(crate) fn from_env(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}
