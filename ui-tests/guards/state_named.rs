// Mistake 91.
use fastauth::{AuthUser, CurrentUser, PasswordHash, Router, routing::get};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

#[derive(Clone)]
struct AppState;

async fn hello(user: CurrentUser<User>) -> String { user.email.clone() }

fn main() {
    let _ = Router::<AppState>::new().route("/", get(hello)); //~ ERROR
}
