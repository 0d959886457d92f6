use axum::{Router, routing::get};
use fastauth::{
    Any, AuthBuilder, Claims, CurrentUser, Fresh, Permission, Require, RequireScope,
    access::{Role, RoleName},
    store::Store,
};
use uuid::Uuid;

use super::{Client, PASSWORD, Reply, User, World, serve};

/// What people at the office may do.
#[derive(Permission)]
pub enum Can {
    /// Administer roles.
    ManageRoles,
    /// Read mail.
    #[permission("mail:read")]
    ReadMail,
    /// Read posts.
    #[permission("posts:read")]
    ReadPosts,
    /// Write posts.
    #[permission("posts:write")]
    WritePosts,
}

/// An application of guarded doors, and people with roles of their own.
pub struct Office {
    /// The application, and a page of it.
    pub world: World<User>,
}

impl Office {
    /// With more decided.
    pub async fn on(
        store: impl Store<User>,
        decide: impl FnOnce(AuthBuilder<User>) -> AuthBuilder<User>,
    ) -> Self {
        let decide = |it: AuthBuilder<User>| {
            decide(it.permissions::<Can>().roles_admin::<can::ManageRoles>())
        };
        let mut world = World::built(store, decide).await;
        let client = serve(&world.auth, doors(&world)).await;
        world.client = client.with("sec-fetch-site", "same-origin");
        Self { world }
    }

    /// Somebody who may do this.
    pub async fn hire(&self, name: &str, permissions: &[&str]) -> Uuid {
        let reply = self.world.client.register(&email(name)).await;
        let id = reply.json()["user"]["id"].as_str().unwrap().parse().unwrap();
        let role = role(name, permissions);
        self.world.auth.create_role(&role).await.unwrap();
        self.world.auth.assign_role(&id, &role.name).await.unwrap();
        id
    }

    /// From now on they may do this, and nothing else.
    pub async fn allow(&self, name: &str, permissions: &[&str]) {
        self.world.auth.set_role_permissions(&role(name, permissions)).await.unwrap();
    }

    /// A sign-in by the form that asks for these scopes, written as they are sent.
    pub async fn ask(&self, name: &str, scope: &str) -> Reply {
        let form = format!("username={}&password={PASSWORD}&scope={scope}", email(name));
        self.world.client.form("/auth/login", form.replace(' ', "+")).await
    }

    /// An ordinary sign-in.
    pub async fn login(&self, name: &str) -> Reply {
        self.world.client.login(&email(name), PASSWORD).await.expect(200)
    }

    /// Somebody signed in, by whatever the reply brought.
    pub fn as_told(&self, reply: &Reply) -> Client {
        self.world.client.as_told(reply)
    }

    /// The doors that open, of those that a permission guards.
    pub async fn opened(&self, reply: &Reply) -> Vec<&'static str> {
        let client = self.as_told(reply);
        let mut opened = Vec::new();
        for door in DOORS {
            let reply = client.get(door).await;
            match reply.status {
                200 => opened.push(door),
                _ => assert!(reply.refused().starts_with("insufficient_"), "{}", reply.text()),
            }
        }
        opened
    }
}

/// What a permission guards.
pub const DOORS: [&str; 8] = [
    "/read",
    "/write",
    "/either",
    "/scope/read",
    "/scope/write",
    "/scope/both",
    "/scope/either",
    "/layer/write",
];

fn doors(world: &World<User>) -> Router {
    type Both = (can::ReadPosts, can::WritePosts);
    let layered = Router::new()
        .route("/layer/write", get(async || "in"))
        .route_layer(world.auth.require_scope::<can::WritePosts>());
    let may_write = async |claims: Claims<User>| {
        let says = (claims.allows::<can::WritePosts>(), claims.has_scope("posts:write"));
        format!("{says:?} {:?}", claims.scopes())
    };
    Router::new()
        .route("/read", get(async |_: Require<User, can::ReadPosts>| "in"))
        .route("/write", get(async |_: Require<User, can::WritePosts>| "in"))
        .route("/either", get(async |_: Require<User, Any<Both>>| "in"))
        .route("/scope/read", get(async |_: RequireScope<User, can::ReadPosts>| "in"))
        .route("/scope/write", get(async |_: RequireScope<User, can::WritePosts>| "in"))
        .route("/scope/both", get(async |_: RequireScope<User, Both>| "in"))
        .route("/scope/either", get(async |_: RequireScope<User, Any<Both>>| "in"))
        .route("/claims", get(may_write))
        .route("/fresh", get(async |_: Fresh<User>| "in"))
        .route("/user", get(async |_: CurrentUser<User>| "in"))
        .merge(layered)
        .nest("/auth", world.auth.routes())
        .with_state(world.auth.clone())
}

fn role(name: &str, permissions: &[&str]) -> Role {
    let name: RoleName = name.parse().unwrap();
    Role { name, permissions: permissions.iter().copied().collect() }
}

fn email(name: &str) -> String {
    format!("{name}@example.com")
}
