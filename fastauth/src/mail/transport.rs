use std::{error::Error as StdError, fmt};

use async_trait::async_trait;
use uuid::Uuid;

use super::{LetterKind, Mailbox};
use crate::time::Timestamp;

/// A mail that is written: one addressee, text, and the same as HTML. Its `Debug` says neither whom it goes
/// to nor what it says: most hold a link that is as good as a password.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Mail {
    /// The same at every attempt, so that a receiver can tell a repetition.
    pub id: Uuid,
    /// What it is about.
    pub kind: LetterKind,
    /// When it was posted.
    pub at: Timestamp,
    /// Who it comes from.
    pub from: Mailbox,
    /// Whose account it is about: an address in its canonical spelling, as it is stored.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The mail for readers without HTML.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The page it leads to, for those who write the mail in words of their own.
    pub link: Option<String>,
}

impl Mail {
    /// An empty one, to try a transport with.
    pub fn new(kind: LetterKind, at: Timestamp, from: Mailbox, to: impl Into<String>) -> Self {
        Self {
            id: Uuid::now_v7(),
            kind,
            at,
            from,
            to: to.into(),
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            link: None,
        }
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Why a mail could not be handed over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// It may succeed later: the server is away or busy, or does not let us in.
    #[error("the mail could not be handed over")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// It will never succeed: the server refuses this mail.
    #[error("the mail was refused")]
    Refused(#[source] Box<dyn StdError + Send + Sync>),
}

impl MailError {
    /// It may succeed later.
    pub fn unavailable(because: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Unavailable(because.into())
    }

    /// It will never succeed.
    pub fn refused(because: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Refused(because.into())
    }
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
    /// [`MailError::Unavailable`]; after half a minute it is dropped and counts as that.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;

    /// Where mail goes, for people: `smtp mail.example.com`. Never a credential.
    fn describe(&self) -> String;

    /// Whether a sender must be given, by `.mail_from(…)` or `FASTAUTH_MAIL_FROM`: where mail leaves for
    /// people's mailboxes. Otherwise one is made up from the public address.
    fn needs_sender(&self) -> bool {
        false
    }
}
