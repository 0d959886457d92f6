use super::RoleSettings;

impl RoleSettings {
    /// The permissions there are, and what each allows.
    pub(crate) fn described(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.known.iter().copied().zip(self.descriptions.iter().copied())
    }
}
