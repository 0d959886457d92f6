use std::{collections::HashSet, fmt, sync::Arc, sync::LazyLock, time::Duration};

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::BreachCheck;
use crate::secret::Password;

/// The passwords people choose most, in lower case (ASVS 6.2.4).
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common.txt").lines().collect());

/// The longest password and the shortest that any policy takes, in code points; and the longest in
/// bytes: more is refused before any work.
const MAX_CHARS: usize = Password::MAX_CHARS;
const MIN_CHARS: usize = Password::MIN_CHARS;
const MAX_BYTES: usize = 1024;
/// The shortest word about the account that a password may not be.
const MIN_WORD: usize = 4;
/// How long a breach check may take.
const BREACH_PATIENCE: Duration = Duration::from_secs(3);

/// Which passwords are taken: by length and by what others choose, never by kinds of characters
/// (NIST SP 800-63B §3.1.1.2).
///
/// ```
/// use fastauth::{Password, password::PasswordPolicy};
///
/// # async fn run() {
/// let policy = PasswordPolicy::default().block(["shopshopshop"]);
/// assert!(policy.check(&Password::new("shopshopshop"), &[]).await.is_err());
/// assert!(policy.check(&Password::new("password1"), &[]).await.is_err()); // everybody's
/// assert!(policy.check(&Password::new("ada@example.com"), &["ada@example.com"]).await.is_err());
/// assert!(policy.check(&Password::new("correct horse battery"), &[]).await.is_ok());
/// # }
/// ```
#[derive(Clone)]
pub struct PasswordPolicy {
    min: usize,
    blocked: HashSet<String>,
    breach: Option<Arc<dyn BreachCheck>>,
}

impl Default for PasswordPolicy {
    /// At least 8 code points.
    fn default() -> Self {
        Self { min: MIN_CHARS, blocked: HashSet::new(), breach: None }
    }
}

impl PasswordPolicy {
    /// At least 15 code points, for passwords that stand alone (NIST SP 800-63B §3.1.1.1).
    #[must_use]
    pub fn nist() -> Self {
        Self::default().min_chars(15)
    }

    /// Code points of the shortest password. Under 8 there is none.
    #[must_use]
    pub fn min_chars(self, min: usize) -> Self {
        Self { min: min.clamp(MIN_CHARS, MAX_CHARS), ..self }
    }

    /// More passwords that are not taken, beside the common ones. Case does not count.
    #[must_use]
    pub fn block(mut self, words: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.blocked.extend(words.into_iter().map(|word| folded(word.as_ref())));
        self
    }

    /// Asks this as well.
    #[must_use]
    pub fn breach_check(self, check: impl BreachCheck) -> Self {
        Self { breach: Some(Arc::new(check)), ..self }
    }

    /// Code points of the shortest password.
    pub fn shortest(&self) -> usize {
        self.min
    }

    /// Refuses what is too long to be worth any work: for every route that reads a password.
    ///
    /// # Errors
    /// [`PolicyViolation::TooLong`].
    #[allow(clippy::unused_self, reason = "a policy may come to decide it")]
    pub fn check_length_cap(&self, password: &Password) -> Result<(), PolicyViolation> {
        let text = password.expose();
        // Counted after normalising, as the shortest is, and no further than it matters.
        let long = text.len() > MAX_BYTES || text.nfkc().take(MAX_CHARS + 1).count() > MAX_CHARS;
        if long { Err(PolicyViolation::TooLong) } else { Ok(()) }
    }

    /// Whether a new password is taken. `context` are words about the account: its address, its
    /// username, the name of the service.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub async fn check(
        &self,
        password: &Password,
        context: &[&str],
    ) -> Result<(), PolicyViolation> {
        self.check_length_cap(password)?;
        let normal: Zeroizing<String> = Zeroizing::new(password.expose().nfkc().collect());
        if normal.chars().count() < self.min {
            return Err(PolicyViolation::TooShort(self.min));
        }
        let folded = Zeroizing::new(folded(&normal));
        if COMMON.contains(folded.as_str())
            || self.blocked.contains(folded.as_str())
            || is_one_letter(&folded)
        {
            return Err(PolicyViolation::TooCommon);
        }
        if is_about(&folded, context) {
            return Err(PolicyViolation::TooPersonal);
        }
        let Some(breach) = &self.breach else { return Ok(()) };
        match tokio::time::timeout(BREACH_PATIENCE, breach.is_breached(password)).await {
            Ok(Ok(false)) => Ok(()),
            Ok(Ok(true)) => Err(PolicyViolation::Breached),
            Ok(Err(error)) => {
                let error = error.to_string();
                tracing::warn!(?error, "a password could not be checked for breaches");
                Ok(())
            }
            Err(_) => {
                tracing::warn!("a password could not be checked for breaches in time");
                Ok(())
            }
        }
    }
}

impl fmt::Debug for PasswordPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordPolicy").field("min", &self.min).finish_non_exhaustive()
    }
}

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PolicyViolation {
    /// It is known from a breach.
    Breached,
    /// Many people have it.
    TooCommon,
    /// Longer than 256 code points or 1024 bytes.
    TooLong,
    /// It is little more than the address or the name it protects.
    TooPersonal,
    /// It has fewer code points than this.
    TooShort(usize),
}

impl PolicyViolation {
    /// A stable word for [`FieldError::code`](crate::error::FieldError::code).
    pub fn code(self) -> &'static str {
        match self {
            Self::Breached => "breached",
            Self::TooCommon => "too_common",
            Self::TooLong => "too_long",
            Self::TooPersonal => "too_personal",
            Self::TooShort(_) => "too_short",
        }
    }
}

impl fmt::Display for PolicyViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Breached => f.write_str("this password is known from a breach"),
            Self::TooCommon => f.write_str("many people have this password"),
            Self::TooLong => write!(f, "a password has at most {MAX_CHARS} characters"),
            Self::TooPersonal => {
                f.write_str("this password is too much like the account it is for")
            }
            Self::TooShort(min) => write!(f, "a password has at least {min} characters"),
        }
    }
}

fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

fn is_one_letter(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| letters.all(|letter| letter == first))
}

/// Whether it is one of these words, or a part of an address among them, with nothing but digits and
/// signs around it.
fn is_about(folded_password: &str, context: &[&str]) -> bool {
    let bare = |text: &str| text.trim_matches(|c: char| !c.is_alphabetic()).to_owned();
    let password = bare(folded_password);
    let words = context.iter().map(|text| folded(text));
    words
        .flat_map(|text| {
            let parts: Vec<String> = text.split(['@', '.', ' ']).map(bare).collect();
            parts.into_iter().chain([bare(&text)])
        })
        .any(|word| word.chars().count() >= MIN_WORD && word == password)
}
