//! Whether a change that comes with cookies was made by a page of ours. Browsers send cookies along
//! whoever made the page; what only our own pages can say is where the request comes from.

use http::{HeaderMap, HeaderName, Method, header, request::Parts};

use super::carrier::{self, Carrier};
use crate::{
    auth::Auth,
    config::Transports,
    error::{Code, Error},
    user::AuthUser,
};

/// For the routes of the accounts: every change passes that no bearer token decides, whether or not
/// cookies came, for a sign-in has none yet (ASVS 3.5.1).
pub(super) fn check<U: AuthUser>(parts: &Parts, auth: &Auth<U>) -> Result<(), Error> {
    let transports = &auth.0.transports;
    if transports.cookies().is_none() {
        return Ok(());
    }
    let decides = carrier::presented(&parts.headers, transports, auth.is_opaque());
    match decides {
        Ok(Some(presented)) if presented.by == Carrier::Bearer => Ok(()),
        _ => is_ours(&parts.method, &parts.headers, transports),
    }
}

/// Whether a request is safe, or made by a page of ours.
pub(super) fn is_ours(
    method: &Method,
    headers: &HeaderMap,
    transports: &Transports,
) -> Result<(), Error> {
    const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    const REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");
    if [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE].contains(method) {
        return Ok(());
    }
    let one = |name: HeaderName| {
        let mut values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("?"));
        let first = values.next();
        if values.next().is_some() { Some("?") } else { first }
    };
    let is_trusted = one(header::ORIGIN).map(|origin| transports.trusts(origin));
    let ours = match (one(SITE), is_trusted) {
        (Some("same-origin" | "none"), _) => true,
        (Some(_), trusted) => trusted == Some(true),
        (None, Some(trusted)) => trusted,
        // An old browser, or a program: a form cannot send this header, nor a page of another origin
        // without being asked.
        (None, None) => one(REQUESTED_WITH).is_some_and(|it| !it.is_empty()),
    };
    if ours { Ok(()) } else { Err(Code::CsrfRejected.into()) }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, Method};

    use super::is_ours;
    use crate::config::{CookieConfig, Transport, Transports};

    fn asked(method: &Method, headers: &[(&str, &str)]) -> bool {
        let base_url = "https://app.example".parse().expect("an address");
        let trusted = vec!["https://admin.example:8443".to_owned()];
        let config = CookieConfig::new();
        let transports = Transports::new(vec![Transport::Cookies], &config, &base_url, trusted);
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            map.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        is_ours(method, &map, &transports).is_ok()
    }

    #[test]
    fn a_change_is_made_by_a_page_of_ours() {
        let post = |headers: &[(&str, &str)]| asked(&Method::POST, headers);
        assert!(post(&[("sec-fetch-site", "same-origin")]));
        assert!(post(&[("sec-fetch-site", "none")]));
        assert!(post(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://admin.example:8443")
        ]));
        assert!(post(&[("origin", "https://app.example")]));
        assert!(post(&[("x-requested-with", "fetch")]));
        for headers in [
            [("sec-fetch-site", "same-site"), ("x-requested-with", "fetch")].as_slice(),
            &[("sec-fetch-site", "cross-site"), ("x-requested-with", "fetch")],
            &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
            &[("sec-fetch-site", "Same-Origin")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")],
            &[("origin", "http://app.example")],
            &[("origin", "https://app.example:8443")],
            &[("origin", "https://app.example.evil.example")],
            &[("origin", "https://admin.example")],
            &[("origin", "null"), ("x-requested-with", "fetch")],
            &[("origin", "https://app.example"), ("origin", "https://evil.example")],
            &[("referer", "https://app.example/")],
            &[("x-requested-with", "")],
            &[],
        ] {
            assert!(!post(headers), "{headers:?}");
        }
    }

    #[test]
    fn what_changes_nothing_may_come_from_anywhere() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(asked(&method, &[("sec-fetch-site", "cross-site")]));
        }
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            assert!(!asked(&method, &[("sec-fetch-site", "cross-site")]));
        }
    }
}
