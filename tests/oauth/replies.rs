use std::time::{Duration, Instant};

use fastauth::oauth::OAuthError;
use fastauth_tests::idp::{Answer, Idp};
use serde_json::json;

use crate::{
    hostile::{broken, token, userinfo},
    visit::{unusable, visit},
};

#[tokio::test]
async fn an_answer_that_is_none_is_not_used() {
    let idp = Idp::start().await;
    let work = idp.oidc("work");
    for (answer, expected) in broken() {
        for behaviour in [token(answer.clone()), userinfo(answer.clone())] {
            idp.next(behaviour);
            assert_eq!(unusable(visit(&idp, &work).await), expected, "{answer:?}");
        }
    }
    // It was asked once each time, and followed nowhere.
    let asked = broken().len();
    assert_eq!((idp.count("/token"), idp.count("/userinfo")), (2 * asked, asked));
    visit(&idp, &work).await.unwrap();
}

#[tokio::test]
async fn an_access_token_is_a_bearer_token() {
    let idp = Idp::start().await;
    let work = idp.oidc("work");
    for members in [
        json!({ "token_type": null }),
        json!({ "token_type": "mac" }),
        json!({ "token_type": "DPoP" }),
        json!({ "access_token": null }),
        json!({ "access_token": "" }),
        json!({ "access_token": "a\r\nx: y" }),
    ] {
        idp.next(token(Answer::With(members.clone())));
        let cause = unusable(visit(&idp, &work).await);
        assert!(cause.contains("access token"), "{members}: {cause}");
    }
    idp.next(token(Answer::With(json!({ "token_type": "Bearer", "expires_in": null }))));
    assert_eq!(visit(&idp, &work).await.unwrap().tokens.expires_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_ever() {
    let begun = Instant::now();
    let behaviours = [
        token(Answer::Hang),
        token(Answer::Dribble),
        userinfo(Answer::Hang),
        userinfo(Answer::Dribble),
    ];
    let mut waiting: Vec<_> = behaviours
        .into_iter()
        .map(|behaviour| {
            tokio::spawn(async move {
                let idp = Idp::start().await;
                idp.next(behaviour);
                visit(&idp, &idp.oidc("work")).await
            })
        })
        .collect();
    for answer in [Answer::Hang, Answer::Dribble] {
        let kept = answer.clone();
        waiting.push(tokio::spawn(async move {
            let idp = Idp::start().await;
            idp.discovery(answer);
            visit(&idp, &idp.oidc("work")).await
        }));
        waiting.push(tokio::spawn(async move {
            let idp = Idp::start().await;
            idp.keys(kept);
            visit(&idp, &idp.oidc("work")).await
        }));
    }
    for one in waiting {
        let waited = one.await.unwrap();
        assert!(matches!(waited, Err(OAuthError::Timeout)), "{waited:?}");
    }
    let waited = begun.elapsed();
    assert!(waited > Duration::from_secs(9) && waited < Duration::from_secs(14), "{waited:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_hangs_is_waited_for_by_32_at_a_time() {
    let idp = Idp::start().await;
    let work = std::sync::Arc::new(idp.oidc("work"));
    visit(&idp, &*work).await.unwrap();
    let mut waiting = Vec::new();
    for _ in 0..40 {
        idp.next(token(Answer::Hang));
        let (idp, work) = (idp.clone(), std::sync::Arc::clone(&work));
        waiting.push(tokio::spawn(async move {
            let begun = Instant::now();
            (visit(&idp, &*work).await, begun.elapsed())
        }));
    }
    let (mut timeouts, mut refusals) = (0, 0);
    for one in waiting {
        match one.await.unwrap() {
            (Err(OAuthError::Timeout), _) => timeouts += 1,
            (Err(OAuthError::Overloaded), waited) => {
                assert!(waited < Duration::from_secs(5), "{waited:?}");
                refusals += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((timeouts, refusals), (32, 8));
    assert_eq!(idp.count("/token"), 1 + 32);
    // All places are free again.
    visit(&idp, &*work).await.unwrap();
}
