//! The script of rotation decides as the library's own rule does, which `Memory` asks.

use std::{collections::BTreeMap, time::Duration};

use fastauth::{
    secret::Digest,
    store::{Memory, Rotation, RotationOutcome, Session, SessionId, SessionStore},
    time::Timestamp,
};
use fastauth_tests::Dice;

use super::{
    super::prepared::{NOW, owner, session},
    Shared,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_script_decides_as_the_rule_does() {
    let Some(shared) = Shared::find("the rule of rotation in Redis").await else { return };
    let redis = shared.connect().await;
    let mut dice = Dice::new();
    let mut seen = BTreeMap::<String, u32>::new();
    for round in 0..250 {
        let memory = Memory::new();
        let start = moment(&mut dice);
        let session = Session {
            id: SessionId::generate(NOW),
            created_at: start,
            last_used_at: start,
            idle_until: start + Duration::from_secs(dice.below(400)),
            expires_at: start + Duration::from_secs(dice.below(600)),
            credential: (dice.below(8) > 0).then(|| token(0)),
            ..session(owner())
        };
        memory.create_session(&session).await.unwrap();
        redis.create_session(&session).await.unwrap();
        let (mut now, mut parent, mut current) = (start, 0, 0);
        for step in 0..12 {
            now = match dice.below(8) {
                0 => now - micros(dice.below(12_000_000)),
                1 => now + GRACE,
                2 => now + GRACE + micros(1),
                3 => now - GRACE,
                4 => now - GRACE - micros(1),
                _ => now + micros(dice.below(12_000_000)),
            };
            let (presented, child) = match dice.below(8) {
                0 => (dice.below(4), dice.below(4)),
                1..=3 => (parent, current),
                _ => (current, dice.below(4)),
            };
            let grace = match dice.below(4) {
                0 => Duration::ZERO,
                1 => Duration::MAX,
                _ => GRACE,
            };
            let rotation = Rotation {
                session: session.id,
                presented: token(presented),
                child: token(child),
                now,
                grace,
                idle: Duration::from_secs(dice.below(400)),
            };
            let told = format!("round {round}, step {step}, {rotation:?}");
            let would = memory.would_rotate(&rotation).await.unwrap();
            assert_eq!(redis.would_rotate(&rotation).await.unwrap(), would, "{told}");
            let expected = memory.rotate_session(&rotation).await.unwrap();
            assert_eq!(redis.rotate_session(&rotation).await.unwrap(), expected, "{told}");
            if matches!(expected, RotationOutcome::Rotated(_)) {
                (parent, current) = (presented, child);
            }
            let name = format!("{expected:?}");
            let name = name.split('(').next().unwrap().to_owned();
            *seen.entry(name).or_default() += 1;
            let kept = memory.find_session(session.id, now).await.unwrap();
            assert_eq!(redis.find_session(session.id, now).await.unwrap(), kept, "{told}");
            let listed = memory.list_sessions(&owner(), now).await.unwrap();
            assert_eq!(redis.list_sessions(&owner(), now).await.unwrap(), listed, "{told}");
        }
        redis.end_sessions(&owner(), None).await.unwrap();
    }
    assert!(seen.len() == 4 && seen.values().all(|count| *count >= 50), "it saw only {seen:?}");
    shared.clear().await;
}

/// Some year between 1900 and 2250.
fn moment(dice: &mut Dice) -> Timestamp {
    let year = i64::try_from(dice.below(350)).unwrap() - 70;
    Timestamp::from_secs(year * 31_557_600) + micros(dice.below(1_000_000))
}

fn token(number: u64) -> Digest {
    Digest::of(number.to_string())
}

fn micros(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

const GRACE: Duration = Duration::from_secs(10);
