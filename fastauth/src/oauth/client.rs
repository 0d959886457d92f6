use std::{fmt, sync::Arc};

use super::OAuthProvider;

/// A provider, and what the application makes of it: what `.oauth(…)` takes.
#[derive(Clone)]
pub struct OAuthClient {
    pub(crate) provider: Arc<dyn OAuthProvider>,
    /// Fields of a sign-up, and the claims of the profile that fill them.
    pub(crate) fills: Vec<(String, String)>,
    pub(crate) scopes: Vec<String>,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) keeps_tokens: bool,
    pub(crate) links_by_email: bool,
}

impl OAuthClient {
    /// Of this provider: one of your own, or one with settings of its own.
    ///
    /// ```
    /// use fastauth::oauth::{OAuthClient, OAuthProvider};
    ///
    /// fn accounts_at(acme: impl OAuthProvider) -> OAuthClient {
    ///     OAuthClient::new(acme).fill("name", "name").scope("calendar").keep_tokens()
    /// }
    /// ```
    pub fn new(provider: impl OAuthProvider) -> Self {
        Self {
            provider: Arc::new(provider),
            fills: Vec::new(),
            scopes: Vec::new(),
            parameters: Vec::new(),
            redirect_uri: None,
            keeps_tokens: false,
            links_by_email: true,
        }
    }

    /// The name of the provider.
    pub fn name(&self) -> &str {
        self.provider.name()
    }

    /// Fills a field of the sign-up from what the provider says: `.fill("name", "given_name")`. Of several claims for
    /// one field the first that is there fills it: `.fill("name", "name").fill("name", "login")`. What the
    /// provider leaves out, or the field does not take, the person is asked for.
    #[must_use]
    pub fn fill(mut self, field: impl Into<String>, claim: impl Into<String>) -> Self {
        self.fills.push((field.into(), claim.into()));
        self
    }

    /// Asks for one more scope, for the application's own requests to the provider.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Sends one more parameter with the request: `.parameter("prompt", "select_account")`. What the library
    /// sends itself cannot be replaced: that is a setup problem.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Where the provider sends browsers with its answer: a page of the application that calls the callback route
    /// itself, with the query it was opened with. It is a path of this site, or an address under a
    /// [`trusted_origin`](crate::AuthBuilder::trusted_origin). Without it that route.
    #[must_use]
    pub fn redirect_uri(self, page: impl Into<String>) -> Self {
        Self { redirect_uri: Some(page.into()), ..self }
    }

    /// Keeps the provider's tokens, sealed under the application's secret: for requests in the person's
    /// name. Without it they are forgotten at once.
    #[must_use]
    pub fn keep_tokens(self) -> Self {
        Self { keeps_tokens: true, ..self }
    }

    /// Never takes an account here over by an address that the provider says it has proved: people link it
    /// themselves, signed in. For a provider that lets people say what their address is.
    #[must_use]
    pub fn never_by_email(self) -> Self {
        Self { links_by_email: false, ..self }
    }
}

/// What [`.oauth(…)`](crate::AuthBuilder::oauth) takes: a provider, or an [`OAuthClient`] of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no provider to sign in with",
    label = "not a provider",
    note = "use `google`, `github` or `Oidc::discover` of `fastauth::oauth`, or implement `OAuthProvider`"
)]
pub trait IntoOAuthClient {
    /// As a client.
    fn into_oauth_client(self) -> OAuthClient;
}

impl IntoOAuthClient for OAuthClient {
    fn into_oauth_client(self) -> OAuthClient {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<P: OAuthProvider> IntoOAuthClient for P {
    fn into_oauth_client(self) -> OAuthClient {
        self.into()
    }
}

impl<P: OAuthProvider> From<P> for OAuthClient {
    fn from(provider: P) -> Self {
        Self::new(provider)
    }
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClient").field("name", &self.provider.name()).finish_non_exhaustive()
    }
}
