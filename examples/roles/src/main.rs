//! Roles: permissions as an enum, guards as arguments, tokens that are limited to scopes, and a router that
//! knows who may call what.
//! `cargo run -p roles`, then paste the lines it prints.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{FromRef, State};
use fastauth::{
    Any, Auth, AuthUser, CurrentUser, PasswordHash, Permission, Public, Require, RequireScope,
    Router, routing::get, store::Sqlite,
};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
    #[auth(signup, edit)]
    name: String,
}

/// What the application lets people do. Roles hold these, and nothing else.
#[derive(Permission)]
enum Can {
    /// Read what is not published yet.
    #[permission("posts:read")]
    ReadDrafts,
    /// Publish a post.
    #[permission("posts:write")]
    WritePosts,
    /// Give and take roles.
    ManageRoles,
}

type Posts = Arc<Mutex<Vec<String>>>;

/// The state of the application: any state works that an `Auth<User>` can be taken from.
#[derive(Clone)]
struct AppState {
    auth: Auth<User>,
    posts: Posts,
}

impl FromRef<AppState> for Auth<User> {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

impl FromRef<AppState> for Posts {
    fn from_ref(state: &AppState) -> Self {
        state.posts.clone()
    }
}

/// Anybody may, on purpose: without a first argument that says so this would not compile.
async fn front_page(_: Public, State(posts): State<Posts>) -> String {
    let posts = posts.lock().unwrap_or_else(PoisonError::into_inner);
    if posts.is_empty() { "nothing is published yet\n".to_owned() } else { posts.concat() }
}

async fn publish(
    Require(user, ..): Require<User, can::WritePosts>,
    State(posts): State<Posts>,
    text: String,
) -> String {
    let post = format!("{}: {text}\n", user.name);
    posts.lock().unwrap_or_else(PoisonError::into_inner).push(post.clone());
    post
}

async fn drafts(user: Require<User, Any<(can::ReadDrafts, can::WritePosts)>>) -> String {
    format!("{} may see the drafts\n", user.name)
}

/// For programs that people let in: their token was asked for with this scope, and opens nothing else.
async fn feed(RequireScope(user, ..): RequireScope<User, can::ReadDrafts>) -> String {
    format!("the drafts that {} lets a program read\n", user.name)
}

async fn whoami(CurrentUser(user): CurrentUser<User>) -> String {
    format!("{}\n", user.name)
}

fn app(auth: &Auth<User>) -> Router {
    let state = AppState { auth: auth.clone(), posts: Posts::default() };
    Router::new()
        .route("/", get(front_page).post(publish))
        .route("/drafts", get(drafts))
        .route("/feed", get(feed))
        .route("/whoami", get(whoami))
        .mount("/auth", auth)
        .with_state(state)
}

#[tokio::main]
async fn main() -> Result<(), fastauth::SetupError> {
    let setting = |name, otherwise: &str| std::env::var(name).unwrap_or(otherwise.into());
    let address = setting("FASTAUTH_ADDR", "127.0.0.1:3000");
    let auth = Auth::<User>::builder()
        .store(Sqlite::open(&setting("DATABASE_URL", "roles.db")).await?)
        .create_user_table()
        .permissions::<Can>()
        .roles_admin::<can::ManageRoles>()
        .build()
        .await?;
    let app = app(&auth);
    println!("\n  who may call what:\n\n{}", app.guards());
    print!("{}", include_str!("try.txt").replace("{address}", &address));
    fastauth::serve(app, &address, auth).await
}
