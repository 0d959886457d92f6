// Mistake 142.
use fastauth::{Auth, AuthUser, CurrentUser, PasswordHash, Router, routing::get};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

async fn hello(user: CurrentUser<User>) -> String { user.email.clone() }

async fn run(auth: Auth<User>) {
    let app = Router::new().route("/", get(hello));
    let _ = fastauth::serve(app, "127.0.0.1:3000", auth).await; //~ ERROR
}

fn main() {}
