//! Passwords: which are taken, and how they are kept.
//!
//! What comes in: what somebody typed. What goes out: a [`PasswordHash`](crate::secret::PasswordHash),
//! a [`Verdict`], or a [`PolicyViolation`].

mod argon2id;
mod breach;
mod hasher;
mod pace;
mod policy;
mod pool;
#[cfg(target_os = "linux")]
mod priority;
#[cfg(not(target_os = "linux"))]
#[path = "password/priority_elsewhere.rs"]
mod priority;
mod stored;
mod threads;
mod turned_away;

pub use argon2id::Argon2id;
pub use breach::BreachCheck;
pub use hasher::{HashError, PasswordHasher, Verdict};
pub use policy::{PasswordPolicy, PolicyViolation};
pub use pool::{HashLimits, HashPool};
pub(crate) use turned_away::TurnedAway;
