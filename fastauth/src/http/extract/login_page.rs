use axum::extract::OriginalUri;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};

use crate::{config::NextPath, hooks::Reply};

/// Sends a browser to a page, if it asks for one, and for another than this.
pub(super) fn to_page(page: &NextPath, parts: &Parts) -> Option<Reply> {
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
    let reads = [Method::GET, Method::HEAD].contains(&parts.method);
    if !reads || !shows_pages(&parts.headers) || uri.path() == page.path() {
        return None;
    }
    let place = NextPath::of(uri).map_or_else(|| page.to_string(), |next| next.after(page));
    let place = HeaderValue::try_from(place).ok()?;
    Some(Reply::new(StatusCode::SEE_OTHER, "").header(header::LOCATION, place))
}

/// Whether what comes is shown to somebody: the client names HTML among what it takes.
fn shows_pages(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
    let mode = headers.get(HeaderName::from_static("sec-fetch-mode"));
    accepted.flat_map(|line| line.split(',')).any(is_page)
        && mode.is_none_or(|mode| mode == "navigate")
}

/// Whether a member of `Accept` (RFC 9110 §12.5.1) is HTML, and not what must not come.
fn is_page(member: &str) -> bool {
    let mut words = member.split(';').map(str::trim);
    let kind = words.next().unwrap_or_default();
    ["text/html", "application/xhtml+xml"].iter().any(|page| kind.eq_ignore_ascii_case(page))
        && !words.any(is_never)
}

/// Whether a parameter is a weight of nothing: `q=0`, `q=0.000`.
fn is_never(parameter: &str) -> bool {
    let Some((name, weight)) = parameter.split_once('=') else { return false };
    name.eq_ignore_ascii_case("q") && weight.parse().is_ok_and(|weight: f32| weight <= 0.0)
}
