//! One value as the texts in which originals are looked for: words of a search vector in their order, words of a file
//! name without what joins them.

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As text: strings, JSON, arrays, XML, composites.
    Text,
    /// A `tsvector`: quoted lexemes with positions, sorted by lexeme.
    Lexemes,
}

impl Form {
    /// The form of a type's text, by its name in `pg_catalog`.
    pub fn of(base_type: &str) -> Self {
        match base_type.trim_start_matches('_') {
            "tsvector" | "tsquery" => Self::Lexemes,
            _ => Self::Text,
        }
    }
}

/// Makes the texts of values; one per scan, for its buffers.
#[derive(Debug, Default)]
pub struct Texts {
    plain: String,
}

/// Longest value that may be a file's name or path.
const LONGEST_NAME: usize = 1024;

impl Texts {
    /// Calls `look` with every text of a value.
    pub fn each(&mut self, form: Form, value: &[u8], mut look: impl FnMut(&[u8])) {
        match form {
            Form::Lexemes => {
                self.plain.clear();
                lexemes(&String::from_utf8_lossy(value), &mut self.plain);
                look(self.plain.as_bytes());
            }
            Form::Text => {
                look(value);
                let joined = |byte: u8| matches!(byte, b'_' | b'%' | b'+' | b'<' | b'.');
                if value.len() <= LONGEST_NAME && value.iter().any(|byte| joined(*byte)) {
                    self.plain.clear();
                    apart(&String::from_utf8_lossy(value), &mut self.plain);
                    look(self.plain.as_bytes());
                }
            }
        }
    }
}

/// `Camille_Durand%20(1).pdf` as `Camille Durand (1) pdf`.
fn apart(name: &str, out: &mut String) {
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let escaped = rest
            .strip_prefix('%')
            .and_then(|after| after.get(..2))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .filter(u8::is_ascii);
        if let Some(byte) = escaped {
            out.push(char::from(byte));
            rest = &rest[3..];
            continue;
        }
        out.push(if matches!(c, '_' | '+' | '.' | '<' | '>' | '/') {
            ' '
        } else {
            c
        });
        rest = &rest[c.len_utf8()..];
    }
}

/// The lexemes of a search vector in the order of their positions, those without one at the end.
fn lexemes(vector: &str, out: &mut String) {
    let mut words: Vec<(u32, String)> = Vec::new();
    let mut chars = vector.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\'' {
            continue;
        }
        let mut word = String::new();
        while let Some(c) = chars.next() {
            match c {
                '\'' if chars.peek() == Some(&'\'') => {
                    chars.next();
                    word.push('\'');
                }
                '\'' => break,
                '\\' => word.extend(chars.next()),
                c => word.push(c),
            }
        }
        let mut positions = String::new();
        while let Some(c) = chars.next_if(|c| c.is_ascii_digit() || matches!(c, ':' | ',' | 'A'..='D' | '*')) {
            positions.push(c);
        }
        let mut placed = false;
        for position in positions.trim_start_matches(':').split(',') {
            let digits: String = position.chars().take_while(char::is_ascii_digit).collect();
            if let Ok(position) = digits.parse() {
                words.push((position, word.clone()));
                placed = true;
            }
        }
        if !placed {
            words.push((u32::MAX, word));
        }
    }
    words.sort();
    for (_, word) in words {
        out.push_str(&word);
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(form: Form, value: &str) -> Vec<String> {
        let mut seen = Vec::new();
        Texts::default().each(form, value.as_bytes(), |text| {
            seen.push(String::from_utf8_lossy(text).trim().to_owned());
        });
        seen
    }

    #[test]
    fn search_vectors_are_read_in_order() {
        assert_eq!(
            texts(Form::Lexemes, "'camille':2A,5 'd''arc':3 'de':1 'jean@free.fr'"),
            ["de camille d'arc camille jean@free.fr"]
        );
    }

    #[test]
    fn names_of_files_come_apart() {
        assert_eq!(
            texts(Form::Text, "scan/Camille_Durand%20%281%29.pdf"),
            ["scan/Camille_Durand%20%281%29.pdf", "scan Camille Durand (1) pdf"]
        );
        assert_eq!(texts(Form::Text, "50 % là"), ["50 % là", "50 % là"]);
        assert_eq!(texts(Form::Text, "plain"), ["plain"]);
    }
}
