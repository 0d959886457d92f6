//! Every template is tried before the application starts, with each kind of letter it may have to write.

use minijinja::{Environment, Error, Template};

use super::name::{Part, TemplateName};
use crate::{
    error::{SetupProblem, nearest},
    mail::{LetterKind, writer::specimens},
};

/// What is wrong with templates that can be read.
pub(super) fn all(env: &Environment<'_>) -> Vec<SetupProblem> {
    let mut problems: Vec<_> = TemplateName::all()
        .filter_map(|name| Some((name, env.get_template(&name.to_string()).ok()?)))
        .flat_map(|(name, template)| unknown_values(env, name, &template))
        .collect();
    if problems.is_empty() {
        for name in TemplateName::all() {
            problems.extend(rendered(env, name));
        }
    }
    problems.dedup();
    problems
}

/// What could not be read, or written.
pub(super) fn problem(name: TemplateName, error: &Error) -> SetupProblem {
    let place = error.name().map_or_else(|| name.to_string(), str::to_owned);
    let line = error.line().map(|line| format!(", line {line}")).unwrap_or_default();
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    unusable(format!("{place}{line}: {detail}"), "mend it, or leave it away to have ours")
}

/// Values that no letter of this kind has, wherever they stand: a branch that is not taken today is taken
/// some day.
fn unknown_values(
    env: &Environment<'_>,
    name: TemplateName,
    template: &Template<'_, '_>,
) -> Vec<SetupProblem> {
    let known: Vec<&str> = match name {
        TemplateName::Layout => {
            LetterKind::ALL.iter().flat_map(|it| it.fields()).copied().collect()
        }
        TemplateName::Of(kind, _) => kind.fields().to_vec(),
    };
    let is_of_the_language = |name: &str| {
        env.globals().any(|(global, _)| global == name)
            || ["caller", "self", "super"].contains(&name)
    };
    let mut unknown: Vec<_> = template
        .undeclared_variables(false)
        .into_iter()
        .filter(|name| !known.contains(&name.as_str()) && !is_of_the_language(name))
        .collect();
    unknown.sort();
    let told = unknown.into_iter().map(|value| {
        let line = line_of(template.source(), &value);
        let fix = match nearest(&value, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("it has {}", known.join(", ")),
        };
        unusable(format!("{name}, line {line}: it has no `{value}`"), fix)
    });
    told.collect()
}

/// What keeps a template from being written, for any letter that it may have to write.
fn rendered(env: &Environment<'_>, name: TemplateName) -> Option<SetupProblem> {
    let TemplateName::Of(kind, part) = name else { return None };
    let template = env.get_template(&name.to_string()).ok()?;
    for values in specimens(kind) {
        match template.render(values) {
            Err(error) => return Some(problem(name, &error)),
            Ok(subject) if part == Part::Subject && !is_line(&subject) => {
                let cause = format!("{name}: a subject is one line of text");
                return Some(unusable(cause, "write one line, without control characters"));
            }
            Ok(_) => {}
        }
    }
    None
}

/// Whether it can be the subject of a mail: there is no header but the one.
fn is_line(subject: &str) -> bool {
    let subject = subject.trim();
    !subject.is_empty() && !subject.contains(char::is_control)
}

/// The first line with this word.
fn line_of(source: &str, word: &str) -> usize {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let has = |line: &str| line.split(|c| !is_letter(c)).any(|it| it == word);
    source.lines().position(has).map_or(1, |index| index + 1)
}

fn unusable(cause: String, fix: impl Into<String>) -> SetupProblem {
    SetupProblem::new("unusable mail template", cause, fix)
}
