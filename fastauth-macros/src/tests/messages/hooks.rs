use proc_macro2::{TokenStream, TokenTree};

use super::{Row, compare};
use crate::hooks;

/// A block with these functions, and what is said of it.
fn check(rows: &[Row<'_>]) {
    compare(rows, |source| {
        let (arguments, item) = attribute(source);
        hooks::expand(arguments, item).1.err()
    });
}

/// The arguments of the attribute that a source begins with, and the item below it.
fn attribute(source: &str) -> (TokenStream, TokenStream) {
    let mut tokens = source.parse::<TokenStream>().expect(source).into_iter();
    let (Some(TokenTree::Punct(_)), Some(TokenTree::Group(brackets))) =
        (tokens.next(), tokens.next())
    else {
        return (TokenStream::new(), source.parse().expect(source));
    };
    let arguments = brackets.stream().into_iter().find_map(|token| match token {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    });
    (arguments.unwrap_or_default(), tokens.collect())
}

const WHOSE: (&str, &str) = ("whose hooks are these?", "write `impl Hooks<User> for Welcome`");
const RECEIVER: (&str, &str) =
    ("hooks take `&self`", "all requests share them; put what changes behind a lock");

#[test]
fn hooks_stand_in_an_impl_of_the_trait() {
    let block = (
        "`#[auth_hooks]` goes on an `impl` block",
        "write `#[auth_hooks] impl Hooks<User> for Welcome { … }`",
    );
    let arguments = (
        "`#[auth_hooks]` takes no arguments",
        "the user stands in the trait: `impl Hooks<User> for Welcome`",
    );
    check(&[
        (62, "#[auth_hooks] ⟦struct⟧ Welcome;", &[block]),
        (62, "#[auth_hooks] pub ⟦fn⟧ welcome() {}", &[block]),
        (62, "#[auth_hooks] #[doc = \"x\"] pub(crate) ⟦trait⟧ Welcome {}", &[block]),
        (63, "#[auth_hooks] impl ⟦Welcome⟧ { async fn on_signup(&self) {} }", &[WHOSE]),
        (63, "#[auth_hooks] impl ⟦Hooks⟧ for Welcome { async fn on_signup(&self) {} }", &[WHOSE]),
        (63, "#[auth_hooks] impl ⟦Hooks<>⟧ for Welcome { async fn on_signup(&self) {} }", &[WHOSE]),
        (
            63,
            "#[auth_hooks] impl ⟦Hooks<A, B>⟧ for Welcome { async fn on_signup(&self) {} }",
            &[WHOSE],
        ),
        (63, "#[auth_hooks] impl ⟦std::fmt::Display⟧ for Welcome {}", &[WHOSE]),
        (
            127,
            "#[auth_hooks] impl ⟦H<User>⟧ for Welcome { async fn on_signup(&self) {} }",
            &[("`#[auth_hooks]` knows the trait by its name `Hooks`", WHOSE.1)],
        ),
        (
            64,
            "#[auth_hooks(⟦User⟧)] impl Hooks<User> for Welcome { async fn on_signup(&self) {} }",
            &[arguments],
        ),
        (
            64,
            "#[auth_hooks(⟦a = 1, b⟧)] impl Hooks<User> for Welcome { async fn on_signup(&self) {} }",
            &[arguments],
        ),
        (
            61,
            "#[auth_hooks(crate = ⟦super::auth⟧)] impl Hooks<User> for Welcome { async fn on_signup(&self) {} }",
            &[(
                "the path to fastauth must be absolute",
                "write `crate = ::fastauth`, or `crate::…` within this crate",
            )],
        ),
        (
            61,
            "#[auth_hooks(crate = ⟦\"auth\"⟧)] impl Hooks<User> for Welcome { async fn on_signup(&self) {} }",
            &[(
                "the path to fastauth is written without quotes",
                "write `crate = ::fastauth`, or `crate::…` within this crate",
            )],
        ),
        (
            0,
            "#[auth_hooks(crate = ::auth)] impl ::auth::Hooks<crate::User> for Welcome { async fn on_signup(&self) {} }",
            &[],
        ),
        (
            78,
            "#[auth_hooks] #[⟦async_trait::async_trait⟧] impl Hooks<User> for Welcome { async fn on_signup(&self) {} }",
            &[("`#[auth_hooks]` already makes these methods async", "remove `#[async_trait]`")],
        ),
        (
            78,
            "#[auth_hooks] impl ⟦Hooks<User>⟧ for Welcome {
                 fn on_signup<'life0, 'async_trait>(&'life0 self) -> Boxed<'async_trait> where Self: 'async_trait { x() }
             }",
            &[("`#[auth_hooks]` already makes these methods async", "remove `#[async_trait]`")],
        ),
        (
            79,
            "#[auth_hooks] impl Hooks<User> for ⟦Welcome⟧ {}",
            &[(
                "this block has no hooks",
                "write one, for example `async fn on_signup(&self, user: &User)`",
            )],
        ),
    ]);
}

#[test]
fn hooks_own_what_they_are() {
    let own = "own the data: `String` in place of `&'a str`, `Arc<T>` in place of `&'a T`";
    check(&[
        (
            153,
            "#[auth_hooks] impl<⟦'a⟧> Hooks<User> for Welcome<'a> { async fn on_signup(&self) {} }",
            &[("hooks cannot borrow; `Welcome<'a>` has the lifetime `'a`", own)],
        ),
        (
            153,
            "#[auth_hooks] impl<T> Hooks<User> for Welcome<⟦'_⟧, T> { async fn on_signup(&self) {} }",
            &[("hooks cannot borrow; `Welcome<'_, T>` has a lifetime", own)],
        ),
        (
            153,
            "#[auth_hooks] impl Hooks<User> for ⟦&Welcome⟧ { async fn on_signup(&self) {} }",
            &[("hooks cannot be borrowed", own)],
        ),
        (
            0,
            "#[auth_hooks] impl Hooks<User> for Welcome<'static> { async fn on_signup(&self) {} }",
            &[],
        ),
        (
            0,
            "#[auth_hooks] impl Hooks<User> for &'static Welcome { async fn on_signup(&self) {} }",
            &[],
        ),
    ]);
}

#[test]
fn only_hooks_stand_there() {
    let own = "put what is your own in a plain `impl Welcome` block";
    body(&[
        (
            65,
            "async fn ⟦on_sigin⟧(&self) {}",
            &[("there is no hook `on_sigin`", "did you mean `on_signin`?")],
        ),
        (
            65,
            "fn ⟦on_after_logn⟧(self) {}",
            &[("there is no hook `on_after_logn`", "did you mean `on_after_login`?")],
        ),
        (66, "async fn ⟦send_mail⟧(&self) {}", &[("there is no hook `send_mail`", own)]),
        (66, "const ⟦LIMIT⟧: u8 = 1;", &[("there is no hook `LIMIT`", own)]),
        (66, "type ⟦Kept⟧ = u8;", &[("there is no hook `Kept`", own)]),
        (126, "⟦hooks!();⟧", &[("only hooks stand in this block", own)]),
        (
            69,
            "async fn on_signin(&self) {} async fn ⟦on_after_login⟧(&self) {}",
            &[(
                "`on_after_login` is the hook `on_signin`, which is already here",
                "keep one of the two",
            )],
        ),
        (
            69,
            "async fn on_after_login(&self) {} async fn ⟦on_signin⟧(&self) {}",
            &[("`on_signin` is already here, as `on_after_login`", "keep one of the two")],
        ),
        (
            69,
            "async fn on_signin(&self) {} async fn ⟦on_signin⟧(&self) {}",
            &[("the hook `on_signin` is already here", "keep one of the two")],
        ),
    ]);
}

#[test]
fn a_hook_is_an_async_fn_of_what_it_is_given() {
    let own = "remove them; fastauth says what a hook is given";
    body(&[
        (
            67,
            "⟦fn⟧ on_signin(&self) {}",
            &[("the hook `on_signin` must be async", "write `async fn on_signin`")],
        ),
        (
            67,
            "⟦fn⟧ on_after_login(&self) {}",
            &[("the hook `on_signin` must be async", "write `async fn on_after_login`")],
        ),
        (68, "async fn on_signin(⟦self⟧) {}", &[RECEIVER]),
        (68, "async fn on_signin(⟦&mut self⟧) {}", &[RECEIVER]),
        (68, "async fn on_signin(⟦self: &Self⟧) {}", &[RECEIVER]),
        (68, "async fn ⟦on_signin⟧() {}", &[RECEIVER]),
        (68, "async fn ⟦on_signin⟧(user: &User) {}", &[RECEIVER]),
        (
            123,
            "async fn on_signin⟦<'a>⟧(&self) {}",
            &[("the hook `on_signin` has no parameters of its own", own)],
        ),
        (
            123,
            "async fn on_signin⟦<T>⟧(&self) where T: Copy {}",
            &[("the hook `on_signin` has no parameters of its own", own)],
        ),
        (
            124,
            "async fn on_signin(&self) ⟦where Self: Sized⟧ {}",
            &[(
                "the hook `on_signin` has no conditions of its own",
                "remove them, or put them on the `impl`",
            )],
        ),
        (
            125,
            "async ⟦unsafe⟧ fn on_signin(&self) {}",
            &[("the hook `on_signin` is a plain `async fn`", "remove `unsafe`")],
        ),
        (
            74,
            "async fn on_signup(&self, user: &User, cx: &HookContext, ⟦db: &Db⟧) {}",
            &[(
                "the hook `on_signup` is given nothing more",
                "keep what you need in `self`; it is given `user: &User, cx: &HookContext`",
            )],
        ),
        (
            74,
            "async fn on_forbidden(&self, r: Code, cx: &HookContext, ⟦a: &A, b: B⟧) -> Option<Reply> { None }",
            &[(
                "the hook `on_forbidden` is given nothing more",
                "keep what you need in `self`; it is given `reason: Code, cx: &HookContext`",
            )],
        ),
        (
            75,
            "async fn on_signup(&self, user: ⟦User⟧) {}",
            &[("hooks borrow what they are given", "write `user: &User`")],
        ),
        (
            75,
            "async fn on_signin(&self, user: &User, by: ⟦Provider⟧, cx: ⟦HookContext⟧) {}",
            &[
                ("hooks borrow what they are given", "write `provider: &Provider`"),
                ("hooks borrow what they are given", "write `cx: &HookContext`"),
            ],
        ),
        (
            77,
            "async fn modify_jwt(&self, claims: ⟦&ExtraClaims⟧) {}",
            &[("the hook `modify_jwt` changes the claims", "write `claims: &mut ExtraClaims`")],
        ),
        (
            77,
            "async fn modify_session(&self, it: ⟦SessionData⟧) {}",
            &[(
                "the hook `modify_session` changes the session",
                "write `session: &mut SessionData`",
            )],
        ),
    ]);
}

#[test]
fn what_a_hook_is_given_has_its_place_and_its_type() {
    let trailing = "only trailing arguments can be left out: \
                    `user: &User, provider: &Provider, cx: &HookContext`";
    let nobody = ("the hook `on_lockout` may be given no user", "write `user: Option<&User>`");
    let borrow = "hooks borrow what they are given";
    body(&[
        (
            128,
            "async fn on_signin(&self, provider: ⟦&Provider⟧, cx: &HookContext) {}",
            &[("the hook `on_signin` is given `user: &User` here", trailing)],
        ),
        (
            128,
            "async fn on_signin(&self, user: &User, cx: ⟦&fastauth::HookContext⟧) {}",
            &[("the hook `on_signin` is given `provider: &Provider` here", trailing)],
        ),
        (
            128,
            "async fn on_role_revoked(&self, role: ⟦&str⟧) {}",
            &[(
                "the hook `on_role_revoked` is given `user: &User` here",
                "only trailing arguments can be left out: \
                 `user: &User, role: &str, cx: &HookContext`",
            )],
        ),
        (129, "async fn on_lockout(&self, user: ⟦&User⟧) {}", &[nobody]),
        (129, "async fn on_lockout(&self, user: ⟦User⟧) {}", &[nobody]),
        (75, "async fn on_lockout(&self, user: ⟦Option<User>⟧) {}", &[(borrow, nobody.1)]),
        (
            129,
            "async fn on_forbidden(&self, reason: ⟦&Code⟧) -> Option<Reply> { None }",
            &[("the hook `on_forbidden` is given its reason, not lent it", "write `reason: Code`")],
        ),
    ]);
}

#[test]
fn a_hook_that_decides_or_answers_returns_something() {
    let decision = "return `bool` or `fastauth::Decision`";
    let reply = "return `Option<Reply>`, `None` for the usual reply";
    body(&[
        (
            70,
            "async fn ⟦allow_signin⟧(&self) {}",
            &[("the hook `allow_signin` decides, so it must return something", decision)],
        ),
        (
            70,
            "async fn ⟦allow_register⟧(&self) {}",
            &[("the hook `allow_signup` decides, so it must return something", decision)],
        ),
        (
            71,
            "async fn ⟦on_forbidden⟧(&self) {}",
            &[("the hook `on_forbidden` answers the client, so it must return something", reply)],
        ),
        (
            71,
            "async fn ⟦on_unauthenticated⟧(&self) {}",
            &[(
                "the hook `on_unauthenticated` answers the client, so it must return something",
                reply,
            )],
        ),
    ]);
}

#[test]
fn all_that_is_wrong_with_a_hook_is_said_at_once() {
    body(&[(
        0,
        "⟦fn⟧ ⟦allow_signin⟧(⟦self⟧, user: ⟦User⟧) {} async fn on_signup(&self) {} fn ⟦mail⟧() {}",
        &[
            ("the hook `allow_signin` must be async", "write `async fn allow_signin`"),
            (
                "the hook `allow_signin` decides, so it must return something",
                "return `bool` or `fastauth::Decision`",
            ),
            RECEIVER,
            ("hooks borrow what they are given", "write `user: &User`"),
            ("there is no hook `mail`", "put what is your own in a plain `impl Welcome` block"),
        ],
    )]);
}

#[test]
fn what_is_right_is_left_alone() {
    body(&[
        (0, "async fn on_signup(&self) {}", &[]),
        (
            0,
            "async fn on_after_register(&self, _: &User, HookContext { .. }: &HookContext) {}",
            &[],
        ),
        (0, "async fn on_signin_failed(&self, user: Option<&User>) {}", &[]),
        (0, "async fn on_signup(&self, user: Alias<'_>) {}", &[]),
        (0, "async fn on_lockout(&self, user: Alias) {}", &[]),
        (0, "async fn on_signin(&self, user: &Alias, by: &Provider) {}", &[]),
        (
            0,
            "#[cfg(x)] async fn on_signin(&self) {} #[cfg(not(x))] async fn on_login(&self) {}",
            &[],
        ),
        (0, "async fn on_signin(&self) {} #[cfg(x)] async fn on_signin(&self) {}", &[]),
        (0, "#[cfg(x)] async fn allow_signup(&self) -> Result<bool, Broken> { Ok(true) }", &[]),
    ]);
}

/// Every name and every alias is a hook, and no alias hides one.
#[test]
fn the_vocabulary_is_sound() {
    let mut seen = std::collections::BTreeSet::new();
    for name in hooks::names::Hook::names() {
        assert!(seen.insert(name), "{name} is there twice");
        assert!(hooks::names::Hook::of(name).is_some(), "{name} is no hook");
    }
}

fn body(rows: &[Row<'_>]) {
    let whole: Vec<_> = rows
        .iter()
        .map(|(number, body, said)| {
            (*number, format!("#[auth_hooks] impl Hooks<User> for Welcome {{ {body} }}"), *said)
        })
        .collect();
    let whole: Vec<Row<'_>> =
        whole.iter().map(|(number, source, said)| (*number, source.as_str(), *said)).collect();
    check(&whole);
}
