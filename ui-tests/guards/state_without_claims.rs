// Mistake 169.
use fastauth::{AuthUser, Claims, PasswordHash, Router, routing::get};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

#[derive(Clone)]
struct AppState;

async fn hello(claims: Claims<User>) -> String { claims.user_id().to_string() }

fn main() {
    let _: Router = Router::new().route("/", get(hello)).with_state(AppState); //~ ERROR
}
