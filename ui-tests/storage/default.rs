// Mistake 59.
use fastauth::{AuthUser, Column, PasswordHash};
use uuid::Uuid;

#[derive(Clone, Column)]
enum Plan {
    Free,
}

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: String,
    password_hash: PasswordHash,
    #[auth(default)]
    plan: Plan, //~ ERROR
}

fn main() {}
