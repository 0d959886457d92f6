// Mistake 43, in the words of rustc.
use fastauth::{AuthUser, PasswordHash, UserKey};

#[derive(Clone, Debug, Eq, Hash, PartialEq, UserKey)]
struct Id(i64);

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
pub struct User {
    id: Id, //~ ERROR
    email: String,
    password_hash: PasswordHash,
}

fn main() {}
