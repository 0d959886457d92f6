use time::{Date, Month, OffsetDateTime, PrimitiveDateTime};

use super::{PointInTime, day};
use crate::{
    time::Timestamp,
    value::{Column, ColumnError, ColumnType, Shape, Value},
};

impl Column for OffsetDateTime {
    const TYPE: ColumnType = ColumnType::Time;

    fn to_value(&self) -> Value {
        // Years beyond what the type can hold do not fit 64 bits of microseconds either: they saturate.
        let micros = self.unix_timestamp_nanos().div_euclid(1_000);
        Value::Time(Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX)))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        let nanos = i128::from(Timestamp::from_value(value)?.as_micros()) * 1_000;
        Self::from_unix_timestamp_nanos(nanos).map_err(|_| ColumnError::new("out of range"))
    }
}

impl Column for PrimitiveDateTime {
    const TYPE: ColumnType = ColumnType::Time;

    /// Taken as UTC.
    fn to_value(&self) -> Value {
        self.assume_utc().to_value()
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        OffsetDateTime::from_value(value).map(|time| Self::new(time.date(), time.time()))
    }
}

impl Column for Date {
    const TYPE: ColumnType = ColumnType::Text;
    const SHAPE: Shape = Shape::Date;

    fn to_value(&self) -> Value {
        day::to_value(self.year(), self.month().into(), self.day())
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        let (year, month, day) = day::from_value(value)?;
        Month::try_from(month)
            .and_then(|month| Self::from_calendar_date(year, month, day))
            .map_err(|_| day::not_one())
    }
}

impl PointInTime for OffsetDateTime {}
impl PointInTime for PrimitiveDateTime {}

#[cfg(test)]
mod tests {
    use time::UtcOffset;

    use super::*;

    #[test]
    fn time_s_types_come_back_from_a_column() {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(-1_000).expect("in range");
        assert_eq!(moment.to_value(), Value::Time(Timestamp::from_micros(-1)));
        assert_eq!(OffsetDateTime::from_value(moment.to_value()), Ok(moment));
        let naive = PrimitiveDateTime::new(moment.date(), moment.time());
        assert_eq!(PrimitiveDateTime::from_value(naive.to_value()), Ok(naive));
        let noted = moment.to_offset(UtcOffset::from_hms(2, 0, 0).expect("two hours"));
        assert_eq!(noted.to_value(), moment.to_value());
        let back = OffsetDateTime::from_value(noted.to_value()).expect("in range");
        assert_eq!((back, back.offset()), (noted, UtcOffset::UTC));
        for day in [Date::MIN, Date::MAX, moment.date()] {
            assert_eq!(Date::from_value(day.to_value()), Ok(day));
        }
    }

    #[test]
    fn less_than_a_microsecond_is_cut_off_on_both_sides_of_1970() {
        let at = |n| OffsetDateTime::from_unix_timestamp_nanos(n).expect("in range").to_value();
        assert_eq!(at(1_999), Value::Time(Timestamp::from_micros(1)));
        assert_eq!(at(-1), Value::Time(Timestamp::from_micros(-1)));
    }

    #[test]
    fn what_time_cannot_hold_is_an_error() {
        for micros in [i64::MAX, i64::MIN] {
            let value = Value::Time(Timestamp::from_micros(micros));
            assert!(OffsetDateTime::from_value(value.clone()).is_err());
            assert!(PrimitiveDateTime::from_value(value).is_err());
        }
        for text in ["2026-02-29", "2026-13-01", "2026-00-01", "+1000000-01-01", "2026-W05-6"] {
            assert!(Date::from_value(Value::Text(text.to_owned())).is_err(), "{text}");
        }
    }
}
