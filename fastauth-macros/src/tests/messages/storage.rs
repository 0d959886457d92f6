use super::check;
use crate::user;

#[test]
fn a_name_is_one_that_needs_no_quoting() {
    let letters = "use letters, digits and `_`, starting with a letter";
    let (longest, too_long) = ("c".repeat(63), "c".repeat(64));
    check(
        user::expand,
        &[
            (
                52,
                "#[auth(table = ⟦\"users; --\"⟧)] struct User { … }",
                &[("`users; --` is not a table name", letters)],
            ),
            (
                52,
                "struct User { … #[auth(signup, column = ⟦\"e mail\"⟧)] a: A }",
                &[("`e mail` is not a column name", letters)],
            ),
            (
                52,
                "#[auth(table = ⟦\"\"⟧)] struct User { … }",
                &[("`` is not a table name", letters)],
            ),
            (
                52,
                "#[auth(table = ⟦\"_users\"⟧)] struct User { … }",
                &[("`_users` is not a table name", letters)],
            ),
            (
                52,
                "#[auth(table = ⟦\"usagé\"⟧)] struct User { … }",
                &[("`usagé` is not a table name", letters)],
            ),
            (0, "#[auth(table = \"Users_2\")] struct User { … }", &[]),
            (
                108,
                &format!("#[auth(table = ⟦\"{too_long}\"⟧)] struct User {{ … }}"),
                &[("a table name has at most 63 letters; this one has 64", "choose a shorter one")],
            ),
            (0, &format!("#[auth(table = \"{longest}\")] struct User {{ … }}"), &[]),
            (
                53,
                "#[auth(table = ⟦users⟧)] struct User { … }",
                &[("a table is named in quotes", "write `table = \"users\"`")],
            ),
            (
                53,
                "struct User { … #[auth(signup, column = ⟦col⟧)] a: A }",
                &[("a column is named in quotes", "write `column = \"col\"`")],
            ),
            (
                53,
                "struct User { … #[auth(signup, column = ⟦7⟧)] a: A }",
                &[("a column is named in quotes", "write `column = \"mail\"`")],
            ),
            (
                53,
                "#[auth(⟦table⟧)] struct User { … }",
                &[("`table` needs a name", "write `table = \"users\"`")],
            ),
            (
                54,
                "#[auth(table = ⟦\"fastauth_users\"⟧)] struct User { … }",
                &[(
                    "tables named `fastauth_…` belong to fastauth",
                    "choose another name, for example `table = \"users\"`",
                )],
            ),
            (
                54,
                "struct ⟦FastauthUser⟧ { … }",
                &[(
                    "tables named `fastauth_…` belong to fastauth",
                    "choose another name, for example `table = \"users\"`",
                )],
            ),
        ],
    );
}

#[test]
fn a_column_belongs_to_one_field() {
    let another = "give one of them another column";
    check(
        user::expand,
        &[
            (
                55,
                "struct User { … #[auth(signup, column = ⟦\"email\"⟧)] contact: String }",
                &[("the column `email` already belongs to the field `email`", another)],
            ),
            (
                55,
                "struct User { … #[auth(signup, column = \"b\")] a: A, #[auth(signup)] ⟦b⟧: B }",
                &[("the column `b` already belongs to the field `a`", another)],
            ),
            (
                55,
                "struct User { … #[auth(signup, column = ⟦\"EMAIL\"⟧)] contact: String }",
                &[("the column `email` already belongs to the field `email`", another)],
            ),
        ],
    );
}

#[test]
fn a_part_has_its_own_column_type() {
    check(
        user::expand,
        &[(
            56,
            "#[auth(id, email, password_hash)] struct User { #[auth(⟦json⟧)] id: I,
             #[auth(⟦json⟧)] email: E, #[auth(⟦json⟧)] password_hash: H,
             #[auth(username, ⟦json⟧)] name: N, #[auth(active, ⟦json⟧)] on: bool }",
            &[
                ("an id has a column type of its own", "remove `json`"),
                ("an email has a column type of its own", "remove `json`"),
                ("a password hash has a column type of its own", "remove `json`"),
                ("a username has a column type of its own", "remove `json`"),
                ("`active` has a column type of its own", "remove `json`"),
            ],
        )],
    );
}

#[test]
fn a_default_is_an_expression() {
    let help = "write `default = 3`, or `default` alone for `Default::default()`";
    check(
        user::expand,
        &[
            (
                109,
                "struct User { … #[auth(⟦default(3)⟧)] a: A }",
                &[("a default is given after `=`", help)],
            ),
            (
                109,
                "struct User { … #[auth(default = ⟦struct⟧)] a: A }",
                &[("a default is an expression", help)],
            ),
            (0, "struct User { … #[auth(default = A { b: vec![1, 2] })] a: A }", &[]),
        ],
    );
}

#[test]
fn a_user_owns_what_it_holds() {
    let borrow = ("an auth user cannot borrow", "own the data: `String` in place of `&str`");
    let size = "a field cannot hold what has no size of its own";
    check(
        user::expand,
        &[
            (120, "struct User { … #[auth(signup)] a: ⟦&str⟧ }", &[borrow]),
            (
                120,
                "struct User { … #[auth(signup)] a: Option<Vec<(u8, ⟦&str⟧)>>, b: Option<[⟦&u8⟧; 2]> }",
                &[borrow, borrow],
            ),
            (0, "struct User { … #[auth(signup)] a: &'static str, b: fn(&str) }", &[]),
            (121, "struct User { … #[auth(signup)] a: ⟦str⟧ }", &[(size, "own it: `String`")]),
            (121, "struct User { … #[auth(signup)] a: ⟦[u8]⟧ }", &[(size, "own it: `Vec<…>`")]),
            (
                121,
                "struct User { … #[auth(signup)] a: ⟦dyn Any + Send⟧ }",
                &[(size, "own it: `Box<dyn …>`")],
            ),
            (0, "struct User { … #[auth(signup)] a: Box<str>, b: Option<Arc<dyn Any>> }", &[]),
        ],
    );
}

#[test]
fn the_path_to_fastauth_is_absolute() {
    let help = "write `crate = ::fastauth`, or `crate::…` within this crate";
    let must = "the path to fastauth must be absolute";
    check(
        user::expand,
        &[
            (61, "#[auth(crate = ⟦super::auth⟧)] struct User { … }", &[(must, help)]),
            (61, "#[auth(crate = ⟦fastauth⟧)] struct User { … }", &[(must, help)]),
            (
                61,
                "#[auth(crate = ⟦\"::fastauth\"⟧)] struct User { … }",
                &[("the path to fastauth is written without quotes", help)],
            ),
            (
                61,
                "#[auth(⟦crate⟧)] struct User { … }",
                &[("the path to fastauth stands after `=`", help)],
            ),
            (0, "#[auth(crate = ::auth::fast)] struct User { … }", &[]),
            (0, "#[auth(crate = crate::auth)] struct User { … }", &[]),
        ],
    );
}
