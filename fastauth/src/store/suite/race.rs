use std::sync::Arc;

use tokio::{sync::Barrier, task::JoinSet};

use super::Broken;
use crate::store::StoreError;

/// Does the same many times at the same moment and gathers what came of it.
pub(super) async fn race<S, T, F>(
    store: &Arc<S>,
    work: impl Fn(Arc<S>, u32) -> F,
) -> Result<Vec<Result<T, StoreError>>, Broken>
where
    S: Send + Sync + 'static,
    T: Send + 'static,
    F: Future<Output = Result<T, StoreError>> + Send + 'static,
{
    let start = Arc::new(Barrier::new(RUNNERS as usize));
    let mut runners = JoinSet::new();
    for number in 0..RUNNERS {
        let work = work(Arc::clone(store), number);
        let start = Arc::clone(&start);
        runners.spawn(async move {
            start.wait().await;
            work.await
        });
    }
    let mut results = Vec::new();
    while let Some(result) = runners.join_next().await {
        results.push(result.map_err(|_| Broken("a call panics".to_owned()))?);
    }
    Ok(results)
}

/// The same, where every call succeeds.
pub(super) async fn race_all<S, T, F>(
    store: &Arc<S>,
    work: impl Fn(Arc<S>, u32) -> F,
) -> Result<Vec<T>, Broken>
where
    S: Send + Sync + 'static,
    T: Send + 'static,
    F: Future<Output = Result<T, StoreError>> + Send + 'static,
{
    race(store, work).await?.into_iter().map(|result| result.map_err(Broken::from)).collect()
}

/// How many race.
pub(super) const RUNNERS: u32 = 64;
