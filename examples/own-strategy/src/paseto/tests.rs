use fastauth::{ExtraClaims, PasswordHash, store::Memory};
use serde_json::json;

use super::*;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct Person {
    id: i64,
    email: String,
    password_hash: PasswordHash,
    #[auth(signup, token)]
    name: String,
}

/// As [`Person`], of another table.
#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct Machine {
    id: i64,
    email: String,
    password_hash: PasswordHash,
}

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn paseto() -> Paseto {
    let checks = TokenChecks::new("here", "here").leeway(Duration::ZERO);
    Paseto::new(SymmetricKey::from(&[7; 32]).expect("32 bytes"), checks)
}

async fn written(paseto: &Paseto, options: TokenOptions) -> Result<String, UnwritableToken> {
    let user = Person {
        id: 7,
        email: "ada@example.com".to_owned(),
        password_hash: PasswordHash::new("$argon2id$…"),
        name: "Ada".to_owned(),
    };
    let session = SessionId::from_bytes([9; 16]);
    let grant = Grant { user: &user, session, extra: ExtraClaims::default(), now: NOW };
    paseto.write_token(grant, options).await.map(|it| it.token.expose().to_owned())
}

async fn read<U: AuthUser>(
    paseto: &Paseto,
    token: &str,
    now: Timestamp,
) -> Result<AccessClaims<U>, InvalidToken> {
    let reading = Reading { now, store: &Memory::new() };
    paseto.read_token(token, &reading).await.map_err(|error| match error {
        TokenError::Invalid(why) => why,
        other => panic!("nobody else is asked: {other}"),
    })
}

#[tokio::test]
async fn a_token_says_to_us_alone_what_was_sealed() {
    let paseto = paseto();
    let token = written(&paseto, TokenOptions::default()).await.expect("it is short");
    assert!(token.starts_with("v4.local."), "{token}");
    let claims = read::<Person>(&paseto, &token, NOW).await.expect("it is ours");
    assert_eq!((claims.name.as_str(), *claims.user_id()), ("Ada", 7));
    assert_eq!(claims.session_id(), SessionId::from_bytes([9; 16]));
    let other = Paseto::new(SymmetricKey::from(&[8; 32]).expect("32 bytes"), paseto.checks.clone());
    assert_eq!(read::<Person>(&other, &token, NOW).await.err(), Some(InvalidToken::Signature));
    assert_eq!(read::<Machine>(&paseto, &token, NOW).await.err(), Some(InvalidToken::Signature));
}

#[tokio::test]
async fn a_token_with_one_letter_changed_is_nobodys() {
    let paseto = paseto();
    let token = written(&paseto, TokenOptions::default()).await.expect("it is short");
    for at in 0..token.len() {
        let letter = if &token[at..=at] == "A" { "B" } else { "A" };
        let changed = format!("{}{letter}{}", &token[..at], &token[at + 1..]);
        let why = read::<Person>(&paseto, &changed, NOW).await.err();
        assert!(matches!(why, Some(InvalidToken::Shape | InvalidToken::Signature)), "{changed}");
    }
    for bad in ["", "v4.local.", "v4.public.AAAA", &"A".repeat(LONGEST + 1)] {
        assert_eq!(read::<Person>(&paseto, bad, NOW).await.err(), Some(InvalidToken::Shape));
    }
}

#[tokio::test]
async fn the_options_of_the_caller_are_honoured_or_refused() {
    let paseto = paseto();
    let options = TokenOptions::default;
    let token =
        written(&paseto, options().max_age(Duration::from_mins(1))).await.expect("a minute");
    assert!(read::<Person>(&paseto, &token, NOW + Duration::from_secs(59)).await.is_ok());
    let over = read::<Person>(&paseto, &token, NOW + Duration::from_mins(1)).await;
    assert_eq!(over.err(), Some(InvalidToken::Expired));
    let late = Reading { now: NOW + Duration::from_mins(1), store: &Memory::new() };
    let late: Result<AccessClaims<Person>, _> = paseto.read_late_token(&token, &late).await;
    assert!(late.is_ok(), "one can still sign out with it");

    let token = written(&paseto, options().audience("reports")).await.expect("another audience");
    let refused = read::<Person>(&paseto, &token, NOW).await;
    assert_eq!(refused.err(), Some(InvalidToken::Audience));

    let token = written(&paseto, options().scopes(["posts:read"])).await.expect("a scope");
    let claims = read::<Person>(&paseto, &token, NOW).await.expect("it is ours");
    assert_eq!(claims.scopes(), ["posts:read"]);

    let headers = Map::from_iter([("x".to_owned(), json!(1))]);
    let refused = written(&paseto, options().headers(headers)).await;
    assert_eq!(refused, Err(UnwritableToken::Header("x".to_owned())));
    let refused = written(&paseto, options().max_age(REMEMBERED + Duration::from_secs(1))).await;
    assert!(matches!(refused, Err(UnwritableToken::Unmade(_))), "{refused:?}");
    let long = Map::from_iter([("x".to_owned(), json!("x".repeat(LONGEST)))]);
    let refused = written(&paseto, options().extra_data(long)).await;
    assert!(matches!(refused, Err(UnwritableToken::Long(_))), "{refused:?}");
}

#[tokio::test]
async fn what_was_signed_out_of_opens_nothing() {
    let paseto = paseto();
    let token = written(&paseto, TokenOptions::default()).await.expect("it is short");
    let revoke = |id| TokenStrategy::<Person>::revoke(&paseto, SessionId::from_bytes([id; 16]));
    revoke(8).await.expect("nothing can fail");
    assert!(read::<Person>(&paseto, &token, NOW).await.is_ok(), "of another session");
    revoke(9).await.expect("nothing can fail");
    assert_eq!(read::<Person>(&paseto, &token, NOW).await.err(), Some(InvalidToken::Session));
}
