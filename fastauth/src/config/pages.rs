use super::{BaseUrl, NextPath};
use crate::secret::Token;

/// The pages of the application that people are sent to: paths of this site, or addresses under
/// a [`trusted_origin`](crate::AuthBuilder::trusted_origin).
///
/// Those that links in mails lead to find the token in the query, as
/// `token`, and send it by a `POST`: programs that look at mails open links, and must use up none
/// (ASVS 6.5.1).
///
/// ```
/// use fastauth::config::PageUrls;
///
/// let pages = PageUrls::default().reset_password("/account/new-password");
/// ```
#[derive(Clone, Debug)]
pub struct PageUrls {
    complete_registration: Option<String>,
    confirm_email: String,
    magic_link: String,
    oauth_error: Option<String>,
    reset_password: String,
    verify_email: String,
}

impl Default for PageUrls {
    fn default() -> Self {
        Self {
            complete_registration: None,
            confirm_email: "/confirm-email".to_owned(),
            magic_link: "/magic-link".to_owned(),
            oauth_error: None,
            reset_password: "/reset-password".to_owned(),
            verify_email: "/verify-email".to_owned(),
        }
    }
}

impl PageUrls {
    /// Asks for what a sign-up by a provider lacks, and sends it with the `flow` that it finds in its query by
    /// `POST /register/complete`; `next` is where to go then. Without such a page browsers are shown the problem document
    /// `registration_incomplete`.
    #[must_use]
    pub fn complete_registration(self, page: impl Into<String>) -> Self {
        Self { complete_registration: Some(page.into()), ..self }
    }

    /// Confirms a new address, by `POST /email/change/confirm`: `/confirm-email`.
    #[must_use]
    pub fn confirm_email(self, page: impl Into<String>) -> Self {
        Self { confirm_email: page.into(), ..self }
    }

    /// Signs in, by `POST /magic-link/verify`: `/magic-link`.
    #[must_use]
    pub fn magic_link(self, page: impl Into<String>) -> Self {
        Self { magic_link: page.into(), ..self }
    }

    /// Says why a sign-in by a provider came to nothing: it finds the code of the problem, such as
    /// `access_denied`, in its query as `error`. Without such a page browsers are shown the problem document.
    #[must_use]
    pub fn oauth_error(self, page: impl Into<String>) -> Self {
        Self { oauth_error: Some(page.into()), ..self }
    }

    /// Asks for a new password and sets it, by `POST /password/reset`: `/reset-password`.
    #[must_use]
    pub fn reset_password(self, page: impl Into<String>) -> Self {
        Self { reset_password: page.into(), ..self }
    }

    /// Proves an address, by `POST /email/verify`: `/verify-email`.
    #[must_use]
    pub fn verify_email(self, page: impl Into<String>) -> Self {
        Self { verify_email: page.into(), ..self }
    }

    /// The whole addresses of the pages, or the names of those that cannot be meant.
    pub(crate) fn resolve(
        &self,
        base_url: &BaseUrl,
        trusted: &[BaseUrl],
    ) -> Result<Pages, Vec<&'static str>> {
        let mut wrong = Vec::new();
        let mut page = |name: &'static str, text: &str| {
            let page = Page::resolve(text, base_url, trusted);
            if page.is_none() {
                wrong.push(name);
            }
            page.unwrap_or_default()
        };
        let pages = Pages {
            complete_registration: self
                .complete_registration
                .as_deref()
                .map(|text| page("complete_registration", text)),
            confirm_email: page("confirm_email", &self.confirm_email),
            magic_link: page("magic_link", &self.magic_link),
            oauth_error: self.oauth_error.as_deref().map(|text| page("oauth_error", text)),
            reset_password: page("reset_password", &self.reset_password),
            verify_email: page("verify_email", &self.verify_email),
        };
        if wrong.is_empty() { Ok(pages) } else { Err(wrong) }
    }
}

/// Where people are sent.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    pub(crate) complete_registration: Option<Page>,
    pub(crate) confirm_email: Page,
    pub(crate) magic_link: Page,
    pub(crate) oauth_error: Option<Page>,
    pub(crate) reset_password: Page,
    pub(crate) verify_email: Page,
}

/// The whole address of a page.
#[derive(Debug, Default)]
pub(crate) struct Page(String);

impl Page {
    /// A path of this site, or an address of one that is trusted.
    pub(crate) fn resolve(text: &str, base_url: &BaseUrl, trusted: &[BaseUrl]) -> Option<Self> {
        let (origin, path) = match text.split_once("://") {
            _ if text.starts_with('/') => (base_url.clone(), text),
            None => return None,
            Some((_, rest)) => {
                let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
                let (origin, path) = text.split_at(text.len() - rest.len() + host);
                let origin = origin.parse().ok()?;
                let is_ours = &origin == base_url || trusted.contains(&origin);
                (is_ours.then_some(origin)?, path)
            }
        };
        let path: NextPath = path.parse().ok()?;
        // The token would stand behind it, where no server and no form looks.
        let has_fragment = path.as_str().contains('#');
        (!has_fragment).then(|| Self(format!("{}{path}", origin.as_str())))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of the page, with a token in its query.
    pub(crate) fn link(&self, token: &Token) -> String {
        self.with([("token", token.expose())])
    }

    /// The address of the page, with this in its query.
    pub(crate) fn with<'a>(&self, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let separator = if self.0.contains('?') { '&' } else { '?' };
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        format!("{}{separator}{query}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(page: &str) -> Option<String> {
        let base: BaseUrl = "https://app.test".parse().expect("an address");
        let trusted = ["https://www.app.test", "http://localhost:5173"];
        let trusted = trusted.map(|it| it.parse().expect("an address"));
        let pages = PageUrls::default().verify_email(page).resolve(&base, &trusted);
        pages.ok().map(|pages| pages.verify_email.link(&Token::new("t")))
    }

    #[test]
    fn a_page_is_of_this_site_or_of_one_that_is_trusted() {
        for (page, whole) in [
            ("/verify", "https://app.test/verify?token=t"),
            ("/verify?lang=en", "https://app.test/verify?lang=en&token=t"),
            ("/verify?of=https://x.test", "https://app.test/verify?of=https://x.test&token=t"),
            ("https://app.test/verify", "https://app.test/verify?token=t"),
            ("https://www.app.test/a/b", "https://www.app.test/a/b?token=t"),
            ("HTTPS://WWW.app.test:443/a", "https://www.app.test/a?token=t"),
            ("http://localhost:5173/verify", "http://localhost:5173/verify?token=t"),
        ] {
            assert_eq!(link(page).as_deref(), Some(whole), "{page}");
        }
    }

    #[test]
    fn no_other_page_gets_a_token() {
        for page in [
            "",
            "verify",
            "//evil.example/verify",
            "/\\evil.example",
            "https://evil.example/verify",
            "https://app.test.evil.example/verify",
            "https://app.test@evil.example/verify",
            "https://evil.example\\@app.test/verify",
            "http://app.test/verify",
            "https://app.test",
            "https://app.test?x=/verify",
            "https://app.test:8443/verify",
            "javascript://app.test/%0aalert(1)",
            "/verify#token",
            "/ver\nify",
        ] {
            assert_eq!(link(page), None, "{page}");
        }
    }
}
