//! Sign-in with accounts that people have elsewhere: what a provider is, what is asked of it, and how far
//! it is believed.
//!
//! What comes in: the answer that a browser brings from a provider. What goes out: an [`OAuthProfile`] that was
//! proved, or an [`OAuthError`]. Nothing here knows our users.

#[cfg(feature = "oauth")]
mod authorize;
#[cfg(feature = "oauth")]
mod calls;
mod client;
mod contradictions;
#[cfg(feature = "oauth")]
mod credentials;
mod error;
#[cfg(feature = "oauth")]
mod exchange;
mod flow_state;
#[cfg(all(feature = "oauth", fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "oauth")]
mod github;
#[cfg(feature = "oauth")]
mod oidc;
mod profile;
mod provider;

pub use client::{IntoOAuthClient, OAuthClient};
pub use error::OAuthError;
pub(crate) use flow_state::{FlowKeys, FlowPurpose, FlowState};
#[cfg(feature = "oauth")]
pub use github::{GitHub, github};
#[cfg(feature = "oauth")]
pub use oidc::{Oidc, google};
pub use profile::{OAuthProfile, ProviderTokens};
pub use provider::{AuthorizationAnswer, AuthorizationRequest, Identified, OAuthProvider};
