use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt,
};

use serde::{Deserialize, Deserializer, de};
use serde_json::Value as Json;

use super::Codec;
use crate::error::FieldError;

/// How many members a body may have.
pub(crate) const MOST_MEMBERS: usize = 64;
/// How many errors a reply tells: it must not be many times as long as what it answers.
const MOST_ERRORS: usize = 16;

/// The members of a JSON object a client sent, read one by one. What is wrong with any of them is
/// remembered, so that a reply names everything at once; what nobody asked for is refused.
#[derive(Default)]
pub struct Fields {
    members: BTreeMap<String, Json>,
    errors: Vec<FieldError>,
    /// Whether we wrote them: what a token says was judged when it came from the client.
    ours: bool,
    /// Whether there were more than are read.
    crowded: bool,
}

impl Fields {
    /// From members already apart.
    pub fn new(members: impl IntoIterator<Item = (String, Json)>) -> Self {
        Self { members: members.into_iter().collect(), ..Self::default() }
    }

    /// The claims of a token of ours.
    pub(crate) fn of_token<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = deserializer.deserialize_map(Members { most: usize::MAX })?;
        Ok(Self { ours: true, ..members })
    }

    /// Lets clients say `word` for the field `name`: the part's own word, as in the other routes.
    pub fn alias(&mut self, name: &str, word: &str) {
        if name == word || !self.members.contains_key(word) {
            return;
        }
        if self.members.contains_key(name) {
            self.members.remove(word);
            self.error(FieldError::at(
                word,
                "duplicate",
                format!("`{word}` and `{name}` are the same field"),
            ));
        } else if let Some(value) = self.members.remove(word) {
            self.members.insert(name.to_owned(), value);
        }
    }

    /// The member of this name, apart from the others.
    pub(crate) fn split(&mut self, name: &str) -> Self {
        Self::new(self.members.remove_entry(name))
    }

    /// Puts a member of our own in the place of whatever was sent.
    pub(crate) fn insert(&mut self, name: &str, value: Json) {
        self.members.insert(name.to_owned(), value);
    }

    /// Whether there is a member of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// The member `name`, which must be there.
    pub fn required<T>(&mut self, name: &str, codec: &Codec<T>) -> Option<T> {
        let value = self.members.remove(name);
        if value.is_none() {
            self.error(FieldError::at(name, "missing", "this field is required"));
        }
        value.and_then(|json| self.read(name, json, codec))
    }

    /// The member `name`, or what stands for its absence.
    pub fn optional<T>(
        &mut self,
        name: &str,
        codec: &Codec<T>,
        absent: impl FnOnce() -> T,
    ) -> Option<T> {
        match self.members.remove(name) {
            Some(json) => self.read(name, json, codec),
            None => Some(absent()),
        }
    }

    /// The member `name` of a patch: `Some(None)` when it is absent.
    #[allow(
        clippy::option_option,
        reason = "outside whether it could be read, inside whether it was there"
    )]
    pub fn patched<T>(&mut self, name: &str, codec: &Codec<T>) -> Option<Option<T>> {
        match self.members.remove(name) {
            Some(json) => self.read(name, json, codec).map(Some),
            None => Some(None),
        }
    }

    /// Remembers an error of the caller's own. After 16 nobody reads on.
    pub fn error(&mut self, error: FieldError) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(error);
        }
    }

    /// Refuses the members nobody asked for.
    ///
    /// # Errors
    /// Everything that was wrong, the client's fault.
    pub fn finish(mut self) -> Result<(), Vec<FieldError>> {
        if self.crowded {
            return Err(vec![FieldError::crowded()]);
        }
        for name in std::mem::take(&mut self.members).into_keys() {
            let error = FieldError::unknown(&name);
            // Those without a name of their own are said once.
            if !self.errors.contains(&error) {
                self.error(error);
            }
        }
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }

    fn read<T>(&mut self, name: &str, json: Json, codec: &Codec<T>) -> Option<T> {
        let read = if self.ours { codec.from_json(json) } else { codec.from_client(json) };
        read.map_err(|error| self.error(FieldError::at(name, error.code, error.detail))).ok()
    }
}

impl<'de> Deserialize<'de> for Fields {
    /// # Errors
    /// Not an object, or one with a member twice: which of the two counts would be anybody's guess
    /// (RFC 8259 §4, ASVS 1.5.3).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members { most: MOST_MEMBERS })
    }
}

struct Members {
    most: usize,
}

impl<'de> de::Visitor<'de> for Members {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields::default();
        while let Some(name) = map.next_key::<String>()? {
            if fields.members.len() == self.most {
                map.next_value::<de::IgnoredAny>()?;
                fields.crowded = true;
                continue;
            }
            match fields.members.entry(name) {
                Entry::Occupied(_) => return Err(de::Error::custom("a member stands twice")),
                Entry::Vacant(free) => free.insert(map.next_value()?),
            };
        }
        Ok(fields)
    }
}
