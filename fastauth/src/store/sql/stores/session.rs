//! Sessions.

macro_rules! keep_sessions {
    ($store:ty) => {
        const _: () = {
            use std::time::Duration;

            use async_trait::async_trait;

            use $crate::{
                store::{
                    Owner, Rotation, RotationOutcome, Session, SessionId, SessionKeeper,
                    SessionStore, StoreError,
                    sql::{Database, again, session},
                },
                time::Timestamp,
            };

            impl SessionKeeper for $store {
                fn describe(&self) -> String {
                    Database::address(self)
                }
            }

            #[async_trait]
            impl SessionStore for $store {
                async fn create_session(&self, session: &Session) -> Result<(), StoreError> {
                    session::create(self, session).await
                }

                async fn find_session(
                    &self,
                    id: SessionId,
                    now: Timestamp,
                ) -> Result<Option<Session>, StoreError> {
                    session::find(self, id, now).await
                }

                async fn would_rotate(
                    &self,
                    rotation: &Rotation,
                ) -> Result<Option<Session>, StoreError> {
                    session::would_rotate(self, rotation).await
                }

                async fn rotate_session(
                    &self,
                    rotation: &Rotation,
                ) -> Result<RotationOutcome, StoreError> {
                    again(self, || session::rotate(self, rotation)).await
                }

                async fn touch_session(
                    &self,
                    id: SessionId,
                    now: Timestamp,
                    idle: Duration,
                ) -> Result<bool, StoreError> {
                    session::touch(self, id, now, idle).await
                }

                async fn reauthenticate_session(
                    &self,
                    id: SessionId,
                    now: Timestamp,
                ) -> Result<bool, StoreError> {
                    session::reauthenticate(self, id, now).await
                }

                async fn end_session(
                    &self,
                    owner: &Owner,
                    id: SessionId,
                    now: Timestamp,
                ) -> Result<bool, StoreError> {
                    session::end(self, owner, id, now).await
                }

                async fn end_sessions(
                    &self,
                    owner: &Owner,
                    keep: Option<SessionId>,
                ) -> Result<u64, StoreError> {
                    session::end_all(self, owner, keep).await
                }

                async fn list_sessions(
                    &self,
                    owner: &Owner,
                    now: Timestamp,
                ) -> Result<Vec<Session>, StoreError> {
                    session::list(self, owner, now).await
                }

                async fn sweep_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
                    session::sweep(self, now).await
                }
            }
        };
    };
}

pub(in crate::store) use keep_sessions;
