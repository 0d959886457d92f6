//! What can go wrong, as the client reads it: one [`Code`] per refusal, one [`Error`] that carries it.
//!
//! Nothing here knows HTTP; `http/reply` maps each code to its status, from one table.

mod code;
mod hook;
mod nearest;
mod setup;

use std::{borrow::Cow, error::Error as StdError, fmt, time::Duration};

pub use code::Code;
pub use hook::{HookError, HookResult};
pub(crate) use nearest::nearest;
pub use setup::{SetupError, SetupProblem};

/// A refusal: the stable [`Code`], one sentence for people, and for a body the fields it is about.
///
/// Neither the text nor the fields ever hold a value the client sent, a path, a type or SQL
/// (ASVS 16.5.1); the cause is kept for logs through [`std::error::Error::source`].
#[derive(Debug)]
pub struct Error {
    code: Code,
    detail: Cow<'static, str>,
    fields: Vec<FieldError>,
    max_age: Option<Duration>,
    retry_after: Option<Duration>,
    scope: Option<Box<str>>,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A refusal in the code's own words.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            detail: Cow::Borrowed(code.detail()),
            fields: Vec::new(),
            max_age: None,
            retry_after: None,
            scope: None,
            cause: None,
        }
    }

    /// A body that was read but says the wrong things; one entry per field.
    pub fn validation(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(Code::ValidationFailed) }
    }

    /// Words for this one occasion in place of the code's own. They go to the client.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// A sign-up by a link that lacks fields; one entry per field.
    pub(crate) fn incomplete(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(Code::RegistrationIncomplete) }
    }

    /// A value that another account has, of a field without a code of its own.
    pub(crate) fn taken(field: &str) -> Self {
        let error = FieldError::at(field, "taken", Code::FieldTaken.detail());
        Self { fields: vec![error], ..Self::new(Code::FieldTaken) }
    }

    /// How recent a proof of identity must be (RFC 9470 §3).
    #[must_use]
    pub fn with_max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// When the client may try again.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The scopes that would be enough (RFC 6750 §3).
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<Box<str>>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// The cause, for logs only.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The stable name of the refusal.
    pub fn code(&self) -> Code {
        self.code
    }

    /// One sentence for people.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The fields of the body it is about.
    pub fn fields(&self) -> &[FieldError] {
        &self.fields
    }

    /// How recent a proof of identity must be.
    pub fn max_age(&self) -> Option<Duration> {
        self.max_age
    }

    /// The scopes that would be enough, with spaces between them.
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// When the client may try again.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

/// One field of a body that cannot be taken as it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FieldError {
    /// Where it stands: a JSON pointer (RFC 6901) such as `/email`.
    pub pointer: String,
    /// A stable `snake_case` word: `missing`, `unknown`, `wrong_type`, `too_short`, …
    pub code: &'static str,
    /// One sentence for people. Never the value that was sent.
    pub detail: Cow<'static, str>,
}

impl FieldError {
    /// An error at the member `name` of the body.
    pub fn at(name: &str, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        // RFC 6901 §3: `~` and `/` are the two characters a pointer escapes.
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        Self { pointer, code, detail: detail.into() }
    }

    /// A body of more members than anything here has.
    pub(crate) fn crowded() -> Self {
        let detail = "this body has more than 64 fields".into();
        Self { pointer: String::new(), code: "too_many", detail }
    }

    /// A member nobody asked for. Its name is the client's text, and who knows what of: it is said
    /// only if it is spelled like the name of a field.
    pub(crate) fn unknown(name: &str) -> Self {
        let spelled = (1..=64).contains(&name.len())
            && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
        let pointer = if spelled { format!("/{name}") } else { String::new() };
        Self { pointer, code: "unknown", detail: "this field is not one of this route's".into() }
    }
}
