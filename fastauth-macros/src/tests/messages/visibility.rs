use super::check;
use crate::user;

#[test]
fn a_client_gives_no_part_that_is_not_its_own() {
    let id = "a client must not choose its own id";
    let verified = "a client must not say that its own email is verified";
    let active = "a client must not decide whether its own account is active";
    check(
        user::expand,
        &[
            (
                27,
                "#[auth(email, password_hash)] struct User { email: String, password_hash: H,
                 #[auth(id, ⟦signup⟧, ⟦edit⟧)] id: Uuid }",
                &[
                    (id, "remove `signup`; fastauth or the database makes the id"),
                    (id, "remove `edit`; fastauth or the database makes the id"),
                ],
            ),
            (
                28,
                "#[auth(id, email)] struct User { id: Uuid, email: String,
                 #[auth(password_hash, ⟦signup⟧)] hash: H }",
                &[(
                    "a client gives a password, never a hash",
                    "remove `signup`; registration takes the password and hashes it",
                )],
            ),
            (
                29,
                "#[auth(id, email, password_hash)] struct User { id: Uuid, email: String,
                 #[auth(⟦edit⟧)] password_hash: H }",
                &[(
                    "a password does not change through `PATCH /me`",
                    "remove `edit`; `POST /password/change` asks for the current one first",
                )],
            ),
            (
                32,
                "#[auth(id, email, password_hash)] struct User { id: Uuid, password_hash: H,
                 #[auth(⟦edit⟧, view, signup)] email: String }",
                &[(
                    "an email does not change through `PATCH /me`",
                    "remove `edit`; `POST /email/change` proves the new address first",
                )],
            ),
            (
                33,
                "struct User { … #[auth(email_verified, ⟦signup⟧, ⟦edit⟧)] seen: bool }",
                &[
                    (verified, "remove `signup`; fastauth sets it when the address is proved"),
                    (verified, "remove `edit`; fastauth sets it when the address is proved"),
                ],
            ),
            (
                34,
                "struct User { … #[auth(active, ⟦edit⟧, ⟦signup⟧)] on: bool }",
                &[
                    (active, "remove `edit`; change it from your own code"),
                    (active, "remove `signup`; change it from your own code"),
                ],
            ),
            (
                35,
                "struct User { … #[auth(created_at, ⟦edit⟧)] made: T, #[auth(updated_at, ⟦signup⟧)] up: T }",
                &[
                    ("`created_at` is the server's clock, not the client's", "remove `edit`"),
                    ("`updated_at` is the server's clock, not the client's", "remove `signup`"),
                ],
            ),
            (
                36,
                "struct User { … #[auth(⟦signup⟧)] password: String }",
                &[(
                    "registration already reads a `password`, and keeps only its hash",
                    "write `#[auth(password_hash)] password_hash: Option<PasswordHash>` instead",
                )],
            ),
            (
                36,
                "struct User { … #[auth(⟦edit⟧, default)] password: String }",
                &[(
                    "a password does not change through `PATCH /me`",
                    "remove `edit`; `POST /password/change` asks for the current one first",
                )],
            ),
            (
                107,
                "struct User { … #[auth(username)] ⟦password⟧: String }",
                &[(
                    "`password` is the password in every request, so no other field can be it",
                    "give the field another name",
                )],
            ),
        ],
    );
}

#[test]
fn a_hash_never_leaves_the_server() {
    check(
        user::expand,
        &[
            (
                30,
                "#[auth(id, email, password_hash)] struct User { id: Uuid, email: String,
                 #[auth(⟦view⟧)] password_hash: H }",
                &[("a password hash never leaves the server", "remove `view`")],
            ),
            (
                31,
                "#[auth(id, email, password_hash)] struct User { id: Uuid, email: String,
                 #[auth(⟦token⟧)] password_hash: H }",
                &[(
                    "a password hash must never be put in a token",
                    "remove it; whoever holds the token can read it",
                )],
            ),
            (
                31,
                "#[auth(id, email, password_hash, token(⟦password_hash⟧))]
                 struct User { id: Uuid, email: String, password_hash: H }",
                &[(
                    "a password hash must never be put in a token",
                    "remove it; whoever holds the token can read it",
                )],
            ),
        ],
    );
}

#[test]
fn a_claim_is_named_once_and_not_ours() {
    let needs = "`token` on the struct needs its fields";
    let list = "list them, `token(name, plan)`, or put `#[auth(token)]` on each";
    check(
        user::expand,
        &[
            (37, "#[auth(⟦token⟧)] struct User { … }", &[(needs, list)]),
            (37, "#[auth(⟦token()⟧)] struct User { … }", &[(needs, list)]),
            (37, "#[auth(⟦token = \"name\"⟧)] struct User { … }", &[(needs, list)]),
            (
                38,
                "#[auth(token(name))] struct User { … #[auth(signup, ⟦token⟧)] name: String }",
                &[(
                    "`name` is already in the token, by the list on the struct",
                    "keep one of the two",
                )],
            ),
            (
                22,
                "#[auth(token(name, ⟦name⟧))] struct User { … #[auth(signup)] name: String }",
                &[("`name` is said twice", "remove one")],
            ),
            (
                39,
                "struct User { … #[auth(signup, token = ⟦\"exp\"⟧)] plan: String }",
                &[(
                    "`exp` is a registered claim; fastauth sets it",
                    "choose another name, for example `token = \"plan_exp\"`",
                )],
            ),
            (
                40,
                "struct User { … #[auth(signup, ⟦token⟧)] scope: String }",
                &[(
                    "the field `scope` would become the registered claim `scope`",
                    "name the claim: `token = \"user_scope\"`",
                )],
            ),
            (
                40,
                "#[auth(token(⟦sid⟧))] struct BlogAuthor { … #[auth(signup)] sid: String }",
                &[(
                    "the field `sid` would become the registered claim `sid`",
                    "name the claim: `token = \"blog_author_sid\"`",
                )],
            ),
            (
                41,
                "struct User { … #[auth(signup, token)] plan: A, #[auth(signup, token = ⟦\"plan\"⟧)] b: B }",
                &[(
                    "the claim `plan` is already the field `plan`",
                    "give one of them another name",
                )],
            ),
            (
                41,
                "struct User { … #[auth(signup, token = \"b\")] a: A, #[auth(signup, ⟦token⟧)] b: B }",
                &[("the claim `b` is already the field `a`", "give one of them another name")],
            ),
        ],
    );
}

#[test]
fn a_claim_has_a_name_and_is_worth_carrying() {
    check(
        user::expand,
        &[
            (
                100,
                "#[auth(id, email, password_hash, token(⟦id⟧))]
                 struct User { id: Uuid, email: String, password_hash: H }",
                &[("the id is in every token already, as the claim `sub`", "remove `token`")],
            ),
            (
                101,
                "struct User { … #[auth(updated_at, ⟦token⟧)] at: T }",
                &[("`updated_at` in a token would be out of date at once", "remove `token`")],
            ),
            (
                102,
                "struct User { … #[auth(signup, token = ⟦\"my plan\"⟧)] plan: A }",
                &[(
                    "a claim's name is one word",
                    "choose another name, for example `token = \"plan\"`",
                )],
            ),
            (
                103,
                "struct User { … #[auth(signup, ⟦token(a)⟧)] plan: A }",
                &[(
                    "`token` takes no list on a field",
                    "write `#[auth(token)]`, or `#[auth(token = \"claim\")]`",
                )],
            ),
            (
                53,
                "struct User { … #[auth(signup, token = ⟦plan⟧)] a: A }",
                &[("a claim is named in quotes", "write `token = \"plan\"`")],
            ),
        ],
    );
}

#[test]
fn a_skipped_field_is_nobodys() {
    let means =
        |word: &str| format!("a skipped field is not stored, so `{word}` means nothing on it");
    for word in ["signup", "edit", "view", "token", "json", "column = \"c\""] {
        let name = word.split(' ').next().unwrap_or(word);
        let marked = word.replacen(name, &format!("⟦{name}⟧"), 1);
        let source = format!("struct User {{ … #[auth(skip, {marked})] cache: C }}");
        check(user::expand, &[(42, &source, &[(&means(name), "keep one of the two")])]);
    }
    check(
        user::expand,
        &[
            (
                42,
                "#[auth(token(⟦cache⟧))] struct User { … #[auth(skip)] cache: C }",
                &[(&means("token"), "keep one of the two")],
            ),
            (0, "struct User { … #[auth(skip, default = C::new())] cache: C }", &[]),
        ],
    );
}
