use std::{
    error::Error as StdError,
    fmt,
    hash::Hash,
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use uuid::{Builder, Uuid};

use crate::{
    secret::{Digest, random},
    time::Timestamp,
    value::Column,
};

/// The type of a user's id.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the id of a user",
    label = "cannot be read back from a token",
    note = "ids are `Uuid`, `i64`, `i32`, `String`, or a newtype with `#[derive(UserKey)]`"
)]
pub trait UserKey: Clone + Column + Eq + Hash + Send + Sync {
    /// Makes a new id at this moment; `None` when the database makes it.
    fn generate(now: Timestamp) -> Option<Self>;

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
    fn generate(now: Timestamp) -> Option<Self> {
        Some(uuid_at(now))
    }

    fn parse(text: &str) -> Result<Self, InvalidId> {
        Self::try_parse(text).map_err(|_| InvalidId)
    }

    fn render(&self) -> String {
        self.to_string()
    }
}

impl UserKey for String {
    fn generate(now: Timestamp) -> Option<Self> {
        Some(uuid_at(now).to_string())
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
    fn generate(_: Timestamp) -> Option<Self> {
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
    fn generate(_: Timestamp) -> Option<Self> {
        None
    }

    fn parse(text: &str) -> Result<Self, InvalidId> {
        text.parse().map_err(|_| InvalidId)
    }

    fn render(&self) -> String {
        self.to_string()
    }
}

/// A UUID of version 7 (RFC 9562 §5.7) of this moment. The `uuid` crate's own asks the system for the
/// time and panics where that is before 1970; here it is the first moment there is.
pub(crate) fn uuid_at(now: Timestamp) -> Uuid {
    /// The last moment that 48 bits hold, in the year 10889.
    const LAST: u64 = (1 << 48) - 1;
    let micros = u64::try_from(now.as_micros()).unwrap_or(0);
    let mut rest = random::<10>().unwrap_or_else(|_| counted(micros));
    // Of one millisecond too the later is the greater (§6.2, method 3).
    let [.., high, low] = (micros % 1_000 * 4_096 / 1_000).to_be_bytes();
    let [first, second, ..] = &mut rest;
    (*first, *second) = (high, low);
    Builder::from_unix_timestamp_millis((micros / 1_000).min(LAST), &rest).into_uuid()
}

/// Stands in where the system has no random bytes. An id is no secret: it must only be another than
/// the last.
fn counted(micros: u64) -> [u8; 10] {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let digest = Digest::of(format!("{} {micros} {count}", process::id()));
    digest.as_bytes().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, time::Duration};

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_769_862_600_654_321);

    #[test]
    fn an_id_is_of_the_moment_it_is_given() {
        let id = uuid_at(NOW);
        assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
        assert_eq!(id.as_u128() >> 80, 1_769_862_600_654);
        let moments = [0, 1, 678, 679, 1_000].map(|later| NOW + Duration::from_micros(later));
        let ids = moments.map(uuid_at);
        assert!(ids.is_sorted() && ids[0] != uuid_at(NOW), "{ids:?}");
        let many: HashSet<_> = (0..1_000).map(|_| uuid_at(NOW)).collect();
        assert_eq!(many.len(), 1_000);
    }

    #[test]
    fn no_clock_makes_it_panic() {
        for (micros, millis) in [
            (i64::MIN, 0),
            (-1, 0),
            (0, 0),
            (999, 0),
            (4_294_967_296_000_000, 4_294_967_296_000),
            (281_474_976_710_655_999, 281_474_976_710_655),
            (281_474_976_710_656_000, 281_474_976_710_655),
            (i64::MAX, 281_474_976_710_655),
        ] {
            let id = uuid_at(Timestamp::from_micros(micros));
            assert_eq!(id.as_u128() >> 80, millis, "{micros}");
            assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
        }
    }

    #[test]
    fn without_random_bytes_ids_still_differ() {
        let many: HashSet<_> = (0..1_000).map(|_| counted(1)).collect();
        assert_eq!(many.len(), 1_000);
    }
}
