// Mistake 8.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, pasword_hash)] //~ ERROR
struct User {
    id: Uuid,
    email: String,
    pasword_hash: PasswordHash,
}

fn main() {}
