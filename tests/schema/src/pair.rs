//! Pairs of schemas.
//!
//! A file holds many. Each begins with `--- <name>`; what follows is run on both sides, what follows `--- old` or
//! `--- new` on one. Words in brackets after the name restrict it: `[15]` to servers from that version on, `[alone]` to a
//! database of its own, `[-16]` to servers up to that version.

use std::collections::BTreeSet;

/// An old and a new schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// What it is about.
    pub name: String,
    /// The file it is in.
    pub file: String,
    /// Oldest major version it works on.
    pub since: u32,
    /// Newest major version it works on.
    pub until: u32,
    /// It needs a database of its own.
    pub alone: bool,
    /// SQL of the old side.
    pub old: String,
    /// SQL of the new side.
    pub new: String,
}

/// Words of statements that concern a whole database, or name the schema that everything is in: their pairs have to be
/// alone.
const DATABASE_WIDE: &[&str] = &[
    "DATABASE",
    "DEFAULT PRIVILEGES",
    "ALL TABLES",
    "PUBLIC.",
    "SEARCH_PATH",
    "LANGUAGE C",
    "CREATE TRUSTED",
    "TRANSFORM",
    "SCHEMA PUBLIC",
    "CREATE CAST",
];

/// Words before the name of something that no schema holds: pairs that name the same cannot share a database.
const NAMED: &[&str] = &[
    "SCHEMA",
    "EXTENSION",
    "PUBLICATION",
    "SUBSCRIPTION",
    "WRAPPER",
    "SERVER",
    "EVENT TRIGGER",
    "CREATE LANGUAGE",
    "ACCESS METHOD",
    "LO_CREATE",
];

impl Pair {
    /// True when it has to be in a database of its own.
    pub fn is_database_wide(&self) -> bool {
        let text = format!("{}{}", self.old, self.new).to_uppercase();
        self.alone || DATABASE_WIDE.iter().any(|word| text.contains(word))
    }

    /// Names it takes of what no schema holds.
    fn shared_names(&self) -> BTreeSet<String> {
        let text = format!("{} {}", self.old, self.new).to_uppercase();
        let mut names = BTreeSet::new();
        for word in NAMED {
            for (start, _) in text.match_indices(word) {
                let rest = text.get(start + word.len()..).unwrap_or_default();
                let name = rest.trim_start_matches([' ', '(']);
                let name: String = name
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || "_\"".contains(*c))
                    .collect();
                names.insert(format!("{} {name}", word.split(' ').next_back().unwrap_or(word)));
            }
        }
        names
    }

    /// True when a server of this version can run it.
    pub fn fits(&self, major: u32) -> bool {
        (self.since..=self.until).contains(&major)
    }

    /// Its file and name.
    pub fn title(&self) -> String {
        format!("{}: {}", self.file, self.name)
    }
}

/// The pairs of a file.
pub fn parse(file: &str, text: &str) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    let mut sides = (true, true);
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("--- ") {
            match heading.trim() {
                "old" => sides = (true, false),
                "new" => sides = (false, true),
                heading => {
                    sides = (true, true);
                    pairs.push(begun(file, heading));
                }
            }
        } else if let Some(pair) = pairs.last_mut() {
            for (wanted, side) in [(sides.0, &mut pair.old), (sides.1, &mut pair.new)] {
                if wanted {
                    side.push_str(line);
                    side.push('\n');
                }
            }
        }
    }
    pairs
}

fn begun(file: &str, heading: &str) -> Pair {
    let (name, words) = match heading.rsplit_once(" [") {
        Some((name, words)) => (name, words.trim_end_matches(']')),
        None => (heading, ""),
    };
    let mut pair = Pair {
        name: name.to_owned(),
        file: file.to_owned(),
        since: 13,
        until: u32::MAX,
        alone: false,
        old: String::new(),
        new: String::new(),
    };
    for word in words.split_whitespace() {
        match word.strip_prefix('-') {
            Some(last) => pair.until = last.parse().expect("a major version"),
            None if word == "alone" => pair.alone = true,
            None => pair.since = word.parse().expect("a major version"),
        }
    }
    pair
}

/// All pairs of the corpus.
pub fn corpus() -> Vec<Pair> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the corpus")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    let stem = |path: &std::path::Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    files
        .iter()
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).expect("a file of the corpus");
            parse(&stem(path).unwrap_or_default(), &text)
        })
        .collect()
}

/// Pairs that share a pair of databases, each in a schema of its own.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The pairs.
    pub pairs: Vec<Pair>,
}

impl Pack {
    /// One pair by itself.
    pub fn single(pair: Pair) -> Self {
        Self { pairs: vec![pair] }
    }

    /// Packs of at most `size` pairs whose names do not meet; what is database-wide comes by itself.
    pub fn all(pairs: Vec<Pair>, size: usize) -> Vec<Self> {
        if size < 2 {
            return pairs.into_iter().map(Self::single).collect();
        }
        let (apart, together): (Vec<Pair>, Vec<Pair>) = pairs.into_iter().partition(Pair::is_database_wide);
        let mut packs: Vec<(Self, BTreeSet<String>)> = Vec::new();
        // Every so many pairs next to each other: neighbours in a file tend to be about the same, and a pack should be
        // about many things.
        let count = together.len().div_ceil(size).max(1);
        for (_, pair) in (0..count).flat_map(|start| together.iter().enumerate().skip(start).step_by(count)) {
            let names = pair.shared_names();
            let fitting = packs
                .iter_mut()
                .find(|(pack, taken)| pack.pairs.len() < size && taken.is_disjoint(&names));
            match fitting {
                Some((pack, taken)) => {
                    pack.pairs.push(pair.clone());
                    taken.extend(names);
                }
                None => packs.push((Self::single(pair.clone()), names)),
            }
        }
        let packs = packs.into_iter().map(|(pack, _)| pack);
        packs.chain(apart.into_iter().map(Self::single)).collect()
    }

    /// The SQL of both sides.
    pub fn sides(&self) -> [String; 2] {
        if let [pair] = self.pairs.as_slice() {
            return [pair.old.clone(), pair.new.clone()];
        }
        let mut sides = [String::new(), String::new()];
        for (number, pair) in self.pairs.iter().enumerate() {
            for (side, sql) in sides.iter_mut().zip([&pair.old, &pair.new]) {
                side.push_str(&format!(
                    "CREATE SCHEMA pair_{number}; SET search_path = pair_{number};\n{sql}\n"
                ));
            }
        }
        sides
    }

    /// Titles, for reports.
    pub fn title(&self) -> String {
        let titles: Vec<String> = self.pairs.iter().map(Pair::title).collect();
        titles.join(" + ")
    }
}
