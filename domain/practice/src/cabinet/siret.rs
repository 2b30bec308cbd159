//! The registration number of a French establishment.

/// Fourteen digits whose weighted sum (every second digit from the right doubled, digits of the result added) is a
/// multiple of ten. Of most establishments of La Poste (356000000) the plain sum is a multiple of five instead.
pub fn siret_is_valid(text: &str) -> bool {
    if text.len() != 14 || !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return false;
    }
    let digits = || text.bytes().map(|digit| u32::from(digit - b'0'));
    let weighted: u32 = digits()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) => doubled / 10 + doubled % 10,
        })
        .sum();
    weighted.is_multiple_of(10) || text.starts_with("356000000") && digits().sum::<u32>().is_multiple_of(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_digit_is_noticed_wherever_it_is() {
        let right = "73282932000074";
        assert!(siret_is_valid(right));
        for place in 0..14 {
            let mut wrong = right.as_bytes().to_vec();
            wrong[place] = b'0' + (wrong[place] - b'0' + 1) % 10;
            assert!(!siret_is_valid(std::str::from_utf8(&wrong).unwrap()), "digit {place}");
        }
        assert!(!siret_is_valid("7328293200007"));
        assert!(!siret_is_valid("7328293200007x"));
    }

    #[test]
    fn la_poste_has_a_rule_of_its_own() {
        assert!(siret_is_valid("35600000000048"), "its seat keeps to the common one");
        assert!(siret_is_valid("35600000000047"));
        assert!(!siret_is_valid("35600000000049"));
    }
}
