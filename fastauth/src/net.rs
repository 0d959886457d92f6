//! Other servers: how one is named, the least that a client of HTTP needs, and what is kept of what they publish.

#[cfg(feature = "_client")]
mod endpoint;
mod host;
#[cfg(any(feature = "jwks", feature = "oauth"))]
mod kept;
#[cfg(any(feature = "_client", feature = "smtp"))]
mod place;

#[cfg(feature = "_client")]
pub(crate) use endpoint::{Endpoint, Failure, Purpose};
pub(crate) use host::is_loopback;
#[cfg(any(feature = "jwks", feature = "oauth"))]
pub(crate) use kept::Kept;
#[cfg(feature = "oauth")]
pub(crate) use kept::timed_out;
#[cfg(any(feature = "_client", feature = "smtp"))]
pub(crate) use place::place;
