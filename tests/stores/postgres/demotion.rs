//! An administrator loses the permission on one connection while they use it on another.

use fastauth::{
    AuthUser,
    store::{
        Actor, Denial, Postgres, Removal, RoleStore, Store, StoreError, Terms, UserChange,
        UserStore, owner_of,
        suite::{Keyed, Specimen},
    },
    value::Value,
};
use uuid::Uuid;

use super::{
    super::prepared::NOW,
    two::{RUNNERS, Two, needing, role},
};

/// ASVS 8.3.2, in the order of the commits: what the demoted made later than the demotion is there
/// later than whoever demoted them looks.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_what_they_have_lost_over_two_pools() {
    let Some(two) = Two::open().await else { return };
    let [one, other] = &two.stores;
    let (realm, admin) = (Keyed::SPEC.table, role("admin", &["manage", "read"]));
    one.create_role(realm, &admin, &Terms::FREE).await.unwrap();
    hire(one, 0).await;
    let (mut given, mut denied) = (0, 0);
    for round in 1..=30 {
        let id = hire(one, round).await;
        let seen = two.race(move |store, runner| async move {
            if runner == RUNNERS / 2 {
                dismiss(&store, &id, round).await;
                return Some(store.list_roles(Keyed::SPEC.table).await.unwrap().len());
            }
            let actor = Actor { owner: owner_of::<Keyed>(&id), scopes: None };
            let new = role(&format!("new-{runner}"), &["read"]);
            match store.create_role(Keyed::SPEC.table, &new, &needing(Some(&actor))).await {
                Ok(made) => assert!(made),
                Err(StoreError::Denied(Denial::NotAdministrator)) => {}
                Err(error) => panic!("{error:?}"),
            }
            None
        });
        let seen = seen.await.into_iter().flatten().next().unwrap();
        let roles = other.list_roles(realm).await.unwrap();
        assert_eq!(roles.len(), seen, "round {round}: made by who had lost it");
        (given, denied) = (given + roles.len() - 1, denied + RUNNERS - roles.len());
        for role in roles.iter().filter(|role| role.name != admin.name) {
            one.delete_role(realm, &role.name, &Terms::FREE).await.unwrap();
        }
    }
    assert!(given > 0 && denied > 0, "nothing raced: {given} given, {denied} denied");
}

/// A new administrator.
async fn hire(store: &Postgres, number: u32) -> Uuid {
    let user = store.create_user(Keyed::specimen(number)).await.unwrap();
    let admin = "admin".parse().unwrap();
    Store::<Keyed>::assign_role(store, user.id(), &admin, &Terms::FREE).await.unwrap();
    *user.id()
}

/// By their role, by their account's column, and by their account.
async fn dismiss(store: &Postgres, id: &Uuid, round: u32) {
    match round % 3 {
        0 => {
            let (owner, admin) = (owner_of::<Keyed>(id), "admin".parse().unwrap());
            let revoked = store.revoke_role(&owner, &admin, &needing(None)).await.unwrap();
            assert_eq!(revoked, Removal::Done);
        }
        1 => {
            let columns = vec![(Keyed::SPEC.active.unwrap(), Value::Bool(false))];
            let off = UserChange { columns, at: NOW };
            assert!(UserStore::<Keyed>::update_user(store, id, off).await.unwrap().is_some());
        }
        _ => {
            let deleted = Store::<Keyed>::delete_account(store, id, None).await.unwrap();
            assert_eq!(deleted, Removal::Done);
        }
    }
}
