// Mistakes 83, 85 and 137.
use fastauth::{Permission, access::Requirement};

#[derive(Permission)]
enum Can {
    #[permission("posts read")] //~ ERROR
    ReadPosts,
    #[auth("posts:write")] //~ ERROR
    WritePosts,
    Delete { post: u64 }, //~ ERROR
}

fn needs<P: Requirement>() {}

fn main() {
    needs::<(can::ReadPosts, fastauth::Any<(can::WritePosts, can::Delete)>)>();
    let _ = (Can::parse("x").map(|it| it.name()), Can::ALL.len());
}
