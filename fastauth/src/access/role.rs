use std::{error::Error as StdError, fmt, str::FromStr};

use super::Permissions;

/// The longest name of a role, in bytes.
const LONGEST: usize = 64;

/// A role: a name for some permissions that people are given together.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Role {
    /// What it is called.
    pub name: RoleName,
    /// What it lets people do.
    pub permissions: Permissions,
}

impl Role {
    /// The permissions that another version of it adds.
    pub(crate) fn added_by<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a str> {
        other.permissions.iter().filter(|name| !self.permissions.contains(name))
    }
}

/// What a role is called: up to 64 letters, digits, `-`, `_`, `.` and `:`, compared exactly.
///
/// ```
/// use fastauth::access::RoleName;
///
/// assert_eq!("editor".parse::<RoleName>()?.as_str(), "editor");
/// assert!("chief editor".parse::<RoleName>().is_err());
/// # Ok::<(), fastauth::access::InvalidRoleName>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RoleName(String);

impl RoleName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoleName {
    type Err = InvalidRoleName;

    fn from_str(name: &str) -> Result<Self, InvalidRoleName> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        // Alone in a path these two mean a place, not a name.
        let is_place = name == "." || name == "..";
        let good = !name.is_empty() && name.len() <= LONGEST && name.chars().all(plain);
        if good && !is_place { Ok(Self(name.to_owned())) } else { Err(InvalidRoleName) }
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text that is not the name of a role.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidRoleName;

impl fmt::Display for InvalidRoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a role is named with up to 64 letters, digits, `-`, `_`, `.` and `:`")
    }
}

impl StdError for InvalidRoleName {}

#[cfg(test)]
mod tests {
    use super::RoleName;

    #[test]
    fn a_name_is_one_word() {
        let long = "a".repeat(64);
        for good in ["a", "Editor", "posts:editor", "v1.2-b_c", long.as_str(), "..."] {
            assert!(good.parse::<RoleName>().is_ok(), "{good}");
        }
        let longer = "a".repeat(65);
        for bad in ["", " ", "a b", "a/b", "é", "a\n", ".", "..", longer.as_str()] {
            assert!(bad.parse::<RoleName>().is_err(), "{bad:?}");
        }
    }
}
