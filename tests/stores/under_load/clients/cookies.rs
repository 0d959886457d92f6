use async_trait::async_trait;
use fastauth_tests::{Client, Reply};

use super::{Habit, delete};

/// A page of the application.
fn page(client: &Client) -> Client {
    client.with("sec-fetch-site", "same-origin")
}

/// Reads by a cookie.
pub(super) struct CookieReader {
    me: Client,
    email: String,
}

impl CookieReader {
    pub(super) async fn new(client: &Client, email: String) -> Self {
        let page = page(client);
        let me = page.with("cookie", page.register(&email).await.jar());
        Self { me, email }
    }
}

#[async_trait]
impl Habit for CookieReader {
    async fn act(&mut self) -> (&'static str, Reply) {
        ("GET /me by a cookie", self.me.me().await)
    }

    async fn leave(&mut self, bearer: &Client) {
        self.me.me().await.expect(200);
        delete(bearer, &self.email).await;
    }
}

/// Refreshes by a cookie, and keeps what a browser would.
pub(super) struct CookieRefresher {
    page: Client,
    email: String,
    jar: String,
}

impl CookieRefresher {
    pub(super) async fn new(client: &Client, email: String) -> Self {
        let page = page(client);
        let jar = page.register(&email).await.jar();
        Self { page, email, jar }
    }

    async fn refresh(&self) -> Reply {
        self.page.with("cookie", &self.jar).send("POST", "/auth/refresh", b"").await
    }
}

#[async_trait]
impl Habit for CookieRefresher {
    async fn act(&mut self) -> (&'static str, Reply) {
        let reply = self.refresh().await;
        if reply.status == 200 {
            self.jar = reply.jar();
        }
        ("POST /refresh by a cookie", reply)
    }

    async fn leave(&mut self, bearer: &Client) {
        let jar = self.refresh().await.expect(200).jar();
        self.page.with("cookie", jar).me().await.expect(200);
        delete(bearer, &self.email).await;
    }
}
