// Mistake 57.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

struct Address;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
    address: Option<Address>, //~ ERROR
}

fn main() {}
