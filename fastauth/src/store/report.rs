use std::fmt;

/// How the table of the users differs from the struct; empty when it fits.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SchemaReport {
    faults: Vec<SchemaFault>,
    has_no_table: bool,
}

impl SchemaReport {
    /// A report of these faults.
    pub fn new(faults: Vec<SchemaFault>) -> Self {
        Self { faults, has_no_table: false }
    }

    /// A report that there is no such table yet.
    pub fn no_table(fault: SchemaFault) -> Self {
        Self { faults: vec![fault], has_no_table: true }
    }

    /// What differs, column by column.
    pub fn faults(&self) -> &[SchemaFault] {
        &self.faults
    }

    /// Whether there is no such table yet, so that one may be made.
    pub fn has_no_table(&self) -> bool {
        self.has_no_table
    }

    /// Whether the table fits the struct.
    pub fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }
}

impl fmt::Display for SchemaReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            let newline = if index == 0 { "" } else { "\n" };
            let apart = if fault.fix.contains('\n') { "\n" } else { " " };
            write!(f, "{newline}{}:{apart}{}", fault.cause, fault.fix)?;
        }
        Ok(())
    }
}

/// One difference, and the SQL that mends it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SchemaFault {
    /// What was found: ``table `users` has no column `name` (field `name` of `User`)``.
    pub cause: String,
    /// What to run: `ALTER TABLE "users" ADD COLUMN …`. It runs as it stands, in the database's own
    /// shell too, and what a person has to decide stands in its comments.
    pub fix: String,
}
