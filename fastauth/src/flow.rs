//! What happens, one verb a file.
//!
//! What comes in: a body that was read and a [`HookContext`](crate::hooks::HookContext). What goes
//! out: what the reply says, or an [`Error`](crate::error::Error). Nothing here knows HTTP.

mod administer_roles;
mod assign_role;
mod authenticate;
mod authorize;
mod begin_oauth;
mod change_email;
mod change_password;
mod complete_signup;
mod delete_account;
mod finish_oauth;
mod fit;
mod identities;
mod introduced;
mod introspect;
mod issue;
mod link_identity;
mod login;
mod logout;
mod magic_link;
mod mail_link;
mod own_token;
mod prove;
mod provider_tokens;
mod reauthenticate;
mod redeem;
mod refresh;
mod register;
mod reset_password;
mod revoke;
mod roles;
mod sessions;
mod shield;
mod sign_in;
mod sign_in_introduced;
mod sign_up;
mod tell_roles;
mod throttle;
mod update_profile;
mod verify_email;

pub(crate) use administer_roles::Administrator;
pub(crate) use authenticate::Authenticated;
pub(crate) use begin_oauth::BegunOAuth;
pub(crate) use finish_oauth::{FinishedOAuth, OAuthAnswer, OAuthOutcome};
#[cfg(feature = "testing")]
pub(crate) use fit::stand_in;
pub(crate) use introspect::Live;
pub use issue::{Issued, Refresh};
pub(crate) use login::{Identifier, Login};
pub(crate) use magic_link::LinkSignin;
#[cfg(feature = "testing")]
pub(crate) use register::complete;
