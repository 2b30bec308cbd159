//! The keys that make replacement values an environment's own.

use crate::{
    error::Error,
    files::{self, PRIVATE},
};
use nova_environments::EnvironmentName;
use ring::rand::{SecureRandom, SystemRandom};
use std::path::Path;

/// The key in `environment-<name>.key`, created by exactly one of those who first ask for it.
pub(crate) fn masking_key(folder: &Path, name: &EnvironmentName) -> Result<[u8; 32], Error> {
    let path = folder.join(format!("environment-{name}.key"));
    let wrong = |what: String| Error::Key {
        path: path.clone(),
        what,
    };
    let unusable = |error: Error| match error {
        Error::Files { what, .. } => wrong(what),
        other => other,
    };
    loop {
        if let Some(key) = files::read(&path).map_err(unusable)? {
            return key
                .try_into()
                .map_err(|_| wrong("it is damaged: it does not hold 32 bytes".to_owned()));
        }
        files::private_folder(folder).map_err(unusable)?;
        let mut key = [0; 32];
        SystemRandom::new()
            .fill(&mut key)
            .map_err(|_| wrong("the system gives no random bytes".to_owned()))?;
        files::create(&path, &key, PRIVATE).map_err(unusable)?;
    }
}
