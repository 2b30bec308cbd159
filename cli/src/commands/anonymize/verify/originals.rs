//! Fingerprints of the originals: those that the clone kept, or new ones of its source read again as the clone read it.

use super::Verify;
use nova_anonymization::{TableMasker, leak::Fingerprints, verify::Basis};
use nova_clone::Operation;
use nova_errors::{Code, Failure};
use nova_kit::{Ports, documents, personal};
use nova_postgres::{Pages, SearchPath, SourceConnection};
use ring::rand::{SecureRandom, SystemRandom};

/// What to look for.
pub(super) struct Originals {
    pub(super) key: [u8; 16],
    pub(super) fingerprints: Fingerprints,
    pub(super) basis: Basis,
    /// The environment that was read.
    pub(super) source: Option<String>,
}

impl Originals {
    /// The originals of the environment's contents; none when there is no way to them.
    pub(super) async fn find(
        ports: &Ports,
        arguments: &Verify,
        name: &str,
        clone: Option<&Operation>,
    ) -> Result<Option<Self>, Failure> {
        let Some(clone) = clone.filter(|_| !arguments.patterns_only) else {
            return match &arguments.source {
                Some(source) => Err(no_clone(name, source)),
                None => Ok(None),
            };
        };
        if arguments.source.is_none()
            && let Some((key, fingerprints)) = nova_fn_validate::kept_fingerprints(ports, clone).await?
        {
            return Ok(Some(Self {
                key,
                fingerprints,
                basis: Basis::KeptFingerprints,
                source: None,
            }));
        }
        let anonymized = clone.options().is_some_and(|options| options.anonymize);
        let source = arguments.source.clone().or_else(|| clone.requested.source.clone());
        let Some(source) = source.filter(|_| anonymized) else {
            return Ok(None);
        };
        match Self::read(ports, clone, &source).await {
            // Nobody asked for this source: without it less is proved, and the report says so.
            Err(_) if arguments.source.is_none() => Ok(None),
            read => read.map(Some),
        }
    }

    /// Reads what the clone masked, and takes the fingerprints that the clone took.
    async fn read(ports: &Ports, clone: &Operation, source: &str) -> Result<Self, Failure> {
        let mut key = [0; 16];
        SystemRandom::new()
            .fill(&mut key)
            .map_err(|_| Failure::new(Code::INTERNAL, "the system gives no random bytes"))?;
        let masking_key = personal::operation_key(ports, clone, &personal::decisions(ports, clone).await?).await?;
        let plan = documents::plan(ports, &clone.id, clone.epoch).await?;
        let url = ports.environments.environment(&source.parse()?).await?.url;
        let connection = SourceConnection::open(&url, SearchPath::AsNeeded).await?;
        connection.begin().await?;
        let mut fingerprints = Fingerprints::default();
        for table in &plan.tables {
            let Some(layout) = table.layout.as_ref().filter(|_| table.chunks > 0) else {
                continue;
            };
            let mut masker = TableMasker::compile(table.format(), layout, &masking_key, Some(key))?.with_stems();
            let mut stream = connection
                .copy_out(&table.name, &table.columns, Pages::ALL, table.binary)
                .await?;
            let mut out = Vec::new();
            while let Some(part) = stream.next().await? {
                masker.feed(&part, &mut out)?;
                out.clear();
            }
            masker.finish(&mut out)?;
            fingerprints.merge(&masker.take_fingerprints());
        }
        connection.end().await?;
        Ok(Self {
            key,
            fingerprints,
            basis: Basis::SourceRead,
            source: Some(source.to_owned()),
        })
    }
}

fn no_clone(name: &str, source: &str) -> Failure {
    let cause = format!("this project knows no clone in environment {name}, so it cannot be compared with {source}");
    Failure::new(Code::BAD_ARGUMENT, cause).with_remedy("Clone it first, or leave --source out.")
}
