use minijinja::{Error, HtmlEscape, Value, context};
use uuid::Uuid;

use super::{
    Letter, LetterKind, Mail, MailTemplates, Mailbox,
    templates::{Part, Templates},
    words::{in_words, line, moment},
};
use crate::{error::SetupProblem, time::Timestamp};

/// Writes letters as mails.
#[derive(Debug)]
pub(crate) struct Writer {
    app_name: String,
    from: Mailbox,
    templates: Templates,
}

impl Writer {
    /// Tries the templates. The application is called by the name of its sender, or else as it is said.
    pub(crate) fn new(
        templates: MailTemplates,
        from: Mailbox,
        otherwise: &str,
    ) -> Result<Self, Vec<SetupProblem>> {
        let app_name = from.name().unwrap_or(otherwise).to_owned();
        Ok(Self { app_name, from, templates: Templates::new(templates)? })
    }

    pub(super) fn write(
        &self,
        id: Uuid,
        at: Timestamp,
        to: &str,
        letter: &Letter,
    ) -> Result<Mail, Error> {
        let kind = letter.kind();
        let values = values(&self.app_name, to, letter);
        let part = |part| self.templates.render(kind, part, &values);
        Ok(Mail {
            id,
            kind,
            at,
            from: self.from.clone(),
            to: to.to_owned(),
            // A template can only make lines of its own words, and those were tried.
            subject: line(&part(Part::Subject)?),
            text: part(Part::Text)?,
            html: self.templates.render(kind, Part::Html, &in_html(&values, letter))?,
            link: letter.link().map(|(link, _)| link.to_owned()),
        })
    }
}

/// What the templates of a letter can say: [`LetterKind::fields`].
fn values(app_name: &str, email: &str, letter: &Letter) -> Value {
    match letter {
        Letter::AlreadyRegistered
        | Letter::EmailChangeRequested
        | Letter::EmailChanged
        | Letter::PasswordChanged => context! { app_name, email },
        Letter::ConfirmEmailChange { link, lasts }
        | Letter::MagicLink { link, lasts }
        | Letter::ResetPassword { link, lasts }
        | Letter::VerifyEmail { link, lasts } => {
            context! { app_name, email, link, lasts => in_words(*lasts) }
        }
        Letter::IdentityLinked { provider } | Letter::IdentityUnlinked { provider } => {
            context! { app_name, email, provider }
        }
        Letter::NewSignin { at, ip, user_agent } => {
            let ip = ip.map(|ip| ip.to_string());
            let user_agent = user_agent.as_deref().map(line);
            context! { app_name, email, at => moment(*at), ip, user_agent }
        }
    }
}

/// The same with a link that is escaped as much as it must be: with its slashes, which the engine would
/// write as `&#x2f;`.
fn in_html(values: &Value, letter: &Letter) -> Value {
    let Some((link, _)) = letter.link() else { return values.clone() };
    let escaped = HtmlEscape(link).to_string().replace("&#x2f;", "/");
    context! { link => Value::from_safe_string(escaped), ..values.clone() }
}

/// What every letter of this kind can say, and the least of it.
pub(super) fn specimens(kind: LetterKind) -> Vec<Value> {
    let letters = Letter::specimens(kind);
    letters.iter().map(|letter| values("Example", "ada@example.com", letter)).collect()
}

#[cfg(test)]
mod tests;
