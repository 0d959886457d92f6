//! What is wrong at the start, which of it, and how to mend it: never the password.

use std::time::{Duration, Instant};

use fastauth::store::{KeyValueStore, Redis, SessionKeeper, StoreError};
use fastauth_tests::RedisServer;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::super::prepared::LATER;

const PASSWORD: &str = "open-sesame";

/// What is said of this URL, which must have these words in it.
async fn refused(url: &str, words: &[&str]) {
    let begun = Instant::now();
    let error = Redis::connect(url).await.expect_err("it connects");
    let said = format!("{error}\n{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(6), "it takes {:?}", begun.elapsed());
    for word in words.iter().copied().chain(["fix: "]) {
        assert!(said.contains(word), "`{word}` is not in {said}");
    }
    assert!(!said.contains(PASSWORD), "{said}");
}

#[tokio::test]
async fn an_address_that_is_none_is_said_to_be() {
    let host = format!("http://user:{PASSWORD}@localhost:6379");
    let port = format!("redis://user:{PASSWORD}@localhost:port/0");
    let base = format!("redis://user:{PASSWORD}@localhost/x");
    let spaced = format!("redis://user:{PASSWORD} @@@localhost/0");
    for url in ["", "localhost", "localhost:6379", "redis://", &host, &port, &base, &spaced] {
        refused(url, &["Redis", "redis://user:password@host:6379/0"]).await;
    }
    let tls = format!("rediss://user:{PASSWORD}@localhost:6379");
    refused(&tls, &["TLS", "tokio-rustls-comp"]).await;
}

#[tokio::test]
async fn nobody_there_is_said_with_the_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // It takes the connection and says nothing.
    let url = format!("redis://user:{PASSWORD}@{address}/0");
    refused(&url, &["cannot reach Redis", &address.to_string(), "redis://localhost:6379"]).await;
    drop(listener);
    refused(&url, &["cannot reach Redis", &address.to_string(), "refused"]).await;
    let nowhere = format!("redis://user:{PASSWORD}@nobody.invalid:6379");
    refused(&nowhere, &["cannot reach Redis", "nobody.invalid:6379"]).await;
    refused("unix:///nobody/redis.sock", &["cannot reach Redis", "/nobody/redis.sock"]).await;
}

#[tokio::test]
async fn a_server_that_is_too_old_is_said_to_be() {
    let address =
        pretender("# RedisServer\r\nredis_version:5.0.14\r\nredis_mode:standalone\r\n").await;
    refused(&format!("redis://{address}"), &["too old", "5.0.14", "Redis 6"]).await;
    let address = pretender("# RedisServer\r\nredis_version:10.0.0\r\n").await;
    Redis::connect(format!("redis://{address}")).await.expect("a later one will do");
    let address = pretender("nothing to tell").await;
    Redis::connect(format!("redis://{address}")).await.expect("one that does not say will do");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_said_to_be() {
    let limited = ["--user", "limited", "on", ">open-sesame", "~other:*", "+@all"];
    let options = [["--requirepass", "another"].as_slice(), limited.as_slice()].concat();
    let Some(server) = RedisServer::start("passwords of Redis", &options).await else { return };
    let address = server.address();
    let words = ["wrong password", &address, "percent-encoded"];
    for who in ["", &format!(":{PASSWORD}@"), &format!("user:{PASSWORD}@")] {
        refused(&format!("redis://{who}{address}/0"), &words).await;
    }
    let redis = Redis::connect(format!("redis://:another@{address}")).await;
    // What is told of it at the start.
    assert_eq!(redis.expect("the right one").describe(), format!("redis {address}/0"));
    let limited = format!("redis://limited:{PASSWORD}@{address}");
    let limited = Redis::connect(limited).await.expect("the right user").with_prefix("other:");
    limited.set("key", b"value", LATER).await.expect("a key of theirs");
    let error = limited.with_prefix("foreign:").set("key", b"value", LATER).await;
    assert!(matches!(error, Err(StoreError::Unavailable(_))), "{error:?}");
    let elsewhere = format!("redis://:another@{address}/99");
    refused(&elsewhere, &["cannot use Redis", "has this database"]).await;
}

/// Somebody who speaks as much of the protocol as it takes to tell a version.
async fn pretender(told: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut asked = vec![0; 4_096];
                while let Ok(read @ 1..) = stream.read(&mut asked).await {
                    let asked = String::from_utf8_lossy(&asked[..read]).to_uppercase();
                    let reply = if asked.contains("INFO\r\n") && asked.contains("SERVER") {
                        format!("${}\r\n{told}\r\n", told.len())
                    } else if asked.contains("EXISTS") {
                        ":0\r\n".to_owned()
                    } else {
                        "+OK\r\n".repeat(asked.matches('*').count())
                    };
                    stream.write_all(reply.as_bytes()).await.unwrap();
                }
            });
        }
    });
    address
}
