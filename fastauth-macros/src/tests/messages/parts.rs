use super::check;
use crate::user;

#[test]
fn somebody_plays_every_part_that_must_be_played() {
    check(
        user::expand,
        &[
            (
                14,
                "struct ⟦User⟧ { uid: Uuid, #[auth(email)] email: String, #[auth(password_hash)] h: H }",
                &[("no field of `User` is its id", "mark one with `#[auth(id)]`")],
            ),
            (
                15,
                "struct ⟦User⟧ { #[auth(id)] id: Uuid, #[auth(password_hash)] h: H }",
                &[(
                    "`User` has nothing to log in with",
                    "mark a field with `#[auth(email)]` or `#[auth(username)]`",
                )],
            ),
            (
                98,
                "struct ⟦User⟧ { #[auth(id)] id: Uuid, #[auth(email)] email: String }",
                &[(
                    "nobody could ever sign in: `User` has no password and no verified email",
                    "mark a field with `#[auth(password_hash)]` or `#[auth(email_verified)]`",
                )],
            ),
            (
                99,
                "struct User { #[auth(id)] id: Uuid, #[auth(username)] name: String,
                 #[auth(password_hash)] h: H, #[auth(email_verified)] ⟦seen⟧: bool }",
                &[(
                    "`User` has no email that could be verified",
                    "mark a field with `#[auth(email)]`, or remove `email_verified`",
                )],
            ),
        ],
    );
}

#[test]
fn a_part_is_played_once() {
    check(
        user::expand,
        &[
            (
                16,
                "struct User { … #[auth(⟦id⟧)] other: Uuid }",
                &[(
                    "the id of `User` is already the field `id`",
                    "remove `id` here; each part is played once",
                )],
            ),
            (
                16,
                "struct User { … #[auth(active)] a: bool, #[auth(⟦active⟧)] b: bool }",
                &[(
                    "`active` of `User` is already the field `a`",
                    "remove `active` here; each part is played once",
                )],
            ),
            (
                17,
                "#[auth(id = uid, email, password_hash)]
                 struct User { uid: Uuid, email: String, password_hash: H, #[auth(⟦id⟧)] id: Uuid }",
                &[("the id of `User` is already named on the struct: `uid`", "keep one of the two")],
            ),
            (
                17,
                "#[auth(id, email, password_hash)]
                 struct User { #[auth(⟦id⟧)] id: Uuid, email: String, password_hash: H }",
                &[("the id of `User` is already named on the struct: `id`", "keep one of the two")],
            ),
            (
                22,
                "struct User { … #[auth(signup, ⟦signup⟧)] name: String }",
                &[("`signup` is said twice", "remove one")],
            ),
            (
                22,
                "struct User { … #[auth(signup)] #[auth(⟦signup⟧)] name: String }",
                &[("`signup` is said twice", "remove one")],
            ),
            (
                22,
                "#[auth(id, email, ⟦email⟧, password_hash)]
                 struct User { id: Uuid, email: String, password_hash: H }",
                &[("`email` is said twice", "remove one")],
            ),
            (
                23,
                "struct User { … #[auth(created_at, ⟦username⟧)] x: X }",
                &[(
                    "one field cannot be both `created_at` and `username`",
                    "give the username a field of its own",
                )],
            ),
            (
                23,
                "#[auth(id, email, password_hash)]
                 struct User { id: Uuid, #[auth(⟦username⟧)] email: String, password_hash: H }",
                &[(
                    "one field cannot be both `email` and `username`",
                    "give the username a field of its own",
                )],
            ),
            (
                23,
                "#[auth(id, email, username = ⟦email⟧, password_hash)]
                 struct User { id: Uuid, email: String, password_hash: H }",
                &[(
                    "one field cannot be both `email` and `username`",
                    "give the username a field of its own",
                )],
            ),
        ],
    );
}

#[test]
fn a_part_names_a_field_that_is_there() {
    check(
        user::expand,
        &[
            (
                18,
                "#[auth(id, email = ⟦mial⟧)] struct User { id: Uuid, mail: String }",
                &[("`User` has no field `mial`", "did you mean `mail`?")],
            ),
            (
                18,
                "#[auth(id, email = ⟦contact⟧)] struct User { id: Uuid, mail: String }",
                &[("`User` has no field `contact`", "its fields are `id`, `mail`")],
            ),
            (
                18,
                "#[auth(token(⟦nmae⟧))] struct User { … #[auth(signup)] name: String }",
                &[("`User` has no field `nmae`", "did you mean `name`?")],
            ),
            (
                19,
                "#[auth(id, email, ⟦password_hash⟧)] struct User { id: Uuid, email: String, hash: H }",
                &[(
                    "`User` has no field `password_hash`",
                    "name the field that plays the part: `password_hash = hash`",
                )],
            ),
            (
                19,
                "#[auth(id, ⟦email⟧, password_hash)] struct User { id: Uuid, password_hash: H }",
                &[(
                    "`User` has no field `email`",
                    "name the field that plays the part, for example `email = mail`",
                )],
            ),
            (
                20,
                "#[auth(id, email = ⟦\"mail\"⟧)] struct User { id: Uuid, mail: String }",
                &[("a field is named without quotes", "write `email = mail`")],
            ),
            (
                20,
                "#[auth(token(⟦\"name\"⟧))] struct User { … #[auth(signup)] name: String }",
                &[("a field is named without quotes", "write `token(name)`")],
            ),
            (
                106,
                "#[auth(id = ⟦7⟧)] struct User { id: Uuid }",
                &[("this is not the name of a field", "write `id = uid`")],
            ),
            (
                106,
                "#[auth(⟦email(mail)⟧)] struct User { mail: String }",
                &[("the field that is the `email` stands after `=`", "write `email = mail`")],
            ),
            (
                106,
                "#[auth(token(⟦name = \"n\"⟧))] struct User { … #[auth(signup)] name: String }",
                &[(
                    "this is not the name of a field",
                    "list the fields alone, `token(name, plan)`; rename a claim on its field",
                )],
            ),
            (
                21,
                "struct User { #[auth(email)] email: String, #[auth(password_hash)] h: H,
                 #[auth(⟦id = true⟧)] id: Uuid }",
                &[("`id` takes no value on a field", "write `#[auth(id)]`")],
            ),
            (
                21,
                "struct User { … #[auth(signup, ⟦edit = \"x\"⟧)] name: String }",
                &[("`edit` takes no value on a field", "write `#[auth(edit)]`")],
            ),
            (
                21,
                "struct User { … #[auth(signup, ⟦view()⟧)] name: String }",
                &[("`view` takes no value on a field", "write `#[auth(view)]`")],
            ),
        ],
    );
}

#[test]
fn a_part_is_stored_and_nobody_shares_it() {
    let both = "keep one of the two";
    check(
        user::expand,
        &[
            (
                24,
                "struct User { … #[auth(username, ⟦skip⟧)] name: String }",
                &[("`skip` keeps the field out of the store; the username must be in it", both)],
            ),
            (
                24,
                "#[auth(id, email, password_hash)]
                 struct User { id: Uuid, #[auth(⟦skip⟧)] email: String, password_hash: H }",
                &[("`skip` keeps the field out of the store; the email must be in it", both)],
            ),
            (
                24,
                "struct User { … #[auth(active, ⟦skip⟧)] on: bool }",
                &[("`skip` keeps the field out of the store; `active` must be in it", both)],
            ),
            (
                25,
                "struct User { … #[auth(username, ⟦default⟧ = \"x\")] name: String }",
                &[("`default` would give every account the same username", "remove `default`")],
            ),
            (
                25,
                "#[auth(id, email, password_hash)] struct User { #[auth(⟦default⟧)] id: Uuid,
                 #[auth(⟦default⟧)] email: String, #[auth(⟦default⟧)] password_hash: H }",
                &[
                    ("`default` would give every account the same id", "remove `default`"),
                    ("`default` would give every account the same email", "remove `default`"),
                    ("`default` would give every account the same password hash", "remove `default`"),
                ],
            ),
            (
                25,
                "struct User { … #[auth(active, ⟦default⟧ = true)] on: bool,
                 #[auth(email_verified, ⟦default⟧)] seen: bool, #[auth(created_at, ⟦default⟧)] at: T }",
                &[
                    ("every account starts active", "remove `default`"),
                    (
                        "no account starts with a verified email",
                        "remove `default`; fastauth sets it when the address is proved",
                    ),
                    ("`created_at` is set by the server's clock", "remove `default`"),
                ],
            ),
        ],
    );
}
