//! An OpenAPI document of the accounts and of the application's own routes, for typed clients.
//! `cargo run -p openapi`, then paste the lines it prints.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Json,
    extract::{FromRef, State},
};
use fastauth::{
    Auth, AuthUser, CurrentUser, PasswordHash, Public, Router, openapi::Accounts, routing::get,
    store::Sqlite,
};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
    #[auth(signup, edit)]
    name: String,
    /// In the document with its type, because that describes itself.
    #[auth(json, signup, edit, default)]
    settings: Settings,
}

#[derive(Clone, Default, Deserialize, Serialize, ToSchema)]
struct Settings {
    dark: bool,
}

#[derive(Clone, Deserialize, Serialize, ToSchema)]
struct Note {
    text: String,
}

#[derive(Clone)]
struct AppState {
    auth: Auth<User>,
    notes: Notes,
}

type Notes = Arc<Mutex<Vec<Note>>>;

impl FromRef<AppState> for Auth<User> {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

impl FromRef<AppState> for Notes {
    fn from_ref(state: &AppState) -> Self {
        state.notes.clone()
    }
}

/// Takes a note. What utoipa says of it is the body and the reply; who may call it, and what its guard
/// refuses with, is filled in.
#[utoipa::path(post, path = "/notes", responses((status = 200, description = "Noted.", body = Note)))]
async fn take(
    _: CurrentUser<User>,
    State(notes): State<Notes>,
    Json(note): Json<Note>,
) -> Json<Note> {
    notes.lock().unwrap_or_else(PoisonError::into_inner).push(note.clone());
    Json(note)
}

/// Without a word of utoipa it is in the document all the same, with no more than its guard.
async fn read(_: Public, State(notes): State<Notes>) -> Json<Vec<Note>> {
    Json(notes.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

#[derive(OpenApi)]
#[openapi(info(title = "Notes", version = "1.0.0"), paths(take))]
struct Own;

fn app(auth: &Auth<User>) -> Router {
    Router::new()
        .route("/notes", get(read).post(take))
        .mount("/auth", auth)
        .serve_openapi("/openapi.json", Own::openapi(), &[Accounts::of(auth)])
        .with_state(AppState { auth: auth.clone(), notes: Notes::default() })
}

#[tokio::main]
async fn main() -> Result<(), fastauth::SetupError> {
    let setting = |name, otherwise: &str| std::env::var(name).unwrap_or(otherwise.into());
    let address = setting("FASTAUTH_ADDR", "127.0.0.1:3000");
    let auth = Auth::<User>::builder()
        .store(Sqlite::open(&setting("DATABASE_URL", "openapi.db")).await?)
        .create_user_table()
        .build()
        .await?;
    print!("{}", include_str!("try.txt").replace("{address}", &address));
    fastauth::serve(app(&auth), &address, auth).await
}
