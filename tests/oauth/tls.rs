use fastauth::{
    oauth::{OAuthError, OAuthProvider, Oidc},
    time::{Clock, SystemClock},
};
use fastauth_tests::{
    idp::{Answer, Behaviour, CLIENT_ID, CLIENT_SECRET, Idp},
    tls_acceptor, tls_file,
};
use serde_json::json;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

use crate::visit::{came_back, unusable, url};

#[tokio::test]
async fn a_provider_inside_a_company_is_known_by_its_authority() {
    let idp = Idp::start().await;
    let issuer = over_tls(&idp).await;
    let here = |path: &str| format!("{issuer}{path}");
    idp.discovery(Answer::With(json!({
        "issuer": issuer, "authorization_endpoint": here("/authorize"), "jwks_uri": here("/keys"),
        "token_endpoint": here("/token"), "userinfo_endpoint": here("/userinfo"),
    })));
    let claims = json!({ "iss": issuer, "email": null });
    idp.next(Behaviour { claims, ..Behaviour::default() });
    let now = SystemClock.now();
    let stranger = || Oidc::new("work", &issuer, CLIENT_ID, CLIENT_SECRET);
    // It may be mended by tomorrow: the application starts.
    stranger().prepare(now).await.unwrap();
    let refused = url(now, &stranger()).await.map(drop);
    assert!(matches!(refused, Err(OAuthError::Unusable(_))), "{refused:?}");
    assert!(stranger().root_certificate("no certificate").is_err());
    let pem = std::fs::read(tls_file("ca.pem")).unwrap();
    let work = stranger().root_certificate(pem).unwrap();
    let url = url(now, &work).await.unwrap();
    assert!(url.starts_with(&here("/authorize?")), "{url}");
    let callback = idp.visit(&url.replace(&issuer, &idp.issuer())).await;
    // All that it names is reached by the same trust: tokens, keys, and what it says of a person.
    let profile = came_back(now, &work, &callback).await.unwrap().profile;
    assert_eq!(profile.email.as_deref(), Some("ada@example.com"));
    // And nothing of it without.
    idp.discovery(Answer::With(json!({
        "issuer": issuer, "authorization_endpoint": here("/authorize"), "jwks_uri": here("/keys"),
    })));
    let error = stranger().root_certificate(std::fs::read(tls_file("ca.pem")).unwrap()).unwrap();
    let error = error.prepare(now).await.unwrap_err();
    assert!(error.problems()[0].cause.contains("`token_endpoint`"), "{error}");
    unusable(came_back(now, &work, &callback).await);
}

/// The provider behind TLS: its address.
async fn over_tls(idp: &Idp) -> String {
    let acceptor = tls_acceptor();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let behind = idp.issuer().replace("http://", "");
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (acceptor, behind) = (acceptor.clone(), behind.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await?;
                let mut plain = TcpStream::connect(behind).await?;
                copy_bidirectional(&mut stream, &mut plain).await
            });
        }
    });
    format!("https://localhost:{}", address.port())
}
