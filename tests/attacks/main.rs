//! What an attacker tries, one attack a file. Each opens with the attack and its source.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

mod foreign_tokens;
mod forged_tokens;
mod token_carriers;
mod token_claims;
