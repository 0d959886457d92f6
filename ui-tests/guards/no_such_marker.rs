// Mistake 92.
use fastauth::{Permission, access::Requirement};

#[derive(Permission)]
enum Can {
    WritePosts,
}

fn needs<P: Requirement>() {}

fn main() {
    needs::<can::WritePost>(); //~ ERROR
}
