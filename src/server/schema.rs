//! What the derived JSON Schemas of requests and answers need beside their types.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Value, json};

use crate::reading::RATE_RANGE;

/// The `pattern` of the id of a reading, a clip or an operation.
pub(super) const ID: &str = "^[0-9a-f]{32}$";

/// Makes a schema one of exactly these fields, as answers are: all of them are always there.
pub(super) fn closed(schema: &mut Schema) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return;
    };
    let names: Vec<Value> = properties.keys().cloned().map(Value::String).collect();
    schema.insert("required".to_owned(), Value::Array(names));
    schema.insert("additionalProperties".to_owned(), Value::Bool(false));
}

/// Takes a field out of those that are always there.
pub(super) fn optional(name: &'static str) -> impl FnMut(&mut Schema) {
    move |schema| {
        if let Some(required) = schema
            .ensure_object()
            .get_mut("required")
            .and_then(Value::as_array_mut)
        {
            required.retain(|field| field != name);
        }
    }
}

/// Makes a schema one of an object that has one of these fields and no two.
pub(super) fn one_of(names: &'static [&'static str]) -> impl FnMut(&mut Schema) {
    move |schema| {
        let one = names.iter().map(|name| json!({ "required": [name] }));
        schema.insert("oneOf".to_owned(), Value::Array(one.collect()));
    }
}

/// The bounds of a rate, and the one that is taken where none is given.
pub(super) fn rate(schema: &mut Schema) {
    schema.insert("minimum".to_owned(), json!(RATE_RANGE.start()));
    schema.insert("maximum".to_owned(), json!(RATE_RANGE.end()));
    schema.insert("default".to_owned(), json!(1));
}

/// Adds a field that is taken and means nothing.
pub(super) fn ignored(name: &'static str, why: &'static str) -> impl FnMut(&mut Schema) {
    move |schema| {
        if let Some(properties) = schema
            .ensure_object()
            .get_mut("properties")
            .and_then(Value::as_object_mut)
        {
            let text = json!({ "type": "string", "description": why });
            properties.insert(name.to_owned(), text);
        }
    }
}

/// Always `true`.
#[derive(Debug, Clone, Copy)]
pub(super) struct True;

impl Serialize for True {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(true)
    }
}

impl JsonSchema for True {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "True".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": true })
    }
}
