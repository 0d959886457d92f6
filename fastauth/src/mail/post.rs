use std::sync::Arc;

use super::{EmailTransport, Letter, Mail};

/// Takes letters and brings them to the transport, outside of any request.
pub(crate) struct PostOffice {
    transport: Arc<dyn EmailTransport>,
}

impl PostOffice {
    pub(crate) fn new(transport: Arc<dyn EmailTransport>) -> Self {
        Self { transport }
    }

    /// Takes a letter for this address, as it is stored. Returns at once, whatever becomes of it.
    pub(crate) fn post(&self, to: &str, letter: &Letter) {
        let text = format!("{letter:?}");
        let mail = Mail { to: to.to_owned(), subject: String::new(), html: text.clone(), text };
        let transport = Arc::clone(&self.transport);
        tokio::spawn(async move { transport.send(&mail).await });
    }
}
