impl<T: Send> Hooks<User> for Welcome<T> {
    fn write_auth_hooks_above_this_impl()
    where
        Self: ::core::marker::Sized,
    {}
    #[allow(clippy::no_effect_underscore_binding, clippy::shadow_same)]
    fn on_signup<'__a>(
        &'__a self,
        __argument_0: &'__a User,
        __argument_1: &'__a ::fastauth::__private::HookContext,
    ) -> ::fastauth::__private::HookFuture<'__a, ::fastauth::__private::HookResult> {
        let __written = async move {
            if let ::core::option::Option::Some(__answer) = ::core::option::Option::None::<
                (),
            > {
                return __answer;
            }
        };
        ::std::boxed::Box::pin(async move {
            <() as ::fastauth::__private::IntoHookResult>::into_hook_result(
                __written.await,
            )
        })
    }
}
#[allow(dead_code, unused, clippy::all, clippy::pedantic)]
const _: () = {
    trait __Others<T: Send> {
        async fn on_sigin(&self, user: &User);
    }
    impl<T: Send> __Others<T> for Welcome<T> {
        async fn on_sigin(&self, user: &User) {
            greet(user)
        }
    }
};
::core::compile_error! {
    "there is no hook `on_sigin`\nhelp: did you mean `on_signin`?"
}
::core::compile_error! {
    "there is no hook `send`\nhelp: put what is your own in a plain `impl Welcome<T>` block"
}
