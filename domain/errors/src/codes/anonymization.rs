//! 14xx: rules, detection and masking.

codes! {
    BAD_RULES = 1401, Usage, "The rules file cannot be used", "Correct the named line.";
    UNKNOWN_COLUMN = 1402, Usage, "A rule names a column that does not exist", "Correct tableName and columnName, or remove the rule.";
}
