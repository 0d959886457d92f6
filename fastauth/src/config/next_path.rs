use std::{error::Error as StdError, fmt, str::FromStr};

use http::{Uri, uri::PathAndQuery};

/// The longest path that is carried along, in bytes.
const LONGEST: usize = 2048;

/// Where to go after signing in: a path of this site and nothing else, as a browser reads it. A login
/// page reads its `next` through this type, so that no link of a stranger's leads from it to another
/// site (RFC 9700 §4.12).
///
/// ```
/// use fastauth::NextPath;
///
/// assert_eq!("/posts?page=2".parse::<NextPath>()?.as_str(), "/posts?page=2");
/// for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example"] {
///     assert!(elsewhere.parse::<NextPath>().is_err());
/// }
/// # Ok::<(), fastauth::NotAPath>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NextPath(String);

impl NextPath {
    /// The path, with its query.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path alone.
    pub(crate) fn path(&self) -> &str {
        self.0.split(['?', '#']).next().unwrap_or_default()
    }

    /// Where a request went.
    pub(crate) fn of(uri: &Uri) -> Option<Self> {
        uri.path_and_query().map(PathAndQuery::as_str)?.parse().ok()
    }

    /// The address of a page with this path as its `next`.
    pub(crate) fn after(&self, page: &Self) -> String {
        let separator = if page.0.contains('?') { '&' } else { '?' };
        let next: String = form_urlencoded::byte_serialize(self.0.as_bytes()).collect();
        format!("{}{separator}next={next}", page.0)
    }
}

impl FromStr for NextPath {
    type Err = NotAPath;

    fn from_str(text: &str) -> Result<Self, NotAPath> {
        // Two slashes begin a host; browsers read `\` as `/`, and leave out tabs and line ends.
        let is_of_this_site = text.starts_with('/') && !text.starts_with("//");
        let is_plain = text.bytes().all(|c| c.is_ascii_graphic() && c != b'\\');
        if is_of_this_site && is_plain && text.len() <= LONGEST {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAPath)
        }
    }
}

impl fmt::Display for NextPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text that is not a path of this site.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NotAPath;

impl fmt::Display for NotAPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a path of this site, such as `/posts`")
    }
}

impl StdError for NotAPath {}

#[cfg(test)]
mod tests {
    use super::NextPath;

    fn parsed(text: &str) -> Option<NextPath> {
        text.parse().ok()
    }

    #[test]
    fn a_path_of_this_site_is_taken() {
        let long = format!("/{}", "a".repeat(2047));
        for good in ["/", "/posts", "/posts?page=2#end", "/a//b", "/%2F%2Fevil", "/@evil", &long] {
            assert!(parsed(good).is_some(), "{good}");
        }
    }

    #[test]
    fn whatever_a_browser_could_read_as_another_site_is_not() {
        let longer = format!("/{}", "a".repeat(2048));
        for bad in [
            "",
            "posts",
            "https://evil.example",
            "javascript:alert(1)",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a\\b",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            " /posts",
            "/posts ",
            "/a b",
            "/\0",
            "/\u{7f}",
            "/\u{fe0e}",
            "/é",
            &longer,
        ] {
            assert!(parsed(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_carried_along_cannot_add_to_the_page() {
        let next = parsed("/a?b=c&d=#e").expect("a path");
        let page = parsed("/login").expect("a path");
        assert_eq!(next.after(&page), "/login?next=%2Fa%3Fb%3Dc%26d%3D%23e");
        let page = parsed("/login?lang=en").expect("a path");
        assert_eq!(next.after(&page), "/login?lang=en&next=%2Fa%3Fb%3Dc%26d%3D%23e");
    }
}
