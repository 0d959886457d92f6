// Mistake 15.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, password_hash)]
struct User { //~ ERROR
    id: Uuid,
    password_hash: PasswordHash,
}

fn main() {}
