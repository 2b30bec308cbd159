//! The choices, from `nova.toml` or from the deployment's parameters.

use crate::schedule::Pattern;
use nova_environments::{EnvironmentType, said_by_name};
use nova_errors::{Code, Failure};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What happens without a person asking.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Automation {
    /// By name of the environment.
    #[serde(default)]
    pub schedules: BTreeMap<String, Schedule>,
    /// What a pull request gets.
    #[serde(default)]
    pub previews: Previews,
}

/// A task of an environment that recurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// New anonymized contents.
    Refresh,
    /// A copy of its contents, kept for a rollback.
    Backup,
    /// Is it there?
    Health,
}

impl Task {
    /// The word used in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Backup => "backup",
            Self::Health => "health",
        }
    }
}

/// When what happens to one environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Cron pattern of new anonymized contents.
    pub refresh: Option<String>,
    /// Cron pattern of asking whether the database is there.
    pub health: Option<String>,
    /// Cron pattern of a copy of its contents, kept for a rollback; not for production.
    pub backup: Option<String>,
    /// Environment that a refresh reads.
    #[serde(default = "production")]
    pub from: String,
    /// Time zone of the patterns, as in the tz database.
    #[serde(default = "utc")]
    pub time_zone: String,
}

/// What a pull request gets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Previews {
    /// The one repository, `owner/name`, whose pull requests get environments; none: every repository that signs.
    pub repository: Option<String>,
    /// Environment that is read.
    pub from: String,
    /// Environment on whose server the databases are made, whose role signs in and whose type they have.
    pub template: String,
    /// How long one lives at most, in hours.
    pub hours: u32,
    /// New contents when commits are pushed, too.
    pub refresh: bool,
}

impl Default for Previews {
    fn default() -> Self {
        Self {
            repository: None,
            from: production(),
            template: "preview".to_owned(),
            hours: 72,
            refresh: false,
        }
    }
}

fn production() -> String {
    "production".to_owned()
}

fn utc() -> String {
    "UTC".to_owned()
}

impl Automation {
    /// Reads choices that stand in two JSON texts, as a deployment passes them on.
    ///
    /// # Errors
    /// `NOVA-2203`, `NOVA-2204`.
    pub fn from_json(schedules: Option<&str>, previews: Option<&str>) -> Result<Self, Failure> {
        let wrong =
            |what: &str, error: &serde_json::Error| Failure::new(Code::BAD_AUTOMATION, format!("{what}: {error}"));
        let mut automation = Self::default();
        if let Some(text) = schedules {
            automation.schedules = serde_json::from_str(text).map_err(|error| wrong("schedules", &error))?;
        }
        if let Some(text) = previews {
            automation.previews = serde_json::from_str(text).map_err(|error| wrong("previews", &error))?;
        }
        automation.check()?;
        Ok(automation)
    }

    /// Looks for mistakes.
    ///
    /// # Errors
    /// `NOVA-2203` for a pattern, a zone or a time to live that cannot be; `NOVA-2204` for backups of an
    /// environment that is production by its name.
    pub fn check(&self) -> Result<(), Failure> {
        for (environment, schedule) in &self.schedules {
            // Other signs are the guard's to see, which looks again.
            if schedule.backup.is_some() && said_by_name(environment) == Some(EnvironmentType::Production) {
                let cause =
                    format!("schedules.{environment}.backup is set, and {environment} is production by its name");
                return Err(Failure::new(Code::PRODUCTION_BACKUP, cause));
            }
            for (task, _) in schedule.tasks() {
                schedule.pattern(task).map_err(|failure| Failure {
                    cause: format!("schedules.{environment}.{}: {}", task.name(), failure.cause),
                    ..failure
                })?;
            }
        }
        if !(1..=24 * 90).contains(&self.previews.hours) {
            let cause = format!("previews.hours is 1 to {}, not {}", 24 * 90, self.previews.hours);
            return Err(Failure::new(Code::BAD_AUTOMATION, cause));
        }
        Ok(())
    }
}

impl Schedule {
    /// Its tasks with their patterns.
    pub fn tasks(&self) -> impl Iterator<Item = (Task, &str)> {
        let tasks = [
            (Task::Refresh, &self.refresh),
            (Task::Backup, &self.backup),
            (Task::Health, &self.health),
        ];
        tasks
            .into_iter()
            .filter_map(|(task, pattern)| pattern.as_deref().map(|pattern| (task, pattern)))
    }

    /// When a task is due; none when it never is.
    ///
    /// # Errors
    /// `NOVA-2203` when the pattern or the zone is none.
    pub fn pattern(&self, task: Task) -> Result<Option<Pattern>, Failure> {
        let found = self.tasks().find(|(other, _)| *other == task);
        found
            .map(|(_, pattern)| Pattern::new(pattern, &self.time_zone))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_says_its_choices_as_json() {
        let schedules = r#"{"test": {"refresh": "0 3 * * *", "backup": "0 1 * * *", "time_zone": "Europe/Paris"}}"#;
        let automation = Automation::from_json(Some(schedules), Some(r#"{"repository": "acme/app"}"#)).unwrap();
        let tasks: Vec<_> = automation.schedules["test"].tasks().collect();
        assert_eq!(tasks, [(Task::Refresh, "0 3 * * *"), (Task::Backup, "0 1 * * *")]);
        assert_eq!(
            (automation.previews.hours, automation.previews.template.as_str()),
            (72, "preview")
        );
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (schedules, previews, code) in [
            (r#"{"test": {"refresh": "at three"}}"#, "{}", 2203),
            (
                r#"{"test": {"refresh": "0 3 * * *", "time_zone": "Mars/Olympus"}}"#,
                "{}",
                2203,
            ),
            (r#"{"test": {"refrech": "0 3 * * *"}}"#, "{}", 2203),
            (r#"{"test": {"backup": "at three"}}"#, "{}", 2203),
            (r#"{"test": {"backup": true}}"#, "{}", 2203),
            (r#"{"production": {"backup": "0 3 * * *"}}"#, "{}", 2204),
            (r#"{"shop-prod": {"backup": "0 3 * * *"}}"#, "{}", 2204),
            ("{}", r#"{"hours": 0}"#, 2203),
        ] {
            let failure = Automation::from_json(Some(schedules), Some(previews)).unwrap_err();
            assert_eq!(failure.code.number, code, "{schedules} {previews}: {}", failure.cause);
        }
    }
}
