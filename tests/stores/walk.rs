//! A random walk through all that can happen to sessions, judged at every step by a small model of
//! the rules: the same walk, and the same answers, on every store. `FASTAUTH_TEST_SEED` repeats a
//! walk, `FASTAUTH_TEST_STEPS` makes it longer.

mod crash;
mod model;
mod step;
mod system;
mod view;

use std::{collections::BTreeMap, env};

use fastauth::store::{Memory, Redis, Sqlite, Store};
use fastauth_tests::{Database, Dice, Scratch, SharedRedis, User};

use self::{
    model::{GRACE, IDLE, Model},
    step::{Answer, Cut, Step},
    system::{People, System},
    view::{MICRO, View},
};

/// How long one walk is, before others set out.
const WALK: usize = 40;
/// How many steps are taken unless told otherwise.
const STEPS: usize = 1_200;

#[tokio::test(flavor = "multi_thread")]
async fn sessions_in_memory_live_by_the_rules() {
    let store = Memory::new();
    walk([(store.clone(), None), (store, None)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_in_a_file_live_by_the_rules() {
    let scratch = Scratch::new();
    let file = scratch.new_file();
    let open = async || (Sqlite::open(&file).await.unwrap(), None);
    walk([open().await, open().await]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_in_postgresql_live_by_the_rules() {
    let Some(database) = Database::new().await else { return };
    let open = async || (database.store().await, None);
    walk([open().await, open().await]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_in_redis_live_by_the_rules() {
    let Some(shared) = SharedRedis::find("a walk through sessions in Redis").await else { return };
    let scratch = Scratch::new();
    let file = scratch.new_file();
    let open = async || (Sqlite::open(&file).await.unwrap(), Some(shared.connect().await));
    walk([open().await, open().await]).await;
    shared.clear().await;
}

/// Walks over two instances.
async fn walk<S: Store<User> + Clone>(stores: [(S, Option<Redis>); 2]) {
    let given = env::var("FASTAUTH_TEST_STEPS").ok().and_then(|steps| steps.parse().ok());
    let steps = given.unwrap_or(STEPS);
    let system = System::start(stores).await;
    let mut dice = Dice::new();
    let mut seen = BTreeMap::<&str, usize>::new();
    // A little longer where chance has left something out.
    let walks = steps.div_ceil(WALK);
    for number in 0..3 * walks {
        if number >= walks && seen.len() == EVENTS {
            break;
        }
        let mut people = People::of(&system, 2).await;
        let mut model = Model::new(system.now(), 2);
        let mut taken = Vec::new();
        for _ in 0..WALK {
            let view = View { model: &model, known: people.known(), is_calm: number % 3 == 0 };
            let step = view.choose(&mut dice);
            let before = model.clone();
            let expected = model.take(step);
            taken.push(format!("{step:?} => {expected:?}"));
            let told = || format!("the last step of walk {number}:\n{}", taken.join("\n"));
            let answer = people.take(step, &mut dice).await;
            assert_eq!(answer, expected, "{}", told());
            assert_eq!(people.look(&mut dice).await, model.look(), "{}", told());
            assert_eq!(people.alarms(), model.alarms, "alarms, {}", told());
            if let Some(event) = event(&before, step, &answer) {
                *seen.entry(event).or_default() += 1;
            }
        }
    }
    println!("{seen:?}");
    assert!(steps < STEPS || seen.len() == EVENTS, "it saw only {seen:?}");
}

/// What became of a refresh, in the words of the rules.
fn event(before: &Model, step: Step, answer: &Answer) -> Option<&'static str> {
    let Step::Refresh { token, cut, .. } = step else { return None };
    let it = &before.sessions[token.session];
    let (is_leaf, is_parent) = (token.generation == it.leaf, token.generation + 1 == it.leaf);
    let age = before.now.since(it.used_at);
    let is_too_late = is_parent && age == GRACE + MICRO && before.is_live(token.session);
    Some(match answer {
        Answer::Done => return None,
        Answer::Refused(_) if is_too_late => "repeated a moment too late",
        Answer::Lost if is_leaf && cut == Some(Cut::Before) => "cut before it was written",
        Answer::Lost if is_leaf => "cut after it was written",
        Answer::Lost if cut == Some(Cut::Before) => "cut while it was repeated",
        Answer::Lost => "cut after a reuse",
        Answer::Refused(code) if code == "account_disabled" => "of a disabled account",
        Answer::Refused(_) if before.now == it.expires_at => "at the absolute end",
        Answer::Refused(_) if before.now == it.idle_until => "at the idle end",
        Answer::Refused(_) if !before.is_live(token.session) => "ended before",
        Answer::Refused(_) => "reused",
        Answer::Tokens(_, lasts) if is_leaf && *lasts < IDLE.as_secs() => "near the absolute end",
        Answer::Tokens(..) if is_leaf => "rotated",
        Answer::Tokens(..) if age == GRACE => "repeated at the last moment",
        Answer::Tokens(..) => "repeated",
    })
}

/// How many of them there are.
const EVENTS: usize = 14;
