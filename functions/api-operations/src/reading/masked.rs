//! What is replaced and why, for people: in the report, and before a clone with `--dry-run`.

use nova_anonymization::{
    Spec,
    plan::{MaskingPlan, Source},
};
use nova_schema::{Database, QualifiedName};
use nova_words::figures;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A column that is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MaskedColumn)]
pub struct Masked {
    /// Its table; partitions that are treated alike stand once, under the name of the whole.
    #[schema(example = "public.users")]
    pub table: String,
    /// Its name.
    #[schema(example = "email")]
    pub column: String,
    /// What its values become.
    #[schema(example = "email, unique")]
    pub kind: String,
    /// Why.
    #[schema(example = "detected (98 %): named email")]
    pub why: String,
}

/// The replaced columns; those of partitions that are treated alike stand once, under the name of the whole table.
pub fn columns(plan: &MaskingPlan, schema: Option<&Database>) -> Vec<Masked> {
    let mut alike: Vec<(Masked, u64)> = Vec::new();
    for column in &plan.columns {
        let own = QualifiedName::new(column.schema.clone(), column.table.clone());
        let whole = schema.map_or_else(|| own.clone(), |schema| whole_table(schema, &own));
        let one = Masked {
            table: whole.readable(),
            column: column.column.clone(),
            kind: kind(&column.spec),
            why: why(&column.source),
        };
        let partitions = u64::from(whole != own);
        match alike.iter_mut().find(|(known, _)| *known == one) {
            Some((_, count)) => *count += partitions,
            None => alike.push((one, partitions)),
        }
    }
    let named = alike.into_iter().map(|(mut one, partitions)| {
        if partitions > 0 {
            one.table.extend([" (", &figures::of(partitions, "partition"), ")"]);
        }
        one
    });
    named.collect()
}

/// The table itself, or the root of the partition tree it belongs to.
fn whole_table(schema: &Database, name: &QualifiedName) -> QualifiedName {
    let mut whole = name.clone();
    while let Some(place) = schema.table(&whole).and_then(|table| table.partition_of.as_ref()) {
        whole = place.parent.clone();
    }
    whole
}

fn kind(spec: &Spec) -> String {
    let mut text = spec.kind.label().to_owned();
    if !spec.leaves.is_empty() {
        let paths: Vec<&str> = spec.leaves.iter().map(|leaf| leaf.path.as_str()).collect();
        text.extend([" (", &paths.join(", "), ")"]);
    }
    if spec.unique {
        text.push_str(", unique");
    }
    if spec.preserve_format {
        text.push_str(", form kept");
    }
    text
}

fn why(source: &Source) -> String {
    match source {
        Source::Rule => "a rule names it".to_owned(),
        Source::Detected { score, reason } => format!("detected ({:.0} %): {reason}", score * 100.0),
        Source::ForeignKey { through } => format!("changes with {through}"),
    }
}
