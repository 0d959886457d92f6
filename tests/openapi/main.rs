//! The OpenAPI document: what it says is what the server does.

mod accounts;
mod document;
mod providers;
mod schemathesis;
mod server;
mod valid;
