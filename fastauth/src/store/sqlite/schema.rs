use sqlx::{AssertSqlSafe, FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    Sqlite, database::begin_immediate, dialect::SqliteDialect, error::store_error, mend, rows,
};
use crate::{
    store::{
        SchemaReport, StoreError,
        sql::{
            compare::{self, TableColumn},
            mend as shared, user,
        },
    },
    user::UserSpec,
};

impl Sqlite {
    /// Makes the table of the users unless there is one.
    pub(super) async fn create_users(&self, spec: &UserSpec) -> Result<bool, StoreError> {
        let (_turn, mut transaction) = begin_immediate(self).await?;
        if Table::read(&mut transaction, spec.table).await?.is_some() {
            return Ok(false);
        }
        let statement = sqlx::raw_sql(AssertSqlSafe(user::create_table(spec, &SqliteDialect)));
        statement.execute(&mut *transaction).await.map_err(store_error)?;
        transaction.commit().await.map_err(store_error)?;
        Ok(true)
    }

    /// Compares the table of the users with the specification, and its rows with what they must be.
    pub(super) async fn compare_users(&self, spec: &UserSpec) -> Result<SchemaReport, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(store_error)?;
        let Some(table) = Table::read(&mut connection, spec.table).await? else {
            return Ok(SchemaReport::no_table(shared::no_table(spec, &SqliteDialect)));
        };
        if table.is_view {
            return Ok(SchemaReport::new(vec![shared::view(spec)]));
        }
        // Rows first: what they are mended by makes a unique index, or a copy, possible.
        let mut faults = rows::faults(spec, &table, &mut connection).await?;
        faults.extend(mend::fixes(spec, &table, compare::faults(spec, &table)));
        Ok(SchemaReport::new(faults))
    }
}

/// A table as it is.
pub(super) struct Table {
    pub(super) columns: Vec<TableColumn>,
    pub(super) indexes: Vec<Index>,
    /// The name of each trigger, and the statement that made it.
    pub(super) triggers: Vec<(String, String)>,
    /// Whether its integer primary key is the number SQLite gives each row.
    pub(super) has_rowid: bool,
    /// Whether it is none, but a view.
    is_view: bool,
    /// Every name that is taken in the database.
    names: Vec<String>,
}

/// An index as it is.
pub(super) struct Index {
    pub(super) name: String,
    /// The columns it stands on; an expression counts as none.
    pub(super) columns: Vec<Option<String>>,
    /// Whether no two rows, of all rows, may be the same in it.
    pub(super) is_unique: bool,
    /// The statement that made it; none where it belongs to a constraint of the table.
    pub(super) sql: Option<String>,
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
        let triggers = sqlx::query_as(TRIGGERS).bind(name).fetch_all(&mut *connection);
        let triggers = triggers.await.map_err(store_error)?;
        let names = sqlx::query_scalar(NAMES).fetch_all(&mut *connection);
        let names = names.await.map_err(store_error)?;
        let kind = sqlx::query_as::<_, (bool, bool)>(KIND).bind(name).fetch_optional(connection);
        let (has_rowid, is_view) = kind.await.map_err(store_error)?.unwrap_or_default();
        Ok(Some(Self { columns, indexes, triggers, has_rowid, is_view, names }))
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
            || self.indexes.iter().any(|index| index.is_unique && index.is_of(&column.name))
    }

    /// `name`, or one like it that nothing in the database has.
    pub(super) fn free_name(&self, name: &str) -> String {
        let is_free = |name: &String| !self.names.iter().any(|it| it.eq_ignore_ascii_case(name));
        let others = (2..).map(|number| format!("{name}_{number}"));
        [name.to_owned()].into_iter().chain(others).find(is_free).unwrap_or_default()
    }
}

impl Index {
    pub(super) fn is_on(&self, column: &str) -> bool {
        self.columns.iter().flatten().any(|name| name.eq_ignore_ascii_case(column))
    }

    /// Whether it stands on this column alone.
    pub(super) fn is_of(&self, column: &str) -> bool {
        self.columns.len() == 1 && self.is_on(column)
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
            is_generated: row.try_get::<i64, _>("hidden")? > 1,
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
            sql: row.try_get("sql")?,
        });
    }
    Ok(indexes)
}

// Unlike `pragma_table_info` this one tells of generated columns.
const COLUMNS: &str = "SELECT name, type, \"notnull\", dflt_value, pk, hidden \
    FROM pragma_table_xinfo($1) ORDER BY cid";

const INDEXES: &str = "SELECT list.name AS name, info.name AS \"column\", \
    list.\"unique\" AND NOT list.partial AS is_unique, \
    (SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = list.name) AS sql \
    FROM pragma_index_list($1) AS list, pragma_index_info(list.name) AS info \
    ORDER BY list.seq, info.seqno";

const TRIGGERS: &str = "SELECT name, sql FROM sqlite_schema \
    WHERE type = 'trigger' AND tbl_name = $1 COLLATE NOCASE ORDER BY rowid";

const NAMES: &str = "SELECT name FROM sqlite_schema";

const KIND: &str = "SELECT NOT wr, type = 'view' FROM pragma_table_list \
    WHERE name = $1 COLLATE NOCASE AND schema = 'main'";
