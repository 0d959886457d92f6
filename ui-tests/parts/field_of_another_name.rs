// Mistake 19.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash)] //~ ERROR
struct User {
    id: Uuid,
    email: String,
    hash: PasswordHash,
}

fn main() {}
