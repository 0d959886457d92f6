use http::{HeaderValue, Method, StatusCode, header, request::Parts};

use crate::{
    config::NextPath,
    hooks::Reply,
    http::{accept::shows_pages, context::original_uri},
};

/// Sends a browser to a page, if it asks for one, and for another than this.
pub(super) fn to_page(page: &NextPath, parts: &Parts) -> Option<Reply> {
    let uri = original_uri(parts);
    let reads = [Method::GET, Method::HEAD].contains(&parts.method);
    if !reads || !shows_pages(&parts.headers) || uri.path() == page.path() {
        return None;
    }
    let place = NextPath::of(uri).map_or_else(|| page.to_string(), |next| next.after(page));
    let place = HeaderValue::try_from(place).ok()?;
    Some(Reply::new(StatusCode::SEE_OTHER, "").header(header::LOCATION, place))
}
