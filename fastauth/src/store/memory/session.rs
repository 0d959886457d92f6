use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use async_trait::async_trait;

use super::{Memory, expiring::Expiring};
use crate::{
    store::{
        Owner, Rotation, RotationOutcome, Session, SessionId, SessionStore, StoreError,
        refresh::{Parent, Verdict, judge, rotate},
    },
    time::Timestamp,
};

/// Sessions by their id, and whose they are.
#[derive(Default)]
pub(super) struct Sessions {
    by_id: Expiring<SessionId, Entry>,
    by_owner: HashMap<Owner, BTreeSet<SessionId>>,
}

struct Entry {
    session: Session,
    /// Its refresh token before the one that works.
    before: Option<Parent>,
}

impl Sessions {
    pub(super) fn create(&mut self, session: &Session) -> Result<(), StoreError> {
        if self.by_id.get(&session.id).is_some() {
            return Err(StoreError::Taken("id".to_owned()));
        }
        self.by_owner.entry(session.owner.clone()).or_default().insert(session.id);
        self.keep(Entry { session: session.clone(), before: None });
        Ok(())
    }

    fn keep(&mut self, entry: Entry) {
        let until = entry.session.idle_until.min(entry.session.expires_at);
        self.by_id.insert(entry.session.id, entry, until);
    }

    /// The live session of this id.
    pub(super) fn live(&self, id: SessionId, now: Timestamp) -> Option<&Session> {
        self.by_id.live(&id, now).map(|entry| &entry.session)
    }

    /// Whether a session lives, and is theirs.
    pub(super) fn is_of(&self, owner: &Owner, id: SessionId, now: Timestamp) -> bool {
        self.live(id, now).is_some_and(|session| session.owner == *owner)
    }

    fn would_rotate(&self, rotation: &Rotation) -> Option<Session> {
        let entry = self.by_id.live(&rotation.session, rotation.now)?;
        let works = judge(&entry.session, entry.before.as_ref(), rotation) != Verdict::Reuse;
        works.then(|| entry.session.clone())
    }

    fn rotate(&mut self, rotation: &Rotation) -> RotationOutcome {
        let Some(entry) = self.by_id.live(&rotation.session, rotation.now) else {
            return RotationOutcome::Gone;
        };
        let mut session = entry.session.clone();
        match judge(&session, entry.before.as_ref(), rotation) {
            Verdict::Replay => RotationOutcome::Replayed(session),
            Verdict::Reuse => {
                self.end(session.id);
                RotationOutcome::Reused(session)
            }
            Verdict::Rotate => {
                let before = Some(rotate(&mut session, rotation));
                self.keep(Entry { session: session.clone(), before });
                RotationOutcome::Rotated(session)
            }
        }
    }

    fn end(&mut self, id: SessionId) {
        if let Some(entry) = self.by_id.remove(&id) {
            self.unlist(&entry.session);
        }
    }

    /// Ends all sessions of this owner but one.
    pub(super) fn end_all(&mut self, owner: &Owner, keep: Option<SessionId>) -> u64 {
        let ids: Vec<_> =
            self.of(owner).filter(|session| Some(session.id) != keep).map(|s| s.id).collect();
        for id in &ids {
            self.end(*id);
        }
        u64::try_from(ids.len()).unwrap_or(u64::MAX)
    }

    fn of(&self, owner: &Owner) -> impl Iterator<Item = &Session> {
        let ids = self.by_owner.get(owner).into_iter().flatten();
        ids.filter_map(|id| self.by_id.get(id)).map(|entry| &entry.session)
    }

    fn sweep(&mut self, now: Timestamp) -> usize {
        let swept = self.by_id.sweep(now);
        for (_, entry) in &swept {
            self.unlist(&entry.session);
        }
        swept.len()
    }

    fn unlist(&mut self, session: &Session) {
        let Some(ids) = self.by_owner.get_mut(&session.owner) else { return };
        ids.remove(&session.id);
        if ids.is_empty() {
            self.by_owner.remove(&session.owner);
        }
    }
}

#[async_trait]
impl SessionStore for Memory {
    async fn create_session(&self, session: &Session) -> Result<(), StoreError> {
        self.lock().sessions.create(session)
    }

    async fn find_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        Ok(self.lock().sessions.live(id, now).cloned())
    }

    async fn would_rotate(&self, rotation: &Rotation) -> Result<Option<Session>, StoreError> {
        Ok(self.lock().sessions.would_rotate(rotation))
    }

    async fn rotate_session(&self, rotation: &Rotation) -> Result<RotationOutcome, StoreError> {
        Ok(self.lock().sessions.rotate(rotation))
    }

    async fn touch_session(
        &self,
        id: SessionId,
        now: Timestamp,
        idle: Duration,
    ) -> Result<bool, StoreError> {
        let sessions = &mut self.lock().sessions;
        let Some(entry) = sessions.by_id.live(&id, now) else { return Ok(false) };
        let (mut session, before) = (entry.session.clone(), entry.before);
        session.last_used_at = now;
        session.idle_until = (now + idle).min(session.expires_at);
        sessions.keep(Entry { session, before });
        Ok(true)
    }

    async fn reauthenticate_session(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sessions = &mut self.lock().sessions;
        let entry = sessions.by_id.live_mut(&id, now);
        Ok(entry.map(|entry| entry.session.authenticated_at = now).is_some())
    }

    async fn end_session(
        &self,
        owner: &Owner,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sessions = &mut self.lock().sessions;
        let is_theirs = sessions.live(id, now).is_some_and(|session| session.owner == *owner);
        if is_theirs {
            sessions.end(id);
        }
        Ok(is_theirs)
    }

    async fn end_sessions(
        &self,
        owner: &Owner,
        keep: Option<SessionId>,
    ) -> Result<u64, StoreError> {
        Ok(self.lock().sessions.end_all(owner, keep))
    }

    async fn list_sessions(
        &self,
        owner: &Owner,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        let kept = self.lock();
        let mut sessions: Vec<_> =
            kept.sessions.of(owner).filter(|session| session.is_live(now)).cloned().collect();
        sessions.sort_by_key(|session| std::cmp::Reverse((session.created_at, session.id)));
        Ok(sessions)
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        Ok(self.sweep(|kept| kept.sessions.sweep(now)).await)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::suite::{NOW, new_session};

    const MANY: usize = 10_000;

    /// One of a hundred of its owner.
    fn session(number: usize, until: Timestamp) -> Session {
        let owner = Owner { realm: "users".to_owned(), user_id: (number / 100).to_string() };
        Session { idle_until: until, ..new_session(&owner) }
    }

    #[test]
    fn no_owner_is_remembered_who_has_no_session() {
        let mut sessions = Sessions::default();
        let counts = |sessions: &Sessions| (sessions.by_id.len(), sessions.by_owner.len());
        for number in 0..MANY {
            sessions.create(&session(number, NOW)).unwrap();
        }
        let live = session(0, NOW + Duration::from_secs(1));
        sessions.create(&live).unwrap();
        assert_eq!(counts(&sessions), (MANY + 1, MANY / 100));
        while sessions.sweep(NOW) > 0 {}
        assert_eq!(counts(&sessions), (1, 1));
        assert_eq!(sessions.of(&live.owner).collect::<Vec<_>>(), [&live]);
        sessions.end(live.id);
        assert_eq!(counts(&sessions), (0, 0));
    }
}
