#[cfg(feature = "openapi")]
mod described;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use super::from_env;
use crate::access::{Permission, PermissionMarker};

/// Which permissions there are, and which of them lets somebody administer roles.
#[derive(Clone, Debug, Default)]
pub(crate) struct RoleSettings {
    known: Vec<&'static str>,
    /// Of each that is known, what it allows.
    descriptions: Vec<&'static str>,
    administration: Vec<&'static str>,
    first_administrator: Option<String>,
    missed: Arc<Mutex<BTreeSet<&'static str>>>,
}

impl RoleSettings {
    /// Adds the permissions of an enum.
    pub(crate) fn know<P: Permission>(&mut self) {
        self.known.extend(P::ALL.iter().map(P::name));
        self.descriptions.extend(P::ALL.iter().map(P::description));
    }

    /// Names the permission that administers roles.
    pub(crate) fn administered_by<M: PermissionMarker>(&mut self) {
        self.administration.push(M::NAME);
    }

    /// Names whoever administers roles first.
    pub(crate) fn first_administrator(&mut self, who: String) {
        self.first_administrator = Some(who);
    }

    /// The permission that administers roles; somebody must go on holding it.
    pub(crate) fn administration(&self) -> Option<&'static str> {
        self.administration.first().copied()
    }

    /// Whoever administers roles first: in code, else from the environment.
    pub(crate) fn first(&self) -> Option<String> {
        self.first_administrator.clone().or_else(|| from_env("FASTAUTH_FIRST_ADMINISTRATOR"))
    }

    /// The permissions there are.
    pub(crate) fn known(&self) -> &[&'static str] {
        &self.known
    }

    /// Whether there is a permission of this name.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.known.contains(&name)
    }

    /// Whether a permission is not declared, and nobody has been told of it yet.
    pub(crate) fn misses(&self, name: &'static str) -> bool {
        let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        !self.knows(name) && missed.insert(name)
    }

    /// What cannot be meant, as sentences.
    pub(crate) fn contradictions(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (index, name) in self.known.iter().enumerate() {
            if self.known.iter().take(index).any(|earlier| earlier == name) {
                found.push(format!("the permission `{name}` is declared twice"));
            }
        }
        for name in self.administration.iter().filter(|name| !self.knows(name)) {
            found.push(format!(
                "roles are administered by `{name}`, which is none of the declared permissions"
            ));
        }
        if self.administration.len() > 1 {
            found.push(
                "`.roles_admin::<…>()` is called twice; one permission administers roles".into(),
            );
        }
        if self.administration.is_empty() && self.first().is_some() {
            found.push(
                "a first administrator of roles is named (`.first_administrator(…)` or \
                 FASTAUTH_FIRST_ADMINISTRATOR), and no `.roles_admin::<…>()` says what lets them"
                    .into(),
            );
        }
        found
    }
}
