use std::{sync::Arc, time::Duration};

use serde_json::json;

use super::{Broken, Specimen, ensure};
use crate::{
    access::Scopes,
    secret::Digest,
    store::{Owner, Session, SessionId, Store, StoreError},
    time::Timestamp,
};

pub(super) async fn a_session_comes_back_as_it_was_kept<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let plain = new_session(&owner("1"));
    let data = json!({ "device": "phone ü \"'\\", "tags": [1, null, true], "of": { "no": {} } });
    let full = Session {
        remember: true,
        ip: Some("2001:db8::1".to_owned()),
        user_agent: Some("Mozilla/5.0 (ü; 𝄞)".to_owned()),
        data: data.as_object().cloned().unwrap_or_default(),
        last_used_at: NOW + Duration::from_micros(1),
        authenticated_at: NOW - Duration::from_micros(1),
        credential: Some(Digest::of("credential")),
        scopes: Some(Scopes::from_iter(["posts:read", "posts:write"])),
        ..new_session(&owner("1"))
    };
    // Limited to nothing is not unlimited.
    let bare = Session { scopes: Some(Scopes::default()), ..new_session(&owner("1")) };
    for session in [plain, full, bare] {
        store.create_session(&session).await?;
        let found = store.find_session(session.id, NOW).await?;
        ensure(found.as_ref() == Some(&session), format!("{session:?} comes back as {found:?}"))?;
    }
    let unknown = store.find_session(SessionId::generate(NOW), NOW).await?;
    ensure(unknown.is_none(), "an id that no session has finds one")
}

/// ASVS 7.3: swept or not.
pub(super) async fn a_session_is_over_at_its_moment<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let soon = NOW + Duration::from_mins(1);
    let late = NOW + Duration::from_mins(10);
    for (idle_until, expires_at) in [(soon, late), (late, soon)] {
        let session = Session { idle_until, expires_at, ..new_session(&owner("1")) };
        store.create_session(&session).await?;
        let before = store.find_session(session.id, soon - MICROSECOND).await?;
        ensure(before.as_ref() == Some(&session), "it is over before its moment")?;
        let then = store.find_session(session.id, soon).await?;
        ensure(then.is_none(), "it is found at the moment it ends")?;
        let then = store.list_sessions(&session.owner, soon).await?;
        ensure(then.is_empty(), "it is listed at the moment it ends")?;
        let then = store.end_session(&session.owner, session.id, soon).await?;
        ensure(!then, "it is ended after its end")?;
        store.end_sessions(&session.owner, None).await?;
    }
    Ok(())
}

/// ASVS 7.3: use prolongs a session, up to its end.
pub(super) async fn a_session_that_is_used_lasts<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let session = new_session(&owner("1"));
    let spared = new_session(&owner("1"));
    store.create_session(&session).await?;
    store.create_session(&spared).await?;
    let idle = Duration::from_hours(2);
    let at = session.idle_until - MICROSECOND;
    ensure(store.touch_session(session.id, at, idle).await?, "a live session is not noted")?;
    let expected = Session { last_used_at: at, idle_until: at + idle, ..session.clone() };
    let found = store.find_session(session.id, session.idle_until).await?;
    ensure(found.as_ref() == Some(&expected), format!("it keeps {found:?}"))?;
    let found = store.find_session(session.id, expected.idle_until).await?;
    ensure(found.is_none(), "it lasts longer than it should")?;
    let found = store.find_session(spared.id, NOW).await?;
    ensure(found.as_ref() == Some(&spared), "another session is noted as well")?;
    let beyond = Duration::from_hours(48);
    ensure(store.touch_session(session.id, at, beyond).await?, "a live session is not noted")?;
    let found = store.find_session(session.id, session.expires_at).await?;
    ensure(found.is_none(), "its end moves")?;
    let over = store.touch_session(spared.id, spared.idle_until, idle).await?;
    ensure(!over, "a session that is over is revived")?;
    let found = store.find_session(spared.id, spared.idle_until).await?;
    ensure(found.is_none(), "a session that is over is revived")
}

/// No id is adopted, no collision overwrites (ASVS 7.2.4).
pub(super) async fn an_id_of_a_session_is_never_adopted<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let named =
        |id, name| Session { credential: Some(Digest::of(name)), ..new_session(&owner(id)) };
    let first = named("1", "first");
    store.create_session(&first).await?;
    let second = Session { id: first.id, ..named("2", "second") };
    let outcome = store.create_session(&second).await;
    ensure(matches!(outcome, Err(StoreError::Taken(_))), "the same id makes a second session")?;
    let kept = store.find_session(first.id, NOW).await?;
    ensure(kept.as_ref() == Some(&first), "the same id takes the first session over")
}

pub(super) async fn proving_oneself_again_is_noted<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let session = new_session(&owner("1"));
    store.create_session(&session).await?;
    let at = NOW + Duration::from_secs(5);
    ensure(store.reauthenticate_session(session.id, at).await?, "it does not find the session")?;
    let expected = Session { authenticated_at: at, ..session.clone() };
    let found = store.find_session(session.id, at).await?;
    ensure(found.as_ref() == Some(&expected), format!("{expected:?} comes back as {found:?}"))?;
    let over = store.reauthenticate_session(session.id, session.idle_until).await?;
    ensure(!over, "a session that is over is proved again")?;
    let unknown = store.reauthenticate_session(SessionId::generate(at), at).await?;
    ensure(!unknown, "a session nobody has is proved again")
}

pub(super) async fn only_the_owner_ends_a_session<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let session = new_session(&owner("1"));
    store.create_session(&session).await?;
    let elsewhere = Owner { realm: "elsewhere".to_owned(), ..owner("1") };
    for stranger in [owner("2"), elsewhere, Owner { user_id: "1 ".to_owned(), ..owner("1") }] {
        let ended = store.end_session(&stranger, session.id, NOW).await?;
        ensure(!ended, format!("{stranger:?} ends a session of {:?}", session.owner))?;
    }
    ensure(store.find_session(session.id, NOW).await?.is_some(), "it ends all the same")?;
    let ended = store.end_session(&session.owner, session.id, NOW).await?;
    ensure(ended, "the owner cannot end it")?;
    ensure(store.find_session(session.id, NOW).await?.is_none(), "it is still there")?;
    let again = store.end_session(&session.owner, session.id, NOW).await?;
    ensure(!again, "it ends twice")
}

pub(super) async fn ending_all_spares_the_kept_and_the_foreign<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let elsewhere = Owner { realm: "elsewhere".to_owned(), ..owner("1") };
    let mine = [(); 3].map(|()| new_session(&owner("1")));
    let foreign = [new_session(&owner("2")), new_session(&elsewhere)];
    for session in mine.iter().chain(&foreign) {
        store.create_session(session).await?;
    }
    let [kept, _, _] = &mine;
    let ended = store.end_sessions(&kept.owner, Some(kept.id)).await?;
    ensure(ended == 2, format!("it ends {ended} of 2"))?;
    let left = store.list_sessions(&kept.owner, NOW).await?;
    ensure(left.as_slice() == [kept.clone()], format!("{left:?} are left"))?;
    let ended = store.end_sessions(&kept.owner, None).await?;
    ensure(ended == 1, format!("it ends {ended} of 1"))?;
    for session in &foreign {
        let found = store.find_session(session.id, NOW).await?;
        ensure(found.is_some(), format!("a session of {:?} ends too", session.owner))?;
    }
    Ok(())
}

pub(super) async fn the_latest_sign_in_is_listed_first<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let mine = owner("1");
    let at =
        |seconds| Session { created_at: NOW + Duration::from_secs(seconds), ..new_session(&mine) };
    // Their ids are of another order.
    let (second, third, first) = (at(2), at(3), at(1));
    let over = Session { idle_until: NOW, ..at(4) };
    let foreign = new_session(&owner("2"));
    for session in [&second, &first, &over, &third, &foreign] {
        store.create_session(session).await?;
    }
    let listed = store.list_sessions(&mine, NOW).await?;
    ensure(listed == [third, second, first], format!("the list is {listed:?}"))
}

pub(super) async fn sweeping_forgets_what_is_over<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let over = Session { idle_until: NOW, ..new_session(&owner("1")) };
    let over_too = Session { expires_at: NOW, ..new_session(&owner("1")) };
    let live = Session { idle_until: NOW + MICROSECOND, ..new_session(&owner("1")) };
    for session in [&over, &over_too, &live] {
        store.create_session(session).await?;
    }
    let swept = store.sweep_sessions(NOW).await?;
    ensure(swept == 2, format!("it forgets {swept} of 2"))?;
    let swept = store.sweep_sessions(NOW).await?;
    ensure(swept == 0, format!("the second time it forgets {swept}"))?;
    let past = NOW - Duration::from_secs(1);
    ensure(store.find_session(over.id, past).await?.is_none(), "what it forgot is still there")?;
    ensure(store.find_session(live.id, NOW).await?.is_some(), "it forgets a live one")
}

/// A session of this owner, from now on for an hour, for a day at the most.
pub(crate) fn new_session(owner: &Owner) -> Session {
    Session {
        id: SessionId::generate(NOW),
        owner: owner.clone(),
        provider: "password".to_owned(),
        created_at: NOW,
        last_used_at: NOW,
        authenticated_at: NOW,
        idle_until: NOW + Duration::from_hours(1),
        expires_at: NOW + Duration::from_hours(24),
        remember: false,
        ip: None,
        user_agent: None,
        data: serde_json::Map::new(),
        credential: None,
        scopes: None,
    }
}

pub(super) fn owner(id: &str) -> Owner {
    Owner { realm: "suite".to_owned(), user_id: id.to_owned() }
}

/// The suite's own clock stands still.
pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_769_862_600_654_321);

pub(super) const MICROSECOND: Duration = Duration::from_micros(1);
