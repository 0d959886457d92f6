use std::sync::Arc;

use super::{Broken, Specimen, ensure};
use crate::store::Store;

/// Makes what the store needs.
pub(super) async fn prepare<U: Specimen, S: Store<U>>(store: &Arc<S>) -> Result<(), Broken> {
    store.migrate().await?;
    store.create_user_table().await?;
    Ok(())
}

pub(super) async fn preparing_twice_changes_nothing<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let user = store.create_user(U::specimen(1)).await?;
    let made = store.migrate().await?;
    ensure(made.is_empty(), format!("the second time it makes {made:?}"))?;
    let made = store.create_user_table().await?;
    ensure(!made, "the second time it makes the table of the users")?;
    let found = store.find_by_id(user.id()).await?;
    ensure(found.is_some(), "the second time the users are gone")
}

pub(super) async fn a_table_of_its_own_making_fits<U: Specimen, S: Store<U>>(
    store: &Arc<S>,
) -> Result<(), Broken> {
    let report = store.verify_schema().await?;
    ensure(report.is_empty(), format!("it says: {report}"))
}
