//! Two addresses that look alike, one address in two spellings, and text that is more than one: to get
//! a second account for a taken address, somebody else's account, or mail sent to a stranger.
//!
//! Sources: CVE-2019-19844 (letters merged by case), GHSA-xv97-c62v-4587 (two addresses in one),
//! RUSTSEC-2024-0421 (punycode of nothing); ASVS 1.3.11; sreekarnv/fastauth made duplicates.

use std::sync::Arc;

use fastauth::store::Sqlite;
use fastauth_tests::{PASSWORD, Scratch, World, signup};
use serde_json::json;
use tokio::{sync::Barrier, task::JoinSet};

#[tokio::test(flavor = "multi_thread")]
async fn many_registrations_of_one_address_at_once_make_one_account() {
    let scratch = Scratch::new();
    let file = scratch.file("app.db");
    let open = async || World::on(Sqlite::open(&file).await.unwrap()).await;
    let worlds = [open().await, open().await];
    let spellings =
        ["ada@b\u{fc}cher.example", "ADA@xn--bcher-kva.example", " Ada@BU\u{308}CHER.example "];
    let start = Arc::new(Barrier::new(30));
    let mut registrations = JoinSet::new();
    for number in 0..30 {
        let (client, start) = (worlds[number % 2].client.clone(), Arc::clone(&start));
        let body = signup(spellings[number % 3]);
        registrations.spawn(async move {
            start.wait().await;
            client.post("/auth/register", body).await
        });
    }
    let (mut made, mut ids) = (0, Vec::new());
    for reply in registrations.join_all().await {
        if reply.status == 201 {
            made += 1;
            assert_eq!(reply.json()["user"]["email"], "ada@xn--bcher-kva.example");
            ids.push(reply.json()["user"]["id"].clone());
        } else {
            reply.problem(409, "email_taken");
        }
    }
    assert_eq!(made, 1);
    // Whoever types it, in whatever spelling, is the one there is.
    for (number, spelling) in spellings.iter().enumerate() {
        let reply = worlds[number % 2].client.login(spelling, PASSWORD).await.expect(200);
        assert_eq!(reply.json()["user"]["id"], ids[0]);
    }
}

#[tokio::test]
async fn addresses_that_only_look_alike_are_different_people() {
    let world = World::new().await;
    world.client.register("sam.ask@example.com").await;
    for other in [
        "\u{455}am.ask@example.com",
        "samask@example.com",
        "sam.ask+x@example.com",
        "sam.ask@example.co",
        "sam.ask@mail.example.com",
        "sam.ask@ex\u{e1}mple.com",
        "\u{131}@example.com",
        "i@example.com",
    ] {
        world.client.login(other, PASSWORD).await.problem(401, "invalid_credentials");
        world.client.register(other).await;
    }
    // Letters that change into others by case or by compatibility are nobody's.
    for other in
        ["\u{17f}am.ask@example.com", "sam.as\u{212a}@example.com", "\u{ff53}am.ask@example.com"]
    {
        world.client.login(other, PASSWORD).await.problem(401, "invalid_credentials");
        let reply = world.client.post("/auth/register", signup(other)).await;
        assert_eq!(reply.problem(422, "validation_failed").errors(), ["/email invalid_email"]);
    }
}

#[tokio::test]
async fn what_is_not_one_address_is_none() {
    let world = World::new().await;
    let long = |local: usize, label: usize| {
        format!("{}@{}.example.com", "a".repeat(local), vec!["b".repeat(label); 3].join("."))
    };
    for bad in [
        "",
        " ",
        "@",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "ada@@example.com",
        "ada@example..com",
        "ada@.example.com",
        "ada@example.com@evil.example",
        "ada@example.com,eve@example.com",
        "ada@example.com;eve@example.com",
        "ada@example.com eve@example.com",
        "Ada <ada@example.com>",
        "<ada@example.com>",
        "\"ada\"@example.com",
        "\"a@b\"@example.com",
        "ada@[127.0.0.1]",
        "ada@127.0.0.1",
        "ada(comment)@example.com",
        ".ada@example.com",
        "ada.@example.com",
        "a..da@example.com",
        "ada@example.com\r\nBcc: eve@example.com",
        "ada@example.com%0d%0a",
        "ada\t@example.com",
        "ad\u{200b}a@example.com",
        "ad\u{202e}a@example.com",
        "ad\u{ad}a@example.com",
        "ada@exam\u{ad}ple.com",
        "ada\u{ff20}example.com",
        "ada@ex ample.com",
        "ada@example.com/x",
        "ada@example.com?x=1",
        "ada@xn--a.com",
        "ada@-a.com",
        "ada@a-.com",
        "ada@a_b.com",
        "ada@xn--.example",
    ] {
        let reply = world.client.post("/auth/register", signup(bad)).await;
        assert_eq!(
            reply.problem(422, "validation_failed").errors(),
            ["/email invalid_email"],
            "{bad:?}"
        );
        world.client.login(bad, PASSWORD).await.problem(401, "invalid_credentials");
    }
    // Both sides of the limits: 64 before the sign, 63 in a label, 254 in all.
    let whole = |length: usize| long(length - "@.example.com".len() - 3 * 60 - 2, 60);
    assert_eq!(whole(254).len(), 254);
    for (email, status) in [
        (long(64, 50), 201),
        (long(65, 50), 422),
        (long(10, 63), 201),
        (long(10, 64), 422),
        (whole(254), 201),
        (whole(255), 422),
    ] {
        world.client.post("/auth/register", signup(&email)).await.expect(status);
    }
    let long = signup(&format!("{}@example.com", "a".repeat(60_000)));
    world.client.post("/auth/register", long).await.problem(422, "validation_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_is_one_persons_and_nobodys_address() {
    let world = World::new().await;
    let ada = world.client.register("ada@example.com").await;
    let eve = world.client.register("eve@example.com").await;
    let choose = async |reply: &fastauth_tests::Reply, name: &str| {
        let me = world.client.signed_in(reply);
        me.json("PATCH", "/auth/me", json!({ "username": name })).await
    };
    for address in ["ada@example.com", "a@b", "@", "@ada", "ada@"] {
        let reply = choose(&eve, address).await.problem(422, "validation_failed");
        assert_eq!(reply.errors(), ["/username invalid_username"], "{address}");
    }
    let (one, other) = tokio::join!(choose(&ada, "Countess"), choose(&eve, "COUNTESS"));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    // A name asks for the one who has it, never for the address of somebody else.
    let login = json!({ "username": "ada@example.com", "password": PASSWORD });
    world.client.post("/auth/login", login).await.problem(401, "invalid_credentials");
    let login = json!({ "email": "countess", "password": PASSWORD });
    world.client.post("/auth/login", login).await.problem(401, "invalid_credentials");
}
