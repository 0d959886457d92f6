use jiff::{Timestamp as Moment, Zoned, civil::Date, tz::TimeZone};

use super::{PointInTime, day};
use crate::{
    time::Timestamp,
    value::{Column, ColumnError, ColumnType, Shape, Value},
};

impl Column for Moment {
    const TYPE: ColumnType = ColumnType::Time;

    fn to_value(&self) -> Value {
        // Rounded down, as the other crates do: `as_microsecond` rounds towards 1970.
        let micros = self.as_nanosecond().div_euclid(1_000);
        Value::Time(Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX)))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        let nanos = i128::from(Timestamp::from_value(value)?.as_micros()) * 1_000;
        Self::from_nanosecond(nanos).map_err(|_| ColumnError::new("out of range"))
    }
}

impl Column for Zoned {
    const TYPE: ColumnType = ColumnType::Time;

    fn to_value(&self) -> Value {
        self.timestamp().to_value()
    }

    /// In UTC: a store keeps the moment, not where it was noted.
    fn from_value(value: Value) -> Result<Self, ColumnError> {
        Moment::from_value(value).map(|moment| moment.to_zoned(TimeZone::UTC))
    }
}

impl Column for Date {
    const TYPE: ColumnType = ColumnType::Text;
    const SHAPE: Shape = Shape::Date;

    fn to_value(&self) -> Value {
        // A month and a day of the calendar are positive.
        let small = |number: i8| u8::try_from(number).unwrap_or(0);
        day::to_value(self.year().into(), small(self.month()), small(self.day()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        let (year, month, day) = day::from_value(value)?;
        let year = year.try_into().ok();
        let (month, day) = (month.try_into().ok(), day.try_into().ok());
        year.zip(month.zip(day))
            .and_then(|(year, (month, day))| Self::new(year, month, day).ok())
            .ok_or_else(day::not_one)
    }
}

impl PointInTime for Moment {}
impl PointInTime for Zoned {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jiff_s_types_come_back_from_a_column() {
        let moment = Moment::from_microsecond(-1).expect("in range");
        assert_eq!(moment.to_value(), Value::Time(Timestamp::from_micros(-1)));
        assert_eq!(Moment::from_value(moment.to_value()), Ok(moment));
        let noted = moment.to_zoned(TimeZone::fixed(jiff::tz::offset(2)));
        assert_eq!(noted.to_value(), moment.to_value());
        let back = Zoned::from_value(noted.to_value()).expect("in range");
        assert_eq!((&back, back.time_zone()), (&noted, &TimeZone::UTC));
        for day in [Date::MIN, Date::MAX, noted.date()] {
            assert_eq!(Date::from_value(day.to_value()), Ok(day));
        }
    }

    #[test]
    fn less_than_a_microsecond_is_cut_off_on_both_sides_of_1970() {
        let at = |nanos| Moment::from_nanosecond(nanos).expect("in range").to_value();
        assert_eq!(at(1_999), Value::Time(Timestamp::from_micros(1)));
        assert_eq!(at(-1), Value::Time(Timestamp::from_micros(-1)));
    }

    #[test]
    fn what_jiff_cannot_hold_is_an_error() {
        let (first, last) = (Moment::MIN.as_microsecond(), Moment::MAX.as_microsecond());
        for (micros, holds) in
            [(first, true), (first - 1, false), (last, true), (last + 1, false), (i64::MIN, false)]
        {
            let value = Value::Time(Timestamp::from_micros(micros));
            assert_eq!(Moment::from_value(value.clone()).is_ok(), holds, "{micros}");
            assert_eq!(Zoned::from_value(value).is_ok(), holds, "{micros}");
        }
        for text in ["2026-02-29", "2026-13-01", "2026-00-01", "+010000-01-01", "2026-01-31T10:00"]
        {
            assert!(Date::from_value(Value::Text(text.to_owned())).is_err(), "{text}");
        }
    }
}
