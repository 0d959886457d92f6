//! Tokens of an application's own kinds, which open nothing else.

use std::{error::Error as _, time::Duration};

use fastauth::{
    AuthBuilder,
    config::Lifetimes,
    error::{Code, Error},
    store::{Memory, UserStore},
    token::{
        Algorithm, DatabaseStrategy, InvalidToken, KeyRing, SigningKey, TokenChecks, TokenKind,
        TokenOptions,
    },
};
use fastauth_tests::{BASE_URL, Minted, Reply, User, World, claims, header};
use serde_json::{Map, json};

const ADA: &str = "ada@example.com";
const INVITATION: TokenKind = kind("invitation");
const DOWNLOAD: TokenKind = kind("download");

const fn kind(name: &'static str) -> TokenKind {
    match TokenKind::new(name) {
        Ok(kind) => kind,
        Err(_) => panic!("a good name"),
    }
}

struct Story {
    world: World<User>,
    user: User,
    signed_in: Reply,
}

impl Story {
    async fn new(decide: impl FnOnce(AuthBuilder<User>) -> AuthBuilder<User>) -> Self {
        let store = Memory::new();
        let world = World::built(store.clone(), decide).await;
        let signed_in = world.client.register(ADA).await.expect(201);
        let user = store.find_by_email(ADA).await.unwrap().expect("just made");
        Self { world, user, signed_in }
    }

    async fn write(&self, kind: TokenKind, options: TokenOptions) -> String {
        let token = self.world.auth.issue_token(&self.user, kind, options).await.unwrap();
        token.expose().to_owned()
    }

    async fn refused(&self, kind: TokenKind, token: &str) -> InvalidToken {
        let checks = self.world.auth.token_checks();
        let error = self.world.auth.read_token_of(kind, token, &checks).await.unwrap_err();
        why(&error)
    }
}

/// Why a token was refused: the cause that the error keeps.
fn why(error: &Error) -> InvalidToken {
    assert_eq!(error.code(), Code::InvalidToken);
    *error.source().expect("a cause").downcast_ref().expect("why")
}

#[tokio::test]
async fn a_token_of_an_own_kind_says_what_it_was_given() {
    for algorithm in [None, Some(Algorithm::ES256)] {
        let story = Story::new(|builder| match algorithm {
            None => builder.strategy(DatabaseStrategy::new()),
            Some(algorithm) => builder.keys(SigningKey::generate(algorithm).unwrap()),
        })
        .await;
        let data = json!({ "team": "blue", "sub": "x", "sid": "x", "type": "access", "scope": "all", "exp": 1 });
        let options = TokenOptions::default()
            .extra_data(data.as_object().unwrap().clone())
            .headers(Map::from_iter([("tenant".to_owned(), json!(7))]))
            .scopes(["join"]);
        let token = story.write(INVITATION, options).await;
        assert_eq!(header(&token)["typ"], "invitation+jwt");
        assert_eq!(header(&token)["tenant"], 7);
        let names: Vec<_> = claims(&token).as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            names,
            ["aud", "exp", "iat", "iss", "jti", "nbf", "scope", "sub", "team", "type"]
        );
        let (auth, checks) = (&story.world.auth, story.world.auth.token_checks());
        let said = auth.read_token_of(INVITATION, &token, &checks).await.unwrap();
        assert_eq!(said.user_id(), &story.user.id);
        assert_eq!(said.get("team"), Some(&json!("blue")));
        assert_eq!(said.get("type"), Some(&json!("invitation")));
        assert_eq!(said.scopes(), ["join"]);
        assert_eq!(said.token_id().len(), 22);
        assert_eq!(said.expires_at().since(said.issued_at()), Duration::from_mins(15));
        assert!(!format!("{said:?}").contains("blue"));
    }
}

#[tokio::test]
async fn no_kind_passes_for_another() {
    let story = Story::new(|builder| builder).await;
    let invitation = story.write(INVITATION, TokenOptions::default()).await;
    let client = story.world.client.bearer(&invitation);
    for path in ["/claims", "/fresh", "/auth/me", "/auth/sessions"] {
        client.get(path).await.problem(401, "invalid_token");
    }
    story.world.client.refresh(&invitation).await.problem(401, "invalid_refresh_token");
    let access = story.signed_in.access();
    assert_eq!(story.refused(DOWNLOAD, &invitation).await, InvalidToken::Kind);
    assert_eq!(story.refused(INVITATION, access).await, InvalidToken::Kind);
    // Not even a genuine access token is read as one of its own kind here: its session is not looked at.
    assert_eq!(story.refused(TokenKind::ACCESS, access).await, InvalidToken::Kind);
    // Header and claim must both name it.
    let like = Minted::like(&invitation);
    let [head, claim] = [
        like.clone().header_member("typ", Some(json!("download+jwt"))),
        like.clone().claim("type", Some(json!("download"))),
    ];
    for (forged, half) in [(&head, "header"), (&claim, "claim")] {
        assert_eq!(story.refused(DOWNLOAD, &forged.write()).await, InvalidToken::Kind, "{half}");
        assert_eq!(story.refused(INVITATION, &forged.write()).await, InvalidToken::Kind, "{half}");
    }
    let both = head.claim("type", Some(json!("download"))).write();
    let checks = story.world.auth.token_checks();
    assert!(story.world.auth.read_token_of(DOWNLOAD, &both, &checks).await.is_ok());
    // As an access token it lacks its session.
    let access =
        like.header_member("typ", Some(json!("at+jwt"))).claim("type", Some(json!("access")));
    story.world.client.bearer(&access.write()).get("/claims").await.problem(401, "invalid_token");
}

#[tokio::test]
async fn an_access_token_belongs_to_a_session() {
    let story = Story::new(|builder| builder).await;
    let options = TokenOptions::default();
    let error = story.world.auth.issue_token(&story.user, TokenKind::ACCESS, options).await;
    let error = error.unwrap_err();
    assert_eq!(error.code(), Code::Internal);
    assert!(error.source().unwrap().to_string().contains("Auth::sign_in"));
}

#[tokio::test]
async fn a_token_is_for_whom_and_how_long_it_was_told() {
    let minutes = Duration::from_mins;
    let story =
        Story::new(|builder| builder.lifetimes(Lifetimes::default().access(minutes(7)))).await;
    let auth = &story.world.auth;
    let ours = auth.token_checks();
    let age = async |options| {
        let token = story.write(DOWNLOAD, options).await;
        let said = auth.read_token_of(DOWNLOAD, &token, &ours).await.unwrap();
        said.expires_at().since(said.issued_at())
    };
    assert_eq!(age(TokenOptions::default()).await, minutes(7));
    assert_eq!(age(TokenOptions::default().max_age(minutes(900))).await, minutes(900));
    let token = story.write(DOWNLOAD, TokenOptions::default().audience("reports")).await;
    assert_eq!(story.refused(DOWNLOAD, &token).await, InvalidToken::Audience);
    let theirs = ours.clone().audience("reports");
    assert!(auth.read_token_of(DOWNLOAD, &token, &theirs).await.is_ok());
    let other = TokenChecks::new("https://other.example", "reports");
    let error = auth.read_token_of(DOWNLOAD, &token, &other).await.unwrap_err();
    assert_eq!(why(&error), InvalidToken::Issuer);
    // To the second, with the leeway of whoever reads.
    let token = story.write(DOWNLOAD, TokenOptions::default()).await;
    story.world.wait(7 * 60 + 4);
    assert!(auth.read_token_of(DOWNLOAD, &token, &ours).await.is_ok());
    let strict = ours.clone().leeway(Duration::ZERO);
    assert!(auth.read_token_of(DOWNLOAD, &token, &strict).await.is_err());
    story.world.wait(1);
    assert_eq!(story.refused(DOWNLOAD, &token).await, InvalidToken::Expired);
    assert_eq!(claims(&token)["iss"], BASE_URL);
}

#[tokio::test]
async fn a_token_lasts_no_longer_than_its_key_verifies() {
    let day = Duration::from_hours(24);
    let story = Story::new(|builder| {
        builder.keys(KeyRing::rotating(Algorithm::EdDSA).longest_token(7 * day))
    })
    .await;
    let auth = &story.world.auth;
    let options = |age| TokenOptions::default().max_age(age);
    let token = story.write(INVITATION, options(7 * day)).await;
    let error = auth.issue_token(&story.user, INVITATION, options(8 * day)).await.unwrap_err();
    assert!(error.source().unwrap().to_string().contains("KeyRotation::longest_token"));
    // Another key signs in between, and the last hour is as good as the first.
    let checks = auth.token_checks();
    for _ in 0..6 {
        story.world.wait(24 * 60 * 60);
        assert!(auth.read_token_of(INVITATION, &token, &checks).await.is_ok());
    }
}
