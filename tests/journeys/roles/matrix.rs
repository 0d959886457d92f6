//! Every route against everybody, with the store up and down.

use fastauth::store::Sqlite;
use fastauth_tests::Client;

use super::{Office, id, name};

/// Who asks.
const WHO: [&str; 4] = ["nobody", "user", "writer and reader", "administrator"];

/// What each of them is told by each route.
const ROUTES: [(&str, &str, [u16; 4]); 12] = [
    ("GET", "/read", [401, 403, 200, 200]),
    ("GET", "/both", [401, 403, 200, 200]),
    ("GET", "/either", [401, 403, 200, 200]),
    ("GET", "/written", [401, 403, 200, 200]),
    ("GET", "/auth/me", [401, 200, 200, 200]),
    ("GET", "/auth/sessions", [401, 200, 200, 200]),
    ("GET", "/auth/me/roles", [401, 200, 200, 200]),
    ("GET", "/auth/roles", [401, 403, 403, 200]),
    ("DELETE", "/auth/roles/nobodys", [401, 403, 403, 404]),
    ("PUT", "/auth/users/nobody/roles/reader", [401, 403, 403, 404]),
    ("DELETE", "/auth/users/nobody/roles/reader", [401, 403, 403, 404]),
    ("GET", "/auth/nothing", [404, 404, 404, 404]),
];

#[tokio::test]
async fn each_route_tells_each_of_them_what_is_declared() {
    let store = Sqlite::open("sqlite::memory:").await.expect("a database");
    let office = Office::on(store.clone()).await;
    let user = office.client.register("user@example.com").await;
    let writer = office.client.register("writer@example.com").await;
    for role in ["writer", "reader"] {
        office.auth.assign_role(&id(&writer), &name(role)).await.expect("both are there");
    }
    let everybody: [Client; 4] = [
        office.client.clone(),
        office.client.signed_in(&user),
        office.client.signed_in(&writer),
        office.admin.clone(),
    ];
    for (method, path, expected) in ROUTES {
        for ((client, who), status) in everybody.iter().zip(WHO).zip(expected) {
            let reply = client.send(method, path, b"").await;
            assert_eq!(reply.status, status, "{method} {path} by {who}: {}", reply.text());
        }
    }
    // Nobody is let in, nor told that they are nobody, while the store cannot say.
    store.pool().close().await;
    for (method, path, expected) in ROUTES {
        for ((client, who), status) in everybody.iter().zip(WHO).zip(expected) {
            let reply = client.send(method, path, b"").await;
            let status = if who == "nobody" || status == 404 && path == "/auth/nothing" {
                status
            } else {
                503
            };
            assert_eq!(reply.status, status, "{method} {path} by {who}: {}", reply.text());
        }
    }
}
