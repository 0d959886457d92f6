use std::time::Duration;

use sqlx::{AssertSqlSafe, FromRow, PgConnection, Row, postgres::PgRow};
use tokio::time::timeout;

use super::{Postgres, dialect::PostgresDialect, error::store_error, mend, rows};
use crate::{
    store::{
        SchemaReport, StoreError,
        sql::{
            compare::{self, TableColumn},
            mend as shared, user,
        },
    },
    user::UserSpec,
    value::ColumnType,
};

impl Postgres {
    /// Makes the table of the users unless there is one.
    pub(super) async fn create_users(&self, spec: &UserSpec) -> Result<bool, StoreError> {
        at_start(async {
            let mut transaction = self.pool.begin().await.map_err(store_error)?;
            sqlx::raw_sql(ALONE).execute(&mut *transaction).await.map_err(store_error)?;
            if Table::read(&mut transaction, spec).await?.is_some() {
                return Ok(false);
            }
            let statement = AssertSqlSafe(user::create_table(spec, &PostgresDialect));
            let made = sqlx::raw_sql(statement).execute(&mut *transaction).await;
            made.map_err(store_error)?;
            transaction.commit().await.map_err(store_error)?;
            Ok(true)
        })
        .await
    }

    /// Compares the table of the users with the specification, and its rows with what they must be.
    pub(super) async fn compare_users(&self, spec: &UserSpec) -> Result<SchemaReport, StoreError> {
        at_start(async {
            let mut connection = self.pool.acquire().await.map_err(store_error)?;
            let Some(table) = Table::read(&mut connection, spec).await? else {
                return Ok(SchemaReport::no_table(shared::no_table(spec, &PostgresDialect)));
            };
            if table.is_view {
                return Ok(SchemaReport::new(vec![shared::view(spec)]));
            }
            // Rows first: what they are mended by makes a unique index possible.
            let mut faults = rows::faults(spec, &table, &mut connection).await?;
            let wrong = compare::faults(spec, &table).into_iter();
            faults.extend(wrong.map(|fault| mend::fix(spec, &table, fault)));
            Ok(SchemaReport::new(faults))
        })
        .await
    }
}

/// Does what is done once at a start, which may take longer than what a client waits for.
pub(super) async fn at_start<T>(
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let done = timeout(START_PATIENCE, work).await;
    done.unwrap_or_else(|_| {
        let cause = "another instance has kept the tables for too long, or the server is frozen";
        Err(StoreError::unavailable(cause))
    })
}

/// A table as it is.
pub(super) struct Table {
    columns: Vec<TableColumn>,
    /// The type under each column, in the same order.
    types: Vec<Declared>,
    /// The columns that are unique by themselves.
    unique: Vec<String>,
    is_view: bool,
    /// Whether it has a primary key.
    pub(super) has_key: bool,
    /// Every name of a relation in its schema.
    names: Vec<String>,
}

/// A type, below the domains.
struct Declared {
    name: String,
    is_enum: bool,
    is_identity: bool,
}

impl Table {
    async fn read(
        connection: &mut PgConnection,
        spec: &UserSpec,
    ) -> Result<Option<Self>, StoreError> {
        let found = sqlx::query_as::<_, (bool, bool)>(KIND).bind(spec.table);
        let found = found.fetch_optional(&mut *connection).await.map_err(store_error)?;
        let Some((is_view, has_key)) = found else { return Ok(None) };
        let rows = sqlx::query(COLUMNS).bind(spec.table).fetch_all(&mut *connection);
        let rows = rows.await.map_err(store_error)?;
        let columns = rows.iter().map(TableColumn::from_row).collect::<Result<_, _>>();
        let types = rows.iter().map(Declared::from_row).collect::<Result<_, _>>();
        let unique = sqlx::query_scalar(UNIQUE).bind(spec.table).fetch_all(&mut *connection);
        let unique = unique.await.map_err(store_error)?;
        let names = sqlx::query_scalar(NAMES).bind(spec.table).fetch_all(connection);
        Ok(Some(Self {
            columns: columns.map_err(store_error)?,
            types: types.map_err(store_error)?,
            unique,
            is_view,
            has_key,
            names: names.await.map_err(store_error)?,
        }))
    }

    /// The name of the type under this column.
    pub(super) fn type_of(&self, column: &TableColumn) -> &str {
        self.declared(column).map_or("", |declared| &declared.name)
    }

    pub(super) fn is_identity(&self, column: &TableColumn) -> bool {
        self.declared(column).is_some_and(|declared| declared.is_identity)
    }

    fn declared(&self, column: &TableColumn) -> Option<&Declared> {
        let mut both = self.columns.iter().zip(&self.types);
        both.find(|(known, _)| known.name == column.name).map(|(_, declared)| declared)
    }

    /// `name`, or one like it that nothing in the schema has.
    pub(super) fn free_name(&self, name: &str) -> String {
        let others = (2..).map(|number| format!("{name}_{number}"));
        let mut all = [name.to_owned()].into_iter().chain(others);
        all.find(|name| !self.names.contains(name)).unwrap_or_default()
    }
}

impl compare::Table for Table {
    fn columns(&self) -> &[TableColumn] {
        &self.columns
    }

    fn column(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    fn holds(&self, column: &TableColumn, kind: ColumnType) -> bool {
        let Some(declared) = self.declared(column) else { return false };
        let is_text = matches!(declared.name.as_str(), "text" | "varchar" | "bpchar");
        match (kind, declared.name.as_str()) {
            (ColumnType::Bool, "bool")
            | (ColumnType::Bytes, "bytea")
            | (ColumnType::Float, "float8")
            | (ColumnType::Int, "int2" | "int4" | "int8")
            | (ColumnType::Json, "json" | "jsonb" | "text" | "varchar")
            | (ColumnType::Text, "citext" | "name")
            | (ColumnType::Time, "timestamp" | "timestamptz")
            | (ColumnType::Uuid, "uuid") => true,
            (ColumnType::Text, _) => is_text || declared.is_enum,
            // A key is compared as a UUID.
            (ColumnType::Uuid, _) => is_text && !column.is_key,
            _ => false,
        }
    }

    fn is_unique(&self, column: &TableColumn) -> bool {
        self.unique.contains(&column.name)
    }

    fn is_numbered(&self, column: &TableColumn) -> bool {
        self.is_identity(column) || column.default.is_some()
    }

    fn numbering(&self) -> &'static str {
        "an identity and has no default"
    }
}

impl FromRow<'_, PgRow> for TableColumn {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            name: row.try_get("name")?,
            declared: row.try_get("declared")?,
            not_null: row.try_get("not_null")?,
            default: row.try_get("default")?,
            is_key: row.try_get("is_key")?,
            is_generated: row.try_get("is_generated")?,
        })
    }
}

impl FromRow<'_, PgRow> for Declared {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            name: row.try_get("base")?,
            is_enum: row.try_get("is_enum")?,
            is_identity: row.try_get("is_identity")?,
        })
    }
}

/// How long what is done once at a start may take.
const START_PATIENCE: Duration = Duration::from_secs(30);

/// Whoever starts at the same moment waits, and then finds it done.
pub(super) const ALONE: &str = "SET LOCAL lock_timeout = 0; \
    SELECT pg_advisory_xact_lock(hashtextextended('fastauth_migrations', 0))";

const KIND: &str = "SELECT relkind NOT IN ('f', 'p', 'r'), EXISTS ( \
        SELECT FROM pg_catalog.pg_index WHERE indrelid = c.oid AND indisprimary) \
    FROM pg_catalog.pg_class AS c WHERE c.oid = to_regclass(quote_ident($1))";

const COLUMNS: &str = "SELECT CAST(a.attname AS TEXT) AS name, \
    format_type(a.atttypid, a.atttypmod) AS declared, \
    a.attnotnull OR t.typnotnull AS not_null, \
    CASE a.attgenerated WHEN '' THEN \
        coalesce(pg_get_expr(d.adbin, d.adrelid), t.typdefault, nullif(a.attidentity, '')::text) \
    END AS default, \
    coalesce(a.attnum = ANY(i.indkey), FALSE) AS is_key, a.attgenerated <> '' AS is_generated, \
    CAST(b.typname AS TEXT) AS base, b.typtype = 'e' AS is_enum, a.attidentity <> '' AS is_identity \
    FROM pg_catalog.pg_attribute AS a \
    JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid \
    JOIN pg_catalog.pg_type AS b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END \
    LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
    LEFT JOIN pg_catalog.pg_index AS i ON i.indrelid = a.attrelid AND i.indisprimary \
    WHERE a.attrelid = to_regclass(quote_ident($1)) AND a.attnum > 0 AND NOT a.attisdropped \
    ORDER BY a.attnum";

const UNIQUE: &str = "SELECT CAST(a.attname AS TEXT) FROM pg_catalog.pg_index AS i \
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] \
    WHERE i.indrelid = to_regclass(quote_ident($1)) AND i.indisunique AND i.indisvalid \
    AND i.indnkeyatts = 1 AND i.indpred IS NULL";

const NAMES: &str = "SELECT CAST(relname AS TEXT) FROM pg_catalog.pg_class WHERE relnamespace = \
    (SELECT relnamespace FROM pg_catalog.pg_class WHERE oid = to_regclass(quote_ident($1)))";
