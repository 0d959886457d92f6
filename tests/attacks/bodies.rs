//! A body that is no body: broken, cut off, too large, packed, twice, of another type or another
//! kind. Each must be the client's own mistake, told without its words, with nothing done.
//!
//! Sources: RFC 8259 §4, §8; ASVS 1.5.3, 3.5.3, 4.1.1; RUSTSEC-2022-0055 (no limit in axum-core).

use fastauth::{AuthBuilder, EmailVerification, store::Memory};
use fastauth_tests::{Client, Mailbox, PASSWORD, User, World, ada};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Every route that reads a body, and whether it asks who is there first.
pub(crate) const ROUTES: &[(&str, &str, bool)] = &[
    ("POST", "/auth/register", false),
    ("POST", "/auth/login", false),
    ("POST", "/auth/refresh", false),
    ("PATCH", "/auth/me", true),
    ("DELETE", "/auth/me", true),
    ("POST", "/auth/password/change", true),
    ("POST", "/auth/reauthenticate", true),
    ("POST", "/auth/email/change", true),
    ("POST", "/auth/email/change/confirm", false),
    ("POST", "/auth/email/verification", false),
    ("POST", "/auth/email/verify", false),
    ("POST", "/auth/magic-link", false),
    ("POST", "/auth/magic-link/verify", false),
    ("POST", "/auth/password/forgot", false),
    ("POST", "/auth/password/reset", false),
    ("POST", "/auth/register/complete", false),
];

/// The largest body that is read.
const LIMIT: usize = 64 * 1024;

/// An application with all of these routes.
pub(crate) async fn world() -> World<User> {
    World::built(Memory::new(), with_mail).await
}

/// Mounts those that send mail, and those that its links lead to.
pub(crate) fn with_mail(builder: AuthBuilder<User>) -> AuthBuilder<User> {
    let builder = builder.email(Mailbox::default().outbox()).magic_link_signup();
    builder.email_verification(EmailVerification::Offered)
}

/// Somebody signed in, who is to be the same afterwards.
async fn ada_signed_in(world: &World<User>) -> Client {
    world.client.signed_in(&world.client.post("/auth/register", ada()).await.expect(201))
}

async fn is_unharmed(me: &Client) {
    let user = me.me().await.expect(200).json();
    assert_eq!((&user["name"], &user["motto"]), (&json!("Ada"), &json!(null)));
    let sessions = me.get("/auth/sessions").await.expect(200).json();
    assert_eq!(sessions.as_array().map(Vec::len), Some(1), "{sessions}");
    me.post("/auth/reauthenticate", json!({ "password": PASSWORD })).await.expect(204);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_the_clients_mistake() {
    let world = world().await;
    let me = ada_signed_in(&world).await;
    let deep = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        format!("{{\"name\":{open}{close}}}").into_bytes()
    };
    let unclosed = [b"{\"email\":".as_slice(), &b"[".repeat(60_000)].concat();
    let malformed: &[&[u8]] = &[
        b"",
        b" ",
        b"{",
        b"}",
        b"{\"name\"",
        b"{\"name\":",
        b"{\"name\":\"Eve\"",
        b"{\"name\":\"Eve",
        b"{\"a\":1,}",
        b"{,\"a\":1}",
        b"{} {}",
        b"{}x",
        b"{}\0",
        b"{\"name\":\"Eve\"}]",
        b"nul",
        b"{'name':'Eve'}",
        b"{name:\"Eve\"}",
        b"{\"name\":\"Eve\"/**/}",
        b"{\"a\":1,\"a\":2}",
        b"{\"name\":\"Eve\",\"n\\u0061me\":\"Eve\"}",
        b"{\"a\":\"\xff\"}",
        b"{\"a\":\"\xc0\x80\"}",
        b"{\"a\":\"\xed\xa0\x80\"}",
        b"{\"a\":\"\\ud800\"}",
        b"{\"a\":\"\\udc00\\ud800\"}",
        b"{\"a\":\"\\x41\"}",
        b"{\"name\":\"a\0b\"}",
        b"{\"name\":\"a\nb\"}",
        b"{\"a\":01}",
        b"{\"a\":+1}",
        b"{\"a\":1e400}",
        b"{\"a\":NaN}",
        b"{\"a\":-Infinity}",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\0}\0",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00",
        &deep(128),
        &deep(20_000),
        &unclosed,
    ];
    let other: &[&[u8]] = &[b"[]", b"null", b"\"x\"", b"1", b" true ", b"[{\"name\":\"Eve\"}]"];
    for (method, path, _) in ROUTES {
        let json = me.with("content-type", "application/json; charset=utf-8");
        for body in malformed {
            json.send(method, path, body).await.problem(400, "malformed_body");
        }
        for body in other {
            let reply = json.send(method, path, body).await.problem(422, "validation_failed");
            assert_eq!(reply.errors(), [" wrong_type"], "{method} {path}");
        }
        json.send(method, path, &deep(100)).await.problem(422, "validation_failed");
    }
    is_unharmed(&me).await;
}

#[tokio::test]
async fn a_member_of_another_type_is_the_clients_mistake() {
    let world = world().await;
    let me = ada_signed_in(&world).await;
    let values = [
        "7",
        "-0",
        "1E+2",
        "18446744073709551616",
        "-9223372036854775809",
        "123456789012345678901234567890.5",
        "true",
        "[]",
        "[\"x\"]",
        "{}",
        "{\"a\":1,\"a\":2}",
        "{\"$ne\":null}",
    ];
    for (method, path, names) in [
        ("POST", "/auth/register", ["email", "password", "name"].as_slice()),
        ("POST", "/auth/login", &["email", "username", "password"]),
        ("POST", "/auth/refresh", &["refresh_token"]),
        ("PATCH", "/auth/me", &["name", "motto", "username"]),
        ("DELETE", "/auth/me", &["password"]),
        ("POST", "/auth/password/change", &["current_password", "new_password"]),
        ("POST", "/auth/reauthenticate", &["password"]),
        ("POST", "/auth/email/change", &["new_email", "password"]),
        ("POST", "/auth/email/change/confirm", &["token"]),
        ("POST", "/auth/email/verification", &["email"]),
        ("POST", "/auth/email/verify", &["token"]),
        ("POST", "/auth/magic-link", &["email"]),
        ("POST", "/auth/magic-link/verify", &["token"]),
        ("POST", "/auth/password/forgot", &["email"]),
        ("POST", "/auth/password/reset", &["token", "password"]),
        // What is without it is not read further.
        ("POST", "/auth/register/complete", &["flow"]),
    ] {
        let json = me.with("content-type", "application/json");
        for name in names {
            for value in values {
                let body = format!("{{\"{name}\":{value}}}");
                let reply = json.send(method, path, body.as_bytes()).await;
                let reply = reply.problem(422, "validation_failed");
                let wrong = format!("/{name} wrong_type");
                assert!(reply.errors().contains(&wrong), "{path} {body}: {}", reply.text());
            }
        }
    }
    let remember = json!({ "email": "ada@example.com", "password": PASSWORD, "remember": "true" });
    let reply = me.post("/auth/login", remember).await.problem(422, "validation_failed");
    assert_eq!(reply.errors(), ["/remember wrong_type"]);
    is_unharmed(&me).await;
}

#[tokio::test]
async fn only_json_is_read() {
    let world = world().await;
    let me = ada_signed_in(&world).await;
    for (method, path, _) in ROUTES {
        for kind in [
            "text/plain",
            "application/jsonx",
            "text/json",
            "application/vnd.api+json",
            "application/json/x",
            "application",
            "multipart/form-data; boundary=x",
            "application/octet-stream",
            "application/x-ndjson",
            ";",
            "",
            "; application/json",
            "application/json, text/plain",
            "text/plain, application/json",
        ] {
            let reply = me.with("content-type", kind).send(method, path, b"{}").await;
            reply.problem(415, "unsupported_media_type");
        }
        let json = me.with("content-type", "application/json");
        let twice = json.with("content-type", "application/json");
        twice.send(method, path, b"{}").await.problem(415, "unsupported_media_type");
        let bytes = me.with("content-type", b"application/json\xff");
        bytes.send(method, path, b"{}").await.problem(415, "unsupported_media_type");
        for packed in ["gzip", "deflate", "br", "zstd", "gzip, identity", "x", ""] {
            let packed = json.with("content-encoding", packed);
            packed.send(method, path, b"{}").await.problem(415, "unsupported_media_type");
        }
        me.send(method, path, b"{}").await.problem(415, "unsupported_media_type");
        if *path != "/auth/login" {
            let form = me.with("content-type", "application/x-www-form-urlencoded");
            let reply = form.send(method, path, b"name=Eve&password=x").await;
            reply.problem(415, "unsupported_media_type");
        }
        let plain = json.with("content-encoding", "identity");
        assert_ne!(plain.send(method, path, b"{}").await.status, 415, "{method} {path}");
    }
    is_unharmed(&me).await;
}

#[tokio::test]
async fn a_body_has_at_most_64_kib() {
    let world = world().await;
    let me = ada_signed_in(&world).await.with("content-type", "application/json");
    for (method, path, _) in ROUTES {
        let padded = |size: usize| format!("{{}}{}", " ".repeat(size - 2)).into_bytes();
        let reply = me.send(method, path, &padded(LIMIT)).await;
        assert!(reply.status == 422 || reply.status == 200, "{method} {path}: {}", reply.status);
        for size in [LIMIT + 1, 2 * 1024 * 1024, 8 * 1024 * 1024] {
            me.send(method, path, &padded(size)).await.problem(413, "payload_too_large");
        }
        // Without saying how long it is.
        let reply = me.raw(&chunked(&me, method, path, &padded(LIMIT), 4_000)).await;
        assert!(reply.status == 422 || reply.status == 200, "{method} {path}: {}", reply.status);
        for size in [LIMIT + 1, 8 * LIMIT] {
            let bytes = chunked(&me, method, path, &padded(size), 4_000);
            me.raw(&bytes).await.problem(413, "payload_too_large");
        }
    }
    let form = world.client.form("/auth/login", "x".repeat(LIMIT + 1)).await;
    form.problem(413, "payload_too_large");
}

#[tokio::test]
async fn a_body_in_chunks_is_read_and_a_broken_one_is_not() {
    let world = world().await;
    let json = world.client.with("content-type", "application/json");
    let body = ada().to_string();
    let head = [json.with("transfer-encoding", "chunked").head("POST", "/auth/register")].concat();
    for chunks in
        ["zz\r\n", "-1\r\n{}\r\n0\r\n\r\n", "5\r\n{}\r\n0\r\n\r\n", "ffffffffffffffff\r\n{}"]
    {
        let reply = cut_off(&json, &[&head, b"\r\n".as_slice(), chunks.as_bytes()].concat()).await;
        assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 4"), "{chunks:?}: {reply}");
    }
    let whole = chunked(&json, "POST", "/auth/register", body.as_bytes(), 1);
    json.raw(&whole).await.expect(201);
}

#[tokio::test]
async fn a_body_that_ends_early_does_nothing() {
    let world = world().await;
    let json = world.client.with("content-type", "application/json");
    let body = ada().to_string();
    // All of the document is there, and one more byte was promised.
    let head =
        json.with("content-length", (body.len() + 1).to_string()).head("POST", "/auth/register");
    let reply = cut_off(&json, &[&head, b"\r\n".as_slice(), body.as_bytes()].concat()).await;
    assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 4"), "{reply}");
    let whole = chunked(&json, "POST", "/auth/register", body.as_bytes(), 7);
    // The same, without its last chunk.
    let reply = cut_off(&json, whole.strip_suffix(b"0\r\n\r\n").unwrap()).await;
    assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 4"), "{reply}");
    world.client.login("ada@example.com", PASSWORD).await.problem(401, "invalid_credentials");
    json.send("POST", "/auth/register", body.as_bytes()).await.expect(201);
}

#[tokio::test]
async fn a_guard_comes_before_the_body() {
    let world = world().await;
    for (method, path, guarded) in ROUTES {
        if *guarded {
            let text = world.client.with("content-type", "text/plain");
            text.send(method, path, b"{").await.problem(401, "missing_token");
            let large = text.bearer("x");
            large.send(method, path, &vec![b' '; 2 * LIMIT]).await.invalid_token();
        }
    }
}

/// A request whose body comes in chunks of this size.
fn chunked(client: &Client, method: &str, path: &str, body: &[u8], size: usize) -> Vec<u8> {
    let mut request = client.with("transfer-encoding", "chunked").head(method, path);
    request.extend(b"\r\n");
    for chunk in body.chunks(size) {
        request.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        request.extend([chunk, b"\r\n"].concat());
    }
    request.extend(b"0\r\n\r\n");
    request
}

/// What is answered to somebody who sends this and no more.
async fn cut_off(client: &Client, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(client.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut reply = Vec::new();
    let _ = stream.read_to_end(&mut reply).await;
    String::from_utf8_lossy(&reply).into_owned()
}
