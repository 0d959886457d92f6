// Mistake 89.
use fastauth::{AuthUser, PasswordHash, Permission, RequireScope};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User {
    id: i64,
    email: String,
    password_hash: PasswordHash,
}

#[derive(Permission)]
enum Can {
    WritePosts,
}

fn publish(_: RequireScope<User, Can>) {} //~ ERROR

fn main() {}
