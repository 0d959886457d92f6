// Mistake 63.
use fastauth::{Hooks, auth_hooks};

struct Welcome;
struct Farewell;

#[auth_hooks]
impl Welcome { //~ ERROR
    async fn on_signup(&self) {}
}

#[auth_hooks]
impl Hooks for Farewell { //~ ERROR
    async fn on_signup(&self) {}
}

fn main() {
    let _ = Welcome.on_signup();
}
