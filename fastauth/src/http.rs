//! The only room that knows axum: body in, flow called, reply out. No decision, no query.

mod accept;
mod admission;
mod banner;
mod body;
mod carrier;
mod client;
mod context;
mod csrf;
mod described_routes;
#[allow(dead_code, reason = "read where the feature `openapi` is on")]
mod description;
mod email;
mod extract;
mod flow_cookie;
mod form;
mod guard;
mod identities;
mod layer;
mod login;
mod logout;
mod magic_link;
mod me;
mod oauth;
#[cfg(feature = "openapi")]
pub mod openapi;
mod password;
mod query;
mod reauthenticate;
mod refresh;
mod register;
mod reply;
mod roles;
mod router;
mod routes;
pub mod routing;
mod serve;
mod sessions;
mod token;
mod well_known;

pub use carrier::ClearCookies;
pub use extract::{Claims, CurrentUser, Fresh, Public, Require, RequireScope};
pub use guard::Guard;
pub use layer::{GuardLayer, GuardService};
pub use reply::Rejection;
pub use router::Router;
pub use serve::serve;
