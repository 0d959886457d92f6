use std::sync::Arc;

use super::{Outcome, administrator};
use crate::{
    store::{
        Accounts, Actor, Apart, Assignment, Denial, Memory, Removal, RoleStore, Store, StoreError,
        Terms, UserKeeper, UserStore, owner_of,
        suite::{Numbered, Specimen},
    },
    user::AuthUser,
};

/// Whoever is asked to go and is needed keeps what they had.
#[tokio::test]
async fn the_last_who_is_needed_stays_whole_where_users_are_apart() -> Outcome {
    let (users, rest) = (Memory::new(), Memory::new());
    let apart = Apart::<Numbered>::new(Arc::new(rest), Some(Arc::new(users)), None);
    let user = apart.create_user(Numbered::specimen(1)).await?;
    let owner = owner_of::<Numbered>(user.id());
    let role = administrator()?;
    apart.create_role(&owner.realm, &role, &Terms::FREE).await?;
    assert_eq!(apart.assign_role(user.id(), &role.name, &Terms::FREE).await?, Assignment::Assigned);
    assert_eq!(apart.delete_account(user.id(), Some("roles:manage")).await?, Removal::Last);
    assert!(apart.find_by_id(user.id()).await?.is_some());
    assert_eq!(apart.roles_of(&owner).await?.len(), 1);
    assert_eq!(apart.delete_account(user.id(), None).await?, Removal::Done);
    assert_eq!(apart.assign_role(user.id(), &role.name, &Terms::FREE).await?, Assignment::NoUser);
    assert_eq!(apart.roles_of(&owner).await?, []);
    Ok(())
}

/// Whose user is gone or switched off elsewhere holds nothing: neither for themselves nor in place of
/// another.
#[tokio::test]
async fn accounts_that_are_kept_elsewhere_count_while_they_are_there() -> Outcome {
    let (users, rest) = (Memory::new(), Memory::new());
    let apart = Apart::<Numbered>::new(Arc::new(rest.clone()), Some(Arc::new(users.clone())), None);
    let role = administrator()?;
    apart.create_role(Numbered::SPEC.table, &role, &Terms::FREE).await?;
    let mut owners = Vec::new();
    for number in 0..2 {
        let user = apart.create_user(Numbered::specimen(number)).await?;
        apart.assign_role(user.id(), &role.name, &Terms::FREE).await?;
        owners.push(owner_of::<Numbered>(user.id()));
    }
    let [first, second] = owners.as_slice() else { return Ok(()) };
    // As an application does it by itself.
    assert!(UserKeeper::<Numbered>::delete_user(&users, &2).await?);
    let accounts = Accounts::Of(Numbered::SPEC);
    let terms = Terms { needed: Some("roles:manage"), accounts, actor: None };
    assert_eq!(apart.revoke_role(first, &role.name, &terms).await?, Removal::Last);
    assert_eq!(apart.delete_account(&1, terms.needed).await?, Removal::Last);
    let actor = Actor { owner: second.clone(), scopes: None };
    let by_second = Terms { actor: Some(&actor), ..terms };
    let denied = apart.revoke_role(first, &role.name, &by_second).await;
    assert!(matches!(denied, Err(StoreError::Denied(Denial::NotAdministrator))), "{denied:?}");
    let actor = Actor { owner: first.clone(), scopes: None };
    let by_first = Terms { actor: Some(&actor), ..terms };
    assert_eq!(apart.revoke_role(second, &role.name, &by_first).await?, Removal::Done);
    Ok(())
}
