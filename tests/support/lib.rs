//! What the tests share: an application on a port of its own, a client that sends what it is told, a
//! user, and what an attacker brings along.

mod client;
mod database;
mod dice;
mod documented;
mod hasher;
pub mod idp;
mod log;
mod mailbox;
mod mint;
mod office;
mod oidc_provider;
mod provider;
mod python;
mod redis;
mod redis_server;
mod reply;
mod scratch;
mod tls;
mod user;
mod world;

/// Whether a test without its service fails, in place of saying that it was skipped.
pub fn services_are_required() -> bool {
    std::env::var("FASTAUTH_REQUIRE_SERVICES").is_ok_and(|it| it == "1")
}

pub use client::Client;
pub use database::{Database, postgres_url};
pub use dice::Dice;
/// What the library gives applications for the same.
pub use fastauth::testing::{PASSWORD, TestClock, cheap_hasher as cheap};
pub use hasher::Counting;
pub use log::{keep_log, logged};
pub use mailbox::{Mailbox, page_of, token_of};
pub use mint::{Minted, claims, encode, header, key_of};
pub use office::{Can, DOORS, Office, can};
pub use oidc_provider::{OidcProvider, Visit};
pub use provider::{Query, Somebody, TestProvider, ada_there, query_of, signup_cookie};
pub use python::python_with;
pub use redis::SharedRedis;
pub use redis_server::RedisServer;
pub use reply::Reply;
pub use scratch::Scratch;
pub use tls::{tls_acceptor, tls_file};
pub use user::{User, ada, signup};
pub use world::{BASE_URL, SECRET, World, builder, free_address, serve, serve_at};
