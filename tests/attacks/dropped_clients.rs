//! A client that hangs up at any moment: a lost phone, a closed tab, or somebody who resets each
//! connection on purpose. Its server drops what it was doing there. Afterwards either everything has
//! happened or nothing, on every route that changes something: no account nobody can enter, no
//! password half changed, nobody stranded, no place kept.
//!
//! `FASTAUTH_TEST_SEED` repeats a run, `FASTAUTH_TEST_DROPS` says how many clients hang up.
//!
//! Sources: ASVS 2.3.3; RFC 9700 §4.14; ory/hydra#1831 (a lost reply lost the session).

mod case;
mod ground;
mod route;

use std::{collections::BTreeMap, env, time::Instant};

use fastauth::store::{Sqlite, Store};
use fastauth_tests::{Database, Dice, Scratch, User};
use sqlx::AssertSqlSafe;

use self::{
    case::{Case, Moment},
    ground::{AT_ONCE, Ground},
    route::ROUTES,
};

/// How many clients hang up unless told otherwise.
const DROPS: u32 = 1_000;

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_leaves_nothing_half_done_in_a_file() {
    let scratch = Scratch::new();
    let store = Sqlite::open(scratch.new_file()).await.unwrap();
    everything_or_nothing_happens(store.clone()).await;
    for (orphan, rows) in ORPHANS {
        let sql = AssertSqlSafe(format!("SELECT count(*) FROM {rows}"));
        let count: i64 = sqlx::query_scalar(sql).fetch_one(store.pool()).await.unwrap();
        assert_eq!(count, 0, "{orphan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_leaves_nothing_half_done_in_postgresql() {
    let Some(database) = Database::new().await else { return };
    everything_or_nothing_happens(database.store().await).await;
    for (orphan, rows) in ORPHANS {
        let count: i64 = database.ask(&format!("SELECT count(*) FROM {rows}")).await;
        assert_eq!(count, 0, "{orphan}");
    }
}

const ORPHANS: [(&str, &str); 5] = [
    (
        "a session without its account",
        "fastauth_sessions WHERE user_id NOT IN (SELECT CAST(id AS TEXT) FROM users)",
    ),
    (
        "an account at a provider that is nobody's",
        "fastauth_oauth_accounts WHERE user_id NOT IN (SELECT CAST(id AS TEXT) FROM users)",
    ),
    (
        "a role of nobody",
        "fastauth_user_roles WHERE user_id NOT IN (SELECT CAST(id AS TEXT) FROM users)",
    ),
    (
        "somebody with a role that is not there",
        "fastauth_user_roles WHERE role NOT IN (SELECT name FROM fastauth_roles)",
    ),
    (
        "a permission of a role that is not there",
        "fastauth_role_permissions WHERE role NOT IN (SELECT name FROM fastauth_roles)",
    ),
];

/// Prepares all cases, has every client hang up, waits until the server is at rest, and looks.
async fn everything_or_nothing_happens(store: impl Store<User>) {
    let given = env::var("FASTAUTH_TEST_DROPS").ok().and_then(|drops| drops.parse().ok());
    let mut dice = Dice::new();
    let ground = Ground::open(store).await;
    ground.lists_its_routes();
    let drops: u32 = given.unwrap_or(DROPS);
    let clients = (0..drops).map(|it| (it, Moment::choose(&mut dice))).collect();
    let begun = Instant::now();
    let prepare = |ground, (number, moment): (u32, _)| {
        Case::prepare(ground, number, ROUTES[number as usize % ROUTES.len()], moment)
    };
    let cases = ground.each(clients, prepare).await;
    // Each has asked twice at least.
    let usual = begun.elapsed() * AT_ONCE / drops / 2;
    // Nobody's sign-in is fresh any longer.
    ground.world.wait(360);
    let cases = ground.each(cases, move |ground, case| case.hang_up(ground, usual)).await;
    ground.comes_to_rest().await;
    let outcomes = ground.each(cases, |ground, case| case.judge(ground)).await;
    ground.has_all_permits().await;

    let (mut seen, mut all) = (BTreeMap::<_, [u32; 3]>::new(), [0; 3]);
    for (route, outcome) in outcomes {
        seen.entry(route).or_default()[outcome as usize] += 1;
        all[outcome as usize] += 1;
    }
    for (route, [acknowledged, done, nothing]) in seen {
        println!("{route}: {acknowledged} acknowledged, {done} done all the same, {nothing} not");
    }
    // Otherwise they did not hang up in the middle of anything.
    assert!(all.iter().all(|count| *count >= drops / 20), "{all:?} of {drops}");
}
