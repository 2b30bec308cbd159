//! Replaces text: what every method has in common.

use super::identity::Seat;
use super::method::Method;
use super::recent::Memory;
use super::{Fault, Row, Scope};
use super::{bank, choice, codes, image, national, network, phone, secret, suffix, uuid, web};
use crate::key::Prf;
use crate::kind::Kind;
use crate::leak::{Category, Recorder};
use crate::pattern::scramble;
use crate::spec::Spec;

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

impl TextMasker {
    /// Compiles a spec.
    pub(crate) fn compile(spec: &Spec, scope: &Scope<'_>) -> Self {
        let limit = spec.max_length.and_then(|limit| usize::try_from(limit).ok());
        let cramped = spec.unique && limit.is_some_and(|limit| limit < suffix::shortest(spec.kind));
        let method = if cramped {
            Method::Shape
        } else {
            Method::compile(spec, scope)
        };
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
            Method::Uuid(prf) => return uuid::mask_text(prf, core, out),
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
