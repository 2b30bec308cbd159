//! Phone numbers that were valid stay valid, by the tables that phones themselves use.
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use crate::support::mask_one;
use nova_anonymization::{Kind, Spec};

fn is_valid(text: &str) -> bool {
    let region = text.starts_with('0').then_some(phonenumber::country::Id::FR);
    phonenumber::parse(region, text).is_ok_and(|number| number.is_valid())
}

#[test]
fn valid_numbers_stay_valid_in_their_country_and_form() {
    let mut checked = 0;
    for (start, digits) in [
        ("01 42 ", 6),
        ("02 98 ", 6),
        ("03 88 ", 6),
        ("04 91 ", 6),
        ("05 56 ", 6),
        ("06 12 ", 6),
        ("07 61 ", 6),
        ("09 72 ", 6),
        ("+33 6 1", 7),
        ("+33 1 4", 7),
        ("+32 475 ", 6),
        ("+32 2 5", 6),
        ("+41 79 ", 7),
        ("+41 44 ", 7),
        ("+352 621 ", 6),
        ("+49 151 ", 8),
        ("+49 30 ", 8),
        ("+44 7911 ", 6),
        ("+44 20 79", 6),
        ("+34 612 ", 6),
        ("+34 91 ", 7),
        ("+39 347 ", 7),
        ("+39 06 69", 6),
        ("+31 6 1", 7),
        ("+351 912 ", 6),
        ("+1 212 5", 6),
        ("+1 415 6", 6),
        ("+1 514 3", 6),
        ("+212 661", 6),
        ("+216 20 ", 6),
        ("+213 551 ", 6),
        ("+221 77 ", 7),
        ("+61 412 ", 6),
        ("+81 90 ", 8),
        ("+86 138 ", 8),
        ("+55 11 9", 8),
        ("+91 98", 8),
        ("+48 512 ", 6),
        ("+46 70 ", 7),
        ("+353 87 ", 7),
        ("+30 691 ", 7),
        ("+40 721 ", 6),
        ("+380 67 ", 7),
    ] {
        for sample in 0..6u64 {
            let rest = (sample * 1_357_913 + 2_468_135) % 10u64.pow(digits);
            let number = format!("{start}{rest:0width$}", width = digits as usize);
            if !is_valid(&number) {
                continue;
            }
            checked += 1;
            let masked = mask_one(&Spec::new(Kind::Phone), &number);
            assert!(is_valid(&masked), "{number} became {masked}");
            assert_ne!(number, masked);
            let shape = |text: &str| {
                text.chars()
                    .map(|c| if c.is_ascii_digit() { '0' } else { c })
                    .collect::<String>()
            };
            assert_eq!(shape(&number), shape(&masked));
        }
    }
    assert!(checked > 150, "only {checked} numbers were valid to begin with");
}
