use std::{error::Error as StdError, fmt, str::FromStr};

use super::letters;
use crate::value::{Column, ColumnError, ColumnType, Value};

/// The longest username, in characters.
pub(crate) const MAX_CHARS: usize = 64;

/// A username in its canonical spelling: letters and digits of any script, `.`, `_` and `-`.
///
/// Letter case does not count. It never has the shape of an address, so that one field can ask for
/// either.
///
/// ```
/// use fastauth::Username;
///
/// assert_eq!(Username::parse("Ada_L")?.as_str(), "ada_l");
/// assert!(Username::parse("ada@example.com").is_err());
/// # Ok::<(), fastauth::user::InvalidUsername>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Username(String);

impl Username {
    /// Brings a username to its canonical spelling.
    ///
    /// # Errors
    /// [`InvalidUsername`]: empty, too long, or with other characters.
    pub fn parse(text: &str) -> Result<Self, InvalidUsername> {
        let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
        if text.len() > 16 * MAX_CHARS {
            return Err(InvalidUsername);
        }
        let name = letters::canonical(text).ok_or(InvalidUsername)?;
        let allowed =
            |c: char| c.is_alphanumeric() || letters::is_mark(c) || matches!(c, '.' | '_' | '-');
        let begins = name.chars().next().is_some_and(|c| !letters::is_mark(c));
        let good = begins && name.chars().all(allowed) && name.chars().count() <= MAX_CHARS;
        if good { Ok(Self(name)) } else { Err(InvalidUsername) }
    }

    /// The username.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Username {
    type Err = InvalidUsername;

    fn from_str(text: &str) -> Result<Self, InvalidUsername> {
        Self::parse(text)
    }
}

impl Column for Username {
    const TYPE: ColumnType = ColumnType::Text;

    fn to_value(&self) -> Value {
        Value::Text(self.0.clone())
    }

    /// Takes what is stored as it is: it was canonical when it was written.
    fn from_value(value: Value) -> Result<Self, ColumnError> {
        String::from_value(value).map(Self)
    }
}

/// Text that is not a username.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidUsername;

impl fmt::Display for InvalidUsername {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not a username")
    }
}

impl StdError for InvalidUsername {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_has_one_spelling_and_is_no_address() {
        let parsed = |text: &str| Username::parse(text).ok().map(|name| name.0);
        assert_eq!(parsed("ADA").as_deref(), Some("ada"));
        assert_eq!(parsed("jos\u{e9}"), parsed("JOSE\u{301}"));
        assert!(parsed(&"\u{4e2d}".repeat(64)).is_some());
        assert!(parsed(&"\u{4e2d}".repeat(65)).is_none());
        for bad in [
            "",
            " ",
            "a b",
            "a@b",
            "a@example.com",
            "a/b",
            "a\0b",
            "\u{301}a",
            "\u{ff41}da",
            "a\u{200d}b",
            "a\u{202e}b",
            "\u{feff}ada",
            "a\tb",
        ] {
            assert!(parsed(bad).is_none(), "{bad:?}");
        }
        for good in ["a", "1", "ada.lovelace", "ada-l_2"] {
            assert_eq!(parsed(good).as_deref(), Some(good));
        }
    }
}
