use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;

use super::{EmailTransport, Mail, MailError};

/// How many mails are kept; older ones make place.
const KEPT: usize = 1_000;

/// Keeps mail instead of sending it, for tests. Clones share what they keep.
#[derive(Clone, Debug, Default)]
pub struct Outbox(Arc<Mutex<VecDeque<Mail>>>);

impl Outbox {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The mails that are kept, the oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[async_trait]
impl EmailTransport for Outbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let mut mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
