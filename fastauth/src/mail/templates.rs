//! The words of mails: our own, and what the application puts in their place.

mod check;
mod files;
mod name;
mod standard;

use std::{borrow::Cow, collections::BTreeMap, path::Path};

use minijinja::{Environment, Error, UndefinedBehavior, Value};

pub(super) use self::name::Part;
use self::name::TemplateName;
use super::LetterKind;
use crate::error::{SetupError, SetupProblem};

/// Templates in place of ours, one by one: what is not given stays as it is.
///
/// Each [`LetterKind`] has a subject of one line, a text and a HTML page, in the language of Jinja
/// ([minijinja](https://docs.rs/minijinja)); the kind says which values there are. What is written into HTML
/// is escaped. All HTML pages of ours stand in one `layout`, with the blocks `said`, `action` and `hint`.
/// Every template is tried when the application starts: a name that does not exist is said with its line.
///
/// ```
/// use fastauth::mail::{LetterKind, MailTemplates};
///
/// let templates = MailTemplates::new()
///     .subject(LetterKind::MagicLink, "Your way into {{ app_name }}")
///     .text(LetterKind::MagicLink, "Good for {{ lasts }}:\n\n{{ link }}\n");
/// ```
#[derive(Clone, Debug, Default)]
pub struct MailTemplates(BTreeMap<TemplateName, Cow<'static, str>>);

impl MailTemplates {
    /// Ours.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From the files of a folder: `reset_password.txt`, `reset_password.html`,
    /// `reset_password.subject.txt`, `layout.html`. Hidden files are passed over.
    ///
    /// # Errors
    /// The folder cannot be read, or a file's name is that of no template.
    pub fn from_dir(folder: impl AsRef<Path>) -> Result<Self, SetupError> {
        files::read(folder.as_ref()).map(Self)
    }

    /// The subject, in one line.
    #[must_use]
    pub fn subject(self, kind: LetterKind, source: impl Into<Cow<'static, str>>) -> Self {
        self.with(TemplateName::Of(kind, Part::Subject), source)
    }

    /// The mail for readers without HTML.
    #[must_use]
    pub fn text(self, kind: LetterKind, source: impl Into<Cow<'static, str>>) -> Self {
        self.with(TemplateName::Of(kind, Part::Text), source)
    }

    /// The mail as HTML.
    #[must_use]
    pub fn html(self, kind: LetterKind, source: impl Into<Cow<'static, str>>) -> Self {
        self.with(TemplateName::Of(kind, Part::Html), source)
    }

    /// What stands around every HTML mail of ours.
    #[must_use]
    pub fn layout(self, source: impl Into<Cow<'static, str>>) -> Self {
        self.with(TemplateName::Layout, source)
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn with(mut self, name: TemplateName, source: impl Into<Cow<'static, str>>) -> Self {
        self.0.insert(name, source.into());
        self
    }
}

/// Templates that are tried.
#[derive(Debug)]
pub(super) struct Templates(Environment<'static>);

impl Templates {
    /// Ours with the application's in their places.
    pub(super) fn new(own: MailTemplates) -> Result<Self, Vec<SetupProblem>> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        let mut problems = Vec::new();
        let is_ours = own.is_empty();
        let standard = standard::all().map(|(name, source)| (name, Cow::Borrowed(source)));
        for (name, source) in standard.chain(own.0) {
            if let Err(error) = env.add_template_owned(name.to_string(), source) {
                problems.push(check::problem(name, &error));
            }
        }
        // Ours are known to be right.
        if problems.is_empty() && !is_ours {
            problems = check::all(&env);
        }
        if problems.is_empty() { Ok(Self(env)) } else { Err(problems) }
    }

    /// One part of a letter: a subject without white space around it, a text that ends with its line.
    pub(super) fn render(
        &self,
        kind: LetterKind,
        part: Part,
        values: &Value,
    ) -> Result<String, Error> {
        let name = TemplateName::Of(kind, part).to_string();
        let written = self.0.get_template(&name)?.render(values.clone())?;
        Ok(match part {
            Part::Html => written,
            Part::Subject => written.trim().to_owned(),
            Part::Text => format!("{}\n", written.trim_end()),
        })
    }
}
