use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use async_trait::async_trait;

use super::{Keeper, NOW, Outcome, There};
use crate::{
    secret::{Digest, PasswordHash},
    store::{
        Apart, Linked, Linking, NewOAuthAccount, NewUser, OAuthAccountStore, OneTimeToken,
        OneTimeTokenStore, OtherWays, Owner, Purpose, Redemption, SessionStore, Store, StoreError,
        Unlinked, UserChange, UserKeeper, UserStore, owner_of, stranger,
        suite::{Keyed, Specimen},
    },
    user::AuthUser,
};

/// Whatever answers fail of the sessions' store, nothing that was planted outlives the first proof.
#[tokio::test]
async fn a_first_proof_that_breaks_off_leaves_nothing_of_what_was_before() -> Outcome {
    let mut done = 0;
    for answered in 0..6 {
        let there = There::new().await?;
        let before = there.session();
        there.sessions.create_session(&before).await?;
        let broken = there.seen_by(Keeper::breaking_after(answered, &there.sessions));
        let outcome = prove(&there, &broken).await;
        let is_proved = there.is_proved().await?;
        let is_live = there.sessions.find_session(before.id, NOW).await?.is_some();
        assert!(!(is_proved && is_live), "after {answered} answers the session stays");
        let says_so = matches!(outcome, Ok(Linked::Done { .. }));
        assert_eq!(says_so, is_proved, "after {answered} answers it says {outcome:?}");
        done += u32::from(is_proved);
    }
    assert_eq!(done, 4, "an outage before it stops it, and one after it does not");
    Ok(())
}

/// The same where it is the users' store that breaks: what is planted goes first, and the account
/// comes last.
#[tokio::test]
async fn a_first_proof_of_a_user_who_is_elsewhere_leaves_nothing_planted() -> Outcome {
    let mut done = 0;
    for answered in 0..12 {
        let there = There::new().await?;
        there.plant().await?;
        let token = there.planted_token().await?;
        let keeper = Keeper::breaking_after(answered, &there.users);
        let outcome = prove(&there, &there.apart_of(keeper)).await;
        let accounts = there.accounts().await?;
        if there.is_proved().await? {
            assert!(!accounts.contains(&"planted".to_owned()), "after {answered}: {accounts:?}");
            let stays = there.sessions.find_token(&token, Purpose::ChangeEmail, NOW).await?;
            assert!(stays.is_none(), "after {answered} answers a token stays");
        } else {
            assert!(!accounts.contains(&"hers".to_owned()), "after {answered}: {accounts:?}");
        }
        let is_done = matches!(outcome, Ok(Linked::Done { .. }));
        assert!(!is_done || accounts == ["hers"], "after {answered}: {accounts:?}");
        done += u32::from(is_done);
    }
    assert!((1..12).contains(&done), "{done} of 12 are done");
    Ok(())
}

/// Two callbacks of one person: who comes second has nothing to prove any more, and ends nothing.
#[tokio::test]
async fn a_session_of_who_proved_the_address_meanwhile_lives_on() -> Outcome {
    for provider in ["google", "github"] {
        let there = There::new().await?;
        let (other, session) = (there.clone(), there.session());
        let opened = session.clone();
        let first = async move {
            let plain = other.apart_of(Keeper::plain(&other.users));
            let Ok(Linked::Done { user, .. }) = prove(&other, &plain).await else { return };
            assert!(plain.open_session(user.id(), user.password_hash(), &opened).await.is_ok());
        };
        // After the second one has seen that there is something to prove.
        let apart = there.apart_of(Keeper::calling(0, Box::pin(first), false, &there.users));
        let account = NewOAuthAccount { provider: provider.to_owned(), ..google("hers") };
        let linking = Linking::Proved(there.user.email().unwrap_or_default());
        let linked = apart.link_account(there.user.id(), account, linking, NOW).await?;
        let is_new = provider != "google";
        assert_eq!(matches!(linked, Linked::Done { .. }), is_new, "{provider}: {linked:?}");
        assert!(there.sessions.find_session(session.id, NOW).await?.is_some(), "{provider}");
        assert_eq!(there.accounts().await?.len(), 1 + usize::from(is_new));
    }
    Ok(())
}

/// A deletion, or a proof by a link that was mailed, at whatever moment of a link.
#[tokio::test]
async fn what_comes_within_a_link_is_seen_or_takes_it_along() -> Outcome {
    for is_deletion in [true, false] {
        let mut refused = 0;
        for moment in 0..6 {
            let there = There::new().await?;
            let other = there.clone();
            let meanwhile = async move {
                let plain = other.apart_of(Keeper::plain(&other.users));
                if is_deletion {
                    assert!(plain.delete_account(other.user.id(), None).await.is_ok());
                } else {
                    let token = other
                        .rest_token(Purpose::MagicLink)
                        .await
                        .unwrap_or_else(|_| Digest::of(""));
                    let proved = plain.redeem(&token, &Redemption::MagicLink, NOW).await;
                    assert!(matches!(proved, Ok(Some(_))), "{proved:?}");
                }
            };
            let keeper = Keeper::calling(moment, Box::pin(meanwhile), false, &there.users);
            let linking = Linking::Asked { hash: Some(&there.old), session: None };
            let apart = there.apart_of(keeper);
            let linked =
                apart.link_account(there.user.id(), google("planted"), linking, NOW).await?;
            let has_come = there.hash().await? != Some(there.old.clone());
            if has_come {
                assert_eq!(there.accounts().await?, [""; 0], "at {moment}, {is_deletion}");
            } else {
                assert!(matches!(linked, Linked::Done { .. }), "at {moment}: {linked:?}");
            }
            refused += u32::from(has_come && matches!(linked, Linked::Refused));
        }
        assert!(refused > 0, "none comes between, {is_deletion}");
    }
    Ok(())
}

/// The same the other way round: the link happens within the proof, by a link that was mailed or by a
/// provider.
#[tokio::test]
async fn a_link_within_a_first_proof_is_taken_along() -> Outcome {
    for is_mailed in [true, false] {
        let linked = Arc::new(AtomicU32::new(0));
        for moment in 0..12 {
            let there = There::new().await?;
            let token = there.rest_token(Purpose::MagicLink).await?;
            let (other, count) = (there.clone(), Arc::clone(&linked));
            let link = async move {
                let plain = other.apart_of(Keeper::plain(&other.users));
                let linking = Linking::Asked { hash: Some(&other.old), session: None };
                let account = NewOAuthAccount { provider: "github".to_owned(), ..google("late") };
                let said = plain.link_account(other.user.id(), account, linking, NOW).await;
                count.fetch_add(u32::from(matches!(said, Ok(Linked::Done { .. }))), Relaxed);
            };
            let keeper = Keeper::calling(moment, Box::pin(link), false, &there.users);
            let apart = there.apart_of(keeper);
            let is_done = if is_mailed {
                apart.redeem(&token, &Redemption::MagicLink, NOW).await?.is_some()
            } else {
                matches!(prove(&there, &apart).await?, Linked::Done { .. })
            };
            assert!(is_done, "at {moment}, {is_mailed}");
            let accounts = there.accounts().await?;
            let expected = if is_mailed { &[][..] } else { &["hers"] };
            assert_eq!(accounts, expected, "at {moment}, {is_mailed}");
        }
        assert!(linked.load(Relaxed) > 1, "{linked:?} links come within, {is_mailed}");
    }
    Ok(())
}

/// ASVS 7.4.3: whoever signed in by an account is out when it is unlinked, whatever breaks off.
#[tokio::test]
async fn an_unlink_that_breaks_off_leaves_no_session() -> Outcome {
    let mut done = 0;
    for answered in 0..6 {
        let there = There::new().await?;
        let (kept, other) = (there.session(), there.session());
        for session in [&kept, &other] {
            there.sessions.create_session(session).await?;
        }
        let owner = owner_of::<Keyed>(there.user.id());
        there.users.add_oauth_account(&google("hers").of(owner.clone(), NOW)).await?;
        let broken = there.seen_by(Keeper::breaking_after(answered, &there.sessions));
        let others = OtherWays { providers: &[], links: false };
        let outcome = broken.unlink_account(there.user.id(), "google", others, kept.id, NOW).await;
        let is_gone = there.users.oauth_accounts_of(&owner).await?.is_empty();
        let is_live = there.sessions.find_session(other.id, NOW).await?.is_some();
        assert!(!(is_gone && is_live), "after {answered} answers the session stays");
        let is_kept = there.sessions.find_session(kept.id, NOW).await?.is_some();
        assert!(is_kept, "after {answered} answers the kept session is over");
        let says_so = matches!(outcome, Ok(Unlinked::Done));
        assert_eq!(says_so, is_gone, "after {answered} answers it says {outcome:?}");
        done += u32::from(is_gone);
    }
    assert_eq!(done, 4, "an outage before it stops it, and one after it does not");
    Ok(())
}

/// What would be refused ends nothing, and keeps nobody out afterwards.
#[tokio::test]
async fn a_refusal_ends_no_session() -> Outcome {
    let there = There::new().await?;
    let (kept, other) = (there.session(), there.session());
    for session in [&kept, &other] {
        there.sessions.create_session(session).await?;
    }
    let plain = there.seen_by(Keeper::plain(&there.sessions));
    let owner = Owner { user_id: "somebody".to_owned(), ..owner_of::<Keyed>(there.user.id()) };
    let rival: Keyed = there.users.create_user(Keyed::specimen(2)).await?;
    let rivals = google("hers").of(owner_of::<Keyed>(rival.id()), NOW);
    there.users.add_oauth_account(&rivals).await?;
    assert!(matches!(prove(&there, &plain).await?, Linked::OfAnother));
    let others = OtherWays { providers: &[], links: false };
    let absent = plain.unlink_account(there.user.id(), "google", others, kept.id, NOW).await?;
    assert_eq!(absent, Unlinked::Absent);
    assert!(there.sessions.find_session(other.id, NOW).await?.is_some());
    assert!(plain.open_session(there.user.id(), Some(&there.old), &there.session()).await?);
    assert_eq!(there.users.oauth_accounts_of(&owner).await?, []);
    Ok(())
}

/// An account names a user who is there, whatever breaks off while both are made.
#[tokio::test]
async fn a_sign_up_that_breaks_off_leaves_no_account_without_a_user() -> Outcome {
    let mut made = 0;
    for answered in 0..4 {
        let there = There::new().await?;
        let apart = there.apart_of(Keeper::breaking_after(answered, &there.users));
        let new = Keyed::specimen(2);
        let outcome = apart.create_user_with_account(new, google("new"), None, NOW).await;
        let realm = Keyed::SPEC.table;
        let account = there.sessions.find_oauth_account(realm, "google", "new").await?;
        if let Some(account) = &account {
            let id = Keyed::parse_id(&account.owner.user_id).map_err(StoreError::unavailable)?;
            let user: Option<Keyed> = there.users.find_by_id(&id).await?;
            assert!(user.is_some(), "after {answered} answers it is nobody's");
        }
        let says_so = matches!(outcome, Ok(Some(_)));
        assert_eq!(says_so, account.is_some(), "after {answered} answers it says {outcome:?}");
        made += u32::from(says_so);
    }
    assert_eq!(made, 3, "the users' store answers once");
    Ok(())
}

/// Somebody else links the account while its user is being made.
#[tokio::test]
async fn a_user_whose_account_turns_out_to_be_anothers_is_not_made() -> Outcome {
    let there = There::new().await?;
    let other = there.clone();
    let rival = async move {
        let rivals = google("new").of(owner_of::<Keyed>(other.user.id()), NOW);
        assert!(other.sessions.add_oauth_account(&rivals).await.is_ok());
    };
    let apart = there.apart_of(Keeper::calling(0, Box::pin(rival), false, &there.users));
    let token = OneTimeToken {
        digest: Digest::of("pending"),
        purpose: Purpose::CompleteOAuthSignup,
        owner: stranger(Keyed::SPEC, "google:new"),
        target: "{}".to_owned(),
        expires_at: NOW + Duration::from_mins(10),
    };
    there.sessions.put_token(&token).await?;
    let (new, account) = (Keyed::specimen(2), google("new"));
    let made = apart.create_user_with_account(new, account, Some(&token.digest), NOW).await?;
    assert_eq!(made, None);
    let left: Option<Keyed> = there.users.find_by_email("person-2@example.com").await?;
    assert_eq!(left, None);
    let found = there.sessions.find_token(&token.digest, token.purpose, NOW).await?;
    assert_eq!(found, Some(token));
    Ok(())
}

impl There {
    /// Users behind this keeper, and all the rest where the sessions are.
    fn apart_of(&self, keeper: Keeper) -> Apart<Keyed> {
        Apart::new(Arc::new(self.sessions.clone()), Some(Arc::new(keeper)), None)
    }

    async fn is_proved(&self) -> Result<bool, StoreError> {
        let user: Option<Keyed> = self.users.find_by_id(self.user.id()).await?;
        Ok(user.is_some_and(|user| user.is_email_verified() && user.password_hash().is_none()))
    }

    async fn plant(&self) -> Outcome {
        let owner = owner_of::<Keyed>(self.user.id());
        self.sessions.add_oauth_account(&google("planted").of(owner, NOW)).await.map(drop)
    }

    async fn planted_token(&self) -> Result<Digest, StoreError> {
        self.rest_token(Purpose::ChangeEmail).await
    }

    /// A token of theirs where the rest is kept.
    async fn rest_token(&self, purpose: Purpose) -> Result<Digest, StoreError> {
        let rest = Self { users: self.sessions.clone(), ..self.clone() };
        rest.token(purpose).await
    }

    /// The subjects of what they have in the store of the rest.
    async fn accounts(&self) -> Result<Vec<String>, StoreError> {
        let accounts = self.sessions.oauth_accounts_of(&owner_of::<Keyed>(self.user.id())).await?;
        Ok(accounts.into_iter().map(|account| account.subject).collect())
    }
}

async fn prove(there: &There, store: &Apart<Keyed>) -> Result<Linked<Keyed>, StoreError> {
    let email = there.user.email().unwrap_or_default();
    store.link_account(there.user.id(), google("hers"), Linking::Proved(email), NOW).await
}

fn google(subject: &str) -> NewOAuthAccount {
    NewOAuthAccount {
        provider: "google".to_owned(),
        subject: subject.to_owned(),
        email: None,
        sealed_tokens: None,
    }
}

#[async_trait]
impl UserStore<Keyed> for Keeper {
    async fn create_user(&self, new: NewUser<Keyed>) -> Result<Keyed, StoreError> {
        self.step(self.kept.create_user(new)).await
    }

    async fn find_by_id(&self, id: &uuid::Uuid) -> Result<Option<Keyed>, StoreError> {
        self.step(self.kept.find_by_id(id)).await
    }

    async fn find_by_email(&self, email: &str) -> Result<Option<Keyed>, StoreError> {
        self.step(self.kept.find_by_email(email)).await
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<Keyed>, StoreError> {
        self.step(self.kept.find_by_username(username)).await
    }

    async fn update_user(
        &self,
        id: &uuid::Uuid,
        change: UserChange,
    ) -> Result<Option<Keyed>, StoreError> {
        // Something happens before it is done, or its answer is lost.
        self.step(async { Ok(()) }).await?;
        let updated = self.kept.update_user(id, change).await;
        self.step(async { updated }).await
    }

    async fn replace_password_hash(
        &self,
        id: &uuid::Uuid,
        old: Option<&PasswordHash>,
        new: &PasswordHash,
    ) -> Result<bool, StoreError> {
        let replaced = UserStore::<Keyed>::replace_password_hash(&self.kept, id, old, new);
        self.step(replaced).await
    }

    fn describe(&self) -> String {
        "a keeper that breaks".to_owned()
    }
}

#[async_trait]
impl UserKeeper<Keyed> for Keeper {
    async fn delete_user(&self, id: &uuid::Uuid) -> Result<bool, StoreError> {
        self.step(UserKeeper::<Keyed>::delete_user(&self.kept, id)).await
    }
}
