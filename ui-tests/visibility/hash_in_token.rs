// Mistake 31.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash, token(password_hash))] //~ ERROR
struct User {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
}

fn main() {}
