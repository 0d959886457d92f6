// Mistake 84.
use fastauth::Permission;

#[derive(Permission)]
enum Can {} //~ ERROR

fn main() {}
