//! An object means the same in both forms, whatever fields it has.

use proptest::{prelude::*, test_runner::Config};
use serde_json::{Map, json};

use super::*;
use crate::{
    decode::laws::any_json,
    protobuf::encode,
    resource,
    schema::{Definition, Tag, Type},
};

/// Kinds that are read and written but are no resource of their own.
const ALSO: &[Kind] = &[
    ("", "v1", "Binding"),
    ("authentication.k8s.io", "v1", "SelfSubjectReview"),
    ("authentication.k8s.io", "v1", "TokenRequest"),
    ("authentication.k8s.io", "v1", "TokenReview"),
    ("authorization.k8s.io", "v1", "LocalSubjectAccessReview"),
    ("authorization.k8s.io", "v1", "SelfSubjectAccessReview"),
    ("authorization.k8s.io", "v1", "SelfSubjectRulesReview"),
    ("authorization.k8s.io", "v1", "SubjectAccessReview"),
    ("batch", "v1", "CronJob"),
    ("policy", "v1", "Eviction"),
];

pub(super) fn kinds() -> Vec<Kind> {
    let served = resource::ALL.iter();
    let served = served.map(|info| (info.group, info.version, info.kind));
    served.chain(ALSO.iter().copied()).collect()
}

fn definition((group, version, kind): Kind) -> &'static Definition {
    Definition::by_kind(group, version, kind).expect(kind)
}

/// Objects out of a seed: which fields they have, how long lists are, values.
struct Maker {
    state: u64,
    /// Every field there is, instead of some.
    is_full: bool,
}

impl Maker {
    fn next(&mut self, below: u64) -> u64 {
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }

    fn object(&mut self, definition: &'static Definition) -> Value {
        let mut object = Map::new();
        for field in definition.fields {
            // One field in eight: a Pod with a half of all would not fit in memory.
            if field.tag != Tag::None && (self.is_full || self.next(8) == 0) {
                object.insert(field.name.to_owned(), self.value(&field.ty));
            }
        }
        object.into()
    }

    fn value(&mut self, ty: &Type) -> Value {
        match ty {
            Type::Bool => (self.is_full || self.next(2) == 0).into(),
            Type::Int32 => self.number(i64::from(i32::MIN), i64::from(i32::MAX)),
            Type::Int64 => self.number(i64::MIN, i64::MAX),
            Type::Bytes => ["", "AA==", "/wA=", "aGVsbG8="][self.next(4) as usize].into(),
            Type::Object(definition) => self.object(definition),
            Type::List(element) => (0..=self.next(2)).map(|_| self.value(element)).collect(),
            Type::Map(element) => (0..=self.next(2))
                .map(|key| (format!("k{key}"), self.value(element)))
                .collect::<Map<_, _>>()
                .into(),
            Type::Quantity => ["0", "500m", "1Gi", "-3", "1e3"][self.next(5) as usize].into(),
            Type::IntOrString if self.next(2) == 0 => self.value(&Type::Int32),
            Type::String | Type::IntOrString => self.text().into(),
            Type::Time => self.time("").into(),
            Type::MicroTime => {
                let micros = self.next(1_000_000);
                self.time(&format!(".{micros:06}")).into()
            }
            Type::Any => json!({"f:metadata": {"f:labels": {".": {}}}, "n": self.next(9)}),
        }
    }

    fn number(&mut self, min: i64, max: i64) -> Value {
        [1, 7, min, max, -1, 300][self.next(6) as usize].into()
    }

    fn text(&mut self) -> String {
        ["x", "", "ä €", "line\nbreak \"quoted\""][self.next(4) as usize].to_owned()
    }

    fn time(&mut self, fraction: &str) -> String {
        let (year, second) = ([1, 1969, 2026, 9999][self.next(4) as usize], self.next(60));
        format!("{year:04}-01-02T03:04:{second:02}{fraction}Z")
    }
}

/// Read from JSON, and read from what the JSON is transcoded to.
fn both(kind: Kind, mut object: Value) -> [Value; 2] {
    let api_version = match kind.0 {
        "" => kind.1.to_owned(),
        group => format!("{group}/{}", kind.1),
    };
    object["apiVersion"] = api_version.into();
    object["kind"] = kind.2.into();
    let text = object.to_string();
    let message = encode(text.as_bytes()).expect(&text);
    [
        read(kind, text.as_bytes(), BodyFormat::Json).expect(&text),
        read(kind, &message, BodyFormat::Protobuf).expect(&text),
    ]
}

#[test]
fn an_object_with_every_field_is_the_same_in_both_forms() {
    for kind in kinds() {
        let mut maker = Maker {
            state: 1,
            is_full: true,
        };
        let object = maker.object(definition(kind));
        let [json, protobuf] = both(kind, object);
        assert_eq!(json, protobuf, "{kind:?}");
    }
}

/// What makes the depth of a body that of the types.
#[test]
fn no_type_holds_itself() {
    fn visit(definition: &'static Definition, outer: &mut Vec<&'static str>) -> usize {
        assert!(
            !outer.contains(&definition.name),
            "{} in {outer:?}",
            definition.name
        );
        outer.push(definition.name);
        let fields = definition.fields.iter();
        let depth = fields.map(|field| visit_type(&field.ty, outer)).max();
        outer.pop();
        depth.unwrap_or(0) + 1
    }
    fn visit_type(ty: &Type, outer: &mut Vec<&'static str>) -> usize {
        match ty {
            Type::Object(definition) => visit(definition, outer),
            Type::List(element) | Type::Map(element) => visit_type(element, outer),
            _ => 0,
        }
    }
    let depths = kinds()
        .into_iter()
        .map(|kind| visit(definition(kind), &mut Vec::new()));
    assert_eq!(depths.max(), Some(12));
}

/// A field without a number would be lost on the way.
#[test]
fn every_field_has_a_number_of_its_own() {
    let mut open: Vec<_> = kinds().into_iter().map(definition).collect();
    for name in ["DeleteOptions", "ListMeta", "Status"] {
        let name = format!("io.k8s.apimachinery.pkg.apis.meta.v1.{name}");
        open.push(Definition::by_name(&name).expect("a definition"));
    }
    let mut seen = std::collections::BTreeSet::new();
    while let Some(definition) = open.pop() {
        if !seen.insert(definition.name) {
            continue;
        }
        let mut tags: Vec<Tag> = Vec::new();
        for field in definition.fields {
            let mut ty = &field.ty;
            while let Type::List(element) | Type::Map(element) = ty {
                ty = element;
            }
            if let Type::Object(definition) = ty {
                open.push(definition);
            }
            match field.tag {
                // Of objects that stand alone; of all others these are fields.
                Tag::None => assert!(
                    matches!(field.name, "apiVersion" | "kind"),
                    "{}.{}",
                    definition.name,
                    field.name
                ),
                tag => tags.push(tag),
            }
        }
        let all = tags.len();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), all, "{}", definition.name);
        // A number is a field, or a struct of several; never both.
        let own =
            |tag: &Tag| matches!(tag, Tag::Embedded(outer, _) if tags.contains(&Tag::Own(*outer)));
        assert!(!tags.iter().any(own), "{}", definition.name);
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 100, ..Config::default() })]

    #[test]
    fn any_object_is_the_same_in_both_forms(state in any::<u64>()) {
        for kind in kinds() {
            let object = Maker { state, is_full: false }.object(definition(kind));
            let [json, protobuf] = both(kind, object);
            prop_assert_eq!(json, protobuf);
        }
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut body = b"k8s\0\x12".to_vec();
        body.push(bytes.len() as u8);
        body.extend(&bytes);
        for body in [&bytes, &body] {
            for kind in [JOB, POD] {
                let read = read(kind, body, BodyFormat::Protobuf);
                prop_assert!(read.err().is_none_or(|error| error.code() == 400));
            }
        }
    }

    /// A body with a few bytes changed goes deeper than bytes without form.
    #[test]
    fn a_damaged_body_is_answered(
        state in any::<u64>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut object = Maker { state, is_full: false }.object(definition(POD));
        object["apiVersion"] = "v1".into();
        object["kind"] = "Pod".into();
        let mut body = encode(object.to_string().as_bytes()).expect("a Pod");
        for (place, byte) in damage {
            let place = place.index(body.len());
            body[place] = byte;
        }
        for body in [&body[..], &body[..cut.index(body.len())]] {
            let read = read(POD, body, BodyFormat::Protobuf);
            prop_assert!(read.err().is_none_or(|error| error.code() == 400));
        }
    }

    #[test]
    fn any_json_is_transcoded_or_refused(value in any_json()) {
        let object = json!({"apiVersion": "v1", "kind": "Pod", "metadata": value, "spec": value});
        let _ = encode(object.to_string().as_bytes());
    }
}
