//! What the macros print, for people to read. `UPDATE=1 cargo test -p fastauth-macros` writes the
//! files anew.

use std::{env, fs, path::Path};

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::{column, hooks, key, permission, user};

#[test]
fn an_ordinary_user() {
    snapshot(
        "user",
        user::derive,
        "#[auth(id, email, password_hash)]
         struct User {
             id: Uuid,
             email: String,
             password_hash: Option<PasswordHash>,
             #[auth(signup, edit, token)]
             name: String,
         }",
    );
}

#[test]
fn a_user_of_every_option() {
    snapshot(
        "every_option",
        user::derive,
        "#[auth(table = \"people\", crate = ::auth, email = mail, token(level))]
         pub struct Person {
             #[auth(id)] key: Key,
             mail: Option<String>,
             #[auth(username, edit, token = \"kind\")] r#type: String,
             #[auth(password_hash)] hash: PasswordHash,
             #[auth(email_verified, token)] proved_at: Option<SystemTime>,
             #[auth(active)] on: bool,
             #[auth(created_at)] made: SystemTime,
             #[auth(updated_at)] changed: SystemTime,
             #[auth(signup, default = 3)] level: i64,
             #[auth(json, signup, edit, column = \"prefs\")] preferences: Preferences,
             #[auth(json)] tags: Option<Vec<String>>,
             #[auth(default = \"free\", view, token = \"tariff\")] plan: String,
         }",
    );
}

#[test]
fn a_user_with_fields_of_the_server_s_own() {
    snapshot(
        "silent",
        user::derive,
        "#[auth(id, username, password_hash)]
         struct Worker {
             id: i64,
             username: String,
             password_hash: PasswordHash,
             note: Option<String>,
             #[auth(skip)] cache: Cache,
         }",
    );
}

#[test]
fn an_unfinished_user() {
    snapshot("unfinished", user::derive, "#[auth(crate = ::auth)] struct User { name: String }");
}

#[test]
fn a_key() {
    snapshot("key", key::derive, "struct Id(Uuid);");
}

#[test]
fn a_column() {
    snapshot("column", column::derive, "enum Plan { Free, VeryPro }");
}

#[test]
fn permissions() {
    snapshot(
        "permissions",
        permission::derive,
        "#[deprecated] pub(crate) enum Can {
             /// Read every post,
             /// old and new.
             ///
             /// Drafts too.
             #[permission(\"posts:read\")]
             ReadPosts,
             #[doc = \"Write posts.\"] #[cfg(all())] #[deprecated]
             WritePosts = 7,
             r#Match,
         }",
    );
}

#[test]
fn unfinished_permissions() {
    snapshot(
        "unfinished_permissions",
        permission::derive,
        "#[permission(module = may)] enum Can { #[permission(a b)] Read, Write(PostId) }",
    );
}

#[test]
fn hooks() {
    let block = "impl Hooks<User> for Welcome {
        async fn on_signup(&self, user: &User) { self.mailer.welcome(&user.email).await }
        async fn allow_login(&self, User { banned, .. }: &User) -> bool { return !banned; }
        #[cfg(any())] async fn modify_jwt(&self, claims: &mut ExtraClaims) -> HookResult { claims.insert(\"plan\", 1) }
        async fn on_forbidden(&self, _: Code, cx: &HookContext) -> Option<Reply> { None }
    }";
    compare("hooks", hooks_of("crate = ::auth", block));
}

#[test]
fn unfinished_hooks() {
    let block = "impl<T: Send> Hooks<User> for Welcome<T> {
        async fn on_signup(&self) {}
        async fn on_sigin(&self, user: &User) { greet(user) }
        async fn send(&mut self, (a, b): (u8, u8)) {}
    }";
    compare("unfinished_hooks", hooks_of("", block));
}

fn hooks_of(arguments: &str, block: &str) -> TokenStream {
    hooks::attribute(arguments.parse().expect(arguments), block.parse().expect(block))
}

/// What is printed for a struct that names fastauth otherwise never says `fastauth`.
#[test]
fn a_renamed_crate_is_named_everywhere() {
    for (derive, source) in [
        (user::derive as fn(&DeriveInput) -> TokenStream, "struct User { name: String }"),
        (user::derive, "enum User { Name }"),
        (
            user::derive,
            "struct User { #[auth(id)] id: i64, #[auth(email)] mail: String,
             #[auth(password_hash)] hash: Hash, #[auth(json, signup, token)] a: A, b: Option<B>,
             #[auth(json)] d: Option<D>, #[auth(skip)] c: C, #[auth(default = \"x\", edit)] e: E,
             #[auth(active)] on: bool, #[auth(email_verified)] seen: bool,
             #[auth(created_at)] made: T, #[auth(username)] name: String }",
        ),
        (key::derive, "struct Id(Uuid);"),
        (key::derive, "enum Id { A }"),
        (column::derive, "enum Plan { Free }"),
        (column::derive, "struct Plan;"),
        (permission::derive, "enum Can { A, B }"),
        (permission::derive, "struct Can;"),
    ] {
        let printed = derive(&parsed(&format!("#[auth(crate = ::auth)] {source}"))).to_string();
        assert!(printed.contains(":: auth ::"), "{source}");
        assert!(!printed.contains("fastauth ::"), "{source}");
    }
}

fn snapshot(name: &str, derive: fn(&DeriveInput) -> TokenStream, source: &str) {
    compare(name, derive(&parsed(source)));
}

fn compare(name: &str, printed: TokenStream) {
    let file = syn::parse2(printed).expect("items");
    let printed = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/snapshots").join(name);
    let path = path.with_extension("rs");
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &printed).expect("the snapshot can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(printed, kept, "{name}: `UPDATE=1` writes it anew");
}

fn parsed(source: &str) -> DeriveInput {
    syn::parse_str(source).expect(source)
}
