use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{Grant, JwtStrategy, Reading, TokenError, TokenStrategy};
use crate::{
    AuthUser, ExtraClaims, PasswordHash, Secret,
    store::{Memory, SessionId},
    time::Timestamp,
    token::{
        AccessClaims, InvalidToken, Jwt, KeyRing, REGISTERED, TokenChecks, TokenOptions,
        UnwritableToken,
        forge::{
            AUDIENCE, ISSUER, KEY, NOW, SESSION, SUBJECT, appended, claims, header, ring, token,
            with, without,
        },
    },
};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct Person {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
    #[auth(signup, token)]
    name: String,
    #[auth(signup, token)]
    staff: Option<bool>,
    #[auth(signup, token)]
    level: Option<i64>,
    #[auth(signup, token)]
    nick: Option<String>,
}

fn person() -> Person {
    Person {
        id: SUBJECT.parse().unwrap(),
        email: "ada@example.com".to_owned(),
        password_hash: PasswordHash::new("$argon2id$…"),
        name: String::new(),
        staff: Some(false),
        level: Some(0),
        nick: None,
    }
}

fn strategy() -> JwtStrategy {
    JwtStrategy::new(Jwt::new(ring(&KEY)), TokenChecks::new(ISSUER, AUDIENCE))
}

async fn read(token: &str) -> Result<AccessClaims<Person>, InvalidToken> {
    read_by(&strategy(), token, NOW).await
}

async fn read_by(
    strategy: &JwtStrategy,
    token: &str,
    now: Timestamp,
) -> Result<AccessClaims<Person>, InvalidToken> {
    let reading = Reading { now, store: &Memory::new() };
    strategy.read_token(token, &reading).await.map_err(|error| match error {
        TokenError::Invalid(why) => why,
        other => panic!("nobody else is asked: {other}"),
    })
}

fn grant(user: &Person, extra: ExtraClaims) -> Grant<'_, Person> {
    Grant { user, session: SESSION.parse().unwrap(), extra, now: NOW }
}

async fn write(extra: ExtraClaims, options: TokenOptions) -> Result<String, UnwritableToken> {
    let user = person();
    strategy()
        .write_token(grant(&user, extra), options)
        .await
        .map(|it| it.token.expose().to_owned())
}

async fn refused(token: &str) -> InvalidToken {
    read(token).await.expect_err(token)
}

#[tokio::test]
async fn what_is_written_is_what_is_read() {
    let options = TokenOptions::default().scopes(["posts:read", "posts:write"]);
    let written = write(ExtraClaims::default(), options).await.unwrap();
    let claims = read(&written).await.unwrap();
    assert_eq!(claims.user_id().to_string(), SUBJECT);
    assert_eq!(claims.session_id().to_string(), SESSION);
    assert_eq!(claims.issued_at(), NOW);
    assert_eq!(claims.expires_at(), Timestamp::from_secs(NOW.as_secs() + 900));
    assert_eq!(claims.scopes(), ["posts:read", "posts:write"]);
    assert_eq!(claims.get("nbf"), Some(&json!(NOW.as_secs())));
    assert_eq!(claims.get("type"), Some(&json!("access")));
    assert_eq!(claims.token_id().len(), 22);
    // What is empty or false keeps its type.
    assert_eq!((claims.name.as_str(), claims.staff, claims.level), ("", Some(false), Some(0)));
    assert_eq!(claims.get("staff"), Some(&json!(false)));
    assert_eq!(claims.get("level"), Some(&json!(0)));
    assert_eq!(claims.nick, None);
    assert!(claims.get("password_hash").is_none() && claims.get("email").is_none());
}

#[tokio::test]
async fn every_token_has_a_name_of_its_own() {
    let mut names = std::collections::HashSet::new();
    for _ in 0..100 {
        let written = write(ExtraClaims::default(), TokenOptions::default()).await.unwrap();
        assert!(names.insert(read(&written).await.unwrap().token_id().to_owned()));
    }
}

#[tokio::test]
async fn nobody_overrides_a_registered_claim_or_a_field_of_the_user() {
    let mut extra = ExtraClaims::default();
    let mut data = Map::new();
    for name in REGISTERED {
        assert!(extra.insert(name, "evil").is_err(), "{name}");
        data.insert((*name).to_owned(), json!("evil"));
    }
    for name in ["name", "staff", "level", "nick"] {
        extra.insert(name, "evil").unwrap();
        data.insert(name.to_owned(), json!("evil"));
    }
    extra.insert("plan", "pro").unwrap();
    data.insert("plan".to_owned(), json!("free"));
    data.insert("region".to_owned(), json!("eu"));
    let written = write(extra, TokenOptions::default().extra_data(data)).await.unwrap();
    let claims = read(&written).await.unwrap();
    assert_eq!(claims.get("plan"), Some(&json!("pro")));
    assert_eq!(claims.get("region"), Some(&json!("eu")));
    assert_eq!(claims.user_id().to_string(), SUBJECT);
    assert!(claims.scopes().is_empty() && claims.get("scope").is_none());
    for name in REGISTERED.iter().chain(&["name", "staff", "level", "nick"]) {
        assert_ne!(claims.get(name), Some(&json!("evil")), "{name}");
    }
}

#[tokio::test]
async fn headers_of_a_caller_never_replace_ours() {
    for name in ["alg", "kid", "typ", "crit"] {
        let headers = Map::from_iter([(name.to_owned(), json!("none"))]);
        let refusal = write(ExtraClaims::default(), TokenOptions::default().headers(headers)).await;
        assert_eq!(refusal, Err(UnwritableToken::Header(name.to_owned())));
    }
}

#[tokio::test]
async fn a_token_that_nobody_would_read_is_not_written() {
    let mut extra = ExtraClaims::default();
    extra.insert("x", "y".repeat(8 * 1024)).unwrap();
    let refusal = write(extra, TokenOptions::default()).await;
    assert!(matches!(refusal, Err(UnwritableToken::Long(_))), "{refusal:?}");
}

#[tokio::test]
async fn a_token_for_another_audience_is_not_for_us() {
    let options = TokenOptions::default().audience("reports");
    let written = write(ExtraClaims::default(), options).await.unwrap();
    assert_eq!(refused(&written).await, InvalidToken::Audience);
    let theirs = JwtStrategy::new(Jwt::new(ring(&KEY)), TokenChecks::new(ISSUER, "reports"));
    let claims: Result<AccessClaims<Person>, _> = read_by(&theirs, &written, NOW).await;
    assert!(claims.is_ok());
}

#[tokio::test]
async fn a_lifetime_of_any_length_is_a_time() {
    for (age, end) in [
        (0, NOW.as_secs()),
        (1, NOW.as_secs() + 1),
        (u64::MAX, Timestamp::from_micros(i64::MAX).as_secs()),
    ] {
        let options = TokenOptions::default().max_age(std::time::Duration::from_secs(age));
        let written = write(ExtraClaims::default(), options).await.unwrap();
        assert_eq!(read(&written).await.unwrap().expires_at(), Timestamp::from_secs(end));
    }
}

#[tokio::test]
async fn secrets_and_realms_do_not_accept_each_others_tokens() {
    let secret = |text| Secret::parse(text).unwrap();
    let one = secret("base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5M=");
    let two = secret("base64:q1dOXqPAWG9RuTDZQ5Vm3n0mhkVwzYbWnNVx0d8nZ5Q=");
    let strategy = |secret, realm| {
        let ring = KeyRing::derived(secret, realm).unwrap();
        JwtStrategy::new(Jwt::new(ring), TokenChecks::new(ISSUER, AUDIENCE))
    };
    let user = person();
    let options = TokenOptions::default();
    let ours = strategy(&one, "users");
    let written = ours.write_token(grant(&user, ExtraClaims::default()), options).await.unwrap();
    for (strategy, good) in [
        (strategy(&one, "users"), true),
        (strategy(&one, "admins"), false),
        (strategy(&one, ""), false),
        (strategy(&two, "users"), false),
    ] {
        let read: Result<AccessClaims<Person>, _> =
            read_by(&strategy, written.token.expose(), NOW).await;
        assert_eq!(read.map(drop), if good { Ok(()) } else { Err(InvalidToken::Key) });
    }
}

#[tokio::test]
async fn whose_a_token_is_must_be_spelled_as_we_spell_it() {
    assert!(read(&token(header(), claims())).await.is_ok());
    let upper = |text: &str| text.to_ascii_uppercase();
    let plain = |text: &str| text.replace('-', "");
    for (name, refusal) in [("sub", InvalidToken::Subject), ("sid", InvalidToken::Claim("sid"))] {
        for other in [
            String::new(),
            upper(SUBJECT),
            plain(SUBJECT),
            format!("{{{SUBJECT}}}"),
            format!("urn:uuid:{SUBJECT}"),
            format!("{SUBJECT} "),
            format!("{SUBJECT}\0"),
            "1".to_owned(),
            "../../etc/passwd".to_owned(),
        ] {
            let token = token(header(), with(claims(), name, other.clone().into()));
            assert_eq!(refused(&token).await, refusal, "{name} {other}");
        }
    }
    for name in ["sub", "sid", "jti"] {
        assert_eq!(
            refused(&token(header(), without(claims(), name))).await,
            InvalidToken::Claim(name)
        );
        for odd in [json!(null), json!(1), json!(true), json!([SUBJECT]), json!({})] {
            let token = token(header(), with(claims(), name, odd.clone()));
            assert_eq!(refused(&token).await, InvalidToken::Claim(name), "{name} {odd}");
        }
    }
}

#[tokio::test]
async fn fields_of_the_user_are_read_with_their_types() {
    let odd: [(&str, Json); 8] = [
        ("name", json!(null)),
        ("name", json!(5)),
        ("staff", json!("false")),
        ("staff", json!(0)),
        ("level", json!("0")),
        ("level", json!(1.5)),
        ("level", json!(u64::MAX)),
        ("nick", json!(["x"])),
    ];
    for (name, value) in odd {
        let token = token(header(), with(claims(), name, value.clone()));
        let refusal = refused(&token).await;
        assert!(matches!(refusal, InvalidToken::Claim(_)), "{name} {value}: {refusal}");
        assert!(!refusal.to_string().contains(&value.to_string()), "{refusal}");
    }
    let refusal = refused(&token(header(), without(claims(), "name"))).await;
    assert!(matches!(refusal, InvalidToken::Claim(_)));
    let twice = token(header(), appended(&claims(), r#""name":"Eve""#));
    assert_eq!(refused(&twice).await, InvalidToken::Shape);
}

#[tokio::test]
async fn scopes_are_words_between_single_spaces() {
    let scoped = async |scope: Json| {
        let token = token(header(), with(claims(), "scope", scope));
        read(&token).await.map(|claims| claims.scopes().to_vec())
    };
    assert_eq!(scoped(json!("a b")).await, Ok(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(scoped(json!("")).await, Ok(vec![]));
    for odd in [json!(null), json!(["a"]), json!(1), json!(true), json!("a  b"), json!("a\tb")] {
        assert_eq!(scoped(odd).await, Err(InvalidToken::Claim("scope")));
    }
}

#[tokio::test]
async fn checked_claims_are_not_printed() {
    let claims = read(&token(header(), claims())).await.unwrap();
    let shown = format!("{claims:?} {claims:#?}");
    assert!(!shown.contains("Ada") && !shown.contains(SUBJECT), "{shown}");
}

#[test]
fn a_hook_reads_the_registered_claims_and_takes_back_its_own() {
    let registered = strategy().registered(
        &person(),
        SESSION.parse::<SessionId>().unwrap(),
        NOW,
        &TokenOptions::default().scopes(["a"]),
    );
    let mut extra = ExtraClaims::beside(registered);
    assert_eq!(extra.get("sub"), Some(&json!(SUBJECT)));
    assert_eq!(extra.get("scope"), Some(&json!("a")));
    assert_eq!(extra.remove("sub"), None);
    assert_eq!(extra.get("sub"), Some(&json!(SUBJECT)));
    extra.insert("plan", false).unwrap();
    assert_eq!(extra.iter().collect::<Vec<_>>(), [("plan", &json!(false))]);
    assert_eq!(extra.remove("plan"), Some(json!(false)));
    assert!(extra.into_added().is_empty());
}
