// Mistake 83.
use fastauth::{Permission, access::Requirement};

struct PostId(u64);

#[derive(Permission)]
enum Can {
    ReadPosts,
    WritePosts(PostId), //~ ERROR
}

fn needs<P: Requirement>() {}

fn main() {
    needs::<(can::ReadPosts, can::WritePosts)>();
    let _ = Can::ReadPosts.name();
}
