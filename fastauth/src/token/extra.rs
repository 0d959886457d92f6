use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::REGISTERED;
use crate::error::HookResult;

/// The claims that `modify_jwt` hooks add to an access token.
///
/// The registered ones cannot be set: `iss sub aud exp iat nbf jti sid type scope`. Those that are
/// known before the token is written can be read here.
///
/// ```
/// use fastauth::ExtraClaims;
///
/// let mut claims = ExtraClaims::default();
/// assert!(claims.insert("plan", "pro").is_ok());
/// assert!(claims.insert("sub", "somebody else").is_err());
/// assert_eq!(claims.get("plan").and_then(|plan| plan.as_str()), Some("pro"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct ExtraClaims {
    added: Map<String, Json>,
    registered: Map<String, Json>,
}

impl ExtraClaims {
    /// None added yet, beside these registered ones.
    pub(crate) fn beside(registered: Map<String, Json>) -> Self {
        Self { added: Map::new(), registered }
    }

    /// Adds a claim, in place of an older one of this name.
    ///
    /// # Errors
    /// The name is a registered claim's, or the value is none that JSON has.
    pub fn insert(&mut self, name: &str, value: impl Serialize) -> HookResult {
        if REGISTERED.contains(&name) {
            return Err(format!("`{name}` is a registered claim; choose another name").into());
        }
        self.added.insert(name.to_owned(), serde_json::to_value(value)?);
        Ok(())
    }

    /// A claim that was added, or a registered one.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.added.get(name).or_else(|| self.registered.get(name))
    }

    /// Takes back a claim that was added.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        self.added.remove(name)
    }

    /// The claims that were added.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.added.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The claims that were added.
    pub(super) fn into_added(self) -> Map<String, Json> {
        self.added
    }
}
