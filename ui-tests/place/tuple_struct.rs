// Mistake 2.
use fastauth::AuthUser;

#[derive(AuthUser)]
struct User(i64, String); //~ ERROR

fn main() {}
