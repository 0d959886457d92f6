//! Several processes that serve one application over one store: whoever is asked, the answer is the
//! same (R3 and R4 of the promises of reliability).

mod application;
mod guesses;
mod kept;
mod once;
pub(crate) mod process;
mod revoked;
mod two;
