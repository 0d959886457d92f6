// Mistake 14.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(email, password_hash)]
struct User { //~ ERROR
    uid: Uuid,
    email: String,
    password_hash: PasswordHash,
}

fn main() {}
