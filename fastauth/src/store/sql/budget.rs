//! Budgets: what may be done how often.

use super::{Database, Ending, Query, Transaction, micros, reader::Reader};
use crate::{
    store::{Budget, Refund, Spending, StoreError},
    time::Timestamp,
    value::{ColumnType, Row, Value},
};

pub(in crate::store) async fn spend(
    database: &dyn Database,
    budgets: &[Budget],
    now: Timestamp,
) -> Result<Spending, StoreError> {
    let mut transaction = database.begin().await?;
    let mut spent_up = None;
    for (index, budget) in budgets.iter().enumerate() {
        let query = Query::new(SPEND, arguments(budget, now)).giving(FREE_AT);
        let Some(free_at) = free_at(transaction.run(query).await?)? else {
            // What was spent before is given back by nobody ever having seen it.
            let until = refused_until(transaction.as_mut(), budget).await?;
            return Ok(Spending::Refused { budget: index, until: until.unwrap_or(now) });
        };
        if now < free_at {
            spent_up = Some(index);
        }
    }
    transaction.commit().await?;
    Ok(Spending::Granted { spent_up })
}

async fn refused_until(
    transaction: &mut dyn Transaction,
    budget: &Budget,
) -> Result<Option<Timestamp>, StoreError> {
    let query = Query::new(UNTIL, vec![Value::Text(budget.key.clone())]).giving(FREE_AT);
    free_at(transaction.run(query).await?)
}

pub(in crate::store) async fn refund(
    database: &dyn Database,
    refunds: &[Refund],
) -> Result<(), StoreError> {
    let mut transaction = database.begin().await?;
    for refund in refunds {
        let (statement, key) = match refund {
            Refund::All(key) => (REFUND_ALL, key),
            Refund::One(key) => (REFUND_ONE, key),
        };
        transaction.run(Query::new(statement, vec![Value::Text(key.clone())])).await?;
    }
    transaction.commit().await
}

pub(in crate::store) async fn sweep(
    database: &dyn Database,
    now: Timestamp,
) -> Result<u64, StoreError> {
    super::sweep(database, ENDING, now).await
}

fn arguments(budget: &Budget, now: Timestamp) -> Vec<Value> {
    let opened = budget.opened(now);
    let delays = budget.delays;
    vec![
        Value::Text(budget.key.clone()),
        time(now),
        time(opened.free_at),
        time(opened.ends_at),
        time(budget.latest_end(now)),
        Value::Int(budget.limit.into()),
        delays.map_or(Value::Null, |delays| Value::Int(delays.doublings().into())),
        delays.map_or(Value::Null, |delays| micros(delays.first)),
        delays.map_or(Value::Null, |delays| micros(delays.longest)),
        budget.delayed().map_or(Value::Null, micros),
    ]
}

fn free_at(rows: Vec<Row>) -> Result<Option<Timestamp>, StoreError> {
    rows.into_iter().next().map(|row| Reader::new(row).time("free_at")).transpose()
}

fn time(time: Timestamp) -> Value {
    Value::Int(time.as_micros())
}

const FREE_AT: &[ColumnType] = &[ColumnType::Int];

/// `$2` now, `$3` and `$4` what a full budget has after it, `$5` the latest end, `$6` the limit; of
/// the delays `$7` how often they double, `$8` the first, `$9` the longest, `$10` for how long they
/// are kept, all without a value where there are none.
const SPEND: &str = "INSERT INTO fastauth_budgets AS budget (name, spent, free_at, ends_at) \
    VALUES ($1, 1, $3, $4) \
    ON CONFLICT (name) DO UPDATE SET \
    spent = CASE WHEN budget.ends_at <= $2 OR budget.ends_at > $5 THEN 1 \
        ELSE budget.spent + 1 END, \
    free_at = CASE WHEN budget.ends_at <= $2 OR budget.ends_at > $5 THEN excluded.free_at \
        WHEN budget.spent + 1 < $6 THEN 0 \
        WHEN budget.spent + 1 - $6 < CAST($7 AS BIGINT) \
            THEN $2 + (CAST($8 AS BIGINT) << CAST(budget.spent + 1 - $6 AS INTEGER)) \
        ELSE COALESCE($2 + CAST($9 AS BIGINT), budget.ends_at) END, \
    ends_at = CASE WHEN budget.ends_at <= $2 OR budget.ends_at > $5 THEN excluded.ends_at \
        WHEN budget.spent + 1 < $6 THEN budget.ends_at \
        ELSE COALESCE($2 + CAST($10 AS BIGINT), budget.ends_at) END \
    WHERE budget.free_at <= $2 OR budget.ends_at <= $2 OR budget.ends_at > $5 \
    RETURNING free_at";

const UNTIL: &str = "SELECT free_at FROM fastauth_budgets WHERE name = $1";

const REFUND_ALL: &str = "DELETE FROM fastauth_budgets WHERE name = $1";

const REFUND_ONE: &str =
    "UPDATE fastauth_budgets SET spent = spent - 1, free_at = 0 WHERE name = $1 AND spent > 0";

const ENDING: Ending = Ending { table: "fastauth_budgets", key: "name", at: "ends_at" };
