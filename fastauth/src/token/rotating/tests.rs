mod clocks;
mod damage;

use std::{
    collections::HashSet,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use async_trait::async_trait;
use serde_json::{Map, Value as Json, json};
use tokio::{task::JoinSet, time::advance};

use super::{timeline::MARGIN, *};
use crate::{
    secret::Secret,
    store::Memory,
    token::{
        Algorithm, InvalidToken, Jwt, KeyRing, TokenEncoder, TokenError, TokenKind,
        UnwritableToken, forge::NOW, key::unsigned,
    },
};

const ACCESS: Duration = Duration::from_mins(15);
const LEEWAY: Duration = Duration::from_secs(5);
const DAY: Duration = Duration::from_hours(24);
const MONTH: Duration = Duration::from_hours(30 * 24);
const MICROSECOND: Duration = Duration::from_micros(1);

/// A store that counts how often it is asked, and can be away.
#[derive(Default)]
struct Watched {
    memory: Memory,
    asked: AtomicUsize,
    away: AtomicBool,
}

#[async_trait]
impl SigningKeyStore for Watched {
    async fn signing_keys(&self, realm: &str) -> Result<Vec<StoredKey>, StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        // Whoever asks at the same time waits.
        tokio::task::yield_now().await;
        if self.away.load(Ordering::SeqCst) {
            return Err(StoreError::unavailable("away"));
        }
        self.memory.signing_keys(realm).await
    }

    async fn add_signing_key(&self, key: &StoredKey) -> Result<bool, StoreError> {
        self.memory.add_signing_key(key).await
    }

    async fn prolong_signing_key(
        &self,
        realm: &str,
        generation: i64,
        verifies_for: Duration,
    ) -> Result<bool, StoreError> {
        self.memory.prolong_signing_key(realm, generation, verifies_for).await
    }

    async fn remove_signing_key(&self, realm: &str, generation: i64) -> Result<bool, StoreError> {
        self.memory.remove_signing_key(realm, generation).await
    }
}

impl Watched {
    fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::SeqCst)
    }

    async fn damage(&self, generation: i64) {
        let mut keys = self.memory.signing_keys("users").await.unwrap();
        for key in &mut keys {
            self.memory.remove_signing_key("users", key.generation).await.unwrap();
            if key.generation == generation {
                key.sealed.pop();
            }
        }
        for key in &keys {
            self.memory.add_signing_key(key).await.unwrap();
        }
    }

    async fn generations(&self) -> Vec<i64> {
        let keys = self.memory.signing_keys("users").await.unwrap();
        keys.iter().map(|key| key.generation).collect()
    }
}

fn secret() -> Secret {
    Secret::parse("base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=").unwrap()
}

fn eddsa() -> KeyRotation {
    KeyRing::rotating(Algorithm::EdDSA)
}

async fn try_open(
    store: &Arc<Watched>,
    rotation: KeyRotation,
    secret: &Secret,
    now: Timestamp,
) -> Result<Arc<RotatingKeys>, SetupProblem> {
    let checks = TokenChecks::new("issuer", "audience").leeway(LEEWAY);
    let store = Arc::clone(store);
    RotatingKeys::open(rotation, (&secret.clone().into(), "users"), store, (ACCESS, &checks), now)
        .await
        .map(Arc::new)
}

/// An instance of the application.
struct Instance {
    keys: Arc<RotatingKeys>,
    jwt: Jwt,
}

async fn start(store: &Arc<Watched>, now: Timestamp) -> Instance {
    start_with(store, eddsa(), now).await
}

async fn start_with(store: &Arc<Watched>, rotation: KeyRotation, now: Timestamp) -> Instance {
    let keys = try_open(store, rotation, &secret(), now).await.unwrap();
    Instance { jwt: Jwt::rotating(Arc::clone(&keys)), keys }
}

impl Instance {
    async fn try_write(&self, age: Duration, now: Timestamp) -> Result<String, UnwritableToken> {
        let claims = Map::from_iter([("exp".to_owned(), json!((now + age).as_secs()))]);
        let written = self.jwt.encode_token(TokenKind::ACCESS, &claims, &Map::new(), now).await?;
        let length = self.jwt.token_length(TokenKind::ACCESS, &claims, &Map::new());
        assert_eq!(length, Ok(written.expose().len()));
        Ok(written.expose().to_owned())
    }

    async fn write(&self, now: Timestamp) -> String {
        self.try_write(ACCESS, now).await.unwrap()
    }

    async fn read(&self, token: &str, now: Timestamp) -> Result<(), TokenError> {
        self.jwt.decode_token(TokenKind::ACCESS, token, now).await.map(drop)
    }

    async fn reads(&self, token: &str, now: Timestamp) -> bool {
        self.read(token, now).await.is_ok()
    }

    async fn published(&self, now: Timestamp) -> Vec<String> {
        let keys = self.jwt.published_keys(now).await.keys;
        keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }
}

fn kid(token: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Json>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_key_is_published_then_signs_then_verifies_then_is_gone() {
    let store = Arc::default();
    let one = start(&store, NOW).await;
    let first = kid(&one.write(NOW).await);
    assert_eq!(one.published(NOW).await, [first.as_str()]);
    // The next one is made a day before the month is over, and waits.
    let early = NOW + MONTH - DAY - MICROSECOND;
    assert_eq!(one.published(early).await, [first.as_str()]);
    let made = early + DAY / 2;
    let both = one.published(made).await;
    assert_eq!((both.len(), &both[0]), (2, &first));
    let next = both[1].clone();
    let signs = made + DAY;
    assert_eq!(kid(&one.write(signs - MICROSECOND).await), first);
    let last_token = one.write(signs - MICROSECOND).await;
    assert_eq!(kid(&one.write(signs).await), next);
    // The old one verifies until its last token is over.
    let over = signs + ACCESS + LEEWAY;
    assert_eq!(one.published(over - MICROSECOND).await, [first.as_str(), &next]);
    assert!(one.reads(&last_token, over - MICROSECOND).await);
    assert_eq!(one.published(over).await, [next.as_str()]);
    one.keys.look_after(over + MARGIN - MICROSECOND).await;
    assert!(one.reads(&last_token, over + MARGIN).await);
    one.keys.look_after(over + MARGIN).await;
    advance(COOL_DOWN).await;
    assert!(!one.reads(&last_token, over + MARGIN).await);
    // It is deleted a period later.
    one.keys.look_after(signs + MONTH - DAY).await;
    advance(DAY + ACCESS + LEEWAY + MARGIN).await;
    one.keys.look_after(over + MONTH - MICROSECOND).await;
    assert_eq!(store.generations().await, [1, 2, 3]);
    one.keys.look_after(over + MONTH).await;
    assert_eq!(store.generations().await, [2, 3]);
}

#[tokio::test]
async fn what_is_remembered_of_tokens_lasts_until_the_next_look_at_the_keys() {
    let one = start(&Arc::default(), NOW).await;
    let before = one.jwt.key_set(NOW);
    assert!(before.is_some());
    assert_eq!(one.jwt.key_set(NOW + MONTH), before);
    one.keys.look_after(NOW).await;
    assert_ne!(one.jwt.key_set(NOW), before);
}

#[tokio::test]
async fn of_many_that_start_together_one_makes_the_key() {
    let store = Arc::<Watched>::default();
    let mut starting = JoinSet::new();
    for _ in 0..16 {
        let store = Arc::clone(&store);
        starting.spawn(async move { kid(&start(&store, NOW).await.write(NOW).await) });
    }
    let kids: HashSet<_> = starting.join_all().await.into_iter().collect();
    assert_eq!((kids.len(), store.generations().await), (1, vec![1]));
}

#[tokio::test]
async fn instances_go_by_one_timeline() {
    let store = Arc::default();
    let (one, two) = (start(&store, NOW).await, start(&store, NOW).await);
    let mut now = NOW;
    let mut kids = HashSet::new();
    // Neither looks at the store but when it must.
    for step in 0..400 {
        now = now + Duration::from_hours(11);
        let (writer, reader) = if step % 2 == 0 { (&one, &two) } else { (&two, &one) };
        let token = writer.write(now).await;
        assert!(reader.reads(&token, now).await, "{step}");
        assert_eq!(kid(&reader.write(now).await), kid(&token), "{step}");
        assert_eq!(reader.published(now).await, writer.published(now).await);
        kids.insert(kid(&token));
    }
    assert_eq!(kids.len(), 400 * 11 / 24 / 30 + 1);
}

#[tokio::test]
async fn an_instance_that_slept_signs_with_the_key_of_the_hour() {
    let store = Arc::default();
    let (awake, asleep) = (start(&store, NOW).await, start(&store, NOW).await);
    let old = asleep.write(NOW).await;
    for days in 1..40 {
        awake.keys.look_after(NOW + DAY * days).await;
    }
    let now = NOW + DAY * 40;
    let token = asleep.write(now).await;
    assert_ne!(kid(&token), kid(&old));
    assert!(awake.reads(&token, now).await);
}

#[tokio::test]
async fn a_key_that_is_not_known_is_looked_for_once() {
    let store = Arc::default();
    let one = start(&store, NOW).await;
    // Somebody deleted the keys, and another instance made new ones.
    store.memory.remove_signing_key("users", 1).await.unwrap();
    let two = start(&store, NOW).await;
    let token = two.write(NOW).await;
    store.asked();
    assert!(one.reads(&token, NOW).await);
    assert_eq!(store.asked(), 1);
    // Forged ones ask no more for a while, however many there are.
    let strangers = Arc::<Watched>::default();
    let forged = start(&strangers, NOW).await.write(NOW).await;
    for _ in 0..50 {
        assert!(matches!(
            one.read(&forged, NOW).await,
            Err(TokenError::Invalid(InvalidToken::Key))
        ));
    }
    assert_eq!(store.asked(), 0);
}

#[tokio::test]
async fn who_asks_together_looks_once() {
    let store = Arc::default();
    let one = Arc::new(start(&store, NOW).await);
    let strangers = Arc::<Watched>::default();
    let forged = start(&strangers, NOW).await.write(NOW).await;
    store.asked();
    let mut asking = JoinSet::new();
    for _ in 0..50 {
        let (one, forged) = (Arc::clone(&one), forged.clone());
        asking.spawn(async move { one.reads(&forged, NOW).await });
    }
    assert!(asking.join_all().await.into_iter().all(|reads| !reads));
    assert_eq!(store.asked(), 1);
}

#[tokio::test]
async fn who_hangs_up_does_not_end_the_look() {
    let store = Arc::default();
    let one = start(&store, NOW).await;
    store.memory.remove_signing_key("users", 1).await.unwrap();
    let token = start(&store, NOW).await.write(NOW).await;
    store.asked();
    for _ in 0..50 {
        tokio::select! {
            biased;
            _ = one.reads(&token, NOW) => panic!("the store takes a while"),
            () = std::future::ready(()) => {}
        }
    }
    assert!(one.reads(&token, NOW).await);
    assert_eq!(store.asked(), 1);
}

#[tokio::test]
async fn an_outage_of_the_store_keeps_the_keys() {
    let store = Arc::<Watched>::default();
    let one = start(&store, NOW).await;
    let token = one.write(NOW).await;
    store.away.store(true, Ordering::SeqCst);
    let later = NOW + DAY * 40;
    one.keys.look_after(later).await;
    assert!(one.reads(&token, later).await);
    assert_eq!(kid(&one.write(later).await), kid(&token));
    // Whether a key that is not known is one of ours is not known either: no reason to sign anybody out.
    let strangers = Arc::<Watched>::default();
    let other = start(&strangers, NOW).await.write(NOW).await;
    assert!(matches!(one.read(&other, later).await, Err(TokenError::Store(_))));
    assert!(matches!(one.read("a.b.c", later).await, Err(TokenError::Invalid(_))));
    // It is not asked again at once.
    store.asked();
    for _ in 0..50 {
        one.write(later).await;
    }
    assert_eq!(store.asked(), 0);
    store.away.store(false, Ordering::SeqCst);
    one.keys.look_after(later).await;
    assert!(matches!(one.read(&other, later).await, Err(TokenError::Invalid(InvalidToken::Key))));
    assert_eq!(store.generations().await, [1, 2]);
}

#[tokio::test]
async fn another_algorithm_takes_over_as_any_next_key() {
    let store = Arc::<Watched>::default();
    let one = start(&store, NOW).await;
    let old = one.write(NOW).await;
    let keys = try_open(&store, KeyRing::rotating(Algorithm::ES256), &secret(), NOW).await.unwrap();
    let other = Instance { jwt: Jwt::rotating(Arc::clone(&keys)), keys };
    assert_eq!(other.published(NOW).await.len(), 2);
    assert!(other.reads(&old, NOW).await);
    // Instances of before and after look at the keys for a while, and make no more of them.
    for minutes in 0..60 {
        let now = NOW + Duration::from_mins(minutes);
        one.keys.look_after(now).await;
        other.keys.look_after(now).await;
    }
    assert_eq!(store.generations().await, [1, 2]);
    let now = NOW + DAY;
    let claims = Map::from_iter([("exp".to_owned(), json!((now + ACCESS).as_secs()))]);
    let token = other.jwt.encode_token(TokenKind::ACCESS, &claims, &Map::new(), now).await.unwrap();
    assert_ne!(kid(token.expose()), kid(&old));
    assert!(one.reads(token.expose(), now).await);
}

#[tokio::test]
async fn every_algorithm_with_a_public_key_rotates() {
    for algorithm in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384, Algorithm::PS256] {
        if unsigned(algorithm).is_some() {
            continue;
        }
        let store = Arc::<Watched>::default();
        let keys = try_open(&store, KeyRing::rotating(algorithm), &secret(), NOW).await.unwrap();
        let one = Instance { jwt: Jwt::rotating(Arc::clone(&keys)), keys };
        let token = one.write(NOW).await;
        let keys = try_open(&store, KeyRing::rotating(algorithm), &secret(), NOW).await.unwrap();
        let again = Instance { jwt: Jwt::rotating(Arc::clone(&keys)), keys };
        assert!(again.reads(&token, NOW).await, "{algorithm}");
        let sealed = &store.memory.signing_keys("users").await.unwrap()[0].sealed;
        assert!(sealed.len() < 2_048, "{algorithm}");
    }
}

#[tokio::test]
async fn no_token_outlives_its_key() {
    let store = Arc::<Watched>::default();
    let one = start(&store, NOW).await;
    let second = Duration::from_secs(1);
    assert!(one.try_write(ACCESS, NOW).await.is_ok());
    let refusal = one.try_write(ACCESS + second, NOW).await;
    assert_eq!(refusal, Err(UnwritableToken::OutlivesKey(ACCESS)));
    let rotation = eddsa().longest_token(DAY);
    let keys = try_open(&store, rotation, &secret(), NOW).await.unwrap();
    let long = Instance { jwt: Jwt::rotating(Arc::clone(&keys)), keys };
    assert!(long.try_write(DAY, NOW).await.is_ok());
    assert!(long.try_write(DAY + second, NOW).await.is_err());
    let endless = long.jwt.encode_token(TokenKind::ACCESS, &Map::new(), &Map::new(), NOW).await;
    assert!(endless.is_err());
}

#[tokio::test]
async fn a_key_stays_for_the_longest_tokens_of_any_instance() {
    let long = || eddsa().longest_token(DAY);
    for long_is_first in [true, false] {
        let store = Arc::<Watched>::default();
        let (one, other) = if long_is_first { (long(), eddsa()) } else { (eddsa(), long()) };
        let (one, other) =
            (start_with(&store, one, NOW).await, start_with(&store, other, NOW).await);
        let (long, short) = if long_is_first { (one, other) } else { (other, one) };
        short.keys.look_after(NOW + MONTH - DAY).await;
        let signs = NOW + MONTH;
        let last = long.try_write(DAY, signs - MICROSECOND).await.unwrap();
        let over = signs + DAY + LEEWAY;
        for now in [signs + ACCESS + LEEWAY + MARGIN, over - MICROSECOND] {
            short.keys.look_after(now).await;
            assert!(short.reads(&last, now).await && long.reads(&last, now).await);
            assert_eq!(short.published(now).await.len(), 2);
            assert_eq!(long.published(now).await.len(), 2);
        }
        assert_eq!(short.published(over).await.len(), 1);
        assert_eq!(store.generations().await, [1, 2]);
    }
}

#[tokio::test]
async fn shorter_lifetimes_are_for_new_keys() {
    let store = Arc::<Watched>::default();
    let before = start_with(&store, eddsa().longest_token(DAY), NOW).await;
    let signs = NOW + MONTH;
    before.keys.look_after(signs - DAY).await;
    let last = before.try_write(DAY, signs - MICROSECOND).await.unwrap();
    let after = start(&store, signs).await;
    let now = signs + DAY;
    after.keys.look_after(now).await;
    assert!(after.reads(&last, now).await);
    after.keys.look_after(signs + MONTH - DAY).await;
    let rows = store.memory.signing_keys("users").await.unwrap();
    let verifies_for: Vec<_> = rows.iter().map(|row| row.verifies_for).collect();
    assert_eq!(verifies_for, [DAY + LEEWAY, DAY + LEEWAY, ACCESS + LEEWAY]);
}

#[tokio::test]
async fn keys_are_not_printed() {
    let store = Arc::<Watched>::default();
    let one = start(&store, NOW).await;
    let row = store.memory.signing_keys("users").await.unwrap().remove(0);
    let shown = format!("{:?} {:?} {row:?}", one.keys, one.keys.current());
    assert!(!shown.contains(&format!("{:?}", &row.sealed[..4])[1..10]), "{shown}");
}
