use std::error::Error as StdError;

use async_trait::async_trait;

/// A mail that is written: one addressee, text, and the same as HTML.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Mail {
    /// Whose account it is about: an address in its canonical spelling, as it is stored.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The mail for readers without HTML.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Why a mail could not be handed over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// It may succeed later: the server is away or busy.
    #[error("the mail could not be handed over")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// It will never succeed: the server refuses this mail.
    #[error("the mail was refused")]
    Refused(#[source] Box<dyn StdError + Send + Sync>),
}

/// Brings mail on its way.
#[async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not send mail",
    label = "expected an email transport",
    note = "use one of `fastauth::mail`, or implement `EmailTransport` for it"
)]
pub trait EmailTransport: Send + Sync + 'static {
    /// Hands one mail over. It is called outside of any request and again after
    /// [`MailError::Unavailable`].
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;

    /// Where mail goes, for people: `smtp mail.example.com`. Never a credential.
    fn describe(&self) -> String;
}
