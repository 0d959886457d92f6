//! Mail: what is written ([`Letter`]), in which words ([`MailTemplates`]), how it travels
//! ([`EmailTransport`]), and who brings it there without any reply waiting for it.

mod by_url;
mod console;
mod kind;
mod letter;
mod mailbox;
mod outbox;
mod post;
#[cfg(feature = "smtp")]
mod smtp;
mod templates;
mod transport;
#[cfg(feature = "webhook")]
mod webhook;
mod words;
mod writer;

pub(crate) use by_url::by_url;
pub use console::Console;
pub use kind::LetterKind;
pub use letter::Letter;
pub use mailbox::{InvalidMailbox, Mailbox};
pub use outbox::Outbox;
pub(crate) use post::PostOffice;
#[cfg(feature = "smtp")]
pub use smtp::Smtp;
pub use templates::MailTemplates;
pub use transport::{EmailTransport, Mail, MailError};
#[cfg(feature = "webhook")]
pub use webhook::Webhook;
pub(crate) use writer::Writer;
