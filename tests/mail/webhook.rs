use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use fastauth::mail::{EmailTransport, Webhook};
use fastauth_tests::{SECRET, tls_acceptor, tls_file};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::prepared::{is_refused, is_unavailable, mail};

/// What came, and what is answered.
#[derive(Clone, Default)]
struct Receiver {
    came: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    status: Arc<Mutex<StatusCode>>,
}

impl Receiver {
    async fn start() -> (Self, String) {
        let receiver = Self::default();
        let take = async |State(it): State<Self>, headers: HeaderMap, body: Bytes| {
            it.came.lock().unwrap().push((headers, body));
            // Where a redirect would lead; and more than anybody wants to read.
            (*it.status.lock().unwrap(), [("location", "/elsewhere")], "x".repeat(100_000))
        };
        let app = Router::new()
            .route("/send", post(take))
            .route("/elsewhere", post(take).get(take))
            .with_state(receiver.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/send", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (receiver, url)
    }

    fn answer(&self, status: u16) {
        *self.status.lock().unwrap() = StatusCode::from_u16(status).unwrap();
    }

    fn came(&self) -> Vec<(HeaderMap, Bytes)> {
        std::mem::take(&mut self.came.lock().unwrap())
    }
}

/// As a receiver checks it, by the letter of Standard Webhooks.
fn is_signed(secret: &[u8], headers: &HeaderMap, body: &[u8]) -> bool {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let mut mac = <Hmac<Sha256>>::new_from_slice(secret).unwrap();
    mac.update(format!("{}.{}.", header("webhook-id"), header("webhook-timestamp")).as_bytes());
    mac.update(body);
    header("webhook-signature") == format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn a_webhook_gets_the_mail_signed() {
    let (receiver, url) = Receiver::start().await;
    let encoded = SECRET.strip_prefix("base64:").unwrap();
    let key = STANDARD.decode(encoded).unwrap();
    for secret in [SECRET.to_owned(), format!("whsec_{encoded}")] {
        let webhook = Webhook::new(&url, secret).unwrap();
        let mail = mail("ada@example.com");
        webhook.send(&mail).await.unwrap();
        webhook.send(&mail).await.unwrap();
        let came = receiver.came();
        assert_eq!(came.len(), 2);
        for (headers, body) in came {
            assert_eq!(headers["content-type"], "application/json");
            assert_eq!(headers["webhook-id"], mail.id.to_string());
            let sent: u64 = headers["webhook-timestamp"].to_str().unwrap().parse().unwrap();
            let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
            assert!(now.abs_diff(sent) < 60);
            assert!(is_signed(&key, &headers, &body));
            assert!(!is_signed(&key, &headers, &[&body[..], b" "].concat()));
            assert!(!is_signed(b"another", &headers, &body));
            let body: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(
                body,
                json!({
                    "id": mail.id.to_string(),
                    "kind": "reset_password",
                    "at": mail.at.to_string(),
                    "from": "\"Bücher, Inc.\" <no-reply@example.com>",
                    "to": "ada@example.com",
                    "subject": mail.subject,
                    "text": mail.text,
                    "html": mail.html,
                    "link": mail.link,
                })
            );
        }
    }
}

#[tokio::test]
async fn the_status_says_whether_to_try_again() {
    let (receiver, url) = Receiver::start().await;
    let webhook = Webhook::new(&url, SECRET).unwrap();
    for status in [200, 201, 202, 204] {
        receiver.answer(status);
        webhook.send(&mail("ada@example.com")).await.unwrap();
    }
    for status in [400, 413, 415, 422] {
        receiver.answer(status);
        assert!(is_refused(&webhook.send(&mail("ada@example.com")).await), "{status}");
    }
    receiver.came();
    // A redirect is not followed.
    for status in [301, 302, 303, 307, 308, 401, 403, 404, 408, 429, 500, 502, 503] {
        receiver.answer(status);
        let sent = webhook.send(&mail("ada@example.com")).await;
        assert!(is_unavailable(&sent), "{status} {sent:?}");
        assert_eq!(receiver.came().len(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_is_away_or_says_nothing_is_not_waited_for() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let begun = tokio::time::Instant::now();
    for scheme in ["http", "https"] {
        let webhook = Webhook::new(format!("{scheme}://127.0.0.1:{port}"), SECRET).unwrap();
        assert!(is_unavailable(&webhook.send(&mail("ada@example.com")).await));
    }
    assert!(begun.elapsed() <= Duration::from_secs(21), "{:?}", begun.elapsed());
    drop(silent);
    let webhook = Webhook::new(format!("http://127.0.0.1:{port}"), SECRET).unwrap();
    assert!(is_unavailable(&webhook.send(&mail("ada@example.com")).await));
}

#[tokio::test]
async fn a_reply_without_end_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let flood = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut sent = 0;
        stream.write_all(b"HTTP/1.1 200 OK\r\n").await.unwrap();
        while stream.write_all(b"x-more: and more\r\n").await.is_ok() {
            sent += 1;
            assert!(sent < 1_000_000, "it reads on and on");
        }
    });
    let webhook = Webhook::new(&url, SECRET).unwrap();
    assert!(is_unavailable(&webhook.send(&mail("ada@example.com")).await));
    flood.await.unwrap();
}

#[tokio::test]
async fn https_is_checked_and_a_private_authority_can_be_trusted() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(serve_tls(listener));
    let pem = std::fs::read(tls_file("ca.pem")).unwrap();
    let to = |host: &str| Webhook::new(format!("https://{host}:{port}/send"), SECRET).unwrap();
    assert!(is_unavailable(&to("localhost").send(&mail("ada@example.com")).await));
    let other = to("127.0.0.1").root_certificate(&pem).unwrap();
    assert!(is_unavailable(&other.send(&mail("ada@example.com")).await));
    let trusted = to("localhost").root_certificate(&pem).unwrap();
    trusted.send(&mail("ada@example.com")).await.unwrap();
    assert!(to("localhost").root_certificate("no certificate").is_err());
}

/// Answers 204 to whatever comes by TLS.
async fn serve_tls(listener: TcpListener) {
    let acceptor = tls_acceptor();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = acceptor.accept(stream).await else { continue };
        let mut request = vec![0; 64 * 1024];
        if stream.read(&mut request).await.is_ok_and(|read| read > 0) {
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        }
    }
}

#[test]
fn what_cannot_be_posted_to_is_told_at_once() {
    for (url, secret, title) in [
        ("http://mail.example.com/", SECRET, "unusable webhook"),
        ("https://app:hunter2@mail.example.com/", SECRET, "unusable webhook"),
        ("https://mail.example.com/", "hunter2", "weak secret"),
        ("https://mail.example.com/", "whsec_aHVudGVyMg==", "weak secret"),
    ] {
        let error = Webhook::new(url, secret).expect_err(url);
        assert_eq!(error.problems()[0].title, title);
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
    let webhook = Webhook::new("https://mail.example.com/send?token=hunter2", SECRET).unwrap();
    assert_eq!(webhook.describe(), "webhook https://mail.example.com:443");
    assert_eq!(format!("{webhook:?}"), "Webhook(https://mail.example.com:443)");
}
