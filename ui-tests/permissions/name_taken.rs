// Mistake 86.
use fastauth::Permission;

#[derive(Permission)]
enum Can {
    #[permission("posts:write")]
    WritePosts,
    #[permission("posts:write")] //~ ERROR
    EditPosts,
}

fn main() {}
