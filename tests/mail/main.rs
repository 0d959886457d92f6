//! Mail as it travels: over SMTP to a server of its own (`sink.py`), to a webhook, and what a start says of
//! settings that send none.

mod journeys;
mod prepared;
mod process;
mod setup;
mod sink;
mod smtp;
mod webhook;
