// Mistake 87.
use fastauth::Permission;

#[derive(Permission)]
enum Can {
    #[permission(posts:write)] //~ ERROR
    WritePosts,
}

fn main() {}
