use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use fastauth::{
    oauth::{
        AuthorizationAnswer, AuthorizationRequest, Identified, OAuthError, OAuthProfile,
        OAuthProvider, ProviderTokens,
    },
    secret::Token,
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// A provider within the process: it remembers what it is asked, and gives a code for whoever a test says has
/// signed in there.
#[derive(Clone, Debug)]
pub struct TestProvider {
    name: &'static str,
    known: Arc<Mutex<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    codes: HashMap<String, (Query, Somebody)>,
    given: usize,
    asked: usize,
    refresh_token: Option<String>,
}

/// What an address says in its query.
pub type Query = HashMap<String, String>;

/// Somebody who has an account at a provider.
#[derive(Clone, Debug)]
pub struct Somebody {
    subject: String,
    email: Option<String>,
    is_verified: bool,
    claims: Map<String, Value>,
}

impl Somebody {
    /// Who is called this there, and says nothing else.
    pub fn called(subject: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            email: None,
            is_verified: false,
            claims: Map::from_iter([("sub".to_owned(), json!(subject))]),
        }
    }

    /// With an address that the provider has proved.
    pub fn verified(self, email: &str) -> Self {
        Self { is_verified: true, ..self.unverified(email) }
    }

    /// With an address that anybody may have typed there.
    pub fn unverified(self, email: &str) -> Self {
        Self { email: Some(email.to_owned()), ..self }
    }

    /// With one more claim.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }
}

/// Ada, with an address that is proved and her name.
pub fn ada_there() -> Somebody {
    Somebody::called("ada-1").verified("ada@example.com").claim("name", "Ada")
}

impl TestProvider {
    /// Of this name.
    pub fn named(name: &'static str) -> Self {
        Self { name, known: Arc::default() }
    }

    /// What it sends a browser back with that came to this address, once somebody has signed in there.
    pub fn answer(&self, url: &str, somebody: &Somebody) -> String {
        let asked = query_of(url);
        let state = asked["state"].clone();
        let mut known = self.known();
        let code = format!("{}-code-{}", self.name, known.given);
        known.given += 1;
        known.codes.insert(code.clone(), (asked, somebody.clone()));
        format!("state={state}&code={code}")
    }

    /// The token that renews others, which it gives from now on, or no more.
    pub fn gives_refresh_token(&self, token: Option<&str>) {
        self.known().refresh_token = token.map(str::to_owned);
    }

    /// How often it was asked whom a code stands for.
    pub fn asked(&self) -> usize {
        self.known().asked
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().expect("nobody panics with it")
    }
}

/// The cookie of the browser that a sign-up by a provider goes on in.
pub fn signup_cookie(flow: &str) -> String {
    let digest = Sha256::digest(flow);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digest: String = digits.filter_map(|it| char::from_digit(it.into(), 16)).collect();
    format!("__Host-auth_signup_{}={digest}", &digest[..8])
}

/// What stands in the query of an address.
pub fn query_of(url: &str) -> Query {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

#[async_trait]
impl OAuthProvider for TestProvider {
    fn name(&self) -> &str {
        self.name
    }

    async fn authorization_url(
        &self,
        request: &AuthorizationRequest<'_>,
    ) -> Result<String, OAuthError> {
        let scope = request.scopes.join(" ");
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("redirect_uri", request.redirect_uri)
            .append_pair("state", request.state)
            .append_pair("nonce", request.nonce)
            .append_pair("code_challenge", request.code_challenge)
            .append_pair("scope", &scope);
        for (name, value) in request.parameters {
            query.append_pair(name, value);
        }
        Ok(format!("https://{}.test/authorize?{}", self.name, query.finish()))
    }

    /// Each code works once, for the flow that it was given to.
    async fn identify(&self, answer: &AuthorizationAnswer<'_>) -> Result<Identified, OAuthError> {
        let unusable = |why: &str| OAuthError::unusable(format!("{why} <b>\n\u{1b}[2J"));
        let (found, refresh_token) = {
            let mut known = self.known();
            known.asked += 1;
            (known.codes.remove(answer.code.expose()), known.refresh_token.clone())
        };
        let (asked, somebody) = match (answer.code.expose(), found) {
            ("denied", _) => return Err(OAuthError::Denied),
            ("timeout", _) => return Err(OAuthError::Timeout),
            ("overloaded", _) => return Err(OAuthError::Overloaded),
            ("panic", _) => panic!("the provider of this test breaks off"),
            (_, found) => found.ok_or_else(|| unusable("invalid_grant"))?,
        };
        let challenge = Sha256::digest(answer.code_verifier.expose());
        if asked["code_challenge"] != URL_SAFE_NO_PAD.encode(challenge) {
            return Err(unusable("the verifier is another"));
        }
        if asked["nonce"] != answer.nonce || asked["redirect_uri"] != answer.redirect_uri {
            return Err(unusable("the nonce or the address is another"));
        }
        let Somebody { subject, email, is_verified, claims } = somebody;
        let profile = OAuthProfile::new(subject).claims(claims);
        let profile = email.into_iter().fold(profile, |it, email| it.email(email, is_verified));
        let mut tokens = ProviderTokens::new(Token::new(format!("at-{}", answer.code.expose())));
        tokens.refresh_token = refresh_token.map(Token::new);
        tokens.scope = Some("all".to_owned());
        Ok(Identified::new(profile, tokens))
    }
}
