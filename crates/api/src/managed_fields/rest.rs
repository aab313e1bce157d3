//! Owners in short: "all of it that nobody else owns".
//!
//! Nearly every object is created by one and has its status written by one. To
//! spell out each field they own would cost more than all else of a write and
//! as much memory as the object. So such an entry is kept without fields: its
//! `fieldsType` is `rest-` and a number, and its fields are written out, straight
//! from the object's own JSON, when the object leaves the server or somebody
//! applies to it. Clients never see one and cannot send one.
//!
//! The number says which fields of the object its creator left to the server,
//! one bit for each of [`left_to_the_server`]'s.
//!
//! Differs from Kubernetes: whoever writes a status first owns all of it, also
//! what the server and the binding had put there.

use std::{borrow::Cow, collections::HashSet, sync::LazyLock};

use serde_json::Value;

use super::{
    compare::is_inside_in_go, element::PathElement, field_set::FieldSet, fields, shape::Shape,
};
use crate::{
    ResourceInfo,
    decode::Target,
    meta::ManagedFieldsEntry,
    schema::{Definition, Type},
};

const REST: &str = "rest-";

/// The `fieldsType` of an entry that owns the rest but for these.
pub(super) fn fields_type(left_out: u32) -> String {
    format!("{REST}{left_out:x}")
}

/// What a `fieldsType` leaves out; `None` when it is no rest.
pub(super) fn left_out(fields_type: Option<&str>) -> Option<u32> {
    u32::from_str_radix(fields_type?.strip_prefix(REST)?, 16).ok()
}

/// Fields that the server fills in at creation, after it noted who said what: by
/// admission, by the kind's strategy, or later by a binding.
///
/// Source: `plugin/pkg/admission`, `PrepareForCreate` of each kind's strategy.
pub fn left_to_the_server(info: &ResourceInfo) -> &'static [&'static [&'static str]] {
    match info.kind {
        "Pod" => &[
            &["spec", "nodeName"],
            &["spec", "serviceAccountName"],
            &["spec", "serviceAccount"],
            &["spec", "priority"],
            &["spec", "preemptionPolicy"],
            &["spec", "tolerations"],
            &["spec", "overhead"],
        ],
        "Job" => &[
            &["spec", "selector"],
            &["spec", "template", "metadata", "labels"],
            &["spec", "template", "metadata", "labels", "controller-uid"],
            &[
                "spec",
                "template",
                "metadata",
                "labels",
                "batch.kubernetes.io/controller-uid",
            ],
            &["spec", "template", "metadata", "labels", "job-name"],
            &[
                "spec",
                "template",
                "metadata",
                "labels",
                "batch.kubernetes.io/job-name",
            ],
        ],
        "Namespace" => &[&["spec"], &["spec", "finalizers"]],
        _ => &[],
    }
}

/// The object's JSON with every rest written out; `None` when there is none.
///
/// `json` is an object as the registry wrote it: compact, its metadata whole.
pub fn written_out(json: &[u8], info: &'static ResourceInfo) -> Option<Vec<u8>> {
    let place = entries(json)?;
    let found = json.get(place.clone())?;
    // Only a few entries, of which none is long.
    let has_rest = found
        .windows(REST.len() + 1)
        .any(|window| window.first() == Some(&b'"') && &window[1..] == REST.as_bytes());
    if !has_rest {
        return None;
    }
    let entries: Vec<ManagedFieldsEntry> = serde_json::from_slice(found).ok()?;
    let others = others(&entries);
    let mut out = Vec::with_capacity(json.len() + 2048);
    out.extend_from_slice(&json[..place.start]);
    out.push(b'[');
    for mut entry in entries {
        let before = out.len();
        comma(&mut out);
        let Some(left_out) = left_out(entry.fields_type.as_deref()) else {
            serde_json::to_writer(&mut out, &entry).ok()?;
            continue;
        };
        out.extend_from_slice(br#"{"fieldsType":"FieldsV1","fieldsV1":"#);
        let part = entry.subresource.as_deref().unwrap_or("");
        let start = out.len();
        write(json, info, part, left_out, &others, &mut out);
        if out.len() == start + EMPTY.len() {
            out.truncate(before); // nothing is left to own
            continue;
        }
        entry.fields_type = None;
        let head = serde_json::to_vec(&entry).ok()?;
        out.push(b',');
        out.extend_from_slice(&head[1..]);
    }
    out.push(b']');
    let mut end = place.end;
    if out.ends_with(b"[]") {
        // The name follows: its comma goes with the list.
        out.truncate(place.start - br#""managedFields":"#.len());
        end += 1;
    }
    out.extend_from_slice(&json[end..]);
    Some(out)
}

/// `fieldsV1` of nothing.
const EMPTY: &[u8] = b"{}";

/// What the entries own that say what they own.
fn others(entries: &[ManagedFieldsEntry]) -> FieldSet {
    let said = entries.iter().filter_map(|entry| entry.fields_v1.as_ref());
    let sets = said.filter_map(|fields| FieldSet::from_json(&fields.0).ok());
    sets.fold(FieldSet::default(), |all, set| all.union(&set))
}

/// What the rest is of an object's part, but for what others own.
pub(super) fn rest_of(
    json: &[u8],
    info: &'static ResourceInfo,
    part: &str,
    left_out: u32,
    others: &FieldSet,
) -> FieldSet {
    let mut text = Vec::new();
    write(json, info, part, left_out, others, &mut text);
    let written: Value = serde_json::from_slice(&text).unwrap_or_default();
    FieldSet::from_json(&written).unwrap_or_default()
}

/// Where the list of `metadata.managedFields` stands.
fn entries(json: &[u8]) -> Option<std::ops::Range<usize>> {
    let mut scan = Scan { json, at: 0 };
    scan.enter(b'{');
    while let Some(name) = scan.name() {
        if name == b"metadata" {
            scan.enter(b'{');
            while let Some(name) = scan.name() {
                let start = scan.at;
                scan.skip();
                if name == b"managedFields" {
                    return Some(start..scan.at);
                }
            }
            return None;
        }
        scan.skip();
    }
    None
}

/// What no creator owns, whatever it said.
static NOBODYS: LazyLock<FieldSet> = LazyLock::new(|| {
    super::untracked().union(&fields(&[
        &["metadata", "deletionTimestamp"],
        &["metadata", "deletionGracePeriodSeconds"],
    ]))
});

/// Writes the rest of the part as `fieldsV1`.
fn write(
    json: &[u8],
    info: &'static ResourceInfo,
    part: &str,
    left_out: u32,
    others: &FieldSet,
    out: &mut Vec<u8>,
) {
    let unsaid = left_to_the_server(info).iter().enumerate();
    let unsaid: Vec<&[&str]> = unsaid
        .filter(|(bit, _)| left_out & (1 << bit) != 0)
        .map(|(_, path)| *path)
        .collect();
    let mut except = Cow::Borrowed(&*NOBODYS);
    if !unsaid.is_empty() || !others.is_empty() {
        except = Cow::Owned(except.into_owned().union(&fields(&unsaid)).union(others));
    }
    let definition = Target::of(info).definition;
    let shape = Shape::of_object(definition);
    let mut scan = Scan { json, at: 0 };
    out.push(b'{');
    scan.enter(b'{');
    while let Some(name) = scan.name() {
        let is_status = info.has_status && name == b"status";
        let Ok(name) = std::str::from_utf8(name) else {
            scan.skip();
            continue;
        };
        if is_status != (part == "status") {
            scan.skip();
            continue;
        }
        let element = PathElement::field(name);
        let before = out.len();
        comma(out);
        out.extend_from_slice(b"\"f:");
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
        let is_there =
            matches!(definition.field(name), Some(field) if is_inside_in_go(definition, field));
        let place = Place {
            shape: shape.of_element(&element),
            except: except.below(&element),
            is_excepted: except.has_member(&element),
            is_there,
        };
        if !scan.value(place, out) {
            out.truncate(before);
        }
    }
    out.push(b'}');
}

/// Between entries, not before the first.
fn comma(out: &mut Vec<u8>) {
    if !matches!(out.last(), Some(b'{' | b'[')) {
        out.push(b',');
    }
}

/// What is known of a value before it is read.
#[derive(Clone, Copy)]
struct Place<'a> {
    shape: Shape,
    /// What others own below it.
    except: Option<&'a FieldSet>,
    /// Whether somebody else owns it.
    is_excepted: bool,
    /// Whether Go has it in every object of the kind, so that nobody made it.
    is_there: bool,
}

/// A reader of JSON that this process wrote: valid, and without spaces.
struct Scan<'a> {
    json: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> u8 {
        self.json.get(self.at).copied().unwrap_or(0)
    }

    /// Steps over the bracket that opens a value.
    fn enter(&mut self, bracket: u8) {
        debug_assert_eq!(self.peek(), bracket, "the value is of this kind");
        self.at += 1;
    }

    /// The name of the next entry of an object, as it is written; `None` after the last.
    fn name(&mut self) -> Option<&'a [u8]> {
        if self.peek() == b',' {
            self.at += 1;
        }
        if self.peek() != b'"' {
            self.at += 1;
            return None;
        }
        let start = self.at + 1;
        self.skip();
        let name = &self.json[start..self.at - 1];
        self.at += 1; // the colon
        Some(name)
    }

    /// Whether another item of a list follows.
    fn has_item(&mut self) -> bool {
        match self.peek() {
            b']' | 0 => {
                self.at += 1;
                false
            }
            b',' => {
                self.at += 1;
                true
            }
            _ => true,
        }
    }

    /// Steps over a value.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                b'"' => self.skip_string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                0 => return,
                b',' | b':' => self.at += 1,
                _ => {
                    let scalar = &self.json[self.at..];
                    let end = scalar
                        .iter()
                        .position(|byte| matches!(byte, b',' | b'}' | b']'));
                    self.at += end.unwrap_or(scalar.len());
                }
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_string(&mut self) {
        self.at += 1;
        loop {
            match self.peek() {
                b'\\' => self.at += 2,
                b'"' | 0 => {
                    self.at += 1;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// Writes who owns what of the value; whether there was anything to write.
    fn value(&mut self, place: Place<'_>, out: &mut Vec<u8>) -> bool {
        let is_empty = matches!(self.json.get(self.at + 1), Some(b'}' | b']'));
        let before = out.len();
        match (place.shape, self.peek()) {
            (Shape::Struct(definition), b'{') if !is_empty => {
                self.open(place, out);
                self.entries(place, Some(definition), out);
            }
            (Shape::Map(_), b'{') if !is_empty => {
                self.open(place, out);
                self.entries(place, None, out);
            }
            (Shape::Keyed(..) | Shape::Set, b'[') if !is_empty => {
                self.open(place, out);
                self.items(place, out);
            }
            // A leaf. What holds nothing and is always there, nobody made.
            (shape, _) => {
                self.skip();
                if place.is_excepted || (place.is_there && !matches!(shape, Shape::Whole)) {
                    return false;
                }
                out.extend_from_slice(b"{}");
                return true;
            }
        }
        out.push(b'}');
        // Nothing in it, nothing of it.
        let is_written = out.len() > before + 2;
        if !is_written {
            out.truncate(before);
        }
        is_written
    }

    /// Begins the fields of a value that holds some: with itself, if somebody made it.
    fn open(&mut self, place: Place<'_>, out: &mut Vec<u8>) {
        self.at += 1;
        out.push(b'{');
        if !place.is_there && !place.is_excepted {
            out.extend_from_slice(b"\".\":{}");
        }
    }

    fn entries(
        &mut self,
        place: Place<'_>,
        definition: Option<&'static Definition>,
        out: &mut Vec<u8>,
    ) {
        let mut seen_inside: Vec<&str> = Vec::new();
        while let Some(raw) = self.name() {
            let name = std::str::from_utf8(raw).unwrap_or("");
            let field = definition.and_then(|definition| definition.field(name));
            let below = match (place.shape, field) {
                (Shape::Struct(_), Some(field)) => Shape::of_field(field),
                (shape, _) => shape.of_element(&PathElement::Field(Box::default())),
            };
            let is_inside = definition
                .zip(field)
                .is_some_and(|(definition, field)| is_inside_in_go(definition, field));
            if is_inside {
                seen_inside.push(name);
            }
            let is_required_list =
                field.is_some_and(|field| field.is_required && matches!(field.ty, Type::List(_)));
            let (except, is_excepted) = match place.except {
                None => (None, false),
                Some(except) => {
                    let element = PathElement::Field(unescaped(name).into());
                    (except.below(&element), except.has_member(&element))
                }
            };
            let place = Place {
                shape: below,
                except,
                is_excepted,
                is_there: place.is_there && (is_inside || is_required_list),
            };
            self.part(b"f:", raw, place, out);
        }
        let Some(definition) = definition.filter(|_| !place.is_there) else {
            return;
        };
        // Whoever made the struct made what is always in it, too.
        for field in definition.fields {
            let is_struct = matches!(field.ty, Type::Object(_));
            if is_struct
                && is_inside_in_go(definition, field)
                && !seen_inside.contains(&field.name)
                && !place
                    .except
                    .is_some_and(|except| except.has_member(&PathElement::field(field.name)))
            {
                comma(out);
                out.extend_from_slice(b"\"f:");
                out.extend_from_slice(field.name.as_bytes());
                out.extend_from_slice(b"\":{}");
            }
        }
    }

    /// Of items that stand twice the first counts.
    fn items(&mut self, place: Place<'_>, out: &mut Vec<u8>) {
        let mut seen: HashSet<Vec<u8>> = HashSet::new();
        while self.has_item() {
            let (kind, element) = match place.shape {
                Shape::Keyed(keys, _) => (&b"k:"[..], self.key(keys)),
                _ => (&b"v:"[..], self.scalar()),
            };
            if !seen.insert(element.clone()) {
                self.skip();
                continue;
            }
            let text = [kind, &element].concat();
            let (except, is_excepted) = match place.except {
                None => (None, false),
                Some(except) => {
                    let parsed = PathElement::parse(&String::from_utf8_lossy(&text)).ok();
                    let below = parsed.as_ref().and_then(|element| except.below(element));
                    let is_excepted = parsed.is_some_and(|element| except.has_member(&element));
                    (below, is_excepted)
                }
            };
            let shape = match place.shape {
                shape @ Shape::Keyed(..) => shape.of_element(&PathElement::Key(Vec::new())),
                _ => Shape::Whole,
            };
            let place = Place {
                shape,
                except,
                is_excepted,
                is_there: false,
            };
            let escaped =
                serde_json::to_vec(&String::from_utf8_lossy(&element)).unwrap_or_default();
            let inside = escaped
                .get(1..escaped.len().saturating_sub(1))
                .unwrap_or_default();
            self.part(kind, inside, place, out);
        }
    }

    /// Writes one entry, `"f:name":{...}`, unless nothing of it is owned.
    fn part(&mut self, kind: &[u8], raw: &[u8], place: Place<'_>, out: &mut Vec<u8>) {
        let before = out.len();
        comma(out);
        out.push(b'"');
        out.extend_from_slice(kind);
        out.extend_from_slice(raw);
        out.extend_from_slice(b"\":");
        if !self.value(place, out) {
            out.truncate(before);
        }
    }

    /// The keys of the item that begins here, as compact JSON in the order of their names.
    fn key(&self, keys: &'static [&'static str]) -> Vec<u8> {
        let mut scan = Scan {
            json: self.json,
            at: self.at + 1,
        };
        let mut found: Vec<(&str, &[u8])> = Vec::with_capacity(keys.len());
        while let Some(name) = scan.name() {
            let start = scan.at;
            scan.skip();
            if let Some(key) = keys.iter().find(|key| key.as_bytes() == name) {
                found.push((key, &scan.json[start..scan.at]));
            }
        }
        if keys.contains(&"protocol") && found.iter().all(|(name, _)| *name != "protocol") {
            found.push(("protocol", b"\"TCP\""));
        }
        found.sort_unstable();
        let mut text = Vec::with_capacity(64);
        for (index, (name, value)) in found.into_iter().enumerate() {
            text.extend_from_slice(if index == 0 { b"{\"" } else { b",\"" });
            text.extend_from_slice(name.as_bytes());
            text.extend_from_slice(b"\":");
            text.extend_from_slice(value);
        }
        text.push(b'}');
        text
    }

    /// The scalar that begins here, as it is written.
    fn scalar(&self) -> Vec<u8> {
        let mut scan = Scan {
            json: self.json,
            at: self.at,
        };
        scan.skip();
        self.json[self.at..scan.at].to_vec()
    }
}

/// The name that is written so.
fn unescaped(name: &str) -> Cow<'_, str> {
    if !name.contains('\\') {
        return Cow::Borrowed(name);
    }
    let text = serde_json::from_str::<String>(&format!("\"{name}\""));
    text.map_or(Cow::Borrowed(name), Cow::Owned)
}
