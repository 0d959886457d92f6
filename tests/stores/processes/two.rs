use std::{fmt, sync::Arc};

use fastauth_tests::{Client, Database, RedisServer, Reply, Scratch};
use tokio::{sync::Barrier, task::JoinSet};

use super::process::{Process, Setting};

/// Where everything is kept.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kept {
    InPostgres,
    /// The accounts in PostgreSQL, the sessions and what is counted in Redis.
    WithRedis,
    InOneFile,
}

impl Kept {
    pub(super) const ALL: [Self; 3] = [Self::InPostgres, Self::WithRedis, Self::InOneFile];
}

/// Two processes over one store.
pub(super) struct Two {
    pub(super) clients: [Client; 2],
    kept: Kept,
    _processes: [Process; 2],
    _database: Option<Database>,
    _redis: Option<RedisServer>,
    _scratch: Scratch,
}

impl Two {
    /// `None` where a server is missing, which is said.
    pub(super) async fn start(kept: Kept, settings: &[Setting<'_>]) -> Option<Self> {
        let (scratch, mut database, mut redis) = (Scratch::new(), None, None);
        let store = match kept {
            Kept::InOneFile => scratch.new_file(),
            Kept::InPostgres | Kept::WithRedis => database.insert(Database::new().await?).url(),
        };
        if let Kept::WithRedis = kept {
            redis =
                Some(RedisServer::start("two processes and their sessions in Redis", &[]).await?);
        }
        let sessions = redis.as_ref().map(RedisServer::url);
        let sessions = sessions.iter().map(|url| ("FASTAUTH_TEST_SESSIONS", url.as_str()));
        let settings: Vec<_> = settings.iter().copied().chain(sessions).collect();
        // Both make the tables at once.
        let mut processes = [(); 2].map(|()| Process::start(&store, &settings));
        let clients = processes.each_mut().map(Process::client);
        Some(Self {
            clients,
            kept,
            _processes: processes,
            _database: database,
            _redis: redis,
            _scratch: scratch,
        })
    }

    /// Does the same at the same moment, half here and half there.
    pub(super) async fn at_once<F>(&self, ask: impl Fn(Client) -> F) -> Vec<Reply>
    where
        F: Future<Output = Reply> + Send + 'static,
    {
        self.so_many_at_once(AT_ONCE, ask).await
    }

    /// The same, so many times.
    pub(super) async fn so_many_at_once<F>(
        &self,
        count: usize,
        ask: impl Fn(Client) -> F,
    ) -> Vec<Reply>
    where
        F: Future<Output = Reply> + Send + 'static,
    {
        let start = Arc::new(Barrier::new(count));
        let mut asked = JoinSet::new();
        for client in self.clients.iter().cycle().take(count) {
            let (ask, start) = (ask(client.clone()), Arc::clone(&start));
            asked.spawn(async move {
                start.wait().await;
                ask.await
            });
        }
        asked.join_all().await
    }
}

impl fmt::Display for Two {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "two processes, {:?}", self.kept)
    }
}

pub(super) const AT_ONCE: usize = 64;
