//! Whoever has no password is known by the session alone: what it asks for after its end is not done.

use std::sync::Arc;

use super::{
    Broken, Specimen,
    account::{LATER, kept_session},
    ensure,
    oauth_account::new_account,
    oauth_link::said,
    redeem::Person,
    session::NOW,
};
use crate::{
    secret::PasswordHash,
    store::{Linking, Purpose, SessionId, Store, owner_of},
};

/// Somebody's session that lives, and those that ask for nothing: one that has ended, another user's, none at all.
struct Sessions {
    hers: SessionId,
    strange: [SessionId; 3],
}

impl Sessions {
    async fn of<U: Specimen, S: Store<U>>(
        store: &Arc<S>,
        her: &Person<U>,
        him: &Person<U>,
    ) -> Result<Self, Broken> {
        let owner = owner_of::<U>(her.user.id());
        let hers = kept_session(store, &owner).await?.id;
        let ended = kept_session(store, &owner).await?.id;
        store.end_session(&owner, ended, NOW).await?;
        let his = kept_session(store, &owner_of::<U>(him.user.id())).await?.id;
        Ok(Self { hers, strange: [ended, his, SessionId::generate(NOW)] })
    }
}

pub(super) async fn a_session_that_has_ended_asks_for_no_token<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    let Some(him) = Person::<U>::new(store, 2).await? else { return Ok(()) };
    let sessions = Sessions::of(store, &her, &him).await?;
    let hash = her.user.password_hash();
    for session in sessions.strange {
        let token = her.new_token(Purpose::ChangeEmail);
        let is_kept = store.put_token_of(hash, session, &token, NOW).await?;
        ensure(!is_kept, "it says that it keeps a token of a session that has ended")?;
        let found = store.find_token(&token.digest, token.purpose, NOW).await?;
        ensure(found.is_none(), "it keeps a token of a session that has ended")?;
    }
    let token = her.new_token(Purpose::ChangeEmail);
    let is_kept = store.put_token_of(hash, sessions.hers, &token, NOW).await?;
    ensure(is_kept, "it keeps no token of a session that lives")
}

pub(super) async fn a_session_that_has_ended_sets_no_password<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    if U::SPEC.password_hash.is_none() {
        return Ok(());
    }
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    let Some(him) = Person::<U>::new(store, 2).await? else { return Ok(()) };
    let sessions = Sessions::of(store, &her, &him).await?;
    let (old, new) = (her.user.password_hash(), PasswordHash::new("$new$"));
    for session in sessions.strange {
        let keep = Some(session);
        let changed = store.change_password(her.user.id(), old, &new, keep, LATER).await?;
        ensure(!changed, "a session that has ended sets a password")?;
        her.is_untouched(store).await?;
        him.is_untouched(store).await?;
    }
    let keep = Some(sessions.hers);
    let changed = store.change_password(her.user.id(), old, &new, keep, LATER).await?;
    ensure(changed, "a session that lives sets no password")
}

pub(super) async fn a_session_that_has_ended_links_nothing<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let Some(her) = Person::<U>::new(store, 1).await? else { return Ok(()) };
    let Some(him) = Person::<U>::new(store, 2).await? else { return Ok(()) };
    let sessions = Sessions::of(store, &her, &him).await?;
    let link = async |session| {
        let linking = Linking::Asked { hash: her.user.password_hash(), session: Some(session) };
        let new = new_account("google", "1");
        Ok::<_, Broken>(said(&store.link_account(her.user.id(), new, linking, LATER).await?))
    };
    for session in sessions.strange {
        let said = link(session).await?;
        ensure(said == "refused", format!("by a session that has ended it is {said}"))?;
        ensure(her.has(store, &[]).await?, "it says no and links")?;
    }
    let said = link(sessions.hers).await?;
    ensure(said == "done", format!("by a session that lives it is {said}"))?;
    her.is_untouched(store).await
}
