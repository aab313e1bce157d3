//! `components.schemas` of a document, from the schema table.
//!
//! The forms are those kubectl's readers know: a struct inside a field is an
//! `allOf` of one reference, so that the field keeps its own description.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::schema::{Definition, Field, ListKind, PatchStrategy, Type};

/// The schemas of these definitions and of all that they reach, by name.
pub(super) fn schemas(roots: impl Iterator<Item = &'static Definition>) -> Map<String, Value> {
    let mut found = BTreeMap::new();
    let mut open: Vec<Component> = roots.map(Component::Struct).collect();
    while let Some(component) = open.pop() {
        let name = component.name();
        if found.contains_key(name) {
            continue;
        }
        let schema = match component {
            Component::Struct(definition) => {
                open.extend(
                    definition
                        .fields
                        .iter()
                        .filter_map(|field| reached(&field.ty)),
                );
                object(definition)
            }
            Component::Leaf(leaf) => leaf.schema(),
        };
        found.insert(name, schema);
    }
    found
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect()
}

/// What has a schema of its own.
#[derive(Clone, Copy)]
enum Component {
    Struct(&'static Definition),
    Leaf(Leaf),
}

/// A type that is not a struct, but referred to like one.
#[derive(Clone, Copy)]
enum Leaf {
    Quantity,
    IntOrString,
    Time,
    MicroTime,
    FieldsV1,
}

impl Component {
    fn name(self) -> &'static str {
        match self {
            Self::Struct(definition) => definition.name,
            Self::Leaf(Leaf::Quantity) => "io.k8s.apimachinery.pkg.api.resource.Quantity",
            Self::Leaf(Leaf::IntOrString) => "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
            Self::Leaf(Leaf::Time) => "io.k8s.apimachinery.pkg.apis.meta.v1.Time",
            Self::Leaf(Leaf::MicroTime) => "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime",
            Self::Leaf(Leaf::FieldsV1) => "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1",
        }
    }
}

impl Leaf {
    fn schema(self) -> Value {
        match self {
            Self::Quantity => json!({
                "description": "An amount: a number, and perhaps a suffix such as m, k, Mi, Gi.",
                "oneOf": [{"type": "string"}, {"type": "number"}],
            }),
            Self::IntOrString => json!({
                "description": "A number of 32 bits, or text.",
                "format": "int-or-string",
                "oneOf": [{"type": "integer"}, {"type": "string"}],
            }),
            Self::Time => json!({
                "description": "A time in RFC 3339, to the second.",
                "type": "string",
                "format": "date-time",
            }),
            Self::MicroTime => json!({
                "description": "A time in RFC 3339, to the microsecond.",
                "type": "string",
                "format": "date-time",
            }),
            Self::FieldsV1 => json!({
                "description": "A set of fields, as server-side apply writes it.",
                "type": "object",
            }),
        }
    }
}

/// The component that a type refers to, directly or as list or map.
fn reached(ty: &'static Type) -> Option<Component> {
    match ty {
        Type::Object(definition) => Some(Component::Struct(definition)),
        Type::List(element) | Type::Map(element) => reached(element),
        Type::Quantity => Some(Component::Leaf(Leaf::Quantity)),
        Type::IntOrString => Some(Component::Leaf(Leaf::IntOrString)),
        Type::Time => Some(Component::Leaf(Leaf::Time)),
        Type::MicroTime => Some(Component::Leaf(Leaf::MicroTime)),
        Type::Any => Some(Component::Leaf(Leaf::FieldsV1)),
        Type::Bool | Type::Int32 | Type::Int64 | Type::String | Type::Bytes => None,
    }
}

fn object(definition: &Definition) -> Value {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    describe(&mut schema, definition.description);
    let properties: Map<String, Value> = definition
        .fields
        .iter()
        .map(|field| (field.name.to_owned(), property(field).into()))
        .collect();
    if !properties.is_empty() {
        schema.insert("properties".to_owned(), properties.into());
    }
    let required: Vec<&str> = definition
        .fields
        .iter()
        .filter(|field| field.is_required)
        .map(|field| field.name)
        .collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    if definition.is_atomic {
        schema.insert("x-kubernetes-map-type".to_owned(), "atomic".into());
    }
    if let Some((group, version, kind)) = definition.kind {
        schema.insert(
            "x-kubernetes-group-version-kind".to_owned(),
            json!([{"group": group, "version": version, "kind": kind}]),
        );
    }
    schema.into()
}

fn property(field: &Field) -> Map<String, Value> {
    let mut schema = type_schema(&field.ty);
    describe(&mut schema, field.description);
    let mut extend = |name: &str, value: Value| {
        schema.insert(format!("x-kubernetes-{name}"), value);
    };
    match field.list {
        None => {}
        Some(ListKind::Atomic) => extend("list-type", "atomic".into()),
        Some(ListKind::Set) => extend("list-type", "set".into()),
        Some(ListKind::Map(keys)) => {
            extend("list-type", "map".into());
            extend("list-map-keys", keys.into());
        }
    }
    if field.is_atomic {
        extend("map-type", "atomic".into());
    }
    match field.strategy {
        PatchStrategy::Replace => {}
        PatchStrategy::Merge => extend("patch-strategy", "merge".into()),
        PatchStrategy::RetainKeys => extend("patch-strategy", "retainKeys".into()),
        PatchStrategy::MergeRetainKeys => extend("patch-strategy", "merge,retainKeys".into()),
    }
    if let Some(key) = field.merge_key {
        extend("patch-merge-key", key.into());
    }
    schema
}

fn type_schema(ty: &Type) -> Map<String, Value> {
    let schema = match ty {
        Type::Bool => json!({"type": "boolean"}),
        Type::Int32 => json!({"type": "integer", "format": "int32"}),
        Type::Int64 => json!({"type": "integer", "format": "int64"}),
        Type::String => json!({"type": "string"}),
        Type::Bytes => json!({"type": "string", "format": "byte"}),
        Type::List(element) => json!({"type": "array", "items": type_schema(element)}),
        Type::Map(element) => {
            json!({"type": "object", "additionalProperties": type_schema(element)})
        }
        Type::Object(definition) => reference(Component::Struct(definition)),
        Type::Quantity => reference(Component::Leaf(Leaf::Quantity)),
        Type::IntOrString => reference(Component::Leaf(Leaf::IntOrString)),
        Type::Time => reference(Component::Leaf(Leaf::Time)),
        Type::MicroTime => reference(Component::Leaf(Leaf::MicroTime)),
        Type::Any => reference(Component::Leaf(Leaf::FieldsV1)),
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

fn reference(component: Component) -> Value {
    json!({"allOf": [{"$ref": format!("#/components/schemas/{}", component.name())}]})
}

fn describe(schema: &mut Map<String, Value>, description: &str) {
    if !description.is_empty() {
        schema.insert("description".to_owned(), description.into());
    }
}
