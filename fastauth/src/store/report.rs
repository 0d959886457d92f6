use std::fmt;

/// How the table of the users differs from the struct; empty when it fits.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SchemaReport {
    faults: Vec<SchemaFault>,
}

impl SchemaReport {
    /// A report of these faults.
    pub fn new(faults: Vec<SchemaFault>) -> Self {
        Self { faults }
    }

    /// What differs, column by column.
    pub fn faults(&self) -> &[SchemaFault] {
        &self.faults
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
            write!(f, "{newline}{}: {}", fault.cause, fault.fix)?;
        }
        Ok(())
    }
}

/// One difference, and the SQL that mends it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SchemaFault {
    /// What was found: ``table `users` has no column `name` (field `name` of `User`)``.
    pub cause: String,
    /// What to run: `ALTER TABLE "users" ADD COLUMN …`.
    pub fix: String,
}
