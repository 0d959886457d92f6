//! R12 of the promises of reliability: two instances on one store change their keys while they are used, and
//! not one request is refused.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use fastauth::{
    store::{Sqlite, Store},
    time::{Clock, Timestamp},
    token::{Algorithm, KeyRing, KeyRotation},
};
use fastauth_tests::{
    Client, Database, PASSWORD, Reply, Scratch, TestClock, User, World, builder, header,
};
use tokio::{task::JoinSet, time::sleep};

const PEOPLE: usize = 4;
const HOUR: u64 = 60;

/// A new key each hour, published ten minutes before.
fn hourly() -> KeyRotation {
    let minutes = Duration::from_mins;
    KeyRing::rotating(Algorithm::EdDSA).every(minutes(HOUR)).published_before(minutes(10))
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_change_under_load_on_one_file() {
    let scratch = Scratch::new();
    let file = scratch.new_file();
    let open = async || Sqlite::open(&file).await.unwrap();
    roll([open().await, open().await]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_change_under_load_on_one_database() {
    let Some(database) = Database::new().await else { return };
    roll([database.store().await, database.store().await]).await;
}

async fn roll<S: Store<User> + Clone>(stores: [S; 2]) {
    let clock = TestClock::default();
    let start = async |store: &S| {
        let auth = builder(&clock).keys(hourly()).store(store.clone()).build().await.unwrap();
        World::of(auth, clock.clone()).await
    };
    // Both start on an empty store at the same moment.
    let (one, two) = tokio::join!(start(&stores[0]), start(&stores[1]));
    let clients = [one.client.clone(), two.client.clone()];
    let done = Arc::new(AtomicBool::new(false));
    let asked: Arc<[AtomicUsize; PEOPLE]> = Arc::default();
    let mut people = JoinSet::new();
    for number in 0..PEOPLE {
        let person = Person {
            clients: clients.clone(),
            clock: clock.clone(),
            email: format!("person-{number}@example.com"),
            number,
            asked: Arc::clone(&asked),
        };
        people.spawn(person.lives(Arc::clone(&done)));
    }
    let mut reader = Reader::new(two.client.clone(), clock.clone());
    one.client.register("reader@example.com").await.expect(201);
    let mut signed = BTreeSet::new();
    for minute in (0..5 * HOUR).step_by(2) {
        let login =
            clients[usize::from(minute % 4 == 0)].login("reader@example.com", PASSWORD).await;
        let kid = kid(login.expect(200).access());
        assert!(reader.knows(&kid).await, "minute {minute}: a key signs that was not published");
        signed.insert(kid);
        let before = asked.each_ref().map(|it| it.load(Ordering::SeqCst));
        clock.advance(Duration::from_mins(2));
        // Everybody does something in the meantime: whoever was at it has begun anew.
        let is_behind =
            |(now, before): (&AtomicUsize, usize)| now.load(Ordering::SeqCst) < before + 2;
        while asked.iter().zip(before).any(is_behind) {
            assert!(people.try_join_next().is_none(), "somebody was refused");
            sleep(Duration::from_millis(1)).await;
        }
    }
    done.store(true, Ordering::SeqCst);
    while let Some(person) = people.join_next().await {
        person.expect("nobody was refused");
    }
    assert!(signed.len() >= 5, "{} keys signed in five hours", signed.len());
    // What is over is no longer shown. The store has it still: no clock but the real one says that it may go.
    let shown = one.client.get("/.well-known/jwks.json").await.expect(200).json();
    let shown = shown["keys"].as_array().unwrap().len();
    assert!((1..=3).contains(&shown), "{shown} keys are shown");
    let kept = stores[0].signing_keys("users").await.unwrap();
    assert!(kept.len() >= signed.len(), "{kept:?}");
}

fn kid(token: &str) -> String {
    header(token)["kid"].as_str().unwrap().to_owned()
}

/// Somebody else who verifies tokens, and keeps the set of keys as long as it may be kept.
struct Reader {
    client: Client,
    clock: TestClock,
    kids: HashSet<String>,
    until: Timestamp,
}

impl Reader {
    fn new(client: Client, clock: TestClock) -> Self {
        Self { client, clock, kids: HashSet::new(), until: Timestamp::from_micros(0) }
    }

    async fn knows(&mut self, kid: &str) -> bool {
        if self.until <= self.clock.now() {
            let reply = self.client.get("/.well-known/jwks.json").await.expect(200);
            let age = reply.header("cache-control").unwrap().rsplit_once('=').unwrap().1;
            self.until = self.clock.now() + Duration::from_secs(age.parse().unwrap());
            let set = reply.json();
            let keys = set["keys"].as_array().unwrap();
            self.kids = keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect();
        }
        self.kids.contains(kid)
    }
}

/// Somebody who signs in here and is served there.
struct Person {
    clients: [Client; 2],
    clock: TestClock,
    email: String,
    number: usize,
    asked: Arc<[AtomicUsize; PEOPLE]>,
}

impl Person {
    async fn lives(self, done: Arc<AtomicBool>) {
        let mut here = self.clients[0].register(&self.email).await.expect(201);
        let mut earlier = here.access();
        let mut earlier_since = self.clock.now();
        let mut turn = 0;
        while !done.load(Ordering::SeqCst) {
            turn += 1;
            let [near, far] = [turn % 2, (turn + 1) % 2].map(|index| &self.clients[index]);
            here = match turn % 5 {
                0 => near.login(&self.email, PASSWORD).await.expect(200),
                _ => near.refresh(here.refresh()).await.expect(200),
            };
            self.asks(far, &here).await;
            // A token of a while ago is as good, whoever signs by now.
            far.bearer(earlier).get("/claims").await.expect(200);
            if self.clock.now().since(earlier_since) > Duration::from_mins(10) {
                (earlier, earlier_since) = (here.access(), self.clock.now());
            }
            self.asked[self.number].fetch_add(1, Ordering::SeqCst);
        }
    }

    async fn asks(&self, client: &Client, reply: &Reply) {
        let client = client.signed_in(reply);
        client.get("/claims").await.expect(200);
        client.me().await.expect(200);
    }
}
