//! The template, unrolled.

use crate::{error::Error, expand::expand, function::Function, yaml};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The template with its loops unrolled, its mappings looked up and its globals merged into the functions.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    root: Value,
}

impl Template {
    /// The committed template.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn committed() -> Result<Self, Error> {
        Self::parse(&fs::read_to_string(Self::path())?)
    }

    /// Where the committed template is.
    pub fn path() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/deploy/template.yaml")
    }

    /// Reads a template.
    ///
    /// # Errors
    /// When it is not YAML, or a loop or a mapping is not as it should be.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let read = yaml::parse(text)?;
        let mut root = expand(&read, &read["Mappings"], &[])?;
        let globals = root["Globals"]["Function"].clone();
        if let Some(resources) = root["Resources"].as_object_mut() {
            for resource in resources.values_mut() {
                if resource["Type"] == "AWS::Serverless::Function" {
                    let own = resource["Properties"].take();
                    resource["Properties"] = merged(&globals, &own);
                }
            }
        }
        Ok(Self { root })
    }

    /// Everything below a JSON pointer; null when there is nothing.
    pub fn at(&self, pointer: &str) -> &Value {
        self.root.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// What stands at a JSON pointer, to be changed: how a test breaks a template.
    pub fn at_mut(&mut self, pointer: &str) -> Option<&mut Value> {
        self.root.pointer_mut(pointer)
    }

    /// Every resource of a type, by its logical name, with its properties.
    pub fn resources<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let resources = self.root["Resources"].as_object().into_iter().flatten();
        resources
            .filter(move |(_, resource)| resource["Type"] == kind)
            .map(|(name, resource)| (name.as_str(), &resource["Properties"]))
    }

    /// The properties of a resource; null when there is none of that name.
    pub fn properties(&self, name: &str) -> &Value {
        &self.root["Resources"][name]["Properties"]
    }

    /// Every function, in the order of their names.
    ///
    /// # Errors
    /// When one lacks what every function has.
    pub fn functions(&self) -> Result<Vec<Function>, Error> {
        let functions = self.resources("AWS::Serverless::Function");
        let mut functions: Vec<Function> = functions
            .map(|(logical, _)| Function::of(self, logical))
            .collect::<Result<_, _>>()?;
        functions.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(functions)
    }
}

/// The resource that `Ref` or `Fn::GetAtt` leads to.
pub(crate) fn target(value: &Value) -> Option<&str> {
    value["Ref"].as_str().or_else(|| value["Fn::GetAtt"][0].as_str())
}

/// A name below the stack's: what follows `${AWS::StackName}-`.
pub(crate) fn below_stack(value: &Value) -> Option<&str> {
    value["Fn::Sub"].as_str()?.strip_prefix("${AWS::StackName}-")
}

/// A function's own properties over the globals: objects are merged, anything else is replaced.
fn merged(globals: &Value, own: &Value) -> Value {
    match (globals, own) {
        (Value::Object(globals), Value::Object(own)) => {
            let mut all = globals.clone();
            for (key, value) in own {
                let under = all.get(key).cloned().unwrap_or_default();
                all.insert(key.clone(), merged(&under, value));
            }
            Value::Object(all)
        }
        (globals, Value::Null) => globals.clone(),
        (_, own) => own.clone(),
    }
}
