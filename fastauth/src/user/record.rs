//! A row as bytes, for stores that keep bytes.

use uuid::Uuid;

use super::UserSpec;
use crate::{
    time::Timestamp,
    value::{ColumnError, Row, Value},
};

impl UserSpec {
    /// The texts of a row that no two users may share, its email and its username: each with the name
    /// of its column, which [`StoreError::Taken`](crate::store::StoreError::Taken) is to say.
    pub fn logins<'a>(&self, row: &'a Row) -> impl Iterator<Item = (&'static str, &'a str)> {
        let columns = [self.email, self.username].into_iter().flatten();
        columns.filter_map(|index| match (self.columns.get(index), row.get(index)) {
            (Some(column), Some(Value::Text(text))) => Some((column.column, text.as_str())),
            _ => None,
        })
    }

    /// A row as bytes, each value under the name of its column: what was written before a field was
    /// added or moved can still be read.
    pub fn encode(&self, row: &Row) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(length(self.columns.len()));
        for (column, value) in self.columns.iter().zip(row.values()) {
            let (kind, value) = write(value);
            for part in [column.column.as_bytes(), &[kind], &value] {
                bytes.extend(length(part.len()));
                bytes.extend(part);
            }
        }
        bytes
    }

    /// Reads what [`encode`](Self::encode) wrote. A column that is not there has its field's default,
    /// and one that no field is left of is dropped.
    ///
    /// # Errors
    /// These are other bytes.
    pub fn decode(&self, bytes: &[u8]) -> Result<Row, ColumnError> {
        let absent = |it: &super::ColumnSpec| it.default.map_or(Value::Null, |default| default());
        let mut values: Vec<Option<Value>> = vec![None; self.columns.len()];
        let (version, mut rest) = bytes.split_first().ok_or_else(unreadable)?;
        if *version != VERSION {
            return Err(unreadable());
        }
        for _ in 0..number(&mut rest)? {
            let name = part(&mut rest)?;
            let kind = part(&mut rest)?;
            let value = part(&mut rest)?;
            let index = self.columns.iter().position(|it| it.column.as_bytes() == name);
            if let Some(slot) = index.and_then(|index| values.get_mut(index)) {
                *slot = Some(read(kind, value).ok_or_else(unreadable)?);
            }
        }
        if !rest.is_empty() {
            return Err(unreadable());
        }
        let values = values.into_iter().zip(self.columns);
        Ok(Row::new(values.map(|(value, it)| value.unwrap_or_else(|| absent(it))).collect()))
    }
}

fn write(value: &Value) -> (u8, Vec<u8>) {
    match value {
        Value::Null => (b'0', Vec::new()),
        Value::Bool(value) => (b'b', vec![u8::from(*value)]),
        Value::Bytes(value) => (b'x', value.clone()),
        Value::Float(value) => (b'f', value.to_bits().to_be_bytes().to_vec()),
        Value::Int(value) => (b'i', value.to_be_bytes().to_vec()),
        Value::Json(value) => (b'j', value.clone().into_bytes()),
        Value::Text(value) => (b't', value.clone().into_bytes()),
        Value::Time(value) => (b'm', value.as_micros().to_be_bytes().to_vec()),
        Value::Uuid(value) => (b'u', value.as_bytes().to_vec()),
    }
}

fn read(kind: &[u8], value: &[u8]) -> Option<Value> {
    let text = || String::from_utf8(value.to_vec()).ok();
    Some(match (kind, value) {
        (b"0", []) => Value::Null,
        (b"b", [value @ (0 | 1)]) => Value::Bool(*value == 1),
        (b"x", value) => Value::Bytes(value.to_vec()),
        (b"f", value) => Value::Float(f64::from_bits(u64::from_be_bytes(value.try_into().ok()?))),
        (b"i", value) => Value::Int(i64::from_be_bytes(value.try_into().ok()?)),
        (b"j", _) => Value::Json(text()?),
        (b"t", _) => Value::Text(text()?),
        (b"m", value) => {
            Value::Time(Timestamp::from_micros(i64::from_be_bytes(value.try_into().ok()?)))
        }
        (b"u", value) => Value::Uuid(Uuid::from_slice(value).ok()?),
        _ => return None,
    })
}

/// No row comes near 4 GiB: bodies are bounded, and a field is in memory.
fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

/// Takes the next number off.
fn number(rest: &mut &[u8]) -> Result<usize, ColumnError> {
    let (number, after) = rest.split_first_chunk::<4>().ok_or_else(unreadable)?;
    *rest = after;
    usize::try_from(u32::from_be_bytes(*number)).map_err(|_| unreadable())
}

/// Takes the next part off, after its length.
fn part<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], ColumnError> {
    let length = number(rest)?;
    let (part, after) = rest.split_at_checked(length).ok_or_else(unreadable)?;
    *rest = after;
    Ok(part)
}

fn unreadable() -> ColumnError {
    ColumnError::new("not a row that was written by `UserSpec::encode`")
}

/// What the bytes begin with.
const VERSION: u8 = 1;

#[cfg(test)]
mod tests;
