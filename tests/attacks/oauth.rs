//! Somebody plays with what a browser brings from a provider: answers again, answers of others, cookies of others,
//! sixty-four at once; plants what the owner of an address is to find; and unlinks while somebody signs in.
//!
//! Sources: RFC 9700 §4.4, §4.5, §4.7; CVE-2025-68481 (fastapi-users), GHSA-x445-f3h2-j279 (next-auth),
//! supabase/auth#2483 (states of others); "Pre-hijacked accounts" (Sudhodanan, Paverd; USENIX Security 2022);
//! GHSA-g38m-r43w-p2q7, better-auth#9578, #9974, #10239.

mod answers;
mod planted;
mod races;

use fastauth::{AuthBuilder, oauth::OAuthClient};
use fastauth_tests::{Client, Reply, Somebody, TestProvider, User, query_of};
use serde_json::json;

/// A browser that was sent to a provider.
struct Sent {
    at: &'static str,
    url: String,
    cookie: String,
}

fn with(providers: &[&TestProvider]) -> impl Fn(AuthBuilder<User>) -> AuthBuilder<User> {
    let clients: Vec<_> = providers
        .iter()
        .map(|provider| OAuthClient::new((*provider).clone()).fill("name", "name"))
        .collect();
    move |builder| clients.iter().fold(builder, |it, client| it.oauth(client.clone()))
}

async fn sent(client: &Client, at: &'static str) -> Sent {
    let json = client.with("accept", "application/json");
    of(&json.get(&format!("/auth/oauth/{at}/authorize")).await.expect(200), at)
}

async fn linking(me: &Client, at: &'static str) -> Sent {
    of(&me.post(&format!("/auth/oauth/{at}/link"), json!({})).await.expect(200), at)
}

fn of(reply: &Reply, at: &'static str) -> Sent {
    let json = reply.json();
    let url = json["authorization_url"].as_str().expect("an address").to_owned();
    Sent { at, url, cookie: reply.jar() }
}

impl Sent {
    fn state(&self) -> String {
        query_of(&self.url)["state"].clone()
    }

    /// Comes back with this query and these cookies.
    async fn back(&self, client: &Client, query: &str, cookies: &str) -> Reply {
        let json = client.with("accept", "application/json").with("cookie", cookies);
        json.get(&format!("/auth/oauth/{}/callback?{query}", self.at)).await
    }
}

/// All of a sign-in by a provider.
async fn signed_in(
    client: &Client,
    provider: &TestProvider,
    at: &'static str,
    somebody: &Somebody,
) -> Reply {
    let sent = sent(client, at).await;
    sent.back(client, &provider.answer(&sent.url, somebody), &sent.cookie).await
}

/// All of a link.
async fn linked(
    me: &Client,
    provider: &TestProvider,
    at: &'static str,
    somebody: &Somebody,
) -> Reply {
    let sent = linking(me, at).await;
    sent.back(me, &provider.answer(&sent.url, somebody), &sent.cookie).await
}
