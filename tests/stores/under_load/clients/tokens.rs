use async_trait::async_trait;
use fastauth_tests::{Client, PASSWORD, Reply};
use serde_json::json;

use super::{Habit, delete};

/// Signs in.
pub(super) struct Login {
    client: Client,
    email: String,
}

impl Login {
    pub(super) async fn new(client: &Client, email: String) -> Self {
        client.register(&email).await;
        Self { client: client.clone(), email }
    }
}

#[async_trait]
impl Habit for Login {
    async fn act(&mut self) -> (&'static str, Reply) {
        ("POST /login", self.client.login(&self.email, PASSWORD).await)
    }

    async fn leave(&mut self, bearer: &Client) {
        delete(bearer, &self.email).await;
    }
}

/// Reads what only those who are signed in see.
pub(super) struct Reader {
    me: Client,
    email: String,
    turns: u32,
}

impl Reader {
    pub(super) async fn new(client: &Client, email: String) -> Self {
        let registered = client.register(&email).await;
        Self { me: client.signed_in(&registered), email, turns: 0 }
    }
}

#[async_trait]
impl Habit for Reader {
    async fn act(&mut self) -> (&'static str, Reply) {
        self.turns += 1;
        if self.turns.is_multiple_of(2) {
            return ("GET /me", self.me.me().await);
        }
        let reply = self.me.get("/anybody").await;
        assert_ne!(reply.text(), "nobody", "an outage signs nobody out");
        ("a guard that lets anybody in", reply)
    }

    async fn leave(&mut self, bearer: &Client) {
        self.me.me().await.expect(200);
        delete(bearer, &self.email).await;
    }
}

/// Uses each refresh token until it is told of the next.
pub(super) struct Refresher {
    client: Client,
    email: String,
    token: &'static str,
}

impl Refresher {
    pub(super) async fn new(client: &Client, email: String) -> Self {
        let token = client.register(&email).await.refresh();
        Self { client: client.clone(), email, token }
    }
}

#[async_trait]
impl Habit for Refresher {
    async fn act(&mut self) -> (&'static str, Reply) {
        let reply = self.client.refresh(self.token).await;
        if reply.status == 200 {
            self.token = reply.refresh();
        }
        ("POST /refresh", reply)
    }

    async fn leave(&mut self, bearer: &Client) {
        let last = self.client.refresh(self.token).await.expect(200);
        self.client.signed_in(&last).me().await.expect(200);
        delete(bearer, &self.email).await;
    }
}

/// Counts in a field of their own.
pub(super) struct Editor {
    me: Client,
    email: String,
    acknowledged: u64,
    attempted: u64,
}

impl Editor {
    pub(super) async fn new(client: &Client, email: String) -> Self {
        let registered = client.register(&email).await;
        Self { me: client.signed_in(&registered), email, acknowledged: 0, attempted: 0 }
    }
}

#[async_trait]
impl Habit for Editor {
    async fn act(&mut self) -> (&'static str, Reply) {
        self.attempted += 1;
        let body = json!({ "motto": self.attempted.to_string() });
        let reply = self.me.json("PATCH", "/auth/me", body).await;
        if reply.status == 200 {
            self.acknowledged = self.attempted;
        }
        ("PATCH /me", reply)
    }

    async fn leave(&mut self, bearer: &Client) {
        let motto = self.me.me().await.expect(200).json()["motto"].clone();
        let kept: u64 = motto.as_str().unwrap().parse().unwrap();
        let (acknowledged, attempted) = (self.acknowledged, self.attempted);
        assert!((acknowledged..=attempted).contains(&kept), "{kept} of {acknowledged}");
        delete(bearer, &self.email).await;
    }
}
