//! Hooks that panic, hang or say no too late: what they cannot break.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use fastauth::{
    Decision, ExtraClaims, HookContext, Hooks, Provider, auth_hooks, hooks::HookFuture,
    store::Memory,
};
use fastauth_tests::{PASSWORD, User, World, ada};
use serde_json::{Value, json};
use tokio::sync::{Mutex, Notify};

async fn world(hooks: impl Hooks<User>) -> World<User> {
    World::built(Memory::new(), |builder| builder.hooks(hooks)).await
}

fn login() -> Value {
    json!({ "email": "ada@example.com", "password": PASSWORD })
}

/// Written by hand, so that it can panic before there is anything to await.
struct AtOnce;

impl Hooks<User> for AtOnce {
    fn write_auth_hooks_above_this_impl() {}

    fn allow_signin<'a>(
        &'a self,
        user: &'a User,
        _: &'a Provider,
        _: &'a HookContext,
    ) -> HookFuture<'a, fastauth::HookResult<Decision>> {
        assert_ne!(user.name, "Ada", "on purpose");
        Box::pin(async { Ok(Decision::Allow) })
    }

    fn on_signup<'a>(
        &'a self,
        _: &'a User,
        _: &'a HookContext,
    ) -> HookFuture<'a, fastauth::HookResult> {
        panic!("on purpose")
    }
}

#[tokio::test]
async fn a_hook_that_panics_at_once_is_caught_as_well() {
    let world = world(AtOnce).await;
    world.client.post("/auth/register", ada()).await.problem(503, "hook_failed");
    world.client.post("/auth/login", login()).await.problem(503, "hook_failed");
    let eve = json!({ "email": "eve@example.com", "password": PASSWORD, "name": "Eve" });
    world.client.post("/auth/register", eve).await.expect(201);
}

/// Never ends what it hears of.
struct Endless;

#[auth_hooks]
impl Hooks<User> for Endless {
    async fn on_signup(&self) {
        std::future::pending().await
    }
    async fn on_signin(&self) {
        std::future::pending().await
    }
    async fn on_signin_failed(&self) {
        std::future::pending().await
    }
}

#[tokio::test]
async fn all_hooks_of_a_request_together_are_waited_for_five_seconds() {
    let world = world(Endless).await;
    let begun = Instant::now();
    world.client.post("/auth/register", ada()).await.expect(201);
    assert!((5..8).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

/// Panics when it is not waited for any longer.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("on purpose")
    }
}

/// Hangs with a bomb in its hands.
struct Bomber;

#[auth_hooks]
impl Hooks<User> for Bomber {
    async fn allow_signup(&self) -> bool {
        let _bomb = Bomb;
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_hook_that_panics_when_its_time_is_over_is_caught_as_well() {
    let world = world(Bomber).await;
    world.client.post("/auth/register", ada()).await.problem(503, "hook_failed");
}

/// How long the reply takes must not tell whether there is such an account.
#[tokio::test]
async fn a_failed_sign_in_does_not_wait_for_its_hooks() {
    let world = world(Endless).await;
    let wrong = json!({ "email": "eve@example.com", "password": PASSWORD });
    let begun = Instant::now();
    world.client.post("/auth/login", wrong).await.problem(401, "invalid_credentials");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

/// Says no to whoever has just made an account.
#[derive(Clone, Default)]
struct Doorman(Arc<Mutex<Vec<&'static str>>>);

#[auth_hooks]
impl Hooks<User> for Doorman {
    async fn allow_signin(&self) -> bool {
        false
    }
    async fn on_signup(&self) {
        self.0.lock().await.push("on_signup");
    }
    async fn on_signin(&self) {
        self.0.lock().await.push("on_signin");
    }
}

#[tokio::test]
async fn an_account_whose_sign_in_is_refused_is_told_of_all_the_same() {
    let doorman = Doorman::default();
    let world = world(doorman.clone()).await;
    world.client.post("/auth/register", ada()).await.problem(403, "signin_denied");
    world.client.post("/auth/register", ada()).await.problem(409, "email_taken");
    assert_eq!(*doorman.0.lock().await, ["on_signup"]);
}

/// Holds back the second token that is signed.
#[derive(Clone, Default)]
struct Slow {
    signed: Arc<Mutex<u32>>,
    reached: Arc<Notify>,
    go_on: Arc<Notify>,
}

#[auth_hooks]
impl Hooks<User> for Slow {
    async fn modify_jwt(&self, _claims: &mut ExtraClaims) {
        let mut signed = self.signed.lock().await;
        *signed += 1;
        if *signed == 2 {
            self.reached.notify_one();
            self.go_on.notified().await;
        }
    }
}

/// ASVS 7.4.3: what was proved by the old password must not open a session after it was changed.
#[tokio::test]
async fn a_sign_in_that_is_under_way_does_not_outlive_a_change_of_the_password() {
    let slow = Slow::default();
    let world = world(slow.clone()).await;
    let me = world.client.signed_in(&world.client.post("/auth/register", ada()).await.expect(201));
    let late = tokio::spawn({
        let client = world.client.clone();
        async move { client.post("/auth/login", login()).await }
    });
    slow.reached.notified().await;
    let change = json!({ "current_password": PASSWORD, "new_password": "a new horse every year" });
    me.post("/auth/password/change", change).await.expect(204);
    slow.go_on.notify_one();
    late.await.expect("no panic").problem(401, "invalid_credentials");
    let sessions = me.get("/auth/sessions").await.expect(200).json();
    assert_eq!(sessions.as_array().map(Vec::len), Some(1));
}
