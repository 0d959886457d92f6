//! What the log says of mail: its kind and what became of it, and nothing else.

use std::{
    fmt::{self, Write},
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
    subscriber::with_default,
};

use super::*;

/// Keeps what is logged in this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut log = self.0.lock().unwrap();
        write!(log, "\n{}", event.metadata().level()).unwrap();
        event.record(&mut Line(&mut log));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

/// Repeats everything it was given.
struct Talkative(fn(String) -> MailError);

#[async_trait]
impl EmailTransport for Talkative {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let Mail { to, text, html, .. } = mail;
        Err(self.0(format!("no: <{to}> {text} {html}")))
    }

    fn describe(&self) -> String {
        "a test".to_owned()
    }
}

struct Unsound;

#[async_trait]
impl EmailTransport for Unsound {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        panic!("on purpose, with {}", mail.to)
    }

    fn describe(&self) -> String {
        "a test".to_owned()
    }
}

/// What is logged while one letter is brought by this transport, or is not.
fn logged(transport: impl EmailTransport, secs_to_wait: u64) -> String {
    let log = Log::default();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let story = async {
        let office = office(transport);
        let letter = Letter::MagicLink {
            link: "https://example.com/in?token=0123456789".into(),
            lasts: Duration::from_mins(1),
        };
        office.post("ada@example.com", &letter);
        secs(secs_to_wait).await;
        office.close().await;
    };
    with_default(log.clone(), || runtime.unwrap().block_on(story));
    log.0.lock().unwrap().clone()
}

#[test]
fn the_log_says_what_became_of_a_letter_and_neither_to_whom_nor_what() {
    // Where something is said for the first time it is found out whether anybody listens, and by another
    // test, where nobody does, if it comes at the same moment. The second time that is settled.
    let _ = [logged(Outbox::new(), 1), logged(Talkative(MailError::refused), 1)];
    let _ = [logged(Talkative(MailError::unavailable), 90), logged(Unsound, 2)];
    let refusing = Talkative(MailError::refused);
    let away = Talkative(MailError::unavailable);
    let panicking = Unsound;
    for (log, outcomes) in [
        (logged(Outbox::new(), 1), vec!["INFO message=mail was handed over"]),
        (logged(refusing, 1), vec!["ERROR message=mail was refused"]),
        (logged(away, 90), vec!["WARN message=mail is delayed", "ERROR message=mail was given up"]),
        (logged(panicking, 2), vec!["WARN message=mail is delayed", "ERROR message=mail was lost"]),
    ] {
        for outcome in outcomes {
            assert!(log.contains(outcome), "{outcome}\n{log}");
        }
        let lines = log.lines().filter(|line| !line.is_empty());
        for line in lines {
            assert!(line.contains("kind=magic_link tries="), "{log}");
        }
        for private in ["ada", "example.com", "0123456789", "https"] {
            assert!(!log.contains(private), "{private}\n{log}");
        }
    }
}
