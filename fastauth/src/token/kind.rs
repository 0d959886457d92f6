use std::{error::Error as StdError, fmt};

use super::{InvalidToken, payload::KIND};

/// The longest name of a kind, in bytes.
const LONGEST: usize = 32;

/// What a token is for. Header and claims both name it, and both are read, so that no kind passes for
/// another (RFC 8725 §3.11, §3.12).
///
/// ```
/// use fastauth::token::TokenKind;
///
/// let invitation = TokenKind::new("invitation")?;
/// assert_eq!(invitation.media_type(), "invitation+jwt");
/// assert_eq!(TokenKind::ACCESS.media_type(), "at+jwt");
/// assert!(TokenKind::new("access").is_err());
/// # Ok::<(), fastauth::token::NotAKind>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct TokenKind(&'static str);

impl TokenKind {
    /// Access tokens (RFC 9068): what the guards take.
    pub const ACCESS: Self = Self(KIND);

    /// A kind of the application's own: up to 32 small letters, digits and hyphens, a letter first.
    ///
    /// # Errors
    /// The name is none, or one that stands for something else: `access`, `at`, `refresh`, `id`,
    /// and those that have a media type elsewhere (`logout`, `secevent`, `dpop`).
    pub const fn new(name: &'static str) -> Result<Self, NotAKind> {
        let bytes = name.as_bytes();
        if bytes.len() > LONGEST || is_taken(bytes) {
            return Err(NotAKind);
        }
        let mut rest = bytes;
        let mut first = true;
        while let [letter, after @ ..] = rest {
            let fits = letter.is_ascii_lowercase()
                || (!first && (letter.is_ascii_digit() || *letter == b'-'));
            if !fits {
                return Err(NotAKind);
            }
            first = false;
            rest = after;
        }
        if first { Err(NotAKind) } else { Ok(Self(name)) }
    }

    /// Its name: the claim `type`.
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// Its media type: the `typ` of the header.
    pub fn media_type(self) -> String {
        if self == Self::ACCESS { "at+jwt".to_owned() } else { format!("{}+jwt", self.0) }
    }

    /// Whether a header names it. A media type: letter case does not count, and `application/` may stand
    /// before it (RFC 7515 §4.1.9).
    pub(super) fn is_named_by(self, typ: Option<&str>) -> Result<(), InvalidToken> {
        const PREFIX: &str = "application/";
        let typ = typ.ok_or(InvalidToken::Kind)?;
        let bare = match typ.split_at_checked(PREFIX.len()) {
            Some((prefix, bare)) if prefix.eq_ignore_ascii_case(PREFIX) => bare,
            _ => typ,
        };
        if bare.eq_ignore_ascii_case(&self.media_type()) { Ok(()) } else { Err(InvalidToken::Kind) }
    }
}

/// Whether a name stands for something else.
const fn is_taken(name: &[u8]) -> bool {
    matches!(
        name,
        b"access"
            | b"at"
            | b"dpop"
            | b"entity-statement"
            | b"id"
            | b"kb"
            | b"logout"
            | b"oauth-authz-req"
            | b"refresh"
            | b"secevent"
            | b"token-introspection"
    )
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Not a name that a kind of token can have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NotAKind;

impl fmt::Display for NotAKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a kind of token is named by 1 to 32 small letters, digits and hyphens, and not as \
            something else is",
        )
    }
}

impl StdError for NotAKind {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_a_name_of_its_own() {
        for good in ["a", "invitation", "download-2", "ac", "accessory", &"x".repeat(32)] {
            let name: &'static str = good.to_owned().leak();
            assert!(TokenKind::new(name).is_ok(), "{good}");
        }
        for bad in [
            "",
            "access",
            "at",
            "id",
            "refresh",
            "logout",
            "secevent",
            "dpop",
            "kb",
            "entity-statement",
            "oauth-authz-req",
            "token-introspection",
            "Invitation",
            "2nd",
            "-a",
            "a b",
            "a+jwt",
            "a/b",
            "é",
            &"x".repeat(33),
        ] {
            let name: &'static str = bad.to_owned().leak();
            assert_eq!(TokenKind::new(name), Err(NotAKind), "{bad}");
        }
    }
}
