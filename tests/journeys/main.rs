//! Stories: HTTP in, HTTP out.

mod guards;
mod login;
mod me;
mod password;
mod refresh;
mod register;
mod sessions;
mod setup;
