use sqlx::{Row as _, postgres::PgDatabaseError};

use super::{error::UNIQUE, lease::Lease};
use crate::{store::sql::Query, value::Value};

/// The column whose value was taken, if that was the error: of the key of an index, or of the
/// expressions in it, the last, which is what tells the rows apart.
pub(super) async fn column(lease: &mut Lease, error: &sqlx::Error) -> Option<String> {
    let error = error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?;
    if error.code() != UNIQUE {
        return None;
    }
    let names = [error.schema()?, error.table()?, error.constraint()?];
    let names = names.map(|name| Value::Text(name.to_owned()));
    let rows = lease.run(&Query::new(KEY, names.into())).await.ok()?;
    rows.first()?.try_get_unchecked(0).ok()
}

const KEY: &str = "SELECT CAST(a.attname AS TEXT) FROM pg_catalog.pg_index AS i \
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid \
    JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid \
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace \
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid \
    JOIN LATERAL unnest(CAST(i.indkey AS SMALLINT[])) WITH ORDINALITY AS k (number, place) \
        ON k.place <= i.indnkeyatts AND (k.number = a.attnum OR k.number = 0 \
        AND position(quote_ident(a.attname) IN \
            pg_get_indexdef(i.indexrelid, CAST(k.place AS INTEGER), TRUE)) > 0 \
        AND EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.objid = i.indexrelid \
            AND d.refobjid = t.oid AND d.refobjsubid = a.attnum)) \
    WHERE n.nspname = $1 AND t.relname = $2 AND c.relname = $3 AND a.attnum > 0 \
    ORDER BY k.place DESC, length(a.attname) DESC LIMIT 1";
