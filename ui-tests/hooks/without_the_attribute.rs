// Mistake 81.
use fastauth::{AuthUser, Hooks, PasswordHash};

#[derive(AuthUser)]
#[auth(id, email, password_hash)]
struct User { id: i64, email: String, password_hash: PasswordHash }

struct Welcome;

impl Hooks<User> for Welcome {} //~ ERROR

fn main() {}
