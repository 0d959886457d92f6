//! Permissions: the enum, and what its attributes say.

mod names;
mod options;

use super::check;
use crate::permission;

#[test]
fn permissions_are_an_enum_with_one_variant_each() {
    let what = "permissions are an enum with one variant each";
    let help = "write `enum Can { ReadPosts, WritePosts }`";
    let concrete = "derive it on a concrete enum, or implement it by hand";
    check(
        permission::expand,
        &[
            (82, "⟦struct⟧ Can;", &[(what, help)]),
            (82, "pub ⟦struct⟧ Can(#[permission(\"a b\")] bool);", &[(what, help)]),
            (82, "#[permission(\"a b\")] ⟦union⟧ Can { write: bool }", &[(what, help)]),
            (
                84,
                "enum ⟦Can⟧ {}",
                &[("`Can` has no permissions", "add a variant, or remove the derive")],
            ),
            (
                132,
                "enum Can⟦<'a, T, const N: usize>⟧ { A }",
                &[("`Permission` cannot be derived for a generic enum", concrete)],
            ),
            (0, "enum Can { A = 1, r#Type = 7 }", &[]),
            (0, "#[repr(u8)] pub(in crate::a) enum r#Can { #[cfg(all())] #[deprecated] A }", &[]),
        ],
    );
}

#[test]
fn a_permission_carries_no_data() {
    let what = "a permission carries no data";
    check(
        permission::expand,
        &[
            (
                83,
                "enum Can { WritePosts⟦(PostId)⟧, Merge⟦(crate::BlogPostId, u8)⟧, Open⟦([u8; 3])⟧ }",
                &[
                    (what, "grant `WritePosts`, and decide about the post in the handler"),
                    (what, "grant `Merge`, and decide about the blog post in the handler"),
                    (what, "grant `Open`, and decide about the rest in the handler"),
                ],
            ),
            (
                83,
                "enum Can { Edit ⟦{ r#type: u8, b: u8 }⟧, A⟦()⟧, B ⟦{}⟧, C⟦(u8)⟧ }",
                &[
                    (what, "grant `Edit`, and decide about the type in the handler"),
                    (what, "write `A`"),
                    (what, "write `B`"),
                    (what, "grant `C`, and decide about the rest in the handler"),
                ],
            ),
        ],
    );
}

#[test]
fn all_that_is_wrong_with_an_enum_is_said_at_once() {
    check(
        permission::expand,
        &[(
            0,
            "#[permission(⟦modul⟧ = can)] enum Type⟦<T>⟧ { #[permission(⟦\"a b\"⟧)] A⟦(T)⟧, #[permission(⟦b⟧)] B, ⟦É⟧ }",
            &[
                ("unknown `permission` option `modul`", "did you mean `module`?"),
                (
                    "`Permission` cannot be derived for a generic enum",
                    "derive it on a concrete enum, or implement it by hand",
                ),
                ("`a b` is two names; a space separates them", "write `a:b`"),
                (
                    "a permission carries no data",
                    "grant `A`, and decide about the rest in the handler",
                ),
                (
                    "a permission has one name, in quotes",
                    "write `#[permission(\"b\")]`, or remove it to be called `b`",
                ),
                (
                    "a permission's name cannot contain `é`",
                    "name it: `#[permission(\"posts:write\")]`",
                ),
            ],
        )],
    );
}
