//! A client sends text that an application quotes in an error: it must not write lines of its own
//! into the log (ASVS 16.4.1).

use std::error::Error;

use async_trait::async_trait;
use fastauth::{
    AuthUser, HookResult, Hooks, auth_hooks,
    password::{BreachCheck, PasswordPolicy},
    secret::Password,
    store::Memory,
};
use fastauth_tests::{PASSWORD, User, World, keep_log, logged};
use serde_json::json;

type Signup = <User as AuthUser>::Signup;

/// Quotes the name in its errors.
struct Quoting;

#[auth_hooks]
impl Hooks<User> for Quoting {
    async fn allow_signup(&self, signup: &Signup) -> HookResult<bool> {
        if signup.name.contains("gate") {
            return Err(format!("no such name: {}", signup.name).into());
        }
        Ok(true)
    }
    async fn on_signup(&self, user: &User) -> HookResult {
        Err(format!("no such name: {}", user.name).into())
    }
}

/// Is asked about nobody knows what, and quotes its upstream.
struct Upstream;

#[async_trait]
impl BreachCheck for Upstream {
    async fn is_breached(&self, _: &Password) -> Result<bool, Box<dyn Error + Send + Sync>> {
        Err("upstream said\nINFO fastauth forged by an upstream".into())
    }
}

#[tokio::test]
async fn the_error_of_a_breach_check_is_one_line() {
    keep_log();
    let policy = PasswordPolicy::default().breach_check(Upstream);
    let world = World::built(Memory::new(), |it| it.password_policy(policy)).await;
    world.client.register("ada@example.com").await;
    let log = logged();
    let mut lines = log.lines().filter(|line| line.contains("forged by an upstream")).peekable();
    assert!(lines.peek().is_some());
    assert!(lines.all(|line| line.contains("upstream said")), "{log}");
}

#[tokio::test]
async fn the_error_of_a_hook_is_one_line() {
    keep_log();
    let world = World::built(Memory::new(), |it| it.hooks(Quoting)).await;
    for (name, status) in [("from a gate", 503), ("from an event", 201)] {
        let name = format!("x\nINFO fastauth forged {name}\r\u{1b}[2K");
        let body = json!({ "email": "eve@example.com", "password": PASSWORD, "name": name });
        world.client.post("/auth/register", body).await.expect(status);
    }
    let log = logged();
    for name in ["from a gate", "from an event"] {
        let name = format!("fastauth forged {name}");
        let mut lines = log.lines().filter(|line| line.contains(&name)).peekable();
        assert!(lines.peek().is_some(), "{name}");
        assert!(
            lines.all(|line| line.contains("no such name") && !line.contains('\u{1b}')),
            "{log}"
        );
    }
}
