use std::{error::Error as StdError, fmt, hash::Hash};

use uuid::Uuid;

use crate::value::Column;

/// The type of a user's id.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the id of a user",
    label = "cannot be read back from a token",
    note = "ids are `Uuid`, `i64`, `i32`, `String`, or a newtype with `#[derive(UserKey)]`"
)]
pub trait UserKey: Clone + Column + Eq + Hash + Send + Sync {
    /// Makes a new id; `None` when the database makes it.
    fn generate() -> Option<Self>;

    /// Reads an id. [`AuthUser::parse_id`](super::AuthUser::parse_id) adds that only the spelling
    /// [`render`](Self::render) gives is taken.
    ///
    /// # Errors
    /// [`InvalidId`]: not an id.
    fn parse(text: &str) -> Result<Self, InvalidId>;

    /// The id as text, in tokens and paths.
    fn render(&self) -> String;
}

/// Text that no user's id is spelled like.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not a user's id")
    }
}

impl StdError for InvalidId {}

impl UserKey for Uuid {
    /// Version 7: rows of one time lie together.
    fn generate() -> Option<Self> {
        Some(Self::now_v7())
    }

    fn parse(text: &str) -> Result<Self, InvalidId> {
        Self::try_parse(text).map_err(|_| InvalidId)
    }

    fn render(&self) -> String {
        self.to_string()
    }
}

impl UserKey for String {
    fn generate() -> Option<Self> {
        Some(Uuid::now_v7().to_string())
    }

    fn parse(text: &str) -> Result<Self, InvalidId> {
        let fits = !text.is_empty() && text.len() <= 255 && !text.chars().any(char::is_control);
        if fits { Ok(text.to_owned()) } else { Err(InvalidId) }
    }

    fn render(&self) -> String {
        self.clone()
    }
}

// Numbers are made by the database.

impl UserKey for i64 {
    fn generate() -> Option<Self> {
        None
    }

    fn parse(text: &str) -> Result<Self, InvalidId> {
        text.parse().map_err(|_| InvalidId)
    }

    fn render(&self) -> String {
        self.to_string()
    }
}

impl UserKey for i32 {
    fn generate() -> Option<Self> {
        None
    }

    fn parse(text: &str) -> Result<Self, InvalidId> {
        text.parse().map_err(|_| InvalidId)
    }

    fn render(&self) -> String {
        self.to_string()
    }
}
