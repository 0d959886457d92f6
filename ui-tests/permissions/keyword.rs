// Mistake 135.
use fastauth::{Permission, access::Requirement};

#[derive(Permission)]
enum Type { //~ ERROR
    Read,
    Write,
}

fn needs<P: Requirement>() {}

fn main() {
    needs::<r#type::Read>();
}
