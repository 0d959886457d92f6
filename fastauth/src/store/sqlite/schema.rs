use sqlx::{AssertSqlSafe, FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    Sqlite, compare, database::begin_immediate, dialect::SqliteDialect, error::store_error, mend,
};
use crate::{
    store::{SchemaReport, StoreError, sql::user},
    user::UserSpec,
};

impl Sqlite {
    /// Makes the table of the users unless there is one.
    pub(super) async fn create_table(&self, spec: &UserSpec) -> Result<bool, StoreError> {
        let (_turn, mut transaction) = begin_immediate(self).await?;
        if Table::read(&mut transaction, spec.table).await?.is_some() {
            return Ok(false);
        }
        let statement = sqlx::raw_sql(AssertSqlSafe(user::create_table(spec, &SqliteDialect)));
        statement.execute(&mut *transaction).await.map_err(store_error)?;
        transaction.commit().await.map_err(store_error)?;
        Ok(true)
    }

    /// Compares the table of the users with the specification.
    pub(super) async fn compare_table(&self, spec: &UserSpec) -> Result<SchemaReport, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(store_error)?;
        let table = Table::read(&mut connection, spec.table).await?;
        let faults = match table {
            Some(table) => mend::fixes(spec, &table, compare::faults(spec, &table)),
            None => vec![mend::no_table(spec)],
        };
        Ok(SchemaReport::new(faults))
    }
}

/// A table as it is.
pub(super) struct Table {
    pub(super) columns: Vec<TableColumn>,
    pub(super) indexes: Vec<Index>,
    /// Whether its integer primary key is the number SQLite gives each row.
    pub(super) has_rowid: bool,
}

/// A column as it is.
pub(super) struct TableColumn {
    pub(super) name: String,
    pub(super) declared: String,
    pub(super) not_null: bool,
    pub(super) default: Option<String>,
    pub(super) is_key: bool,
}

/// An index as it is.
pub(super) struct Index {
    pub(super) name: String,
    /// The columns it stands on; an expression counts as none.
    pub(super) columns: Vec<Option<String>>,
    /// Whether no two rows, of all rows, may be the same in it.
    pub(super) is_unique: bool,
    /// Whether it belongs to a constraint of the table, and so cannot be dropped alone.
    pub(super) is_constraint: bool,
}

impl Table {
    async fn read(
        connection: &mut SqliteConnection,
        name: &str,
    ) -> Result<Option<Self>, StoreError> {
        let columns = sqlx::query_as::<_, TableColumn>(COLUMNS).bind(name);
        let columns = columns.fetch_all(&mut *connection).await.map_err(store_error)?;
        if columns.is_empty() {
            return Ok(None);
        }
        let rows = sqlx::query(INDEXES).bind(name).fetch_all(&mut *connection).await;
        let indexes = indexes(&rows.map_err(store_error)?).map_err(store_error)?;
        let has_rowid = sqlx::query_scalar::<_, bool>(HAS_ROWID).bind(name).fetch_all(connection);
        let has_rowid = has_rowid.await.map_err(store_error)?.contains(&true);
        Ok(Some(Self { columns, indexes, has_rowid }))
    }

    /// The column of this name, whose case does not matter.
    pub(super) fn column(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// Whether this column is the number SQLite gives each row.
    pub(super) fn is_row_number(&self, column: &TableColumn) -> bool {
        let is_only_key = self.columns.iter().filter(|column| column.is_key).count() == 1;
        self.has_rowid
            && column.is_key
            && is_only_key
            && column.declared.eq_ignore_ascii_case("INTEGER")
    }

    /// Whether no two rows can have the same value in this column.
    pub(super) fn is_unique(&self, column: &TableColumn) -> bool {
        self.is_row_number(column)
            || self.indexes.iter().any(|index| {
                index.is_unique && index.columns.len() == 1 && index.is_on(&column.name)
            })
    }
}

impl Index {
    pub(super) fn is_on(&self, column: &str) -> bool {
        self.columns.iter().flatten().any(|name| name.eq_ignore_ascii_case(column))
    }
}

impl FromRow<'_, SqliteRow> for TableColumn {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            name: row.try_get("name")?,
            declared: row.try_get("type")?,
            not_null: row.try_get("notnull")?,
            default: row.try_get("dflt_value")?,
            is_key: row.try_get::<i64, _>("pk")? > 0,
        })
    }
}

/// Gathers the rows of [`INDEXES`], one for each column of each index.
fn indexes(rows: &[SqliteRow]) -> Result<Vec<Index>, sqlx::Error> {
    let mut indexes: Vec<Index> = Vec::new();
    for row in rows {
        let name: String = row.try_get("name")?;
        let column: Option<String> = row.try_get("column")?;
        if let Some(last) = indexes.last_mut().filter(|last| last.name == name) {
            last.columns.push(column);
            continue;
        }
        indexes.push(Index {
            name,
            columns: vec![column],
            is_unique: row.try_get("is_unique")?,
            is_constraint: row.try_get("is_constraint")?,
        });
    }
    Ok(indexes)
}

const COLUMNS: &str =
    "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info($1) ORDER BY cid";

const INDEXES: &str = "SELECT list.name AS name, info.name AS \"column\", \
    list.\"unique\" AND NOT list.partial AS is_unique, list.origin <> 'c' AS is_constraint \
    FROM pragma_index_list($1) AS list, pragma_index_info(list.name) AS info \
    ORDER BY list.seq, info.seqno";

const HAS_ROWID: &str =
    "SELECT NOT wr FROM pragma_table_list WHERE name = $1 COLLATE NOCASE AND schema = 'main'";
