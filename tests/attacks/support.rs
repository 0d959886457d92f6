//! What the attacks share: an application under attack, and a client that sends what no library
//! would.

mod app;
mod clock;
mod hasher;
mod log;
mod mint;
mod reply;
mod request;
mod scratch;

pub(crate) use app::{
    App, BASE_URL, PASSWORD, SECRET, User, accounts, free_address, register, signup,
};
pub(crate) use clock::TestClock;
pub(crate) use hasher::{Counting, cheap};
pub(crate) use log::logged;
pub(crate) use mint::{Minted, claims, encode, header, key_of};
pub(crate) use reply::Reply;
pub(crate) use request::{Call, raw};
pub(crate) use scratch::Scratch;
