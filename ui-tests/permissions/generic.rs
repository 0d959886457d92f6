// Mistake 132.
use fastauth::{Permission, access::Requirement};

#[derive(Permission)]
enum Can<const N: usize> { //~ ERROR
    ReadPosts,
    WritePosts,
}

fn needs<P: Requirement>() {}

fn main() {
    needs::<(can::ReadPosts, can::WritePosts)>();
    let _ = Can::<1>::parse("write-posts");
}
