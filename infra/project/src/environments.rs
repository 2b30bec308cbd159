//! The project as the source of environments.

use crate::{
    env_file::EnvFile,
    error::Error,
    files::{self, PRIVATE},
    masking_key,
    project::{Project, environment_files},
};
use async_trait::async_trait;
use nova_environments::{Environment, EnvironmentName, Environments, TYPE, URL, configured};
use nova_errors::Failure;

impl Project {
    /// The environments that have a file, whether or not the file is filled in, in the order of their names.
    /// Files that set neither `DATABASE_URL` nor `NOVA_ENVIRONMENT_TYPE` belong to other tools.
    ///
    /// # Errors
    /// [`Error::EnvironmentFile`] when a file is malformed.
    pub fn environment_names(&self) -> Result<Vec<EnvironmentName>, Error> {
        let mut names = Vec::new();
        for name in environment_files(self.folder()) {
            if let Some(file) = self.env_file(&name)?
                && (file.line(URL).is_some() || file.line(TYPE).is_some())
            {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// Writes `DATABASE_URL` and `NOVA_ENVIRONMENT_TYPE` of an environment into its file, which is created when it does
    /// not exist; other keys, comments and their order stay. The file is readable by its owner only afterwards.
    ///
    /// # Errors
    /// [`Error::EnvironmentFile`] when the file is malformed, [`Error::Files`] when it cannot be written.
    pub fn write_environment(&self, environment: &Environment) -> Result<(), Error> {
        let path = self.environment_file(&environment.name);
        let mut file = match self.env_file(&environment.name)? {
            Some(file) => file,
            None => EnvFile::parse(file_name(&environment.name), b"")?,
        };
        file.set(URL, environment.url.reveal())?;
        if let Some(declared) = environment.declared {
            file.set(TYPE, declared.name())?;
        }
        files::replace(&path, file.text().as_bytes(), PRIVATE)
    }

    fn env_file(&self, name: &EnvironmentName) -> Result<Option<EnvFile>, Error> {
        files::read(&self.environment_file(name))?
            .map(|bytes| EnvFile::parse(file_name(name), &bytes))
            .transpose()
    }
}

/// The environment, or none when its file sets no `DATABASE_URL`.
fn filled_in(name: &EnvironmentName, file: &EnvFile) -> Result<Option<Environment>, Error> {
    let declared = file.get(TYPE)?;
    match configured(name, file.get(URL)?, declared) {
        Ok(environment) => Ok(Some(environment)),
        Err(wrong) if wrong.missing => Ok(None),
        Err(wrong) => Err(Error::EnvironmentFile {
            file: file_name(name),
            line: file.line(wrong.key),
            what: wrong.what,
        }),
    }
}

fn file_name(name: &EnvironmentName) -> String {
    format!(".env.{name}")
}

impl Project {
    /// The environment of that name.
    ///
    /// # Errors
    /// `NOVA-1002` when it has no file, `NOVA-1003` when the file cannot be used.
    pub fn environment(&self, name: &EnvironmentName) -> Result<Environment, Failure> {
        let Some(file) = self.env_file(name)? else {
            // A malformed neighbour must not hide which environments there are.
            let existing = self
                .environment_names()
                .unwrap_or_else(|_| environment_files(self.folder()));
            return Err(Error::UnknownEnvironment {
                name: name.to_string(),
                existing: existing.iter().map(ToString::to_string).collect(),
            }
            .into());
        };
        let missing = || Error::EnvironmentFile {
            file: file_name(name),
            line: file.line(URL),
            what: format!("{URL} is not filled in"),
        };
        Ok(filled_in(name, &file)?.ok_or_else(missing)?)
    }

    /// Every environment, in the order of their names; those that are not filled in yet are left out.
    ///
    /// # Errors
    /// `NOVA-1003` when a file cannot be used.
    pub fn environments(&self) -> Result<Vec<Environment>, Failure> {
        let mut environments = Vec::new();
        for name in self.environment_names()? {
            if let Some(file) = self.env_file(&name)? {
                environments.extend(filled_in(&name, &file)?);
            }
        }
        Ok(environments)
    }

    /// The key that makes an environment's replacement values its own, created on first use.
    ///
    /// # Errors
    /// `NOVA-1808` when it cannot be read or written.
    pub fn masking_key(&self, name: &EnvironmentName) -> Result<[u8; 32], Failure> {
        self.create_state_folder()?;
        Ok(masking_key::masking_key(&self.keys_folder(), name)?)
    }
}

#[async_trait]
impl Environments for Project {
    async fn environment(&self, name: &EnvironmentName) -> Result<Environment, Failure> {
        self.environment(name)
    }

    async fn environments(&self) -> Result<Vec<Environment>, Failure> {
        self.environments()
    }

    async fn masking_key(&self, name: &EnvironmentName) -> Result<[u8; 32], Failure> {
        self.masking_key(name)
    }
}
