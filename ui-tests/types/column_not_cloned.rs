// Mistake 116.
use fastauth::Column;

#[derive(Column)]
enum Plan { //~ ERROR
    Free,
    Pro,
}

fn main() {}
