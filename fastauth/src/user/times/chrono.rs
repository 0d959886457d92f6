use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, Utc};

use super::{PointInTime, day};
use crate::{
    time::Timestamp,
    value::{Column, ColumnError, ColumnType, Shape, Value},
};

impl Column for DateTime<Utc> {
    const TYPE: ColumnType = ColumnType::Time;

    fn to_value(&self) -> Value {
        Value::Time(Timestamp::from_micros(self.timestamp_micros()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        let micros = Timestamp::from_value(value)?.as_micros();
        Self::from_timestamp_micros(micros).ok_or_else(|| ColumnError::new("out of range"))
    }
}

impl Column for DateTime<FixedOffset> {
    const TYPE: ColumnType = ColumnType::Time;

    fn to_value(&self) -> Value {
        self.to_utc().to_value()
    }

    /// In UTC: a store keeps the moment, not where it was noted.
    fn from_value(value: Value) -> Result<Self, ColumnError> {
        DateTime::<Utc>::from_value(value).map(|time| time.fixed_offset())
    }
}

impl Column for NaiveDateTime {
    const TYPE: ColumnType = ColumnType::Time;

    /// Taken as UTC.
    fn to_value(&self) -> Value {
        self.and_utc().to_value()
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        DateTime::<Utc>::from_value(value).map(|time| time.naive_utc())
    }
}

impl Column for NaiveDate {
    const TYPE: ColumnType = ColumnType::Text;
    const SHAPE: Shape = Shape::Date;

    fn to_value(&self) -> Value {
        // A month and a day of the calendar fit a byte.
        let small = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
        day::to_value(self.year(), small(self.month()), small(self.day()))
    }

    fn from_value(value: Value) -> Result<Self, ColumnError> {
        let (year, month, day) = day::from_value(value)?;
        Self::from_ymd_opt(year, month.into(), day.into()).ok_or_else(day::not_one)
    }
}

impl PointInTime for DateTime<FixedOffset> {}
impl PointInTime for DateTime<Utc> {}
impl PointInTime for NaiveDateTime {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chrono_s_types_come_back_from_a_column() {
        let moment = DateTime::from_timestamp_micros(-1).expect("in range");
        assert_eq!(moment.to_value(), Value::Time(Timestamp::from_micros(-1)));
        assert_eq!(DateTime::<Utc>::from_value(moment.to_value()), Ok(moment));
        assert_eq!(NaiveDateTime::from_value(moment.to_value()), Ok(moment.naive_utc()));
        let east = FixedOffset::east_opt(7_200).expect("two hours");
        let noted = moment.with_timezone(&east);
        assert_eq!(noted.to_value(), moment.to_value());
        let back = DateTime::<FixedOffset>::from_value(noted.to_value()).expect("in range");
        assert_eq!((back, back.offset().local_minus_utc()), (noted, 0));
        for day in [NaiveDate::MIN, NaiveDate::MAX, moment.date_naive()] {
            assert_eq!(NaiveDate::from_value(day.to_value()), Ok(day));
        }
    }

    #[test]
    fn less_than_a_microsecond_is_cut_off_on_both_sides_of_1970() {
        let at = |nanos| DateTime::from_timestamp_nanos(nanos).to_value();
        assert_eq!(at(1_999), Value::Time(Timestamp::from_micros(1)));
        assert_eq!(at(-1), Value::Time(Timestamp::from_micros(-1)));
    }

    #[test]
    fn what_chrono_cannot_hold_is_an_error() {
        for micros in [i64::MAX, i64::MIN] {
            let value = Value::Time(Timestamp::from_micros(micros));
            assert!(DateTime::<Utc>::from_value(value.clone()).is_err());
            assert!(DateTime::<FixedOffset>::from_value(value.clone()).is_err());
            assert!(NaiveDateTime::from_value(value).is_err());
        }
        for text in ["2026-02-29", "2026-13-01", "2026-00-01", "+300000-01-01", "2026-1-1"] {
            assert!(NaiveDate::from_value(Value::Text(text.to_owned())).is_err(), "{text}");
        }
    }
}
