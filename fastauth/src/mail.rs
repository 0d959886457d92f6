//! Mail: what is written ([`Letter`]), how it travels ([`EmailTransport`]), and who brings it there
//! without any reply waiting for it.

mod letter;
mod outbox;
mod post;
mod transport;

pub use letter::Letter;
pub use outbox::Outbox;
pub(crate) use post::PostOffice;
pub use transport::{EmailTransport, Mail, MailError};
