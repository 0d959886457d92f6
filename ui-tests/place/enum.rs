// Mistake 1.
use fastauth::AuthUser;

#[derive(AuthUser)]
enum User { //~ ERROR
    Admin,
    Guest,
}

fn main() {}
