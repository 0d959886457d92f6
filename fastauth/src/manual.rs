//! The manual: how to begin, what attackers do and what we do about it, why the defaults are what
//! they are, how to test an application, how to describe it, and how people sign in with accounts that they
//! have elsewhere.

#[doc = include_str!("manual/first_steps.md")]
pub mod _01_first_steps {}

#[doc = include_str!("manual/attacks.md")]
pub mod _02_attacks {}

#[doc = include_str!("manual/how_to.md")]
pub mod _03_how_to {}

#[doc = include_str!("manual/defaults.md")]
pub mod _04_defaults {}

#[cfg(feature = "testing")]
#[doc = include_str!("manual/testing.md")]
pub mod _05_testing {}

#[cfg(feature = "openapi")]
#[doc = include_str!("manual/openapi.md")]
pub mod _06_openapi {}

#[cfg(feature = "oauth")]
#[doc = include_str!("manual/providers.md")]
pub mod _07_providers {}
