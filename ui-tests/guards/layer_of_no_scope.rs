// Mistake 89.
use fastauth::{Auth, AuthUser, PasswordHash};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: i64,
    email: String,
    password_hash: PasswordHash,
}

fn layered(auth: &Auth<User>) {
    auth.require_scope::<()>(); //~ ERROR
}

fn main() {}
