//! A server that publishes keys, or something else.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, routing::get};
use fastauth::{
    time::{Clock, SystemClock, Timestamp},
    token::{Algorithm, Jwt, SigningKey, TokenEncoder, TokenKind, VerifyingKey},
};
use fastauth_tests::{TestClock, free_address};
use http::{Response, header};
use serde_json::{Map, Value, json};

use super::ISSUER;

/// What it says when it is asked.
#[derive(Clone, Debug)]
pub(super) struct Served {
    pub(super) status: u16,
    pub(super) body: String,
    pub(super) cache_control: Option<&'static str>,
    pub(super) location: Option<String>,
    pub(super) delay: Duration,
    /// Whether it never says a word.
    pub(super) silent: bool,
}

#[derive(Clone)]
pub(super) struct Issuer(Arc<Inner>);

struct Inner {
    url: String,
    key: Mutex<Arc<Pair>>,
    served: Mutex<Served>,
    asked: AtomicUsize,
}

/// A key, and what is public of it.
pub(super) struct Pair {
    jwt: Jwt,
    pub(super) public: VerifyingKey,
    published: String,
}

impl Pair {
    pub(super) async fn generate() -> Arc<Self> {
        let key = SigningKey::generate(Algorithm::EdDSA).expect("it can be made");
        let (public, jwt) = (key.verifying().clone(), Jwt::new(key));
        let keys = jwt.published_keys(EPOCH).await.keys;
        Arc::new(Self { jwt, public, published: json!({ "keys": keys }).to_string() })
    }
}

const EPOCH: Timestamp = Timestamp::from_secs(0);

impl Issuer {
    pub(super) async fn start() -> Self {
        let address = free_address().await;
        let key = Pair::generate().await;
        let issuer = Self(Arc::new(Inner {
            url: format!("http://{address}/.well-known/jwks.json"),
            served: Mutex::new(published(&key)),
            key: Mutex::new(key),
            asked: AtomicUsize::new(0),
        }));
        let answer = {
            let issuer = issuer.clone();
            move || {
                let issuer = issuer.clone();
                async move { issuer.answer().await }
            }
        };
        let app = Router::new().route("/.well-known/jwks.json", get(answer));
        let listener = tokio::net::TcpListener::bind(address).await.expect("it is free");
        tokio::spawn(async move { axum::serve(listener, app).await });
        issuer
    }

    async fn answer(&self) -> Response<Body> {
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        let served = self.0.served.lock().unwrap().clone();
        if served.silent {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(served.delay).await;
        let mut reply = Response::builder().status(served.status);
        for (name, value) in [
            (header::CACHE_CONTROL, served.cache_control.map(str::to_owned)),
            (header::LOCATION, served.location),
        ] {
            if let Some(value) = value {
                reply = reply.header(name, value);
            }
        }
        reply.body(Body::from(served.body)).expect("a reply")
    }

    pub(super) fn url(&self) -> String {
        self.0.url.clone()
    }

    pub(super) fn key(&self) -> Arc<Pair> {
        Arc::clone(&self.0.key.lock().unwrap())
    }

    /// What it publishes when it is well.
    pub(super) fn published(&self) -> Served {
        published(&self.key())
    }

    pub(super) fn serve(&self, served: Served) {
        *self.0.served.lock().unwrap() = served;
    }

    /// Signs with another key, and publishes that alone.
    pub(super) fn sign_with(&self, key: Arc<Pair>) {
        self.serve(published(&key));
        *self.0.key.lock().unwrap() = key;
    }

    /// How often it was asked.
    pub(super) fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// The same, once what is done meanwhile is done.
    pub(super) async fn is_asked(&self, times: usize) {
        for _ in 0..500 {
            if self.asked() == times {
                break;
            }
            tokio::time::sleep(Duration::from_millis(4)).await;
        }
        assert_eq!(self.asked(), times);
    }

    pub(super) async fn token(&self, clock: &TestClock) -> String {
        self.token_by(&self.key(), clock).await
    }

    /// By the clock of the system.
    pub(super) async fn token_now(&self) -> String {
        written(&self.key(), claims_at(SystemClock.now().as_secs())).await
    }

    /// The same of another issuer.
    pub(super) async fn token_of(&self, issuer: &str) -> String {
        let mut claims = claims_at(SystemClock.now().as_secs());
        for name in ["iss", "aud"] {
            claims.insert(name.to_owned(), json!(issuer));
        }
        written(&self.key(), claims).await
    }

    pub(super) async fn token_by(&self, key: &Pair, clock: &TestClock) -> String {
        written(key, claims(clock)).await
    }

    pub(super) async fn token_with(&self, clock: &TestClock, name: &str, value: Value) -> String {
        let mut claims = claims(clock);
        claims.insert(name.to_owned(), value);
        written(&self.key(), claims).await
    }
}

fn published(key: &Pair) -> Served {
    Served {
        status: 200,
        body: key.published.clone(),
        cache_control: None,
        location: None,
        delay: Duration::ZERO,
        silent: false,
    }
}

fn claims(clock: &TestClock) -> Map<String, Value> {
    claims_at(clock.now().as_secs())
}

fn claims_at(now: i64) -> Map<String, Value> {
    let claims = json!({
        "iss": ISSUER, "aud": ISSUER, "sub": "01890f6e-0000-7000-8000-000000000002", "jti": "1",
        "sid": "01890f6e-0000-7000-8000-000000000001", "type": "access", "iat": now, "nbf": now,
        "exp": now + 900, "name": "Ada", "plan": "free",
    });
    claims.as_object().expect("an object").clone()
}

async fn written(key: &Pair, claims: Map<String, Value>) -> String {
    let token = key.jwt.encode_token(TokenKind::ACCESS, &claims, &Map::new(), EPOCH).await;
    token.expect("it can be written").expose().to_owned()
}
