//! A provider of identities on a port of its own. It speaks OAuth 2 and OpenID Connect by the book, and GitHub's
//! dialect, and looks closely at what it is asked; told so, it does to one sign-in whatever a hostile or broken one
//! could.

mod answer;
mod endpoints;
mod key;

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::Router;
use fastauth::{
    oauth::{GitHub, Oidc},
    time::{Clock, SystemClock},
};
use serde_json::{Map, Value as Json, json};
use tokio::net::TcpListener;

use super::Client;

pub use answer::Answer;
use key::Key;
pub use key::Signer;

/// What the application is called there.
pub const CLIENT_ID: &str = "fastauth:tests";
/// What proves it, with all that an encoding could stumble over.
pub const CLIENT_SECRET: &str = "s3cret/of%the&client+a:b=c";

/// A provider that does what it is told. Clones are one.
#[derive(Clone)]
pub struct Idp(Arc<Inner>);

struct Inner {
    address: SocketAddr,
    clock: Box<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    person: Person,
    next: VecDeque<Behaviour>,
    /// What was promised for a code, and for an access token.
    codes: HashMap<String, Promise>,
    tokens: HashMap<String, Promise>,
    drawn: usize,
    requests: Vec<Asked>,
    /// What is answered where it says what it is, and which keys it has.
    discovery: Answer,
    keys: Answer,
    published: Vec<Key>,
}

/// One sign-in.
#[derive(Clone)]
struct Promise {
    person: Person,
    behaviour: Behaviour,
    asked: HashMap<String, String>,
}

/// Somebody with an account there.
#[derive(Clone, Debug)]
pub struct Person {
    /// What they are called there; at GitHub a number.
    pub sub: String,
    /// Their address.
    pub email: Option<String>,
    /// What is said of it: anything, nothing if it is null.
    pub email_verified: Json,
    /// All else that is said of them.
    pub claims: Json,
}

impl Person {
    /// Somebody whose address is proved.
    pub fn new(sub: &str, email: &str) -> Self {
        Self {
            sub: sub.to_owned(),
            email: Some(email.to_owned()),
            email_verified: json!(true),
            claims: json!({}),
        }
    }
}

impl Default for Person {
    fn default() -> Self {
        let claims = json!({ "name": "Ada Lovelace", "login": "ada" });
        Self { claims, ..Self::new("248289761001", "ada@example.com") }
    }
}

/// What it does to one sign-in. Members that are given stand in the place of its own; a null takes one away.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    /// What the browser brings back: `json!({ "code": null, "error": "access_denied" })`.
    pub callback: Json,
    /// How a code is exchanged.
    pub token: Answer,
    /// What it says of a person besides: `/userinfo`, or GitHub's `/user`.
    pub userinfo: Answer,
    /// What GitHub says of their addresses.
    pub emails: Answer,
    /// The header of the ID token.
    pub header: Json,
    /// Its claims.
    pub claims: Json,
    /// Its whole payload.
    pub payload: Option<&'static str>,
    /// What signs it.
    pub signer: Signer,
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// What stands in its query, or its form.
    pub fields: HashMap<String, String>,
    /// Its headers, names in lower case.
    pub headers: HashMap<String, String>,
}

/// What the browser brings back.
#[derive(Clone, Debug)]
pub struct Callback {
    /// Where it is sent.
    pub location: String,
    /// The query of that.
    pub fields: HashMap<String, String>,
}

impl Idp {
    /// One that goes by the system's clock.
    pub async fn start() -> Self {
        Self::start_at(SystemClock).await
    }

    /// One that goes by this clock.
    pub async fn start_at(clock: impl Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let idp = Self(Arc::new(Inner {
            address: listener.local_addr().expect("it is bound"),
            clock: Box::new(clock),
            state: Mutex::new(State {
                person: Person::default(),
                next: VecDeque::new(),
                codes: HashMap::new(),
                tokens: HashMap::new(),
                drawn: 0,
                requests: Vec::new(),
                discovery: Answer::Good,
                keys: Answer::Good,
                published: Key::usual(),
            }),
        }));
        let app = Router::new().fallback(endpoints::answer).with_state(idp.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        idp
    }

    /// Its issuer, and the address of its GitHub.
    pub fn issuer(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// It as a provider of this name.
    pub fn oidc(&self, name: &str) -> Oidc {
        Oidc::new(name, self.issuer(), CLIENT_ID, CLIENT_SECRET)
    }

    /// It as a GitHub.
    pub fn github(&self) -> GitHub {
        GitHub::at(self.issuer(), CLIENT_ID, CLIENT_SECRET)
    }

    /// Who signs in from now on.
    pub fn person(&self, person: Person) {
        self.state().person = person;
    }

    /// What it does to the next sign-in that begins, after those that were said before.
    pub fn next(&self, behaviour: Behaviour) {
        self.state().next.push_back(behaviour);
    }

    /// What it says of itself from now on.
    pub fn discovery(&self, answer: Answer) {
        self.state().discovery = answer;
    }

    /// What it answers from now on to who asks for its keys.
    pub fn keys(&self, answer: Answer) {
        self.state().keys = answer;
    }

    /// Signs with a new key from now on; the old ones are withdrawn.
    pub fn rotate_keys(&self) {
        let mut state = self.state();
        state.drawn += 1;
        state.published = vec![Key::made(&format!("rotated-{}", state.drawn))];
    }

    /// The keys that it publishes.
    pub fn published(&self) -> Vec<Json> {
        self.state().published.iter().map(|key| key.jwk.clone()).collect()
    }

    /// The requests that came, the first one first.
    pub fn requests(&self) -> Vec<Asked> {
        self.state().requests.clone()
    }

    /// The last one that came to this path.
    ///
    /// # Panics
    /// There was none.
    pub fn asked(&self, path: &str) -> Asked {
        let last = self.requests().into_iter().rfind(|asked| asked.path == path);
        last.unwrap_or_else(|| panic!("nobody asked {path}"))
    }

    /// How many came to this path.
    pub fn count(&self, path: &str) -> usize {
        self.state().requests.iter().filter(|asked| asked.path == path).count()
    }

    /// Goes as a browser where an application sends it, and says yes: what it brings back.
    ///
    /// # Panics
    /// The provider finds something wrong with the request.
    pub async fn visit(&self, url: &str) -> Callback {
        let path = url.strip_prefix(&self.issuer()).unwrap_or_else(|| panic!("elsewhere: {url}"));
        let reply = Client::new(self.0.address).get(path).await.expect(302);
        Callback::at(reply.header("location").expect("a redirect").to_owned())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("nobody panics with it")
    }
}

impl Callback {
    pub(crate) fn at(location: String) -> Self {
        let query = location.split_once('?').map_or("", |(_, query)| query);
        let fields = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { location, fields }
    }

    /// A member of the query.
    ///
    /// # Panics
    /// There is none.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).unwrap_or_else(|| panic!("no {name} in {}", self.location))
    }
}

/// An object with these members in the place of its own, without those that are null.
fn merged(mut object: Json, members: &Json) -> Json {
    let all = object.as_object_mut().expect("an object");
    all.extend(members.as_object().cloned().unwrap_or_default());
    let kept: Map<_, _> =
        std::mem::take(all).into_iter().filter(|(_, value)| !value.is_null()).collect();
    Json::Object(kept)
}
