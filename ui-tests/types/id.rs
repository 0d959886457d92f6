// Mistake 43.
use fastauth::{AuthUser, PasswordHash};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    email: String,
    password_hash: PasswordHash,
    id: f64, //~ ERROR
}

fn main() {}
