//! What a case has to do with an account at a provider.

use fastauth_tests::{Client, Reply, Somebody, signup};
use serde_json::{Value as Json, json};

use super::{
    super::{ground::Ground, route::Route},
    Case,
};

/// A browser that comes back from the provider.
pub(super) struct Visit {
    /// Where to.
    pub(super) path: String,
    cookie: String,
}

impl Visit {
    pub(super) fn browser(&self, client: &Client) -> Client {
        client.with("accept", "application/json").with("cookie", &self.cookie)
    }
}

impl Case {
    /// The way back, where the route takes one; for an account that is to be unlinked it is gone.
    pub(super) async fn visit(&self, ground: &Ground) -> Option<Visit> {
        match self.route {
            Route::FinishLink => Some(self.linking(ground).await),
            Route::SignUpByProvider => Some(self.signing_in(ground).await),
            Route::Unlink => {
                let visit = self.linking(ground).await;
                visit.browser(&ground.world.client).get(&visit.path).await.expect(200);
                None
            }
            _ => None,
        }
    }

    async fn linking(&self, ground: &Ground) -> Visit {
        let me = ground.world.client.signed_in(&self.me);
        self.sent(ground, &me.post("/auth/oauth/acme/link", json!({})).await)
    }

    async fn signing_in(&self, ground: &Ground) -> Visit {
        let client = ground.world.client.with("accept", "application/json");
        self.sent(ground, &client.get("/auth/oauth/acme/authorize").await)
    }

    fn sent(&self, ground: &Ground, reply: &Reply) -> Visit {
        // With an address that finds nobody.
        let there = Somebody::called(&self.newcomer).unverified(&self.newcomer);
        let url = reply.json()["authorization_url"].as_str().unwrap().to_owned();
        let answer = ground.acme.answer(&url, &there.claim("name", "Ada"));
        Visit { path: format!("/auth/oauth/acme/callback?{answer}"), cookie: reply.jar() }
    }

    /// Whether they have an account at the provider, which signs in to theirs then.
    pub(super) async fn is_linked(&self, ground: &Ground, me: &Client) -> bool {
        let identities = me.get("/auth/identities").await.expect(200).json();
        let is_linked = !identities.as_array().unwrap().is_empty();
        if is_linked {
            assert_eq!(self.signs_in(ground).await.unwrap(), self.me.json()["user"]["id"]);
        }
        is_linked
    }

    /// An account that its identity opens, or an address that is free and nobody's identity.
    pub(super) async fn is_signed_up(&self, ground: &Ground) -> bool {
        let registered = ground.world.client.post("/auth/register", signup(&self.newcomer)).await;
        let is_there = registered.status != 201;
        if is_there {
            registered.problem(409, "email_taken");
        }
        assert_eq!(self.signs_in(ground).await.is_some(), is_there, "half an account");
        is_there
    }

    /// Whose account the identity opens.
    async fn signs_in(&self, ground: &Ground) -> Option<Json> {
        let visit = self.signing_in(ground).await;
        let reply = visit.browser(&ground.world.client).get(&visit.path).await;
        if reply.status != 200 {
            reply.problem(409, "email_taken");
            return None;
        }
        Some(reply.json()["user"]["id"].clone())
    }
}
