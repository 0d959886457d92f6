//! What may stand in the body of an `async fn` may stand in a hook.

use std::{
    fmt,
    marker::PhantomData,
    sync::atomic::{AtomicU32, Ordering},
};

use fastauth::{
    AuthUser, Decision, ExtraClaims, HookContext, HookResult, Hooks, Password, Provider, Reply,
    auth_hooks, error::Code, hooks::SessionData,
};

use super::{User, ada, cx, now};

#[derive(Debug)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken")
    }
}

impl std::error::Error for Broken {}

fn checked(good: bool) -> Result<u8, Broken> {
    if good { Ok(1) } else { Err(Broken) }
}

#[derive(Default)]
struct Busy {
    seen: AtomicU32,
}

impl Busy {
    const LIMIT: u32 = 3;

    async fn note(&self) -> u32 {
        std::future::ready(()).await;
        self.seen.fetch_add(1, Ordering::SeqCst)
    }
}

type Signup = <User as AuthUser>::Signup;
type Lent<'a> = &'a User;

#[auth_hooks]
impl Hooks<User> for Busy {
    async fn allow_signup(&self, signup: &Signup) -> Result<bool, Broken> {
        if signup.email.is_empty() {
            return Ok(false);
        }
        let one = checked(signup.email != "broken@example.com")?;
        Ok(one == 1 && self.note().await < Self::LIMIT)
    }

    async fn allow_login(&self, User { email, .. }: &User, _: &Provider) -> Decision {
        match email.as_str() {
            "ada@example.com" => Decision::Allow,
            _ => Decision::deny("not ada"),
        }
    }

    async fn modify_jwt(&self, claims: &mut ExtraClaims, user: Lent<'_>) -> HookResult {
        for name in ["a", "b"] {
            claims.insert(name, user.id)?;
        }
        let more = async { claims.insert("c", true) };
        more.await
    }

    async fn modify_session(&self, session: &mut SessionData) {
        session.insert("seen".to_owned(), self.note().await.into());
    }

    async fn on_after_register(&self, user: &User, cx: &HookContext) -> Result<(), Broken> {
        let mut letters = user.email.chars();
        let first = letters.next().ok_or(Broken)?;
        if first == 'a' && cx.uri().path() == "/" { Ok(()) } else { Err(Broken) }
    }

    #[cfg(any())]
    async fn on_signin(&self) {
        compile_error!("this one is not compiled");
    }

    async fn on_signin_failed(&self, user: Option<&User>) {
        let Some(_) = user else { return };
        self.note().await;
    }

    async fn on_lockout(&self, mut user: Option<&User>) {
        if user.take().is_none() {
            self.note().await;
        }
    }

    async fn on_forbidden(&self, reason: Code) -> Option<Reply> {
        (reason == Code::SigninDenied).then(|| Reply::new(http::StatusCode::IM_A_TEAPOT, "no"))
    }
}

#[test]
fn a_hook_returns_what_its_body_does() {
    let (busy, cx, ada, by) = (Busy::default(), cx(), ada(), Provider::PASSWORD);
    let signup = |email: &str| Signup { email: email.to_owned(), password: Password::new("x") };
    let allowed = |email| now(busy.allow_signup(&signup(email), &by, &cx));
    assert_eq!(allowed("ada@example.com").unwrap(), Decision::Allow);
    assert_eq!(allowed("").unwrap(), Decision::Deny(None));
    assert_eq!(allowed("broken@example.com").unwrap_err().to_string(), "broken");
    assert_eq!(now(busy.allow_signin(&ada, &by, &cx)).unwrap(), Decision::Allow);
    let eve = User { email: "eve@example.com".to_owned(), ..super::ada() };
    assert_eq!(now(busy.allow_signin(&eve, &by, &cx)).unwrap(), Decision::deny("not ada"));
    assert!(now(busy.on_signup(&ada, &cx)).is_ok());
    assert!(now(busy.on_signup(&eve, &cx)).is_err());
}

#[test]
fn a_hook_changes_what_it_is_lent() {
    let (busy, cx, ada) = (Busy::default(), cx(), ada());
    let mut claims = ExtraClaims::default();
    assert!(now(busy.modify_jwt(&mut claims, &ada, &cx)).is_ok());
    assert_eq!(claims.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "b", "c"]);
    let mut session = SessionData::new();
    assert!(now(busy.modify_session(&mut session, &ada, &cx)).is_ok());
    assert_eq!(session["seen"], 0);
}

#[test]
fn a_hook_may_leave_early() {
    let (busy, cx, ada, by) = (Busy::default(), cx(), ada(), Provider::PASSWORD);
    for user in [None, Some(&ada)] {
        assert!(now(busy.on_signin_failed(user, &by, &cx)).is_ok());
        assert!(now(busy.on_lockout(user, &cx)).is_ok());
    }
    assert_eq!(busy.seen.load(Ordering::SeqCst), 2);
    assert!(now(busy.on_forbidden(Code::NotFound, &cx)).is_none());
    assert!(now(busy.on_forbidden(Code::SigninDenied, &cx)).is_some());
    // What is not named, or not compiled, does what it usually does.
    assert!(now(busy.on_signin(&ada, &by, &cx)).is_ok());
    assert!(now(busy.on_unauthenticated(Code::MissingToken, &cx)).is_none());
}

/// Hooks for every user, in a type of its own parameters.
struct Audit<T> {
    seen: AtomicU32,
    kind: PhantomData<T>,
}

#[auth_hooks]
impl<U: AuthUser, T> Hooks<U> for Audit<T>
where
    T: Send + Sync + 'static,
{
    async fn on_signout(&self, user: &U) {
        let letters = u32::try_from(user.email().unwrap_or_default().len()).unwrap_or(0);
        self.seen.fetch_add(letters, Ordering::SeqCst);
    }
}

#[test]
fn hooks_may_be_for_every_user() {
    let audit = Audit { seen: AtomicU32::new(0), kind: PhantomData::<String> };
    assert!(now(audit.on_signout(&ada(), &cx())).is_ok());
    assert_eq!(audit.seen.load(Ordering::SeqCst), 15);
}

/// Hooks made by a macro of the user's.
macro_rules! welcome {
    ($name:ident, $user:ty, $hook:ident, $answer:expr) => {
        struct $name;

        #[auth_hooks]
        impl Hooks<$user> for $name {
            async fn $hook(&self, user: &$user) -> bool {
                let _ = user;
                $answer
            }
        }
    };
}

welcome!(Open, User, allow_signin, true);
welcome!(Closed, User, allow_login, false);

#[test]
fn hooks_may_come_out_of_a_macro() {
    let (ada, cx, by) = (ada(), cx(), Provider::PASSWORD);
    assert_eq!(now(Open.allow_signin(&ada, &by, &cx)).unwrap(), Decision::Allow);
    assert_eq!(now(Closed.allow_signin(&ada, &by, &cx)).unwrap(), Decision::Deny(None));
}

#[test]
fn hooks_may_stand_in_a_function() {
    struct Local(bool);

    #[auth_hooks]
    impl Hooks<User> for Local {
        async fn allow_signin(&self) -> bool {
            self.0
        }
    }

    let answer = now(Local(true).allow_signin(&ada(), &Provider::PASSWORD, &cx()));
    assert_eq!(answer.unwrap(), Decision::Allow);
}
