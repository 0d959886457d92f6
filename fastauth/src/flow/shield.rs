use std::future::Future;

use crate::error::{Code, Error};

/// Runs what must not stop half way in a task of its own: a server drops the handler of a client
/// that hangs up, and with it every future it awaits.
pub(super) async fn shielded<T, F>(work: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    match tokio::spawn(work).await {
        Ok(done) => done,
        Err(broken) => {
            tracing::error!(%broken, "a flow broke off");
            Err(Code::Internal.into())
        }
    }
}
