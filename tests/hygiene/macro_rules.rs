//! Made by the user's own macros.

use fastauth::{AuthUser, Column, PasswordHash, UserKey};
use serde_json::json;

use crate::{signup, stored};

macro_rules! user {
    ($vis:vis $name:ident, $key:ident($inner:ty), $plan:ident { $($variant:ident),* },
     $table:literal, $field:ident: $ty:ty = $default:expr, $more:tt) => {
        #[derive(Clone, Debug, Eq, Hash, PartialEq, UserKey)]
        $vis struct $key($inner);

        #[derive(Clone, Column, Debug, PartialEq)]
        $vis enum $plan { $($variant),* }

        #[derive(AuthUser)]
        #[auth(id, email = mail, password_hash, table = $table, token($field))]
        $vis struct $name {
            id: $key,
            mail: String,
            password_hash: Option<PasswordHash>,
            #[auth(signup, edit, default = $default)]
            $field: $ty,
            #[auth(json, signup, edit)]
            tags: Option<Vec<$ty>>,
            #[auth(signup, column = "plan_name")]
            plan: $plan,
            $more: Option<String>,
        }
    };
}

user!(pub(crate) Tenant, TenantId(i64), Plan { Free, VeryPro }, "tenants", level: i64 = 1 + 2, note);

#[test]
fn a_user_made_by_a_macro_works() {
    assert_eq!(Tenant::SPEC.table, "tenants");
    assert_eq!(Tenant::USER_FIELDS_IN_TOKEN, ["level"]);
    let body = json!({"email": "ada@example.com", "password": "x", "plan": "very_pro"});
    let read = signup::<Tenant>(body).expect("the rest is optional");
    assert_eq!((read.level, read.plan), (3, Plan::VeryPro));
    let tenant = Tenant {
        id: TenantId(1),
        mail: "ada@example.com".to_owned(),
        password_hash: None,
        level: 1,
        tags: Some(vec![1, 2]),
        plan: Plan::Free,
        note: None,
    };
    let back = stored(&tenant);
    assert_eq!((back.id, back.tags, back.note), (tenant.id, tenant.tags, tenant.note));
}
