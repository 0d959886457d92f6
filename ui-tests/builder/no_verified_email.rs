// Mistake 93.
use fastauth::{Auth, AuthUser, PasswordHash};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

fn main() {
    let _ = Auth::<User>::builder().magic_links(); //~ ERROR
}
