//! Those who use the application, each with one habit, and what they know afterwards.

mod cookies;
mod newcomer;
mod tokens;

use async_trait::async_trait;
use fastauth_tests::{Client, PASSWORD, Reply};
use serde_json::json;

use self::{
    cookies::{CookieReader, CookieRefresher},
    newcomer::Newcomer,
    tokens::{Editor, Login, Reader, Refresher},
};

/// Somebody who does the same again and again.
#[async_trait]
pub(super) trait Habit: Send {
    /// What they do, and what they are told.
    async fn act(&mut self) -> (&'static str, Reply);

    /// The status of a good answer.
    fn good(&self) -> u16 {
        200
    }

    /// Looks whether all is as they were told, and deletes what accounts they have.
    async fn leave(&mut self, bearer: &Client);
}

/// Some of each.
pub(super) async fn habits(bearer: &Client, cookies: &Client) -> Vec<Box<dyn Habit>> {
    let mut all: Vec<Box<dyn Habit>> = Vec::new();
    for number in 0..2 {
        let email = |habit| format!("{habit}-{number}@example.com");
        all.push(Box::new(Login::new(bearer, email("login")).await));
        all.push(Box::new(Reader::new(bearer, email("reader")).await));
        all.push(Box::new(Refresher::new(bearer, email("refresher")).await));
        all.push(Box::new(Editor::new(bearer, email("editor")).await));
        all.push(Box::new(Newcomer::new(bearer, number)));
        all.push(Box::new(CookieReader::new(cookies, email("cookie-reader")).await));
        all.push(Box::new(CookieRefresher::new(cookies, email("cookie-refresher")).await));
    }
    all
}

/// Deletes an account.
async fn delete(bearer: &Client, email: &str) {
    let login = bearer.login(email, PASSWORD).await.expect(200);
    let me = bearer.signed_in(&login);
    me.json("DELETE", "/auth/me", json!({ "password": PASSWORD })).await.expect(204);
}
