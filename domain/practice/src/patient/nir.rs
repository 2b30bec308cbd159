//! The number of the French health insurance.

/// Thirteen characters (digits; Corsican departments are 2A and 2B) and a key of two digits: 97 minus the number modulo
/// 97, where 2A counts as 19 and 2B as 18.
pub fn nir_is_valid(text: &str) -> bool {
    if text.len() != 15 || !text.is_ascii() {
        return false;
    }
    let body = match &text[5..7] {
        "2A" => format!("{}19{}", &text[..5], &text[7..13]),
        "2B" => format!("{}18{}", &text[..5], &text[7..13]),
        _ => text[..13].to_owned(),
    };
    match (body.parse::<u64>(), text[13..].parse::<u64>()) {
        (Ok(number), Ok(key)) => body.bytes().all(|digit| digit.is_ascii_digit()) && key == 97 - number % 97,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_checked_in_corsica_too() {
        assert!(nir_is_valid("255081416802538"));
        assert!(!nir_is_valid("255081416802537"));
        assert!(nir_is_valid(&corsican()));
        assert!(!nir_is_valid("25508141680253"));
        assert!(!nir_is_valid("25508+416802538"));
    }

    fn corsican() -> String {
        let number = 1_000_119_001_001_u64;
        format!("100012A001001{:02}", 97 - number % 97)
    }
}
