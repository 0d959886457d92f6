use std::{error::Error as StdError, fmt, str::FromStr};

use crate::user::Email;

/// Longest name of a sender, in bytes: it is one line of a mail.
const LONGEST_NAME: usize = 200;

/// Who a mail comes from: `Example <no-reply@example.com>`, or the address alone.
///
/// ```
/// use fastauth::mail::Mailbox;
///
/// let from: Mailbox = "Example <no-reply@example.com>".parse()?;
/// assert_eq!((from.name(), from.address()), (Some("Example"), "no-reply@example.com"));
/// assert!("Example <no-reply@example.com>\r\nBcc: eve@example.com".parse::<Mailbox>().is_err());
/// # Ok::<(), fastauth::mail::InvalidMailbox>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mailbox {
    name: Option<String>,
    address: Email,
}

impl Mailbox {
    /// The name that people see.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address.
    pub fn address(&self) -> &str {
        self.address.as_str()
    }
}

impl From<Email> for Mailbox {
    fn from(address: Email) -> Self {
        Self { name: None, address }
    }
}

impl FromStr for Mailbox {
    type Err = InvalidMailbox;

    fn from_str(text: &str) -> Result<Self, InvalidMailbox> {
        let text = text.trim_matches(' ');
        let (name, address) = match text.strip_suffix('>') {
            Some(named) => named.rsplit_once('<').ok_or(InvalidMailbox)?,
            None => ("", text),
        };
        let name = name.trim_matches(' ');
        let name = name.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(name);
        let is_foreign = |c: char| c.is_control() || "<>\"\\\u{2028}\u{2029}".contains(c);
        if name.len() > LONGEST_NAME || name.contains(is_foreign) {
            return Err(InvalidMailbox);
        }
        let address = Email::parse(address).map_err(|_| InvalidMailbox)?;
        Ok(Self { name: (!name.is_empty()).then(|| name.to_owned()), address })
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.address();
        let is_plain = |name: &str| name.chars().all(|c| c.is_alphanumeric() || " -_".contains(c));
        match self.name() {
            None => f.write_str(address),
            Some(name) if is_plain(name) => write!(f, "{name} <{address}>"),
            Some(name) => write!(f, "\"{name}\" <{address}>"),
        }
    }
}

/// Text that is not one mailbox.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidMailbox;

impl fmt::Display for InvalidMailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not an address such as `Example <no-reply@example.com>`")
    }
}

impl StdError for InvalidMailbox {}

#[cfg(test)]
mod tests {
    use super::Mailbox;

    #[test]
    fn a_sender_is_one_address_with_or_without_a_name() {
        for (text, shown) in [
            ("no-reply@example.com", "no-reply@example.com"),
            ("<no-reply@example.com>", "no-reply@example.com"),
            ("Example <no-reply@example.com>", "Example <no-reply@example.com>"),
            ("\"Example\" <no-reply@example.com>", "Example <no-reply@example.com>"),
            ("Bücher, Inc. <a@bücher.example>", "\"Bücher, Inc.\" <a@xn--bcher-kva.example>"),
        ] {
            let mailbox: Mailbox = text.parse().expect(text);
            assert_eq!(mailbox.to_string(), shown);
            assert_eq!(mailbox.to_string().parse(), Ok(mailbox));
        }
    }

    #[test]
    fn what_could_be_more_than_one_is_none() {
        for text in [
            "",
            "Example",
            "no-reply@localhost",
            "a@example.com, b@example.com",
            "Example <a@example.com",
            "Example <a@example.com> <b@example.com>",
            "Ex\r\nBcc: b@example.com <a@example.com>",
            "a@example.com\r\nBcc: b@example.com",
            "Ex\u{0}ample <a@example.com>",
            "Ex\"ample <a@example.com>",
        ] {
            assert!(text.parse::<Mailbox>().is_err(), "{text:?}");
        }
    }
}
