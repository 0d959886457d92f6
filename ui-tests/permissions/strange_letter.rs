// Mistake 130.
use fastauth::Permission;

#[derive(Permission)]
enum Can {
    #[permission("posts\\write")] //~ ERROR
    WritePosts,
    Écrire, //~ ERROR
}

fn main() {}
