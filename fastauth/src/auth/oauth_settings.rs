use std::{collections::BTreeSet, sync::Arc, time::Duration};

use serde_json::Value as Json;
use tokio::{task::JoinHandle, time::timeout};

use super::providers::{Declared, Registered};
use crate::{
    config::{BaseUrl, NextPath, Page},
    error::{SetupError, SetupProblem, nearest},
    oauth::OAuthClient,
    time::Timestamp,
    user::{AuthUser, SignupBody},
    value::Fields,
};

/// What the application decides about sign-ins by providers.
#[derive(Default)]
pub(super) struct OAuthSettings {
    pub(super) clients: Vec<OAuthClient>,
    pub(super) mount: Option<String>,
}

/// How long the start waits for a provider.
const PATIENCE: Duration = Duration::from_secs(10);

impl OAuthSettings {
    /// The providers by their names, each with where it sends browsers; they are asked whether they can
    /// be meant, all at once.
    pub(super) async fn settle<U: AuthUser>(
        self,
        base_url: &BaseUrl,
        trusted: &[BaseUrl],
        now: Timestamp,
        problems: &mut Vec<SetupProblem>,
    ) -> Declared {
        let mount = self.mount.unwrap_or_else(|| "/auth".to_owned());
        let mount = mount.strip_suffix('/').unwrap_or(&mount).to_owned();
        if !mount.is_empty() && !is_page(&mount) {
            let cause = "where the accounts are mounted (`.mount(…)`) is not a path of this site";
            problems.push(SetupProblem::new("unusable path", cause, ".mount(\"/auth\")"));
        }
        let asked: Vec<_> = self.clients.iter().map(|client| asked(client, now)).collect();
        let mut declared = Declared { mount, ..Declared::default() };
        for (client, asked) in self.clients.into_iter().zip(asked) {
            let name = client.provider.name().to_owned();
            problems.extend(client.contradictions());
            problems.extend(unfillable::<U>(&name, &client));
            problems.extend(answered(&name, asked.await));
            let callback = format!("{}{}/oauth/{name}/callback", base_url.as_str(), declared.mount);
            let redirect_uri = match client.redirect_uri.as_deref() {
                None => callback,
                Some(page) => whole(page, base_url, trusted).unwrap_or_else(|| {
                    problems.push(unusable_page(&name));
                    callback
                }),
            };
            let mut others = declared.by_name.iter().filter(|(other, _)| **other != name);
            if others.any(|(_, other)| other.redirect_uri == redirect_uri) {
                let cause = format!(
                    "`{}` and another provider send browsers to one page (`.redirect_uri(…)`)",
                    shown(&name)
                );
                let fix = "give each a page of its own: the answer of one is none of the other";
                problems.push(SetupProblem::new("page given twice", cause, fix));
            }
            let registered = Registered { client, redirect_uri };
            if declared.by_name.insert(name.clone(), Arc::new(registered)).is_some() {
                let cause = format!("two providers (`.oauth(…)`) are called `{}`", shown(&name));
                let fix = "give each a name of its own, which it keeps for ever";
                problems.push(SetupProblem::new("provider given twice", cause, fix));
            }
        }
        declared
    }
}

/// A path that nothing stands behind or for.
fn is_page(text: &str) -> bool {
    text.parse::<NextPath>().is_ok() && !text.contains(['#', '?', '{', '}'])
}

/// The whole address of a page of the application. Providers compare it to the letter.
fn whole(page: &str, base_url: &BaseUrl, trusted: &[BaseUrl]) -> Option<String> {
    let page = Page::resolve(page, base_url, trusted)?;
    (!page.as_str().contains(['?', '{', '}'])).then(|| page.as_str().to_owned())
}

fn unusable_page(name: &str) -> SetupProblem {
    let cause = format!(
        "the page that `{}` sends browsers to (`.redirect_uri(…)`) is neither a path of this site nor an \
         address of a trusted origin, or has a query or a `#`",
        shown(name)
    );
    let fix = "name a path, `/signed-in`, or declare where it is by `.trusted_origin(…)`";
    SetupProblem::new("unusable page", cause, fix)
}

/// Fields that no sign-up has, or that nobody but us fills.
fn unfillable<U: AuthUser>(name: &str, client: &OAuthClient) -> Vec<SetupProblem> {
    let spec = U::SPEC;
    let field = |column: Option<usize>| Some(spec.columns.get(column?)?.field);
    let parts = [field(spec.email), field(spec.password_hash), field(Some(spec.id))];
    let is_part = |name: &str| {
        ["email", "password"].contains(&name) || parts.iter().flatten().any(|it| *it == name)
    };
    let fields = spec.columns.iter().map(|column| column.field);
    let fields: Vec<_> = fields.filter(|it| !is_part(it) && is_given::<U>(it)).collect();
    let mut filled = BTreeSet::new();
    let wrong = |(field, claim): &(String, String)| {
        let shown_field = shown(field);
        let (what, fix) = if is_part(field) {
            let fix = "leave it out: the library fills it, or nobody does".to_owned();
            ("is not filled by a claim", fix)
        } else if !is_given::<U>(field) {
            let fix = match nearest(field, fields.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None if fields.is_empty() => format!("mark it: `#[auth(signup)] {shown_field}`"),
                None => format!("the fields of a sign-up are {}", fields.join(", ")),
            };
            ("is no field of a sign-up", fix)
        } else if !filled.insert((field.clone(), claim.clone())) {
            ("is filled by one claim twice", "keep one of them".to_owned())
        } else {
            return None;
        };
        let cause = format!("`{shown_field}` {what} (`.fill(…)` of `{}`)", shown(name));
        Some(SetupProblem::new("unusable field", cause, fix))
    };
    client.fills.iter().filter_map(wrong).collect()
}

/// Whether a sign-up takes a member of this name.
fn is_given<U: AuthUser>(name: &str) -> bool {
    let mut fields = Fields::new([(name.to_owned(), Json::Null)]);
    U::Signup::read(&mut fields);
    let errors = fields.finish().err().unwrap_or_default();
    errors.iter().all(|error| error.code != "unknown")
}

type Answer = Result<Result<(), SetupError>, tokio::time::error::Elapsed>;

fn asked(client: &OAuthClient, now: Timestamp) -> JoinHandle<Answer> {
    let provider = client.provider.clone();
    tokio::spawn(timeout(PATIENCE, async move { provider.prepare(now).await }))
}

/// What is wrong with its settings. That it does not answer is not: it may when somebody signs in.
fn answered(name: &str, answer: Result<Answer, tokio::task::JoinError>) -> Vec<SetupProblem> {
    match answer {
        Ok(Ok(Ok(()))) => Vec::new(),
        Ok(Ok(Err(error))) => error.problems().to_vec(),
        Ok(Err(_)) => {
            tracing::warn!(provider = name, "a provider does not answer; it is asked again later");
            Vec::new()
        }
        Err(broken) => {
            let cause = format!("`{}` broke off while it was prepared: {broken}", shown(name));
            vec![SetupProblem::new("unusable provider", cause, "see the panic above")]
        }
    }
}

fn shown(text: &str) -> String {
    text.escape_debug().take(64).collect()
}
