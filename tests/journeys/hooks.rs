use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{Router, routing::get};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use fastauth::{
    AuthUser, CurrentUser, Decision, ExtraClaims, HookContext, HookResult, Hooks, Provider, Reply,
    auth_hooks, error::Code, hooks::SessionData, store::Memory,
};
use fastauth_tests::{PASSWORD, TestClock, User, World, ada, builder, serve};
use serde_json::json;

type Signup = <User as AuthUser>::Signup;

/// Writes down what it is told, and answers as it was told to.
#[derive(Clone, Default)]
struct Scribe {
    heard: Arc<Mutex<Vec<String>>>,
    answer: Arc<Mutex<Answer>>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Answer {
    #[default]
    Yes,
    No,
    Because,
    Fail,
    Panic,
    Sleep,
}

impl Scribe {
    fn heard(&self) -> Vec<String> {
        std::mem::take(&mut *self.heard.lock().expect("nobody panics with it"))
    }

    /// What is heard once something is: nobody waits for a hook that hears of a failed sign-in.
    async fn hears(&self) -> Vec<String> {
        for _ in 0..500 {
            let heard = self.heard();
            if !heard.is_empty() {
                return heard;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("nothing was heard");
    }

    fn answers(&self, answer: Answer) {
        *self.answer.lock().expect("nobody panics with it") = answer;
    }

    fn note(&self, what: &str, who: Option<&str>, cx: &HookContext) {
        assert!(cx.headers().get("authorization").is_none(), "a hook sees a credential");
        assert_eq!(cx.client().map(|it| it.to_string()).as_deref(), Some("127.0.0.1"));
        let provider = cx.provider().map_or("-", Provider::as_str);
        let session = if cx.session().is_some() { "session" } else { "-" };
        let line =
            format!("{what} {} {provider} {session} {}", who.unwrap_or("nobody"), cx.uri().path());
        self.heard.lock().expect("nobody panics with it").push(line);
    }

    async fn decide(&self) -> HookResult<Decision> {
        let answer = *self.answer.lock().expect("nobody panics with it");
        match answer {
            Answer::Yes => Ok(Decision::Allow),
            Answer::No => Ok(Decision::Deny(None)),
            Answer::Because => Ok(Decision::deny("closed for the winter")),
            Answer::Fail => Err("the directory is down".into()),
            Answer::Panic => panic!("a hook that panics"),
            Answer::Sleep => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                Ok(Decision::Allow)
            }
        }
    }
}

#[auth_hooks]
impl Hooks<User> for Scribe {
    async fn allow_signup(
        &self,
        signup: &Signup,
        provider: &Provider,
        cx: &HookContext,
    ) -> HookResult<Decision> {
        assert_eq!(*provider, "password");
        self.note("allow_signup", Some(&signup.email), cx);
        self.decide().await
    }
    async fn allow_signin(
        &self,
        user: &User,
        _provider: &Provider,
        cx: &HookContext,
    ) -> HookResult<Decision> {
        self.note("allow_signin", Some(&user.name), cx);
        self.decide().await
    }
    async fn modify_session(&self, session: &mut SessionData, user: &User, cx: &HookContext) {
        session.insert("seen".into(), json!(true));
        self.note("modify_session", Some(&user.name), cx);
    }
    async fn modify_jwt(
        &self,
        claims: &mut ExtraClaims,
        user: &User,
        cx: &HookContext,
    ) -> HookResult {
        self.note("modify_jwt", Some(&user.name), cx);
        assert_eq!(claims.get("sub"), Some(&json!(user.id.to_string())));
        assert!(claims.insert("sub", "somebody else").is_err());
        assert!(claims.insert("exp", 0).is_err());
        claims.insert("name", "not hers")?;
        claims.insert("team", "analysts")
    }
    async fn on_signup(&self, user: &User, cx: &HookContext) {
        self.note("on_signup", Some(&user.name), cx);
    }
    async fn on_signin(&self, user: &User, _provider: &Provider, cx: &HookContext) {
        self.note("on_signin", Some(&user.name), cx);
    }
    async fn on_signin_failed(&self, user: Option<&User>, _provider: &Provider, cx: &HookContext) {
        self.note("on_signin_failed", user.map(|user| user.name.as_str()), cx);
    }
    async fn on_signout(&self, user: &User, cx: &HookContext) {
        self.note("on_signout", Some(&user.name), cx);
    }
    async fn on_token_refresh(&self, user: &User, cx: &HookContext) {
        self.note("on_token_refresh", Some(&user.name), cx);
    }
    async fn on_refresh_reuse(&self, user: &User, cx: &HookContext) {
        self.note("on_refresh_reuse", Some(&user.name), cx);
    }
    async fn on_password_change(&self, user: &User, cx: &HookContext) {
        self.note("on_password_change", Some(&user.name), cx);
    }
    async fn on_user_update(&self, user: &User, cx: &HookContext) {
        self.note("on_user_update", Some(&user.name), cx);
    }
    async fn on_before_user_delete(&self, user: &User, cx: &HookContext) -> HookResult {
        self.note("on_before_user_delete", Some(&user.name), cx);
        self.decide().await.map(drop)
    }
    async fn on_user_delete(&self, user: &User, cx: &HookContext) {
        self.note("on_user_delete", Some(&user.name), cx);
    }
}

async fn world() -> (World<User>, Scribe) {
    let (clock, scribe) = (TestClock::default(), Scribe::default());
    let auth =
        builder(&clock).hooks(scribe.clone()).store(Memory::new()).build().await.expect("complete");
    (World::of(auth, clock).await, scribe)
}

#[tokio::test]
async fn each_event_is_told_once_and_in_its_order() {
    let (world, scribe) = world().await;
    let first = world.client.post("/auth/register", ada()).await.expect(201);
    assert_eq!(
        scribe.heard(),
        [
            "allow_signup ada@example.com password - /auth/register",
            "allow_signin Ada password session /auth/register",
            "modify_session Ada password session /auth/register",
            "modify_jwt Ada password session /auth/register",
            "on_signup Ada password session /auth/register",
            "on_signin Ada password session /auth/register",
        ]
    );
    let login = json!({ "email": "ada@example.com", "password": PASSWORD });
    let second = world.client.post("/auth/login", login.clone()).await.expect(200);
    assert_eq!(
        scribe.heard(),
        [
            "allow_signin Ada password session /auth/login",
            "modify_session Ada password session /auth/login",
            "modify_jwt Ada password session /auth/login",
            "on_signin Ada password session /auth/login",
        ]
    );
    world
        .client
        .post("/auth/login", json!({ "email": "ada@example.com", "password": "wrong password" }))
        .await
        .expect(401);
    let mut failed = scribe.hears().await;
    world
        .client
        .post("/auth/login", json!({ "email": "eve@example.com", "password": PASSWORD }))
        .await
        .expect(401);
    failed.extend(scribe.hears().await);
    assert_eq!(
        failed,
        [
            "on_signin_failed Ada password - /auth/login",
            "on_signin_failed nobody password - /auth/login"
        ]
    );

    let refresh = json!({ "refresh_token": first.refresh() });
    let third = world.client.post("/auth/refresh", refresh.clone()).await.expect(200);
    let told = [
        "allow_signin Ada password session /auth/refresh",
        "modify_jwt Ada password session /auth/refresh",
        "on_token_refresh Ada password session /auth/refresh",
    ];
    assert_eq!(scribe.heard(), told);
    // The same child again is no second refresh.
    world.client.post("/auth/refresh", refresh.clone()).await.expect(200);
    assert_eq!(scribe.heard(), told[..2]);
    world.wait(11);
    world.client.post("/auth/refresh", refresh.clone()).await.expect(401);
    assert_eq!(scribe.heard(), ["on_refresh_reuse Ada password session /auth/refresh"]);
    world.client.post("/auth/refresh", refresh).await.expect(401);
    world
        .client
        .post("/auth/refresh", json!({ "refresh_token": third.refresh() }))
        .await
        .expect(401);
    assert_eq!(scribe.heard(), [""; 0]);

    let me = world.client.signed_in(&second);
    me.json("PATCH", "/auth/me", json!({ "name": "Countess" })).await.expect(200);
    me.post(
        "/auth/password/change",
        json!({ "current_password": PASSWORD, "new_password": "a new horse every year" }),
    )
    .await
    .expect(204);
    me.send("POST", "/auth/logout", b"").await.expect(204);
    me.send("POST", "/auth/logout", b"").await.expect(204);
    assert_eq!(
        scribe.heard(),
        [
            "on_user_update Countess - session /auth/me",
            "on_password_change Countess - session /auth/password/change",
            "on_signout Countess - session /auth/logout"
        ]
    );

    let login = json!({ "email": "ada@example.com", "password": "a new horse every year" });
    let me = world.client.signed_in(&world.client.post("/auth/login", login).await.expect(200));
    scribe.heard();
    me.json("DELETE", "/auth/me", json!({ "password": "a new horse every year" }))
        .await
        .expect(204);
    assert_eq!(
        scribe.heard(),
        [
            "on_before_user_delete Countess - session /auth/me",
            "on_user_delete Countess - session /auth/me"
        ]
    );
}

#[tokio::test]
async fn a_hook_adds_claims_and_changes_none_of_ours() {
    let (world, _) = world().await;
    let reply = world.client.post("/auth/register", ada()).await.expect(201);
    let payload = payload(reply.access());
    assert_eq!(payload["team"], "analysts");
    // The user's own field wins over what a hook says of the same name.
    assert_eq!(payload["name"], "Ada");
    assert_eq!(payload["sub"], reply.json()["user"]["id"]);
    let mut names: Vec<_> =
        payload.as_object().expect("claims").keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["aud", "exp", "iat", "iss", "jti", "name", "nbf", "plan", "sid", "sub", "team", "type"]
    );
}

fn payload(token: &str) -> serde_json::Value {
    let encoded = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).expect("base64url")).expect("JSON")
}

#[tokio::test]
async fn a_gate_that_does_not_say_yes_is_closed_on_every_path() {
    let (world, scribe) = world().await;
    let first = world.client.post("/auth/register", ada()).await.expect(201);
    let login = json!({ "email": "ada@example.com", "password": PASSWORD });
    let eve = json!({ "email": "eve@example.com", "password": PASSWORD, "name": "Eve" });
    let refresh = json!({ "refresh_token": first.refresh() });
    scribe.heard();
    for (answer, status, signin, signup) in [
        (Answer::No, 403, "signin_denied", "signup_denied"),
        (Answer::Because, 403, "signin_denied", "signup_denied"),
        (Answer::Fail, 503, "hook_failed", "hook_failed"),
        (Answer::Panic, 503, "hook_failed", "hook_failed"),
    ] {
        scribe.answers(answer);
        let refused = world.client.post("/auth/login", login.clone()).await.problem(status, signin);
        assert_eq!(refused.json()["detail"] == "closed for the winter", answer == Answer::Because);
        world.client.post("/auth/register", eve.clone()).await.problem(status, signup);
        world.client.post("/auth/refresh", refresh.clone()).await.problem(status, signin);
        let heard = scribe.heard().join("\n");
        assert!(!heard.contains("on_sign") && !heard.contains("on_token"), "{heard}");
    }
    // Nothing was issued or used up meanwhile.
    scribe.answers(Answer::Yes);
    let me = world.client.signed_in(&world.client.post("/auth/refresh", refresh).await.expect(200));
    assert_eq!(me.get("/auth/sessions").await.json().as_array().map(Vec::len), Some(1));
    world.client.post("/auth/register", eve).await.expect(201);
}

#[tokio::test]
async fn a_gate_that_hangs_is_closed_after_five_seconds() {
    let (world, scribe) = world().await;
    scribe.answers(Answer::Sleep);
    let begun = Instant::now();
    world.client.post("/auth/register", ada()).await.problem(503, "hook_failed");
    assert!((5..8).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    scribe.answers(Answer::Yes);
    world.client.post("/auth/register", ada()).await.expect(201);
}

#[tokio::test]
async fn a_veto_keeps_an_account() {
    let (world, scribe) = world().await;
    let me = world.client.signed_in(&world.client.post("/auth/register", ada()).await.expect(201));
    let body = json!({ "password": PASSWORD });
    scribe.answers(Answer::Fail);
    me.json("DELETE", "/auth/me", body.clone()).await.problem(409, "vetoed");
    scribe.answers(Answer::Panic);
    me.json("DELETE", "/auth/me", body.clone()).await.problem(503, "hook_failed");
    me.get("/auth/me").await.expect(200);
    scribe.answers(Answer::Yes);
    me.json("DELETE", "/auth/me", body).await.expect(204);
}

/// Fails in every way after the fact.
struct Clumsy;

#[auth_hooks]
impl Hooks<User> for Clumsy {
    async fn on_signup(&self) -> HookResult {
        Err("the mailer is down".into())
    }
    async fn on_signin(&self) {
        panic!("a hook that panics")
    }
}

/// Fails before a token is signed.
struct NoTokens;

#[auth_hooks]
impl Hooks<User> for NoTokens {
    async fn modify_jwt(&self, _claims: &mut ExtraClaims) -> HookResult {
        Err("no tokens today".into())
    }
}

#[tokio::test]
async fn what_fails_afterwards_changes_nothing() {
    let clock = TestClock::default();
    let scribe = Scribe::default();
    let auth = builder(&clock)
        .hooks(Clumsy)
        .hooks(scribe.clone())
        .store(Memory::new())
        .build()
        .await
        .expect("complete");
    let world = World::of(auth, clock).await;
    let reply = world.client.post("/auth/register", ada()).await.expect(201);
    world.client.signed_in(&reply).get("/auth/me").await.expect(200);
    // The next set is told all the same.
    let heard = scribe.heard().join("\n");
    assert!(heard.contains("on_signup Ada") && heard.contains("on_signin Ada"), "{heard}");
}

#[tokio::test]
async fn an_account_whose_token_could_not_be_made_stays() {
    let clock = TestClock::default();
    let store = Memory::new();
    let auth =
        builder(&clock).hooks(NoTokens).store(store.clone()).build().await.expect("complete");
    let broken = World::of(auth, clock.clone()).await;
    broken.client.post("/auth/register", ada()).await.problem(503, "hook_failed");
    let auth = builder(&clock).store(store).build().await.expect("complete");
    let world = World::of(auth, clock).await;
    world.client.post("/auth/register", ada()).await.problem(409, "email_taken");
    world
        .client
        .post("/auth/login", json!({ "email": "ada@example.com", "password": PASSWORD }))
        .await
        .expect(200);
}

/// Says no to one, and writes down that it was asked.
struct Second(Arc<Mutex<u32>>);

#[auth_hooks]
impl Hooks<User> for Second {
    async fn allow_signup(&self) -> bool {
        *self.0.lock().expect("nobody panics with it") += 1;
        true
    }
}

#[tokio::test]
async fn gates_are_asked_until_the_first_no() {
    let (clock, scribe, asked) = (TestClock::default(), Scribe::default(), Arc::default());
    let auth = builder(&clock)
        .hooks(scribe.clone())
        .hooks(Second(Arc::clone(&asked)))
        .store(Memory::new())
        .build()
        .await
        .expect("complete");
    let world = World::of(auth, clock).await;
    scribe.answers(Answer::No);
    world.client.post("/auth/register", ada()).await.problem(403, "signup_denied");
    assert_eq!(*asked.lock().expect("nobody panics with it"), 0);
    scribe.answers(Answer::Yes);
    world.client.post("/auth/register", ada()).await.expect(201);
    assert_eq!(*asked.lock().expect("nobody panics with it"), 1);
}

/// Sends people to a page of the application.
struct ToTheDoor;

#[auth_hooks]
impl Hooks<User> for ToTheDoor {
    async fn on_unauthenticated(&self, reason: Code, cx: &HookContext) -> Option<Reply> {
        assert_eq!(cx.uri().path(), "/private");
        (reason == Code::MissingToken)
            .then(|| Reply::new(axum::http::StatusCode::IM_A_TEAPOT, "knock first"))
    }
}

#[tokio::test]
async fn an_application_answers_in_its_own_way_where_nobody_is_signed_in() {
    let clock = TestClock::default();
    let auth =
        builder(&clock).hooks(ToTheDoor).store(Memory::new()).build().await.expect("complete");
    let app = Router::new()
        .route("/private", get(async |user: CurrentUser<User>| user.name.clone()))
        .with_state(auth.clone());
    let client = serve(&auth, app).await;
    assert_eq!(client.get("/private").await.expect(418).text(), "knock first");
    client.bearer("nonsense").get("/private").await.problem(401, "invalid_token");
}
