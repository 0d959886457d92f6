use std::{collections::BTreeSet, error::Error as StdError, fmt, str::FromStr};

use super::{Permissions, Requirement};

/// What a token may be used for: names of permissions (RFC 6749 §3.3), in order, each once.
///
/// Names are compared whole and exactly. A token without scopes is an ordinary sign-in's; one whose
/// scopes are none may be used for nothing that a permission guards.
///
/// ```
/// use fastauth::{Permission, access::Scopes};
///
/// #[derive(Permission)]
/// enum Can {
///     #[permission("posts:read")] ReadPosts,
///     #[permission("posts:write")] WritePosts,
/// }
///
/// let scopes: Scopes = "posts:write posts:read".parse()?;
/// assert_eq!(scopes, Scopes::of::<(can::ReadPosts, can::WritePosts)>());
/// assert_eq!(scopes.to_string(), "posts:read posts:write");
/// assert!(!scopes.contains("posts"));
/// assert!("posts:read  posts:write".parse::<Scopes>().is_err());
/// # Ok::<(), fastauth::access::InvalidScope>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Scopes(Vec<String>);

impl Scopes {
    /// The scopes of these permissions: a marker, or a tuple of several.
    pub fn of<P: Requirement>() -> Self {
        P::names().into_iter().collect()
    }

    /// Whether this one is among them.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|scope| scope == name)
    }

    /// Whether they are enough for what is required.
    pub fn allow<P: Requirement>(&self) -> bool {
        P::is_met_by(&self.iter().collect())
    }

    /// What of these is held: scopes only narrow (RFC 6749 §3.3).
    #[must_use]
    pub fn within(&self, held: &Permissions) -> Self {
        Self(self.0.iter().filter(|name| held.contains(name)).cloned().collect())
    }

    /// What is in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|name| other.contains(name)).cloned().collect())
    }

    /// Their names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Their names, in order.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl<N: Into<String>> FromIterator<N> for Scopes {
    /// What can be no scope's name is left out: it would be read as several.
    fn from_iter<I: IntoIterator<Item = N>>(names: I) -> Self {
        let names: BTreeSet<String> = names.into_iter().map(Into::into).collect();
        Self(names.into_iter().filter(|name| is_scope(name)).collect())
    }
}

impl FromStr for Scopes {
    type Err = InvalidScope;

    /// Reads names between single spaces; no text is no scopes.
    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        if text.split(' ').all(is_scope) {
            Ok(text.split(' ').collect())
        } else {
            Err(InvalidScope)
        }
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// Printable ASCII without space, `"` and `\` (RFC 6749 §3.3).
fn is_scope(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|c| c.is_ascii_graphic() && c != b'"' && c != b'\\')
}

/// Text that is not a list of scopes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidScope;

impl fmt::Display for InvalidScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("scopes are names between single spaces, without `\"` and `\\`")
    }
}

impl StdError for InvalidScope {}

#[cfg(test)]
mod tests {
    use super::{InvalidScope, Scopes};

    #[test]
    fn scopes_are_read_as_the_grammar_says() {
        for (text, names) in [
            ("", vec![]),
            ("a", vec!["a"]),
            ("posts:write posts:read", vec!["posts:read", "posts:write"]),
            ("a a a", vec!["a"]),
            ("A a", vec!["A", "a"]),
            ("! # [ ] ~ *", vec!["!", "#", "*", "[", "]", "~"]),
        ] {
            let scopes: Scopes = text.parse().unwrap();
            assert_eq!(scopes.as_slice(), names, "{text}");
            assert_eq!(scopes.to_string().parse(), Ok(scopes));
        }
        for bad in [
            " ", " a", "a ", "a  b", "a\tb", "a\nb", "a\0", "a\"", "a\\b", "é", "a\u{7f}",
            "a\u{a0}b",
        ] {
            assert_eq!(bad.parse::<Scopes>(), Err(InvalidScope), "{bad:?}");
        }
    }

    #[test]
    fn a_name_is_never_two() {
        let scopes: Scopes = ["b", "a", "b", "c d", "", "e\"", "f\\"].into_iter().collect();
        assert_eq!(scopes.as_slice(), ["a", "b"]);
    }

    #[test]
    fn scopes_only_narrow() {
        let scopes: Scopes = "a ab b".parse().unwrap();
        let held = ["ab", "b", "c"].into_iter().collect();
        assert_eq!(scopes.within(&held).to_string(), "ab b");
        assert_eq!(scopes.and(&"b c".parse().unwrap()).to_string(), "b");
        assert_eq!(scopes.and(&Scopes::default()), Scopes::default());
        assert!(!scopes.contains("A") && !scopes.contains("a b") && !scopes.contains(""));
    }
}
