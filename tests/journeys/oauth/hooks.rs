use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use fastauth::{
    AuthBuilder, AuthUser, EmailVerification, HookContext, HookResult, Hooks, Provider, auth_hooks,
    hooks::SessionData, store::Memory,
};
use fastauth_tests::{
    Client, Office, PASSWORD, Somebody, TestProvider, User, World, ada_there, keep_log, logged,
};
use serde_json::json;

use super::{sent, signed_in, told, with};
use crate::events::Events;

const ADA: &str = "ada@example.com";

/// Writes down what it is told; keeps out whoever is called Eve, and makes no account for Mallory.
#[derive(Clone, Default)]
struct Scribe(Arc<Mutex<Vec<String>>>);

impl Scribe {
    fn note(&self, what: &str, user: &User, cx: &HookContext) {
        let provider = cx.provider().map_or("-", Provider::as_str);
        let session = if cx.session().is_some() { " in a session" } else { "" };
        self.write(format!("{what} {} {provider}{session}", user.email));
    }

    fn write(&self, line: String) {
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
    async fn allow_signup(&self, signup: &<User as AuthUser>::Signup, provider: &Provider) -> bool {
        self.write(format!("may {} sign up by {provider}", signup.name));
        signup.name != "Mallory"
    }
    async fn allow_signin(&self, user: &User, provider: &Provider) -> bool {
        self.write(format!("may {} sign in by {provider}", user.name));
        user.name != "Eve"
    }
    async fn on_signup(&self, user: &User, cx: &HookContext) {
        self.note("signup", user, cx);
    }
    async fn on_signin(&self, user: &User, _provider: &Provider, cx: &HookContext) {
        self.note("signin", user, cx);
    }
    async fn on_signin_failed(&self, user: Option<&User>, provider: &Provider) {
        self.write(format!("signin_failed {} {provider}", user.map_or("-", |it| &it.email)));
    }
    async fn on_email_verify(&self, user: &User, cx: &HookContext) {
        assert!(user.email_verified);
        self.note("email_verify", user, cx);
    }
    async fn on_oauth_link(&self, user: &User, provider: &Provider, cx: &HookContext) {
        assert_eq!(Some(provider), cx.provider());
        self.note("oauth_link", user, cx);
    }
    async fn on_oauth_unlink(&self, user: &User, provider: &Provider, cx: &HookContext) {
        assert_eq!(Some(provider), cx.provider());
        self.note("oauth_unlink", user, cx);
    }
}

fn decided(
    scribe: &Scribe,
    acme: &TestProvider,
) -> impl Fn(AuthBuilder<User>) -> AuthBuilder<User> {
    let (scribe, acme) = (scribe.clone(), acme.clone());
    move |it| with(&acme)(it).hooks(scribe.clone())
}

#[tokio::test]
async fn each_event_is_told_once_in_its_order() {
    let (scribe, acme) = (Scribe::default(), TestProvider::named("acme"));
    for (world, _mailbox) in World::mailed(decided(&scribe, &acme)).await {
        let client = &world.client;
        // An account that is made by it is signed up, and not linked.
        signed_in(client, &acme, &ada_there()).await.expect(200);
        assert_eq!(
            scribe.heard(5).await,
            [
                "may Ada sign up by acme",
                "may Ada sign in by acme",
                "signup ada@example.com acme in a session",
                "email_verify ada@example.com acme in a session",
                "signin ada@example.com acme in a session",
            ]
        );
        signed_in(client, &acme, &ada_there()).await.expect(200);
        assert_eq!(
            scribe.heard(2).await,
            ["may Ada sign in by acme", "signin ada@example.com acme in a session"]
        );
        // An account that was there, with an address that nobody had proved.
        let bob = client.register("bob@example.com").await;
        scribe.heard(4).await;
        let there = Somebody::called("bob-1").verified("bob@example.com");
        signed_in(client, &acme, &there).await.expect(200);
        assert_eq!(
            scribe.heard(5).await,
            [
                // Before the proof changes anything, and before the session.
                "may Ada sign in by acme",
                "may Ada sign in by acme",
                "oauth_link bob@example.com acme in a session",
                "email_verify bob@example.com acme in a session",
                "signin bob@example.com acme in a session",
            ]
        );
        client.as_told(&bob).me().await.problem(401, "invalid_token");
    }
}

async fn link(me: &Client, acme: &TestProvider, subject: &str) -> fastauth_tests::Reply {
    let me = me.with("accept", "application/json");
    let sent = told(&me.post("/auth/oauth/acme/link", json!({})).await, acme);
    sent.back(&me, &Somebody::called(subject)).await
}

#[tokio::test]
async fn a_link_and_its_end_are_told() {
    let (scribe, acme) = (Scribe::default(), TestProvider::named("acme"));
    for (world, _mailbox) in World::mailed(decided(&scribe, &acme)).await {
        let client = &world.client;
        let me = client.as_told(&client.register(ADA).await);
        scribe.heard(4).await;
        link(&me, &acme, "x").await.expect(200);
        link(&me, &acme, "x").await.expect(200);
        assert_eq!(scribe.heard(1).await, ["oauth_link ada@example.com acme in a session"]);
        me.delete("/auth/identities/acme").await.expect(204);
        me.delete("/auth/identities/acme").await.expect(404);
        assert_eq!(scribe.heard(1).await, ["oauth_unlink ada@example.com acme in a session"]);
    }
}

#[tokio::test]
async fn the_gates_are_asked_of_every_provider() {
    let (scribe, acme) = (Scribe::default(), TestProvider::named("acme"));
    let [(world, _mailbox), _] = World::mailed(decided(&scribe, &acme)).await;
    let client = &world.client;
    let mallory = Somebody::called("m").verified("m@example.com").claim("name", "Mallory");
    signed_in(client, &acme, &mallory).await.problem(403, "signup_denied");
    assert_eq!(scribe.heard(1).await, ["may Mallory sign up by acme"]);
    // Nothing was made: the same address is free.
    client.register("m@example.com").await;
    scribe.heard(4).await;
    // An account that is made is there, whoever may not sign in to it.
    let eve = Somebody::called("e").verified("e@example.com").claim("name", "Eve");
    for told in [
        vec![
            "may Eve sign up by acme",
            "may Eve sign in by acme",
            "signup e@example.com acme",
            "email_verify e@example.com acme",
        ],
        vec!["may Eve sign in by acme"],
    ] {
        signed_in(client, &acme, &eve).await.problem(403, "signin_denied");
        assert_eq!(scribe.heard(told.len()).await, told);
    }
}

#[tokio::test]
async fn a_sign_in_that_fails_is_told_with_whose_it_was() {
    let (scribe, acme) = (Scribe::default(), TestProvider::named("acme"));
    let decide = |it: AuthBuilder<User>| {
        decided(&scribe, &acme)(it.email_verification(EmailVerification::Required))
    };
    let [(world, _mailbox), _] = World::mailed(decide).await;
    let typed = Somebody::called("x").unverified(ADA).claim("name", "Ada");
    signed_in(&world.client, &acme, &typed).await.problem(403, "email_not_verified");
    assert_eq!(scribe.heard(2).await, ["may Ada sign up by acme", "signup ada@example.com acme"]);
    signed_in(&world.client, &acme, &typed).await.problem(403, "email_not_verified");
    assert_eq!(scribe.heard(1).await, ["signin_failed ada@example.com acme"]);
    world.client.login(ADA, PASSWORD).await.problem(401, "invalid_credentials");
}

/// Lets no session begin while it is told to.
#[derive(Clone, Default)]
struct Miser(Arc<AtomicBool>);

#[auth_hooks]
impl Hooks<User> for Miser {
    async fn modify_session(&self, _session: &mut SessionData) -> HookResult {
        if self.0.load(Ordering::SeqCst) { Err("no sessions today".into()) } else { Ok(()) }
    }
}

/// The address is proved by then: it is told at once, as the next sign-in has nothing to prove.
#[tokio::test]
async fn a_proof_is_told_once_where_its_sign_in_breaks_off() {
    let (scribe, acme, miser) = (Scribe::default(), TestProvider::named("acme"), Miser::default());
    let decide = |it: AuthBuilder<User>| decided(&scribe, &acme)(it.hooks(miser.clone()));
    for (world, _mailbox) in World::mailed(decide).await {
        let client = &world.client;
        let somebody = |name: &str| Somebody::called(name).claim("name", name);
        let address = |name: &str| format!("{name}@example.com");
        client.register(&address("linked")).await;
        scribe.heard(4).await;
        let typed = somebody("known").unverified(&address("known"));
        signed_in(client, &acme, &typed).await.expect(200);
        scribe.heard(4).await;
        for (name, before, told) in [
            // The account was there without the identity, with it, or not at all.
            ("linked", "may Ada sign in by acme", Some("oauth_link")),
            ("known", "may known sign in by acme", None),
            ("new", "may new sign up by acme", Some("signup")),
        ] {
            let there = somebody(name).verified(&address(name));
            let line = |what: &str| format!("{what} {name}@example.com acme");
            let may = before.replace("sign up", "sign in");
            miser.0.store(true, Ordering::SeqCst);
            signed_in(client, &acme, &there).await.problem(503, "hook_failed");
            let mut expected = vec![before.to_owned(), may.clone()];
            expected.extend(told.map(line).into_iter().chain([line("email_verify")]));
            assert_eq!(scribe.heard(expected.len()).await, expected);
            miser.0.store(false, Ordering::SeqCst);
            signed_in(client, &acme, &there).await.expect(200);
            let expected = [may, format!("{} in a session", line("signin"))];
            assert_eq!(scribe.heard(2).await, expected);
        }
    }
}

/// ASVS 16.3.1-3: what is refused is recorded as well, once, with whose it would have been.
#[tokio::test]
async fn a_refused_link_or_unlink_is_in_the_log_of_whoever_asked() {
    keep_log();
    let acme = TestProvider::named("acme");
    let office = Office::on(Memory::new(), with(&acme)).await;
    let client = &office.world.client;
    office.hire("ada", &["posts:read"]).await;
    let ada = office.login("ada").await;
    let mut events = Events::from_now(&ada.json()["user"]["id"]);
    let ada = office.as_told(&ada);
    let eve = client.as_told(&client.register("eve@example.com").await);
    link(&eve, &acme, "hers").await.expect(200);
    link(&ada, &acme, "hers").await.problem(409, "identity_taken");
    assert_eq!(events.recorded(), ["oauth_link_failed failure"]);
    link(&ada, &acme, "one").await.expect(200);
    assert_eq!(events.recorded(), ["oauth_link success"]);
    link(&ada, &acme, "another").await.problem(409, "provider_already_linked");
    assert_eq!(events.recorded(), ["oauth_link_failed failure"]);

    let narrow = office.as_told(&office.ask("ada", "posts:read").await.expect(200));
    assert_eq!(events.recorded(), ["signin success"]);
    narrow.post("/auth/oauth/acme/link", json!({})).await.problem(403, "insufficient_scope");
    assert_eq!(events.recorded(), ["oauth_link_failed denied"]);
    narrow.delete("/auth/identities/acme").await.problem(403, "insufficient_scope");
    assert_eq!(events.recorded(), ["oauth_unlink_failed denied"]);

    let bob = Somebody::called("bob").verified("bob@example.com").claim("name", "Bob");
    let bob = signed_in(client, &acme, &bob).await.expect(200);
    let mut events = Events::from_now(&bob.json()["user"]["id"]);
    let bob = client.as_told(&bob);
    bob.delete("/auth/identities/acme").await.problem(409, "last_login_method");
    assert_eq!(events.recorded(), ["oauth_unlink_failed failure"]);
}

/// ASVS 16.3.1-3: each once, with the provider, and no text of anybody's.
#[tokio::test]
async fn the_log_has_each_event_once() {
    keep_log();
    let acme = TestProvider::named("acme-of-the-log");
    let [(world, _mailbox), _] = World::mailed(with(&acme)).await;
    let client = &world.client;
    let mut seen = 0;
    let mut recorded = || {
        let log = logged();
        let ours = log.lines().filter(|it| {
            it.contains(" fastauth event=") && it.contains("provider=\"acme-of-the-log\"")
        });
        let events: Vec<_> = ours
            .skip(seen)
            .map(|line| {
                assert!(line.contains("client.address=\"127.0.0.1\""), "{line}");
                let said = |name: &str| {
                    let value = line.split(' ').find_map(|it| it.strip_prefix(name));
                    value.unwrap_or_default().trim_matches('"').to_owned()
                };
                format!("{} {}", said("event="), said("outcome="))
            })
            .collect();
        seen += events.len();
        events
    };
    signed_in(client, &acme, &ada_there()).await.expect(200);
    assert_eq!(recorded(), ["signup success", "email_verify success", "signin success"]);
    let refused = sent(client, &acme, "").await;
    refused.back_with(client, "state=another&code=c").await.problem(400, "invalid_oauth_state");
    assert_eq!(recorded(), ["oauth_state_refused failure"]);
    let query = format!("state={}&error=access_denied", refused.state());
    refused.back_with(client, &query).await.problem(403, "access_denied");
    assert_eq!(recorded(), ["access_denied denied"]);
    let refused = sent(client, &acme, "").await;
    let query = format!("state={}&error=server_error", refused.state());
    refused.back_with(client, &query).await.problem(502, "provider_error");
    assert_eq!(recorded(), ["provider_error failure"]);
    let me = client.as_told(&client.register("eve@example.com").await);
    let me = me.with("accept", "application/json");
    let path = "/auth/oauth/acme-of-the-log/link";
    let sent = told(&me.post(path, json!({})).await, &acme);
    sent.back(&me, &Somebody::called("x")).await.expect(200);
    assert_eq!(recorded(), ["oauth_link success"]);
    me.delete("/auth/identities/acme-of-the-log").await.expect(204);
    assert_eq!(recorded(), ["oauth_unlink success"]);
}
