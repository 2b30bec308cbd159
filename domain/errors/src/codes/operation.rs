//! 19xx: operations.

codes! {
    UNKNOWN_OPERATION = 1901, Usage, "The operation does not exist", "`nova status --all` lists the operations.";
    OPERATION_RUNNING = 1902, Failed, "The operation is being run by another process", "Watch it with `nova status --watch`.";
    OPERATION_ENDED = 1903, Usage, "The operation has already ended", "Start a new one.";
    INTERRUPTED = 1904, Interrupted, "Interrupted", "Continue with `nova resume`.";
    STOPPED = 1905, Failed, "The operation was stopped", "Continue with `nova resume`, or leave it: the target is as it was.";
    POISONED = 1906, Failed, "A step failed again and again", "Read the last cause in `nova logs`, then `nova resume`.";
    TOO_LONG = 1907, Failed, "A step does not fit into the time it may take", "Make chunks smaller, or give the function more time; then `nova resume`.";
    NOT_TOLD = 1908, Failed, "People could not be told", "Check sender, recipients and topic of the deployment; the operation itself is not affected.";
    INTERNAL = 1999, Failed, "An internal assumption failed", "Report it with `nova logs --detailed`; the target is as it was.";
}
