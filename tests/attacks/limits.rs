//! Whoever tries too often: by guessing at one account, at many, from many places, or as many as the
//! machine can send.
//!
//! Sources: ASVS 6.3.1, 6.1.1, 4.1.3; NIST SP 800-63B §3.2.2; CVE-2026-45364 (a forwarding header
//! made every request a new client); better-auth #9993, #10191 (counted after the work).

mod by_mail;

use std::sync::{Arc, Mutex};

use fastauth::{Hooks, auth_hooks, config::Limits, store::Memory};
use fastauth_tests::{Client, Counting, PASSWORD, Reply, TestClock, User, World, builder, signup};
use serde_json::json;
use tokio::task::JoinSet;

const ADA: &str = "ada@example.com";

/// Notes who was locked out.
#[derive(Clone, Default)]
struct Scribe(Arc<Mutex<Vec<Option<String>>>>);

#[auth_hooks]
impl Hooks<User> for Scribe {
    async fn on_lockout(&self, user: Option<&User>) {
        self.0.lock().unwrap().push(user.map(|user| user.email.clone()));
    }
}

/// An application in which only this is limited.
async fn world(limits: Limits) -> World<User> {
    let world = World::built(Memory::new(), |it| it.throttle(limits)).await;
    world.client.register(ADA).await.expect(201);
    world
}

/// How long until the next try.
fn limited(reply: Reply) -> u64 {
    let reply = reply.problem(429, "rate_limited");
    reply.header("retry-after").expect("when to try again").parse().expect("whole seconds")
}

async fn wrong(client: &Client, email: &str) {
    client.login(email, "not the password").await.problem(401, "invalid_credentials");
}

#[tokio::test]
async fn guesses_at_an_account_are_delayed_more_and_more() {
    let world = world(Limits::off().account("5/5min")).await;
    for email in [ADA, "nobody@example.com"] {
        for _ in 0..5 {
            wrong(&world.client, email).await;
        }
        for delay in [30, 60, 120] {
            assert_eq!(limited(world.client.login(email, "not the password").await), delay);
            assert_eq!(limited(world.client.login(email, PASSWORD).await), delay);
            world.wait(delay - 1);
            assert_eq!(limited(world.client.login(email, PASSWORD).await), 1);
            world.wait(1);
            wrong(&world.client, email).await;
        }
        world.wait(240);
    }
    // The right one ends it all, and the next mistakes are the first again.
    world.client.login(ADA, PASSWORD).await.expect(200);
    for _ in 0..5 {
        wrong(&world.client, ADA).await;
    }
    assert_eq!(limited(world.client.login(ADA, PASSWORD).await), 30);
}

#[tokio::test]
async fn a_delay_never_exceeds_an_hour_and_is_forgotten_after_a_day() {
    let world = world(Limits::off().account("1/5min")).await;
    wrong(&world.client, ADA).await;
    let mut delays = Vec::new();
    for _ in 0..9 {
        let delay = limited(world.client.login(ADA, PASSWORD).await);
        delays.push(delay);
        world.wait(delay);
        wrong(&world.client, ADA).await;
    }
    assert_eq!(delays, [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
    world.wait(25 * 3_600);
    wrong(&world.client, ADA).await;
    assert_eq!(limited(world.client.login(ADA, PASSWORD).await), 30);
}

#[tokio::test]
async fn mistakes_that_are_far_between_lock_nobody_out() {
    let world = world(Limits::off().account("5/5min")).await;
    for _ in 0..20 {
        for _ in 0..4 {
            wrong(&world.client, ADA).await;
        }
        world.wait(300);
    }
    world.client.login(ADA, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn whoever_is_known_and_whoever_is_not_is_limited_alike() {
    let world = world(Limits::default()).await;
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    for _ in 0..7 {
        known.push(world.client.login(ADA, "not the password").await.shape());
        unknown.push(world.client.login("nobody@example.com", "not the password").await.shape());
        world.wait(61);
    }
    assert_eq!(known, unknown);
}

#[tokio::test]
async fn each_spelling_of_an_address_is_the_same_account() {
    let world = world(Limits::off().account("5/5min")).await;
    for spelling in ["ADA@example.com", " ada@EXAMPLE.com", "ada@example.com ", "Ada@Example.Com"] {
        wrong(&world.client, spelling).await;
    }
    let form = "username=ada%40example.com&password=not+the+password";
    world.client.form("/auth/login", form).await.problem(401, "invalid_credentials");
    limited(world.client.login(ADA, PASSWORD).await);
}

#[tokio::test]
async fn a_right_password_refills_no_other_budget() {
    let world = world(Limits::default()).await;
    world.client.register("eve@example.com").await.expect(201);
    // Eve's own sign-ins in between help her with nobody else's account.
    for _ in 0..5 {
        wrong(&world.client, ADA).await;
        world.client.login("eve@example.com", PASSWORD).await.expect(200);
    }
    limited(world.client.login(ADA, PASSWORD).await);
    // Nor with what her address may try: eleven tries so far, of thirty, the refused one among them.
    for _ in 0..19 {
        world.client.login("eve@example.com", PASSWORD).await.expect(200);
    }
    limited(world.client.login("eve@example.com", PASSWORD).await);
    world.wait(60);
    world.client.login("eve@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn an_address_has_ten_mistakes_in_a_minute() {
    let world = world(Limits::default()).await;
    for number in 0..10 {
        world.client.login(ADA, PASSWORD).await.expect(200);
        wrong(&world.client, &format!("nobody{number}@example.com")).await;
    }
    let wait = limited(world.client.login(ADA, PASSWORD).await);
    world.wait(wait);
    world.client.login(ADA, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn whoever_an_account_refuses_has_paid_by_address_all_the_same() {
    let world = world(Limits::off().account("2/5min").login("6/min")).await;
    for _ in 0..2 {
        wrong(&world.client, ADA).await;
    }
    for _ in 0..4 {
        assert_eq!(limited(world.client.login(ADA, PASSWORD).await), 30);
    }
    // Nothing is left for another account, and of another address nothing was taken.
    assert_eq!(limited(world.client.login("eve@example.com", PASSWORD).await), 60);
    wrong(&world.client.from_everywhere(), "eve@example.com").await;
    world.wait(60);
    wrong(&world.client, "eve@example.com").await;
}

#[tokio::test]
async fn registrations_are_limited_by_address() {
    let world = World::built(Memory::new(), |it| it.throttle(Limits::default())).await;
    for number in 0..20 {
        world.client.register(&format!("ada{number}@example.com")).await.expect(201);
    }
    let one_more = signup("one.more@example.com");
    assert_eq!(limited(world.client.post("/auth/register", one_more).await), 60);
    world.wait(60);
    world.client.register("one.more@example.com").await.expect(201);
}

#[tokio::test]
async fn a_stolen_session_guesses_no_faster() {
    let world = world(Limits::off().account("5/5min")).await;
    let ada = world.client.signed_in(&world.client.login(ADA, PASSWORD).await);
    let guess = json!({ "password": "not the password" });
    let change =
        json!({ "current_password": "not the password", "new_password": "a new long one" });
    ada.post("/auth/reauthenticate", guess.clone()).await.problem(403, "wrong_password");
    ada.json("DELETE", "/auth/me", guess.clone()).await.problem(403, "wrong_password");
    ada.post("/auth/password/change", change).await.problem(403, "wrong_password");
    wrong(&world.client, ADA).await;
    ada.post("/auth/reauthenticate", guess).await.problem(403, "wrong_password");
    assert_eq!(limited(world.client.login(ADA, PASSWORD).await), 30);
    let right = json!({ "password": PASSWORD });
    assert_eq!(limited(ada.post("/auth/reauthenticate", right).await), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_computes_no_more_hashes_than_its_budget() {
    let (store, clock, hasher) = (Memory::new(), TestClock::default(), Counting::default());
    // Two instances over one store.
    let mut clients = Vec::new();
    for _ in 0..2 {
        let auth = builder(&clock).throttle(Limits::default()).password_hasher(hasher.clone());
        let auth = auth.store(store.clone()).build().await.expect("complete");
        clients.push(World::of(auth, clock.clone()).await);
    }
    clients[0].client.register(ADA).await.expect(201);
    let before = hasher.computed();
    let mut burst = JoinSet::new();
    for number in 0..200 {
        let client = clients[number % 2].client.clone();
        burst.spawn(async move { client.login(ADA, "not the password").await.status });
    }
    let mut refused = 0;
    while let Some(status) = burst.join_next().await {
        match status.unwrap() {
            401 => {}
            429 => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!((refused, hasher.computed() - before), (195, 5));
}

#[tokio::test]
async fn a_forwarding_header_makes_nobody_somebody_else() {
    let world = world(Limits::default()).await;
    for number in 0..10 {
        let client = world.client.with("x-forwarded-for", format!("198.51.100.{number}"));
        let client = client.with("forwarded", format!("for=198.51.100.{number}"));
        wrong(&client, &format!("nobody{number}@example.com")).await;
    }
    limited(world.client.login(ADA, PASSWORD).await);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_counts_for_itself() {
    let limits = Limits::off().failures("1/min");
    let decide =
        |it: fastauth::AuthBuilder<User>| it.throttle(limits).trusted_proxies(["127.0.0.0/8"]);
    let world = World::built(Memory::new(), decide).await;
    let from = |list: &str| world.client.with("x-forwarded-for", list);
    wrong(&from("198.51.100.1"), ADA).await;
    limited(from("198.51.100.1").login(ADA, PASSWORD).await);
    limited(from("203.0.113.9, 198.51.100.1").login(ADA, PASSWORD).await);
    wrong(&from("198.51.100.2"), ADA).await;
    wrong(&from("2001:db8:1:2::1"), ADA).await;
    limited(from("2001:db8:1:2:ffff::9").login(ADA, PASSWORD).await);
    wrong(&from("2001:db8:1:3::1"), ADA).await;
}

#[tokio::test]
async fn whoever_is_locked_out_is_told_of_once_per_lock() {
    let scribe = Scribe::default();
    let limits = Limits::off().account("2/5min");
    let hooks = scribe.clone();
    let world = World::built(Memory::new(), |it| it.throttle(limits).hooks(hooks)).await;
    world.client.register(ADA).await.expect(201);
    for email in [ADA, "nobody@example.com"] {
        wrong(&world.client, email).await;
        wrong(&world.client, email).await;
        limited(world.client.login(email, PASSWORD).await);
        limited(world.client.login(email, PASSWORD).await);
    }
    let told = || scribe.0.lock().unwrap().clone();
    for _ in 0..1_000 {
        if told().len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(told(), [Some(ADA.to_owned()), None]);
}

#[tokio::test]
async fn what_nobody_could_mean_does_not_start() {
    let broken = builder(&TestClock::default())
        .throttle(Limits::default().login("30 per minute").mailbox("0/h"))
        .trusted_proxies(["10.0.0.0/99"])
        .store(Memory::new());
    let report = format!("{:?}", broken.build().await.expect_err("nobody could mean that"));
    for words in [
        "3 problems",
        "the limit `login` says `30 per minute`: write how often and within how long, `30/min`",
        "the limit `mailbox` says `0` times",
        "`10.0.0.0/99` is neither an address nor a network",
    ] {
        assert!(report.contains(words), "{report}");
    }
}
