//! How Redis is reached, and what keeps it from being used.

use redis::{Client, ErrorKind, RedisError, ServerErrorKind, cmd};
use tokio::time::timeout;

use super::{Redis, keys::Keys, link::Link};
use crate::error::{SetupError, SetupProblem};

impl Redis {
    /// Connects by a URL: `redis://localhost:6379`, `redis://user:password@host:6379/0`,
    /// `unix:///run/redis.sock`.
    ///
    /// # Errors
    /// The URL is none, nobody answers there, the password is wrong, or the server is older than
    /// Redis 6.
    pub async fn connect(url: impl AsRef<str>) -> Result<Self, SetupError> {
        // Neither the text nor the crate's own words about it: either may hold the password.
        let client = Client::open(url.as_ref()).map_err(|error| {
            let without_tls = url.as_ref().starts_with("rediss:")
                && error.kind() == ErrorKind::InvalidClientConfig;
            if without_tls { no_tls() } else { no_url() }
        })?;
        Self::from_client(client).await
    }

    /// Connects by a client of your own.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect).
    pub async fn from_client(client: Client) -> Result<Self, SetupError> {
        let info = client.get_connection_info();
        let name = format!("{}/{}", info.addr(), info.redis_settings().db());
        let store = Self {
            keys: Keys::under(PREFIX),
            link: std::sync::Arc::new(Link::new(client)),
            name: name.into(),
        };
        store.check().await?;
        Ok(store)
    }

    async fn check(&self) -> Result<(), SetupProblem> {
        let is_forbidden = |error: &RedisError| error.kind() == ServerErrorKind::NoPerm.into();
        let try_it = async {
            let told: Result<String, _> = self.link.try_ask(cmd("INFO").arg("server")).await;
            let told = match told {
                // Whoever may not ask is on a server that has access lists: Redis 6 or later.
                Err(error) if is_forbidden(&error) => None,
                told => Some(told?),
            };
            // Whether our keys are on this node. Whoever may not ask has another prefix in mind.
            let probe = self.keys.session_ends();
            match self.link.try_ask::<i64>(cmd("EXISTS").arg(probe)).await {
                Err(error) if !is_forbidden(&error) => Err(error),
                _ => Ok(told),
            }
        };
        // Connecting, and the two questions.
        match timeout(super::link::CONNECT * 5, try_it).await {
            Err(_) => Err(self.nobody_answers("it takes too long")),
            Ok(Err(error)) => Err(self.explain(&error)),
            Ok(Ok(told)) => match told.as_deref().and_then(version) {
                Some(version) if major(version) < Some(OLDEST) => Err(self.too_old(version)),
                _ => Ok(()),
            },
        }
    }

    fn explain(&self, error: &RedisError) -> SetupProblem {
        match (error.kind(), error.code()) {
            (ErrorKind::AuthenticationFailed, _) | (_, Some("NOAUTH" | "WRONGPASS")) => {
                SetupProblem::new(
                    "wrong password",
                    format!("Redis at {} does not take the user and the password", self.name),
                    "give both in the URL, `redis://user:password@host:6379/0`, percent-encoded; \
                    without a name `redis://:password@host:6379/0`",
                )
            }
            (ErrorKind::Io, _) => self.nobody_answers(&error.to_string()),
            _ if error.is_timeout() => self.nobody_answers("it takes too long"),
            _ => SetupProblem::new(
                "cannot use Redis",
                format!("Redis at {} says: {error}", self.name),
                "give the address of a Redis server that takes writes and has this database",
            ),
        }
    }

    fn nobody_answers(&self, cause: &str) -> SetupProblem {
        SetupProblem::new(
            "cannot reach Redis",
            format!("no answer from Redis at {}: {cause}", self.name),
            "start it there, or give the URL of one that runs: `redis://localhost:6379`",
        )
    }

    fn too_old(&self, version: &str) -> SetupProblem {
        SetupProblem::new(
            "Redis is too old",
            format!("Redis at {} is version {version}", self.name),
            format!("use Redis {OLDEST} or later, or Valkey"),
        )
    }
}

fn no_url() -> SetupProblem {
    SetupProblem::new(
        "cannot read the address of Redis",
        "it is not a URL that Redis is reached by",
        "give one such as `redis://user:password@host:6379/0` or `unix:///run/redis.sock`, with \
        the password percent-encoded",
    )
}

fn no_tls() -> SetupProblem {
    SetupProblem::new(
        "cannot reach Redis by TLS",
        "`rediss://` needs TLS, which the crate `redis` was compiled without",
        "add `redis` to your dependencies with the features `tokio-rustls-comp` and \
        `tls-rustls-webpki-roots`",
    )
}

/// The version in what `INFO server` tells.
fn version(told: &str) -> Option<&str> {
    told.lines().find_map(|line| line.strip_prefix("redis_version:")).map(str::trim)
}

fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

/// Scripts that ask for the time and write, access lists.
const OLDEST: u32 = 6;

pub(super) const PREFIX: &str = "fastauth:";
