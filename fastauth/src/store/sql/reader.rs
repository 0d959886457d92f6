use std::time::Duration;

use crate::{
    store::StoreError,
    time::Timestamp,
    value::{Codec, Column, ColumnError, Row},
};

/// Reads a row of ours from its first column to its last.
pub(super) struct Reader {
    row: Row,
    next: usize,
}

impl Reader {
    pub(super) fn new(row: Row) -> Self {
        Self { row, next: 0 }
    }

    pub(super) fn next<T: Column>(&mut self, column: &'static str) -> Result<T, StoreError> {
        let value = self.row.take(self.next, column, &Codec::<T>::column())?;
        self.next += 1;
        Ok(value)
    }

    /// A time, which our tables keep in microseconds.
    pub(super) fn time(&mut self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.next(column).map(Timestamp::from_micros)
    }

    /// How long something takes, which our tables keep in microseconds.
    pub(super) fn duration(&mut self, column: &'static str) -> Result<Duration, StoreError> {
        let micros = u64::try_from(self.next::<i64>(column)?);
        let negative = |_| ColumnError::new("negative").in_column(column);
        Ok(Duration::from_micros(micros.map_err(negative)?))
    }

    /// Bytes that must make a `T`.
    pub(super) fn bytes<T>(
        &mut self,
        column: &'static str,
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<T, StoreError> {
        let bytes: Vec<u8> = self.next(column)?;
        read(&bytes).ok_or_else(|| ColumnError::new("of another length").in_column(column).into())
    }

    /// The same, where there may be none.
    pub(super) fn optional_bytes<T>(
        &mut self,
        column: &'static str,
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let Some(bytes) = self.next::<Option<Vec<u8>>>(column)? else { return Ok(None) };
        let error = || ColumnError::new("of another length").in_column(column);
        Ok(Some(read(&bytes).ok_or_else(error)?))
    }
}
