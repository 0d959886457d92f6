// Mistake 44, 45 and 57.
use fastauth::AuthUser;
use uuid::Uuid;

struct Address;

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: Uuid,
    email: Vec<u8>, //~ ERROR
    password_hash: String, //~ ERROR
    #[auth(signup, edit, token)]
    address: Address, //~ ERROR
}

fn main() {}
