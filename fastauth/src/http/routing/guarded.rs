use crate::http::guard::Guard;

/// A handler whose first argument is a [`Guard`]: all that a [`fastauth::Router`](crate::Router)
/// takes. Nobody implements it; the arguments `T` are axum's own.
#[diagnostic::on_unimplemented(
    message = "this handler does not say who may call it",
    label = "expected a guard as its first argument",
    note = "take `CurrentUser<User>`, `Require<User, can::…>`, or `Public` if anybody may"
)]
pub trait Guarded<T> {
    /// That argument.
    type By: Guard;
}

macro_rules! guarded {
    ($($more:ident)*) => {
        guarded!(@ $($more)*);
        guarded!(~ $($more)*);
    };
    (~) => {};
    (~ $first:ident $($more:ident)*) => {
        guarded!($($more)*);
    };
    (@ $($more:ident)*) => {
        // The marker `M` is what axum puts before the arguments.
        #[diagnostic::do_not_recommend]
        impl<H, M, G: Guard, $($more),*> Guarded<(M, G, $($more,)*)> for H {
            type By = G;
        }
    };
}

guarded!(A B C D E F I J K L N O P Q R);
