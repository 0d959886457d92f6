use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use http::{
    Method, Request, StatusCode,
    header::{ACCEPT, AUTHORIZATION, USER_AGENT},
};
use serde_json::{Map, Value as Json};

use super::{
    AuthorizationAnswer, AuthorizationRequest, Identified, OAuthClient, OAuthError, OAuthProfile,
    OAuthProvider,
    authorize::Asked,
    calls::{Calls, bearer, call, object, unusable},
    credentials::Credentials,
    exchange::{Granted, Proof, exchange},
};
use crate::{
    error::{SetupError, SetupProblem},
    net::{Endpoint, Purpose},
    secret::Token,
    time::Timestamp,
};

const SCOPES: &[&str] = &["read:user", "user:email"];
const PURPOSE: Purpose = Purpose {
    title: "unusable address of GitHub",
    name: "GitHub",
    example: "https://github.example.com",
};

/// GitHub, by the id and the secret of an OAuth app. Needs the feature `oauth`.
///
/// ```
/// use fastauth::oauth::github;
///
/// let (id, secret) = ("Ov23li…", "…");
/// let client = github(id, secret).fill("name", "name").fill("nickname", "login");
/// ```
///
/// A person is known by the number of their account, which stays when they rename it. Their address is the one
/// that they call their primary one, and counts as proved if GitHub says so.
///
/// What is wrong with the two is said when the application starts.
pub fn github(client_id: impl AsRef<str>, client_secret: impl AsRef<str>) -> OAuthClient {
    GitHub::of("https://github.com", "https://api.github.com", client_id, client_secret).into()
}

/// A GitHub Enterprise Server. Needs the feature `oauth`.
///
/// ```
/// use fastauth::oauth::{GitHub, OAuthClient};
///
/// let (id, secret) = ("Ov23li…", "…");
/// let client = OAuthClient::from(GitHub::at("https://github.example.com", id, secret).named("work"));
/// ```
pub struct GitHub {
    name: String,
    credentials: Credentials,
    web: String,
    places: Result<Places, SetupProblem>,
    calls: Calls,
}

struct Places {
    token: Endpoint,
    user: Endpoint,
    emails: Endpoint,
}

impl GitHub {
    /// At its own address, for which the name is `github` unless told otherwise. It turns
    /// [into](OAuthClient::from) an [`OAuthClient`]. What is wrong with any of the three is said when the application
    /// starts.
    pub fn at(
        url: impl AsRef<str>,
        client_id: impl AsRef<str>,
        client_secret: impl AsRef<str>,
    ) -> Self {
        let web = url.as_ref().trim().trim_end_matches('/');
        Self::of(web, &format!("{web}/api/v3"), client_id, client_secret)
    }

    fn of(
        web: &str,
        api: &str,
        client_id: impl AsRef<str>,
        client_secret: impl AsRef<str>,
    ) -> Self {
        let places = Places::under(web, api).map_err(|error| {
            let first = error.problems().first().cloned();
            first.unwrap_or_else(|| PURPOSE.problem("is no URL"))
        });
        let credentials = Credentials::new(client_id, client_secret);
        let (name, web) = ("github".to_owned(), web.to_owned());
        Self { name, credentials, web, places, calls: Calls::new() }
    }

    /// Under a name of your own, which stays for ever: people are known by it.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Trusts a server whose certificate this authority has signed, besides those that everybody trusts.
    ///
    /// # Errors
    /// This is no certificate in PEM.
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Result<Self, SetupError> {
        if let Ok(Places { token, user, emails }) = &mut self.places {
            for place in [token, user, emails] {
                place.trust(pem.as_ref())?;
            }
        }
        Ok(self)
    }

    async fn identified(&self, answer: &AuthorizationAnswer<'_>) -> Result<Identified, OAuthError> {
        let places = self.places.as_ref().map_err(|problem| unusable(problem.cause.as_str()))?;
        let granted = exchange(&places.token, &self.credentials, Proof::Post, answer).await?;
        let Granted { tokens, .. } = granted;
        let token = &tokens.access_token;
        let mut claims = object(&places.user, about(&places.user, token)?).await?;
        // Names change hands; the number does not.
        let subject = claims.get("id").and_then(Json::as_u64).filter(|id| *id > 0);
        let subject = subject.ok_or_else(|| unusable("it names nobody"))?.to_string();
        let (email, email_verified) = match self.primary(&places.emails, token).await? {
            Some((email, verified)) => (Some(email), verified),
            None => (None, false),
        };
        claims.insert("email".to_owned(), email.clone().into());
        claims.insert("email_verified".to_owned(), email_verified.into());
        let profile = OAuthProfile { subject, email, email_verified, claims };
        Ok(Identified { profile, tokens })
    }

    /// The address that a person calls their primary one, and whether it is proved. The one in their public profile
    /// is said to be neither.
    async fn primary(
        &self,
        emails: &Endpoint,
        token: &Token,
    ) -> Result<Option<(String, bool)>, OAuthError> {
        let (status, list) = call(emails, about(emails, token)?).await?;
        let list = match (status, list) {
            (StatusCode::OK, Json::Array(list)) => list,
            // An app that may not read addresses.
            (StatusCode::FORBIDDEN | StatusCode::NOT_FOUND, _) => return Ok(None),
            _ => return Err(unusable(format!("it answered {status} when asked for addresses"))),
        };
        let is = |of: &Map<String, Json>, name| of.get(name) == Some(&Json::Bool(true));
        let mut primary = list.iter().filter_map(Json::as_object).filter(|it| is(it, "primary"));
        Ok(primary.next().and_then(|it| {
            let email = it.get("email")?.as_str().filter(|email| !email.is_empty())?;
            Some((email.to_owned(), is(it, "verified")))
        }))
    }
}

impl Places {
    fn under(web: &str, api: &str) -> Result<Self, SetupError> {
        if web.contains(['?', '#']) {
            return Err(PURPOSE.problem("has a query or a fragment").into());
        }
        let place = |url: String| Endpoint::parse(&url, PURPOSE);
        Ok(Self {
            token: place(format!("{web}/login/oauth/access_token"))?,
            user: place(format!("{api}/user"))?,
            emails: place(format!("{api}/user/emails?per_page=100"))?,
        })
    }
}

#[async_trait]
impl OAuthProvider for GitHub {
    fn name(&self) -> &str {
        &self.name
    }

    async fn prepare(&self, _: Timestamp) -> Result<(), SetupError> {
        let mut problems = self.credentials.problems(&self.name);
        problems.extend(self.places.as_ref().err().cloned());
        SetupError::check(problems)
    }

    async fn authorization_url(
        &self,
        request: &AuthorizationRequest<'_>,
    ) -> Result<String, OAuthError> {
        let asked = Asked {
            endpoint: &format!("{}/login/oauth/authorize", self.web),
            client_id: &self.credentials.id,
            scopes: SCOPES,
            nonce: false,
        };
        Ok(asked.url(request))
    }

    async fn identify(&self, answer: &AuthorizationAnswer<'_>) -> Result<Identified, OAuthError> {
        self.calls.bounded(self.identified(answer)).await
    }
}

/// A request for what somebody may know of a person.
fn about(place: &Endpoint, token: &Token) -> Result<Request<Bytes>, OAuthError> {
    let request = place
        .request(Method::GET)
        .header(AUTHORIZATION, bearer(token)?)
        .header(ACCEPT, "application/vnd.github+json")
        .header("x-github-api-version", "2022-11-28")
        // It refuses who does not say what they are.
        .header(USER_AGENT, "fastauth");
    request.body(Bytes::new()).map_err(OAuthError::unusable)
}

impl fmt::Debug for GitHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitHub")
            .field("name", &self.name)
            .field("web", &self.web)
            .finish_non_exhaustive()
    }
}
