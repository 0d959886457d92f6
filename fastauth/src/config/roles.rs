use crate::access::{Permission, PermissionMarker};

/// Which permissions there are, and which of them lets somebody administer roles.
#[derive(Clone, Debug, Default)]
pub(crate) struct RoleSettings {
    known: Vec<&'static str>,
    administration: Option<&'static str>,
    first_administrator: Option<String>,
}

impl RoleSettings {
    /// Adds the permissions of an enum.
    pub(crate) fn know<P: Permission>(&mut self) {
        self.known.extend(P::ALL.iter().map(P::name));
    }

    /// Names the permission that administers roles.
    pub(crate) fn administered_by<M: PermissionMarker>(&mut self) {
        self.administration = Some(M::NAME);
    }

    /// Names whoever administers roles first.
    pub(crate) fn first_administrator(&mut self, who: String) {
        self.first_administrator = Some(who);
    }

    /// The permission that administers roles; somebody must go on holding it.
    pub(crate) fn administration(&self) -> Option<&'static str> {
        self.administration
    }

    /// Whoever administers roles first.
    pub(crate) fn first(&self) -> Option<&str> {
        self.first_administrator.as_deref()
    }

    /// The permissions there are.
    pub(crate) fn known(&self) -> &[&'static str] {
        &self.known
    }

    /// Whether there is a permission of this name.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.known.contains(&name)
    }

    /// What cannot be meant, as sentences.
    pub(crate) fn contradictions(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (index, name) in self.known.iter().enumerate() {
            if self.known.iter().take(index).any(|earlier| earlier == name) {
                found.push(format!("the permission `{name}` is declared twice"));
            }
        }
        if let Some(name) = self.administration.filter(|name| !self.knows(name)) {
            found.push(format!(
                "roles are administered by `{name}`, which is none of the declared permissions"
            ));
        }
        found
    }
}
