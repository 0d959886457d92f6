//! What happens, one verb a file.
//!
//! What comes in: a body that was read and a [`HookContext`](crate::hooks::HookContext). What goes
//! out: what the reply says, or an [`Error`](crate::error::Error). Nothing here knows HTTP.

mod authenticate;
mod change_password;
mod delete_account;
mod issue;
mod login;
mod logout;
mod prove;
mod reauthenticate;
mod refresh;
mod register;
mod sessions;
mod shield;
mod update_profile;

pub(crate) use authenticate::Authenticated;
pub use issue::Issued;
pub(crate) use login::{Identifier, Login};
