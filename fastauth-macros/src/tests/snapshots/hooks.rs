const _: () = ::auth::user::field::shared::<Welcome>();
impl Hooks<User> for Welcome
where
    for<'__a> Welcome: ::auth::__private::TakenAsShared<'__a>,
{
    fn write_auth_hooks_above_this_impl()
    where
        Self: ::core::marker::Sized,
    {}
    #[allow(clippy::no_effect_underscore_binding, clippy::shadow_same)]
    fn on_signup<'__a>(
        &'__a self,
        user: &'__a User,
        __argument_1: &'__a ::auth::__private::HookContext,
    ) -> ::auth::__private::HookFuture<'__a, ::auth::__private::HookResult> {
        let __written = async move {
            if let ::core::option::Option::Some(__answer) = ::core::option::Option::None::<
                (),
            > {
                return __answer;
            }
            let user: &User = user;
            self.mailer.welcome(&user.email).await
        };
        ::std::boxed::Box::pin(async move {
            <() as ::auth::__private::IntoHookResult>::into_hook_result(__written.await)
        })
    }
    #[allow(clippy::no_effect_underscore_binding, clippy::shadow_same)]
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
        ::std::boxed::Box::pin(async move {
            <bool as ::auth::__private::IntoDecision>::into_decision(__written.await)
        })
    }
    #[cfg(any())]
    #[allow(clippy::no_effect_underscore_binding, clippy::shadow_same)]
    fn modify_jwt<'__a>(
        &'__a self,
        claims: &'__a mut ::auth::__private::ExtraClaims,
        __argument_1: &'__a User,
        __argument_2: &'__a ::auth::__private::HookContext,
    ) -> ::auth::__private::HookFuture<'__a, ::auth::__private::HookResult> {
        let __written = async move {
            if let ::core::option::Option::Some(__answer) = ::core::option::Option::None::<
                HookResult,
            > {
                return __answer;
            }
            let claims: &mut ExtraClaims = claims;
            claims.insert("plan", 1)
        };
        ::std::boxed::Box::pin(async move {
            <HookResult as ::auth::__private::IntoHookResult>::into_hook_result(
                __written.await,
            )
        })
    }
    #[allow(clippy::no_effect_underscore_binding, clippy::shadow_same)]
    fn on_forbidden<'__a>(
        &'__a self,
        __argument_0: ::auth::__private::Code,
        cx: &'__a ::auth::__private::HookContext,
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
            let cx: &HookContext = cx;
            None
        };
        ::std::boxed::Box::pin(async move {
            <Option<Reply> as ::auth::__private::IntoReply>::into_reply(__written.await)
        })
    }
}
