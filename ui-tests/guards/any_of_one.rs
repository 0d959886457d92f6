// Mistake 90.
use fastauth::{Any, Permission, access::Requirement};

#[derive(Permission)]
enum Can {
    WritePosts,
}

fn needs<P: Requirement>() {}

fn main() {
    needs::<Any<(can::WritePosts,)>>();
    needs::<Any<can::WritePosts>>(); //~ ERROR
}
