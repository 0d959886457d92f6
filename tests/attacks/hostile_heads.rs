//! A head made to be read in two ways, or to be too much: a path in another spelling that slips past
//! a guard, a method under another name, a body whose end two servers see in different places.
//!
//! Sources: CVE-2025-71399 (paths, better-auth); ASVS 4.2.1, 13.4.4; RFC 9112 §5.2, §6.3, §11.2;
//! RUSTSEC-2026-0258 (smuggling).

use std::time::Duration;

use fastauth_tests::{Client, World, ada};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

async fn world_and_ada() -> (World<fastauth_tests::User>, Client) {
    let world = World::new().await;
    let me = world.client.signed_in(&world.client.register("ada@example.com").await);
    (world, me)
}

#[tokio::test]
async fn a_path_is_a_route_or_nothing() {
    let (world, me) = world_and_ada().await;
    for path in [
        "/auth/me/",
        "/auth//me",
        "//auth/me",
        "//auth//me",
        "/auth/./me",
        "/auth/x/../me",
        "/auth/Me",
        "/AUTH/me",
        "/auth/me%2f",
        "/auth%2fme",
        "/auth/%6de",
        "/auth/m%65",
        "/auth/me%00",
        "/auth/me%20",
        "/auth/me;x=1",
        "/auth/me.json",
        "/auth\\me",
        "/auth/%2e/me",
        "/auth/nothing",
        "/auth/sessions/",
        "/auth/",
        "/auth/sessions/x/y",
        "/auth/password",
        "/me",
        "/",
        "*",
    ] {
        for client in [&me, &world.client] {
            let reply = client.get(path).await;
            assert!([400, 404, 405].contains(&reply.status), "{path}: {}", reply.status);
            assert!(!reply.text().contains("ada@example.com"), "{path}: {}", reply.text());
        }
    }
    me.get("/auth/nothing").await.problem(404, "not_found");
    // A host in the line of the request is still a path (RFC 9112 §3.2.2), behind the same guard.
    me.get("http://app.test/auth/me").await.expect(200);
    world.client.get("http://app.test/auth/me").await.problem(401, "missing_token");
    world
        .client
        .get("http://other.example/auth/me?x=/auth/login")
        .await
        .problem(401, "missing_token");
}

#[tokio::test]
async fn a_method_is_what_the_first_line_says() {
    let (world, me) = world_and_ada().await;
    for (method, path, allow) in [
        ("PUT", "/auth/me", "GET,HEAD,PATCH,DELETE"),
        ("get", "/auth/me", "GET,HEAD,PATCH,DELETE"),
        ("GET", "/auth/login", "POST"),
        ("GET", "/auth/logout", "POST"),
        ("HEAD", "/auth/logout", "POST"),
        ("DELETE", "/auth/refresh", "POST"),
        ("OPTIONS", "/auth/register", "POST"),
        ("TRACE", "/auth/me", "GET,HEAD,PATCH,DELETE"),
        ("CONNECT", "/auth/me", "GET,HEAD,PATCH,DELETE"),
        ("BREW", "/auth/sessions", "GET,HEAD,DELETE"),
        ("PATCH", "/auth/sessions/01890f6e-0000-7000-8000-000000000000", "DELETE"),
    ] {
        let reply = me.send(method, path, b"").await;
        if method == "CONNECT" {
            // No route is an authority, whatever stands in its place.
            assert!((400..500).contains(&reply.status), "{}", reply.status);
            continue;
        }
        assert_eq!(reply.header("allow"), Some(allow), "{method} {path}");
        assert_eq!(reply.status, 405, "{method} {path}");
        if method != "HEAD" {
            reply.problem(405, "method_not_allowed");
        }
    }
    // Nobody is asked for another method by a header, a field or the query.
    for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let other = me.with(name, "DELETE");
        other.me().await.expect(200);
        other.post("/auth/me", json!({})).await.problem(405, "method_not_allowed");
        other.get("/auth/me?_method=DELETE").await.expect(200);
        other.get("/auth/sessions").await.expect(200);
    }
    me.me().await.expect(200);
    world.client.login("ada@example.com", fastauth_tests::PASSWORD).await.expect(200);
}

#[tokio::test]
async fn head_is_guarded_like_get_and_says_as_much() {
    let (world, me) = world_and_ada().await;
    for path in ["/auth/me", "/auth/sessions", "/fresh"] {
        let reply = world.client.send("HEAD", path, b"").await.expect(401);
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "{path}");
        let reply = me.send("HEAD", path, b"").await.expect(200);
        assert!(reply.body.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_head_has_at_most_32_kib() {
    let world = World::new().await;
    let sent = |size: usize| {
        // What the head has besides the one long field: the line, two fields and this one's name.
        let lines = ["GET/auth/me", "host: app.test\r\n", "connection: close\r\n", "x: \r\n"];
        let rest: usize = lines.iter().map(|line| line.len()).sum();
        world.client.with("x", "y".repeat(size - rest))
    };
    sent(32 * 1024).me().await.problem(401, "missing_token");
    sent(32 * 1024 + 1).me().await.problem(431, "head_too_large");
    for size in [64 * 1024, 100 * 1024, 4 * 1024 * 1024] {
        assert_eq!(sent(size).me().await.status, 431);
    }
    let path = format!("/auth/me?{}", "x".repeat(33 * 1024));
    assert!([414, 431].contains(&world.client.get(&path).await.status));
    let many = |count: usize| (0..count).fold(world.client.clone(), |it, _| it.with("a", "b"));
    many(90).me().await.problem(401, "missing_token");
    assert_eq!(many(200).me().await.status, 431);
}

#[tokio::test]
async fn a_header_of_odd_bytes_is_no_reason_to_break() {
    let (world, me) = world_and_ada().await;
    for name in
        ["user-agent", "x-forwarded-for", "origin", "referer", "cookie", "accept", "x-request-id"]
    {
        for value in
            [b"\xff\xfe\x80".as_slice(), b"", b"\t", "ä\u{202e}".as_bytes(), &vec![b'x'; 20_000]]
        {
            let odd = me.with(name, value);
            odd.me().await.expect(200);
            odd.get("/auth/sessions").await.expect(200);
            odd.login("ada@example.com", "wrong password")
                .await
                .problem(401, "invalid_credentials");
            world.client.with(name, value).me().await.problem(401, "missing_token");
        }
    }
    // What was shown as the client of a session is text, and short.
    let odd =
        world.client.with("user-agent", [b"\xff<script>".as_slice(), &[b'x'; 9_000]].concat());
    let reply = odd.login("ada@example.com", fastauth_tests::PASSWORD).await.expect(200);
    let sessions = world.client.signed_in(&reply).get("/auth/sessions").await.expect(200);
    assert!(sessions.json().is_array() && sessions.body.len() < 4_096, "{}", sessions.body.len());
}

#[tokio::test]
async fn what_is_not_http_is_answered_and_survived() {
    let world = World::new().await;
    for bytes in [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /auth/me\r\n\r\n",
        b" GET /auth/me HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET  /auth/me HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /auth/me HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
        b"GET /auth/me HTTP/1.1\r\nhost: x\r\nname : x\r\n\r\n",
        b"GET /auth/me HTTP/1.1\r\nhost: x\r\n: x\r\n\r\n",
        b"GET /auth/me HTTP/1.1\r\nhost: x\r\nx: a\0b\r\n\r\n",
        b"GET /auth/me HTTP/1.1\r\nhost: x\r\nx: a\r\n b\r\n\r\n",
        b"GET /auth/me HTTP/1.1\r\nhost: x\r\nx: a\rb\r\n\r\n",
        b"GET /auth/\xff HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /auth/me\0 HTTP/1.1\r\nhost: x\r\n\r\n",
    ] {
        let reply = world.client.raw(bytes).await;
        let shown = bytes.escape_ascii();
        assert!(
            reply.status == 0 || (400..500).contains(&reply.status),
            "{shown} {}",
            reply.status
        );
    }
    world.client.post("/auth/register", ada()).await.expect(201);
}

#[tokio::test]
async fn a_body_ends_in_one_place_only() {
    let (world, me) = world_and_ada().await;
    let smuggled = "DELETE /auth/sessions HTTP/1.1\r\nhost: x\r\n\r\n";
    let length = smuggled.len();
    for framing in [
        "content-length: -1\r\n\r\n".to_owned(),
        "content-length: +5\r\n\r\n".into(),
        "content-length: 0x5\r\n\r\n".into(),
        "content-length: 5, 5\r\n\r\n".into(),
        "content-length: 1e1\r\n\r\n".into(),
        "content-length: 99999999999999999999999999\r\n\r\n".into(),
        format!("content-length: 0\r\ncontent-length: {length}\r\n\r\n"),
        "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".into(),
        "transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n".into(),
        "transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n".into(),
        "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n".into(),
        "transfer-encoding : chunked\r\n\r\n0\r\n\r\n".into(),
    ] {
        let request = format!("POST /auth/logout HTTP/1.1\r\nhost: x\r\n{framing}{smuggled}");
        let answers = answers(&world.client, request.as_bytes()).await;
        // One refusal at most, and the connection ends: what follows is nobody's request.
        assert!(answers.len() <= 1, "{framing:?}: {answers:?}");
    }
    me.me().await.expect(200);
}

/// The statuses of everything that comes back on one connection, until it ends.
async fn answers(client: &Client, bytes: &[u8]) -> Vec<String> {
    let mut stream = TcpStream::connect(client.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut said = Vec::new();
    let _ = timeout(Duration::from_millis(400), stream.read_to_end(&mut said)).await;
    let said = String::from_utf8_lossy(&said);
    said.split("HTTP/1.1 ").skip(1).map(|reply| reply.chars().take(3).collect()).collect()
}
