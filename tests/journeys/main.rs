//! Stories: HTTP in, HTTP out.

mod broken_hooks;
mod cookies;
mod events;
mod guards;
mod hooks;
mod json;
mod limits;
mod login;
mod logout;
mod me;
mod opaque;
mod password;
mod redis;
mod refresh;
mod register;
mod roles;
mod router;
mod sessions;
mod setup;
mod testing;
