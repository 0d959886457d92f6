//! What a real browser does: each test serves applications and has Chromium play a story with them.
//!
//! A story is a script of `stories/`, which says of every case whether it went well.

mod application;
mod chromium;
mod cookies;
mod login_page;
mod other_sites;
mod providers;
mod seen;
mod stage;
