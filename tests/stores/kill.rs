//! A process that is killed at any instant: what it acknowledged is there, the rest is whole or
//! absent.

use std::{
    env,
    io::{BufRead, BufReader, Write, stdout},
    process::{Command, Stdio},
};

use fastauth::{
    secret::Digest,
    store::{
        Rotation, RotationOutcome, Session, SessionId, SessionStore, UserStore, owner_of,
        suite::{Keyed, Specimen},
    },
};

use fastauth_tests::Scratch;

use super::prepared::{owner, ready, rotation, session};

const SESSION: SessionId = SessionId::from_bytes([7; 16]);

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_kill() {
    let scratch = Scratch::new();
    for round in 0..15 {
        let file = scratch.new_file();
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "stores::kill::writes_until_killed", "--ignored", "--nocapture"])
            .env("FASTAUTH_TEST_DATABASE", &file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut acknowledged = lines.filter_map(|line| line.strip_prefix("done ")?.parse().ok());
        let last: u32 = acknowledged.nth(2 * round + 1).unwrap();
        child.kill().unwrap();
        let last = acknowledged.last().unwrap_or(last);
        child.wait().unwrap();

        let store = ready(&file).await;
        for number in 0..=last {
            let email = format!("person-{number}@example.com");
            let found = UserStore::<Keyed>::find_by_email(&store, &email).await.unwrap();
            assert!(found.is_some(), "{email} was acknowledged");
        }
        // The client goes on with the last token it was given, lost reply or not.
        let outcome = store.rotate_session(&turn(last + 1)).await.unwrap();
        let goes_on = matches!(outcome, RotationOutcome::Rotated(_) | RotationOutcome::Replayed(_));
        assert!(goes_on, "after {last}: {outcome:?}");
    }
}

#[tokio::test]
#[ignore = "it is what `what_was_acknowledged_survives_a_kill` starts"]
async fn writes_until_killed() {
    let store = ready(&env::var("FASTAUTH_TEST_DATABASE").unwrap()).await;
    let session = Session { id: SESSION, ..session(owner()) };
    store.create_session(&Session { credential: Some(token(0)), ..session.clone() }).await.unwrap();
    for number in 0..100_000 {
        let user = store.create_user(Keyed::specimen(number)).await.unwrap();
        store.end_sessions(&owner_of::<Keyed>(fastauth::AuthUser::id(&user)), None).await.unwrap();
        store.rotate_session(&turn(number)).await.unwrap();
        writeln!(stdout(), "done {number}").unwrap();
    }
}

fn turn(number: u32) -> Rotation {
    rotation(SESSION, token(number), token(number + 1))
}

fn token(number: u32) -> Digest {
    Digest::of(number.to_be_bytes())
}
