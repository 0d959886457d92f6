// Mistake 168.
use fastauth::token::{JwtStrategy, TokenChecks};

struct KeyService;

fn main() {
    let _ = JwtStrategy::new(KeyService, TokenChecks::new("issuer", "audience")); //~ ERROR
}
