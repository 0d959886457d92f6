// Mistake 8.
use fastauth::{Permission, access::Requirement};

#[derive(Permission)]
#[permission(modul = may)] //~ ERROR
enum Can {
    WritePosts,
}

fn needs<P: Requirement>() {}

fn main() {
    needs::<may::WritePosts>();
}
