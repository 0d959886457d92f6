//! What people read: times, and text of others in one line.

use std::time::Duration;

use crate::time::Timestamp;

/// Longest text of others that a mail repeats, in characters.
const LONGEST: usize = 200;

/// How long something lasts: `30 minutes`, `1 hour`, `2 days`. In the largest unit that is exact, and never
/// longer than it is.
pub(super) fn in_words(lasts: Duration) -> String {
    let seconds = lasts.as_secs();
    let units = [("day", 86_400), ("hour", 3_600), ("minute", 60)];
    let exact =
        units.into_iter().find(|(_, unit)| seconds >= *unit && seconds.is_multiple_of(*unit));
    let (name, unit) = exact.unwrap_or(if seconds < 60 { ("second", 1) } else { ("minute", 60) });
    let count = seconds / unit;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

/// A moment: `2026-11-26 14:05 UTC`.
pub(super) fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(..16)
        .map_or_else(|| text.clone(), |minute| format!("{} UTC", minute.replace('T', " ")))
}

/// Text of others as one line: without control characters, and not too long.
pub(super) fn line(text: &str) -> String {
    let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    shown.take(LONGEST).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_while_is_said_in_the_largest_unit_that_is_exact() {
        for (seconds, said) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (60, "1 minute"),
            (90, "1 minute"),
            (600, "10 minutes"),
            (3_600, "1 hour"),
            (5_400, "90 minutes"),
            (86_400, "1 day"),
            (129_600, "36 hours"),
        ] {
            assert_eq!(in_words(Duration::from_secs(seconds)), said);
        }
    }

    #[test]
    fn a_moment_is_said_to_the_minute() {
        assert_eq!(moment(Timestamp::from_secs(0)), "1970-01-01 00:00 UTC");
    }

    #[test]
    fn text_of_others_is_one_line() {
        assert_eq!(line(" a\r\nBcc: b\u{1b}[2J "), "a  Bcc: b [2J");
        assert_eq!(line(&"é".repeat(300)).chars().count(), LONGEST);
    }
}
