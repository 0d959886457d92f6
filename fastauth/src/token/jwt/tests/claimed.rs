//! The claims that a key's owner could get wrong, or that a token of another kind would say.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{forge::header, *};

fn claimed(name: &str, value: Json) -> Result<(), InvalidToken> {
    read(&token(header(), with(claims(), name, value))).map(drop)
}

#[test]
fn no_claim_may_be_missing() {
    for name in ["iss", "aud", "exp", "iat", "nbf", "type"] {
        let refusal = refused(&token(header(), without(claims(), name)));
        assert_eq!(refusal, InvalidToken::Claim(name));
    }
}

#[test]
fn a_claim_of_another_type_is_refused_and_not_skipped() {
    let odd =
        [json!(null), json!(true), json!(5), json!(1.5), json!({}), json!([5]), json!([null])];
    for name in ["iss", "aud", "type"] {
        for value in &odd {
            assert_eq!(
                claimed(name, value.clone()),
                Err(InvalidToken::Claim(name)),
                "{name} {value}"
            );
        }
    }
    let odd = [
        json!(null),
        json!(false),
        json!(""),
        json!("1800000000"),
        json!([1_800_000_000]),
        json!({}),
        json!(1_800_000_000.0),
        json!(1_800_000_000.5),
        json!(1.8e9),
        json!(-1),
        json!(i64::MIN),
        json!(-0.0),
        json!(u64::MAX),
        json!(9_223_372_036_854_775_808_u64),
        json!(1e300),
    ];
    for name in ["exp", "iat", "nbf"] {
        for value in &odd {
            assert_eq!(
                claimed(name, value.clone()),
                Err(InvalidToken::Claim(name)),
                "{name} {value}"
            );
        }
    }
}

#[test]
fn the_issuer_is_one_text_compared_to_the_letter() {
    assert_eq!(claimed("iss", json!([ISSUER])), Err(InvalidToken::Claim("iss")));
    for other in ["", "https://id.example/", "https://ID.example", "http://id.example", AUDIENCE] {
        assert_eq!(claimed("iss", other.into()), Err(InvalidToken::Issuer), "{other}");
    }
}

#[test]
fn the_audience_is_among_those_named() {
    for good in
        [json!(AUDIENCE), json!([AUDIENCE]), json!(["other", AUDIENCE]), json!([AUDIENCE, ISSUER])]
    {
        assert_eq!(claimed("aud", good.clone()), Ok(()), "{good}");
    }
    for other in
        [json!(""), json!("https://app.example/"), json!([]), json!([ISSUER]), json!(["", "x"])]
    {
        assert_eq!(claimed("aud", other.clone()), Err(InvalidToken::Audience), "{other}");
    }
    for odd in
        [json!([AUDIENCE, 5]), json!([AUDIENCE, null]), json!([[AUDIENCE]]), json!({ AUDIENCE: 1 })]
    {
        assert_eq!(claimed("aud", odd.clone()), Err(InvalidToken::Claim("aud")), "{odd}");
    }
}

#[test]
fn another_kind_of_token_never_passes() {
    for kind in ["", "Access", "refresh", "id", "verify", "reset", "access "] {
        assert_eq!(claimed("type", kind.into()), Err(InvalidToken::Kind), "{kind}");
    }
}

#[test]
fn a_token_ends_to_the_second() {
    let token = token(header(), claims());
    let exp = Timestamp::from_secs(1_800_000_900);
    let microsecond = Duration::from_micros(1);
    assert!(read_at(&token, exp + Duration::from_secs(4)).is_ok());
    assert!(read_at(&token, exp + Duration::from_secs(5) - microsecond).is_ok());
    let over = Err(InvalidToken::Expired);
    assert_eq!(read_at(&token, exp + Duration::from_secs(5)), over);
    assert_eq!(read_at(&token, exp + Duration::from_secs(6)), over);
    assert_eq!(read_at(&token, Timestamp::from_micros(i64::MAX)), over);
    let strict = TokenChecks::new(ISSUER, AUDIENCE).leeway(Duration::ZERO);
    assert!(read_by(&token, &strict, exp - microsecond).is_ok());
    assert_eq!(read_by(&token, &strict, exp), over);
}

#[test]
fn a_token_begins_to_the_second() {
    let begin = Timestamp::from_secs(1_800_000_100);
    for name in ["nbf", "iat"] {
        let token = token(header(), with(claims(), name, begin.as_secs().into()));
        assert!(read_at(&token, begin - Duration::from_secs(5)).is_ok());
        let early = Err(InvalidToken::NotYet);
        let just_before = begin - Duration::from_secs(5) - Duration::from_micros(1);
        assert_eq!(read_at(&token, just_before), early);
        assert_eq!(read_at(&token, begin - Duration::from_secs(6)), early);
        assert_eq!(read_at(&token, Timestamp::from_micros(i64::MIN)), early);
    }
}

/// Signing out reads a token whose time is over, and nothing else that is refused.
#[test]
fn a_late_token_is_ours_and_for_us() {
    let late = |name: &str, value: Json| {
        let token = token(header(), with(claims(), name, value));
        let long_after = Timestamp::from_secs(4_000_000_000);
        late_by(&token, &TokenChecks::new(ISSUER, AUDIENCE), long_after).map(drop)
    };
    assert_eq!(late("exp", 0.into()), Ok(()));
    assert_eq!(late("iss", "https://other.test".into()), Err(InvalidToken::Issuer));
    assert_eq!(late("aud", "https://other.test".into()), Err(InvalidToken::Audience));
    assert_eq!(late("type", "refresh".into()), Err(InvalidToken::Kind));
    assert_eq!(late("nbf", 5_000_000_000_i64.into()), Err(InvalidToken::NotYet));
    let forged = format!("{}x", token(header(), claims()));
    let checks = TokenChecks::new(ISSUER, AUDIENCE);
    assert!(late_by(&forged, &checks, NOW).is_err());
}

#[test]
fn far_times_neither_wrap_nor_panic() {
    assert_eq!(claimed("exp", i64::MAX.into()), Ok(()));
    assert_eq!(claimed("exp", 0.into()), Err(InvalidToken::Expired));
    for name in ["nbf", "iat"] {
        assert_eq!(claimed(name, i64::MAX.into()), Err(InvalidToken::NotYet));
        assert_eq!(claimed(name, 0.into()), Ok(()));
    }
    let endless = TokenChecks::new(ISSUER, AUDIENCE).leeway(Duration::MAX);
    assert!(read_by(&token(header(), claims()), &endless, NOW).is_ok());
}

#[test]
fn a_payload_is_one_utf_8_object() {
    for payload in ["", "null", "[]", "5", "{}{}", "\u{feff}{}"] {
        assert!(read(&token(header(), payload)).is_err(), "{payload}");
    }
    assert!(read(&token(header(), format!("{}x", claims()))).is_err());
    let broken = message(&header().to_string(), b"{\"a\":\"\xff\"}");
    assert_eq!(refused(&signed(&KEY, &broken)), InvalidToken::Shape);
    let nested = |depth: usize| {
        format!(r#""x":{}{}"#, r#"{"y":"#.repeat(depth), "1".to_owned() + &"}".repeat(depth))
    };
    assert!(read(&token(header(), appended(&claims(), &nested(100)))).is_ok());
    assert!(read(&token(header(), appended(&claims(), &nested(200)))).is_err());
}
