use std::{fmt, str::FromStr, time::Duration};

use async_trait::async_trait;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::StoreError;
use crate::{access::Scopes, secret::Digest, time::Timestamp, user::uuid_at};

/// The name of a session. Knowing it opens nothing.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SessionId(Uuid);

impl SessionId {
    /// A new one, made at this moment.
    pub fn generate(now: Timestamp) -> Self {
        Self(uuid_at(now))
    }

    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for SessionId {
    type Err = uuid::Error;

    /// Takes only the spelling that `Display` gives.
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        let id = Uuid::try_parse(text)?;
        if id.to_string() == text { Ok(Self(id)) } else { Uuid::try_parse("").map(Self) }
    }
}

/// Whose a row is: the users' table and the user's id as text. Two user types may share a database.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Owner {
    /// The table of the users.
    pub realm: String,
    /// The id, as [`UserKey::render`](crate::user::UserKey::render) writes it.
    pub user_id: String,
}

/// One sign-in, until it ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// Whose it is.
    pub owner: Owner,
    /// How they signed in: `password`, `magic_link`, a provider's name.
    pub provider: String,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it was last refreshed.
    pub last_used_at: Timestamp,
    /// When they last proved who they are.
    pub authenticated_at: Timestamp,
    /// When it ends if it is not used; moves with each refresh, never past `expires_at`.
    pub idle_until: Timestamp,
    /// When it ends in any case; fixed at the sign-in (ASVS 10.4.8).
    pub expires_at: Timestamp,
    /// Whether they asked to be remembered.
    pub remember: bool,
    /// The address they signed in from.
    pub ip: Option<String>,
    /// The program they signed in with, as it calls itself.
    pub user_agent: Option<String>,
    /// What `modify_session` hooks left here.
    pub data: Map<String, Json>,
    /// The digest of the token it goes on with: its refresh token, or its opaque access token.
    pub credential: Option<Digest>,
    /// What its tokens were limited to at the sign-in; `None` where no scope was asked for.
    pub scopes: Option<Scopes>,
}

impl Session {
    /// Whether it still opens anything.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.idle_until && now < self.expires_at
    }

    /// The same, as a token of it that carries these scopes opens it: limited by both.
    #[must_use]
    pub fn narrowed(self, token: Option<&Scopes>) -> Self {
        let scopes = match (&self.scopes, token) {
            (Some(granted), Some(carried)) => Some(granted.and(carried)),
            (granted, carried) => granted.as_ref().or(carried).cloned(),
        };
        Self { scopes, ..self }
    }
}

/// One use of a refresh token.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The session the token names.
    pub session: SessionId,
    /// The digest of the token presented.
    pub presented: Digest,
    /// The digest of its one child.
    pub child: Digest,
    /// Now.
    pub now: Timestamp,
    /// How long the immediate parent still gets that same child.
    pub grace: Duration,
    /// How long the session may then lie unused.
    pub idle: Duration,
}

/// What became of a refresh token.
#[derive(Clone, Debug, PartialEq)]
pub enum RotationOutcome {
    /// The session is unknown or over. Nothing changed.
    Gone,
    /// The immediate parent came again within the grace: the child is current already.
    Replayed(Session),
    /// An older token came again. The session has been ended, and that is committed (ASVS 10.4.5).
    Reused(Session),
    /// The child is current now.
    Rotated(Session),
}

/// Keeps sessions. A session whose time is over counts as absent, swept or not (ASVS 7.3).
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not keep sessions",
    label = "does not keep sessions",
    note = "implement `fastauth::store::SessionStore` for it"
)]
#[async_trait]
pub trait SessionStore: Send + Sync + 'static {
    /// Keeps a new session.
    async fn create_session(&self, session: &Session) -> Result<(), StoreError>;

    /// The live session of this id.
    async fn find_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError>;

    /// The live session of this id if a refresh token of this digest would rotate or replay now.
    /// Changes nothing, so that gates can run before [`rotate_session`](Self::rotate_session).
    async fn would_rotate(&self, rotation: &Rotation) -> Result<Option<Session>, StoreError>;

    /// Uses a refresh token: one atomic step, whatever races.
    async fn rotate_session(&self, rotation: &Rotation) -> Result<RotationOutcome, StoreError>;

    /// Notes that a live session has just been used, and lets it last a while longer, never past its
    /// end. `false` when it is over.
    async fn touch_session(
        &self,
        id: SessionId,
        now: Timestamp,
        idle: Duration,
    ) -> Result<bool, StoreError>;

    /// Notes that its owner has just proved who they are. `false` when it is over.
    async fn reauthenticate_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Ends one session of this owner. `false` when they have no such live session.
    async fn end_session(
        &self,
        owner: &Owner,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Ends all sessions of this owner but `keep`; says how many.
    async fn end_sessions(&self, owner: &Owner, keep: Option<SessionId>)
    -> Result<u64, StoreError>;

    /// The owner's live sessions, the latest sign-in first.
    async fn list_sessions(
        &self,
        owner: &Owner,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError>;

    /// Forgets what is over; says how many.
    async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, StoreError>;
}
