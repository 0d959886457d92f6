mod log;

use std::{
    collections::BTreeMap,
    future::pending,
    sync::atomic::{AtomicU32, AtomicUsize, Ordering},
};

use async_trait::async_trait;
use tokio::time::{Instant, sleep};

use super::{
    queue::{MOST_BYTES, MOST_LETTERS},
    *,
};
use crate::{
    mail::{LetterKind, Mail, MailError, MailTemplates, Outbox},
    time::Timestamp,
};

const LASTS: Duration = Duration::from_mins(30);

/// The time of tokio, so that what waits need not.
#[derive(Debug)]
struct PausedClock(Instant);

impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_000_000) + self.0.elapsed()
    }
}

fn office(transport: impl EmailTransport) -> PostOffice {
    let from = "Example <no-reply@example.com>".parse().unwrap();
    let writer = Writer::new(MailTemplates::new(), from, "example.com").unwrap();
    PostOffice::open(Arc::new(transport), writer, Arc::new(PausedClock(Instant::now())))
}

fn reset(number: usize) -> Letter {
    Letter::ResetPassword { link: format!("https://example.com/{number}"), lasts: LASTS }
}

async fn secs(secs: u64) {
    sleep(Duration::from_secs(secs)).await;
}

/// What becomes of an attempt.
#[derive(Clone, Copy)]
enum Fate {
    Block,
    Hang,
    Keep,
    Panic,
    PanicAtOnce,
    Refuse,
    Unavailable,
}

/// Does what it is told for a while, and counts.
#[derive(Clone)]
struct Fickle {
    begun: Instant,
    fate: Fate,
    lasts: Duration,
    tries: Arc<AtomicU32>,
    at_a_time: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    outbox: Outbox,
}

impl Fickle {
    fn new(fate: Fate, secs: u64) -> Self {
        Self {
            begun: Instant::now(),
            fate,
            lasts: Duration::from_secs(secs),
            tries: Arc::default(),
            at_a_time: Arc::default(),
            most: Arc::default(),
            outbox: Outbox::new(),
        }
    }

    fn tries(&self) -> u32 {
        self.tries.load(Ordering::Relaxed)
    }
}

/// One attempt, counted for as long as it is there.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl EmailTransport for Fickle {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.tries.fetch_add(1, Ordering::Relaxed);
        let now = self.at_a_time.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        let _counted = Counted(Arc::clone(&self.at_a_time));
        if self.begun.elapsed() >= self.lasts {
            return self.outbox.send(mail).await;
        }
        match self.fate {
            Fate::Block => std::thread::sleep(Duration::from_millis(20)),
            Fate::Hang => return pending().await,
            Fate::Keep => {}
            Fate::Panic => {
                secs(1).await;
                panic!("on purpose");
            }
            Fate::PanicAtOnce => panic!("on purpose"),
            Fate::Refuse => return Err(MailError::refused("no such mailbox")),
            Fate::Unavailable => return Err(MailError::unavailable("away")),
        }
        self.outbox.send(mail).await
    }

    fn describe(&self) -> String {
        "a test".to_owned()
    }
}

#[tokio::test(start_paused = true)]
async fn letters_are_brought_as_they_are_posted() {
    let fickle = Fickle::new(Fate::Keep, 3_600);
    let office = office(fickle.clone());
    for number in 0..100 {
        office.post(&format!("u{number}@example.com"), &reset(number));
    }
    secs(1).await;
    assert_eq!(fickle.outbox.mails().len(), 100);
    let mail = fickle.outbox.last_to("u7@example.com").unwrap();
    assert_eq!(mail.link.as_deref(), Some("https://example.com/7"));
    assert!(mail.text.contains("\nhttps://example.com/7\n"), "{}", mail.text);
    assert!(mail.html.contains("<a href=\"https://example.com/7\">"), "{}", mail.html);
    assert_eq!(mail.subject, "Set a new password for Example");
    assert_eq!(mail.from.to_string(), "Example <no-reply@example.com>");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_handed_over_for_a_minute_arrives_afterwards_and_once() {
    for fate in [Fate::Unavailable, Fate::Hang, Fate::Panic, Fate::PanicAtOnce] {
        let fickle = Fickle::new(fate, 60);
        let office = office(fickle.clone());
        for number in 0..50 {
            office.post(&format!("u{number}@example.com"), &reset(number));
        }
        assert_eq!(fickle.outbox.mails().len(), 0);
        secs(60 + 61 + 31).await;
        let mut by_addressee = BTreeMap::new();
        for mail in fickle.outbox.mails() {
            *by_addressee.entry(mail.to).or_insert(0) += 1;
        }
        assert_eq!(by_addressee.len(), 50);
        assert!(by_addressee.values().all(|count| *count == 1), "{by_addressee:?}");
        assert!(fickle.most.load(Ordering::Relaxed) <= WORKERS);
        assert_eq!(fickle.at_a_time.load(Ordering::Relaxed), 0);
        assert_eq!(office.queue.len(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn every_attempt_at_a_letter_is_the_same_mail() {
    let fickle = Fickle::new(Fate::Unavailable, 1);
    let office = office(fickle.clone());
    office.post("ada@example.com", &reset(0));
    let posted = office.queue.len();
    secs(10).await;
    assert_eq!((posted, fickle.tries() > 1), (1, true));
    let mail = fickle.outbox.last_to("ada@example.com").unwrap();
    assert_eq!(mail.at, Timestamp::from_secs(1_000_000));
}

#[tokio::test(start_paused = true)]
async fn a_refused_mail_is_not_tried_again() {
    let fickle = Fickle::new(Fate::Refuse, 3_600);
    let office = office(fickle.clone());
    office.post("ada@example.com", &reset(0));
    secs(1_000).await;
    assert_eq!((fickle.tries(), office.queue.len()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_letter_is_given_up_when_its_link_is_over_and_a_notice_after_a_day() {
    for (letter, lasts) in [(reset(0), LASTS), (Letter::PasswordChanged, Duration::from_hours(24))]
    {
        let fickle = Fickle::new(Fate::Unavailable, 1_000_000);
        let office = office(fickle.clone());
        office.post("ada@example.com", &letter);
        secs(lasts.as_secs() - 1).await;
        assert_eq!(office.queue.len(), 1);
        secs(62).await;
        assert_eq!(office.queue.len(), 0);
        let tries = u64::from(fickle.tries());
        assert!(tries > 7 && tries < 10 + lasts.as_secs() / 30, "{tries}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_bounded_and_notices_stay() {
    let fickle = Fickle::new(Fate::Hang, 60);
    let office = office(fickle.clone());
    office.post("ada@example.com", &Letter::PasswordChanged);
    for number in 0..MOST_LETTERS + 500 {
        office.post("eve@example.com", &reset(number));
    }
    assert!(office.queue.len() <= MOST_LETTERS + WORKERS);
    let long = Letter::ResetPassword { link: "x".repeat(100_000), lasts: LASTS };
    for _ in 0..MOST_BYTES / 100_000 + 10 {
        office.post("eve@example.com", &long);
    }
    assert!(office.queue.bytes() <= MOST_BYTES);
    assert!(office.queue.len() < 100 + WORKERS, "{}", office.queue.len());
    secs(600).await;
    assert!(fickle.outbox.last_to("ada@example.com").is_some());
    // When there is nothing but notices, the oldest makes place after all.
    let fickle = Fickle::new(Fate::Hang, 60);
    let office = self::office(fickle.clone());
    for number in 0..MOST_LETTERS + 500 {
        office.post(&format!("u{number}@example.com"), &Letter::PasswordChanged);
    }
    assert!(office.queue.len() <= MOST_LETTERS + WORKERS);
}

#[tokio::test(start_paused = true)]
async fn closing_brings_what_waits_and_takes_no_more() {
    // Away at first: the letter waits for its second attempt, which closing does not wait for.
    let fickle = Fickle::new(Fate::Unavailable, 1);
    let office = office(fickle.clone());
    for number in 0..20 {
        office.post("ada@example.com", &reset(number));
    }
    secs(1).await;
    let begun = Instant::now();
    office.close().await;
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert_eq!(fickle.outbox.mails().len(), 20);
    office.post("ada@example.com", &reset(0));
    secs(60).await;
    assert_eq!((fickle.outbox.mails().len(), office.queue.len()), (20, 0));
}

#[tokio::test(start_paused = true)]
async fn closing_does_not_wait_for_a_transport_that_hangs() {
    let fickle = Fickle::new(Fate::Hang, 3_600);
    let office = office(fickle.clone());
    for number in 0..20 {
        office.post("ada@example.com", &reset(number));
    }
    secs(1).await;
    let begun = Instant::now();
    office.close().await;
    assert_eq!(begun.elapsed(), FAREWELL);
    assert_eq!(fickle.tries(), u32::try_from(WORKERS).unwrap());
}

#[tokio::test(start_paused = true)]
async fn an_office_that_is_dropped_brings_what_it_took() {
    let outbox = Outbox::new();
    let office = office(outbox.clone());
    office.post("ada@example.com", &Letter::PasswordChanged);
    drop(office);
    secs(1).await;
    assert_eq!(outbox.take().len(), 1);
    assert_eq!(outbox.mails(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transport_that_blocks_its_thread_does_not_hold_up_who_posts() {
    let fickle = Fickle::new(Fate::Block, 3_600);
    let office = office(fickle.clone());
    let begun = Instant::now();
    for number in 0..100 {
        office.post("ada@example.com", &reset(number));
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    office.close().await;
    assert_eq!(fickle.outbox.mails().len(), 100);
}

#[test]
fn nothing_private_shows_in_what_is_printed_of_mail() {
    let letter = reset(4_711);
    assert_eq!(format!("{letter:?}"), "Letter(reset_password)");
    let parcel = Parcel::new(Timestamp::from_secs(0), "ada@example.com".into(), letter);
    assert!(!format!("{parcel:?}").contains("ada"), "{parcel:?}");
    let from = "no-reply@example.com".parse().unwrap();
    let mut mail =
        Mail::new(LetterKind::MagicLink, Timestamp::from_secs(0), from, "ada@example.com");
    mail.link = Some("https://example.com/4711".into());
    let shown = format!("{mail:?}");
    assert!(!shown.contains("ada") && !shown.contains("4711"), "{shown}");
}
