//! 17xx: promotion and rollback.

codes! {
    SWAP = 1701, Failed, "The databases could not be swapped", "End the sessions of the target database and run `nova resume`.";
    NO_BACKUP = 1702, Usage, "There is nothing to roll back to", "`nova status --all` lists the rollback points.";
}
