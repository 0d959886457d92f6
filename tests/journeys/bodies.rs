use fastauth_tests::{World, ada};

/// Every route that reads a body, and whether it asks who is there first.
const ROUTES: &[(&str, &str, bool)] = &[
    ("POST", "/auth/register", false),
    ("POST", "/auth/login", false),
    ("POST", "/auth/refresh", false),
    ("PATCH", "/auth/me", true),
    ("DELETE", "/auth/me", true),
    ("POST", "/auth/password/change", true),
    ("POST", "/auth/reauthenticate", true),
];

#[tokio::test]
async fn a_body_that_cannot_be_read_is_the_clients_mistake() {
    let world = World::new().await;
    let me = world.client.signed_in(&world.client.post("/auth/register", ada()).await.expect(201));
    let deep = [b"{\"email\":".as_slice(), &b"[".repeat(60_000)].concat();
    let malformed: [&[u8]; 12] = [
        b"",
        b"{",
        b"{\"a\":1,}",
        b"{} {}",
        b"{}x",
        b"nul",
        b"{\"a\":1,\"a\":2}",
        b"{\"a\":\"\xff\"}",
        b"{\"a\":\"\\ud800\"}",
        b"{\"a\":01}",
        b"\xef\xbb\xbf{}",
        &deep,
    ];
    let other: [&[u8]; 5] = [b"[]", b"null", b"\"x\"", b"1", b" true "];
    for (method, path, _) in ROUTES {
        let json = me.with("content-type", "application/json; charset=utf-8");
        for body in malformed {
            json.send(method, path, body).await.problem(400, "malformed_body");
        }
        for body in other {
            let reply = json.send(method, path, body).await.problem(422, "validation_failed");
            assert_eq!(reply.errors(), [" wrong_type"], "{method} {path}");
        }
    }
}

#[tokio::test]
async fn only_json_is_read() {
    let world = World::new().await;
    let me = world.client.signed_in(&world.client.post("/auth/register", ada()).await.expect(201));
    for (method, path, _) in ROUTES {
        for kind in [
            "text/plain",
            "application/jsonx",
            "text/json",
            "application/vnd.api+json",
            "multipart/form-data; boundary=x",
            "application/octet-stream",
            ";",
            "application/json, text/plain",
        ] {
            me.with("content-type", kind)
                .send(method, path, b"{}")
                .await
                .problem(415, "unsupported_media_type");
        }
        let twice =
            me.with("content-type", "application/json").with("content-type", "application/json");
        twice.send(method, path, b"{}").await.problem(415, "unsupported_media_type");
        let packed = me.with("content-type", "application/json").with("content-encoding", "gzip");
        packed.send(method, path, b"{}").await.problem(415, "unsupported_media_type");
        me.send(method, path, b"{}").await.problem(415, "unsupported_media_type");
        if *path != "/auth/login" {
            let form = me.with("content-type", "application/x-www-form-urlencoded");
            form.send(method, path, b"a=b").await.problem(415, "unsupported_media_type");
        }
    }
}

#[tokio::test]
async fn a_body_has_at_most_64_kib() {
    let world = World::new().await;
    let json = world
        .client
        .signed_in(&world.client.post("/auth/register", ada()).await.expect(201))
        .with("content-type", "application/json");
    for (method, path, _) in ROUTES {
        let padded = |size: usize| format!("{{}}{}", " ".repeat(size - 2)).into_bytes();
        let reply = json.send(method, path, &padded(64 * 1024)).await;
        assert!(reply.status == 422 || reply.status == 200, "{method} {path}: {}", reply.status);
        let _ =
            json.send(method, path, &padded(64 * 1024 + 1)).await.problem(413, "payload_too_large");
    }
    let chunked = format!(
        "POST /auth/login HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n12000\r\n{}\r\n0\r\n\r\n",
        " ".repeat(0x12000)
    );
    world.client.raw(chunked.as_bytes()).await.problem(413, "payload_too_large");
}

#[tokio::test]
async fn a_guard_comes_before_the_body() {
    let world = World::new().await;
    for (method, path, guarded) in ROUTES {
        if *guarded {
            world
                .client
                .with("content-type", "text/plain")
                .send(method, path, b"{")
                .await
                .problem(401, "missing_token");
        }
    }
}

#[tokio::test]
async fn a_path_is_a_route_or_nothing() {
    let world = World::new().await;
    let me = world.client.signed_in(&world.client.post("/auth/register", ada()).await.expect(201));
    for path in [
        "/auth/me/",
        "/auth//me",
        "/auth/Me",
        "/auth/me%2f",
        "/auth/nothing",
        "/auth/sessions/",
        "/auth/",
    ] {
        let reply = me.get(path).await;
        assert_eq!(reply.status, 404, "{path}: {}", reply.text());
    }
    me.get("/auth/nothing").await.problem(404, "not_found");
    for (method, path, allow) in [
        ("PUT", "/auth/me", "GET,HEAD,PATCH,DELETE"),
        ("GET", "/auth/login", "POST"),
        ("OPTIONS", "/auth/register", "POST"),
        ("TRACE", "/auth/me", "GET,HEAD,PATCH,DELETE"),
        ("BREW", "/auth/sessions", "GET,HEAD,DELETE"),
    ] {
        let reply = me.send(method, path, b"").await.problem(405, "method_not_allowed");
        assert_eq!(reply.header("allow"), Some(allow), "{method} {path}");
    }
}

#[tokio::test]
async fn a_head_has_at_most_32_kib() {
    let world = World::new().await;
    let sent = |size: usize| {
        // What the head has besides the one long field: the line, three fields and this one's name.
        let rest = "GET".len()
            + "/auth/me".len()
            + "host".len()
            + "app.test".len()
            + 4
            + "connection".len()
            + "close".len()
            + 4
            + "x".len()
            + 4;
        world.client.with("x", "y".repeat(size - rest))
    };
    sent(32 * 1024).get("/auth/me").await.problem(401, "missing_token");
    sent(32 * 1024 + 1).get("/auth/me").await.problem(431, "head_too_large");
    assert_eq!(sent(100 * 1024).get("/auth/me").await.status, 431);
    let many: Vec<u8> =
        [b"GET /auth/me HTTP/1.1\r\nhost: x\r\n".as_slice(), &b"a: b\r\n".repeat(200), b"\r\n"]
            .concat();
    assert_eq!(world.client.raw(&many).await.status, 431);
}

#[tokio::test]
async fn what_is_not_http_is_answered_and_survived() {
    let world = World::new().await;
    for bytes in [
        b"\x16\x03\x01\x02\x00".as_slice(),
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /auth/me HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
        b"POST /auth/login HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /auth/login HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
    ] {
        let reply = world.client.raw(bytes).await;
        assert!(reply.status == 0 || (400..500).contains(&reply.status), "{}", reply.status);
    }
    world.client.post("/auth/register", ada()).await.expect(201);
}
