use std::{borrow::Cow, fmt, net::IpAddr};

use http::{HeaderMap, Method, Uri, header};

use super::patience::Patience;
use crate::store::SessionId;

/// What a hook may know of the request: never a credential.
#[derive(Clone, Debug)]
pub struct HookContext {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    client: Option<IpAddr>,
    provider: Option<Provider>,
    session: Option<SessionId>,
    actor: Option<String>,
    patience: Patience,
}

impl HookContext {
    /// Of a request: its headers without those that carry credentials.
    pub fn new(method: Method, uri: Uri, headers: &HeaderMap, client: Option<IpAddr>) -> Self {
        let secret = |name: &header::HeaderName| {
            [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION].contains(name)
        };
        let kept = headers.iter().filter(|(name, _)| !secret(name));
        let headers = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
        let patience = Patience::default();
        Self { method, uri, headers, client, provider: None, session: None, actor: None, patience }
    }

    /// Of the program itself, which asks without a request.
    pub(crate) fn of_program() -> Self {
        Self::new(Method::GET, Uri::from_static("/"), &HeaderMap::new(), None)
    }

    /// The method of the request.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The address of the request.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The headers of the request, without `Authorization` and cookies.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The client's address; `None` where the server did not say.
    pub fn client(&self) -> Option<IpAddr> {
        self.client
    }

    /// The program the client says it is, cut to 256 characters.
    pub fn user_agent(&self) -> Option<String> {
        let text = self.headers.get(header::USER_AGENT)?.to_str().ok()?;
        Some(text.chars().take(256).collect())
    }

    /// How the user signed in.
    pub fn provider(&self) -> Option<&Provider> {
        self.provider.as_ref()
    }

    /// The session it is about.
    pub fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// The id of whoever did it to the user; `None` where it was the user, or the program itself.
    pub fn actor(&self) -> Option<&str> {
        self.actor.as_deref()
    }

    /// How much longer the request waits for its hooks.
    pub(super) fn patience(&self) -> &Patience {
        &self.patience
    }

    /// The same, done by somebody else than the user.
    #[must_use]
    pub(crate) fn done_by(mut self, actor: String) -> Self {
        self.actor = Some(actor);
        self
    }

    /// The same, about this way of signing in.
    #[must_use]
    pub(crate) fn by(mut self, provider: Provider) -> Self {
        self.provider = Some(provider);
        self
    }

    /// The same, about this session.
    #[must_use]
    pub(crate) fn within(mut self, session: SessionId) -> Self {
        self.session = Some(session);
        self
    }
}

/// A way to sign in: one space of names for all of them.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Provider(Cow<'static, str>);

impl Provider {
    /// GitHub.
    pub const GITHUB: Self = Self(Cow::Borrowed("github"));
    /// Google.
    pub const GOOGLE: Self = Self(Cow::Borrowed("google"));
    /// A link in a mail.
    pub const MAGIC_LINK: Self = Self(Cow::Borrowed("magic_link"));
    /// A password.
    pub const PASSWORD: Self = Self(Cow::Borrowed("password"));

    /// An `OpenID` Connect provider of this name.
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq<str> for Provider {
    fn eq(&self, name: &str) -> bool {
        self.as_str() == name
    }
}

impl PartialEq<&str> for Provider {
    fn eq(&self, name: &&str) -> bool {
        self.as_str() == *name
    }
}
