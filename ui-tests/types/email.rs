// Mistake 44.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    password_hash: PasswordHash,
    email: Vec<u8>, //~ ERROR
}

fn main() {}
