//! The ways to replace a text, and which one a spec asks for.

use super::amount::Amount;
use super::document::DocumentMasker;
use super::moment::Moments;
use super::{Condition, Scope, TextMasker};
use super::{choice, coordinates, email, expression, name, place, prose, regex, scrub, web};
use crate::key::Prf;
use crate::kind::Kind;
use crate::spec::Spec;
use crate::words::Words;

/// A way to replace a text.
pub(super) enum Method {
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
    pub(super) fn repeats(&self) -> bool {
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

    /// What replaces the values of a spec.
    pub(super) fn compile(spec: &Spec, scope: &Scope<'_>) -> Self {
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
            Kind::Email | Kind::Username => Self::Email(email::Emails {
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
            Kind::Name | Kind::FirstName | Kind::LastName => Self::Name(name::Names {
                first: key.derive(Kind::FirstName.label()),
                last: key.derive(Kind::LastName.label()),
                whole: prf,
                words,
                part: spec.kind,
                unique: spec.unique,
            }),
            Kind::PostCode if spec.unique => Self::Shape,
            Kind::Address | Kind::Street | Kind::City | Kind::PostCode | Kind::Company => Self::Place(place::Places {
                kind: spec.kind,
                unique: spec.unique,
                words,
                whole: prf,
                street: key.derive(Kind::Address.label()),
                city: key.derive(Kind::City.label()),
                code: key.derive(Kind::PostCode.label()),
                prose: key.derive(Kind::Text.label()),
            }),
            Kind::Phone => Self::Phone(prf),
            Kind::Financial | Kind::Noise | Kind::Round => Self::Amount(Amount::compile(spec, prf)),
            Kind::Date | Kind::BirthDate | Kind::ShiftDate | Kind::TruncateDate => {
                Self::Moment(Box::new(Moments::compile(spec, prf, scope)))
            }
            Kind::AgeBand => Self::Age(Box::new(Moments::compile(spec, prf, scope)), Amount::compile(spec, prf)),
            Kind::Text if spec.unique || spec.preserve_format => Self::Shape,
            Kind::Text => Self::Prose(prose::Prose { prf, words }),
            Kind::Scrub => Self::Scrub(Box::new(scrub::Scrub::compile(spec, scope))),
            Kind::Uuid => Self::Uuid(prf),
            Kind::Ip => Self::Ip(prf),
            Kind::Iban => Self::Iban(prf),
            Kind::Siren | Kind::Siret | Kind::Nir => {
                // A SIRET starts with a SIREN: one key, so that both columns of a company still agree.
                let family = if spec.kind == Kind::Siret {
                    Kind::Siren
                } else {
                    spec.kind
                };
                Self::National(spec.kind, key.derive(family.label()))
            }
            Kind::Card | Kind::Vat | Kind::Bic | Kind::LicensePlate | Kind::Mac => {
                Self::Code(spec.kind, prf, key.derive(Kind::Siren.label()))
            }
            Kind::Url => Self::Web(spec.kind, web(spec.flag("keepHost"))),
            Kind::Host | Kind::UserAgent | Kind::FileName => Self::Web(spec.kind, web(false)),
            Kind::Gender | Kind::Initials | Kind::JobTitle | Kind::Country | Kind::Department => {
                Self::Choice(spec.kind, prf, words)
            }
            Kind::Pick => Self::Pick(choice::Picks::compile(spec), prf),
            Kind::Flag => Self::Flag {
                prf,
                share: choice::millionths(spec.number("share").unwrap_or(0.5)),
                subject: spec.text("subject").map_or(usize::MAX, |column| scope.column(column)),
                current: None,
            },
            Kind::Password => Self::Password(spec.text("scheme").unwrap_or("original").to_owned()),
            Kind::Token => match spec.text("mode") {
                Some("empty") => Self::Constant(String::new()),
                Some("null") => Self::Null,
                _ => Self::Shape,
            },
            Kind::Hash => Self::Digest {
                prf,
                prefix: spec.text("prefix").unwrap_or_default().to_owned(),
                length: spec.count("length").unwrap_or(32),
            },
            Kind::FormatPreserving => Self::Middle {
                prf,
                first: spec.count("keepFirst").unwrap_or(0),
                last: spec.count("keepLast").unwrap_or(0),
            },
            Kind::MaskCharacters => Self::Stars {
                first: spec.count("keepFirst").unwrap_or(0),
                last: spec.count("keepLast").unwrap_or(0),
                character: spec
                    .text("character")
                    .and_then(|text| text.chars().next())
                    .unwrap_or('*'),
            },
            Kind::Redact => Self::Constant(spec.text("mark").unwrap_or("[redacted]").to_owned()),
            Kind::Empty => Self::Constant(String::new()),
            Kind::Coordinates => Self::Coordinates(coordinates::Coordinates::compile(spec, prf)),
            Kind::Regex => Self::Regex(regex::Shape::compile(spec.text("pattern").unwrap_or_default(), prf)),
            Kind::Template => Self::Template(Box::new(expression::Template::compile(spec, words, prf, scope))),
            Kind::Image => Self::Image,
            Kind::Chain => Self::Chain(
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
            Kind::Identifier => Self::Shape,
            Kind::Json | Kind::Xml | Kind::Hstore => Self::Document(Box::new(DocumentMasker::compile(spec, scope))),
            Kind::Null => Self::Null,
            Kind::Constant => Self::Constant(spec.constant.clone().unwrap_or_default()),
            // Between rows, by a program, attribute by attribute: the column's business.
            Kind::Keep | Kind::Shuffle | Kind::External | Kind::Composite => Self::Keep,
        }
    }
}
