// Mistake 85.
use fastauth::Permission;

#[derive(Permission)]
enum Can {
    #[permission("posts write")] //~ ERROR
    WritePosts,
}

fn main() {}
