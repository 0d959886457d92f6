use std::fmt;

use crate::mail::LetterKind;

/// Which piece of a mail a template writes.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(in crate::mail) enum Part {
    Html,
    Subject,
    Text,
}

impl Part {
    pub(super) const ALL: [Self; 3] = [Self::Html, Self::Subject, Self::Text];

    /// What a template's name ends with: `.html` is what has it escaped.
    const fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Subject => "subject.txt",
            Self::Text => "txt",
        }
    }
}

/// The name of a template, which is that of its file.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum TemplateName {
    Layout,
    Of(LetterKind, Part),
}

impl TemplateName {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let parts = |kind| Part::ALL.map(|part| Self::Of(kind, part));
        LetterKind::ALL.into_iter().flat_map(parts).chain([Self::Layout])
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::all().find(|known| known.to_string() == name)
    }
}

impl fmt::Display for TemplateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Layout => f.write_str("layout.html"),
            Self::Of(kind, part) => write!(f, "{kind}.{}", part.ending()),
        }
    }
}
