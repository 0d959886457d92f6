// Mistake 48.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
    #[auth(created_at)]
    made: String, //~ ERROR
}

fn main() {}
