use std::collections::BTreeSet;

use fastauth::store::{Memory, Sqlite, Store};
use fastauth_tests::{
    Client, Database, Reply, Scratch, Somebody, TestProvider, User, World, ada_there,
};
use serde_json::json;
use tokio::task::JoinSet;

use super::{Sent, linked, linking, sent, signed_in, with};

const AT_ONCE: usize = 64;

/// Every browser comes back at the same moment.
async fn all_back(client: &Client, answers: Vec<(Sent, String)>) -> Vec<Reply> {
    let mut coming = JoinSet::new();
    for (sent, answer) in answers {
        let client = client.clone();
        coming.spawn(async move { sent.back(&client, &answer, &sent.cookie).await });
    }
    coming.join_all().await
}

async fn one_answer_signs_in_once(store: impl Store<User>) {
    let acme = TestProvider::named("acme");
    let world = World::built(store, with(&[&acme])).await;
    let client = &world.client;
    let begun = sent(client, "acme").await;
    let answer = acme.answer(&begun.url, &ada_there());
    let all = (0..AT_ONCE).map(|_| {
        let Sent { at, url, cookie } = &begun;
        (Sent { at, url: url.clone(), cookie: cookie.clone() }, answer.clone())
    });
    let replies = all_back(client, all.collect()).await;
    let (good, bad): (Vec<_>, Vec<_>) = replies.into_iter().partition(|it| it.status == 200);
    assert_eq!((good.len(), bad.len()), (1, AT_ONCE - 1));
    for refused in bad {
        refused.problem(400, "invalid_oauth_state");
    }
    assert_eq!(acme.asked(), 1);
    let me = client.signed_in(&good[0]);
    let sessions = me.get("/auth/sessions").await.expect(200).json();
    assert_eq!(sessions.as_array().map(Vec::len), Some(1), "{sessions}");
}

async fn many_answers_make_one_account(store: impl Store<User>) {
    let acme = TestProvider::named("acme");
    let world = World::built(store, with(&[&acme])).await;
    let client = &world.client;
    for somebody in [
        ada_there(),
        // With nothing to find them by but what they are called.
        Somebody::called("x").unverified("x@example.com").claim("name", "X"),
    ] {
        let mut answers = Vec::new();
        for _ in 0..AT_ONCE {
            let begun = sent(client, "acme").await;
            let answer = acme.answer(&begun.url, &somebody);
            answers.push((begun, answer));
        }
        let replies = all_back(client, answers).await;
        let ids: BTreeSet<_> = replies
            .into_iter()
            .map(|reply| reply.expect(200).json()["user"]["id"].to_string())
            .collect();
        assert_eq!(ids.len(), 1, "{ids:?}");
    }
}

/// Two accounts ask for one identity at the same moment, many times over.
async fn one_identity_becomes_one_accounts(store: impl Store<User>) {
    let acme = TestProvider::named("acme");
    let world = World::built(store, with(&[&acme])).await;
    let client = &world.client;
    let mut both = Vec::new();
    for email in ["ada@example.com", "eve@example.com"] {
        both.push(client.signed_in(&client.register(email).await));
    }
    for number in 0..8 {
        let somebody = Somebody::called(&format!("x{number}"));
        let mut answers = Vec::new();
        for turn in 0..AT_ONCE / 4 {
            let begun = linking(&both[turn % 2], "acme").await;
            let answer = acme.answer(&begun.url, &somebody);
            answers.push((begun, answer));
        }
        // In whatever order they come.
        for reply in all_back(client, answers).await {
            if reply.status != 200 {
                reply.problem(409, "identity_taken");
            }
        }
        let mut owners = Vec::new();
        for me in &both {
            let identities = me.get("/auth/identities").await.expect(200).json();
            owners.extend(identities.as_array().is_some_and(|it| it.len() == 1).then_some(me));
        }
        assert_eq!(owners.len(), 1);
        // It signs in to the account that has it.
        let back = signed_in(client, &acme, "acme", &somebody).await.expect(200);
        let theirs = owners[0].me().await.expect(200).json();
        assert_eq!(back.json()["user"], theirs);
        owners[0].delete("/auth/identities/acme").await.expect(204);
    }
}

/// The last way in is taken away at the moment at which there is another: whichever comes first, both say the truth.
async fn an_unlink_sees_the_password_or_stays_away(store: impl Store<User>) {
    const NEW: &str = "a new horse every year";
    let acme = TestProvider::named("acme");
    let world = World::built(store, with(&[&acme])).await;
    let client = &world.client;
    for number in 0..20 {
        let email = format!("x{number}@example.com");
        let somebody = Somebody::called(&email).verified(&email).claim("name", "X");
        let first = signed_in(client, &acme, "acme", &somebody).await.expect(200);
        let me = client.signed_in(&first);
        let (set, unlinked) = tokio::join!(
            me.post("/auth/password/change", json!({ "new_password": NEW })),
            me.delete("/auth/identities/acme"),
        );
        set.expect(204);
        let identities = me.get("/auth/identities").await.expect(200).json();
        let stays = identities.as_array().is_some_and(|it| it.len() == 1);
        if stays {
            unlinked.problem(409, "last_login_method");
            let back = signed_in(client, &acme, "acme", &somebody).await.expect(200);
            assert_eq!(back.json()["user"]["id"], first.json()["user"]["id"]);
        } else {
            unlinked.expect(204);
        }
        client.login(&email, NEW).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_answers_at_once_in_memory() {
    one_answer_signs_in_once(Memory::new()).await;
    many_answers_make_one_account(Memory::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_and_their_ends_at_once_in_memory() {
    one_identity_becomes_one_accounts(Memory::new()).await;
    an_unlink_sees_the_password_or_stays_away(Memory::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_and_their_ends_at_once_in_a_file() {
    let scratch = Scratch::new();
    one_identity_becomes_one_accounts(Sqlite::open(scratch.new_file()).await.unwrap()).await;
    let store = Sqlite::open(scratch.new_file()).await.unwrap();
    an_unlink_sees_the_password_or_stays_away(store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_and_their_ends_at_once_in_postgresql() {
    let Some(database) = Database::new().await else { return };
    one_identity_becomes_one_accounts(database.store().await).await;
    let Some(database) = Database::new().await else { return };
    an_unlink_sees_the_password_or_stays_away(database.store().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_answers_at_once_in_a_file() {
    let scratch = Scratch::new();
    one_answer_signs_in_once(Sqlite::open(scratch.new_file()).await.unwrap()).await;
    many_answers_make_one_account(Sqlite::open(scratch.new_file()).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_answers_at_once_in_postgresql() {
    let Some(database) = Database::new().await else { return };
    one_answer_signs_in_once(database.store().await).await;
    let Some(database) = Database::new().await else { return };
    many_answers_make_one_account(database.store().await).await;
}

/// Somebody takes away a way in because a stranger has it, who signs in by it at that moment.
#[tokio::test(flavor = "multi_thread")]
async fn no_session_outlives_the_account_that_it_rests_on() {
    let (acme, zeta) = (TestProvider::named("acme"), TestProvider::named("zeta"));
    let world = World::built(Memory::new(), with(&[&acme, &zeta])).await;
    let client = &world.client;
    let stranger = Somebody::called("z");
    let me = signed_in(client, &acme, "acme", &ada_there()).await.expect(200);
    let me = client.signed_in(&me);
    for _ in 0..50 {
        linked(&me, &zeta, "zeta", &stranger).await.expect(200);
        let begun = sent(client, "zeta").await;
        let answer = zeta.answer(&begun.url, &stranger);
        let (unlinked, signed_in) = tokio::join!(
            me.delete("/auth/identities/zeta"),
            begun.back(client, &answer, &begun.cookie),
        );
        unlinked.expect(204);
        if signed_in.status == 200 {
            client.signed_in(&signed_in).me().await.problem(401, "invalid_token");
        } else {
            assert!([400, 409].contains(&signed_in.status), "{}", signed_in.text());
        }
        me.me().await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_last_ways_in_that_are_taken_at_once_one_stays() {
    let (acme, zeta) = (TestProvider::named("acme"), TestProvider::named("zeta"));
    let world = World::built(Memory::new(), with(&[&acme, &zeta])).await;
    let client = &world.client;
    let me = signed_in(client, &acme, "acme", &ada_there()).await.expect(200);
    let me = client.signed_in(&me);
    for _ in 0..20 {
        let (_, _) = (
            linked(&me, &zeta, "zeta", &Somebody::called("z")).await,
            linked(&me, &acme, "acme", &ada_there()).await,
        );
        let (one, other) =
            tokio::join!(me.delete("/auth/identities/zeta"), me.delete("/auth/identities/acme"));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409], "{} {}", one.text(), other.text());
    }
}

/// A client that hangs up while the answer is worked on leaves an account or none, and never half of one.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_hangs_up_can_sign_in_again() {
    use tokio::io::AsyncWriteExt;
    let acme = TestProvider::named("acme");
    let scratch = Scratch::new();
    let store = Sqlite::open(scratch.new_file()).await.unwrap();
    let world = World::built(store, with(&[&acme])).await;
    let client = &world.client;
    for number in 0..40_u64 {
        let email = format!("x{number}@example.com");
        let somebody = Somebody::called(&email).verified(&email).claim("name", "X");
        let begun = sent(client, "acme").await;
        let path = format!("/auth/oauth/acme/callback?{}", acme.answer(&begun.url, &somebody));
        let request = client.with("cookie", &begun.cookie).request("GET", &path, b"");
        let mut stream = client.connect().await.unwrap();
        stream.write_all(&request).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_micros(number * 250)).await;
        drop(stream);
        let again = signed_in(client, &acme, "acme", &somebody).await.expect(200);
        assert_eq!(again.json()["user"]["email"], email);
        let me = client.signed_in(&again);
        let identities = me.get("/auth/identities").await.expect(200).json();
        assert_eq!(identities.as_array().map(Vec::len), Some(1));
    }
}
