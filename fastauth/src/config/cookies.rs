use std::time::Duration;

use super::BaseUrl;

/// The longest that a cookie may be, name, value and attributes, in bytes (RFC 6265bis §5.6).
const LONGEST: usize = 4096;
/// What the name and the attributes of one may take of that.
const AROUND: usize = 512;

/// The cookies that carry tokens: `.cookies(CookieConfig::new())`.
///
/// They are `HttpOnly`, `Secure` and `SameSite`, without a domain, and named `__Host-…`, so that no
/// sibling host can plant one (ASVS 3.3). On plain http on this machine, which knows no `Secure`, they
/// have plain names.
///
/// ```
/// use fastauth::config::{CookieConfig, SameSite};
///
/// let strict = CookieConfig::new().same_site(SameSite::Strict);
/// let shared = CookieConfig::new().domain("example.com"); // named `__Secure-…`: siblings share it
/// ```
#[derive(Clone, Debug)]
pub struct CookieConfig {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) session: String,
    pub(crate) domain: Option<String>,
    pub(crate) path: String,
    pub(crate) same_site: SameSite,
}

/// When a browser sends a cookie along from other sites.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SameSite {
    /// With a link that is followed, and with nothing else.
    Lax,
    /// Always: for an application that is embedded in other sites. A browser that keeps such cookies
    /// from all sites but the one in view keeps these.
    None,
    /// Never.
    Strict,
}

impl SameSite {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Lax => "Lax",
            Self::None => "None",
            Self::Strict => "Strict",
        }
    }
}

impl Default for CookieConfig {
    fn default() -> Self {
        Self {
            access: "auth_access".to_owned(),
            refresh: "auth_refresh".to_owned(),
            session: "auth_session".to_owned(),
            domain: None,
            path: "/".to_owned(),
            same_site: SameSite::Lax,
        }
    }
}

impl CookieConfig {
    /// Those of one host.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The name of the cookie that carries the access token, without a prefix: `auth_access`.
    #[must_use]
    pub fn access_name(self, name: impl Into<String>) -> Self {
        Self { access: name.into(), ..self }
    }

    /// The name of the cookie that carries the refresh token: `auth_refresh`. It is `SameSite=Strict`,
    /// unless the others are `None`: an application that is embedded could not renew anything then.
    #[must_use]
    pub fn refresh_name(self, name: impl Into<String>) -> Self {
        Self { refresh: name.into(), ..self }
    }

    /// The name of the cookie that carries an opaque token: `auth_session`.
    #[must_use]
    pub fn session_name(self, name: impl Into<String>) -> Self {
        Self { session: name.into(), ..self }
    }

    /// Lets the subdomains of this domain have the cookies as well. Any of them can then plant one.
    #[must_use]
    pub fn domain(self, domain: impl Into<String>) -> Self {
        Self { domain: Some(domain.into()), ..self }
    }

    /// The paths they are sent to: `/`.
    #[must_use]
    pub fn path(self, path: impl Into<String>) -> Self {
        Self { path: path.into(), ..self }
    }

    /// Whether other sites' requests bring them: `Lax`.
    #[must_use]
    pub fn same_site(self, same_site: SameSite) -> Self {
        Self { same_site, ..self }
    }

    /// What cannot be meant, as sentences.
    pub(crate) fn contradictions(&self, base_url: &BaseUrl) -> Vec<String> {
        let mut found = Vec::new();
        let names = [&self.access, &self.refresh, &self.session];
        for (index, name) in names.iter().enumerate() {
            let is_word = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            let fits = (1..=64).contains(&name.len()) && !name.starts_with("__");
            if !fits || !name.chars().all(is_word) {
                found.push(
                    "a cookie's name is up to 64 letters, digits, `-`, `_` and `.`, and gets its prefix from us"
                        .into(),
                );
            }
            if names.iter().take(index).any(|earlier| earlier == name) {
                found.push("two cookies have one name".into());
            }
        }
        if let Some(domain) = &self.domain {
            let host = base_url.host();
            if host != domain && !host.ends_with(&format!(".{domain}")) {
                found.push("the cookies' domain is not that of the public address".into());
            }
        }
        let is_plain = self.path.bytes().all(|c| c.is_ascii_graphic() && c != b';');
        if !self.path.starts_with('/') || !is_plain || self.path.len() > 100 {
            found.push(
                "the cookies' path is not a path such as `/`, of up to 100 characters".into(),
            );
        }
        if self.same_site == SameSite::None && !base_url.is_secure() {
            found.push("`SameSite=None` needs https".into());
        }
        found
    }
}

/// How tokens travel, in the order in which they were declared.
#[derive(Clone, Debug)]
pub(crate) struct Transports {
    order: Vec<Transport>,
    cookies: Option<Cookies>,
    /// Whose pages may make changes by cookies, the application's own first.
    origins: Vec<String>,
}

/// One way for a token to travel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Transport {
    Bearer,
    Cookies,
}

impl Transports {
    pub(crate) fn new(
        order: Vec<Transport>,
        config: &CookieConfig,
        base_url: &BaseUrl,
        trusted: Vec<String>,
    ) -> Self {
        let order = if order.is_empty() { vec![Transport::Bearer] } else { order };
        let cookies = order.contains(&Transport::Cookies).then(|| Cookies::new(config, base_url));
        let origins = [base_url.as_str().to_owned()].into_iter().chain(trusted).collect();
        Self { order, cookies, origins }
    }

    /// In the order in which they are read.
    pub(crate) fn order(&self) -> &[Transport] {
        &self.order
    }

    /// The one that answers a sign-in.
    pub(crate) fn first(&self) -> Transport {
        self.order.first().copied().unwrap_or(Transport::Bearer)
    }

    /// Whether tokens may come as bearer tokens.
    pub(crate) fn has_bearer(&self) -> bool {
        self.order.contains(&Transport::Bearer)
    }

    /// The cookies, if tokens may come in some.
    pub(crate) fn cookies(&self) -> Option<&Cookies> {
        self.cookies.as_ref()
    }

    /// Whether pages of this origin may make changes.
    pub(crate) fn trusts(&self, origin: &str) -> bool {
        self.origins.iter().any(|trusted| trusted == origin)
    }

    /// The longest token that all of them can carry.
    pub(crate) fn longest_token(&self) -> usize {
        if self.cookies.is_some() { LONGEST - AROUND } else { 8 * 1024 }
    }
}

/// The cookies as browsers know them.
#[derive(Clone, Debug)]
pub(crate) struct Cookies {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) session: String,
    attributes: String,
    same_site: SameSite,
    /// That of the refresh token, which no link has to bring.
    refresh_same_site: SameSite,
}

impl Cookies {
    /// A browser keeps none longer (RFC 6265bis §5.5).
    const LONGEST_AGE: Duration = Duration::from_hours(400 * 24);

    fn new(config: &CookieConfig, base_url: &BaseUrl) -> Self {
        let of_one_host = config.domain.is_none() && config.path == "/";
        let prefix = match (base_url.is_development(), of_one_host) {
            (true, _) => "",
            (false, true) => "__Host-",
            (false, false) => "__Secure-",
        };
        let domain = config.domain.as_ref().map(|domain| format!("; Domain={domain}"));
        let secure = if base_url.is_development() { "" } else { "; Secure" };
        Self {
            access: format!("{prefix}{}", config.access),
            refresh: format!("{prefix}{}", config.refresh),
            session: format!("{prefix}{}", config.session),
            attributes: format!(
                "; Path={}{}; HttpOnly{secure}",
                config.path,
                domain.unwrap_or_default()
            ),
            same_site: config.same_site,
            refresh_same_site: match config.same_site {
                // A browser takes no other from a page within another site's.
                SameSite::None => SameSite::None,
                SameSite::Lax | SameSite::Strict => SameSite::Strict,
            },
        }
    }

    /// A cookie that is set: for as long, or until the browser is closed.
    pub(crate) fn set(&self, name: &str, value: &str, lasts: Option<Duration>) -> String {
        let same_site =
            if name == self.refresh { self.refresh_same_site } else { self.same_site }.as_str();
        let age =
            lasts.map(|lasts| format!("; Max-Age={}", lasts.min(Self::LONGEST_AGE).as_secs()));
        let age = age.unwrap_or_default();
        format!("{name}={value}{}; SameSite={same_site}{age}", self.attributes)
    }

    /// Every cookie there is, taken back as it was set.
    pub(crate) fn clear(&self) -> [String; 3] {
        [&self.access, &self.refresh, &self.session]
            .map(|name| self.set(name, "", Some(Duration::ZERO)))
    }
}
