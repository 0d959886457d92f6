use std::sync::Arc;

use crate::{
    config::{BaseUrl, from_env},
    error::SetupProblem,
    mail::{Console, EmailTransport, InvalidMailbox, MailTemplates, Mailbox, Writer, by_url},
};

/// What the application decides about its mail.
#[derive(Default)]
pub(super) struct MailSettings {
    pub(super) from: Option<String>,
    pub(super) templates: MailTemplates,
    pub(super) transport: Option<Arc<dyn EmailTransport>>,
}

/// Who brings mail on its way, and who writes it.
type Post = (Arc<dyn EmailTransport>, Writer);

impl MailSettings {
    /// Who sends mail, if anybody does.
    pub(super) fn settle(
        self,
        base_url: &BaseUrl,
        problems: &mut Vec<SetupProblem>,
    ) -> Option<Post> {
        let before = problems.len();
        let from = sender(self.from, problems);
        let transport = self.transport.or_else(|| by_settings(base_url, problems));
        if problems.len() == before {
            let needs_sender = transport.as_ref().filter(|it| it.needs_sender());
            if let (None, Some(transport)) = (&from, needs_sender) {
                problems.push(no_sender(transport.as_ref()));
            }
            if transport.is_none() && !self.templates.is_empty() {
                problems.push(no_transport("`.mail_templates(…)`"));
            }
        }
        let from = from.or_else(|| made_up(base_url))?;
        match Writer::new(self.templates, from, base_url.host()) {
            Ok(writer) => transport.map(|transport| (transport, writer)),
            Err(unusable) => {
                problems.extend(unusable);
                None
            }
        }
    }
}

/// Something asks for mail and nothing sends it.
pub(super) fn no_transport(what: &str) -> SetupProblem {
    SetupProblem::new(
        "no mail",
        format!(
            "{what} needs mail, and neither `.email(…)` nor FASTAUTH_SMTP_URL says how it is sent"
        ),
        "FASTAUTH_SMTP_URL=smtps://user:password@mail.example.com, with the feature `smtp`",
    )
}

/// Who mail comes from: in code, else from the environment.
fn sender(given: Option<String>, problems: &mut Vec<SetupProblem>) -> Option<Mailbox> {
    let text = given.or_else(|| from_env("FASTAUTH_MAIL_FROM"))?;
    let parsed = text.parse().map_err(|error: InvalidMailbox| {
        let cause = format!("the sender of mail (`.mail_from(…)` or FASTAUTH_MAIL_FROM) {error}");
        problems.push(SetupProblem::new("unusable sender", cause, FROM));
    });
    parsed.ok()
}

/// What sends mail where the code says nothing: what the environment names, else in development the terminal.
fn by_settings(
    base_url: &BaseUrl,
    problems: &mut Vec<SetupProblem>,
) -> Option<Arc<dyn EmailTransport>> {
    if let Some(url) = from_env("FASTAUTH_SMTP_URL") {
        let named = by_url(&url).map_err(|error| problems.extend_from_slice(error.problems()));
        return named.ok();
    }
    base_url.is_development().then(|| Arc::new(Console) as Arc<dyn EmailTransport>)
}

fn no_sender(transport: &dyn EmailTransport) -> SetupProblem {
    let cause = format!("mail goes by {}, and nobody is named as its sender", transport.describe());
    SetupProblem::new("no sender", cause, FROM)
}

/// The sender of mail that reaches nobody's mailbox: not every host has a domain.
fn made_up(base_url: &BaseUrl) -> Option<Mailbox> {
    let hosts = [base_url.host(), "localhost.invalid"];
    hosts.iter().find_map(|host| format!("no-reply@{host}").parse().ok())
}

const FROM: &str = "FASTAUTH_MAIL_FROM=\"Example <no-reply@example.com>\"";
