// Mistake 98.
use fastauth::AuthUser;
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email)]
struct User { //~ ERROR
    id: Uuid,
    email: String,
}

fn main() {}
