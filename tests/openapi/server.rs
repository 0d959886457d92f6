//! The full accounts on a port of their own, with somebody who administers them.

use fastauth::{
    CurrentUser, RequireScope, Router,
    access::Role,
    openapi::{
        Accounts,
        utoipa::openapi::{Info, OpenApi, Paths},
    },
    routing::{get, post},
};
use fastauth_tests::{Client, serve, signup};

use crate::accounts::{self, User, can};

/// Whoever's token may be used for posts.
type Writer = RequireScope<User, can::WritePosts>;

/// Where they are served, and the access token of the administrator.
pub(crate) struct Served {
    pub(crate) client: Client,
    pub(crate) token: String,
}

pub(crate) async fn served() -> Served {
    let auth = accounts::open().await;
    let own = OpenApi::new(Info::new("Everything", "1.0.0"), Paths::new());
    let app = Router::new()
        .route("/", get(async |user: CurrentUser<User>| user.name.clone()))
        .route("/posts", post(async |user: Writer| user.name.clone()))
        .mount("/auth", &auth)
        .serve_openapi("/openapi.json", own, &[Accounts::of(&auth)])
        .with_state(auth.clone());
    let client = serve(&auth, app.into()).await;
    let page = client.with("x-requested-with", "test");
    let reply = page.post("/auth/register", signup("ada@example.com")).await.expect(201);
    let id = reply.json()["user"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    let permissions = ["manage-roles", "posts:write"].into_iter().collect();
    let role = Role { name: "administrator".parse().expect("a name"), permissions };
    auth.create_role(&role).await.expect("a role");
    auth.assign_role(&id, &role.name).await.expect("it is theirs");
    Served { client, token: reply.access().to_owned() }
}
