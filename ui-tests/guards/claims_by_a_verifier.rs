// Mistake 171.
use fastauth::{AuthUser, Claims, PasswordHash, Router, routing::get, token::Verifier};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

async fn hello(claims: Claims<User>) -> String { claims.user_id().to_string() }

fn service(verifier: Verifier<User>) -> Router {
    Router::new().route("/", get(hello)).with_state(verifier) //~ ERROR
}

fn main() {}
