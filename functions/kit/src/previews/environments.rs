//! Environments, those of pull requests among them.

use super::look_up;
use async_trait::async_trait;
use nova_automation::Preview;
use nova_environments::{Environment, EnvironmentName, Environments};
use nova_errors::Failure;
use nova_eventlog::EventLog;
use std::sync::Arc;

/// Environments that are configured, and those that the log knows as previews: none is opened under the name of a
/// configured one.
pub struct WithPreviews {
    configured: Arc<dyn Environments>,
    log: Arc<dyn EventLog>,
}

impl WithPreviews {
    /// Adds the previews of a log.
    pub fn new(configured: Arc<dyn Environments>, log: Arc<dyn EventLog>) -> Self {
        Self { configured, log }
    }

    async fn preview(&self, name: &EnvironmentName) -> Result<Option<Preview>, Failure> {
        let (preview, _) = look_up(self.log.as_ref(), name.as_str()).await?;
        Ok(preview.filter(Preview::exists))
    }

    /// The template's environment with the preview's name and database.
    async fn derived(&self, name: &EnvironmentName, preview: &Preview) -> Result<Environment, Failure> {
        let template = self.configured.environment(&preview.opened.template.parse()?).await?;
        Ok(Environment {
            name: name.clone(),
            url: template.url.with_database(&preview.opened.database),
            declared: template.declared,
        })
    }
}

#[async_trait]
impl Environments for WithPreviews {
    async fn environment(&self, name: &EnvironmentName) -> Result<Environment, Failure> {
        match self.preview(name).await? {
            Some(preview) => self.derived(name, &preview).await,
            None => self.configured.environment(name).await,
        }
    }

    async fn environments(&self) -> Result<Vec<Environment>, Failure> {
        let mut all = self.configured.environments().await?;
        let prefix = format!("environment/{}", Preview::PREFIX);
        let mut after = None;
        loop {
            let page = self.log.streams(&prefix, after.as_ref(), 100).await?;
            let Some(last) = page.last().cloned() else { break };
            for stream in &page {
                let name: EnvironmentName = stream.as_str().trim_start_matches("environment/").parse()?;
                let known = all.iter().any(|environment| environment.name == name);
                if let Some(preview) = self.preview(&name).await?.filter(|_| !known) {
                    match self.derived(&name, &preview).await {
                        Ok(environment) => all.push(environment),
                        // Its template may have been renamed: that must not hide the others.
                        Err(failure) => tracing::warn!(%name, code = %failure.code, "{}", failure.cause),
                    }
                }
            }
            after = Some(last);
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    /// Previews share their template's key: the same person has the same replacement in all of them.
    async fn masking_key(&self, name: &EnvironmentName) -> Result<[u8; 32], Failure> {
        match self.preview(name).await? {
            Some(preview) => self.configured.masking_key(&preview.opened.template.parse()?).await,
            None => self.configured.masking_key(name).await,
        }
    }
}
