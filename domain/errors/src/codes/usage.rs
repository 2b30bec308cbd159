//! 10xx: the command line, settings and the project folder.

codes! {
    BAD_ARGUMENT = 1001, Usage, "An argument is wrong", "Run the command with --help to see what it takes.";
    UNKNOWN_ENVIRONMENT = 1002, Usage, "The environment does not exist", "List the .env.<name> files of the project, or run `nova init`.";
    BAD_ENVIRONMENT_FILE = 1003, Usage, "An environment file cannot be used", "Write DATABASE_URL=postgres://… and NOVA_ENVIRONMENT_TYPE=production|test|training|development into it.";
    BAD_SETTINGS = 1004, Usage, "nova.toml cannot be used", "Correct the named key, or run `nova config list` to see every key with its type.";
    MISSING_FILE = 1005, Usage, "A file named on the command line cannot be read", "Check the path and its permissions.";
    CONFIRMATION_NEEDED = 1006, Usage, "Confirmation was not given", "Type the name of the target when asked, or pass --yes in automation.";
}
