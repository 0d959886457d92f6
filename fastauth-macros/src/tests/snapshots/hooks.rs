impl Hooks<User> for Welcome {
    fn write_auth_hooks_above_this_impl()
    where
        Self: ::core::marker::Sized,
    {}
    #[allow(clippy::no_effect_underscore_binding)]
    fn on_signup<'__a>(
        &'__a self,
        __argument_0: &'__a User,
        __argument_1: &'__a ::auth::__private::HookContext,
    ) -> ::auth::__private::HookFuture<'__a, ::auth::__private::HookResult> {
        let __written = async move {
            if let ::core::option::Option::Some(__answer) = ::core::option::Option::None::<
                (),
            > {
                return __answer;
            }
            let user: &User = __argument_0;
            self.mailer.welcome(&user.email).await
        };
        let __done = async move {
            <() as ::auth::__private::IntoHookResult>::into_hook_result(__written.await)
        };
        ::std::boxed::Box::pin(__done)
    }
    #[allow(clippy::no_effect_underscore_binding)]
    fn allow_signin<'__a>(
        &'__a self,
        __argument_0: &'__a User,
        __argument_1: &'__a ::auth::__private::Provider,
        __argument_2: &'__a ::auth::__private::HookContext,
    ) -> ::auth::__private::HookFuture<
        '__a,
        ::auth::__private::HookResult<::auth::__private::Decision>,
    > {
        let __written = async move {
            if let ::core::option::Option::Some(__answer) = ::core::option::Option::None::<
                bool,
            > {
                return __answer;
            }
            let User { banned, .. }: &User = __argument_0;
            return !banned;
        };
        let __done = async move {
            <bool as ::auth::__private::IntoDecision>::into_decision(__written.await)
        };
        ::std::boxed::Box::pin(__done)
    }
    #[cfg(any())]
    #[allow(clippy::no_effect_underscore_binding)]
    fn modify_jwt<'__a>(
        &'__a self,
        __argument_0: &'__a mut ::auth::__private::ExtraClaims,
        __argument_1: &'__a User,
        __argument_2: &'__a ::auth::__private::HookContext,
    ) -> ::auth::__private::HookFuture<'__a, ::auth::__private::HookResult> {
        let __written = async move {
            if let ::core::option::Option::Some(__answer) = ::core::option::Option::None::<
                HookResult,
            > {
                return __answer;
            }
            let claims: &mut ExtraClaims = __argument_0;
            claims.insert("plan", 1)
        };
        let __done = async move {
            <HookResult as ::auth::__private::IntoHookResult>::into_hook_result(
                __written.await,
            )
        };
        ::std::boxed::Box::pin(__done)
    }
    #[allow(clippy::no_effect_underscore_binding)]
    fn on_forbidden<'__a>(
        &'__a self,
        __argument_0: ::auth::__private::Code,
        __argument_1: &'__a ::auth::__private::HookContext,
    ) -> ::auth::__private::HookFuture<
        '__a,
        ::core::option::Option<::auth::__private::Reply>,
    > {
        let __written = async move {
            if let ::core::option::Option::Some(__answer) = ::core::option::Option::None::<
                Option<Reply>,
            > {
                return __answer;
            }
            let _: Code = __argument_0;
            let cx: &HookContext = __argument_1;
            None
        };
        let __done = async move {
            <Option<Reply> as ::auth::__private::IntoReply>::into_reply(__written.await)
        };
        ::std::boxed::Box::pin(__done)
    }
}
