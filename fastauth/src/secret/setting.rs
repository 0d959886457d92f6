use std::{collections::HashSet, error::Error as StdError, fmt};

use base64::{Engine, engine::general_purpose};
use zeroize::Zeroizing;

/// The application's secret: every key is derived from it.
///
/// Read from `FASTAUTH_SECRET` unless given in code. `base64:` and `hex:` before the text say how
/// it is written; without them its bytes are taken as they are.
///
/// ```
/// use fastauth::Secret;
///
/// assert!(Secret::parse("hunter2").is_err());
/// assert!(Secret::parse("base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=").is_ok());
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Fewest bytes: as long as the hash that HS256 uses (RFC 7518 §3.2).
    pub const MIN_BYTES: usize = 32;

    /// Reads a secret and refuses one that somebody could guess.
    ///
    /// # Errors
    /// [`WeakSecret`] says why, and never what was given.
    pub fn parse(text: &str) -> Result<Self, WeakSecret> {
        let text = text.trim();
        let bytes = if let Some(encoded) = text.strip_prefix("base64:") {
            let encoded = encoded.trim_end_matches('=').replace('-', "+").replace('_', "/");
            general_purpose::STANDARD_NO_PAD.decode(encoded).map_err(|_| WeakSecret::Unreadable)?
        } else if let Some(encoded) = text.strip_prefix("hex:") {
            unhex(encoded).ok_or(WeakSecret::Unreadable)?
        } else {
            placeholder(text)?;
            text.as_bytes().to_vec()
        };
        Self::from_bytes(bytes)
    }

    /// Takes raw bytes and refuses what somebody could guess.
    ///
    /// # Errors
    /// [`WeakSecret`] says why.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, WeakSecret> {
        let bytes = Zeroizing::new(bytes.into());
        if bytes.len() < Self::MIN_BYTES {
            return Err(WeakSecret::Short(bytes.len()));
        }
        if period(&bytes) <= bytes.len() / 2
            || is_run(&bytes)
            || bytes.iter().collect::<HashSet<_>>().len() < 10
        {
            return Err(WeakSecret::Repeated);
        }
        Ok(Self(bytes))
    }

    /// A fresh one for this run.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        super::random::<32>().map(|bytes| Self(Zeroizing::new(bytes.to_vec())))
    }

    /// The bytes themselves.
    pub(crate) fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why a secret is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum WeakSecret {
    /// Words that stand in documentation.
    Placeholder,
    /// One pattern over and over, or a handful of characters.
    Repeated,
    /// So many bytes, and [`Secret::MIN_BYTES`] are needed.
    Short(usize),
    /// Not the base64 or hex it says it is.
    Unreadable,
}

impl fmt::Display for WeakSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Placeholder => f.write_str("is a placeholder"),
            Self::Repeated => f.write_str("repeats one pattern"),
            Self::Short(bytes) => {
                write!(f, "has {bytes} bytes, and needs at least {}", Secret::MIN_BYTES)
            }
            Self::Unreadable => f.write_str("is not the base64 or hex it says it is"),
        }
    }
}

impl StdError for WeakSecret {}

/// Text that documentation shows is known to everybody, however long.
fn placeholder(text: &str) -> Result<(), WeakSecret> {
    const WORDS: &[&str] = &[
        "changeme",
        "changethis",
        "yoursecret",
        "secretkey",
        "replaceme",
        "placeholder",
        "supersecret",
        "insecure",
        "example",
        "password",
    ];
    let letters: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    if WORDS.iter().any(|word| letters.contains(word)) {
        Err(WeakSecret::Placeholder)
    } else {
        Ok(())
    }
}

/// The length of the shortest pattern that, repeated, gives `bytes`.
fn period(bytes: &[u8]) -> usize {
    (1..=bytes.len())
        .find(|&step| bytes.iter().zip(bytes.iter().skip(step)).all(|(a, b)| a == b))
        .unwrap_or(0)
}

/// Whether each byte follows from the one before by the same step: `abcdef…`, `01234…`.
fn is_run(bytes: &[u8]) -> bool {
    let mut steps = bytes.iter().zip(bytes.iter().skip(1)).map(|(a, b)| b.wrapping_sub(*a));
    let Some(first) = steps.next() else { return true };
    let (same, all) =
        steps.fold((1, 1), |(same, all), step| (same + usize::from(step == first), all + 1));
    same * 10 >= all * 8
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect::<Option<_>>()?;
    digits
        .chunks(2)
        .map(|pair| if let [high, low] = pair { Some(high << 4 | low) } else { None })
        .collect()
}
