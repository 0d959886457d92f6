// Mistake 19.
use fastauth::{AuthUser, PasswordHash};
use uuid::Uuid;

#[derive(AuthUser)]
#[auth(id, email, password_hash)] //~ ERROR
struct User {
    id: Uuid,
    email: String,
    hash: PasswordHash,
}

fn uses(user: &User) -> Option<&str> {
    fn flow<U: fastauth::user::HasVerifiedEmail + fastauth::user::HasUsername>() {}
    flow::<User>();
    user.email()
}

fn main() {}
