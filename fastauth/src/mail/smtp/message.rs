use lettre::{
    Message,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};

use super::Unwritable;
use crate::mail::Mail;

/// A mail in the form of the internet (RFC 5322). Every address goes through lettre's own types, and every
/// header is encoded by it: nothing a user wrote makes a line of its own.
pub(super) fn of(mail: &Mail) -> Result<Message, Unwritable> {
    let Mail { id, at, from, to, subject, text, html, .. } = mail;
    let address = from.address().parse()?;
    let sender = Mailbox::new(from.name().map(str::to_owned), address);
    if subject.contains(char::is_control) {
        return Err("a subject is one line of text".into());
    }
    let message_id = format!("<{id}@{}>", sender.email.domain());
    let message = Message::builder()
        .message_id(Some(message_id))
        .date((*at).try_into()?)
        .from(sender)
        .to(Mailbox::new(None, to.parse()?))
        .subject(subject.clone())
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(text.clone(), html.clone()))?;
    Ok(message)
}

/// Nobody is to answer it: no notice of a holiday (RFC 3834 §5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Unwritable> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{mail::LetterKind, time::Timestamp};

    fn mail(to: &str, subject: &str) -> Mail {
        let from = "Bücher, Inc. <no-reply@example.com>".parse().unwrap();
        let mut mail = Mail::new(LetterKind::MagicLink, Timestamp::from_secs(1_000_000), from, to);
        mail.subject = subject.into();
        mail.text = "Hello\r\n.\r\nBcc: eve@example.com\n".into();
        mail.html = "<p>Hello</p>".into();
        mail
    }

    #[test]
    fn a_mail_has_its_headers_and_both_bodies() {
        let mail = mail("ada@example.com", "Grüße");
        let message = of(&mail).unwrap();
        let written = String::from_utf8(message.formatted()).unwrap();
        let (head, body) = written.split_once("\r\n\r\n").unwrap();
        for line in [
            format!("Message-ID: <{}@example.com>", mail.id),
            "Date: Mon, 12 Jan 1970 13:46:40 +0000".to_owned(),
            "To: ada@example.com".to_owned(),
            "Auto-Submitted: auto-generated".to_owned(),
            "Subject: =?utf-8?b?R3LDvMOfZQ==?=".to_owned(),
        ] {
            assert!(head.lines().any(|it| it == line), "{line}\n{head}");
        }
        assert!(!head.contains("Bcc"), "{head}");
        assert!(body.contains("text/plain") && body.contains("text/html"), "{body}");
        let to: Vec<_> = message.envelope().to().iter().map(ToString::to_string).collect();
        assert_eq!(to, ["ada@example.com"]);
    }

    #[test]
    fn what_is_no_address_or_no_line_is_no_mail() {
        for to in [
            "",
            "ada",
            "ada@example.com, eve@example.com",
            "ada@example.com>\r\nRCPT TO:<eve@example.com",
            "ada@example.com\r\nBcc: eve@example.com",
            "ada@example.com\0",
        ] {
            assert!(of(&mail(to, "Hello")).is_err(), "{to:?}");
        }
        for subject in ["Hello\r\nBcc: eve@example.com", "Hello\nX: y", "a\0b"] {
            assert!(of(&mail("ada@example.com", subject)).is_err(), "{subject:?}");
        }
    }
}
