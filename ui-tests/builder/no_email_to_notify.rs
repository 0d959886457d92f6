// Mistake 166.
use fastauth::{Auth, AuthUser, PasswordHash};

#[derive(AuthUser)]
#[auth(id, username, password_hash)]
struct User { id: i64, username: String, password_hash: PasswordHash }

fn main() {
    let _ = Auth::<User>::builder().signin_notices(); //~ ERROR
}
