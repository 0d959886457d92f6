// Mistake 89.
use fastauth::{AuthUser, PasswordHash, RequireScope};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: i64,
    email: String,
    password_hash: PasswordHash,
}

fn publish(_: RequireScope<User, ()>) {} //~ ERROR

fn main() {}
