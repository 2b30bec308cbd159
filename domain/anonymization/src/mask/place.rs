//! Addresses, towns, postal codes and companies.

use super::identity::{Seat, commune};
use super::name::push_in_case_of;
use super::prose::Prose;
use super::suffix;
use crate::key::{Draw, Prf};
use crate::kind::Kind;
use crate::pattern::scramble;
use crate::words::{Commune, Words, fold};
use std::fmt::Write;

/// Countries an address may end with: they stay.
const COUNTRIES: &[&str] = &[
    "france",
    "belgique",
    "belgium",
    "suisse",
    "switzerland",
    "luxembourg",
    "monaco",
    "uk",
    "usa",
    "allemagne",
    "germany",
    "espagne",
    "spain",
    "italie",
    "italy",
];

pub(super) struct Places {
    pub(super) kind: Kind,
    pub(super) unique: bool,
    pub(super) words: &'static Words,
    pub(super) whole: Prf,
    pub(super) street: Prf,
    pub(super) city: Prf,
    pub(super) code: Prf,
    pub(super) prose: Prf,
}

impl Places {
    pub(super) fn mask(&self, core: &str, attempt: u32, limit: Option<usize>, seat: Option<&Seat>, out: &mut String) {
        let start = out.len();
        match (seat.and_then(Seat::hash), self.kind) {
            (Some(hash), kind) if kind != Kind::Company && self.words.french => {
                self.push_entity(kind, core, hash, attempt, out);
            }
            (_, kind) => self.push_value(kind, core, attempt, out),
        }
        if self.unique {
            suffix::make_room(out, start, limit, suffix::WORD_LENGTH + 1);
            if out.len() > start {
                out.push(' ');
            }
            suffix::push_word(self.whole.hash(core.as_bytes()), false, out);
        }
    }

    /// A part of the address at which an entity lives.
    fn push_entity(&self, kind: Kind, core: &str, hash: u128, attempt: u32, out: &mut String) {
        let place = commune(hash, attempt);
        let mut draw = Draw::of(hash.rotate_left(17), attempt);
        let street = format!("{} {}", draw.below(120) + 1, draw.pick(self.words.streets));
        match kind {
            Kind::City => push_in_case_of(core, place.name, out),
            Kind::PostCode => out.push_str(place.post_code),
            Kind::Street => push_in_case_of(core, &street, out),
            _ => {
                let separator = if core.contains('\n') { "\n" } else { ", " };
                push_in_case_of(core, &street, out);
                out.push_str(separator);
                out.push_str(place.post_code);
                out.push(' ');
                push_in_case_of(core, place.name, out);
            }
        }
    }

    fn push_value(&self, kind: Kind, core: &str, attempt: u32, out: &mut String) {
        match kind {
            Kind::Street if !core.contains([',', '\n']) => self.push_street(core, attempt, out),
            Kind::City => self.push_city(core, attempt, out),
            Kind::PostCode => self.push_code(core, attempt, out),
            Kind::Company => self.push_company(core, attempt, out),
            _ => self.push_address(core, attempt, out),
        }
    }

    fn push_city(&self, city: &str, attempt: u32, out: &mut String) {
        if self.words.french {
            push_in_case_of(city, self.commune(city, attempt).name, out);
            return;
        }
        let key = key_of(city);
        let mut draw = self.city.draw(key.as_bytes(), attempt);
        let mut chosen = draw.pick(self.words.cities);
        while key_of(chosen) == key {
            chosen = draw.pick(self.words.cities);
        }
        push_in_case_of(city, chosen, out);
    }

    /// The commune that stands for a town, in a column of its own and inside an address alike.
    fn commune(&self, city: &str, attempt: u32) -> &'static Commune {
        let key = key_of(city);
        let hash = self.city.hash(key.as_bytes());
        let mut chosen = commune(hash, attempt);
        for again in 1..16 {
            if key_of(chosen.name) != key {
                break;
            }
            chosen = commune(hash, attempt + 100 * again);
        }
        chosen
    }

    /// A French postal code becomes another plausible one; any other form keeps its shape.
    fn push_code(&self, code: &str, attempt: u32, out: &mut String) {
        if is_post_code(code) {
            let hash = self.code.hash(code.as_bytes());
            let chosen = (0..16)
                .map(|again| commune(hash, attempt + 100 * again).post_code)
                .find(|chosen| *chosen != code);
            out.push_str(chosen.unwrap_or("75001"));
        } else {
            scramble(&self.code, code, out);
        }
    }

    fn push_company(&self, company: &str, attempt: u32, out: &mut String) {
        let key = key_of(company);
        let mut draw = self.whole.draw(key.as_bytes(), attempt);
        let mut chosen = String::new();
        for _ in 0..16 {
            chosen.clear();
            chosen.push_str(draw.pick(self.words.last));
            chosen.push(' ');
            chosen.push_str(draw.pick(self.words.company_forms));
            if key_of(&chosen) != key {
                break;
            }
        }
        push_in_case_of(company, &chosen, out);
    }

    /// Lines and comma-separated parts one by one: a street, a postal code with its town, something else.
    fn push_address(&self, address: &str, attempt: u32, out: &mut String) {
        let parts = address.split(['\n', ',']).count();
        let mut rest = address;
        for index in 0..parts {
            let end = rest.find(['\n', ',']).unwrap_or(rest.len());
            let (part, after) = rest.split_at(end);
            let core = part.trim();
            let lead = part.len() - part.trim_start().len();
            out.push_str(&part[..lead]);
            self.push_part(core, index, index + 1 == parts, attempt, out);
            out.push_str(&part[lead + core.len()..]);
            let mut separator = after.chars();
            out.extend(separator.next());
            rest = separator.as_str();
        }
    }

    fn push_part(&self, part: &str, index: usize, last: bool, attempt: u32, out: &mut String) {
        if !part.chars().any(char::is_alphanumeric) {
            out.push_str(part);
            return;
        }
        if index > 0 && COUNTRIES.contains(&key_of(part).as_str()) {
            out.push_str(part);
            return;
        }
        if let Some((before, code, after)) = find_post_code(part) {
            if before.chars().any(|c| c.is_ascii_digit()) {
                self.push_street(before.trim(), attempt, out);
                out.push(' ');
            }
            let town = if after.trim().is_empty() {
                before.trim()
            } else {
                after.trim()
            };
            if !town.chars().any(char::is_alphabetic) {
                self.push_code(code, attempt, out);
            } else if self.words.french {
                // Code and town belong together.
                let place = self.commune(town, attempt);
                out.push_str(place.post_code);
                out.push(' ');
                push_in_case_of(town, place.name, out);
            } else {
                self.push_code(code, attempt, out);
                out.push(' ');
                self.push_city(town, attempt, out);
            }
        } else if index == 0 || part.starts_with(|c: char| c.is_ascii_digit()) {
            self.push_street(part, attempt, out);
        } else if last {
            self.push_city(part, attempt, out);
        } else {
            let prose = Prose {
                prf: self.prose,
                words: self.words,
            };
            prose.mask(part, attempt, out);
        }
    }

    fn push_street(&self, street: &str, attempt: u32, out: &mut String) {
        let key = key_of(street);
        let mut draw = self.street.draw(key.as_bytes(), attempt);
        let mut chosen = draw.pick(self.words.streets);
        while key.ends_with(&key_of(chosen)) {
            chosen = draw.pick(self.words.streets);
        }
        if street.starts_with(|c: char| c.is_ascii_digit()) {
            let _ = write!(out, "{} ", draw.below(120) + 1);
        }
        push_in_case_of(street, chosen, out);
    }
}

fn key_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).map(fold).collect()
}

fn is_post_code(text: &str) -> bool {
    text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The five digits that stand alone in `part`, with what is before and after.
fn find_post_code(part: &str) -> Option<(&str, &str, &str)> {
    let mut at = 0;
    for token in part.split(' ') {
        if is_post_code(token) {
            return Some((&part[..at], token, &part[at + token.len()..]));
        }
        at += token.len() + 1;
    }
    None
}
