use std::{cmp::Reverse, time::Duration};

use async_trait::async_trait;
use redis::cmd;

use super::{
    MARGIN, Redis, SWEEP_AT_ONCE, kept_for,
    keys::owner_name,
    record::{self, Fields},
    script::SCRIPTS,
};
use crate::{
    store::{
        Owner, Rotation, RotationOutcome, Session, SessionId, SessionStore, StoreError,
        refresh::{Verdict, judge},
    },
    time::Timestamp,
};

#[async_trait]
impl SessionStore for Redis {
    async fn create_session(&self, session: &Session) -> Result<(), StoreError> {
        let owner = owner_name(&session.owner);
        let end = session.idle_until.min(session.expires_at);
        let mut script = SCRIPTS.create.prepare_invoke();
        script
            .key(self.keys.session(session.id))
            .key(self.keys.owner(&owner))
            .key(self.keys.session_ends())
            .arg(session.id.to_string())
            .arg(owner)
            .arg(end.as_micros())
            .arg(kept_for(end.since(session.last_used_at)))
            .arg((session.last_used_at - MARGIN).as_micros())
            .arg(self.keys.sessions());
        for part in record::fields(session) {
            script.arg(part);
        }
        let is_new: bool = self.link.run(&script).await?;
        if is_new { Ok(()) } else { Err(StoreError::Taken("id".to_owned())) }
    }

    async fn find_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let session = record::read(self.fields(id).await?)?;
        Ok(session.filter(|session| session.is_live(now)))
    }

    async fn would_rotate(&self, rotation: &Rotation) -> Result<Option<Session>, StoreError> {
        let found = record::read_with_parent(self.fields(rotation.session).await?)?;
        let works = found.filter(|(session, before)| {
            session.is_live(rotation.now)
                && judge(session, before.as_ref(), rotation) != Verdict::Reuse
        });
        Ok(works.map(|(session, _)| session))
    }

    async fn rotate_session(&self, rotation: &Rotation) -> Result<RotationOutcome, StoreError> {
        let idle_until = rotation.now + rotation.idle;
        let mut script = SCRIPTS.rotate.prepare_invoke();
        script
            .key(self.keys.session(rotation.session))
            .key(self.keys.session_ends())
            .arg(rotation.session.to_string())
            .arg(self.keys.owners())
            .arg(rotation.presented.as_bytes().as_slice())
            .arg(rotation.child.as_bytes().as_slice())
            .arg(rotation.now.as_micros())
            .arg(rotation.grace.as_micros().to_string())
            .arg(idle_until.as_micros())
            .arg(kept_for(rotation.idle));
        let (outcome, fields): (String, Fields) = self.link.run(&script).await?;
        let Some(session) = record::read(fields)? else { return Ok(RotationOutcome::Gone) };
        match outcome.as_str() {
            "replayed" => Ok(RotationOutcome::Replayed(session)),
            "reused" => Ok(RotationOutcome::Reused(session)),
            "rotated" => Ok(RotationOutcome::Rotated(session)),
            _ => Err(StoreError::unavailable("a rotation gave nothing back")),
        }
    }

    async fn touch_session(
        &self,
        id: SessionId,
        now: Timestamp,
        idle: Duration,
    ) -> Result<bool, StoreError> {
        let mut script = SCRIPTS.touch.prepare_invoke();
        script
            .key(self.keys.session(id))
            .key(self.keys.session_ends())
            .arg(id.to_string())
            .arg(self.keys.owners())
            .arg(now.as_micros())
            .arg((now + idle).as_micros())
            .arg(kept_for(idle));
        self.link.run(&script).await
    }

    async fn reauthenticate_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut script = SCRIPTS.reauthenticate.prepare_invoke();
        self.link.run(script.key(self.keys.session(id)).arg(now.as_micros())).await
    }

    async fn end_session(
        &self,
        owner: &Owner,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let owner = owner_name(owner);
        let mut script = SCRIPTS.end.prepare_invoke();
        script
            .key(self.keys.session(id))
            .key(self.keys.owner(&owner))
            .key(self.keys.session_ends())
            .arg(id.to_string())
            .arg(owner)
            .arg(now.as_micros());
        self.link.run(&script).await
    }

    async fn end_sessions(
        &self,
        owner: &Owner,
        keep: Option<SessionId>,
    ) -> Result<u64, StoreError> {
        let owner = owner_name(owner);
        let mut script = SCRIPTS.end_all.prepare_invoke();
        script
            .key(self.keys.owner(&owner))
            .key(self.keys.session_ends())
            .arg(self.keys.sessions())
            .arg(owner)
            .arg(keep.map(|id| id.to_string()).unwrap_or_default());
        self.link.run(&script).await
    }

    async fn list_sessions(
        &self,
        owner: &Owner,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        let mut script = SCRIPTS.list.prepare_invoke();
        script.key(self.keys.owner(&owner_name(owner))).arg(self.keys.sessions());
        let found: Vec<Fields> = self.link.run(&script).await?;
        let mut sessions = Vec::new();
        for fields in found {
            sessions.extend(record::read(fields)?.filter(|session| session.is_live(now)));
        }
        sessions.sort_by_key(|session| Reverse((session.created_at, session.id)));
        Ok(sessions)
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut script = SCRIPTS.sweep_sessions.prepare_invoke();
        script
            .key(self.keys.session_ends())
            .arg(now.as_micros())
            .arg(SWEEP_AT_ONCE)
            .arg(self.keys.sessions())
            .arg(self.keys.owners());
        self.sweep(&script).await
    }
}

impl Redis {
    async fn fields(&self, id: SessionId) -> Result<Fields, StoreError> {
        self.link.ask(cmd("HGETALL").arg(self.keys.session(id))).await
    }
}
