//! What somebody may do: permissions as the application declares them, and the roles that hold them.
//!
//! What comes in: an enum under `#[derive(Permission)]`. What goes out: [`Permission`] with its names,
//! [`Requirement`], what a guard asks for,
//! and [`Scopes`], what a token is limited to.

mod permission;
mod requirement;
mod role;
mod scope;

pub use permission::{Permission, PermissionMarker, Permissions};
pub use requirement::{Any, Need, PermissionList, Requirement};
pub use role::{InvalidRoleName, Role, RoleName};
pub use scope::{InvalidScope, Scopes};
