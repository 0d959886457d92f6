// Mistake 82.
use fastauth::{Permission, access::Requirement};

#[derive(Permission)]
struct Can { //~ ERROR
    write_posts: bool,
}

fn needs<P: Requirement>() {}

fn main() {
    needs::<(can::ReadPosts, can::WritePosts)>();
    let _ = Can::parse("write-posts");
}
