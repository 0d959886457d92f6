//! Other servers: how one is named, and the least that a client of HTTP needs.

#[cfg(feature = "_client")]
mod endpoint;
mod host;
#[cfg(any(feature = "jwks", feature = "smtp", feature = "webhook"))]
mod place;

#[cfg(feature = "_client")]
pub(crate) use endpoint::{Endpoint, Failure, Purpose};
pub(crate) use host::is_loopback;
#[cfg(any(feature = "jwks", feature = "smtp", feature = "webhook"))]
pub(crate) use place::place;
