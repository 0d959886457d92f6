//! The manual: how to begin, what attackers do and what we do about it, and why the defaults are
//! what they are.

#[doc = include_str!("manual/first_steps.md")]
pub mod _01_first_steps {}

#[doc = include_str!("manual/attacks.md")]
pub mod _02_attacks {}

#[doc = include_str!("manual/how_to.md")]
pub mod _03_how_to {}

#[doc = include_str!("manual/defaults.md")]
pub mod _04_defaults {}
