use std::{fmt, time::Duration};

use redis::{
    AsyncConnectionConfig, Client, Cmd, FromRedisValue, RedisError, RedisResult, ScriptInvocation,
    aio::MultiplexedConnection,
};
use tokio::{
    sync::Mutex,
    time::{error::Elapsed, timeout},
};

use crate::store::StoreError;

/// One connection, shared by all and made anew when it breaks.
///
/// The crate's own connection manager keeps a refused handshake for good, such as that of a server
/// which is still loading, and a connection on which nothing comes back any more.
pub(super) struct Link {
    client: Client,
    current: Mutex<Current>,
}

#[derive(Default)]
struct Current {
    connection: Option<MultiplexedConnection>,
    /// Which connection this is, so that nobody gives up one that is younger than theirs.
    number: u64,
}

impl Link {
    pub(super) fn new(client: Client) -> Self {
        Self { client, current: Mutex::default() }
    }

    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        let done = async {
            let (mut connection, number) = self.connection().await?;
            let outcome = script.invoke_async(&mut connection).await;
            self.judge(number, outcome).await
        };
        in_time(timeout(PATIENCE, done).await)
    }

    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        in_time(timeout(PATIENCE, self.try_ask(command)).await)
    }

    pub(super) async fn try_ask<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        let (mut connection, number) = self.connection().await?;
        let outcome = command.query_async(&mut connection).await;
        self.judge(number, outcome).await
    }

    async fn connection(&self) -> RedisResult<(MultiplexedConnection, u64)> {
        let mut current = self.current.lock().await;
        if let Some(connection) = &current.connection {
            return Ok((connection.clone(), current.number));
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(RESPONSE));
        let connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        current.number = current.number.wrapping_add(1);
        current.connection = Some(connection.clone());
        Ok((connection, current.number))
    }

    /// Gives up a connection that is broken, or on which nothing came back.
    async fn judge<T>(&self, number: u64, outcome: RedisResult<T>) -> RedisResult<T> {
        if let Err(error) = &outcome
            && is_broken(error)
        {
            let mut current = self.current.lock().await;
            if current.number == number {
                current.connection = None;
            }
        }
        outcome
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").finish_non_exhaustive()
    }
}

fn is_broken(error: &RedisError) -> bool {
    // A replica that was the master a moment ago answers `READONLY`: the name may lead elsewhere now.
    // A time-out is an I/O error too.
    error.is_io_error() || error.is_unrecoverable_error() || error.code() == Some("READONLY")
}

fn in_time<T>(outcome: Result<RedisResult<T>, Elapsed>) -> Result<T, StoreError> {
    outcome.map_err(StoreError::unavailable)?.map_err(StoreError::unavailable)
}

/// How long a connection may take.
pub(super) const CONNECT: Duration = Duration::from_secs(1);

/// How long an answer may take.
const RESPONSE: Duration = Duration::from_secs(2);

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_millis(2_500);
