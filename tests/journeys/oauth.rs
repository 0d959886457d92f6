//! Sign-in with accounts that people have elsewhere.

mod answers;
mod hooks;
mod link;
mod over_http;
mod pages;
mod setup;
mod sign_in;
mod sign_up;
mod tokens;
mod unproved;

use fastauth::{AuthBuilder, oauth::OAuthClient};
use fastauth_tests::{Client, Reply, Somebody, TestProvider, User, query_of};

/// What a browser says that it takes.
const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Somebody whose browser was sent to a provider.
struct Sent {
    provider: TestProvider,
    /// Where to.
    url: String,
    /// The cookie that remembers it.
    cookie: String,
}

/// A client that fills the name of a sign-up.
fn filling(provider: &TestProvider) -> OAuthClient {
    OAuthClient::new(provider.clone()).fill("name", "name")
}

/// Accounts that people of this provider sign in to.
fn with(provider: &TestProvider) -> impl Fn(AuthBuilder<User>) -> AuthBuilder<User> {
    let client = filling(provider);
    move |builder| builder.oauth(client.clone())
}

/// Begins, as a browser or as a program.
async fn sent(client: &Client, provider: &TestProvider, query: &str) -> Sent {
    let path = format!("/auth/oauth/{}/authorize{query}", provider_name(provider));
    let reply = client.get(&path).await;
    let Some(url) = reply.header("location") else { return told(&reply, provider) };
    Sent { provider: provider.clone(), url: url.to_owned(), cookie: reply.jar() }
}

/// What a reply says of where to go.
#[track_caller]
fn told(reply: &Reply, provider: &TestProvider) -> Sent {
    assert_eq!(reply.status, 200, "{}", reply.text());
    let json = reply.json();
    let url = json["authorization_url"].as_str().expect("an address").to_owned();
    Sent { provider: provider.clone(), url, cookie: reply.jar() }
}

fn provider_name(provider: &TestProvider) -> String {
    use fastauth::oauth::OAuthProvider;
    provider.name().to_owned()
}

impl Sent {
    /// Comes back as this person; `client` is the browser, with its other cookies.
    async fn back(&self, client: &Client, somebody: &Somebody) -> Reply {
        self.back_with(client, &self.provider.answer(&self.url, somebody)).await
    }

    /// Comes back with this query.
    async fn back_with(&self, client: &Client, query: &str) -> Reply {
        let path = format!("/auth/oauth/{}/callback?{query}", provider_name(&self.provider));
        client.with("cookie", &self.cookie).get(&path).await
    }

    fn state(&self) -> String {
        query_of(&self.url)["state"].clone()
    }
}

/// All of a sign-in, as a program makes it.
async fn signed_in(client: &Client, provider: &TestProvider, somebody: &Somebody) -> Reply {
    let client = client.with("accept", "application/json");
    sent(&client, provider, "").await.back(&client, somebody).await
}
