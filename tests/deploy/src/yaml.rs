//! YAML with CloudFormation's short forms, as the JSON that CloudFormation itself would see.

use crate::error::Error;
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// Parses a document; `!Ref x` becomes `{"Ref": "x"}`, `!GetAtt a.b` becomes `{"Fn::GetAtt": ["a", "b"]}`.
pub(crate) fn parse(text: &str) -> Result<Value, Error> {
    let documents = Yaml::load_from_str(text).map_err(|error| Error::Syntax(error.to_string()))?;
    match documents.as_slice() {
        [document] => convert(document),
        others => Err(Error::Syntax(format!("{} documents in one file", others.len()))),
    }
}

fn convert(node: &Yaml<'_>) -> Result<Value, Error> {
    Ok(match node {
        Yaml::Value(scalar) => of_scalar(scalar),
        Yaml::Sequence(items) => Value::Array(items.iter().map(convert).collect::<Result<_, _>>()?),
        Yaml::Mapping(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                let key = match convert(key)? {
                    Value::String(key) => key,
                    other => other.to_string(),
                };
                if object.insert(key.clone(), convert(value)?).is_some() {
                    return Err(Error::Syntax(format!("{key} stands twice")));
                }
            }
            Value::Object(object)
        }
        Yaml::Tagged(tag, node) => short_form(&tag.suffix, &convert(node)?),
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            return Err(Error::Syntax("CloudFormation knows no aliases".to_owned()));
        }
    })
}

fn of_scalar(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => json!(value),
        Scalar::Integer(value) => json!(value),
        Scalar::FloatingPoint(value) => json!(value.0),
        Scalar::String(value) => json!(value),
    }
}

fn short_form(tag: &str, value: &Value) -> Value {
    match (tag, value) {
        ("Ref" | "Condition", _) => json!({ tag: value }),
        ("GetAtt", Value::String(path)) => {
            let parts: Vec<&str> = path.splitn(2, '.').collect();
            json!({ "Fn::GetAtt": parts })
        }
        _ => json!({ format!("Fn::{tag}"): value }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_become_long_ones() {
        let parsed =
            parse("{a: !Ref b, c: !GetAtt d.Arn, e: !If [f, !Sub 'g-${h}', 1], i: !GetAtt [!Sub j, Arn]}").unwrap();
        let long = json!({
            "a": {"Ref": "b"},
            "c": {"Fn::GetAtt": ["d", "Arn"]},
            "e": {"Fn::If": ["f", {"Fn::Sub": "g-${h}"}, 1]},
            "i": {"Fn::GetAtt": [{"Fn::Sub": "j"}, "Arn"]},
        });
        assert_eq!(parsed, long);
    }

    #[test]
    fn a_key_that_stands_twice_is_an_error() {
        assert!(parse("{a: 1, a: 2}").is_err());
    }
}
