//! From two schemas to the statements that make the one like the other.
//!
//! | module | answers |
//! |---|---|
//! | `relatives` | who belongs to whom |
//! | `separate` | which defaults and checks are set once their table is there |
//! | `going` | what goes along with what |
//! | `take_down`, `build`, `alter`, `describe` | which statements an object's fate takes |
//! | `tables`, `sequences`, `publications` | what concerns tables, owned sequences and publications as wholes |
//! | `needs`, `build_needs`, `mentions` | what each step has to wait for |
//! | `held` | how values wait while the rows they hold change |
//! | `finish` | what is said last |
//! | `views` | how circles are cut |
//! | `notes` | what the statements do not do |

mod alter;
mod build;
mod build_needs;
mod describe;
mod finish;
mod going;
mod held;
mod mentions;
mod needs;
mod notes;
mod publications;
mod relatives;
mod separate;
mod sequences;
mod tables;
mod take_down;
mod views;

use crate::fate::{Fate, Fates, decide, taken_along};
use crate::graph::{Phase, Step, StepId, sort};
use crate::inventory::{Inventory, Key, Kind};
use crate::statement::Statement;
use going::Going;
use nova_schema::{Database, ObjectRef, emit};
use relatives::Relatives;
use std::collections::{BTreeMap, BTreeSet};
use views::ViewTexts;

/// How to migrate.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Major version of the server that runs the statements.
    pub target_version: u32,
    /// Prefer what lets others go on reading and writing.
    pub online: bool,
    /// Carry owners.
    pub owners: bool,
    /// Carry privileges.
    pub privileges: bool,
    /// The role that runs the statements, where it is known: what it creates is its own.
    pub runner: Option<String>,
    /// Objects that are taken down and built again although they could be altered, by quoted identity.
    pub forced: BTreeSet<String>,
    /// Keep what goes in the stash, where there is something to keep.
    pub stash: bool,
}

/// The statements of one direction, and what to know about them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Migration {
    /// In order.
    pub statements: Vec<Statement>,
    /// What the statements do not do.
    pub notes: Vec<String>,
    /// Things come and go, and nothing that stays changes its form: whatever has been done by any of the statements is
    /// something that the next migration can start from. A script may then take several transactions.
    pub divisible: bool,
}

/// Plans how to make `old` like `new`.
pub fn plan(old: &Database, new: &Database, options: &Options) -> Migration {
    let oldest = old.server_version.min(new.server_version);
    let none = BTreeSet::new();
    let (mut old, new) = (Inventory::new(old, oldest, &none), Inventory::new(new, oldest, &none));
    let mut fates = decide(&old, &new, options.target_version, &options.forced);
    let taken = taken_along(&old, &new, &fates);
    if !taken.is_empty() {
        old = Inventory::new(old.database, oldest, &taken);
        fates = decide(&old, &new, options.target_version, &options.forced);
    }
    let mut builder = Builder {
        emit: emit::Options {
            target_version: options.target_version,
            owners: false,
        },
        separate: separate::separate(&new),
        relatives: Relatives::new(&old, &new),
        old,
        new,
        fates,
        options,
        steps: BTreeMap::new(),
        homes: BTreeMap::new(),
        going: Going::default(),
    };
    builder.going = builder.going();
    builder.run()
}

/// What has been decided, and the steps so far.
struct Builder<'a> {
    old: Inventory<'a>,
    new: Inventory<'a>,
    fates: Fates,
    options: &'a Options,
    emit: emit::Options,
    separate: BTreeSet<ObjectRef>,
    relatives: Relatives<'a>,
    steps: BTreeMap<StepId, Step>,
    /// Objects that another's step brings along.
    homes: BTreeMap<Key, Key>,
    /// Objects that go along with another.
    going: Going,
}

impl Builder<'_> {
    fn run(mut self) -> Migration {
        let keys: Vec<(Key, Fate)> = self.fates.iter().map(|(key, fate)| (key.clone(), fate)).collect();
        for (key, fate) in &keys {
            if matches!(fate, Fate::Drop | Fate::Rebuild) {
                self.take_down(key, *fate);
            }
            if matches!(fate, Fate::Create | Fate::Rebuild) {
                self.build(key);
            }
            if *fate == Fate::Alter {
                self.alter(key);
            }
            if *fate != Fate::Drop {
                self.describe(key, *fate);
            }
        }
        self.hold();
        self.tables();
        self.owned_sequences();
        self.publications();
        self.aside_schemas();
        self.finishing();
        self.connect();
        self.connect_held();
        let notes = self.notes();
        let divisible = self.is_divisible();
        let sorted = sort(
            std::mem::take(&mut self.steps),
            &ViewTexts {
                old: &self.old,
                new: &self.new,
            },
        );
        let statements = sorted
            .into_iter()
            .flat_map(|((key, _), statements)| {
                statements.into_iter().map(move |mut statement| {
                    statement.key.clone_from(&key.name);
                    statement
                })
            })
            .collect();
        Migration {
            statements,
            notes,
            divisible,
        }
    }

    /// Nothing is taken down to be built again, and no table, column or type is altered: no rows or values wait anywhere.
    fn is_divisible(&self) -> bool {
        self.fates.iter().all(|(key, fate)| match fate {
            Fate::Keep | Fate::Create | Fate::Drop => true,
            Fate::Rebuild => false,
            Fate::Alter => !matches!(key.kind, Kind::Table | Kind::Column | Kind::Type | Kind::Collation),
        })
    }

    fn add(&mut self, key: &Key, phase: Phase, statements: Vec<Statement>) {
        self.steps
            .entry((key.clone(), phase))
            .or_default()
            .statements
            .extend(statements);
    }
}
