//! Providers that speak OpenID Connect.

mod discovery;
mod id_token;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, header::AUTHORIZATION};
use serde_json::{Map, Value as Json};

use self::{
    discovery::{Discovery, Misfit},
    id_token::{Unbelieved, subject},
};
use super::{
    AuthorizationAnswer, AuthorizationRequest, Identified, OAuthClient, OAuthError, OAuthProfile,
    OAuthProvider,
    authorize::Asked,
    calls::{Calls, PATIENCE, bearer, failed, found, object, unusable},
    credentials::Credentials,
    exchange::{Granted, Proof, exchange},
};
use crate::{
    error::{SetupError, SetupProblem},
    net::{Endpoint, Kept, Purpose},
    secret::Token,
    time::Timestamp,
    token::{ForeignKeys, ForeignToken, InvalidToken},
};

pub(super) use id_token::Expected;

const GOOGLE: &str = "https://accounts.google.com";
/// Whether an address is proved (OpenID Connect Core §5.1).
const EMAIL_VERIFIED: &str = "email_verified";
const SCOPES: &[&str] = &["openid", "email", "profile"];
const PURPOSE: Purpose = Purpose {
    title: "unusable issuer",
    name: "the issuer",
    example: "https://accounts.example.com",
};
/// What an ID token says of itself and not of the person.
const OF_THE_TOKEN: &[&str] =
    &["at_hash", "aud", "azp", "c_hash", "exp", "iat", "jti", "nbf", "nonce", "s_hash", "sid"];

/// Google, by the id and the secret of a client of type "web application". Needs the feature `oauth`.
///
/// ```
/// use fastauth::oauth::google;
///
/// let (id, secret) = ("1234-abc.apps.googleusercontent.com", "GOCSPX-…");
/// let client = google(id, secret).fill("name", "name").parameter("prompt", "select_account");
/// ```
///
/// An address counts as proved if Google hosts it: at Gmail, or in a Workspace that it names (`hd`). Of others Google
/// knows whose they were once.
///
/// What is wrong with the two is said when the application starts.
pub fn google(client_id: impl AsRef<str>, client_secret: impl AsRef<str>) -> OAuthClient {
    let google = Oidc::new("google", GOOGLE, client_id, client_secret);
    // It is there; a start that waits for it, or a test without a network, gains nothing.
    Oidc { is_google: true, ..google }.into()
}

/// A provider that speaks OpenID Connect, by its issuer. Needs the feature `oauth`.
///
/// What it says of itself at `/.well-known/openid-configuration` is fetched at the start, and again as its
/// server says, between a minute and a day. A provider that does not answer then is asked when somebody
/// signs in.
///
/// An ID token is believed if it is signed by a key of the provider, for this application, now, and answers
/// the very request (OpenID Connect Core §3.1.3.7). Where it does not say the address of the person and whether
/// that is proved, the provider is asked for both.
///
/// ```
/// use fastauth::oauth::Oidc;
///
/// let (id, secret) = ("app", "…");
/// let client = Oidc::discover("work", "https://id.example.com/realms/work", id, secret);
/// ```
pub struct Oidc {
    name: String,
    issuer: String,
    credentials: Credentials,
    is_google: bool,
    secret_in_body: bool,
    /// Whether its addresses are proved though it does not say so.
    vouches: bool,
    /// `None` where the issuer is no address.
    discovery: Option<Arc<Kept<Discovery>>>,
    /// The keys, at the address that was named last.
    keys: Mutex<Option<Arc<Kept<ForeignKeys>>>>,
    calls: Calls,
}

impl Oidc {
    /// A provider of this issuer, ready for [`AuthBuilder::oauth`](crate::AuthBuilder), under a name of your own that
    /// stays for ever: people are known by it.
    ///
    /// The issuer is written to the letter as the provider writes it: `https`, or plain `http` on this machine. What
    /// is wrong with any of the four is said when the application starts. More is decided by [`new`](Self::new).
    pub fn discover(
        name: impl Into<String>,
        issuer: impl Into<String>,
        client_id: impl AsRef<str>,
        client_secret: impl AsRef<str>,
    ) -> OAuthClient {
        Self::new(name, issuer, client_id, client_secret).into()
    }

    /// The same, for settings of its own; it turns [into](OAuthClient::from) an [`OAuthClient`].
    ///
    /// ```
    /// use fastauth::oauth::{OAuthClient, Oidc};
    ///
    /// let work = Oidc::new("work", "https://id.example.com", "app", "…").secret_in_body();
    /// let client = OAuthClient::from(work).fill("name", "name");
    /// ```
    pub fn new(
        name: impl Into<String>,
        issuer: impl Into<String>,
        client_id: impl AsRef<str>,
        client_secret: impl AsRef<str>,
    ) -> Self {
        let (name, issuer) = (name.into(), issuer.into());
        let discovery = place(&issuer).ok().map(|place| kept(place, &issuer));
        Self {
            name,
            issuer,
            credentials: Credentials::new(client_id, client_secret),
            is_google: false,
            secret_in_body: false,
            vouches: false,
            discovery,
            keys: Mutex::default(),
            calls: Calls::new(),
        }
    }

    /// Trusts servers whose certificates this authority has signed, besides those that everybody trusts: for a
    /// provider inside a company.
    ///
    /// # Errors
    /// This is no certificate in PEM.
    pub fn root_certificate(self, pem: impl AsRef<[u8]>) -> Result<Self, SetupError> {
        let Some(known) = &self.discovery else { return Ok(self) };
        let mut place = known.endpoint().clone();
        place.trust(pem.as_ref())?;
        let discovery = Some(kept(place, &self.issuer));
        Ok(Self { discovery, ..self })
    }

    /// Sends the client secret in the body of a request, `client_secret_post`, though the provider takes it in the
    /// head as well: where it is registered so for this client.
    #[must_use]
    pub fn secret_in_body(self) -> Self {
        Self { secret_in_body: true, ..self }
    }

    /// Takes the addresses of this provider for proved though it says nothing of it: Entra ID leaves
    /// `email_verified` out. Where it says something, that counts.
    ///
    /// **Whoever may write an address there signs in here as its owner.** Say it of a provider where only the
    /// administrators of your own organisation set addresses, of one tenant. Never of one where people sign themselves
    /// up, nor of a tenant of strangers: by such accounts applications were taken over ("nOAuth", Descope 2023).
    #[must_use]
    pub fn addresses_are_proved(self) -> Self {
        Self { vouches: true, ..self }
    }

    async fn found(&self, now: Timestamp) -> Result<Arc<Discovery>, OAuthError> {
        let kept = self.discovery.as_ref().ok_or_else(|| unusable("the issuer is no address"))?;
        kept.current(now).await.map_err(failed)
    }

    /// Who brought an answer.
    async fn identified(&self, answer: &AuthorizationAnswer<'_>) -> Result<Identified, OAuthError> {
        let found = self.found(answer.now).await?;
        // Before the code goes anywhere (RFC 9207 §2.4).
        match answer.issuer {
            None if found.names_itself => return Err(unusable("the answer names no issuer")),
            Some(issuer) if issuer != self.issuer => {
                return Err(unusable("the answer comes from another issuer"));
            }
            _ => {}
        }
        let proof = if self.secret_in_body { Proof::Post } else { found.proof };
        let granted = exchange(&found.token, &self.credentials, proof, answer).await?;
        let Granted { tokens, id_token } = granted;
        let id_token = id_token.ok_or_else(|| unusable("there is no ID token"))?;
        let (subject, mut claims) =
            self.believed(&id_token, &tokens.access_token, &found, answer).await?;
        claims.retain(|name, _| !OF_THE_TOKEN.contains(&name.as_str()));
        // Some have the address in it, and elsewhere whether it is proved.
        let is_told = email(&claims).is_some() && claims.contains_key(EMAIL_VERIFIED);
        if let (false, Some(userinfo)) = (is_told, &found.userinfo) {
            let mut said = asked(userinfo, &tokens.access_token, &subject).await?;
            // An address and whether it is proved are said together, or not believed.
            let other = if email(&said).is_some() { &mut claims } else { &mut said };
            other.retain(|name, _| !name.starts_with("email"));
            for (name, value) in said {
                claims.entry(name).or_insert(value);
            }
        }
        let email = email(&claims).map(str::to_owned);
        let says_so = match claims.get(EMAIL_VERIFIED) {
            None => self.vouches,
            said => said == Some(&Json::Bool(true)),
        };
        let is_theirs = |email: &str| !self.is_google || is_of_google(email, &claims);
        let email_verified = says_so && email.as_deref().is_some_and(is_theirs);
        let profile = OAuthProfile { subject, email, email_verified, claims };
        Ok(Identified { profile, tokens })
    }

    /// Who an ID token names, and what it says of them.
    async fn believed(
        &self,
        id_token: &Token,
        access_token: &Token,
        found: &Discovery,
        answer: &AuthorizationAnswer<'_>,
    ) -> Result<(String, Map<String, Json>), OAuthError> {
        let doubt = |why| unusable(format!("the ID token is refused: {why}"));
        let expected = Expected {
            issuer: &self.issuer,
            client_id: &self.credentials.id,
            nonce: answer.nonce,
            access_token,
            now: answer.now,
        };
        // Before anybody is asked.
        let token = ForeignToken::parse(id_token.expose(), &found.algorithms);
        let token = token.map_err(|why| doubt(why.into()))?;
        let kept = self.keys(&found.keys);
        let keys = kept.current(answer.now).await.map_err(failed)?;
        let believed = match expected.believe(&token, &keys) {
            // A key that was made since.
            Err(Unbelieved::Token(InvalidToken::Key)) => {
                let keys = kept.after(keys, answer.now).await.map_err(failed)?;
                expected.believe(&token, &keys)
            }
            believed => believed,
        };
        believed.map_err(doubt)
    }

    /// The keys at this address, which are those that are known unless the address is another.
    fn keys(&self, place: &Endpoint) -> Arc<Kept<ForeignKeys>> {
        let mut known = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.as_ref().filter(|known| known.endpoint().is(place)) {
            return Arc::clone(known);
        }
        let read = |reply: &_| Ok(ForeignKeys::read(found(reply)?)?);
        let kept = Kept::at(place.clone(), "keys of a provider", PATIENCE, read);
        *known = Some(Arc::clone(&kept));
        kept
    }
}

#[async_trait]
impl OAuthProvider for Oidc {
    fn name(&self) -> &str {
        &self.name
    }

    async fn prepare(&self, now: Timestamp) -> Result<(), SetupError> {
        let mut problems = self.credentials.problems(&self.name);
        if let Err(error) = place(&self.issuer) {
            problems.extend(error.problems().iter().map(|problem| SetupProblem {
                cause: format!("the provider {:?}: {}", self.name, problem.cause),
                ..problem.clone()
            }));
        }
        if let Some(kept) = self.discovery.as_ref().filter(|_| !self.is_google) {
            // What else went wrong stands in the log, and may have passed by when somebody signs in.
            let misfit = kept.current(now).await.err().and_then(|it| it.downcast::<Misfit>().ok());
            problems.extend(misfit.map(|misfit| {
                let cause = format!("the provider {:?} cannot be used: {misfit}", self.name);
                let fix = "look at what it says of itself, and give the issuer as it stands there";
                SetupProblem::new("unusable provider", cause, fix)
            }));
        }
        SetupError::check(problems)
    }

    async fn authorization_url(
        &self,
        request: &AuthorizationRequest<'_>,
    ) -> Result<String, OAuthError> {
        let found = self.calls.bounded(self.found(request.now)).await?;
        let asked = Asked {
            endpoint: &found.authorization,
            client_id: &self.credentials.id,
            scopes: SCOPES,
            nonce: true,
        };
        Ok(asked.url(request))
    }

    async fn identify(&self, answer: &AuthorizationAnswer<'_>) -> Result<Identified, OAuthError> {
        self.calls.bounded(self.identified(answer)).await
    }
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc")
            .field("name", &self.name)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// Where an issuer says what it can: under its own address, which has neither query nor fragment (OpenID Connect
/// Discovery §4.1).
fn place(issuer: &str) -> Result<Endpoint, SetupError> {
    if issuer.contains(['?', '#']) || issuer.trim() != issuer {
        return Err(PURPOSE.problem("has a query, a fragment or a space").into());
    }
    Endpoint::parse(&format!("{}{}", issuer.trim_end_matches('/'), discovery::PATH), PURPOSE)
}

fn kept(place: Endpoint, issuer: &str) -> Arc<Kept<Discovery>> {
    let (reached, issuer) = (place.clone(), issuer.to_owned());
    let read = move |reply: &_| Discovery::read(reply, &issuer, &reached);
    Kept::at(place, "what a provider says of itself", PATIENCE, read)
}

/// What a provider says of a person besides (OpenID Connect Core §5.3), who must be the same one.
async fn asked(
    userinfo: &Endpoint,
    access_token: &Token,
    expected: &str,
) -> Result<Map<String, Json>, OAuthError> {
    let request = userinfo.request(Method::GET).header(AUTHORIZATION, bearer(access_token)?);
    let request: Request<Bytes> = request.body(Bytes::new()).map_err(OAuthError::unusable)?;
    let said = object(userinfo, request).await?;
    if subject(&said).is_ok_and(|subject| subject == expected) {
        Ok(said)
    } else {
        Err(unusable("what was said of the person is about another"))
    }
}

fn email(claims: &Map<String, Json>) -> Option<&str> {
    claims.get("email").and_then(Json::as_str).filter(|email| !email.is_empty())
}

/// Whether Google speaks for an address by now: it is of Gmail, or of a Workspace.
fn is_of_google(email: &str, claims: &Map<String, Json>) -> bool {
    let host = email.rsplit_once('@').map(|(_, host)| host.to_ascii_lowercase());
    host.is_some_and(|host| ["gmail.com", "googlemail.com"].contains(&host.as_str()))
        || claims.get("hd").and_then(Json::as_str).is_some_and(|hosted| !hosted.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn google_speaks_for_the_addresses_that_it_hosts() {
        for (email, hosted, expected) in [
            ("ada@gmail.com", json!(null), true),
            ("Ada@GoogleMail.com", json!(null), true),
            ("ada@example.com", json!("example.com"), true),
            ("ada@example.com", json!(null), false),
            ("ada@example.com", json!(""), false),
            ("ada@gmail.com.evil.example", json!(null), false),
            ("ada@notgmail.com", json!(null), false),
            ("gmail.com", json!(null), false),
        ] {
            let claims = Map::from_iter([("hd".to_owned(), hosted)]);
            assert_eq!(is_of_google(email, &claims), expected, "{email}");
        }
    }
}
