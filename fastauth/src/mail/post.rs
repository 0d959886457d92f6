//! Takes letters and brings them to the transport, outside of any request.

mod delivery;
mod queue;
mod told;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{task::AbortHandle, time::timeout};

use self::{
    delivery::Delivery,
    queue::{Parcel, Queue},
};
use super::{EmailTransport, Letter, Writer};
use crate::time::Clock;

/// How many mails are handed over at a time.
const WORKERS: usize = 4;
/// How long waiting mail may take when the application stops.
const FAREWELL: Duration = Duration::from_secs(10);

/// Takes letters for as long as the application runs. What it has not handed over when the process dies is
/// lost: people ask for another link.
pub(crate) struct PostOffice {
    clock: Arc<dyn Clock>,
    queue: Arc<Queue>,
    workers: Mutex<Vec<AbortHandle>>,
}

impl PostOffice {
    /// Opens it: the work begins.
    pub(crate) fn open(
        transport: Arc<dyn EmailTransport>,
        writer: Writer,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let queue = Arc::new(Queue::default());
        let delivery = Arc::new(Delivery::new(transport, writer, Arc::clone(&clock)));
        let work = |_| {
            let (queue, delivery) = (Arc::clone(&queue), Arc::clone(&delivery));
            tokio::spawn(async move { delivery.work(&queue).await }).abort_handle()
        };
        let workers = Mutex::new((0..WORKERS).map(work).collect());
        Self { clock, queue, workers }
    }

    /// Takes a letter for this address, as it is stored. Returns at once, whatever becomes of it.
    pub(crate) fn post(&self, to: &str, letter: &Letter) {
        self.queue.post(Parcel::new(self.clock.now(), to.to_owned(), letter.clone()));
    }

    /// Tries everything that waits once more, for a while, and then ends the work.
    pub(crate) async fn close(&self) {
        self.queue.close();
        if timeout(FAREWELL, self.queue.emptied()).await.is_err() {
            let letters = self.queue.len();
            tracing::error!(letters, "mail was lost: the time to stop was over");
        }
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        workers.drain(..).for_each(|worker| worker.abort());
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl fmt::Debug for PostOffice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostOffice").field("waiting", &self.queue.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
