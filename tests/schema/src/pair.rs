//! Pairs of schemas.
//!
//! A file holds many. Each begins with `--- <name>`; what follows is run on both sides, what follows `--- old` or
//! `--- new` on one. Words in brackets after the name restrict it: `[15]` to servers from that version on.

/// An old and a new schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// What it is about.
    pub name: String,
    /// The file it is in.
    pub file: String,
    /// Oldest major version it works on.
    pub since: u32,
    /// SQL of the old side.
    pub old: String,
    /// SQL of the new side.
    pub new: String,
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
                name => {
                    sides = (true, true);
                    let (name, since) = match name.rsplit_once(" [") {
                        Some((name, since)) => (name, since.trim_end_matches(']').parse().unwrap_or(13)),
                        None => (name, 13),
                    };
                    pairs.push(Pair {
                        name: name.to_owned(),
                        file: file.to_owned(),
                        since,
                        old: String::new(),
                        new: String::new(),
                    });
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
