//! Days of the calendar as text: `YYYY-MM-DD`, one spelling for each.

use crate::value::{Column, ColumnError, Value};

/// Writes a day. Years that four digits cannot write have a sign and six of them (ISO 8601), so that
/// what a program stores can be read again.
pub(super) fn to_value(year: i32, month: u8, day: u8) -> Value {
    Value::Text(written(year, month, day))
}

/// Reads year, month and day. Only the spelling that [`to_value`] gives is taken: the crates' own
/// parsers read weeks, hours and missing zeros as well, each in its own way.
pub(super) fn from_value(value: Value) -> Result<(i32, u8, u8), ColumnError> {
    let text = String::from_value(value)?;
    parts(&text).filter(|&(year, month, day)| written(year, month, day) == text).ok_or_else(not_one)
}

/// What is said of text that is no day.
pub(super) fn not_one() -> ColumnError {
    ColumnError::new("expected a date such as 2026-01-31")
}

fn written(year: i32, month: u8, day: u8) -> String {
    if (0..=9999).contains(&year) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:+07}-{month:02}-{day:02}")
    }
}

fn parts(text: &str) -> Option<(i32, u8, u8)> {
    let (rest, day) = text.rsplit_once('-')?;
    let (year, month) = rest.rsplit_once('-')?;
    Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_one_spelling() {
        let read = |text: &str| from_value(Value::Text(text.to_owned()));
        for (text, parts) in [
            ("0000-01-01", (0, 1, 1)),
            ("2026-01-31", (2026, 1, 31)),
            ("9999-12-31", (9999, 12, 31)),
            ("+010000-01-01", (10_000, 1, 1)),
            ("-000001-12-31", (-1, 12, 31)),
        ] {
            assert_eq!(read(text), Ok(parts));
            assert_eq!(to_value(parts.0, parts.1, parts.2), Value::Text(text.to_owned()));
        }
        for other in [
            "",
            "2026",
            "2026-01",
            "2026-1-31",
            "2026-01-031",
            " 2026-01-31",
            "2026-01-31 ",
            "+2026-01-31",
            "+002026-01-31",
            "-000000-01-01",
            "10000-01-01",
            "20260131",
            "2026-01-31T00:00:00",
            "2026-W05-6",
            "2026-01--1",
            "2026-01-+1",
            "二〇二六-01-31",
        ] {
            assert!(read(other).is_err(), "{other}");
        }
        assert!(from_value(Value::Int(20_260_131)).is_err());
    }
}
