// Mistake 91.
use axum::{Router, routing::get};
use fastauth::{AuthUser, CurrentUser, PasswordHash};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

#[derive(Clone)]
struct AppState;

async fn hello(user: CurrentUser<User>) -> String { user.email.clone() }

fn main() {
    let _: Router = Router::new().route("/", get(hello)).with_state(AppState); //~ ERROR
}
