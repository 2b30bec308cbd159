//! Conditions on whole rows: which rows of a table are copied.

use crate::copy::{Action, ColumnLayout};
use crate::error::Error;
use crate::key::MaskingKey;
use crate::mask::{Condition, Fault, Row, Scope, condition_columns};
use std::borrow::Cow;

/// A `when` on the rows of a table, in the language of the `when` of rules for columns.
pub struct RowCondition {
    condition: Condition,
    columns: Vec<String>,
}

impl RowCondition {
    /// Compiles an expression.
    ///
    /// # Errors
    /// [`Error::Rules`] when it cannot be read.
    pub fn compile(when: &str) -> Result<Self, Error> {
        crate::mask::check_condition(when).map_err(|message| Error::Rules {
            line: 0,
            column: 0,
            message,
        })?;
        let columns = condition_columns(when);
        let layout: Vec<ColumnLayout> = columns
            .iter()
            .map(|name| ColumnLayout {
                name: name.clone(),
                base_type: "text".to_owned(),
                action: Action::Pass,
            })
            .collect();
        // Nothing is masked by it: the key is never used.
        let key = MaskingKey::new([0; 32]);
        let scope = Scope {
            key: &key,
            columns: &layout,
            memories: None,
        };
        Ok(Self {
            condition: Condition::compile(when, &scope),
            columns,
        })
    }

    /// The columns it reads.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Whether it holds for a row, given the text of [`Self::columns`] in their order; `None` is NULL.
    ///
    /// # Errors
    /// In words, without a value, when it cannot be evaluated for this row.
    pub fn holds(&mut self, values: &[Option<Cow<'_, str>>]) -> Result<bool, &'static str> {
        self.condition.bind(&Values(values))?;
        self.condition.holds(None)
    }
}

struct Values<'a>(&'a [Option<Cow<'a, str>>]);

impl Row for Values<'_> {
    fn original(&self, column: usize) -> Result<Option<Cow<'_, str>>, Fault> {
        Ok(self.0.get(column).and_then(Option::as_deref).map(Cow::Borrowed))
    }

    fn replaced(&self, column: usize) -> Result<Option<Cow<'_, str>>, Fault> {
        self.original(column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(when: &str, values: &[Option<&str>]) -> bool {
        let values: Vec<_> = values.iter().map(|value| value.map(Cow::Borrowed)).collect();
        RowCondition::compile(when).unwrap().holds(&values).unwrap()
    }

    #[test]
    fn rows_are_told_apart_by_their_columns() {
        assert_eq!(
            RowCondition::compile("a > 3 and row.b is none").unwrap().columns(),
            ["a", "b"]
        );
        assert!(holds("a > 3 and row.b is none", &[Some("4"), None]));
        assert!(!holds("a > 3 and row.b is none", &[Some("4"), Some("x")]));
        assert!(holds("status in ['open', 'paid']", &[Some("paid")]));
        assert!(!holds("deleted_at is not none", &[None]));
        assert!(RowCondition::compile("status ==").is_err());
    }
}
