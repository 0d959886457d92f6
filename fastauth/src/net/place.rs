use http::uri::Authority;

/// The host of an address without the brackets of a number, and the port if it names one.
pub(crate) fn place(authority: &Authority) -> Option<(String, Option<u16>)> {
    let text = authority.as_str();
    let place = text.rsplit_once('@').map_or(text, |(_, place)| place);
    let written = authority.host();
    let port = match place.strip_prefix(written)? {
        "" => None,
        port => Some(port.strip_prefix(':')?.parse().ok()?),
    };
    let host = written.trim_matches(['[', ']']);
    (!host.is_empty()).then(|| (host.to_owned(), port))
}
