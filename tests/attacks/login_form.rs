//! The one form there is, of OAuth2: sent across sites without asking, and decoded by rules of its
//! own. It must be as strict as JSON, and mean the same account and the same password.
//!
//! Sources: ASVS 1.5.3, 3.5.3; RFC 6749 §4.3.2; WHATWG URL, application/x-www-form-urlencoded.

use fastauth_tests::{PASSWORD, World, ada};
use serde_json::json;

const RIGHT: &str = "username=ada%40example.com&password=correct+horse+battery";

#[tokio::test]
async fn a_form_signs_in_whom_json_signs_in() {
    let world = World::new().await;
    world.client.post("/auth/register", ada()).await.expect(201);
    for form in [
        RIGHT,
        "password=correct%20horse%20battery&username=ada@example.com",
        "&&username=ADA%40Example.com&&password=correct+horse+battery&",
        "us%65rname=ada%40example.com&p%61ssword=correct+horse+battery",
        "username=ada%40example.com&password=correct+horse+battery&scope=&grant_type=password",
    ] {
        world.client.form("/auth/login", form).await.expect(200);
    }
}

#[tokio::test]
async fn a_form_that_can_be_read_in_two_ways_is_not_read() {
    let world = World::new().await;
    world.client.post("/auth/register", ada()).await.expect(201);
    for (form, status) in [
        ("", 422),
        ("username", 422),
        ("=", 422),
        ("username=ada%40example.com", 422),
        ("password=correct+horse+battery", 422),
        ("email=ada%40example.com&password=correct+horse+battery", 422),
        ("username=eve&username=ada%40example.com&password=correct+horse+battery", 400),
        ("username=ada%40example.com&password=x&password=correct+horse+battery", 400),
        ("username=ada%40example.com&us%65rname=eve&password=correct+horse+battery", 400),
        ("username[]=ada%40example.com&password=correct+horse+battery", 422),
        ("username=ada%40example.com;password=correct+horse+battery", 422),
        ("Username=ada%40example.com&Password=correct+horse+battery", 422),
        ("username=ada%40example.com&password=correct%2bhorse%2bbattery", 401),
        ("username=ada%40example.com&password=correct+horse+battery%20", 401),
        ("username=ada%2540example.com&password=correct+horse+battery", 401),
    ] {
        let reply = world.client.form("/auth/login", form).await.expect(status);
        reply.refused();
        assert!(!reply.text().contains("battery"), "{}", reply.text());
    }
    for odd in [
        b"username=\xff&password=\xfe".as_slice(),
        b"username=%ff%fe&password=%",
        b"%zz=%zz&%",
        b"\0=\0",
    ] {
        world.client.form("/auth/login", odd).await.refused();
    }
    let many = format!("{RIGHT}{}", "&a=b".repeat(2_000));
    world.client.form("/auth/login", many).await.problem(400, "malformed_body");
    let many: Vec<_> = (0..5_000).map(|number| format!("&f{number}=")).collect();
    let reply = world.client.form("/auth/login", format!("{RIGHT}{}", many.concat())).await;
    reply.problem(422, "validation_failed");
}

#[tokio::test]
async fn what_a_body_is_its_content_type_says() {
    let world = World::new().await;
    world.client.post("/auth/register", ada()).await.expect(201);
    let form = world.client.with("content-type", "application/json");
    form.send("POST", "/auth/login", RIGHT.as_bytes()).await.problem(400, "malformed_body");
    let both = world.client.with("content-type", "application/x-www-form-urlencoded");
    let json = json!({ "email": "ada@example.com", "password": PASSWORD });
    // The header that `json` adds is the second.
    both.post("/auth/login", json).await.problem(415, "unsupported_media_type");
    for kind in
        ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencodedx"]
    {
        let other = world.client.with("content-type", kind);
        let reply = other.send("POST", "/auth/login", RIGHT.as_bytes()).await;
        reply.problem(415, "unsupported_media_type");
    }
}
