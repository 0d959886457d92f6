use std::{collections::HashSet, sync::Arc, time::Duration};

use super::mail_settings::no_transport;
use crate::{
    config::{
        BaseUrl, Clients, CookieConfig, InvalidBaseUrl, Lifetimes, Limits, MailFlows, Mailing,
        NextPath, Pages, RoleSettings, Transport, Transports, TrustedProxies, from_env,
    },
    error::SetupProblem,
    secret::{Secret, Secrets},
    store::SessionKeeper,
    token::{TokenChecks, install_crypto_provider},
};

/// What makes a secret.
const FIX: &str = "FASTAUTH_SECRET=$(openssl rand -base64 32), and keep it";
/// How far clocks may differ at most.
const WIDEST_LEEWAY: Duration = Duration::from_mins(1);

/// What was found and made at the start, for the banner.
#[derive(Debug)]
pub(crate) struct Started {
    /// Where things are kept.
    pub(crate) store: String,
    /// The tables that were made.
    pub(crate) created: Vec<String>,
    /// What became of the first administrator of roles.
    pub(crate) administrator: Option<String>,
    /// Whether the secret is for this run only.
    pub(crate) random_secret: bool,
    /// Why it must not be reached from other machines, if so.
    pub(crate) local_only: Option<&'static str>,
    /// Where mail goes, if it is sent.
    pub(crate) mail: Option<String>,
}

/// The public address: in code, else from the environment, else this machine.
pub(super) fn base_url(given: Option<&str>, problems: &mut Vec<SetupProblem>) -> BaseUrl {
    let found = given.map(str::to_owned).or_else(|| from_env("FASTAUTH_BASE_URL"));
    let Some(text) = found else { return BaseUrl::local() };
    text.parse().unwrap_or_else(|error: InvalidBaseUrl| {
        problems.push(SetupProblem::new(
            "unusable public address",
            format!("the address (`.base_url(…)` or FASTAUTH_BASE_URL) {error}"),
            "FASTAUTH_BASE_URL=https://app.example.com",
        ));
        BaseUrl::local()
    })
}

/// What is for this machine only has no other public address.
pub(super) fn out_of_place(
    local_only: Option<&'static str>,
    base_url: &BaseUrl,
) -> Option<SetupProblem> {
    let why = local_only.filter(|_| !base_url.is_development())?;
    let cause = format!("the public address is not plain http on this machine, and {why}");
    let fix = "Auth::<User>::builder(), which takes the same settings";
    Some(SetupProblem::new("not for a public address", cause, fix))
}

/// The secret: in code, else from the environment; in development one for this run. Beside it those that
/// go on opening what they made.
pub(super) fn secrets(
    given: Option<&str>,
    fallbacks: &[String],
    base_url: &BaseUrl,
    problems: &mut Vec<SetupProblem>,
) -> Option<(Secrets, bool)> {
    let before = problems.len();
    let others = fallback_secrets(fallbacks, problems);
    let (current, is_random) = secret(given, base_url, problems)?;
    if is_random && !others.is_empty() {
        let cause = "a secret to fall back on is there (`.secret_fallback(…)` or FASTAUTH_SECRET_FALLBACKS), and none in front of it";
        problems.push(SetupProblem::new("no secret", cause, FIX));
    }
    let all = [&current].into_iter().chain(&others).map(Secret::expose);
    if all.collect::<HashSet<_>>().len() <= others.len() {
        let cause = "a secret stands twice among FASTAUTH_SECRET and those to fall back on";
        let fix = "leave out the secret that is in use from FASTAUTH_SECRET_FALLBACKS";
        problems.push(SetupProblem::new("one secret twice", cause, fix));
    }
    (problems.len() == before).then(|| (Secrets::new(current, others), is_random))
}

/// Those that were in use before, or will be.
fn fallback_secrets(given: &[String], problems: &mut Vec<SetupProblem>) -> Vec<Secret> {
    let found = from_env("FASTAUTH_SECRET_FALLBACKS").filter(|_| given.is_empty());
    let found = found.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned);
    let all = given.iter().cloned().chain(found);
    let read = |text: String| match Secret::parse(&text) {
        Ok(secret) => Some(secret),
        Err(weak) => {
            let cause = format!(
                "a secret to fall back on (`.secret_fallback(…)` or FASTAUTH_SECRET_FALLBACKS) {weak}"
            );
            let fix = "give it as FASTAUTH_SECRET was, several between spaces";
            problems.push(SetupProblem::new("weak secret", cause, fix));
            None
        }
    };
    all.filter_map(read).collect()
}

fn secret(
    given: Option<&str>,
    base_url: &BaseUrl,
    problems: &mut Vec<SetupProblem>,
) -> Option<(Secret, bool)> {
    let found = given.map(str::to_owned).or_else(|| from_env("FASTAUTH_SECRET"));
    let Some(text) = found else {
        if !base_url.is_development() {
            let cause = "neither `.secret(…)` nor FASTAUTH_SECRET is there, and the public address is not this machine";
            problems.push(SetupProblem::new("no secret", cause, FIX));
            return None;
        }
        return match Secret::random() {
            Ok(secret) => Some((secret, true)),
            Err(error) => {
                let cause = format!("the system gives no random bytes: {error}");
                problems.push(SetupProblem::new("no secret", cause, FIX));
                None
            }
        };
    };
    match Secret::parse(&text) {
        Ok(secret) => Some((secret, false)),
        Err(weak) => {
            let cause = format!("the secret (`.secret(…)` or FASTAUTH_SECRET) {weak}");
            problems.push(SetupProblem::new("weak secret", cause, FIX));
            None
        }
    }
}

/// What every token must say.
pub(super) fn checks(
    base_url: &BaseUrl,
    audience: Option<String>,
    leeway: Option<Duration>,
) -> TokenChecks {
    let issuer = base_url.as_str();
    let checks = TokenChecks::new(issuer, audience.unwrap_or_else(|| issuer.to_owned()));
    match leeway {
        Some(leeway) => checks.leeway(leeway),
        None => checks,
    }
}

/// What cannot be meant by an audience or a leeway.
pub(super) fn what_tokens_say(
    is_told: bool,
    leeway: Option<Duration>,
    has_strategy: bool,
    problems: &mut Vec<SetupProblem>,
) {
    if is_told && has_strategy {
        let cause = "the strategy (`.strategy(…)`) has checks of its own: `.audience(…)` and `.leeway(…)` say nothing to it";
        let fix = "give them to its `TokenChecks`";
        problems.push(SetupProblem::new("checks that nobody makes", cause, fix));
    }
    if leeway.is_some_and(|leeway| leeway > WIDEST_LEEWAY) {
        let cause = "the leeway (`.leeway(…)`) is over a minute: tokens would live on for as long";
        let fix = "set the clocks, and leave it at 5 seconds";
        problems.push(SetupProblem::new("wide leeway", cause, fix));
    }
}

/// Chooses what signs and verifies.
pub(super) fn cryptography(problems: &mut Vec<SetupProblem>) {
    if let Err(error) = install_crypto_provider() {
        let fix = "enable the feature `aws-lc-rs` (the default) or `rust-crypto`";
        problems.push(SetupProblem::new("no cryptography", error.to_string(), fix));
    }
}

/// What cannot be meant, each with an example of what can.
pub(super) fn contradictions(
    lifetimes: &Lifetimes,
    limits: &Limits,
    proxies: &TrustedProxies,
    roles: &RoleSettings,
    clients: &Clients,
    problems: &mut Vec<SetupProblem>,
) {
    for (title, causes, fix) in [
        (
            "unusable lifetimes",
            lifetimes.contradictions(),
            "give `.lifetimes(…)` times that fit together",
        ),
        (
            "unusable limits",
            limits.contradictions(),
            ".throttle(Limits::default().login(\"30/min\"))",
        ),
        (
            "unusable proxies",
            proxies.contradictions(),
            ".trusted_proxies([\"10.0.0.0/8\"]), or `.trusted_hops(1)` alone",
        ),
        (
            "unusable permissions",
            roles.contradictions(),
            "declare each permission once, by `.permissions::<Can>()`, and name one of them in `.roles_admin::<can::ManageRoles>()`",
        ),
        (
            "unusable clients",
            clients.contradictions(),
            ".introspection_client(\"reports\", std::env::var(\"REPORTS_SECRET\")?), made by `openssl rand -base64 32`",
        ),
    ] {
        problems.extend(causes.into_iter().map(|cause| SetupProblem::new(title, cause, fix)));
    }
}

/// How tokens travel, and whose pages may make changes.
pub(super) fn transports(
    order: Vec<Transport>,
    cookies: &CookieConfig,
    base_url: &BaseUrl,
    trusted: &[String],
    problems: &mut Vec<SetupProblem>,
) -> Transports {
    for cause in cookies.contradictions(base_url) {
        let fix = "give `.cookies(…)` names and attributes that browsers take";
        problems.push(SetupProblem::new("unusable cookies", cause, fix));
    }
    let mut origins = Vec::new();
    for text in trusted {
        match text.parse::<BaseUrl>() {
            Ok(origin) => origins.push(origin.as_str().to_owned()),
            Err(error) => {
                let cause = format!("an address of `.trusted_origin(…)` {error}");
                let fix = ".trusted_origin(\"https://admin.example.com\")";
                problems.push(SetupProblem::new("unusable origin", cause, fix));
            }
        }
    }
    Transports::new(order, cookies, base_url, origins)
}

/// Where the sessions are apart from the accounts: as the builder was told, or as the strategy brings.
pub(super) fn sessions(
    given: Option<Arc<dyn SessionKeeper>>,
    brought: Option<Arc<dyn SessionKeeper>>,
    problems: &mut Vec<SetupProblem>,
) -> Option<Arc<dyn SessionKeeper>> {
    if let (Some(given), Some(brought)) = (&given, &brought) {
        let (given, brought) = (given.describe(), brought.describe());
        let cause = format!(
            "`.sessions(…)` says to keep them in {given}, and the strategy keeps them in {brought}"
        );
        let fix =
            "leave out `.sessions(…)`, or give `.strategy(DatabaseStrategy::new())` beside it";
        problems.push(SetupProblem::new("sessions in two places", cause, fix));
    }
    given.or(brought)
}

/// The page that people sign in on.
pub(super) fn login_page(
    given: Option<&str>,
    problems: &mut Vec<SetupProblem>,
) -> Option<NextPath> {
    let page = given?.parse();
    if page.is_err() {
        let cause = "the page (`.login_page(…)`) is not a path of this site";
        problems.push(SetupProblem::new("unusable login page", cause, ".login_page(\"/login\")"));
    }
    page.ok()
}

/// What is done by mail, and where its links lead.
pub(super) fn mailing(
    declared: &MailFlows,
    has_mail: bool,
    base_url: &BaseUrl,
    trusted: &[BaseUrl],
    problems: &mut Vec<SetupProblem>,
) -> Mailing {
    for method in declared.unsent().into_iter().filter(|_| !has_mail) {
        problems.push(no_transport(&format!("`{method}`")));
    }
    let pages = declared.pages.resolve(base_url, trusted).unwrap_or_else(|wrong| {
        for page in wrong {
            let cause = format!(
                "the page `{page}` (`.pages(…)`) is neither a path of this site nor an address of a \
                 trusted origin, or has a `#`"
            );
            let fix = "name a path, `/reset-password`, or declare where it is by `.trusted_origin(…)`";
            problems.push(SetupProblem::new("unusable page", cause, fix));
        }
        Pages::default()
    });
    let MailFlows { links, signin_notices, verification, .. } = *declared;
    Mailing { links, pages, signin_notices, verification }
}
