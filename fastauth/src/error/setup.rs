use std::{error::Error as StdError, fmt};

/// Why the application cannot start: every problem at once, each with its cause and its fix.
///
/// Its `Debug` is the readable report, because that is what `main` prints.
///
/// ```
/// use fastauth::{SetupError, SetupProblem};
///
/// let error = SetupError::from(SetupProblem::new("no secret", "FASTAUTH_SECRET is empty", "openssl rand -base64 32"));
/// assert!(format!("{error:?}").contains("fix: openssl rand -base64 32"));
/// ```
pub struct SetupError {
    problems: Vec<SetupProblem>,
}

impl SetupError {
    /// The problems, in the order they were found.
    pub fn problems(&self) -> &[SetupProblem] {
        &self.problems
    }

    /// `Ok` when there is nothing to report.
    pub(crate) fn check(problems: Vec<SetupProblem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self { problems }) }
    }
}

impl From<SetupProblem> for SetupError {
    fn from(problem: SetupProblem) -> Self {
        Self { problems: vec![problem] }
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "fastauth cannot start: {count} problem{plural}")?;
        for (index, problem) in self.problems.iter().enumerate() {
            write!(f, "\n\n  {}. {}\n     {}", index + 1, problem.title, indented(&problem.cause))?;
            write!(f, "\n     fix: {}", indented(&problem.fix))?;
        }
        Ok(())
    }
}

impl fmt::Debug for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for SetupError {}

/// One thing that keeps the application from starting.
///
/// It names the setting and never its value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SetupProblem {
    /// A few words: `weak secret`.
    pub title: String,
    /// What was found.
    pub cause: String,
    /// What to do about it.
    pub fix: String,
}

impl SetupProblem {
    /// A problem in its three parts.
    pub fn new(title: impl Into<String>, cause: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { title: title.into(), cause: cause.into(), fix: fix.into() }
    }
}

fn indented(text: &str) -> String {
    text.replace('\n', "\n     ")
}
