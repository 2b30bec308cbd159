//! 13xx: the schema engine.

codes! {
    UNSUPPORTED_OBJECT = 1301, Refused, "The schema has objects that cannot be carried", "Remove them from the source, or pass --skip-unsupported to leave them out and list them in the report.";
    INCOMPATIBLE_TARGET = 1302, Refused, "The target server is too old for an object of the source", "Use a target server of the source version or newer.";
    CAPTURE = 1303, Failed, "The catalogs could not be read", "Read the cause; the reading role needs access to the system catalogs.";
    APPLY = 1304, Failed, "A schema statement failed in staging", "Read the named object and the server message.";
    MISSING_EXTENSION = 1305, Refused, "The target server lacks an extension", "Install the extension packages on the target server.";
    MISSING_ROLE = 1306, Refused, "A role of the source is missing on the target and may not be created", "Create the role on the target server, or use a target role with CREATEROLE.";
    NOT_A_MEMBER = 1307, Refused, "The target role may not act for a role of the source", "GRANT the named roles to the target role, or use a superuser of the test server.";
    NEEDS_SUPERUSER = 1308, Refused, "Only a superuser of the target may create an object", "Use a superuser of the test server, or remove the named objects from the source.";
    MIGRATION_FAILED = 1310, Failed, "A statement of a migration failed", "Read the statement and the server's message; what was committed before it is in the journal, and the same command continues behind it.";
    MIGRATION_UNFINISHED = 1311, Refused, "Another migration is not finished", "Run `nova schema apply` with the script that was begun, with --rollback to take back what it did, or with --abandon to forget what it had left to do.";
    BAD_SCRIPT = 1312, Usage, "The migration script cannot be run", "Use a script that `nova schema migrate` wrote: plain SQL, transactions closed, no commands of psql.";
    NO_SHADOW = 1313, Failed, "No server may hold a shadow database", "Name a server with --shadow on which the role may create databases; without one nothing is measured or proved.";
    NOT_PROVED = 1314, Failed, "The migration does not do what it should", "Read the details; they name the statement or what still differs.";
    NO_BASE = 1315, Failed, "It is not known where the two sides were the same", "Clone the source into the target once, or name the base with --base.";
    NO_SCHEMA_BACKUP = 1316, Usage, "There is no such schema backup", "List them: they are in .nova/schemas.";
    UNEXPLAINED = 1317, Failed, "The catalogs differ in what the comparison has no word for", "Look at the named catalog row on both sides; if it matters, change it by hand, and report it.";
}
