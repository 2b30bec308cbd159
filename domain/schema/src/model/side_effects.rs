//! What a copy is not to have because it acts by itself.

use super::Database;

/// The scheduler: a server has it in one database only, which staging is not, and the copy would run production's jobs.
const SCHEDULER: &str = "pg_cron";

/// The schema that it makes for itself.
const SCHEDULER_SCHEMA: &str = "cron";

impl Database {
    /// Takes out what would act on others from a copy, with all that belongs to it. Returns a line for each.
    pub fn leave_out_side_effects(&mut self) -> Vec<String> {
        let mut left_out = self.leave_out_subscriptions();
        left_out.extend(self.leave_out_scheduler());
        left_out
    }

    /// They would take what others wait for, and no database that has one can be dropped.
    fn leave_out_subscriptions(&mut self) -> Vec<String> {
        let subscriptions = self.scripted.extract_if(.., |item| item.kind == "SUBSCRIPTION");
        subscriptions
            .map(|item| {
                format!(
                    "subscription {}: a copy must not replicate from elsewhere",
                    item.identity
                )
            })
            .collect()
    }

    fn leave_out_scheduler(&mut self) -> Option<String> {
        self.extensions.extract_if(.., |item| item.name == SCHEDULER).next()?;
        let on_it = |extension: &Option<String>| extension.as_deref() == Some(SCHEDULER);
        self.triggers.retain(|item| !on_it(&item.extension));
        self.rules.retain(|item| !on_it(&item.extension));
        self.policies.retain(|item| !on_it(&item.extension));
        self.extension_dependents.retain(|item| item.extension != SCHEDULER);
        self.default_privileges
            .retain(|item| item.schema.as_deref() != Some(SCHEDULER_SCHEMA));
        let (schema, member) = (format!("SCHEMA {SCHEDULER_SCHEMA}"), format!(" {SCHEDULER_SCHEMA}."));
        self.member_grants
            .retain(|item| item.identity != schema && !item.identity.contains(&member));
        let rows_of_it = format!(" of {SCHEDULER}");
        self.unsupported
            .retain(|item| item.kind != "extension rows" || !item.name.ends_with(&rows_of_it));
        Some(format!(
            "extension {SCHEDULER}: its jobs would run in the copy, and a server has it in one database only"
        ))
    }
}
