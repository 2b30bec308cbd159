//! 14xx: rules, detection and masking.

codes! {
    BAD_RULES = 1401, Usage, "The rules file cannot be used", "Correct the named line.";
    UNKNOWN_COLUMN = 1402, Usage, "A rule names a column that does not exist", "Correct tableName and columnName, or remove the rule.";
    RULE_TYPE_MISMATCH = 1403, Usage, "A rule's type does not apply to the column's SQL type", "Choose one of the named types, or `null` or `constant:VALUE`.";
    RULES_CONFLICT = 1404, Usage, "Two rules disagree about columns that must change together", "Give columns joined by a foreign key the same rule, or keep only one of them.";
    RULE_BREAKS_CONSTRAINT = 1405, Usage, "A rule would break a constraint of its column", "Choose a rule whose values the constraint allows.";
    VALUE_NOT_MASKED = 1406, Failed, "A value could not be decoded, so it was not masked", "Check the named column: its values must have the form its type promises.";
    BAD_FINGERPRINTS = 1407, Failed, "Stored fingerprints cannot be read", "Run the clone again; fingerprints are written anew.";
    UNDECIDED_COLUMNS = 1408, Refused, "Columns look personal and nobody has decided about them", "Give each a rule or an exemption with a reason; --policy auto masks those that may be masked unasked.";
    UNAPPROVED_COLUMNS = 1409, Refused, "Columns appeared since the rules were approved", "Look at them and run nova anonymize rules --approve --environment ENVIRONMENT.";
    BAD_PROOF = 1410, Invalid, "A report is not what was signed", "Do not trust it; make a new one with nova anonymize verify.";
    NOT_ANONYMIZED_IN_PLACE = 1411, Refused, "The tables cannot be anonymized in place", "Clone the environment anew, or use a role with the named right.";
    SUBSET_TOO_LARGE = 1412, Failed, "The chosen rows do not fit in memory", "Choose a smaller subset, or leave rows out by table (rows = \"drop\").";
    UNKNOWN_TRANSFORMER = 1420, Usage, "No transformer has this name", "Take one of the named ones; `nova anonymize transformers` lists all.";
    EXTERNAL_TRANSFORMER = 1421, Failed, "A program that replaces values failed", "Run the program by hand with a line of its input; see docs/transformers.md.";
}
