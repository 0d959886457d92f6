// Mistake 43.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    email: String,
    password_hash: PasswordHash,
    id: Option<Uuid>, //~ ERROR
}

fn main() {}
