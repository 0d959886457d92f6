use std::time::SystemTime;

use crate::{time::Timestamp, value::Column};

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod day;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "time")]
mod time;

/// A type that is a point in time: `SystemTime`, and those of chrono, time and jiff under the
/// features of those names. Kept to the microsecond, in UTC.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a point in time",
    label = "not a point in time",
    note = "use a time of chrono, time or jiff, or any that converts from `SystemTime`"
)]
pub trait PointInTime: Column {}

impl PointInTime for SystemTime {}
impl PointInTime for Timestamp {}

#[diagnostic::do_not_recommend]
impl<T: PointInTime> PointInTime for Option<T> {}
