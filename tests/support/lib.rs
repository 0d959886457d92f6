//! What the tests share: a server on a port of its own, a client that sends what it is told, a clock
//! that moves, and a user.

mod client;
mod clock;
mod user;
mod world;

pub use client::{Client, Reply};
pub use clock::TestClock;
pub use user::{PASSWORD, User, ada};
pub use world::{SECRET, Scratch, World, builder, cheap, serve};
