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
mod method;
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
mod text;
mod uuid;
mod web;

use crate::kind::Kind;
use crate::spec::{JsonLeaf, Spec};

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
pub(crate) use text::TextMasker;
pub(crate) use uuid::permute as permute_uuid;

/// Why a value could not be masked; never the value.
pub(crate) type Fault = &'static str;

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
