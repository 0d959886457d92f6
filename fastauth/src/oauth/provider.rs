use async_trait::async_trait;

use super::{OAuthError, OAuthProfile, ProviderTokens};
use crate::{error::SetupError, secret::Token, time::Timestamp};

/// Somebody who knows people and says who they are: Google, GitHub, an OpenID Connect provider, or one of
/// your own.
///
/// The library makes and checks what binds an answer to the browser that asked (`state`, the nonce, PKCE); a provider
/// puts it into its requests.
///
/// One of your own says where a browser is sent, and whom a code stands for:
///
/// ```
/// use async_trait::async_trait;
/// use fastauth::{oauth::*, secret::Token};
///
/// struct Acme;
///
/// #[async_trait]
/// impl OAuthProvider for Acme {
///     fn name(&self) -> &str {
///         "acme"
///     }
///
///     async fn authorization_url(&self, asked: &AuthorizationRequest<'_>) -> Result<String, OAuthError> {
///         // Each value is encoded as in a form: with a crate such as `form_urlencoded`.
///         let (state, challenge) = (asked.state, asked.code_challenge);
///         Ok(format!("https://acme.example/authorize?state={state}&code_challenge={challenge}"))
///     }
///
///     async fn identify(&self, answer: &AuthorizationAnswer<'_>) -> Result<Identified, OAuthError> {
///         // Here `answer.code` and `answer.code_verifier` go to the provider's token endpoint.
///         let _ = answer;
///         let profile = OAuthProfile::new("248289761001").email("ada@example.com", true);
///         Ok(Identified::new(profile, ProviderTokens::new(Token::new("an access token"))))
///     }
/// }
///
/// let client = OAuthClient::new(Acme).fill("name", "name");
/// assert_eq!(client.name(), "acme");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no provider to sign in with",
    label = "not a provider",
    note = "use `google`, `github` or `Oidc::discover` of `fastauth::oauth`, or implement `OAuthProvider`"
)]
#[async_trait]
pub trait OAuthProvider: Send + Sync + 'static {
    /// Its name, in the routes and for hooks: `google`. It stands for the same provider for ever, since a
    /// person is known by it and what the provider calls them.
    fn name(&self) -> &str;

    /// Looks, at the start, whether its settings can be meant. A provider that does not answer is no mistake:
    /// it is asked again when somebody signs in.
    ///
    /// # Errors
    /// Something is missing, or contradicts itself.
    async fn prepare(&self, now: Timestamp) -> Result<(), SetupError> {
        let _ = now;
        Ok(())
    }

    /// Where a browser is sent, the whole address with its query.
    ///
    /// # Errors
    /// The provider has to be asked and does not answer.
    async fn authorization_url(
        &self,
        request: &AuthorizationRequest<'_>,
    ) -> Result<String, OAuthError>;

    /// Exchanges the code that a browser brought, and finds out who it stands for.
    ///
    /// # Errors
    /// The provider does not answer, or what it answers cannot be believed.
    async fn identify(&self, answer: &AuthorizationAnswer<'_>) -> Result<Identified, OAuthError>;
}

/// What is asked of a provider (RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationRequest<'a> {
    /// Where the answer is to go, to the letter as it is registered there.
    pub redirect_uri: &'a str,
    /// What comes back with the answer.
    pub state: &'a str,
    /// What an ID token must repeat.
    pub nonce: &'a str,
    /// The digest of what the exchange will prove to know: method `S256`.
    pub code_challenge: &'a str,
    /// Scopes that are asked for besides the provider's own.
    pub scopes: &'a [String],
    /// Parameters besides.
    pub parameters: &'a [(String, String)],
    /// Now, by the clock that the accounts go by.
    pub now: Timestamp,
}

/// What a browser brought, after it was found to belong to what it began.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationAnswer<'a> {
    /// The code.
    pub code: &'a Token,
    /// Who says so, where the provider does (RFC 9207).
    pub issuer: Option<&'a str>,
    /// As in the request.
    pub redirect_uri: &'a str,
    /// As in the request.
    pub nonce: &'a str,
    /// What `code_challenge` is the digest of.
    pub code_verifier: &'a Token,
    /// As in the request.
    pub now: Timestamp,
}

/// Who it was.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct Identified {
    /// Who.
    pub profile: OAuthProfile,
    /// What the provider gave besides.
    pub tokens: ProviderTokens,
}

impl Identified {
    /// By what the provider says of them, with its tokens.
    pub fn new(profile: OAuthProfile, tokens: ProviderTokens) -> Self {
        Self { profile, tokens }
    }
}
