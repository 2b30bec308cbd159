//! 22xx: webhooks, schedules and the environments of pull requests.

codes! {
    BAD_SIGNATURE = 2201, Refused, "The delivery is not signed with the webhook's secret", "Set the same secret at the sender and for Nova.";
    STALE_DELIVERY = 2202, Refused, "The delivery was signed too long ago", "Sign each delivery anew, and set the sender's clock.";
    BAD_AUTOMATION = 2203, Usage, "A schedule or the choices for pull requests cannot be used", "Correct what is named: five cron fields, a zone such as Europe/Paris, 1 to 2160 hours.";
    PRODUCTION_BACKUP = 2204, Refused, "Nova makes no backups of production", "Back up an environment that is not production; production's backups are its provider's.";
    BAD_DELIVERY = 2205, Usage, "The delivery's body cannot be understood", "Send pull_request events as JSON, or the generic form.";
    PREVIEW_TAKEN = 2206, Refused, "The name of the preview belongs to something else", "Rename or remove the environment or database of that name; Nova only touches what it made.";
    NOT_A_PREVIEW = 2207, Refused, "The environment was not made by Nova", "Only environments of pull requests are removed; drop others by hand.";
}
