//! 18xx: the event log, the queue and the files in .nova.

codes! {
    STATE = 1801, Failed, "The state in .nova cannot be used", "Check permissions and free space of the .nova folder.";
    DISK_FULL = 1802, Failed, "The disk of .nova is full", "Free space, then run `nova resume`.";
    LOG_CONFLICT = 1803, Failed, "Another process wrote to the same operation", "Run `nova status`; only one process may run an operation.";
    BLOB_MISSING = 1804, Failed, "A stored chunk is missing", "Run `nova resume`; the chunk is read again.";
    BLOB_CORRUPT = 1805, Failed, "A stored chunk is damaged", "Run `nova resume`; the chunk is read again.";
    TAMPERED = 1806, Failed, "The history does not prove", "Keep a copy of .nova and find out who changed it.";
    EVENT_UNKNOWN = 1807, Failed, "The history holds an event this version does not know", "Use the newest version of nova.";
    KEY = 1808, Failed, "A key file cannot be used", "Restore .nova/keys from a backup, or remove the damaged file to start with a new key.";
}
