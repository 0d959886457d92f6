// Mistake 111.
use fastauth::Column;

#[derive(Clone, Column)]
enum Plan {
    Free,
    Pro(u32), //~ ERROR
}

fn main() {}
