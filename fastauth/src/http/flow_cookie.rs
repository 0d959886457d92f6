//! The cookie of a flow with a provider: one for each, so that two tabs do not get in each other's way.

use http::{HeaderMap, header};

use super::carrier;
use crate::{
    config::BaseUrl,
    flow::BegunOAuth,
    oauth::FlowState,
    secret::{Digest, Token},
};

/// How many a browser may bring; what is more was never ended.
const MOST: usize = 8;
/// How the names of those begin that bind a sign-up to its browser.
pub(super) const SIGNUPS: &str = "auth_signup_";

/// Sets it. Always `Lax`: with `Strict` a browser would not bring it back from the provider.
pub(super) fn set(begun: &BegunOAuth, base_url: &BaseUrl) -> String {
    let lasts = FlowState::LIFETIME.as_secs();
    cookie(&format!("{}{}", prefix(base_url), begun.cookie), begun.sealed.expose(), lasts, base_url)
}

/// What a browser brings for the flow of this `state`.
pub(super) fn presented<'a>(
    headers: &'a HeaderMap,
    state: &str,
    base_url: &BaseUrl,
) -> Option<&'a str> {
    carrier::cookie(headers, &name(state, base_url)).ok().flatten()
}

/// Takes back that of a flow that has ended.
pub(super) fn clear(state: &str, base_url: &BaseUrl) -> String {
    cookie(&name(state, base_url), "", 0, base_url)
}

/// Takes back what is too many of them, the oldest first, which browsers send first (RFC 6265 §5.4).
pub(super) fn clear_surplus(headers: &HeaderMap, base_url: &BaseUrl) -> Vec<String> {
    let start = format!("{}{}", prefix(base_url), FlowState::COOKIES);
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let names = lines.flat_map(|line| line.split(';')).filter_map(|it| it.trim().split('=').next());
    let is_ours = |name: &&str| {
        let digits = name.strip_prefix(&start);
        digits.is_some_and(|it| it.len() == 8 && it.bytes().all(|c| c.is_ascii_hexdigit()))
    };
    let ours: Vec<_> = names.filter(is_ours).collect();
    // One more is about to come.
    let surplus = (ours.len() + 1).saturating_sub(MOST);
    ours.into_iter().take(surplus).map(|name| cookie(name, "", 0, base_url)).collect()
}

/// Binds a sign-up that is to go on to the browser that began it, so that nobody goes on with that of another
/// (RFC 9700 §4.7).
pub(super) fn set_signup(flow: &Token, base_url: &BaseUrl) -> String {
    let lasts = FlowState::LIFETIME.as_secs();
    cookie(
        &signup_name(flow, base_url),
        &hex(Digest::of(flow.expose()).as_bytes()),
        lasts,
        base_url,
    )
}

/// Whether this browser began the sign-up.
pub(super) fn has_signup(headers: &HeaderMap, flow: &Token, base_url: &BaseUrl) -> bool {
    let brought = carrier::cookie(headers, &signup_name(flow, base_url)).ok().flatten();
    brought.is_some_and(|it| it == hex(Digest::of(flow.expose()).as_bytes()))
}

/// Takes back that of a sign-up that has ended.
pub(super) fn clear_signup(flow: &Token, base_url: &BaseUrl) -> String {
    cookie(&signup_name(flow, base_url), "", 0, base_url)
}

fn signup_name(flow: &Token, base_url: &BaseUrl) -> String {
    let digest = Digest::of(flow.expose());
    let (start, _) = digest.as_bytes().split_at(4);
    format!("{}{SIGNUPS}{}", prefix(base_url), hex(start))
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|it| char::from_digit(it.into(), 16))
        .collect()
}

fn name(state: &str, base_url: &BaseUrl) -> String {
    format!("{}{}", prefix(base_url), FlowState::cookie(state))
}

/// No sibling host can plant one that is named so (RFC 6265bis §4.1.3.2).
fn prefix(base_url: &BaseUrl) -> &'static str {
    if base_url.is_development() { "" } else { "__Host-" }
}

fn cookie(name: &str, value: &str, lasts: u64, base_url: &BaseUrl) -> String {
    let secure = if base_url.is_development() { "" } else { "; Secure" };
    format!("{name}={value}; Path=/; HttpOnly{secure}; SameSite=Lax; Max-Age={lasts}")
}
