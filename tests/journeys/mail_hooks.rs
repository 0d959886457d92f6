use std::sync::{Arc, Mutex};

use fastauth::{EmailVerification, HookContext, Hooks, Provider, auth_hooks};
use fastauth_tests::{PASSWORD, User, World, signup};
use serde_json::json;

const ADA: &str = "ada@example.com";

/// Writes down what it is told; lets nobody in who is called Eve, and nobody go.
#[derive(Clone, Default)]
struct Scribe(Arc<Mutex<Vec<String>>>);

impl Scribe {
    fn note(&self, what: &str, user: &User, cx: &HookContext) {
        let provider = cx.provider().map_or("-", Provider::as_str);
        let line = format!("{what} {} {provider}", user.email);
        self.0.lock().expect("nobody panics with it").push(line);
    }

    /// What was heard, once it is so much: some of it no reply waits for.
    async fn heard(&self, count: usize) -> Vec<String> {
        for _ in 0..2_500 {
            if self.0.lock().expect("nobody panics with it").len() >= count {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(4)).await;
        }
        std::mem::take(&mut *self.0.lock().expect("nobody panics with it"))
    }
}

#[auth_hooks]
impl Hooks<User> for Scribe {
    async fn allow_signin(&self, user: &User) -> bool {
        user.name != "Eve"
    }
    async fn on_signup(&self, user: &User, cx: &HookContext) {
        self.note("signup", user, cx);
    }
    async fn on_signin(&self, user: &User, _provider: &Provider, cx: &HookContext) {
        self.note("signin", user, cx);
    }
    async fn on_email_verify(&self, user: &User, cx: &HookContext) {
        assert!(user.email_verified);
        self.note("email_verify", user, cx);
    }
    async fn on_email_change(&self, user: &User, old: &str, cx: &HookContext) {
        self.note(&format!("email_change from {old} to"), user, cx);
    }
    async fn on_password_reset(&self, user: &User, cx: &HookContext) {
        self.note("password_reset", user, cx);
    }
    async fn on_magic_link_sent(&self, user: &User, cx: &HookContext) {
        self.note("magic_link_sent", user, cx);
    }
}

#[tokio::test]
async fn each_event_is_told_once_and_with_how_it_came_about() {
    let scribe = Scribe::default();
    let decide = |it: fastauth::AuthBuilder<User>| {
        let it = it.hooks(scribe.clone()).email_verification(EmailVerification::Required);
        it.magic_link_signup()
    };
    let [(world, mailbox), _] = World::mailed(decide).await;
    let client = &world.client;
    client.post("/auth/register", signup(ADA)).await.expect(202);
    assert_eq!(scribe.heard(1).await, ["signup ada@example.com password"]);
    let token = mailbox.token(ADA, "VerifyEmail").await;
    client.post("/auth/email/verify", json!({ "token": token })).await.expect(204);
    assert_eq!(scribe.heard(1).await, ["email_verify ada@example.com -"]);

    client.post("/auth/password/forgot", json!({ "email": ADA })).await.expect(202);
    let token = mailbox.token(ADA, "ResetPassword").await;
    let body = json!({ "token": token, "password": "quite another one" });
    client.post("/auth/password/reset", body).await.expect(204);
    assert_eq!(scribe.heard(1).await, ["password_reset ada@example.com -"]);

    client.post("/auth/magic-link", json!({ "email": ADA })).await.expect(202);
    assert_eq!(scribe.heard(1).await, ["magic_link_sent ada@example.com magic_link"]);
    let token = mailbox.token(ADA, "MagicLink").await;
    let reply = client.post("/auth/magic-link/verify", json!({ "token": token })).await;
    let me = client.as_told(&reply.expect(200));
    assert_eq!(scribe.heard(1).await, ["signin ada@example.com magic_link"]);

    let change = json!({ "new_email": "ada@new.example", "password": "quite another one" });
    me.post("/auth/email/change", change).await.expect(202);
    let token = mailbox.token("ada@new.example", "ConfirmEmailChange").await;
    me.post("/auth/email/change/confirm", json!({ "token": token })).await.expect(204);
    let heard = scribe.heard(1).await;
    assert_eq!(heard, ["email_change from ada@example.com to ada@new.example -"]);

    // A whole account by a link, and one that the gate keeps out.
    for (email, name, status) in [("bob@example.com", "Bob", 201), ("eve@example.com", "Eve", 403)]
    {
        client.post("/auth/magic-link", json!({ "email": email })).await.expect(202);
        let token = mailbox.token(email, "MagicLink").await;
        let reply = client.post("/auth/magic-link/verify", json!({ "token": token })).await;
        let flow = reply.problem(409, "registration_incomplete").json()["flow"].clone();
        let body = json!({ "flow": flow, "name": name });
        client.post("/auth/register/complete", body).await.expect(status);
        let mut told = vec![
            format!("signup {email} magic_link"),
            format!("email_verify {email} magic_link"),
            format!("signin {email} magic_link"),
        ];
        told.truncate(if status == 201 { 3 } else { 2 });
        assert_eq!(scribe.heard(told.len()).await, told);
    }
    // The gate is asked of every link.
    client.post("/auth/magic-link", json!({ "email": "eve@example.com" })).await.expect(202);
    let token = mailbox.token("eve@example.com", "MagicLink").await;
    let reply = client.post("/auth/magic-link/verify", json!({ "token": token })).await;
    reply.problem(403, "signin_denied");
    client.login("eve@example.com", PASSWORD).await.problem(401, "invalid_credentials");
}
