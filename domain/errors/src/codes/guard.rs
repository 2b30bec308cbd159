//! 11xx: refusals by the guard.

codes! {
    TARGET_IS_PRODUCTION = 1101, Refused, "The target is production", "Choose a target that is not production; production is only ever a source.";
    TARGET_IS_SOURCE = 1102, Refused, "Source and target are the same database", "Point DATABASE_URL of the target at another database.";
    SOURCE_FILTERED = 1103, Refused, "Row level security hides rows from the reading role", "Read with a role that has BYPASSRLS or owns the tables.";
    NOT_READABLE = 1104, Refused, "The reading role may not read a table", "GRANT SELECT on the named tables to the reading role, or leave them out.";
    CANNOT_STAGE = 1105, Refused, "A copy cannot be staged beside the target", "Read the cause; a role that may not create databases gets ALTER ROLE … CREATEDB on the target server.";
    PERSONAL_DATA = 1106, Refused, "A clone of production without anonymization", "Add --anonymize, or --allow-personal-data if someone has decided so.";
    TARGET_BUSY = 1107, Refused, "Another operation holds the target", "Wait for it, resume it or stop it: `nova status`.";
    IDENTITY_CHANGED = 1108, Refused, "The target server is not the one the guard approved", "Check where DATABASE_URL of the target points now and start again.";
    TYPES_DISAGREE = 1109, Refused, "Signs of the environment type disagree", "Set NOVA_ENVIRONMENT_TYPE in the .env file to what the server really is.";
    EMERGENCY_BLOCK = 1110, Refused, "Every operation is blocked", "Ask who set the block; it is lifted with `nova security reset-guards`.";
}
