use std::fmt;

use crate::store::StoreError;

/// Ends a test that cannot go on.
#[allow(clippy::panic, reason = "a test stops at what it did not expect")]
pub(super) fn fail(why: impl fmt::Display) -> ! {
    panic!("{why}")
}

/// What the store answers; a test cannot go on without.
pub(super) fn answered<T>(answer: Result<T, StoreError>) -> T {
    answer.unwrap_or_else(|error| fail(format_args!("the store does not serve: {error}")))
}
