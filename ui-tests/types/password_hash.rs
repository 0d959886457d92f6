// Mistake 45.
use fastauth::AuthUser;
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: String,
    password_hash: String, //~ ERROR
}

fn main() {}
