//! What replaces what: one masker per kind, each a pure function of the original and a sub-key.
//!
//! [`TextMasker`] serves every value that is text, a JSON leaf included; [`amount`], [`moment`], [`network`] and
//! [`permute_uuid`] also serve the typed forms, so that a number means the same in `numeric` and in `text`.

pub(crate) mod amount;
mod bank;
mod email;
pub(crate) mod json;
pub(crate) mod moment;
mod name;
mod national;
pub(crate) mod network;
mod phone;
mod place;
mod prose;
mod suffix;

use crate::key::{MaskingKey, Prf};
use crate::kind::Kind;
use crate::leak::{Category, Recorder};
use crate::pattern::{permute_bits, scramble};
use crate::spec::Spec;
use crate::words::Words;
use amount::Amount;
use json::JsonMasker;
use moment::Moments;

pub(crate) use bank::valid_iban;
pub(crate) use phone::replace_integer as replace_phone_integer;

/// Why a value could not be masked; never the value.
pub(crate) type Fault = &'static str;

/// How often a replacement that does not fit, or equals the original, is drawn again.
const ATTEMPTS: u32 = 8;

/// Replaces text.
pub(crate) struct TextMasker {
    method: Method,
    shape: Prf,
    limit: Option<usize>,
    category: Option<Category>,
}

enum Method {
    Email(email::Emails),
    Name(name::Names),
    Phone(Prf),
    Place(place::Places),
    Amount(Amount),
    Moment(Moments),
    Prose(prose::Prose),
    Uuid(Prf),
    Ip(Prf),
    Iban(Prf),
    National(Kind, Prf),
    Shape,
    Constant(String),
    Json(Box<JsonMasker>),
}

impl TextMasker {
    /// Compiles a spec. [`Kind::Null`] has no text and is the caller's business; here it is an empty constant.
    pub(crate) fn compile(spec: &Spec, key: &MaskingKey) -> Self {
        let words = Words::of(spec.locale);
        let prf = key.derive(spec.kind.label());
        let limit = spec.max_length.and_then(|limit| usize::try_from(limit).ok());
        let cramped = spec.unique && limit.is_some_and(|limit| limit < suffix::shortest(spec.kind));
        let method = match spec.kind {
            _ if cramped => Method::Shape,
            Kind::Email | Kind::Username => Method::Email(email::Emails {
                prf,
                words,
                keep_domain: spec.preserve_format,
                login: spec.kind == Kind::Username,
                unique: spec.unique,
            }),
            Kind::Name | Kind::FirstName | Kind::LastName => Method::Name(name::Names {
                first: key.derive(Kind::FirstName.label()),
                last: key.derive(Kind::LastName.label()),
                whole: prf,
                words,
                part: spec.kind,
                unique: spec.unique,
            }),
            Kind::PostCode if spec.unique => Method::Shape,
            Kind::Address | Kind::City | Kind::PostCode | Kind::Company => Method::Place(place::Places {
                kind: spec.kind,
                unique: spec.unique,
                words,
                whole: prf,
                street: key.derive(Kind::Address.label()),
                city: key.derive(Kind::City.label()),
                code: key.derive(Kind::PostCode.label()),
                prose: key.derive(Kind::Text.label()),
            }),
            Kind::Phone => Method::Phone(prf),
            Kind::Financial => Method::Amount(Amount::compile(spec, prf)),
            Kind::Date | Kind::BirthDate => Method::Moment(Moments::compile(spec, prf)),
            Kind::Text if spec.unique || spec.preserve_format => Method::Shape,
            Kind::Text => Method::Prose(prose::Prose { prf, words }),
            Kind::Uuid => Method::Uuid(prf),
            Kind::Ip => Method::Ip(prf),
            Kind::Iban => Method::Iban(prf),
            Kind::Siren | Kind::Siret | Kind::Nir => {
                // A SIRET starts with a SIREN: one key, so that both columns of a company still agree.
                let family = if spec.kind == Kind::Siret {
                    Kind::Siren
                } else {
                    spec.kind
                };
                Method::National(spec.kind, key.derive(family.label()))
            }
            Kind::Identifier => Method::Shape,
            Kind::Json => Method::Json(Box::new(JsonMasker::compile(spec, key))),
            Kind::Null | Kind::Constant => Method::Constant(spec.constant.clone().unwrap_or_default()),
        };
        Self {
            method,
            shape: key.derive("shape"),
            limit,
            category: Category::of(spec.kind),
        }
    }

    /// Appends the replacement of `input`.
    ///
    /// Blank values and values without a letter or digit stay; surrounding white space stays.
    pub(crate) fn mask(&self, input: &str, out: &mut String, mut recorder: Option<&mut Recorder>) -> Result<(), Fault> {
        match &self.method {
            Method::Constant(value) => {
                out.push_str(value);
                return Ok(());
            }
            Method::Json(json) => return json.rewrite(input, out, recorder),
            _ => {}
        }
        let core = input.trim();
        let zero = matches!(&self.method, Method::Amount(amount) if amount.keeps(core));
        if zero || !core.chars().any(char::is_alphanumeric) {
            out.push_str(input);
            return Ok(());
        }
        let lead = input.len() - input.trim_start().len();
        let (lead, tail) = (&input[..lead], &input[lead + core.len()..]);
        out.push_str(lead);
        let start = out.len();
        let limit = self
            .limit
            .map(|limit| limit.saturating_sub(lead.chars().count() + tail.chars().count()));
        self.core(core, limit, out, start);
        if let (Some(recorder), Some(category)) = (&mut recorder, self.category) {
            recorder.record(category, core, &out[start..]);
        }
        out.push_str(tail);
        Ok(())
    }

    fn core(&self, core: &str, limit: Option<usize>, out: &mut String, start: usize) {
        for attempt in 0..ATTEMPTS {
            if !self.once(core, attempt, limit, out) {
                break;
            }
            let fits = limit.is_none_or(|limit| out.len() - start <= limit || out[start..].chars().count() <= limit);
            if fits && &out[start..] != core {
                return;
            }
            if !fits && attempt + 1 == ATTEMPTS {
                if let Some((end, _)) = limit.and_then(|limit| out[start..].char_indices().nth(limit)) {
                    out.truncate(start + end);
                }
                if &out[start..] != core && out.len() > start {
                    return;
                }
            }
            out.truncate(start);
        }
        out.truncate(start);
        scramble(&self.shape, core, out);
    }

    /// Appends one candidate; false when `core` has not the form of the kind.
    fn once(&self, core: &str, attempt: u32, limit: Option<usize>, out: &mut String) -> bool {
        match &self.method {
            Method::Email(emails) => emails.mask(core, attempt, limit, out),
            Method::Name(names) => names.mask(core, attempt, limit, out),
            Method::Phone(prf) => return phone::mask(prf, core, out),
            Method::Place(places) => places.mask(core, attempt, limit, out),
            Method::Amount(amount) => return amount.mask_text(core, out),
            Method::Moment(moments) => return moments.mask_text(core, out),
            Method::Prose(prose) => prose.mask(core, attempt, out),
            Method::Uuid(prf) => return mask_uuid_text(prf, core, out),
            Method::Ip(prf) => return network::mask_text(prf, core, out),
            Method::Iban(prf) => return bank::mask(prf, core, out),
            Method::National(kind, prf) => return national::mask(*kind, prf, core, out),
            Method::Shape | Method::Constant(_) | Method::Json(_) => return false,
        }
        true
    }
}

/// Permutes a UUID's 122 free bits; version and variant stay.
pub(crate) fn permute_uuid(prf: &Prf, uuid: u128) -> u128 {
    // Layout: 48 bits, 4 version bits, 12 bits, 2 variant bits, 62 bits.
    const VARIANT_AT: u32 = 62;
    const LOW: u128 = (1 << VARIANT_AT) - 1;
    const MIDDLE: u128 = 0xFFF;
    let fixed = uuid & ((0xF << 76) | (0b11 << VARIANT_AT));
    let free = (uuid & LOW) | ((uuid >> 64 & MIDDLE) << 62) | ((uuid >> 80) << 74);
    let free = permute_bits(prf, 122, free, 122);
    fixed | (free & LOW) | ((free >> 62 & MIDDLE) << 64) | ((free >> 74) << 80)
}

fn mask_uuid_text(prf: &Prf, core: &str, out: &mut String) -> bool {
    use std::fmt::Write;
    let bare = core
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(core);
    let mut value: u128 = 0;
    let mut digits = 0;
    for c in bare.chars() {
        if c == '-' {
            continue;
        }
        let Some(digit) = c.to_digit(16) else { return false };
        digits += 1;
        if digits > 32 {
            return false;
        }
        value = value << 4 | u128::from(digit);
    }
    if digits != 32 {
        return false;
    }
    // Writing to a String cannot fail.
    let mut hex = String::with_capacity(32);
    let _ = write!(hex, "{:032x}", permute_uuid(prf, value));
    let upper = bare.bytes().any(|byte| byte.is_ascii_uppercase());
    let mut hex = hex.chars();
    for c in core.chars() {
        if c.is_ascii_hexdigit() {
            let digit = hex.next().unwrap_or('0');
            out.push(if upper { digit.to_ascii_uppercase() } else { digit });
        } else {
            out.push(c);
        }
    }
    true
}
