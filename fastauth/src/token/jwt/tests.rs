use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value as Json, json};

use super::{OURS, read as read_payload, write as write_token};
use crate::{
    time::Timestamp,
    token::{
        InvalidToken, KeyRing, SigningKey, TokenChecks, TokenKind, UnwritableToken,
        forge::{
            self, AUDIENCE, ISSUER, KEY, NOW, appended, claims, header, message, signed, token,
            with, without,
        },
        raw::LONGEST,
    },
};

mod forged;
mod known;
mod rfc;
mod traps;

fn ring() -> KeyRing {
    forge::ring(&KEY)
}

fn kid_of(secret: &[u8]) -> String {
    forge::ring(secret).verifying()[0].kid().to_owned()
}

fn written(
    claims: &Map<String, Json>,
    headers: &Map<String, Json>,
) -> Result<String, UnwritableToken> {
    let ring = ring();
    let key = ring.signing().expect("it signs");
    let token = write_token(key, TokenKind::ACCESS, claims, headers)?;
    let length = super::length(key.verifying(), TokenKind::ACCESS, claims, headers)?;
    assert_eq!(token.expose().len(), length);
    Ok(token.expose().to_owned())
}

type Read = Result<Map<String, Json>, InvalidToken>;

fn read_by(token: &str, checks: &TokenChecks, now: Timestamp) -> Read {
    checks.check(TokenKind::ACCESS, &read_payload(&ring(), TokenKind::ACCESS, token)?, now)
}

fn late_by(token: &str, checks: &TokenChecks, now: Timestamp) -> Read {
    checks.check_late(TokenKind::ACCESS, &read_payload(&ring(), TokenKind::ACCESS, token)?, now)
}

fn read_at(token: &str, now: Timestamp) -> Read {
    read_by(token, &TokenChecks::new(ISSUER, AUDIENCE), now)
}

fn read(token: &str) -> Read {
    read_at(token, NOW)
}

fn refused(token: &str) -> InvalidToken {
    read(token).expect_err(token)
}

#[test]
fn a_token_of_ours_is_read() {
    assert_eq!(read(&token(header(), claims())).map(Json::Object), Ok(claims()));
    let ours = written(claims().as_object().unwrap(), &Map::new()).unwrap();
    assert_eq!(read(&ours).map(Json::Object), Ok(claims()));
}

#[test]
fn a_token_is_three_parts_of_base64url_without_padding() {
    let good = token(header(), claims());
    let [head, body, mac] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    for bad in [
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        format!("{head}.{body}"),
        format!("{head}.{body}."),
        format!(".{body}.{mac}"),
        format!("{head}..{mac}"),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}.{mac}"),
        format!("{head}.{body}.{body}.{body}.{mac}"),
        format!("{head}={body}={mac}"),
        format!("{head}.{body}.{mac}="),
        format!("{head}=.{body}.{mac}"),
        format!("{head}.{body}==.{mac}"),
        format!(" {good}"),
        format!("{good} "),
        format!("{good}\n"),
        format!("{head}.\n{body}.{mac}"),
        format!("{head}.{body}.{mac}\0"),
        format!("{head}.{body}.+/{}", &mac[2..]),
        format!("{head}.{body}.\u{e9}{mac}"),
        format!("Bearer {good}"),
        format!("\"{good}\""),
        json!({ "payload": body, "protected": head, "signature": mac }).to_string(),
    ] {
        assert!(read(&bad).is_err(), "{bad}");
    }
    // In the other alphabet, signed as it stands.
    let odd = message(&appended(&header(), r#""x":"~~~???>>>""#), claims().to_string().as_bytes());
    assert!(odd.contains(['-', '_']) && read(&signed(&KEY, &odd)).is_ok(), "{odd}");
    assert_eq!(
        refused(&signed(&KEY, &odd.replace('-', "+").replace('_', "/"))),
        InvalidToken::Shape
    );
}

#[test]
fn bits_that_no_byte_needs_must_be_zero() {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let next = |part: &str| {
        let last = alphabet.iter().position(|c| *c == *part.as_bytes().last().unwrap()).unwrap();
        format!("{}{}", &part[..part.len() - 1], char::from(alphabet[last + 1]))
    };
    let spaced = |object: Json, rest: usize| {
        let mut text = object.to_string();
        while text.len() % 3 != rest {
            text.push(' ');
        }
        text
    };
    let good = token(spaced(header(), 1), spaced(claims(), 2));
    let [head, body, mac] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    assert!(read(&good).is_ok());
    // The MAC is right for each of the first two: only the decoder can refuse them.
    assert!(read(&signed(&KEY, &format!("{}.{body}", next(head)))).is_err());
    assert!(read(&signed(&KEY, &format!("{head}.{}", next(body)))).is_err());
    assert!(read(&format!("{head}.{body}.{}", next(mac))).is_err());
}

#[test]
fn a_token_has_at_most_8_kib() {
    let padded = |length: usize| {
        let with =
            |letters: usize| token(header(), with(claims(), "x", "y".repeat(letters).into()));
        let around = (length - with(0).len()) * 3 / 4;
        (around - 4..around + 4).map(with).find(|token| token.len() == length)
    };
    assert!(read(&padded(LONGEST).unwrap()).is_ok());
    let long = (1..4).find_map(|more| padded(LONGEST + more)).unwrap();
    assert_eq!(refused(&long), InvalidToken::Shape);
}

#[test]
fn nothing_longer_is_written() {
    let claims = |letters: usize| Map::from_iter([("x".to_owned(), "y".repeat(letters).into())]);
    let all: Vec<_> =
        (5_990..6_050).map(|letters| written(&claims(letters), &Map::new())).collect();
    let lengths = |it: &Result<String, UnwritableToken>| match it {
        Ok(token) => token.len(),
        Err(UnwritableToken::Long(length)) => *length,
        Err(other) => panic!("{other}"),
    };
    assert!(all.iter().all(|it| it.is_ok() == (lengths(it) <= LONGEST)));
    assert!(all.first().unwrap().is_ok() && all.last().unwrap().is_err());
}

#[test]
fn extensions_we_do_not_understand_are_refused() {
    for extension in ["crit", "b64", "cty", "enc", "zip"] {
        for value in
            [json!(["b64"]), json!([]), json!(null), json!(true), json!("JWT"), json!("DEF")]
        {
            let token = token(with(header(), extension, value), claims());
            assert_eq!(refused(&token), InvalidToken::Header, "{extension}");
        }
    }
}

#[test]
fn a_key_in_the_header_is_never_used() {
    let theirs = b"a key that an attacker has chosen";
    let jwk = json!({ "kty": "oct", "k": URL_SAFE_NO_PAD.encode(theirs), "alg": "HS256" });
    for (name, value) in [
        ("jwk", jwk.clone()),
        ("jwk", json!({ "kty": "oct", "k": "" })),
        ("jku", json!("http://127.0.0.1:1/keys.json")),
        ("x5u", json!("http://127.0.0.1:1/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
        ("x5t#S256", json!("AAAA")),
    ] {
        let header = with(header(), name, value).to_string();
        let message = message(&header, claims().to_string().as_bytes());
        for key in [theirs.as_slice(), b"", b"\0"] {
            assert_eq!(refused(&signed(key, &message)), InvalidToken::Signature, "{name}");
        }
    }
}

#[test]
fn members_that_stand_twice_are_refused() {
    for member in [r#""alg":"HS256""#, r#""typ":"at+jwt""#, r#""alg":"none""#, r#""x":1,"x":1"#] {
        let token = token(appended(&header(), member), claims());
        assert_eq!(refused(&token), InvalidToken::Header, "{member}");
    }
    for member in [
        r#""sub":"eve""#,
        r#""exp":9999999999"#,
        r#""name":"Eve""#,
        r#""nam\u0065":"Eve""#,
        r#""x":{"y":1,"y":2}"#,
        r#""x":[[{"y":1,"y":1}]]"#,
    ] {
        let token = token(header(), appended(&claims(), member));
        assert_eq!(refused(&token), InvalidToken::Shape, "{member}");
    }
}

#[test]
fn a_header_is_one_object() {
    for header in [
        "",
        "null",
        "[]",
        "\"HS256\"",
        "HS256",
        r#"{"alg":"HS256","typ":"at+jwt"}{}"#,
        r#"{"alg":"HS256","typ":"at+jwt"}x"#,
        "\u{feff}{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
        r#"{"alg":"HS256","typ":"at+jwt""#,
    ] {
        assert!(read(&token(header, claims())).is_err(), "{header}");
    }
    let deep = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&token(appended(&header(), &format!(r#""x":{}"#, deep(100))), claims())).is_ok());
    assert!(read(&token(appended(&header(), &format!(r#""x":{}"#, deep(200))), claims())).is_err());
}

#[test]
fn the_algorithm_is_the_one_of_the_key_to_the_letter() {
    for alg in [
        json!("none"),
        json!("None"),
        json!("NONE"),
        json!("nOnE"),
        json!(""),
        json!("hs256"),
        json!("HS256 "),
        json!("HS384"),
        json!("HS512"),
        json!("RS256"),
        json!("ES256"),
        json!("EdDSA"),
        json!("PS256"),
        json!("dir"),
        json!("A256GCM"),
    ] {
        let message =
            message(&with(header(), "alg", alg).to_string(), claims().to_string().as_bytes());
        assert_eq!(refused(&signed(&KEY, &message)), InvalidToken::Algorithm, "{message}");
        assert_eq!(refused(&format!("{message}.")), InvalidToken::Shape);
        assert_eq!(refused(&format!("{message}.AAAA")), InvalidToken::Algorithm);
    }
    for alg in [json!(null), json!(256), json!(["HS256"]), json!({ "HS256": 1 })] {
        assert_eq!(refused(&token(with(header(), "alg", alg), claims())), InvalidToken::Header);
    }
    assert_eq!(refused(&token(without(header(), "alg"), claims())), InvalidToken::Algorithm);
}

#[test]
fn a_token_may_leave_out_the_key_but_name_no_other() {
    let named = |kid: Json| read(&token(with(header(), "kid", kid), claims())).map(drop);
    assert_eq!(named(kid_of(&KEY).into()), Ok(()));
    for other in ["", "1", "../../dev/null", "' OR 1=1 --", &kid_of(&[7; 32])] {
        assert_eq!(named(other.into()), Err(InvalidToken::Key), "{other}");
    }
    for odd in [json!(null), json!(0), json!(true), json!([kid_of(&KEY)]), json!({})] {
        assert_eq!(named(odd.clone()), Err(InvalidToken::Header), "{odd}");
    }
}

#[test]
fn only_the_media_type_of_an_access_token_is_taken() {
    let typed = |typ: Json| read(&token(with(header(), "typ", typ), claims())).map(drop);
    for typ in ["at+jwt", "AT+JWT", "At+Jwt", "application/at+jwt", "APPLICATION/AT+JWT"] {
        assert_eq!(typed(typ.into()), Ok(()), "{typ}");
    }
    for typ in [
        "",
        "JWT",
        "jwt",
        "at",
        "at+jwt ",
        " at+jwt",
        "at+jwt;v=1",
        "application/",
        "application/jwt",
        "application/application/at+jwt",
        "text/at+jwt",
        "logout+jwt",
        "secevent+jwt",
        "at\u{ff0b}jwt",
        "applicatio\u{144}/at+jwt",
    ] {
        assert_eq!(typed(typ.into()), Err(InvalidToken::Kind), "{typ}");
    }
    for typ in [json!(null), json!(1), json!(["at+jwt"])] {
        assert_eq!(typed(typ), Err(InvalidToken::Header));
    }
    assert_eq!(refused(&token(without(header(), "typ"), claims())), InvalidToken::Kind);
}

#[test]
fn no_changed_byte_is_overlooked() {
    let good = token(header(), claims());
    for place in 0..good.len() {
        for other in [b'A', b'B', b'-', b'.', b'=', 0, 0x80] {
            let mut bytes = good.clone().into_bytes();
            if std::mem::replace(&mut bytes[place], other) != other {
                let changed = String::from_utf8_lossy(&bytes);
                assert!(read(&changed).is_err(), "{place}: {changed}");
            }
        }
        assert!(read(&good[..place]).is_err(), "cut at {place}");
    }
}

#[test]
fn tokens_of_other_keys_are_refused() {
    let message = message(&header().to_string(), claims().to_string().as_bytes());
    for key in [[0; 32], [7; 32]] {
        assert_eq!(refused(&signed(&key, &message)), InvalidToken::Signature);
    }
    let cut = signed(&KEY, &message);
    assert_eq!(refused(&cut[..cut.len() - 4]), InvalidToken::Signature);
    assert_eq!(refused(&format!("{cut}AAAA")), InvalidToken::Signature);
}

#[test]
fn headers_of_a_caller_cannot_say_how_a_token_is_read() {
    for name in OURS {
        let headers = Map::from_iter([((*name).to_owned(), json!("x"))]);
        let refusal = written(&Map::new(), &headers).unwrap_err();
        assert_eq!(refusal, UnwritableToken::Header((*name).to_owned()));
    }
    let headers = Map::from_iter([("tenant".to_owned(), json!(7))]);
    let token = written(claims().as_object().unwrap(), &headers).unwrap();
    let written = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let written: Json = serde_json::from_slice(&written).unwrap();
    let expected = json!({ "alg": "HS256", "kid": kid_of(&KEY), "tenant": 7, "typ": "at+jwt" });
    assert_eq!(written, expected);
    assert!(read(&token).is_ok());
}

#[test]
fn the_name_of_a_key_is_steady_and_tells_nothing_of_it() {
    assert_eq!(kid_of(&KEY), kid_of(&KEY));
    assert_ne!(kid_of(&KEY), kid_of(&[7; 32]));
    assert_eq!(kid_of(&KEY).len(), 16);
    let shown = format!("{:?} {:#?}", ring(), ring());
    assert!(!shown.contains("only tests sign") && !shown.contains("97, 32"), "{shown}");
}

mod claimed;
