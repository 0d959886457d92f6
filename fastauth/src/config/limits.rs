use std::{fmt, str::FromStr, time::Duration};

use crate::store::{Budget, Delays};

/// How often people may try: what is counted, and how often within how long.
///
/// A rate is written as `30/min`, `5/5min` or `10/h`: a number, and within how many seconds (`s`),
/// minutes (`min`), hours (`h`) or days (`d`). Several, `3/min, 10/h`, hold together; `off` is no limit.
/// Each default has its reason in the [manual](crate::manual::_04_defaults).
///
/// ```
/// use std::time::Duration;
/// use fastauth::config::Limits;
///
/// let strict = Limits::default().login("10/min").account("3/10min").mailbox("2/min, 5/h");
/// ```
#[derive(Clone, Debug)]
pub struct Limits {
    pub(crate) login: Rates,
    pub(crate) failures: Rates,
    pub(crate) account: Rates,
    pub(crate) delays: Delays,
    pub(crate) register: Rates,
    pub(crate) mail: Rates,
    pub(crate) mailbox: Rates,
    pub(crate) links: Rates,
    pub(crate) clients: Rates,
    faults: Vec<String>,
}

impl Default for Limits {
    fn default() -> Self {
        const MINUTE: Duration = Duration::from_mins(1);
        const HOUR: Duration = Duration::from_hours(1);
        let rate = |times, per| Rate { times, per };
        let delays =
            Delays { first: MINUTE / 2, longest: HOUR, forgotten_after: Duration::from_hours(24) };
        Self {
            login: Rates(vec![rate(30, MINUTE)]),
            failures: Rates(vec![rate(10, MINUTE)]),
            account: Rates(vec![rate(5, 5 * MINUTE)]),
            delays,
            register: Rates(vec![rate(20, MINUTE)]),
            mail: Rates(vec![rate(20, MINUTE)]),
            mailbox: Rates(vec![rate(3, MINUTE), rate(10, HOUR)]),
            links: Rates(vec![rate(30, MINUTE)]),
            clients: Rates(vec![rate(10, MINUTE)]),
            faults: Vec::new(),
        }
    }
}

impl Limits {
    /// None at all: for tests, and where something in front counts.
    #[must_use]
    pub fn off() -> Self {
        let off = || Rates(Vec::new());
        Self {
            login: off(),
            failures: off(),
            account: off(),
            register: off(),
            mail: off(),
            mailbox: off(),
            links: off(),
            clients: off(),
            ..Self::default()
        }
    }

    /// Passwords tried from one client address, whoever they are for: `30/min`.
    #[must_use]
    pub fn login(mut self, rates: &str) -> Self {
        self.login = self.read("login", rates);
        self
    }

    /// Wrong passwords from one client address: `10/min`.
    #[must_use]
    pub fn failures(mut self, rates: &str) -> Self {
        self.failures = self.read("failures", rates);
        self
    }

    /// Passwords tried in a row for one account, or for none: `5/5min`. After that each try has its
    /// [delay](Limits::delays), until the right one (OWASP ASVS 6.3.1).
    #[must_use]
    pub fn account(mut self, rates: &str) -> Self {
        self.account = self.read("account", rates);
        self
    }

    /// The first delay after too many wrong passwords, and the longest that it doubles to: 30
    /// seconds, one hour. Nobody is locked out for good, and a reset by mail ends it (NIST
    /// SP 800-63B §3.2.2).
    #[must_use]
    pub fn delays(self, first: Duration, longest: Duration) -> Self {
        Self { delays: Delays { first, longest, ..self.delays }, ..self }
    }

    /// Registrations from one client address: `20/min`.
    #[must_use]
    pub fn register(mut self, rates: &str) -> Self {
        self.register = self.read("register", rates);
        self
    }

    /// Requests from one client address that send mail: `20/min`.
    #[must_use]
    pub fn mail(mut self, rates: &str) -> Self {
        self.mail = self.read("mail", rates);
        self
    }

    /// Mails of one kind to one address: `3/min, 10/h`. What is more is not sent, and no reply says so.
    /// What is asked for and goes to nobody is counted apart: it keeps no owner from their mail.
    #[must_use]
    pub fn mailbox(mut self, rates: &str) -> Self {
        self.mailbox = self.read("mailbox", rates);
        self
    }

    /// Tokens of links that are tried from one client address: `30/min`.
    #[must_use]
    pub fn links(mut self, rates: &str) -> Self {
        self.links = self.read("links", rates);
        self
    }

    /// Wrong secrets of [introspection clients](crate::AuthBuilder::introspection_client) from one client
    /// address: `10/min`. A right one is taken all the same.
    #[must_use]
    pub fn clients(mut self, rates: &str) -> Self {
        self.clients = self.read("clients", rates);
        self
    }

    /// What cannot be meant, as sentences.
    pub(crate) fn contradictions(&self) -> Vec<String> {
        let mut faults = self.faults.clone();
        let Delays { first, longest, .. } = self.delays;
        if first.is_zero() || longest < first || LONGEST < longest {
            faults.push("the delays must grow from more than nought to a day at most".to_owned());
        }
        faults
    }

    fn read(&mut self, limit: &str, text: &str) -> Rates {
        text.parse().unwrap_or_else(|wrong| {
            self.faults.push(format!("the limit `{limit}` {wrong}"));
            Rates(Vec::new())
        })
    }
}

/// Rates that hold together.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Rates(Vec<Rate>);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Rate {
    times: u32,
    per: Duration,
}

impl Rates {
    /// The budgets of what is counted under this key.
    pub(crate) fn budgets(&self, key: &str, delays: Option<Delays>) -> Vec<Budget> {
        let budget = |(index, rate): (usize, &Rate)| Budget {
            key: format!("{key}:{index}"),
            limit: rate.times,
            window: rate.per,
            delays,
        };
        self.0.iter().enumerate().map(budget).collect()
    }
}

/// Why a text is no rate. It reads after "the limit".
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum NotARate {
    Count(String),
    NoSlash(String),
    Span(String),
    Unit(String),
}

impl fmt::Display for NotARate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSlash(text) => {
                write!(f, "says `{text}`: write how often and within how long, `30/min`")
            }
            Self::Count(text) => {
                write!(f, "says `{text}` times: write a number from 1 to 1000000, or `off`")
            }
            Self::Span(text) => write!(f, "says within `{text}`: write from one second to a day"),
            Self::Unit(text) => {
                write!(f, "says `{text}`, which is no unit of time: write `s`, `min`, `h` or `d`")
            }
        }
    }
}

impl FromStr for Rates {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        if text.trim() == "off" {
            return Ok(Self(Vec::new()));
        }
        text.split(',').map(|rate| rate.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let (times, span) =
            text.split_once('/').ok_or_else(|| NotARate::NoSlash(text.to_owned()))?;
        let (times, span) = (times.trim(), span.trim());
        let is_count = |times: &u32| (1..=MOST).contains(times);
        let number = number(times).filter(is_count);
        let number = number.ok_or_else(|| NotARate::Count(times.to_owned()))?;
        Ok(Self { times: number, per: self::span(span)? })
    }
}

/// `min`, `5min`, `5 min`.
fn span(text: &str) -> Result<Duration, NotARate> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let many = text.strip_suffix(unit).unwrap_or_default();
    let seconds = match unit.trim() {
        "s" | "sec" | "second" | "seconds" => 1,
        "m" | "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        other => return Err(NotARate::Unit(other.to_owned())),
    };
    let many = if many.is_empty() { Some(1) } else { number(many) };
    let per = many.map(|many| Duration::from_secs(u64::from(many) * seconds));
    per.filter(|per| !per.is_zero() && *per <= LONGEST)
        .ok_or_else(|| NotARate::Span(text.to_owned()))
}

/// Digits only: a sign is no part of a rate.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|c| c.is_ascii_digit()).then(|| text.parse().ok())?
}

const MOST: u32 = 1_000_000;

const LONGEST: Duration = Duration::from_hours(24);

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(u32, u64)>, NotARate> {
        let rates: Rates = text.parse()?;
        Ok(rates.0.iter().map(|rate| (rate.times, rate.per.as_secs())).collect())
    }

    #[test]
    fn a_rate_is_how_often_within_how_long() {
        for (text, rates) in [
            ("off", vec![]),
            ("1/s", vec![(1, 1)]),
            ("30/min", vec![(30, 60)]),
            ("30/m", vec![(30, 60)]),
            (" 5 / 5 minutes ", vec![(5, 300)]),
            ("5/5m,10/2hours", vec![(5, 300), (10, 7_200)]),
            ("1000000/1d", vec![(1_000_000, 86_400)]),
        ] {
            assert_eq!(read(text), Ok(rates), "{text}");
        }
    }

    #[test]
    fn what_is_no_rate_is_told() {
        for (text, words) in [
            ("", "says ``: write how often"),
            ("30", "says `30`: write how often"),
            ("30/min,", "says ``: write how often"),
            ("0/min", "says `0` times"),
            ("-1/min", "says `-1` times"),
            ("+1/min", "says `+1` times"),
            ("1000001/min", "says `1000001` times"),
            ("many/min", "says `many` times"),
            ("/min", "says `` times"),
            ("30/fortnight", "says `fortnight`, which is no unit"),
            ("30/", "says ``, which is no unit"),
            ("30/60", "says ``, which is no unit"),
            ("30/0s", "says within `0s`"),
            ("30/25h", "says within `25h`"),
            ("30/99999999999999s", "says within"),
            ("30/min/ip", "says `min/ip`, which is no unit"),
        ] {
            let told = read(text).unwrap_err().to_string();
            assert!(told.starts_with(words), "{text}: {told}");
        }
    }

    #[test]
    fn every_mistake_is_kept_until_the_start() {
        let limits = Limits::default().login("often").register("0/s");
        let second = Duration::from_secs(1);
        let faults = limits.delays(second, Duration::ZERO).contradictions();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[0].starts_with("the limit `login` says `often`"));
        assert_eq!(Limits::default().contradictions(), [""; 0]);
        assert_eq!(Limits::off().contradictions(), [""; 0]);
    }
}
