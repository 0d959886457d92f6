//! The macros without a compiler.
#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod messages;
mod snapshots;
mod soup;
