use std::{error::Error as StdError, fmt, str::FromStr};

use http::Uri;

use crate::net::is_loopback;

/// The public address of the application: `https://app.example.com`.
///
/// Tokens name it as their issuer, links are built from it, and it says whether this is
/// development: plain `http` on a loopback host, and nothing else.
///
/// ```
/// use fastauth::config::BaseUrl;
///
/// let local: BaseUrl = "http://localhost:3000/".parse()?;
/// assert!(local.is_loopback());
/// assert_eq!(local.as_str(), "http://localhost:3000");
/// assert!("http://app.example.com".parse::<BaseUrl>().is_err()); // passwords need TLS
/// # Ok::<(), fastauth::config::InvalidBaseUrl>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BaseUrl {
    text: String,
    host: String,
    secure: bool,
}

impl BaseUrl {
    /// This machine.
    pub(crate) fn local() -> Self {
        Self { text: "http://localhost:3000".into(), host: "localhost".into(), secure: false }
    }

    /// The address, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, without the port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is `https`.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether it names this machine only.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }

    /// Whether this is development.
    pub fn is_development(&self) -> bool {
        !self.secure && self.is_loopback()
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidBaseUrl> {
        let uri: Uri = text.trim().parse().map_err(|_| InvalidBaseUrl::NotAUrl)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(InvalidBaseUrl::NotAUrl);
        };
        let secure = match scheme {
            "http" => false,
            "https" => true,
            _ => return Err(InvalidBaseUrl::NotAUrl),
        };
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(InvalidBaseUrl::NotAUrl);
        }
        if uri.path() != "/" || uri.query().is_some() {
            return Err(InvalidBaseUrl::Path);
        }
        let host = authority.host().trim_matches(['[', ']']).to_ascii_lowercase();
        if !secure && !is_loopback(&host) {
            return Err(InvalidBaseUrl::Plain);
        }
        let mut text = format!("{scheme}://{}", authority.as_str().to_ascii_lowercase());
        // As browsers write an origin: without the port that goes without saying (RFC 6454 §6.2).
        let usual = if secure { ":443" } else { ":80" };
        text.truncate(text.strip_suffix(usual).unwrap_or(&text).len());
        Ok(Self { text, host, secure })
    }
}

/// Why an address cannot be the application's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum InvalidBaseUrl {
    /// Not `https://host` or `http://localhost`.
    NotAUrl,
    /// With a path or a query: the mount path is another setting.
    Path,
    /// Plain `http` beyond this machine.
    Plain,
}

impl fmt::Display for InvalidBaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAUrl => "is not an address such as `https://app.example.com`",
            Self::Path => "has a path or a query; it names the host alone",
            Self::Plain => "is plain http beyond this machine; passwords need https",
        })
    }
}

impl StdError for InvalidBaseUrl {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_nothing_more() {
        for good in [
            "https://a.example",
            "https://a.example:8443/",
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
            "http://app.localhost",
        ] {
            assert!(good.parse::<BaseUrl>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "a.example",
            "ftp://a.example",
            "https://u:p@a.example",
            "https://a.example/x",
            "https://a.example?x",
            "http://10.0.0.1",
        ] {
            assert!(bad.parse::<BaseUrl>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_usual_port_goes_without_saying() {
        let text = |text: &str| text.parse::<BaseUrl>().map(|url| url.as_str().to_owned());
        assert_eq!(text("HTTPS://A.example:443"), Ok("https://a.example".into()));
        assert_eq!(text("http://[::1]:80/"), Ok("http://[::1]".into()));
        assert_eq!(text("https://a.example:80"), Ok("https://a.example:80".into()));
        assert_eq!(text("https://a.example:8443"), Ok("https://a.example:8443".into()));
    }

    #[test]
    fn development_is_plain_http_on_this_machine() {
        let is = |text: &str| text.parse::<BaseUrl>().is_ok_and(|url| url.is_development());
        assert!(is("http://localhost:3000"));
        assert!(!is("https://localhost:3000"));
        assert!(!is("https://a.example"));
    }
}
