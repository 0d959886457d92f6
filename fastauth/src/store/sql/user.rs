//! The users, as rows of values.

use super::{
    Database, Dialect, Query, Transaction, account, quoted,
    statements::{Statements, columns, this_user},
};
use crate::{
    secret::PasswordHash,
    store::{Owner, StoreError},
    user::{ColumnSpec, UserSpec},
    value::{Column, ColumnError, Row, Value},
};

/// Keeps a new user and gives back their row.
pub(in crate::store) async fn create(
    database: &dyn Database,
    spec: &'static UserSpec,
    values: &[Option<Value>],
) -> Result<Row, StoreError> {
    let dialect = database.dialect();
    if dialect.retire_id(spec).is_none() {
        let query = insert(spec, dialect, values).giving(Statements::of(spec, dialect).user);
        let rows = database.write(query).await.map_err(|error| named(spec, error))?;
        return first(rows).ok_or_else(not_given_back);
    }
    let mut transaction = database.begin().await?;
    let row = create_within(database, transaction.as_mut(), spec, values).await?;
    transaction.commit().await?;
    Ok(row)
}

/// The same together with other changes.
pub(super) async fn create_within(
    database: &dyn Database,
    transaction: &mut dyn Transaction,
    spec: &'static UserSpec,
    values: &[Option<Value>],
) -> Result<Row, StoreError> {
    let dialect = database.dialect();
    let query = insert(spec, dialect, values).giving(Statements::of(spec, dialect).user);
    let rows = transaction.run(query).await.map_err(|error| named(spec, error))?;
    let row = first(rows).ok_or_else(not_given_back)?;
    // The database numbers the rows, and the application may have deleted some of them by itself:
    // the number is never given again, and nothing of an earlier holder is left to the new one.
    if let (Some(retire), Some(Value::Int(id))) = (dialect.retire_id(spec), row.get(spec.id)) {
        let owner = Owner { realm: spec.table.to_owned(), user_id: id.to_string() };
        account::clear(transaction, retire, &owner).await?;
    }
    Ok(row)
}

fn not_given_back() -> StoreError {
    StoreError::unavailable("a new row was not given back")
}

pub(in crate::store) async fn find_by_id(
    database: &dyn Database,
    spec: &'static UserSpec,
    id: String,
) -> Result<Option<Row>, StoreError> {
    let statement = Statements::of(spec, database.dialect()).find_by_id;
    find(database, spec, Some(statement), id).await
}

pub(in crate::store) async fn find_by_email(
    database: &dyn Database,
    spec: &'static UserSpec,
    email: &str,
) -> Result<Option<Row>, StoreError> {
    let statement = Statements::of(spec, database.dialect()).find_by_email;
    find(database, spec, statement, email.to_owned()).await
}

pub(in crate::store) async fn find_by_username(
    database: &dyn Database,
    spec: &'static UserSpec,
    username: &str,
) -> Result<Option<Row>, StoreError> {
    let statement = Statements::of(spec, database.dialect()).find_by_username;
    find(database, spec, statement, username.to_owned()).await
}

/// The user of this id, whose row stays as it is until the transaction ends.
///
/// First the user, then what is kept about them: so does whatever changes both.
pub(super) async fn locked(
    database: &dyn Database,
    transaction: &mut dyn Transaction,
    spec: &'static UserSpec,
    id: &str,
) -> Result<Option<Row>, StoreError> {
    let statements = Statements::of(spec, database.dialect());
    let query = Query::new(statements.lock, vec![Value::Text(id.to_owned())]);
    transaction.run(query.giving(statements.user)).await.map(first)
}

async fn find(
    database: &dyn Database,
    spec: &'static UserSpec,
    statement: Option<&'static str>,
    text: String,
) -> Result<Option<Row>, StoreError> {
    let Some(statement) = statement else { return Ok(None) };
    let columns = Statements::of(spec, database.dialect()).user;
    let query = Query::new(statement, vec![Value::Text(text)]).giving(columns);
    database.read(query).await.map(first)
}

/// Sets some columns and gives back the row; `None` when the user is gone.
pub(in crate::store) async fn update(
    database: &dyn Database,
    spec: &'static UserSpec,
    id: String,
    changes: Vec<(usize, Value)>,
) -> Result<Option<Row>, StoreError> {
    if changes.is_empty() {
        return find_by_id(database, spec, id).await;
    }
    let columns = Statements::of(spec, database.dialect()).user;
    let query = set(spec, database.dialect(), id, changes)?;
    let rows = database.write(query.giving(columns)).await.map_err(|e| named(spec, e))?;
    Ok(first(rows))
}

pub(in crate::store) async fn replace_password_hash(
    database: &dyn Database,
    spec: &'static UserSpec,
    id: String,
    old: Option<&PasswordHash>,
    new: &PasswordHash,
) -> Result<bool, StoreError> {
    let statement = Statements::of(spec, database.dialect()).replace_hash;
    let Some(statement) = statement else { return Ok(false) };
    let old = old.map_or(Value::Null, PasswordHash::to_value);
    let arguments = vec![Value::Text(id), new.to_value(), old];
    Ok(!database.write(Query::new(statement, arguments)).await?.is_empty())
}

/// The statement that makes the table of the users.
pub(in crate::store) fn create_table(spec: &UserSpec, dialect: &dyn Dialect) -> String {
    let definitions = definitions(spec, dialect);
    format!("CREATE TABLE {} (\n    {}\n)", quoted(spec.table), definitions.join(",\n    "))
}

/// The columns as `CREATE TABLE` declares them.
pub(in crate::store) fn definitions(spec: &UserSpec, dialect: &dyn Dialect) -> Vec<String> {
    let columns = spec.columns.iter().enumerate();
    columns.map(|(index, column)| definition(spec, dialect, index, column)).collect()
}

fn definition(spec: &UserSpec, dialect: &dyn Dialect, index: usize, column: &ColumnSpec) -> String {
    let name = quoted(column.column);
    if index == spec.id {
        return format!("{name} {}", dialect.id_type(column.kind));
    }
    let not_null = if column.nullable { "" } else { " NOT NULL" };
    let is_login = [spec.email, spec.username].contains(&Some(index));
    // One row per address is what the index promises, not what the code hopes.
    let unique = if is_login { " UNIQUE" } else { "" };
    format!("{name} {}{not_null}{unique}", dialect.column_type(column.kind))
}

fn insert(spec: &'static UserSpec, dialect: &dyn Dialect, values: &[Option<Value>]) -> Query {
    let (mut names, mut places, mut arguments) = (Vec::new(), Vec::new(), Vec::new());
    for (index, column) in spec.columns.iter().enumerate() {
        let place = match values.get(index).cloned().flatten() {
            Some(value) => {
                arguments.push(value);
                Some(dialect.stored(spec, index, format!("${}", arguments.len())))
            }
            None if index == spec.id => dialect.next_id(spec),
            None => None,
        };
        if let Some(place) = place {
            names.push(quoted(column.column));
            places.push(place);
        }
    }
    let text = format!(
        "INSERT INTO {} ({}) VALUES ({}) RETURNING {}",
        quoted(spec.table),
        names.join(", "),
        places.join(", "),
        columns(spec)
    );
    Query::new(text, arguments)
}

pub(super) fn set(
    spec: &'static UserSpec,
    dialect: &dyn Dialect,
    id: String,
    changes: Vec<(usize, Value)>,
) -> Result<Query, ColumnError> {
    let mut arguments = vec![Value::Text(id)];
    let mut assignments = Vec::new();
    for (index, value) in changes {
        let column = spec.columns.get(index).ok_or_else(|| ColumnError::new("no such column"))?;
        arguments.push(value);
        let place = dialect.stored(spec, index, format!("${}", arguments.len()));
        assignments.push(format!("{} = {place}", quoted(column.column)));
    }
    let text = format!(
        "UPDATE {} SET {} WHERE {} RETURNING {}",
        quoted(spec.table),
        assignments.join(", "),
        this_user(spec, dialect, "$1"),
        columns(spec)
    );
    Ok(Query::new(text, arguments))
}

/// Names a taken column as the specification does: a database may have it in another case.
pub(super) fn named(spec: &UserSpec, error: StoreError) -> StoreError {
    let StoreError::Taken(taken) = error else { return error };
    let mut columns = spec.columns.iter().map(|column| column.column);
    let known = columns.find(|column| column.eq_ignore_ascii_case(&taken));
    StoreError::Taken(known.map_or(taken, str::to_owned))
}

pub(super) fn first(rows: Vec<Row>) -> Option<Row> {
    rows.into_iter().next()
}
