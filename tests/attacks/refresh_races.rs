//! A refresh token used twice: by two tabs at once, by a client whose reply was lost, and by the
//! thief who copied it. The first two go on, the third ends the session, and nobody else's.
//!
//! Sources: RFC 9700 §4.14; ASVS 10.4.5; GHSA-392p-2q2v-4372 (better-auth forked), supabase/auth
//! 6e313f81 (rolled the revocation back), supabase/auth-js#213 (strictness signs two tabs out).

use std::{sync::Arc, time::Duration};

use fastauth::{
    Secret,
    store::{SessionId, Sqlite},
    token::RefreshKeys,
};
use fastauth_tests::{
    Client, PASSWORD, Reply, SECRET, Scratch, User, World, claims, keep_log, logged,
};
use tokio::{sync::Barrier, task::JoinSet};

const AT_ONCE: usize = 64;

/// Two applications on one file, as two processes are.
async fn two(scratch: &Scratch) -> [World<User>; 2] {
    let file = scratch.file("app.db");
    let open = async || Sqlite::open(&file).await.unwrap();
    [World::on(open().await).await, World::on(open().await).await]
}

/// Uses a token many times at the same moment, half here and half there.
async fn all_at_once(worlds: &[World<User>; 2], token: &'static str) -> Vec<Reply> {
    let start = Arc::new(Barrier::new(AT_ONCE));
    let mut uses = JoinSet::new();
    for world in worlds.iter().cycle().take(AT_ONCE) {
        let (client, start) = (world.client.clone(), Arc::clone(&start));
        uses.spawn(async move {
            start.wait().await;
            client.refresh(token).await
        });
    }
    uses.join_all().await
}

async fn sessions(client: &Client, reply: &Reply) -> usize {
    let sessions = client.signed_in(reply).get("/auth/sessions").await.expect(200).json();
    sessions.as_array().unwrap().len()
}

/// How often the theft of this session's token was told.
fn alarms(of: &Reply) -> usize {
    let session = claims(of.access())["sid"].as_str().unwrap().to_owned();
    let is_alarm = |line: &&str| line.contains("\"refresh_reuse\"") && line.contains(&session);
    logged().lines().filter(is_alarm).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_uses_at_once_give_one_child() {
    keep_log();
    let scratch = Scratch::new();
    let worlds = two(&scratch).await;
    let first = worlds[0].client.register("ada@example.com").await;
    let mut parent = first.refresh();
    for round in 0..3 {
        let replies = all_at_once(&worlds, parent).await;
        let mut children: Vec<_> =
            replies.into_iter().map(|reply| reply.expect(200).refresh()).collect();
        children.sort_unstable();
        children.dedup();
        assert_eq!(children.len(), 1, "round {round}: the session forked");
        assert_ne!(children[0], parent);
        parent = children[0];
    }
    // The child works in both, and it is one session still.
    let last = worlds[1].client.refresh(parent).await.expect(200);
    worlds[0].client.refresh(last.refresh()).await.expect(200);
    assert_eq!(sessions(&worlds[0].client, &last).await, 1);
    assert_eq!(alarms(&first), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thief_and_many_tabs_at_once_end_the_session_once_and_for_all() {
    keep_log();
    let scratch = Scratch::new();
    let worlds = two(&scratch).await;
    let first = worlds[0].client.register("ada@example.com").await;
    let spared = worlds[1].client.login("ada@example.com", PASSWORD).await.expect(200);
    let stranger = worlds[1].client.register("eve@example.com").await;
    let second = worlds[0].client.refresh(first.refresh()).await.expect(200);
    let third = worlds[0].client.refresh(second.refresh()).await.expect(200);
    // Two generations old, and not a second has gone by.
    for reply in all_at_once(&worlds, first.refresh()).await {
        reply.problem(401, "invalid_refresh_token");
    }
    assert_eq!(alarms(&first), 1, "the alarm must sound once");
    for world in &worlds {
        for dead in [&first, &second, &third] {
            world.client.refresh(dead.refresh()).await.problem(401, "invalid_refresh_token");
            world.client.signed_in(dead).me().await.invalid_token();
        }
    }
    assert_eq!(alarms(&first), 1, "a dead session cannot be stolen again");
    assert_eq!(sessions(&worlds[0].client, &spared).await, 1);
    worlds[0].client.refresh(spared.refresh()).await.expect(200);
    worlds[0].client.refresh(stranger.refresh()).await.expect(200);
}

#[tokio::test]
async fn a_lost_reply_is_repeated_to_the_last_moment_of_ten_seconds() {
    keep_log();
    let scratch = Scratch::new();
    let file = World::on(Sqlite::open(scratch.new_file()).await.unwrap()).await;
    for world in [World::new().await, file] {
        let first = world.client.register("ada@example.com").await;
        let child = world.client.refresh(first.refresh()).await.expect(200);
        // Repeating does not make the window longer.
        for _ in 0..2 {
            world.wait(5);
            let again = world.client.refresh(first.refresh()).await.expect(200);
            assert_eq!(again.refresh(), child.refresh());
        }
        world.clock.advance(Duration::from_micros(1));
        world.client.refresh(first.refresh()).await.problem(401, "invalid_refresh_token");
        world.client.refresh(child.refresh()).await.problem(401, "invalid_refresh_token");
        assert_eq!(alarms(&first), 1);
    }
}

#[tokio::test]
async fn a_clock_that_steps_back_revives_nothing() {
    let world = World::new().await;
    let first = world.client.register("ada@example.com").await;
    let second = world.client.refresh(first.refresh()).await.expect(200);
    world.wait(11);
    let third = world.client.refresh(second.refresh()).await.expect(200);
    world.clock.step_back(Duration::from_hours(1));
    // The grandparent is a grandparent at any hour.
    world.client.refresh(first.refresh()).await.problem(401, "invalid_refresh_token");
    world.client.refresh(third.refresh()).await.problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn a_token_that_is_none_of_ours_ends_nothing() {
    keep_log();
    let world = World::new().await;
    let reply = world.client.register("ada@example.com").await;
    let session: SessionId = claims(reply.access())["sid"].as_str().unwrap().parse().unwrap();
    let of = |secret: &str, realm| RefreshKeys::new(&Secret::parse(secret).unwrap(), realm);
    let other = "hex:8f1d3c5b7a9e0f2d4c6b8a1e3f5d7c9b0a2e4f6d8c1b3a5e7f9d0c2b4a6e8f1d";
    let genuine = reply.refresh();
    let token =
        |keys: RefreshKeys, session| keys.first(session).unwrap().token().expose().to_owned();
    let mut strangers = vec![
        // Of the right session, under another secret and of another user type.
        token(of(other, "users"), session),
        token(of(SECRET, "admins"), session),
        // Signed by us, of a session that never was.
        token(of(SECRET, "users"), SessionId::from_bytes([7; 16])),
        // Of another length, alphabet and spelling.
        String::new(),
        "fa_rt_".to_owned(),
        genuine.to_ascii_uppercase(),
        genuine.replacen("fa_rt_", "", 1),
        genuine.replacen("fa_rt_", "FA_RT_", 1),
        format!("{genuine}="),
        format!("{genuine}\n"),
        format!(" {genuine}"),
        format!("{genuine}{genuine}"),
        "x".repeat(60_000),
        "\u{1f9c0}".repeat(27),
        reply.access().to_owned(),
    ];
    for place in 6..genuine.len() {
        let mut bytes = genuine.as_bytes().to_vec();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        strangers.push(String::from_utf8(bytes).unwrap());
    }
    for stranger in strangers {
        world.client.refresh(&stranger).await.problem(401, "invalid_refresh_token");
    }
    assert_eq!(alarms(&reply), 0);
    world.client.signed_in(&reply).me().await.expect(200);
    world.client.refresh(genuine).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_an_ended_session_is_refused_and_no_theft() {
    keep_log();
    let scratch = Scratch::new();
    let worlds = two(&scratch).await;
    let client = &worlds[0].client;
    let kept = client.register("ada@example.com").await;
    let first = client.login("ada@example.com", PASSWORD).await.expect(200);
    let second = client.refresh(first.refresh()).await.expect(200);
    client.signed_in(&second).send("POST", "/auth/logout", b"").await.expect(204);
    for token in [first.refresh(), second.refresh()] {
        for world in &worlds {
            world.client.refresh(token).await.problem(401, "invalid_refresh_token");
        }
    }
    // A sign-out in the middle of a race wins, whoever came first.
    let third = client.login("ada@example.com", PASSWORD).await.expect(200);
    let out = client.signed_in(&third);
    let (replies, out) =
        tokio::join!(all_at_once(&worlds, third.refresh()), out.send("POST", "/auth/logout", b""));
    out.expect(204);
    for reply in replies {
        if reply.status == 200 {
            worlds[1].client.signed_in(&reply).me().await.invalid_token();
            worlds[1].client.refresh(reply.refresh()).await.problem(401, "invalid_refresh_token");
        } else {
            reply.problem(401, "invalid_refresh_token");
        }
    }
    assert_eq!((alarms(&first), alarms(&third)), (0, 0));
    assert_eq!(sessions(client, &kept).await, 1);
}
