//! One side of a command: an environment of the project, or an address.

use crate::runtime::Runtime;
use nova_catalog::oracle::Finding;
use nova_environments::{
    DatabaseUrl, Environment, EnvironmentType, KnownProduction, TargetEvidence, VerifiedTarget, classify, verify_target,
};
use nova_errors::{Code, Failure};
use nova_kit::Silent;
use nova_migration::{Size, without_ours};
use nova_postgres::{SearchPath, SourceConnection, probe};
use nova_project::Project;
use nova_schema::{Database, QualifiedName};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One side.
pub(super) struct Side {
    /// What it is called in results; never with a password.
    pub(super) label: String,
    environment: Environment,
    named: bool,
}

/// What was read of a side.
pub(super) struct Captured {
    pub(super) schema: Database,
    pub(super) sizes: BTreeMap<QualifiedName, Size>,
    pub(super) role: String,
}

impl Side {
    /// The side that a name or address leads to.
    ///
    /// # Errors
    /// `NOVA-10xx`.
    pub(super) fn new(project: &Project, text: &str) -> Result<Self, Failure> {
        if !text.contains("://") {
            let environment = project.environment(&text.parse()?)?;
            return Ok(Self {
                label: text.to_owned(),
                environment,
                named: true,
            });
        }
        let url = DatabaseUrl::new(text);
        Ok(Self {
            label: readable(text),
            environment: Environment {
                name: "address".parse()?,
                url,
                // Whoever spells an address out means it; signs of production in the host outweigh that.
                declared: Some(EnvironmentType::Test),
            },
            named: false,
        })
    }

    pub(super) fn url(&self) -> &DatabaseUrl {
        &self.environment.url
    }

    /// The name in the project, if it has one.
    pub(super) fn name(&self) -> Option<&str> {
        self.named.then_some(self.label.as_str())
    }

    /// Reads the schema in a read-only transaction that provably writes nothing.
    ///
    /// # Errors
    /// `NOVA-12xx`, `NOVA-1303`.
    pub(super) async fn capture(&self, sizes: bool) -> Result<Captured, Failure> {
        let connection = self.opened().await?;
        let mut schema = connection.capture().await.map_err(|failure| self.about(failure))?;
        let mut found = BTreeMap::new();
        if sizes {
            for size in connection.sizes().await? {
                let rows = (size.rows > 0).then_some(size.rows);
                found.insert(
                    size.name,
                    Size {
                        bytes: size.bytes,
                        rows,
                    },
                );
            }
        }
        let role = connection.probe().role.clone();
        connection.end().await?;
        without_ours(&mut schema);
        Ok(Captured {
            schema,
            sizes: found,
            role,
        })
    }

    /// Where the catalogs of two sides differ, each in a read-only transaction of its own.
    ///
    /// # Errors
    /// `NOVA-12xx`, `NOVA-1303`.
    pub(super) async fn differences(&self, other: &Self, owners: bool) -> Result<Vec<Finding>, Failure> {
        let (source, target) = tokio::try_join!(self.opened(), other.opened())?;
        let findings = source.differences(&target, owners).await.map_err(|failure| Failure {
            cause: format!("the catalogs of {} and {}: {}", self.label, other.label, failure.cause),
            ..failure
        })?;
        tokio::try_join!(source.end(), target.end())?;
        Ok(findings)
    }

    async fn opened(&self) -> Result<SourceConnection, Failure> {
        let connection = SourceConnection::open(self.url(), SearchPath::Empty)
            .await
            .map_err(|failure| self.about(failure))?;
        connection.begin().await?;
        Ok(connection)
    }

    fn about(&self, failure: Failure) -> Failure {
        Failure {
            cause: format!("{}: {}", self.label, failure.cause),
            ..failure
        }
    }

    /// Proves that this side may be written to: it is not production by any sign, nor by its server's identity.
    ///
    /// # Errors
    /// `NOVA-1101`, `NOVA-1109`; `NOVA-12xx`.
    pub(super) async fn verified(&self, project: &Project) -> Result<VerifiedTarget, Failure> {
        let found = probe(self.url()).await.map_err(|failure| self.about(failure))?;
        let productions = productions(project).await?;
        let evidence = TargetEvidence {
            environment: &self.environment,
            identity: &found.identity,
            source: None,
            productions: &productions,
            approved: None,
        };
        verify_target(&evidence).map_err(|reasons| {
            let mut reasons = reasons.into_iter();
            let first = reasons
                .next()
                .unwrap_or_else(|| Failure::new(Code::INTERNAL, "a refusal without a reason"));
            first.with_details(reasons.map(|reason| reason.to_string()))
        })
    }
}

/// Every database that was ever recorded as production, and those that the project's environments name now.
async fn productions(project: &Project) -> Result<Vec<KnownProduction>, Failure> {
    let mut known = if project.state_folder().exists() {
        let runtime = Runtime::open(project, Arc::new(Silent))?;
        nova_kit::known_productions(runtime.ports()).await?
    } else {
        Vec::new()
    };
    for environment in project.environments().unwrap_or_default() {
        if classify(&environment, false).environment_type != EnvironmentType::Production {
            continue;
        }
        // One that does not answer cannot be what this command is connected to just now.
        if let Ok(found) = probe(&environment.url).await {
            known.push(KnownProduction {
                environment: environment.name.to_string(),
                identity: found.identity,
            });
        }
    }
    Ok(known)
}

/// An address without user, password and parameters.
fn readable(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split('?').next().unwrap_or_default();
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match (host, database) {
        ("", "") => "the default database".to_owned(),
        ("", database) => database.to_owned(),
        (host, "") => host.to_owned(),
        (host, database) => format!("{host}/{database}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_never_shown() {
        for (url, shown) in [
            ("postgres://u:secret@h:5432/d?sslmode=disable", "h:5432/d"),
            ("postgres://u:se%40cret@h/d", "h/d"),
            ("postgresql:///d?host=/tmp&password=secret", "d"),
            ("postgres://u:a@b@h/d", "h/d"),
        ] {
            assert_eq!(readable(url), shown);
        }
    }
}
