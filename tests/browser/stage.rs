//! Where a story is played: the applications it needs, and the browser.

use std::net::SocketAddr;

use fastauth::{
    AuthBuilder, Secret,
    token::{Jwt, JwtStrategy, KeyRing, TokenChecks},
};
use fastauth_tests::{SECRET, User};
use serde_json::{Map, Value, json};

use super::{application, chromium::Chromium};

/// The applications of a story by the names that its script has for them.
pub(crate) struct Stage {
    story: &'static str,
    chromium: Chromium,
    applications: Map<String, Value>,
}

impl Stage {
    /// An empty one; nothing where there is no browser.
    pub(crate) fn of(story: &'static str) -> Option<Self> {
        let chromium = Chromium::find(story)?;
        Some(Self { story, chromium, applications: Map::new() })
    }

    /// With an application on plain http, as in development.
    pub(crate) async fn local(
        self,
        name: &str,
        decide: impl Fn(AuthBuilder<User>) -> AuthBuilder<User>,
    ) -> Self {
        self.with(name, |at| format!("http://localhost:{}", at.port()), decide).await
    }

    /// With an application behind TLS, at `https://{host}.example.test`.
    pub(crate) async fn public(
        self,
        host: &str,
        decide: impl Fn(AuthBuilder<User>) -> AuthBuilder<User>,
    ) -> Self {
        self.with(host, |_| format!("https://{host}.example.test"), decide).await
    }

    async fn with(
        mut self,
        name: &str,
        address: impl Fn(SocketAddr) -> String,
        decide: impl Fn(AuthBuilder<User>) -> AuthBuilder<User>,
    ) -> Self {
        let (origin, client) = application::serve(address, decide).await;
        let about = json!({ "origin": origin, "port": client.address().port() });
        self.applications.insert(name.to_owned(), about);
        self
    }

    /// Plays it.
    pub(crate) async fn play(self) {
        self.chromium.plays(self.story, &Value::Object(self.applications)).await;
    }
}

/// Tokens that are JWTs, which need refreshing.
pub(crate) fn jwt(builder: AuthBuilder<User>) -> AuthBuilder<User> {
    let secret = Secret::parse(SECRET).expect("the tests' own");
    let ring = KeyRing::derived(&secret, "users").expect("a good secret");
    builder.strategy(JwtStrategy::new(Jwt::new(ring), TokenChecks::new("app", "app")))
}
