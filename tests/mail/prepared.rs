use std::time::SystemTime;

use fastauth::{
    mail::{LetterKind, Mail, MailError},
    time::Timestamp,
};

/// A mail whose text holds what a transport could trip over.
pub(crate) fn mail(to: &str) -> Mail {
    let from = "Bücher, Inc. <no-reply@example.com>".parse().expect("a mailbox");
    let at = Timestamp::from(SystemTime::now());
    let mut mail = Mail::new(LetterKind::ResetPassword, at, from, to);
    mail.subject = "Grüße, Ada".into();
    mail.text = "one\n.\n.two\nBcc: eve@example.com\nhttps://app.test/reset?token=x\n".into();
    mail.html = "<p>Grüße</p>".into();
    mail.link = Some("https://app.test/reset?token=x".into());
    mail
}

pub(crate) fn is_refused(sent: &Result<(), MailError>) -> bool {
    matches!(sent, Err(MailError::Refused(_)))
}

pub(crate) fn is_unavailable(sent: &Result<(), MailError>) -> bool {
    matches!(sent, Err(MailError::Unavailable(_)))
}
