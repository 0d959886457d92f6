//! Tokens: what an access token is, what it says, and the refresh tokens beside it.
//!
//! What comes in: a user and a session, or text that somebody presents. What goes out: a
//! [`Token`](crate::secret::Token), or [`AccessClaims`] of which every part was checked.

mod algorithm;
mod claims;
mod database_strategy;
mod encoder;
mod extra;
#[cfg(test)]
mod forge;
mod invalid;
#[cfg(feature = "jwks")]
mod jwks;
mod jwt;
mod jwt_strategy;
mod key;
mod keys;
mod kind;
mod object;
mod once;
mod options;
mod own_claims;
mod payload;
mod provider;
mod raw;
mod reader;
#[cfg(feature = "redis")]
mod redis_strategy;
mod refresh;
mod remembered;
mod ring;
mod rotating;
mod rotation;
mod seal;
mod source;
mod strategy;
mod verifier;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use claims::AccessClaims;
pub use database_strategy::DatabaseStrategy;
pub use encoder::{PublishedKeys, TokenEncoder};
pub use extra::ExtraClaims;
pub use invalid::{InvalidToken, TokenError, UnwritableToken};
#[cfg(feature = "jwks")]
pub use jwks::Jwks;
pub use jwt::Jwt;
pub use jwt_strategy::JwtStrategy;
#[cfg(feature = "oauth")]
pub(crate) use key::{ForeignKeys, ForeignToken, asymmetric};
pub use key::{SigningKey, UnfitKey, VerifyingKey};
pub(crate) use keys::Use as KeyUse;
pub use kind::{NotAKind, TokenKind};
#[cfg(feature = "oauth")]
pub(crate) use object::read_any as read_json;
pub(crate) use once::OneTimeSecret;
pub use options::{TokenChecks, TokenOptions};
pub use own_claims::TokenClaims;
pub use provider::{NoCryptography, install_crypto_provider};
#[cfg(feature = "redis")]
pub use redis_strategy::RedisStrategy;
pub use refresh::{RefreshKeys, RefreshToken};
pub use ring::KeyRing;
pub(crate) use rotating::RotatingKeys;
pub use rotation::KeyRotation;
pub(crate) use seal::Seal;
pub use source::{IntoKeySource, KeySource};
pub use strategy::{Grant, Reading, TokenStrategy, WrittenToken};
pub use verifier::Verifier;

/// The claims that are ours alone: no field, hook or caller can set them.
pub(crate) const REGISTERED: &[&str] =
    &["aud", "exp", "iat", "iss", "jti", "nbf", "scope", "sid", "sub", "type"];
