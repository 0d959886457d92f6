//! The only room that knows axum: body in, flow called, reply out. No decision, no query.

mod banner;
mod body;
mod carrier;
mod context;
mod extract;
mod layer;
mod login;
mod logout;
mod me;
mod password;
mod reauthenticate;
mod refresh;
mod register;
mod reply;
mod roles;
mod routes;
mod serve;
mod sessions;

pub use extract::{Claims, CurrentUser, Fresh, Require};
pub use layer::{GuardLayer, GuardService};
pub use reply::Rejection;
pub use serve::serve;
