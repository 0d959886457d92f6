use std::{sync::Arc, time::Duration};

use super::{
    Broken, Specimen, ensure,
    race::race_all,
    session::{MICROSECOND, NOW, new_session, owner},
};
use crate::{
    access::Scopes,
    secret::Digest,
    store::{Rotation, RotationOutcome, Session, SessionId, Store},
    time::Timestamp,
};

pub(super) async fn the_current_token_rotates<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let session = start(store).await?;
    let at = NOW + Duration::from_secs(30);
    let after = |child| Session {
        last_used_at: at,
        idle_until: at + IDLE,
        credential: Some(token(child)),
        ..session.clone()
    };
    let expected = after(1);
    let outcome = store.rotate_session(&turn(&session, 0, 1, at)).await?;
    expect(&outcome, &RotationOutcome::Rotated(expected.clone()))?;
    let found = store.find_session(session.id, at).await?;
    ensure(found.as_ref() == Some(&expected), format!("it keeps {found:?}"))?;
    let used = store.find_session(session.id, at + IDLE - MICROSECOND).await?;
    ensure(used.is_some(), "a session that is used ends as if it were not")?;
    let unused = store.find_session(session.id, at + IDLE).await?;
    ensure(unused.is_none(), "a session lies unused for longer than it may")?;
    let outcome = store.rotate_session(&turn(&session, 1, 2, at)).await?;
    expect(&outcome, &RotationOutcome::Rotated(after(2)))
}

/// ASVS 10.4.8.
pub(super) async fn the_end_of_a_session_never_moves<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let credential = Some(token(0));
    let session = Session { idle_until: DAY_LATER, credential, ..new_session(&owner("1")) };
    store.create_session(&session).await?;
    let at = DAY_LATER - MICROSECOND;
    let credential = Some(token(1));
    let expected =
        Session { last_used_at: at, idle_until: DAY_LATER, credential, ..session.clone() };
    let outcome = store.rotate_session(&turn(&session, 0, 1, at)).await?;
    expect(&outcome, &RotationOutcome::Rotated(expected))?;
    let outcome = store.rotate_session(&turn(&session, 1, 2, DAY_LATER)).await?;
    expect(&outcome, &RotationOutcome::Gone)
}

/// A lost reply, or two tabs: RFC 9700 §4.14.2 against its letter.
pub(super) async fn the_parent_gets_the_same_child_for_a_while<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    for (wait, is_in_time) in [(Duration::ZERO, true), (GRACE, true), (GRACE + MICROSECOND, false)]
    {
        let session = start(store).await?;
        let rotated = rotated(store, &session, 0, NOW).await?;
        let again = turn(&session, 0, 1, NOW + wait);
        let expected = if is_in_time {
            RotationOutcome::Replayed(rotated.clone())
        } else {
            RotationOutcome::Reused(rotated.clone())
        };
        let would = store.would_rotate(&again).await?;
        let would_expected = is_in_time.then_some(rotated);
        ensure(would == would_expected, format!("{wait:?} later it would say {would:?}"))?;
        expect(&store.rotate_session(&again).await?, &expected)?;
        let is_live = store.find_session(session.id, NOW + wait).await?.is_some();
        ensure(is_live == is_in_time, format!("{wait:?} later the session lives: {is_live}"))?;
    }
    Ok(())
}

pub(super) async fn a_replay_does_not_prolong_the_while<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let session = start(store).await?;
    let rotated = rotated(store, &session, 0, NOW).await?;
    for wait in [GRACE / 2, GRACE] {
        let outcome = store.rotate_session(&turn(&session, 0, 1, NOW + wait)).await?;
        expect(&outcome, &RotationOutcome::Replayed(rotated.clone()))?;
    }
    let late = turn(&session, 0, 1, NOW + GRACE + MICROSECOND);
    expect(&store.rotate_session(&late).await?, &RotationOutcome::Reused(rotated))
}

/// A step back of the clock must revive nothing.
pub(super) async fn a_clock_set_back_makes_no_parent_immortal<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let session = start(store).await?;
    let rotated = rotated(store, &session, 0, NOW).await?;
    let outcome = store.rotate_session(&turn(&session, 0, 1, NOW - GRACE)).await?;
    expect(&outcome, &RotationOutcome::Replayed(rotated.clone()))?;
    let outcome = store.rotate_session(&turn(&session, 0, 1, NOW - GRACE - MICROSECOND)).await?;
    expect(&outcome, &RotationOutcome::Reused(rotated))
}

pub(super) async fn the_parent_of_another_child_is_reuse<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let session = start(store).await?;
    let rotated = rotated(store, &session, 0, NOW).await?;
    let outcome = store.rotate_session(&turn(&session, 0, 9, NOW)).await?;
    expect(&outcome, &RotationOutcome::Reused(rotated))
}

/// ASVS 10.4.5: inside the window too, and only that session.
pub(super) async fn an_older_token_ends_the_session_at_once<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let spared = start(store).await?;
    for presented in [0, 77] {
        let session = start(store).await?;
        rotated(store, &session, 0, NOW).await?;
        let latest = rotated(store, &session, 1, NOW).await?;
        let reuse = turn(&session, presented, presented + 1, NOW);
        ensure(store.would_rotate(&reuse).await?.is_none(), "it would rotate an older token")?;
        expect(&store.rotate_session(&reuse).await?, &RotationOutcome::Reused(latest))?;
        let found = store.find_session(session.id, NOW).await?;
        ensure(found.is_none(), "the session is still there")?;
        expect(&store.rotate_session(&turn(&session, 2, 3, NOW)).await?, &RotationOutcome::Gone)?;
    }
    let found = store.find_session(spared.id, NOW).await?;
    ensure(found.as_ref() == Some(&spared), "another session of the user ends too")
}

/// A token that ended with its session is no theft alarm.
pub(super) async fn a_session_that_is_over_is_gone<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let session = start(store).await?;
    for presented in [0, 77] {
        let over = turn(&session, presented, presented + 1, session.idle_until);
        ensure(store.would_rotate(&over).await?.is_none(), "a session that is over would rotate")?;
        expect(&store.rotate_session(&over).await?, &RotationOutcome::Gone)?;
    }
    let unknown = Session { id: SessionId::generate(NOW), ..session.clone() };
    expect(&store.rotate_session(&turn(&unknown, 0, 1, NOW)).await?, &RotationOutcome::Gone)?;
    let found = store.find_session(session.id, NOW).await?;
    ensure(found.as_ref() == Some(&session), "a use that came too late changed the session")?;
    let in_time = turn(&session, 0, 1, session.idle_until - MICROSECOND);
    let outcome = store.rotate_session(&in_time).await?;
    ensure(matches!(outcome, RotationOutcome::Rotated(_)), "it is over before its moment")
}

pub(super) async fn asking_first_changes_nothing<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let session = start(store).await?;
    for presented in [0, 77, 0] {
        let asked = store.would_rotate(&turn(&session, presented, presented + 1, NOW)).await?;
        let expected = (presented == 0).then(|| session.clone());
        ensure(asked == expected, format!("asked about {presented}, it says {asked:?}"))?;
    }
    rotated(store, &session, 0, NOW).await.map(drop)
}

pub(super) async fn one_of_many_rotations_makes_the_child<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let session = start(store).await?;
    for round in 0..4 {
        let outcomes = race_all(store, |store, _| {
            let rotation = turn(&session, round, round + 1, NOW);
            async move { store.rotate_session(&rotation).await }
        });
        let mut rotated = 0;
        for outcome in outcomes.await? {
            match outcome {
                RotationOutcome::Rotated(_) => rotated += 1,
                RotationOutcome::Replayed(_) => {}
                other => return ensure(false, format!("one of many gets {other:?}")),
            }
        }
        ensure(rotated == 1, format!("{rotated} of many rotate"))?;
    }
    rotated(store, &session, 4, NOW).await.map(drop)
}

/// A new session whose first token is the digest of nought.
async fn start<U: Specimen, S: Store<U>>(store: &Arc<S>) -> Result<Session, Broken> {
    let scopes = Some(Scopes::from_iter(["posts:read"]));
    let session = Session { credential: Some(token(0)), scopes, ..new_session(&owner("1")) };
    store.create_session(&session).await?;
    Ok(session)
}

/// Rotates from one token to the next.
async fn rotated<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
    session: &Session,
    from: u32,
    at: Timestamp,
) -> Result<Session, Broken> {
    match store.rotate_session(&turn(session, from, from + 1, at)).await? {
        RotationOutcome::Rotated(session) => Ok(session),
        other => Err(Broken(format!("the current token gets {other:?}"))),
    }
}

fn turn(session: &Session, presented: u32, child: u32, now: Timestamp) -> Rotation {
    Rotation {
        session: session.id,
        presented: token(presented),
        child: token(child),
        now,
        grace: GRACE,
        idle: IDLE,
    }
}

fn token(number: u32) -> Digest {
    Digest::of(number.to_be_bytes())
}

fn expect(outcome: &RotationOutcome, expected: &RotationOutcome) -> Result<(), Broken> {
    ensure(outcome == expected, format!("it says {outcome:?} in place of {expected:?}"))
}

const GRACE: Duration = Duration::from_secs(10);

const IDLE: Duration = Duration::from_hours(1);

/// When the suite's sessions end in any case.
const DAY_LATER: Timestamp = Timestamp::from_micros(NOW.as_micros() + 86_400_000_000);
