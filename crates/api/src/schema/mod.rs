//! The schema table: what Kubernetes says about each field of the objects.
//!
//! Decoding, protobuf, strategic merge and the OpenAPI documents all read this
//! one table, so that they cannot disagree. The table is Rust data with pointers
//! from field to definition: nothing is parsed or looked up by name at run
//! time but the field itself.
//!
//! Source: the OpenAPI definitions and the `.proto` files of v1.36 (`cargo xtask
//! schema`).

#[rustfmt::skip]
mod generated;

use std::fmt;

/// A struct of the API.
#[derive(Debug)]
pub struct Definition {
    /// `io.k8s.api.batch.v1.JobSpec`.
    pub name: &'static str,
    /// Group, version and kind, if objects of this kind stand alone.
    pub kind: Option<(&'static str, &'static str, &'static str)>,
    /// Whether appliers own it as a whole (`x-kubernetes-map-type: atomic`).
    pub is_atomic: bool,
    /// What the API reference says about it.
    pub description: &'static str,
    /// Its fields, by name.
    pub fields: &'static [Field],
}

/// A field of a struct.
#[derive(Debug)]
pub struct Field {
    /// Its JSON name.
    pub name: &'static str,
    /// What it holds.
    pub ty: Type,
    /// Where it stands in the protobuf message.
    pub tag: Tag,
    /// Whether the API requires it.
    pub is_required: bool,
    /// How appliers share a list.
    pub list: Option<ListKind>,
    /// Whether appliers own the struct or map as a whole.
    pub is_atomic: bool,
    /// What a strategic merge patch does with it.
    pub strategy: PatchStrategy,
    /// By which key elements are told apart in a strategic merge patch.
    pub merge_key: Option<&'static str>,
    /// Go's name of the type, where it does not follow from `ty`.
    pub go_type: Option<&'static str>,
    /// Whether an optional number, flag or text of zero, false or nothing is
    /// another thing than absence. Where it is not, Go writes neither.
    pub is_pointer: bool,
    /// What the API reference says about it.
    pub description: &'static str,
}

/// What most fields have in common.
const FIELD: Field = Field {
    name: "",
    ty: Type::Any,
    tag: Tag::None,
    is_required: false,
    list: None,
    is_atomic: false,
    strategy: PatchStrategy::Replace,
    merge_key: None,
    go_type: None,
    is_pointer: false,
    description: "",
};

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// true or false
    Bool,
    /// A number of 32 bits.
    Int32,
    /// A number of 64 bits.
    Int64,
    /// Text.
    String,
    /// Bytes, as base64.
    Bytes,
    /// A struct.
    Object(&'static Definition),
    /// A list of these.
    List(&'static Type),
    /// A map from text to these.
    Map(&'static Type),
    /// `500m`, `1Gi`, or a plain number.
    Quantity,
    /// A number of 32 bits, or text.
    IntOrString,
    /// RFC 3339, to the second.
    Time,
    /// RFC 3339, to the microsecond.
    MicroTime,
    /// Anything: the field sets of `managedFields`.
    Any,
}

/// The number of a field in the protobuf message of its struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tag {
    /// None: `apiVersion` and `kind` of an object stand in its envelope.
    None,
    /// A field of the message.
    Own(u32),
    /// A field of a struct that Go embeds, and protobuf has as a message of its
    /// own: the number of that message, and the number of the field in it.
    Embedded(u32, u32),
}

/// How appliers share a list (`x-kubernetes-list-type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// One applier owns all of it.
    Atomic,
    /// Each value is owned for itself.
    Set,
    /// Each element is owned for itself, and known by these keys.
    Map(&'static [&'static str]),
}

/// What a strategic merge patch does with a field (`x-kubernetes-patch-strategy`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchStrategy {
    /// Lists are replaced, structs are merged.
    Replace,
    /// Lists are merged, too.
    Merge,
    /// Structs are merged, and `$retainKeys` drops other keys.
    RetainKeys,
    /// Lists are merged, and `$retainKeys` drops other keys of their elements.
    MergeRetainKeys,
}

impl PatchStrategy {
    /// Whether lists are merged.
    pub fn merges_lists(self) -> bool {
        match self {
            Self::Merge | Self::MergeRetainKeys => true,
            Self::Replace | Self::RetainKeys => false,
        }
    }
}

impl Definition {
    /// The definition of this full name, such as `io.k8s.api.core.v1.PodSpec`.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        let place = generated::DEFINITIONS.binary_search_by(|one| one.name.cmp(name));
        place.ok().map(|index| generated::DEFINITIONS[index])
    }

    /// The definition of a kind.
    pub fn by_kind(group: &str, version: &str, kind: &str) -> Option<&'static Self> {
        let wanted = Some((group, version, kind));
        generated::DEFINITIONS
            .iter()
            .copied()
            .find(|one| one.kind == wanted)
    }

    /// The field of this name. Upper and lower case differ.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        let place = self.fields.binary_search_by(|field| field.name.cmp(name));
        place.ok().map(|index| &self.fields[index])
    }

    /// The name of the Go struct: `JobSpec`.
    pub fn go_name(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }
}

/// Whether Kubernetes has this kind, served here or not.
pub fn is_known_kind(group: &str, version: &str, kind: &str) -> bool {
    generated::KINDS
        .binary_search(&(group, version, kind))
        .is_ok()
}

impl Field {
    /// Go's name of the field's type, as errors print it: `int32`, `[]v1.Container`.
    pub fn go_type(&self) -> String {
        match self.go_type {
            Some(name) => name.to_owned(),
            None => self.ty.to_string(),
        }
    }

    /// Go's name of the type of an element of this list or map.
    pub fn go_element(&self, element: &Type) -> String {
        match self.go_type.and_then(|name| name.strip_prefix("[]")) {
            Some(name) => name.to_owned(),
            None => element.to_string(),
        }
    }
}

/// As Go prints the type.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int32 | Self::IntOrString => f.write_str("int32"),
            Self::Int64 => f.write_str("int64"),
            Self::String | Self::Time | Self::MicroTime => f.write_str("string"),
            Self::Bytes => f.write_str("[]uint8"),
            Self::Object(definition) => write!(f, "v1.{}", definition.go_name()),
            Self::List(element) => write!(f, "[]{element}"),
            Self::Map(element) => match element {
                Self::Quantity => f.write_str("v1.ResourceList"),
                element => write!(f, "map[string]{element}"),
            },
            Self::Quantity => f.write_str("resource.Quantity"),
            Self::Any => f.write_str("interface {}"),
        }
    }
}

#[cfg(test)]
mod tests;
