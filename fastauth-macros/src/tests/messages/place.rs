use super::check;
use crate::user;

const NOTHING: (&str, &str) = (
    "this `auth` attribute says nothing",
    "say what the field is, for example `#[auth(email)]`, or remove it",
);
const FIELD_OPTIONS: &str = "expected `signup`, `edit`, `view`, `token`, `column`, `json`, `default`, `skip`\n\
     or a part: `id`, `email`, `username`, `password_hash`, `email_verified`, `active`,\n\
     `created_at`, `updated_at`";
const STRUCT_OPTIONS: &str = "expected `token`, `table`, `crate`\n\
     or a part: `id`, `email`, `username`, `password_hash`, `email_verified`, `active`,\n\
     `created_at`, `updated_at`";

#[test]
fn a_user_is_a_struct_with_named_fields_of_its_own() {
    check(
        user::expand,
        &[
            (
                1,
                "⟦enum⟧ User { A }",
                &[(
                    "an auth user is a struct with named fields; `User` is an enum",
                    "keep what all accounts share in a struct and derive `AuthUser` on it",
                )],
            ),
            (
                1,
                "⟦union⟧ User { a: u8, b: i8 }",
                &[(
                    "an auth user is a struct with named fields; `User` is a union",
                    "keep what all accounts share in a struct and derive `AuthUser` on it",
                )],
            ),
            (
                2,
                "struct User⟦(i64, String)⟧;",
                &[(
                    "an auth user needs named fields",
                    "write `struct User { id: i64, email: String }`",
                )],
            ),
            (
                3,
                "struct ⟦User⟧;",
                &[(
                    "`User` has no fields",
                    "an auth user has at least an id, and an email or a username",
                )],
            ),
            (
                3,
                "struct ⟦User⟧ {}",
                &[(
                    "`User` has no fields",
                    "an auth user has at least an id, and an email or a username",
                )],
            ),
            (
                4,
                "struct User<⟦'a⟧> { … name: &'a str }",
                &[(
                    "an auth user cannot borrow; `User` has the lifetime `'a`",
                    "own the data: `String` in place of `&'a str`",
                )],
            ),
            (
                5,
                "struct User⟦<P>⟧ { … plan: P }",
                &[(
                    "`AuthUser` cannot be derived for a generic struct",
                    "derive it on a concrete struct, or implement it by hand",
                )],
            ),
            (
                5,
                "struct User⟦<const N: usize>⟧ { … key: [u8; N] }",
                &[(
                    "`AuthUser` cannot be derived for a generic struct",
                    "derive it on a concrete struct, or implement it by hand",
                )],
            ),
        ],
    );
}

#[test]
fn an_attribute_says_something_in_parentheses() {
    check(
        user::expand,
        &[
            (6, "struct User { … #[⟦auth⟧] name: String }", &[NOTHING]),
            (6, "struct User { … #[auth⟦()⟧] name: String }", &[NOTHING]),
            (6, "#[⟦auth⟧] struct User { … }", &[NOTHING]),
            (
                7,
                "struct User { #[⟦auth = \"id\"⟧] id: Uuid }",
                &[("options go in parentheses", "write `#[auth(id)]`")],
            ),
            (
                7,
                "struct User { #[auth⟦{id}⟧] id: Uuid }",
                &[("options go in parentheses", "write `#[auth(id)]`")],
            ),
            (
                7,
                "struct User { #[auth⟦[a, b]⟧] id: Uuid }",
                &[("options go in parentheses", "write for example `#[auth(email)]`")],
            ),
            (
                104,
                "struct User { #[auth(⟦\"id\"⟧)] id: Uuid }",
                &[("an option is a word, without quotes", "write `#[auth(id)]`")],
            ),
            (
                105,
                "struct User { #[auth(id ⟦email⟧)] id: Uuid }",
                &[("expected `,`", "options stand like `#[auth(signup, column = \"mail\")]`")],
            ),
        ],
    );
}

#[test]
fn an_option_is_one_of_ours() {
    check(
        user::expand,
        &[
            (
                8,
                "#[auth(id, email, ⟦pasword_hash⟧)] struct User { id: Uuid, email: String }",
                &[("unknown `auth` option `pasword_hash`", "did you mean `password_hash`?")],
            ),
            (
                8,
                "struct User { #[auth(⟦emial⟧)] email: String }",
                &[("unknown `auth` option `emial`", "did you mean `email`?")],
            ),
            (
                9,
                "struct User { #[auth(⟦shape⟧)] email: String }",
                &[("unknown `auth` option `shape`", FIELD_OPTIONS)],
            ),
            (
                9,
                "struct User { #[auth(⟦my::shape⟧)] email: String }",
                &[("unknown `auth` option `my::shape`", FIELD_OPTIONS)],
            ),
            (
                9,
                "#[auth(⟦shape⟧)] struct User { email: String }",
                &[("unknown `auth` option `shape`", STRUCT_OPTIONS)],
            ),
            (
                10,
                "struct User { #[auth(⟦in_token⟧)] email: String }",
                &[("unknown `auth` option `in_token`", "fastauth calls it `token`")],
            ),
            (
                10,
                "struct User { #[auth(⟦is_active⟧)] email: String }",
                &[("unknown `auth` option `is_active`", "fastauth calls it `active`")],
            ),
            (
                10,
                "struct User { #[auth(⟦rename⟧ = \"x\")] email: String }",
                &[("unknown `auth` option `rename`", "fastauth calls it `column`")],
            ),
            (
                11,
                "struct User { #[auth(⟦table⟧ = \"users\")] email: String }",
                &[(
                    "`table` is an option of the struct, not of a field",
                    "write `#[auth(table = \"users\")]` above `struct User`",
                )],
            ),
            (
                11,
                "struct User { #[auth(⟦crate⟧ = ::auth)] email: String }",
                &[(
                    "`crate` is an option of the struct, not of a field",
                    "write `#[auth(crate = ::fastauth)]` above `struct User`",
                )],
            ),
            (
                12,
                "#[auth(⟦skip⟧)] struct User { email: String }",
                &[(
                    "`skip` is an option of a field, not of the struct",
                    "put `#[auth(skip)]` on the field it is about",
                )],
            ),
        ],
    );
}

#[test]
fn mistakes_are_said_together() {
    check(
        user::expand,
        &[(
            0,
            "#[auth(⟦emial⟧)] struct User { #[⟦auth⟧] id: Uuid, #[auth(⟦skipp⟧, password_hash, ⟦view⟧)] a: A }",
            &[
                ("unknown `auth` option `emial`", "did you mean `email`?"),
                NOTHING,
                ("unknown `auth` option `skipp`", "did you mean `skip`?"),
                ("a password hash never leaves the server", "remove `view`"),
            ],
        )],
    );
}
