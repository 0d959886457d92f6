use super::bootstrap;
use crate::{
    config::RoleSettings,
    error::SetupProblem,
    store::{SchemaReport, Store, StoreError},
    user::AuthUser,
};

/// Compares the roles in the store with what is declared, and sees to their first administrator.
pub(super) async fn settle_roles<U: AuthUser>(
    store: &dyn Store<U>,
    roles: &RoleSettings,
    problems: &mut Vec<SetupProblem>,
) -> Result<Option<String>, StoreError> {
    bootstrap::verify(store, roles, problems).await?;
    if problems.is_empty() { bootstrap::first_administrator(store, roles).await } else { Ok(None) }
}

pub(super) fn unusable<U: AuthUser>(store: &dyn Store<U>, error: &StoreError) -> SetupProblem {
    let because = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    let cause = format!("{}: {error}{}", store.describe(), because.unwrap_or_default());
    SetupProblem::new("store unusable", cause, "check its address, its rights and that it runs")
}

/// Compares what is there with what must be, and makes what is missing; says what it made.
pub(super) async fn prepare<U: AuthUser>(
    store: &dyn Store<U>,
    create_user_table: bool,
    problems: &mut Vec<SetupProblem>,
) -> Vec<String> {
    let misfits = |report: &SchemaReport| {
        let faults = report.faults().iter();
        let told = faults.map(|fault| {
            SetupProblem::new("table does not fit", fault.cause.clone(), fault.fix.clone())
        });
        told.collect::<Vec<_>>()
    };
    // A table that does not fit is refused before anything is written.
    let makes_table = match store.verify_schema().await {
        Ok(report) if report.has_no_table() && create_user_table => true,
        Ok(report) => {
            problems.extend(misfits(&report));
            false
        }
        Err(error) => {
            problems.push(unusable(store, &error));
            false
        }
    };
    if !problems.is_empty() {
        return Vec::new();
    }
    let prepared = async {
        let mut created = store.migrate().await?;
        if makes_table {
            if store.create_user_table().await? {
                created.push(U::SPEC.table.to_owned());
            }
            // Another instance may have made one at the same moment.
            problems.extend(misfits(&store.verify_schema().await?));
        }
        Ok(created)
    };
    let prepared = prepared.await;
    prepared.unwrap_or_else(|error| {
        problems.push(unusable(store, &error));
        Vec::new()
    })
}
