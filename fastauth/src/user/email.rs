use std::{error::Error as StdError, fmt, str::FromStr};

use super::letters;
use crate::value::{Column, ColumnError, ColumnType, Value};

/// The longest address, and the longest part before the `@`, in bytes (RFC 5321 §4.5.3.1).
pub(crate) const MAX_ADDRESS: usize = 254;
const MAX_LOCAL: usize = 64;

/// An email address in its canonical spelling: the one under which its account is found, whatever
/// spelling is typed.
///
/// Letter case does not count, and the domain is written in its one ASCII form. Letters that only
/// look alike stay apart, and nothing is assumed about dots or plus signs: each mailbox is its own.
///
/// ```
/// use fastauth::Email;
///
/// assert_eq!(Email::parse(" Ada@Example.COM ")?.as_str(), "ada@example.com");
/// assert_eq!(Email::parse("ada@bücher.example")?.as_str(), "ada@xn--bcher-kva.example");
/// assert!(Email::parse("ada@example.com, eve@example.com").is_err());
/// # Ok::<(), fastauth::user::InvalidEmail>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Email(String);

impl Email {
    /// Brings an address to its canonical spelling.
    ///
    /// # Errors
    /// [`InvalidEmail`]: this is not one address.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
        if text.len() > 4 * MAX_ADDRESS {
            return Err(InvalidEmail);
        }
        // Judged after normalising: what is checked is what is kept.
        let text = letters::canonical(text).ok_or(InvalidEmail)?;
        let (local, domain) = text.split_once('@').ok_or(InvalidEmail)?;
        let address = format!("{}@{}", checked_local(local)?, ascii_domain(domain)?);
        if address.len() > MAX_ADDRESS { Err(InvalidEmail) } else { Ok(Self(address)) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The part before the `@`: dot-separated atoms (RFC 5322 §3.2.3, RFC 6531 §3.3). Quoted ones, which
/// can hold anything, are not taken.
fn checked_local(local: &str) -> Result<&str, InvalidEmail> {
    let is_atom = |c: char| {
        if c.is_ascii() {
            c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
        } else {
            c.is_alphanumeric() || letters::is_mark(c)
        }
    };
    let atoms = local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom));
    if atoms && local.len() <= MAX_LOCAL { Ok(local) } else { Err(InvalidEmail) }
}

/// The domain in its one ASCII form, with at least two labels: a host of the local network has no
/// accounts here, and an address literal no domain.
fn ascii_domain(domain: &str) -> Result<String, InvalidEmail> {
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| InvalidEmail)?;
    let labels: Vec<&str> = ascii.split('.').collect();
    let top = labels.last().copied().unwrap_or_default();
    let good = labels.len() >= 2
        && labels.iter().all(|label| !label.is_empty())
        && !top.bytes().all(|c| c.is_ascii_digit());
    if good { Ok(ascii) } else { Err(InvalidEmail) }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        Self::parse(text)
    }
}

impl Column for Email {
    const TYPE: ColumnType = ColumnType::Text;

    fn to_value(&self) -> Value {
        Value::Text(self.0.clone())
    }

    /// Takes what is stored as it is: it was canonical when it was written.
    fn from_value(value: Value) -> Result<Self, ColumnError> {
        String::from_value(value).map(Self)
    }
}

/// Text that is not one email address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidEmail;

impl fmt::Display for InvalidEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not an email address")
    }
}

impl StdError for InvalidEmail {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<String> {
        Email::parse(text).ok().map(|email| email.0)
    }

    #[test]
    fn one_mailbox_has_one_spelling() {
        for spelling in ["ada@example.com", "ADA@EXAMPLE.COM", "\tAda@Example.com\n"] {
            assert_eq!(parsed(spelling).as_deref(), Some("ada@example.com"), "{spelling:?}");
        }
        assert_eq!(parsed("ada@BÜCHER.example"), parsed("ada@xn--bcher-kva.example"));
        // Composed and decomposed.
        assert_eq!(parsed("jos\u{e9}@example.com"), parsed("jose\u{301}@example.com"));
    }

    #[test]
    fn mailboxes_that_look_alike_stay_apart() {
        for (one, other) in [
            ("a.da@example.com", "ada@example.com"),
            ("ada+x@example.com", "ada@example.com"),
            ("\u{430}da@example.com", "ada@example.com"),
            ("m\u{131}ke@example.com", "mike@example.com"),
            ("stra\u{df}e@example.com", "strasse@example.com"),
        ] {
            let (one, other) = (parsed(one), parsed(other));
            assert!(one.is_some() && other.is_some() && one != other, "{one:?} {other:?}");
        }
    }

    #[test]
    fn what_is_not_one_address_is_refused() {
        let local64 = "a".repeat(64);
        assert!(parsed(&format!("{local64}@example.com")).is_some());
        assert!(parsed(&format!("{local64}a@example.com")).is_none());
        let domain = |n: usize| {
            format!("a@{}.{}.{}.{}", "b".repeat(63), "c".repeat(63), "d".repeat(63), "e".repeat(n))
        };
        assert!(parsed(&domain(60)).is_some());
        assert!(parsed(&domain(61)).is_none());
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@@example.com",
            "a@b@example.com",
            "ada@localhost",
            "ada@127.0.0.1",
            "ada@[127.0.0.1]",
            "ada@example..com",
            "ada@.example.com",
            "ada@example.com.",
            ".ada@example.com",
            "ada.@example.com",
            "a..b@example.com",
            "\"ada\"@example.com",
            "ada eve@example.com",
            "ada,eve@example.com",
            "<ada@example.com>",
            "ada\0@example.com",
            "ada\r\nbcc:x@example.com",
            "ada\u{ff20}example.com",
            "\u{ff41}da@example.com",
            "\u{212a}ate@example.com",
            "o\u{fb03}ce@example.com",
            "ad\u{200b}a@example.com",
            "\u{202e}ada@example.com",
            "ada@exa\u{ad}mple.com",
            "ada@-example.com",
            "ada@example_x.com",
            "ada@ex%61mple.com",
        ] {
            assert!(parsed(bad).is_none(), "{bad:?} {:?}", parsed(bad));
        }
    }

    #[test]
    fn a_canonical_address_is_its_own_canonical_spelling() {
        let pieces = [
            "a",
            "A",
            ".",
            "+",
            "\u{e9}",
            "e\u{301}",
            "\u{df}",
            "\u{1e9e}",
            "\u{130}",
            "\u{3a3}",
            "\u{131}",
            "1",
            "-",
            "\u{4e2d}",
            "@",
            "example",
            ".com",
            "b\u{fc}cher",
            " ",
        ];
        let mut found = 0;
        for seed in 0..40_000_usize {
            let text: String = (0..7)
                .map(|place| {
                    pieces[(seed / 7_usize.pow(place) + seed * 31 + place as usize * 17)
                        % pieces.len()]
                })
                .collect();
            for text in [text.clone(), format!("{text}@example.com"), format!("ada@{text}.example")]
            {
                if let Some(once) = parsed(&text) {
                    found += 1;
                    assert_eq!(parsed(&once).as_deref(), Some(once.as_str()), "{text:?}");
                }
            }
        }
        assert!(found > 1_000, "{found}");
    }
}
