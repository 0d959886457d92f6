// Mistake 161.
use fastauth::{Auth, AuthUser, store::UserKeeper};

#[derive(AuthUser)]
#[auth(id, email, email_verified)]
struct User { id: i64, email: String, email_verified: bool }

fn start<T: UserKeeper<User>>(users: T) {
    let _ = Auth::<User>::builder().store(users); //~ ERROR
}

fn main() {}
