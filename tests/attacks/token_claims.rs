//! A token that carries our signature and says something else than ours do: a claim is missing, null,
//! of another JSON type or there twice, or its time is not now. Libraries skip what they cannot read.
//!
//! Sources: RFC 7519 §4; RFC 8725 §3.7; CVE-2026-25537 (claims of a wrong type were not checked).

use std::time::Duration;

use fastauth::time::Timestamp;
use fastauth_tests::{BASE_URL, Minted, TestClock, World, claims};
use serde_json::{Value as Json, json};

use crate::forged_tokens::{opens, opens_nothing, world_and_token};

#[tokio::test(flavor = "multi_thread")]
async fn a_registered_claim_that_is_missing_null_or_of_another_type_is_refused() {
    let (world, token) = world_and_token().await;
    let minted = Minted::like(token);
    let text = [json!(7), json!(true), json!([]), json!({}), json!([BASE_URL])];
    let number = [json!("9999999999"), json!(true), json!([9_999_999_999_u64]), json!({})];
    for (claim, others) in [
        ("iss", text.as_slice()),
        ("sub", &text),
        ("sid", &text),
        ("jti", &text),
        ("type", &text),
        ("aud", &[json!(7), json!(true), json!({}), json!([7]), json!([BASE_URL, 7]), json!([])]),
        ("exp", &number),
        ("iat", &number),
        ("nbf", &number),
        ("scope", &text),
    ] {
        if claim != "scope" {
            opens_nothing(&world, &minted.clone().claim(claim, None).write()).await;
        }
        for other in others.iter().chain([&Json::Null]) {
            let token = minted.clone().claim(claim, Some(other.clone())).write();
            opens_nothing(&world, &token).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audience_may_be_one_of_several_and_must_be_ours_to_the_letter() {
    let (world, token) = world_and_token().await;
    let minted = Minted::like(token);
    let several = json!(["https://other.example", BASE_URL]);
    opens(&world, &minted.clone().claim("aud", Some(several)).write()).await;
    for claim in ["aud", "iss"] {
        for other in [
            "",
            "https://app.test/",
            "https://app.tes",
            "HTTPS://APP.TEST",
            "https://app.test:443",
            "https://app.test.evil.example",
            "https://app.test https://app.test",
            "http://app.test",
            "*",
        ] {
            opens_nothing(&world, &minted.clone().claim(claim, Some(json!(other))).write()).await;
        }
    }
    opens_nothing(&world, &minted.claim("aud", Some(json!(["https://other.example"]))).write())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_or_session_in_another_spelling_is_nobody() {
    let (world, token) = world_and_token().await;
    let minted = Minted::like(token);
    let said = claims(token);
    for claim in ["sub", "sid"] {
        let id = said[claim].as_str().unwrap();
        for other in [
            id.to_uppercase(),
            id.replace('-', ""),
            format!("{{{id}}}"),
            format!("urn:uuid:{id}"),
            format!(" {id}"),
            format!("{id}\n"),
            format!("{id}\0"),
            String::new(),
            "1".to_owned(),
            "' OR 1=1 --".to_owned(),
            "x".repeat(3_000),
        ] {
            opens_nothing(&world, &minted.clone().claim(claim, Some(json!(other))).write()).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_claim_of_another_type_is_refused() {
    let (world, token) = world_and_token().await;
    let minted = Minted::like(token);
    assert_eq!(claims(token)["name"], "Ada");
    for other in [None, Some(Json::Null), Some(json!(7)), Some(json!(["Ada"]))] {
        let token = minted.clone().claim("name", other).write();
        opens_nothing(&world, &token).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_stands_twice_is_refused_at_any_depth() {
    let (world, token) = world_and_token().await;
    let minted = Minted::like(token);
    let said = claims(token);
    for name in ["exp", "sub", "sid", "aud", "type", "name", "unknown"] {
        let value = said.get(name).cloned().unwrap_or(json!(1));
        let body = minted.claims.trim_end_matches('}');
        let twice =
            minted.clone().claims(format!("{body},\"{name}\":{value},\"{name}\":{value}}}"));
        opens_nothing(&world, &twice.write()).await;
        // The same name, spelled otherwise.
        let escaped: Vec<_> = name.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
        let escaped = escaped.concat();
        let twice =
            minted.clone().claims(format!("{body},\"{escaped}\":{value},\"{name}\":{value}}}"));
        opens_nothing(&world, &twice.write()).await;
    }
    let body = minted.claims.trim_end_matches('}');
    let deep = minted.clone().claims(format!("{body},\"a\":[{{\"b\":1,\"b\":2}}]}}"));
    opens_nothing(&world, &deep.write()).await;
    let head = minted.header.trim_end_matches('}');
    for more in ["\"alg\":\"HS256\"", "\"typ\":\"at+jwt\"", "\"x\":1,\"x\":1"] {
        opens_nothing(&world, &minted.clone().header(format!("{head},{more}}}")).write()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_that_is_not_one_object_of_text_is_refused() {
    let (world, token) = world_and_token().await;
    let minted = Minted::like(token);
    let claims = minted.claims.clone();
    let deep = |depth: usize| {
        let body = claims.trim_end_matches('}');
        format!("{body},\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth))
    };
    opens(&world, &minted.clone().claims(deep(20)).write()).await;
    for payload in [
        String::new(),
        "null".to_owned(),
        "7".to_owned(),
        "\"text\"".to_owned(),
        format!("[{claims}]"),
        format!("{claims}{claims}"),
        format!("{claims} x"),
        claims.trim_end_matches('}').to_owned(),
        format!("\u{feff}{claims}"),
        claims.replacen("Ada", "\\ud800", 1),
        deep(500),
        deep(2_500),
    ] {
        opens_nothing(&world, &minted.clone().claims(payload).write()).await;
    }
    for bytes in [b"\xff".as_slice(), b"\xc0\xaf", b"\xed\xa0\x80"] {
        let name = [b"Ad".as_slice(), bytes].concat();
        let payload: Vec<u8> = {
            let (before, after) = claims.split_once("Ada").unwrap();
            [before.as_bytes(), &name, after.as_bytes()].concat()
        };
        opens_nothing(&world, &minted.write_bytes(&payload)).await;
    }
    for header in ["", "null", "[]", "{", "{\"alg\":\"HS256\"}x"] {
        opens_nothing(&world, &minted.clone().header(header).write()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_to_the_second_and_begins_to_the_second() {
    let world = World::new().await;
    let (clock, start) = (&world.clock, TestClock::START.as_micros() / 1_000_000);
    let reply = world.client.register("ada@example.com").await;
    let token = reply.access();
    let said = claims(token);
    assert_eq!((&said["iat"], &said["nbf"]), (&json!(start), &json!(start)));
    assert_eq!(said["exp"], start + 15 * 60);
    assert_eq!(reply.json()["expires_in"], 15 * 60);

    // Five seconds for clocks that differ, and not one more.
    clock.advance(Duration::from_secs(15 * 60 + 5) - Duration::from_micros(1));
    opens(&world, token).await;
    clock.advance(Duration::from_micros(1));
    opens_nothing(&world, token).await;

    clock.set(Timestamp::from_secs(start - 5));
    opens(&world, token).await;
    clock.step_back(Duration::from_micros(1));
    opens_nothing(&world, token).await;

    // Each of the two alone, at the same limit.
    clock.set(TestClock::START);
    let minted = Minted::like(token);
    for claim in ["iat", "nbf"] {
        let at = |second: i64| minted.clone().claim(claim, Some(json!(second))).write();
        opens(&world, &at(start + 5)).await;
        opens_nothing(&world, &at(start + 6)).await;
    }
    let until = |second: i64| minted.clone().claim("exp", Some(json!(second))).write();
    opens(&world, &until(start - 4)).await;
    opens_nothing(&world, &until(start - 5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_no_clock_shows_is_refused_without_a_panic() {
    let (world, token) = world_and_token().await;
    let minted = Minted::like(token);
    for claim in ["exp", "iat", "nbf"] {
        for text in ["-1", "-9223372036854775808", "1e400", "-1e400", "18446744073709551616", "NaN"]
        {
            let said = minted.claims.clone();
            let body = said.trim_end_matches('}');
            let mut members: Json = serde_json::from_str(&format!("{body}}}")).unwrap();
            members.as_object_mut().unwrap().remove(claim);
            let members = members.to_string();
            let body = members.trim_end_matches('}');
            let odd = minted.clone().claims(format!("{body},\"{claim}\":{text}}}"));
            opens_nothing(&world, &odd.write()).await;
        }
    }
    // An end beyond all clocks saturates: it is merely far away, for a session that ends anyway.
    let far = minted.claim("exp", Some(json!(i64::MAX))).write();
    world.client.bearer(&far).get("/claims").await.expect(200);
}
