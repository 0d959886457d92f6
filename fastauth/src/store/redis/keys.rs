//! What everything is called.

use crate::store::{Owner, SessionId};

/// The names of the keys under one prefix.
///
/// `{auth}` is a hash tag: in a cluster all keys of a prefix live in one slot, as scripts want them.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    root: String,
}

impl Keys {
    pub(super) fn under(prefix: &str) -> Self {
        Self { root: format!("{prefix}{{auth}}:") }
    }

    pub(super) fn root(&self) -> &str {
        &self.root
    }

    /// One session: a hash.
    pub(super) fn session(&self, id: SessionId) -> String {
        format!("{}{id}", self.sessions())
    }

    /// What the keys of sessions begin with.
    pub(super) fn sessions(&self) -> String {
        format!("{}session:", self.root)
    }

    /// The ids of one owner's sessions by their ends: a sorted set.
    pub(super) fn owner(&self, owner: &str) -> String {
        format!("{}{owner}", self.owners())
    }

    /// What the keys of owners begin with.
    pub(super) fn owners(&self) -> String {
        format!("{}owner:", self.root)
    }

    /// All sessions with their owners by their ends: a sorted set.
    pub(super) fn session_ends(&self) -> String {
        format!("{}sessions", self.root)
    }

    /// A value or a counter by its name: a hash.
    pub(super) fn named(&self, name: &str) -> String {
        format!("{}{name}", self.root)
    }

    /// The names of all values and counters by their ends: a sorted set.
    pub(super) fn value_ends(&self) -> String {
        format!("{}values", self.root)
    }
}

pub(super) fn value(key: &str) -> String {
    format!("value:{key}")
}

pub(super) fn counter(key: &str) -> String {
    format!("count:{key}")
}

pub(super) fn budget(key: &str) -> String {
    format!("budget:{key}")
}

/// An owner as one text. The length in front keeps `a:b` of `c` from being `a` of `b:c`.
pub(super) fn owner_name(owner: &Owner) -> String {
    format!("{}:{}:{}", owner.realm.len(), owner.realm, owner.user_id)
}

pub(super) fn owner_named(name: &str) -> Option<Owner> {
    let (length, rest) = name.split_once(':')?;
    let (realm, user_id) = rest.split_at_checked(length.parse().ok()?)?;
    let user_id = user_id.strip_prefix(':')?;
    Some(Owner { realm: realm.to_owned(), user_id: user_id.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{owner_name, owner_named};
    use crate::store::Owner;

    #[test]
    fn owners_are_told_apart_and_come_back() {
        let texts = ["", ":", "1", "a:b", "ü:", "3:abc", "{x}", "\n"];
        let mut names = std::collections::HashSet::new();
        for realm in texts {
            for id in texts {
                let owner = Owner { realm: realm.to_owned(), user_id: id.to_owned() };
                let name = owner_name(&owner);
                assert_eq!(owner_named(&name), Some(owner));
                assert!(names.insert(name));
            }
        }
        for strange in ["", "1", "9:a:b", "1:ü:x", "x:a:b", "1:ab"] {
            assert_eq!(owner_named(strange), None);
        }
    }
}
