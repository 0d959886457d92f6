//! Sign-in with accounts that people have elsewhere: what a provider is, what is asked of it, and how far
//! it is believed.
//!
//! What comes in: the answer that a browser brings from a provider. What goes out: an [`OAuthProfile`] that was
//! proved, or an [`OAuthError`]. Nothing here knows our users.

mod client;
mod contradictions;
mod error;
mod flow_state;
mod profile;
mod provider;

pub use client::OAuthClient;
pub use error::OAuthError;
pub(crate) use flow_state::{FlowKeys, FlowPurpose, FlowState};
pub use profile::{OAuthProfile, ProviderTokens};
pub use provider::{AuthorizationAnswer, AuthorizationRequest, Identified, OAuthProvider};
