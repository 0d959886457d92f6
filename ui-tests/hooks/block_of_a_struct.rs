// Mistake 62.
use fastauth::auth_hooks;

#[auth_hooks]
struct Welcome; //~ ERROR

fn main() {
    let _ = Welcome;
}
