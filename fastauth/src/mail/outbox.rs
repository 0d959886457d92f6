use std::{
    collections::VecDeque,
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use super::{EmailTransport, Mail, MailError};

/// How many mails are kept; older ones make place.
const KEPT: usize = 1_000;

/// Keeps mail instead of sending it, for tests. Clones share what they keep.
///
/// Mail never holds a reply up, so a test asks until it is there.
#[derive(Clone, Default)]
pub struct Outbox(Arc<Mutex<VecDeque<Mail>>>);

impl Outbox {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The mails that are kept, the oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.kept().iter().cloned().collect()
    }

    /// The newest mail to this address.
    pub fn last_to(&self, address: &str) -> Option<Mail> {
        self.kept().iter().rev().find(|mail| mail.to == address).cloned()
    }

    /// The links in the mails that are kept, the oldest first.
    pub fn links(&self) -> Vec<String> {
        self.kept().iter().filter_map(|mail| mail.link.clone()).collect()
    }

    /// The mails that are kept, the oldest first; they are kept no longer.
    pub fn take(&self) -> Vec<Mail> {
        mem::take(&mut *self.kept()).into()
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Mail>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl EmailTransport for Outbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let mut mails = self.kept();
        if mails.len() == KEPT {
            mails.pop_front();
        }
        mails.push_back(mail.clone());
        Ok(())
    }

    fn describe(&self) -> String {
        "an outbox in memory".to_owned()
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outbox({} mails)", self.kept().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{mail::LetterKind, time::Timestamp};

    #[tokio::test]
    async fn so_many_mails_are_kept_and_the_newest_are_among_them() {
        let outbox = Outbox::new();
        for number in 0..2 * KEPT {
            let from = "no-reply@example.com".parse().unwrap();
            let (now, to) = (Timestamp::from_secs(0), format!("u{number}@example.com"));
            outbox.send(&Mail::new(LetterKind::MagicLink, now, from, to)).await.unwrap();
        }
        let mails = outbox.mails();
        assert_eq!((mails.len(), mails[0].to.as_str()), (KEPT, "u1000@example.com"));
    }
}
