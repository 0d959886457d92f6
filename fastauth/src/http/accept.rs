//! Who is asking: a browser that shows what comes to somebody, or a program.

use http::{HeaderMap, HeaderName, header};

/// Whether what comes is shown to somebody: the client names HTML among what it takes.
pub(super) fn shows_pages(headers: &HeaderMap) -> bool {
    let mode = headers.get(HeaderName::from_static("sec-fetch-mode"));
    weight(headers, PAGES) > 0.0 && mode.is_none_or(|mode| mode == "navigate")
}

/// Whether the client would rather have JSON than a page.
pub(super) fn prefers_json(headers: &HeaderMap) -> bool {
    weight(headers, &["application/json"]) > weight(headers, PAGES)
}

/// How much of these the client wants, by name (RFC 9110 §12.5.1): nothing where it names none.
fn weight(headers: &HeaderMap, kinds: &[&str]) -> f32 {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
    let members = accepted.flat_map(|line| line.split(','));
    let weights = members.filter_map(|member| {
        let mut words = member.split(';').map(str::trim);
        let kind = words.next().unwrap_or_default();
        let is_named = kinds.iter().any(|named| kind.eq_ignore_ascii_case(named));
        is_named.then(|| words.find_map(quality).unwrap_or(1.0))
    });
    weights.fold(0.0, f32::max)
}

/// The weight that a parameter gives: `q=0.8`.
fn quality(parameter: &str) -> Option<f32> {
    let (name, weight) = parameter.split_once('=')?;
    name.eq_ignore_ascii_case("q").then(|| weight.parse().ok())?
}

const PAGES: &[&str] = &["text/html", "application/xhtml+xml"];

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(text: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, text.parse().expect("a value"));
        headers
    }

    #[test]
    fn a_browser_names_html() {
        for (text, pages, json) in [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true, false),
            ("application/json", false, true),
            ("application/json, text/plain, */*", false, true),
            ("Application/JSON;q=0.9, TEXT/HTML;q=0.8", true, true),
            ("application/json;q=0.8, text/html", true, false),
            ("application/json, text/html", true, false),
            ("text/html;q=0, application/json", false, true),
            ("text/html; q=0.000", false, false),
            ("text/html; Q=1", true, false),
            ("application/json;q=0", false, false),
            ("*/*", false, false),
            ("", false, false),
            ("text/htmlx, application/jsonp", false, false),
        ] {
            let headers = accept(text);
            assert_eq!((shows_pages(&headers), prefers_json(&headers)), (pages, json), "{text}");
        }
        assert!(!shows_pages(&HeaderMap::new()) && !prefers_json(&HeaderMap::new()));
    }

    #[test]
    fn what_a_script_fetches_is_shown_to_nobody() {
        let mut headers = accept("text/html");
        for (mode, shows) in [("navigate", true), ("cors", false), ("no-cors", false)] {
            headers.insert("sec-fetch-mode", mode.parse().expect("a value"));
            assert_eq!(shows_pages(&headers), shows, "{mode}");
        }
    }
}
