use std::collections::HashMap;

use async_trait::async_trait;

use super::{Memory, expiring::Expiring};
use crate::{
    secret::Digest,
    store::{OneTimeToken, OneTimeTokenStore, Owner, Purpose, StoreError},
    time::Timestamp,
};

/// One-time tokens by their digest, one for each owner and purpose.
#[derive(Default)]
pub(super) struct Tokens {
    by_digest: Expiring<[u8; 32], OneTimeToken>,
    by_owner: HashMap<Owner, HashMap<Purpose, [u8; 32]>>,
}

impl Tokens {
    pub(super) fn put(&mut self, token: &OneTimeToken) -> Result<(), StoreError> {
        let digest = *token.digest.as_bytes();
        let same = |kept: &OneTimeToken| kept.owner == token.owner && kept.purpose == token.purpose;
        if self.by_digest.get(&digest).is_some_and(|kept| !same(kept)) {
            return Err(StoreError::Taken("digest".to_owned()));
        }
        self.forget(&token.owner, Some(token.purpose));
        self.by_owner.entry(token.owner.clone()).or_default().insert(token.purpose, digest);
        self.by_digest.insert(digest, token.clone(), token.expires_at);
        Ok(())
    }

    pub(super) fn find(
        &self,
        digest: &Digest,
        purpose: Purpose,
        now: Timestamp,
    ) -> Option<&OneTimeToken> {
        self.by_digest.live(digest.as_bytes(), now).filter(|token| token.purpose == purpose)
    }

    pub(super) fn consume(
        &mut self,
        digest: &Digest,
        purpose: Purpose,
        now: Timestamp,
    ) -> Option<OneTimeToken> {
        self.find(digest, purpose, now)?;
        let token = self.by_digest.remove(digest.as_bytes())?;
        self.unlist(&token);
        Some(token)
    }

    /// Forgets the owner's tokens, of one purpose or of all.
    pub(super) fn forget(&mut self, owner: &Owner, purpose: Option<Purpose>) {
        let Some(listed) = self.by_owner.get_mut(owner) else { return };
        let by_digest = &mut self.by_digest;
        listed.retain(|of, digest| {
            let stays = purpose.is_some_and(|purpose| purpose != *of);
            if !stays {
                by_digest.remove(digest);
            }
            stays
        });
        if listed.is_empty() {
            self.by_owner.remove(owner);
        }
    }

    fn sweep(&mut self, now: Timestamp) -> usize {
        let swept = self.by_digest.sweep(now);
        for (_, token) in &swept {
            self.unlist(token);
        }
        swept.len()
    }

    fn unlist(&mut self, token: &OneTimeToken) {
        let Some(listed) = self.by_owner.get_mut(&token.owner) else { return };
        listed.remove(&token.purpose);
        if listed.is_empty() {
            self.by_owner.remove(&token.owner);
        }
    }
}

#[async_trait]
impl OneTimeTokenStore for Memory {
    async fn put_token(&self, token: &OneTimeToken) -> Result<(), StoreError> {
        self.lock().tokens.put(token)
    }

    async fn find_token(
        &self,
        digest: &Digest,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, StoreError> {
        Ok(self.lock().tokens.find(digest, purpose, now).cloned())
    }

    async fn consume_token(
        &self,
        digest: &Digest,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<OneTimeToken>, StoreError> {
        Ok(self.lock().tokens.consume(digest, purpose, now))
    }

    async fn forget_tokens(
        &self,
        owner: &Owner,
        purpose: Option<Purpose>,
    ) -> Result<(), StoreError> {
        self.lock().tokens.forget(owner, purpose);
        Ok(())
    }

    async fn sweep_tokens(&self, now: Timestamp) -> Result<u64, StoreError> {
        Ok(self.sweep(|kept| kept.tokens.sweep(now)).await)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::store::suite::NOW;

    const MANY: usize = 10_000;

    fn token(number: usize, expires_at: Timestamp) -> OneTimeToken {
        OneTimeToken {
            digest: Digest::of(number.to_string()),
            purpose: Purpose::ResetPassword,
            owner: Owner { realm: "users".to_owned(), user_id: number.to_string() },
            target: "ada@example.com".to_owned(),
            expires_at,
        }
    }

    #[test]
    fn no_owner_is_remembered_who_has_no_token() {
        let mut tokens = Tokens::default();
        let counts = |tokens: &Tokens| (tokens.by_digest.len(), tokens.by_owner.len());
        for number in 0..MANY {
            tokens.put(&token(number, NOW)).unwrap();
        }
        let live = token(MANY, NOW + Duration::from_secs(1));
        tokens.put(&live).unwrap();
        assert_eq!(counts(&tokens), (MANY + 1, MANY + 1));
        while tokens.sweep(NOW) > 0 {}
        assert_eq!(counts(&tokens), (1, 1));
        assert!(tokens.consume(&live.digest, live.purpose, NOW).is_some());
        assert_eq!(counts(&tokens), (0, 0));
    }
}
