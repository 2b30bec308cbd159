//! A comparison as text, grouped by object.

#![expect(clippy::format_push_string, reason = "lines of a report are short and few")]

use super::{Change, Comparison, Property};

impl Comparison {
    /// For people.
    pub fn text(&self, source: &str, target: &str) -> String {
        let mut out = String::new();
        let mut group = None;
        for difference in &self.differences {
            if group != Some(&difference.group) {
                group = Some(&difference.group);
                let own = format!(" {}", difference.group);
                if !difference.object.ends_with(&own) && difference.object != difference.group {
                    out.push_str(&format!("table {}\n", difference.group));
                }
            }
            let part = !difference.object.ends_with(&format!(" {}", difference.group))
                && difference.object != difference.group;
            let indent = if part { "  " } else { "" };
            let mark = match difference.change {
                Change::OnlyInSource => "+ ",
                Change::OnlyInTarget => "- ",
                Change::Different => "~ ",
            };
            let words = match difference.change {
                Change::OnlyInSource => format!("  (only in {source})"),
                Change::OnlyInTarget => format!("  (only in {target})"),
                Change::Different => String::new(),
            };
            out.push_str(&format!("{indent}{mark}{}{words}\n", difference.object));
            for property in &difference.properties {
                lines(&mut out, &format!("{indent}    "), property, source, target);
            }
        }
        for note in &self.notes {
            out.push_str(&format!("note: {note}\n"));
        }
        if self.equal {
            out.push_str("The schemas are equal.\n");
        } else {
            out.push_str(&format!("{} object(s) differ.\n", self.differences.len()));
        }
        out
    }
}

fn lines(out: &mut String, indent: &str, property: &Property, source: &str, target: &str) {
    let name = &property.property;
    match (&property.source, &property.target) {
        (Some(a), Some(b)) if a.contains('\n') || b.contains('\n') => {
            out.push_str(&format!("{indent}{name}: - {target}, + {source}\n"));
            for line in changed_lines(b, a) {
                out.push_str(&format!("{indent}  {line}\n"));
            }
        }
        (Some(a), Some(b)) => out.push_str(&format!("{indent}{name}: {source} has {a}, {target} has {b}\n")),
        (Some(a), None) => out.push_str(&format!("{indent}+ {name} {a}  (only in {source})\n").replace(" there ", " ")),
        (None, Some(b)) => out.push_str(&format!("{indent}- {name} {b}  (only in {target})\n").replace(" there ", " ")),
        (None, None) => out.push_str(&format!("{indent}{name}\n")),
    }
}

/// The lines that differ, `-` before and `+` after, by the longest common subsequence.
fn changed_lines(before: &str, after: &str) -> Vec<String> {
    let (a, b): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let width = b.len() + 1;
    let mut longest = vec![0u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i] == b[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            i += 1;
            j += 1;
        } else if j == b.len() || i < a.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            out.push(format!("- {}", a[i]));
            i += 1;
        } else {
            out.push(format!("+ {}", b[j]));
            j += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changed_lines_are_shown() {
        assert_eq!(changed_lines("a\nb\nc", "a\nx\nc"), ["- b", "+ x"]);
    }
}
