use super::{Owner, StoreError};
use crate::{
    access::{Permissions, Scopes},
    user::UserSpec,
};

/// On which terms roles are changed. The store looks at them in the transaction of the change, so that
/// no demotion comes in between (ASVS 8.3.2).
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// Who changes them, and gives no more than they have (ASVS 8.2.1); `None` where it is the
    /// application itself.
    pub actor: Option<&'a Actor>,
    /// The permission that administers roles. An actor must hold it, and whoever holds it last keeps
    /// it: a change that would leave nobody with it is not made.
    pub needed: Option<&'a str>,
    /// Whose roles count, for both.
    pub accounts: Accounts<'a>,
}

impl Terms<'static> {
    /// Those of the application itself, where nothing has to stay.
    pub const FREE: Self = Self { actor: None, needed: None, accounts: Accounts::Among(&[]) };
}

impl<'a> Terms<'a> {
    /// The same, where these ids are those who count, if any are told.
    pub(super) fn among(self, ids: Option<&'a [String]>) -> Self {
        Self { accounts: ids.map_or(self.accounts, Accounts::Among), ..self }
    }

    /// Lets an actor go on who holds this by their roles, and gives that. Whoever does not count holds
    /// nothing.
    ///
    /// # Errors
    /// [`StoreError::Denied`].
    pub fn allow<'g>(
        &self,
        held: &Permissions,
        given: impl IntoIterator<Item = &'g str>,
    ) -> Result<(), StoreError> {
        let Some(actor) = self.actor else { return Ok(()) };
        let is_granted =
            |name: &str| actor.scopes.as_ref().is_none_or(|scopes| scopes.contains(name));
        let may = |name: &str| held.contains(name) && is_granted(name);
        if !self.needed.is_some_and(may) {
            return Err(StoreError::Denied(Denial::NotAdministrator));
        }
        if given.into_iter().all(may) { Ok(()) } else { Err(StoreError::Denied(Denial::GivesMore)) }
    }
}

/// Whoever changes roles.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Actor {
    /// Who it is.
    pub owner: Owner,
    /// What the token that they came with is limited to, if it is.
    pub scopes: Option<Scopes>,
}

/// Whose roles count where somebody must hold a permission.
#[derive(Clone, Copy, Debug)]
pub enum Accounts<'a> {
    /// Of users who are kept elsewhere, those of these ids: whoever asks has seen to it that they are
    /// there and active.
    Among(&'a [String]),
    /// Those of this table that are there and active, when the change is made.
    Of(&'static UserSpec),
}

/// Why somebody may not make a change of roles.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Denial {
    /// They would give a permission that they do not have.
    GivesMore,
    /// They do not administer roles, or not any more: by their roles, or because their account is gone
    /// or switched off.
    NotAdministrator,
}

#[cfg(test)]
mod tests {
    use super::{Actor, Denial, Terms};
    use crate::{
        access::{Permissions, Scopes},
        store::{Owner, StoreError},
    };

    #[test]
    fn an_actor_gives_what_they_hold_and_their_token_may() {
        let owner = Owner { realm: "users".to_owned(), user_id: "1".to_owned() };
        let anything = Actor { owner, scopes: None };
        let limited = |scopes: &str| Actor { scopes: scopes.parse().ok(), ..anything.clone() };
        assert!(limited("manage").scopes.is_some_and(|it: Scopes| it.contains("manage")));
        let all = ["manage", "read"].as_slice();
        for (actor, needed, held, given, expected) in [
            (Some(&anything), Some("manage"), all, all, None),
            (Some(&anything), Some("manage"), all, &[], None),
            (Some(&anything), Some("manage"), all, &["write"], Some(Denial::GivesMore)),
            (Some(&anything), Some("manage"), &["read"], &[], Some(Denial::NotAdministrator)),
            (Some(&anything), None, all, &[], Some(Denial::NotAdministrator)),
            (Some(&limited("manage")), Some("manage"), all, &["manage"], None),
            (Some(&limited("manage")), Some("manage"), all, &["read"], Some(Denial::GivesMore)),
            (Some(&limited("read")), Some("manage"), all, &[], Some(Denial::NotAdministrator)),
            (None, Some("manage"), &[], all, None),
            (None, None, &[], all, None),
        ] {
            let held: Permissions = held.iter().copied().collect();
            let terms = Terms { actor, needed, ..Terms::FREE };
            let denied = match terms.allow(&held, given.iter().copied()) {
                Err(StoreError::Denied(denial)) => Some(denial),
                said => said.err().map(|_| Denial::GivesMore),
            };
            assert_eq!(denied, expected, "{terms:?} with {held} gives {given:?}");
        }
    }
}
