use serde_json::json;

use super::*;

const NOW: i64 = 1_800_000_000;

fn good() -> Json {
    json!({
        "iss": "https://id.example", "sub": "248289761001", "aud": "client", "nonce": "n-0S6_WzA2Mj",
        "iat": NOW, "exp": NOW + 300,
    })
}

fn judged(claims: &Json, algorithm: Algorithm, access_token: &str) -> Result<String, Unbelieved> {
    let expected = Expected {
        issuer: "https://id.example",
        client_id: "client",
        nonce: "n-0S6_WzA2Mj",
        access_token: &Token::new(access_token),
        now: Timestamp::from_secs(NOW),
    };
    expected.subject(claims.as_object().unwrap(), algorithm)
}

fn judge(claims: &Json) -> Result<String, Unbelieved> {
    judged(claims, Algorithm::RS256, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y")
}

/// What becomes of the good claims with another one.
fn with(name: &str, value: Json) -> Result<String, Unbelieved> {
    let mut claims = good();
    claims[name] = value;
    judge(&claims)
}

#[test]
fn a_good_one_names_somebody() {
    assert_eq!(judge(&good()).as_deref(), Ok("248289761001"));
}

#[test]
fn a_claim_must_be_there_and_of_its_type() {
    for name in ["iss", "sub", "aud", "nonce", "iat", "exp"] {
        let mut claims = good();
        claims.as_object_mut().unwrap().remove(name);
        assert_eq!(judge(&claims), Err(Unbelieved::Claim(name)), "{name}");
        for value in [json!(null), json!(true), json!({}), json!([["client"]]), json!([5])] {
            assert_eq!(with(name, value), Err(Unbelieved::Claim(name)), "{name}");
        }
    }
    for name in ["iat", "exp", "nbf"] {
        for value in [json!(NOW.to_string()), json!(-1), json!(""), json!(-1.5)] {
            assert_eq!(with(name, value), Err(Unbelieved::Claim(name)), "{name}");
        }
    }
}

#[test]
fn the_issuer_is_the_one_to_the_letter() {
    for other in
        ["https://id.example/", "https://ID.example", "http://id.example", "", "id.example"]
    {
        assert_eq!(with("iss", json!(other)), Err(Unbelieved::Issuer), "{other}");
    }
    assert_eq!(with("iss", json!(["https://id.example"])), Err(Unbelieved::Claim("iss")));
}

#[test]
fn it_is_for_this_application_and_was_given_to_it() {
    for other in
        [json!("other"), json!("Client"), json!("client "), json!(""), json!([]), json!(["other"])]
    {
        assert_eq!(with("aud", other.clone()), Err(Unbelieved::Audience), "{other}");
    }
    assert!(with("aud", json!(["client"])).is_ok());
    // With several it says to whom it was given.
    assert_eq!(with("aud", json!(["client", "other"])), Err(Unbelieved::Party));
    assert_eq!(with("aud", json!(["client", "client"])), Err(Unbelieved::Party));
    for (party, expected) in [
        (json!("client"), Ok(())),
        (json!("other"), Err(Unbelieved::Party)),
        (json!(null), Err(Unbelieved::Party)),
        (json!(["client"]), Err(Unbelieved::Party)),
    ] {
        for audience in [json!("client"), json!(["client"]), json!(["other", "client"])] {
            let mut claims = good();
            (claims["aud"], claims["azp"]) = (audience, party.clone());
            assert_eq!(judge(&claims).map(drop), expected, "{claims}");
        }
    }
}

#[test]
fn its_time_is_now_give_or_take_a_minute() {
    for (name, last_good, first_bad, expected) in [
        ("exp", NOW - 59, NOW - 60, Unbelieved::Expired),
        ("iat", NOW + 60, NOW + 61, Unbelieved::NotYet),
        ("nbf", NOW + 60, NOW + 61, Unbelieved::NotYet),
        ("iat", NOW - 660, NOW - 661, Unbelieved::Old),
        ("iat", 0, 0, Unbelieved::Old),
    ] {
        assert!(last_good == 0 || with(name, json!(last_good)).is_ok(), "{name} {last_good}");
        assert_eq!(with(name, json!(first_bad)), Err(expected), "{name} {first_bad}");
    }
    assert!(with("exp", json!(1_800_000_300.5)).is_ok());
    assert!(with("exp", json!(u64::MAX)).is_ok() && with("exp", json!(1e300)).is_ok());
    assert_eq!(with("iat", json!(1e300)), Err(Unbelieved::NotYet));
}

#[test]
fn it_answers_this_request() {
    for other in ["", "n-0S6_WzA2M", "n-0S6_WzA2Mj ", "N-0S6_WzA2Mj", "another"] {
        assert_eq!(with("nonce", json!(other)), Err(Unbelieved::Nonce), "{other}");
    }
}

#[test]
fn the_digest_of_the_access_token_is_that_of_its_algorithm() {
    // OpenID Connect Core, appendix A.3.
    assert!(with("at_hash", json!("77QmUPtjPfzWtF2AnpK9RQ")).is_ok());
    for bad in [json!("77QmUPtjPfzWtF2AnpK9RA"), json!(""), json!("77QmUPtjPfzWtF2AnpK9RQ==")] {
        assert_eq!(with("at_hash", bad), Err(Unbelieved::AccessToken));
    }
    assert_eq!(with("at_hash", json!(null)), Err(Unbelieved::Claim("at_hash")));
    // The left halves of the digests of `abc` (FIPS 180-4).
    for (algorithm, hash) in [
        (Algorithm::ES256, "ungWv48Bz-pBQUDeXa4iIw"),
        (Algorithm::PS384, "ywB1P0WjXou1oD1pmsZQBycsMqsO3tFj"),
        (Algorithm::RS512, "3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05o"),
        (Algorithm::EdDSA, "3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05o"),
    ] {
        let mut claims = good();
        claims["at_hash"] = hash.into();
        assert!(judged(&claims, algorithm, "abc").is_ok(), "{algorithm}");
        let other = if algorithm.hash_bytes() == 32 { Algorithm::ES384 } else { Algorithm::RS256 };
        assert_eq!(judged(&claims, other, "abc"), Err(Unbelieved::AccessToken), "{algorithm}");
    }
}

#[test]
fn a_name_has_1_to_255_letters_of_ascii() {
    assert!(with("sub", json!("x".repeat(255))).is_ok());
    for bad in [json!(""), json!("x".repeat(256)), json!("ä")] {
        assert_eq!(with("sub", bad), Err(Unbelieved::Subject));
    }
    assert_eq!(with("sub", json!(248_289_761_001_u64)), Err(Unbelieved::Claim("sub")));
}
