// Mistake 58.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

struct Address;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
    #[auth(json)]
    address: Option<Address>, //~ ERROR
}

fn main() {}
