use std::io::{self, Write};

use async_trait::async_trait;

use super::{EmailTransport, Mail, MailError};

/// Prints mail on the terminal instead of sending it: for development, where it is what stands when nothing
/// else is given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Console;

#[async_trait]
impl EmailTransport for Console {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        io::stderr().lock().write_all(printed(mail).as_bytes()).map_err(MailError::unavailable)
    }

    fn describe(&self) -> String {
        "this terminal".to_owned()
    }
}

/// A mail with a rule at its side, and nothing a terminal would obey.
fn printed(mail: &Mail) -> String {
    let Mail { from, to, subject, text, .. } = mail;
    let whole = format!("from: {from}\nto: {to}\nsubject: {subject}\n\n{}", text.trim_end());
    let lines = whole.lines().map(|line| {
        let shown = line.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
        format!("  │ {}\n", shown.collect::<String>())
    });
    format!("\n  mail\n{}\n", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{mail::LetterKind, time::Timestamp};

    #[test]
    fn a_mail_is_printed_as_text_that_a_terminal_does_not_obey() {
        let from = "Example <no-reply@example.com>".parse().unwrap();
        let at = Timestamp::from_secs(0);
        let mut mail = Mail::new(LetterKind::ResetPassword, at, from, "ada@example.com");
        mail.subject = "Hello".into();
        mail.text = "one\n\u{1b}[2Jtwo\u{9b}\n".into();
        assert_eq!(
            printed(&mail),
            "\n  mail\n  │ from: Example <no-reply@example.com>\n  │ to: ada@example.com\n  \
             │ subject: Hello\n  │ \n  │ one\n  │ \u{fffd}[2Jtwo\u{fffd}\n\n"
        );
    }
}
