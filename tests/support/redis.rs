use std::env;

use fastauth::store::Redis;
use uuid::Uuid;

use super::services_are_required;

/// Redis at `FASTAUTH_TEST_REDIS`, under a prefix of its own that is cleared at the end.
pub struct SharedRedis {
    url: String,
    prefix: String,
}

impl SharedRedis {
    /// `None`, and a line that says so, when nobody answers and nothing demands that somebody does.
    pub async fn find(test: &str) -> Option<Self> {
        let url = env::var("FASTAUTH_TEST_REDIS");
        let url = url.unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned());
        if let Err(error) = Redis::connect(&url).await {
            assert!(!services_are_required(), "{error}");
            eprintln!(
                "skipped: {test}: start `redis-server`, or set FASTAUTH_TEST_REDIS to the URL of one"
            );
            return None;
        }
        Some(Self { url, prefix: format!("fastauth-test-{}:", Uuid::now_v7()) })
    }

    /// One more connection to the same keys.
    pub async fn connect(&self) -> Redis {
        Redis::connect(&self.url).await.expect(RUNS).with_prefix(&self.prefix)
    }

    /// One that sees nothing of the others.
    pub async fn apart(&self) -> Redis {
        let prefix = format!("{}{}:", self.prefix, Uuid::now_v7());
        Redis::connect(&self.url).await.expect(RUNS).with_prefix(prefix)
    }

    /// The keys there are.
    pub async fn keys(&self) -> Vec<String> {
        let mut connection = raw(&self.url).await;
        let (mut keys, mut cursor) = (Vec::new(), "0".to_owned());
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(&cursor).arg("MATCH").arg(format!("{}*", self.prefix)).arg("COUNT").arg(1_000);
            let (next, found): (String, Vec<String>) =
                scan.query_async(&mut connection).await.expect(RUNS);
            keys.extend(found);
            if next == "0" {
                return keys;
            }
            cursor = next;
        }
    }

    /// Asks the server itself.
    pub async fn ask<T: redis::FromRedisValue>(&self, words: &[&str]) -> T {
        let mut command = redis::Cmd::new();
        command.arg(words);
        command.query_async(&mut raw(&self.url).await).await.expect(RUNS)
    }

    /// Forgets all of it.
    pub async fn clear(self) {
        let mut connection = raw(&self.url).await;
        for keys in self.keys().await.chunks(1_000) {
            redis::cmd("DEL").arg(keys).query_async::<i64>(&mut connection).await.expect(RUNS);
        }
    }
}

async fn raw(url: &str) -> redis::aio::MultiplexedConnection {
    redis::Client::open(url).expect(RUNS).get_multiplexed_async_connection().await.expect(RUNS)
}

const RUNS: &str = "it has answered before";
