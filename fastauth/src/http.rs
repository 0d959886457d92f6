//! The only room that knows axum: body in, flow called, reply out. No decision, no query.

mod banner;
mod body;
mod carrier;
mod context;
mod extract;
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

pub use extract::{Claims, CurrentUser, Fresh};
pub use reply::Rejection;
pub use serve::serve;
