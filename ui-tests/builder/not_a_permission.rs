// Mistake 152.
use fastauth::{Auth, AuthUser, Permission};

#[derive(AuthUser)]
#[auth(id, email, email_verified)]
struct User { id: i64, email: String, email_verified: bool }

#[derive(Permission)]
enum Can {
    Read,
}

fn main() {
    let _ = Auth::<User>::builder().roles_admin::<Can>(); //~ ERROR
}
