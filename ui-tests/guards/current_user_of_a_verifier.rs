// Mistake 170.
use fastauth::{AuthUser, CurrentUser, PasswordHash, Router, routing::get, token::Verifier};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

async fn hello(user: CurrentUser<User>) -> String { user.email.clone() }

fn service(verifier: Verifier<User>) -> Router {
    Router::new().route("/", get(hello)).with_state(verifier) //~ ERROR
}

fn main() {}
