//! What replaces what: one masker per kind, each a pure function of the original and a sub-key.
//!
//! [`TextMasker`] serves every value that is text, a leaf of a document included; [`amount`], [`moment`], [`network`] and
//! [`permute_uuid`] also serve the typed forms, so that a number means the same in `numeric` and in `text`. What depends
//! on the rest of the row (an entity, a subject, a condition) is read by `bind` before the row's values are masked.

pub(crate) mod amount;
mod bank;
mod choice;
mod codes;
mod coordinates;
pub(crate) mod document;
mod email;
mod expression;
mod identity;
mod image;
pub(crate) mod moment;
mod name;
mod national;
pub(crate) mod network;
mod phone;
mod place;
mod prose;
mod recent;
mod regex;
mod scope;
mod scrub;
mod secret;
mod suffix;
mod web;

use crate::key::Prf;
use crate::kind::Kind;
use crate::leak::{Category, Recorder};
use crate::pattern::{permute_bits, scramble};
use crate::spec::{JsonLeaf, Spec};
use crate::words::Words;
use amount::Amount;
use document::DocumentMasker;
use identity::Seat;
use moment::Moments;
use recent::Memory;

pub(crate) use bank::valid_iban;
pub(crate) use codes::mac_bits;
pub(crate) use expression::{
    Condition, check_condition, check_template, condition_columns, template_columns, template_is_unique,
    template_new_columns,
};
pub(crate) use image::replace as replace_image;
pub(crate) use phone::replace_integer as replace_phone_integer;
pub(crate) use recent::Memories;
pub(crate) use regex::check_pattern;
pub(crate) use scope::{Row, Scope, plain_scope};
pub(crate) use secret::TEST_PASSWORD;

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
    /// The entity the value belongs to.
    seat: Option<Seat>,
    /// The replacement may equal the original: there are few, or it says less than the original.
    coarse: bool,
    /// Replacements made lately, where they depend on the value alone and values come again.
    memory: Option<Memory>,
}

enum Method {
    Email(email::Emails),
    Name(name::Names),
    Phone(Prf),
    Place(place::Places),
    Amount(Amount),
    Moment(Box<Moments>),
    /// A date where there is one, else a number.
    Age(Box<Moments>, Amount),
    Prose(prose::Prose),
    Uuid(Prf),
    Ip(Prf),
    Iban(Prf),
    National(Kind, Prf),
    Code(Kind, Prf, Prf),
    Web(Kind, Box<web::Web>),
    Choice(Kind, Prf, &'static Words),
    Pick(choice::Picks, Prf),
    Flag {
        prf: Prf,
        /// Millionths of yes.
        share: u64,
        subject: usize,
        current: Option<String>,
    },
    Password(String),
    Digest {
        prf: Prf,
        prefix: String,
        length: usize,
    },
    Middle {
        prf: Prf,
        first: usize,
        last: usize,
    },
    Stars {
        first: usize,
        last: usize,
        character: char,
    },
    Coordinates(coordinates::Coordinates),
    Regex(regex::Shape),
    Template(Box<expression::Template>),
    Scrub(Box<scrub::Scrub>),
    Image,
    Chain(Vec<(Option<Condition>, TextMasker)>),
    Shape,
    Constant(String),
    Null,
    Keep,
    Document(Box<DocumentMasker>),
}

impl Method {
    /// True when a replacement depends on the value alone, and values are short and come again.
    fn repeats(&self) -> bool {
        matches!(
            self,
            Self::Email(_)
                | Self::Name(_)
                | Self::Phone(_)
                | Self::Place(_)
                | Self::Prose(_)
                | Self::Iban(_)
                | Self::National(..)
                | Self::Code(..)
                | Self::Web(..)
                | Self::Choice(..)
        )
    }
}

impl TextMasker {
    /// Compiles a spec.
    pub(crate) fn compile(spec: &Spec, scope: &Scope<'_>) -> Self {
        let limit = spec.max_length.and_then(|limit| usize::try_from(limit).ok());
        let cramped = spec.unique && limit.is_some_and(|limit| limit < suffix::shortest(spec.kind));
        let method = if cramped { Method::Shape } else { method(spec, scope) };
        Self {
            memory: scope
                .memories
                .filter(|_| spec.entity.is_none() && method.repeats())
                .map(|memories| memories.of(spec)),
            method,
            shape: scope.key.derive("shape"),
            limit,
            category: Category::of(spec.kind),
            seat: spec.entity.as_ref().map(|entity| Seat::compile(entity, scope)),
            coarse: is_coarse(spec.kind),
        }
    }

    /// Reads what replacements need to know of the row.
    pub(crate) fn bind(&mut self, row: &dyn Row) -> Result<(), Fault> {
        if let Some(seat) = &mut self.seat {
            seat.bind(row)?;
        }
        match &mut self.method {
            Method::Moment(moments) | Method::Age(moments, _) => moments.bind(row)?,
            Method::Template(template) => template.bind(row)?,
            Method::Document(document) => document.bind(row)?,
            Method::Flag { subject, current, .. } => {
                *current = row.original(*subject)?.map(std::borrow::Cow::into_owned);
            }
            Method::Chain(cases) => {
                for (condition, masker) in cases {
                    if let Some(condition) = condition {
                        condition.bind(row)?;
                    }
                    masker.bind(row)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Appends the replacement of `input`; `Ok(false)` means NULL.
    ///
    /// Blank values and values without a letter or digit stay; surrounding white space stays.
    pub(crate) fn mask(
        &self,
        input: &str,
        out: &mut String,
        mut recorder: Option<&mut Recorder>,
    ) -> Result<bool, Fault> {
        match &self.method {
            Method::Null => return Ok(false),
            Method::Keep => {
                out.push_str(input);
                return Ok(true);
            }
            Method::Constant(value) => {
                out.push_str(value);
                return Ok(true);
            }
            Method::Document(document) => return document.rewrite(input, out, recorder).map(|()| true),
            Method::Scrub(scrub) => return scrub.mask(input, out, recorder).map(|()| true),
            Method::Chain(cases) => {
                for (condition, masker) in cases {
                    if condition
                        .as_ref()
                        .map_or(Ok(true), |condition| condition.holds(Some(input)))?
                    {
                        return masker.mask(input, out, recorder);
                    }
                }
                out.push_str(input);
                return Ok(true);
            }
            Method::Template(template) => {
                let start = out.len();
                template.mask(input.trim(), 0, self.seat.as_ref(), out)?;
                if &out[start..] == input.trim() {
                    out.truncate(start);
                    template.mask(input.trim(), 1, self.seat.as_ref(), out)?;
                }
                return Ok(true);
            }
            Method::Flag {
                prf, share, current, ..
            } => {
                let subject = current.as_deref().unwrap_or(input);
                let yes = prf.draw(subject.as_bytes(), 0).below(1_000_000) < *share;
                choice::push_flag(input, yes, out);
                return Ok(true);
            }
            _ => {}
        }
        let core = input.trim();
        let zero = matches!(&self.method, Method::Amount(amount) if amount.keeps(core));
        if zero || !core.chars().any(char::is_alphanumeric) {
            out.push_str(input);
            return Ok(true);
        }
        // Space around a value leaves less room for it.
        let memory = self.memory.as_ref().filter(|_| core.len() == input.len());
        if memory.is_some_and(|memory| memory.find(core, out)) {
            return Ok(true);
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
        if let Some(memory) = memory {
            memory.keep(core, &out[start..]);
        }
        out.push_str(tail);
        Ok(true)
    }

    fn core(&self, core: &str, limit: Option<usize>, out: &mut String, start: usize) {
        for attempt in 0..ATTEMPTS {
            if !self.once(core, attempt, limit, out) {
                break;
            }
            let fits = limit.is_none_or(|limit| out.len() - start <= limit || out[start..].chars().count() <= limit);
            if fits && (self.coarse || &out[start..] != core) {
                return;
            }
            if !fits && (attempt + 1 == ATTEMPTS || self.coarse) {
                if let Some((end, _)) = limit.and_then(|limit| out[start..].char_indices().nth(limit)) {
                    out.truncate(start + end);
                }
                if (self.coarse || &out[start..] != core) && out.len() > start {
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
        let seat = self.seat.as_ref();
        match &self.method {
            Method::Email(emails) => emails.mask(core, attempt, limit, seat, out),
            Method::Name(names) => {
                let identity = seat.and_then(|seat| seat.identity(attempt, names.words));
                names.mask(core, attempt, limit, identity, out);
            }
            Method::Phone(prf) => return phone::mask(prf, core, out),
            Method::Place(places) => places.mask(core, attempt, limit, seat, out),
            Method::Amount(amount) => return amount.mask_text(core, out),
            Method::Moment(moments) => return moments.mask_text(core, out),
            Method::Age(moments, amount) => return moments.mask_text(core, out) || amount.mask_text(core, out),
            Method::Prose(prose) => prose.mask(core, attempt, out),
            Method::Uuid(prf) => return mask_uuid_text(prf, core, out),
            Method::Ip(prf) => return network::mask_text(prf, core, out),
            Method::Iban(prf) => return bank::mask(prf, core, out),
            Method::National(kind, prf) => return national::mask(*kind, prf, core, out),
            Method::Code(kind, prf, companies) => return codes::mask(*kind, prf, companies, core, out),
            Method::Web(Kind::UserAgent, web) => web.agent(core, attempt, out),
            Method::Web(Kind::Host, web) => web.host(core, attempt, out),
            Method::Web(Kind::FileName, web) => web::file(web, core, attempt, out),
            Method::Web(_, web) => return web.url(core, attempt, out),
            Method::Choice(Kind::Gender, prf, words) => return choice::gender(prf, seat, words, core, out),
            Method::Choice(Kind::Initials, prf, words) => choice::initials(prf, seat, words, core, attempt, out),
            Method::Choice(Kind::JobTitle, prf, words) => choice::job(prf, words, core, attempt, out),
            Method::Choice(Kind::Country, prf, words) => choice::country(prf, words.french, seat, core, attempt, out),
            Method::Choice(_, prf, _) => choice::department(prf, seat, core, attempt, out),
            Method::Pick(picks, prf) => out.push_str(picks.pick(prf, core)),
            Method::Password(scheme) => out.push_str(secret::password(scheme, core)),
            Method::Digest { prf, prefix, length } => secret::digest(prf, core, prefix, *length, out),
            Method::Middle { prf, first, last } => codes::permute_middle(prf, core, *first, *last, out),
            Method::Stars { first, last, character } => push_stars(core, *first, *last, *character, out),
            Method::Coordinates(coordinates) => return coordinates.mask(core, attempt, out),
            Method::Regex(shape) => shape.mask(core, attempt, out),
            Method::Image => return image::mask_text(core, out),
            Method::Shape
            | Method::Constant(_)
            | Method::Null
            | Method::Keep
            | Method::Document(_)
            | Method::Chain(_)
            | Method::Scrub(_)
            | Method::Flag { .. }
            | Method::Template(_) => return false,
        }
        true
    }
}

/// True for kinds with few results, and for those whose result says less than the original.
fn is_coarse(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Round
            | Kind::AgeBand
            | Kind::TruncateDate
            | Kind::Noise
            | Kind::Gender
            | Kind::Pick
            | Kind::Redact
            | Kind::MaskCharacters
            | Kind::Password
            | Kind::Image
            | Kind::Regex
            | Kind::Coordinates
            | Kind::Hash
    )
}

fn method(spec: &Spec, scope: &Scope<'_>) -> Method {
    let key = scope.key;
    let words = Words::of(spec.locale);
    let prf = key.derive(spec.kind.label());
    let web = |keep_host| {
        Box::new(web::Web {
            // A URL's host becomes what the host alone becomes.
            prf: key.derive(Kind::Host.label()),
            prose: key.derive(Kind::Text.label()),
            words,
            keep_host,
            unique: spec.unique,
        })
    };
    match spec.kind {
        Kind::Email | Kind::Username => Method::Email(email::Emails {
            prf,
            words,
            domain: match spec.text("domain") {
                Some("keep") => email::Domain::Keep,
                Some(domain) => email::Domain::Fixed(domain.trim_start_matches('@').to_lowercase()),
                None if spec.preserve_format => email::Domain::Keep,
                None => email::Domain::Safe,
            },
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
        Kind::Address | Kind::Street | Kind::City | Kind::PostCode | Kind::Company => Method::Place(place::Places {
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
        Kind::Financial | Kind::Noise | Kind::Round => Method::Amount(Amount::compile(spec, prf)),
        Kind::Date | Kind::BirthDate | Kind::ShiftDate | Kind::TruncateDate => {
            Method::Moment(Box::new(Moments::compile(spec, prf, scope)))
        }
        Kind::AgeBand => Method::Age(Box::new(Moments::compile(spec, prf, scope)), Amount::compile(spec, prf)),
        Kind::Text if spec.unique || spec.preserve_format => Method::Shape,
        Kind::Text => Method::Prose(prose::Prose { prf, words }),
        Kind::Scrub => Method::Scrub(Box::new(scrub::Scrub::compile(spec, scope))),
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
        Kind::Card | Kind::Vat | Kind::Bic | Kind::LicensePlate | Kind::Mac => {
            Method::Code(spec.kind, prf, key.derive(Kind::Siren.label()))
        }
        Kind::Url => Method::Web(spec.kind, web(spec.flag("keepHost"))),
        Kind::Host | Kind::UserAgent | Kind::FileName => Method::Web(spec.kind, web(false)),
        Kind::Gender | Kind::Initials | Kind::JobTitle | Kind::Country | Kind::Department => {
            Method::Choice(spec.kind, prf, words)
        }
        Kind::Pick => Method::Pick(choice::Picks::compile(spec), prf),
        Kind::Flag => Method::Flag {
            prf,
            share: choice::millionths(spec.number("share").unwrap_or(0.5)),
            subject: spec.text("subject").map_or(usize::MAX, |column| scope.column(column)),
            current: None,
        },
        Kind::Password => Method::Password(spec.text("scheme").unwrap_or("original").to_owned()),
        Kind::Token => match spec.text("mode") {
            Some("empty") => Method::Constant(String::new()),
            Some("null") => Method::Null,
            _ => Method::Shape,
        },
        Kind::Hash => Method::Digest {
            prf,
            prefix: spec.text("prefix").unwrap_or_default().to_owned(),
            length: spec.count("length").unwrap_or(32),
        },
        Kind::FormatPreserving => Method::Middle {
            prf,
            first: spec.count("keepFirst").unwrap_or(0),
            last: spec.count("keepLast").unwrap_or(0),
        },
        Kind::MaskCharacters => Method::Stars {
            first: spec.count("keepFirst").unwrap_or(0),
            last: spec.count("keepLast").unwrap_or(0),
            character: spec
                .text("character")
                .and_then(|text| text.chars().next())
                .unwrap_or('*'),
        },
        Kind::Redact => Method::Constant(spec.text("mark").unwrap_or("[redacted]").to_owned()),
        Kind::Empty => Method::Constant(String::new()),
        Kind::Coordinates => Method::Coordinates(coordinates::Coordinates::compile(spec, prf)),
        Kind::Regex => Method::Regex(regex::Shape::compile(spec.text("pattern").unwrap_or_default(), prf)),
        Kind::Template => Method::Template(Box::new(expression::Template::compile(spec, words, prf, scope))),
        Kind::Image => Method::Image,
        Kind::Chain => Method::Chain(
            spec.cases
                .iter()
                .map(|case| {
                    let condition = case.when.as_deref().map(|when| Condition::compile(when, scope));
                    let mut inner = case.spec.clone();
                    inner.unique |= spec.unique;
                    inner.max_length = inner.max_length.or(spec.max_length);
                    (condition, TextMasker::compile(&inner, scope))
                })
                .collect(),
        ),
        Kind::Identifier => Method::Shape,
        Kind::Json | Kind::Xml | Kind::Hstore => Method::Document(Box::new(DocumentMasker::compile(spec, scope))),
        Kind::Null => Method::Null,
        Kind::Constant => Method::Constant(spec.constant.clone().unwrap_or_default()),
        // Between rows, by a program, attribute by attribute: the column's business.
        Kind::Keep | Kind::Shuffle | Kind::External | Kind::Composite => Method::Keep,
    }
}

/// Appends `core` with its letters and digits hidden, except some characters at the ends.
fn push_stars(core: &str, first: usize, last: usize, character: char, out: &mut String) {
    let count = core.chars().count();
    // Keeping everything would hide nothing.
    let (first, last) = if first + last >= count { (0, 0) } else { (first, last) };
    out.extend(core.chars().enumerate().map(|(at, c)| {
        let hidden = c.is_alphanumeric() && at >= first && at < count - last;
        if hidden { character } else { c }
    }));
}

/// The leaf with which a structure's examples are shown.
pub(crate) fn sample_leaf(kind: Kind) -> Option<JsonLeaf> {
    let path = match kind {
        Kind::Json => "$.email",
        Kind::Xml => "/p/email",
        Kind::Hstore => "email",
        _ => return None,
    };
    Some(JsonLeaf {
        path: path.to_owned(),
        spec: Some(Spec::new(Kind::Email)),
    })
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
