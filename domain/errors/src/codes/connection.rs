//! 12xx: reaching PostgreSQL.

codes! {
    UNREACHABLE = 1201, Failed, "The server cannot be reached", "Check host, port and network; then try again.";
    AUTHENTICATION = 1202, Failed, "The server refused the sign-in", "Check user and password in the .env file.";
    NO_DATABASE = 1203, Failed, "The database does not exist", "Check the database name in DATABASE_URL, or create it.";
    TLS = 1204, Failed, "The encrypted connection failed", "Check sslmode and sslrootcert in DATABASE_URL.";
    CONNECTION_LOST = 1205, Failed, "The connection was cut", "Run `nova resume`; nothing was lost.";
    VERSION = 1206, Refused, "The server version is not supported", "Nova supports PostgreSQL 13 to 18.";
    QUERY = 1207, Failed, "The server refused a statement", "Read the cause; `nova logs --detailed` shows the step.";
    BAD_URL = 1208, Usage, "DATABASE_URL cannot be parsed", "Write it as postgres://user:password@host:5432/database?sslmode=require.";
    SHARED_SESSION = 1209, Refused, "The address leads to a pooler that shares sessions between clients", "Use the server's own address or a pooler in session mode (Supabase: port 5432 instead of 6543).";
}
