use async_trait::async_trait;
use fastauth_tests::{Client, PASSWORD, Reply, signup};

use super::{Habit, delete};

/// Registers one account after another.
pub(super) struct Newcomer {
    client: Client,
    number: u32,
    acknowledged: Vec<String>,
    unanswered: Vec<String>,
}

impl Newcomer {
    pub(super) fn new(client: &Client, number: u32) -> Self {
        let (acknowledged, unanswered) = (Vec::new(), Vec::new());
        Self { client: client.clone(), number, acknowledged, unanswered }
    }
}

#[async_trait]
impl Habit for Newcomer {
    async fn act(&mut self) -> (&'static str, Reply) {
        let turn = self.acknowledged.len() + self.unanswered.len();
        let email = format!("newcomer-{}-{turn}@example.com", self.number);
        let reply = self.client.post("/auth/register", signup(&email)).await;
        let kept =
            if reply.status == self.good() { &mut self.acknowledged } else { &mut self.unanswered };
        kept.push(email);
        ("POST /register", reply)
    }

    fn good(&self) -> u16 {
        201
    }

    async fn leave(&mut self, bearer: &Client) {
        for email in &self.unanswered {
            // Whole or absent: an account that signs in, or an address that is free.
            let login = self.client.login(email, PASSWORD).await;
            if login.status != 200 {
                login.problem(401, "invalid_credentials");
                self.client.register(email).await;
            }
        }
        for email in self.acknowledged.iter().chain(&self.unanswered) {
            delete(bearer, email).await;
        }
    }
}
