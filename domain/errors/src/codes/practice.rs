//! 30xx: the practice platform's tenants, cabinets and patients; 31xx: booking.

/// 30xx.
pub(super) mod tenants {
    codes! {
        PRACTICE_ROLE = 3001, Refused, "The service's database role may do too much", "Connect as nova_app, or as a role that is only a member of it.";
        PRACTICE_ISOLATION = 3002, Refused, "A table of the platform is not isolated", "Put back what a migration declares; nothing is served until then.";
        PRACTICE_SCHEMA = 3003, Refused, "The platform's schema is missing or older than this version", "Run `nova platform migrate --database URL` with a URL that may change the schema.";
        PRACTICE_MIGRATION = 3004, Failed, "A migration of the platform failed", "Read the cause; what was applied before stays, and running it again goes on from there.";
        PRACTICE_UNKNOWN = 3005, Usage, "The cabinet has nothing with this id", "Check the id and the cabinet.";
        PRACTICE_INVALID = 3006, Usage, "What was sent cannot be taken", "Correct the fields that are named.";
        PRACTICE_STALE = 3007, Usage, "It has changed since it was read", "Read it again, apply the change to that, and send it with the new version.";
        PRACTICE_DUPLICATE = 3008, Usage, "There is one already", "Use the existing one.";
        CABINET_INACTIVE = 3009, Usage, "The cabinet is not active", "Finish its provisioning, or activate it again.";
        PROVISIONING = 3010, Failed, "A cabinet could not be provisioned", "Correct what the failed step names and retry, or roll back.";
        AUDIT_BROKEN = 3011, Failed, "The audit does not prove", "Treat it as an incident: find out who could write to the database.";
        PATIENT_MERGE = 3012, Usage, "The records cannot be merged or parted", "Read the cause; merge two live records of one cabinet.";
        PRACTICE_BUSY = 3013, Failed, "The platform's database is busy", "Try again in a moment.";
        CONFIGURATION = 3014, Usage, "The configuration cannot be used", "Correct the entries that are named.";
        ROLLOUT = 3015, Usage, "The roll-out has ended", "Begin another one.";
        REPORT_REASON = 3016, Usage, "A report on every cabinet needs a reason", "Send X-Access-Reason.";
    }
}

/// 31xx.
pub(super) mod booking {
    codes! {
        SLOT_TAKEN = 3101, Usage, "The time is taken", "Choose another time; the answer names free ones.";
        NOT_BOOKABLE = 3102, Usage, "The time cannot be booked", "Choose a time the availability lists, or overbook with a reason.";
        HOLD_ENDED = 3103, Usage, "The hold has ended", "Ask for a new one.";
        APPOINTMENT_STATUS = 3104, Usage, "The appointment's status does not allow this", "Read the appointment again.";
        SERIES_TAKEN = 3105, Usage, "Some dates of the series cannot be booked", "Nothing was booked; change or leave out the dates that are named.";
        OVERBOOKING = 3106, Usage, "An overbooking needs a reason", "Say why two appointments may overlap.";
        OFFER_ENDED = 3107, Usage, "The waitlist offer has ended", "Wait for the next offer.";
    }
}
