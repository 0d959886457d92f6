// Mistake 89.
use fastauth::{Any, Permission, access::Requirement};

#[derive(Permission)]
enum Can {
    ReadPosts,
    WritePosts,
}

fn needs<P: Requirement>() {}

fn main() {
    needs::<(can::ReadPosts, Any<(can::WritePosts, Can)>)>(); //~ ERROR
}
