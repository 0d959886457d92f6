// Mistake 151.
use fastauth::{Auth, AuthUser};

#[derive(AuthUser)]
#[auth(id, email, email_verified)]
struct User { id: i64, email: String, email_verified: bool }

enum Can {
    Read,
}

fn main() {
    let _ = Auth::<User>::builder().permissions::<Can>(); //~ ERROR
}
