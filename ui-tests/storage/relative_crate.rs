// Mistake 61.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash, crate = fastauth)] //~ ERROR
struct User {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
}

fn main() {}
