//! The bodies of a user, described, where the feature `openapi` is on. What the derive prints of it
//! passes through a macro that is empty otherwise.

#[cfg(feature = "openapi")]
#[path = "schema/described.rs"]
mod chosen;
#[cfg(not(feature = "openapi"))]
#[path = "schema/none.rs"]
mod chosen;
#[cfg(feature = "openapi")]
mod field;
#[cfg(feature = "openapi")]
mod shaped;

pub use chosen::Schemas;
#[cfg(feature = "openapi")]
pub(crate) use chosen::new_password;
#[cfg(feature = "openapi")]
pub use chosen::{BodySchema, Described};
#[cfg(feature = "openapi")]
pub use field::{FieldSchema, OtherwiseUntyped, Probe, Typed};
#[cfg(feature = "openapi")]
pub(crate) use shaped::{shown, taken, typed};
