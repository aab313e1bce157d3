//! One version of one object, as bytes and, while somebody works on it, typed.
//!
//! The bytes are the object's JSON with apiVersion, kind and resourceVersion:
//! the same bytes go to the log, to every client and every watcher. The
//! resourceVersion stands first in `metadata`, at a place known for the kind, so
//! that it can be put in after the rest was encoded (the number is known only
//! under the commit lock) and replaced without decoding (a deleted object is
//! shown with the revision of its deletion).
//!
//! A typed finished Pod takes 16 KB and more, its JSON 3.4 KB, packed 0.3 KB:
//! versions are *cooled*, that is lose their typed form and are packed, when
//! nobody is likely to ask again.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use jobyard_api::{Object, ObjectKey, ResourceInfo, Revision, StatusError, Uid, meta::ObjectMeta};
use parking_lot::Mutex;
use serde::Deserialize;
use smallvec::SmallVec;

use crate::{
    habits::Rules,
    packing::{Packed, Packer},
    request::Stored,
};

/// Largest object that is stored, in bytes of JSON: etcd's default request limit.
const OBJECT_BYTES_MAX: usize = 1_572_864;
/// Why a stored version can be read.
const DECODES: &str = "what the registry has encoded decodes again";

/// One version of an object of the kind `K`.
#[derive(Debug)]
pub struct Version<K> {
    /// Namespace and name.
    pub key: Arc<ObjectKey>,
    /// The object's identity.
    pub uid: Uid,
    /// When this version was written; of a deleted object, when it was deleted.
    pub revision: Revision,
    /// The node a Pod is bound to; empty for all else.
    pub(crate) node: Box<str>,
    /// The uids in its owner references.
    pub(crate) owners: SmallVec<[Uid; 1]>,
    form: Mutex<Form<K>>,
}

/// How a version lies in memory.
#[derive(Debug)]
enum Form<K> {
    /// Its bytes, and the object itself: somebody works on it.
    Hot(Bytes, Arc<K>),
    /// Its bytes.
    Cold(Bytes),
    /// What its bytes can be had from.
    Packed(Packed),
}

impl<K: Object> Version<K> {
    fn new(object: K, json: Bytes, revision: Revision, rules: &Rules<K>) -> Self {
        let owners = object.metadata().owner_references.iter().flatten();
        let owners = owners.map(|owner| Uid::from(owner.uid.as_str())).collect();
        Self {
            key: Arc::new(object.key()),
            uid: object.uid(),
            revision,
            node: (rules.node_name)(&object).into(),
            owners,
            form: Mutex::new(Form::Hot(json, Arc::new(object))),
        }
    }

    /// What the store held.
    pub(crate) fn read(
        json: Bytes,
        revision: Revision,
        rules: &Rules<K>,
    ) -> Result<Self, serde_json::Error> {
        let mut object: K = decode(&json)?;
        (rules.apply_defaults)(&mut object);
        Ok(Self::new(object, json, revision, rules))
    }

    /// The whole object as the store, clients and watchers get it.
    pub fn json(&self) -> Bytes {
        match &*self.form.lock() {
            Form::Hot(json, _) | Form::Cold(json) => json.clone(),
            Form::Packed(packed) => packed.unpack(),
        }
    }

    /// How long [`json`](Self::json) is, in bytes.
    pub(crate) fn json_size(&self) -> usize {
        match &*self.form.lock() {
            Form::Hot(json, _) | Form::Cold(json) => json.len(),
            Form::Packed(packed) => packed.size(),
        }
    }

    /// The object with its type: shared if somebody works on it, else decoded now.
    pub fn object(&self) -> Arc<K> {
        self.hot()
            .unwrap_or_else(|| Arc::new(decode(&self.json()).expect(DECODES)))
    }

    fn hot(&self) -> Option<Arc<K>> {
        match &*self.form.lock() {
            Form::Hot(_, object) => Some(object.clone()),
            Form::Cold(_) | Form::Packed(_) => None,
        }
    }

    /// What `look` sees in the object's labels; without decoding the rest of it.
    pub(crate) fn with_labels<T>(&self, look: impl FnOnce(&BTreeMap<String, String>) -> T) -> T {
        let hot = self.hot();
        let cold;
        let labels = if let Some(object) = &hot {
            object.metadata().labels.as_ref()
        } else {
            cold = self.cold_labels();
            cold.as_ref()
        };
        look(labels.unwrap_or(const { &BTreeMap::new() }))
    }

    fn cold_labels(&self) -> Option<BTreeMap<String, String>> {
        #[derive(serde::Deserialize)]
        struct Labels {
            labels: Option<BTreeMap<String, String>>,
        }
        // Metadata stands first: what follows it is not even read.
        let json = self.json();
        let metadata = &json[prefix(K::RESOURCE).len() - 1..];
        let mut reader = serde_json::Deserializer::from_slice(metadata);
        let metadata = Labels::deserialize(&mut reader);
        metadata.expect(DECODES).labels
    }

    /// As the server passes it on.
    pub fn stored(&self) -> Stored {
        Stored {
            resource: K::RESOURCE,
            key: (*self.key).clone(),
            uid: self.uid.clone(),
            revision: self.revision,
            json: self.json(),
        }
    }

    /// As [`stored`](Self::stored), but with the content shown at another revision.
    pub(crate) fn stored_at(&self, revision: Revision) -> Stored {
        Stored {
            revision,
            json: at_revision(K::RESOURCE, &self.json(), revision),
            ..self.stored()
        }
    }

    /// The same content at the revision of its deletion.
    pub(crate) fn tombstone(&self, revision: Revision) -> Self {
        let json = at_revision(K::RESOURCE, &self.json(), revision);
        Self {
            key: self.key.clone(),
            uid: self.uid.clone(),
            revision,
            node: self.node.clone(),
            owners: self.owners.clone(),
            form: Mutex::new(Form::Cold(json)),
        }
    }

    /// Whether the indexes lead to both in the same way.
    pub(crate) fn is_found_as(&self, other: &Self) -> bool {
        self.node == other.node && self.owners == other.owners
    }

    /// Drops the typed form, and packs the bytes.
    pub(crate) fn cool(&self, packer: &mut Packer) {
        let mut form = self.form.lock();
        let (Form::Hot(json, _) | Form::Cold(json)) = &*form else {
            return;
        };
        *form = match packer.pack(json) {
            Some(packed) => Form::Packed(packed),
            None => Form::Cold(json.clone()),
        };
    }

    /// Whether the typed form is held and `holds` of it.
    pub(crate) fn is_hot_and(&self, holds: impl FnOnce(&K) -> bool) -> bool {
        match &*self.form.lock() {
            Form::Hot(_, object) => holds(object),
            Form::Cold(_) | Form::Packed(_) => false,
        }
    }
}

/// An object encoded but for its revision.
#[derive(Debug)]
pub(crate) struct Encoded<K> {
    object: K,
    body: Vec<u8>,
}

impl<K: Object> Encoded<K> {
    /// Encodes; done outside of every lock.
    ///
    /// `metadata` is written first, whatever its place in the type.
    pub(crate) fn new(mut object: K) -> Result<Self, StatusError> {
        let mut metadata = std::mem::take(object.metadata_mut());
        metadata.resource_version = None;
        let body = join(K::RESOURCE, &metadata, &object).map_err(StatusError::internal)?;
        *object.metadata_mut() = metadata;
        if body.len() > OBJECT_BYTES_MAX {
            return Err(StatusError::untyped("etcdserver: request is too large"));
        }
        Ok(Self { object, body })
    }

    /// The object, without a revision.
    pub(crate) fn object(&self) -> &K {
        &self.object
    }

    /// Whether it reads as that version does but for the revision: times that
    /// differ within a second are the same on the wire.
    pub(crate) fn reads_as(&self, version: &Version<K>) -> bool {
        let start = prefix(K::RESOURCE).len();
        let json = version.json();
        let end = end_of_revision(&json, start);
        self.body[start..] == json[end..]
    }

    /// Gives it its place in time.
    pub(crate) fn at(self, revision: Revision, rules: &Rules<K>) -> Version<K> {
        let Self { mut object, body } = self;
        let start = prefix(K::RESOURCE).len();
        let json = splice(&body, start, start, revision);
        object.metadata_mut().resource_version = Some(revision.to_string());
        Version::new(object, json, revision, rules)
    }

    /// As it would be: without a revision, as nothing is stored in a dry run.
    pub(crate) fn dry(self, rules: &Rules<K>) -> Version<K> {
        Version::new(self.object, self.body.into(), Revision(0), rules)
    }
}

/// The JSON of an object whose metadata was taken out, with that metadata in front.
fn join<K: Object>(
    resource: &ResourceInfo,
    metadata: &ObjectMeta,
    rest: &K,
) -> Result<Vec<u8>, serde_json::Error> {
    const EMPTY: &[u8] = br#""metadata":{}"#;
    // Most objects need 1-4 KB: one allocation, not a growing one.
    let mut text = Vec::with_capacity(4096);
    serde_json::to_writer(&mut text, rest)?;
    let head = prefix(resource);
    let from = head.len() - br#""metadata":{"#.len();
    // The first one is the object's own: no kind has an object called so in a
    // field that is encoded before its metadata, and in strings quotes are escaped.
    let at = from
        + text[from..]
            .windows(EMPTY.len())
            .position(|window| window == EMPTY)
            .expect("the metadata of every kind is encoded also when empty");
    let (before, after) = (&text[from..at], &text[at + EMPTY.len()..]);

    let mut body = Vec::with_capacity(text.len() + 512);
    body.extend_from_slice(&head.as_bytes()[..head.len() - 1]);
    serde_json::to_writer(&mut body, metadata)?;
    if let Some((_comma, fields)) = before.split_last() {
        body.push(b',');
        body.extend_from_slice(fields);
    }
    body.extend_from_slice(after);
    Ok(body)
}

/// Everything before the first field of `metadata`.
fn prefix(resource: &ResourceInfo) -> String {
    format!(
        r#"{{"apiVersion":"{}","kind":"{}","metadata":{{"#,
        resource.api_version(),
        resource.kind
    )
}

/// Replaces the revision that stands in the bytes of a version.
fn at_revision(resource: &ResourceInfo, json: &[u8], revision: Revision) -> Bytes {
    let start = prefix(resource).len();
    splice(json, start, end_of_revision(json, start), revision)
}

/// Where the member with the revision ends that begins at `start`.
fn end_of_revision(json: &[u8], start: usize) -> usize {
    let comma = json[start..].iter().position(|byte| *byte == b',');
    start + 1 + comma.expect("the resourceVersion stands first in metadata and the name follows")
}

/// The bytes with `"resourceVersion":"N",` in place of what stands from `start` to `end`.
fn splice(json: &[u8], start: usize, end: usize, revision: Revision) -> Bytes {
    let member = format!(r#""resourceVersion":"{revision}","#);
    let mut spliced = Vec::with_capacity(start + member.len() + json.len() - end);
    spliced.extend_from_slice(&json[..start]);
    spliced.extend_from_slice(member.as_bytes());
    spliced.extend_from_slice(&json[end..]);
    spliced.into()
}

/// Reads what the registry wrote.
fn decode<K: Object>(json: &[u8]) -> Result<K, serde_json::Error> {
    serde_json::from_slice(json)
}

#[cfg(test)]
mod tests {
    use jobyard_api::{batch, core};

    use super::*;

    fn hostile() -> core::ConfigMap {
        let nasty = r#""metadata":{},"resourceVersion":"7""#;
        let map = [("metadata", "{}"), ("resourceVersion", nasty)];
        let map = map.map(|(key, value)| (key.to_owned(), value.to_owned()));
        core::ConfigMap {
            metadata: ObjectMeta {
                name: Some("a".to_owned()),
                uid: Some("u".to_owned()),
                annotations: Some(map.clone().into()),
                ..ObjectMeta::default()
            },
            data: Some(map.into()),
            ..core::ConfigMap::default()
        }
    }

    #[test]
    fn what_is_encoded_decodes_to_the_same_object_at_its_revision() {
        let version = Encoded::new(hostile())
            .unwrap()
            .at(Revision(41), &Rules::of_kind());
        version.cool(&mut Packer::default());
        let mut expected = hostile();
        expected.metadata.resource_version = Some("41".to_owned());
        assert_eq!(*version.object(), expected);
    }

    #[test]
    fn a_kind_without_other_fields_is_encoded_too() {
        let mut job = batch::Job::default();
        job.metadata.name = Some("a".to_owned());
        let version = Encoded::new(job)
            .unwrap()
            .at(Revision(1), &Rules::of_kind());
        assert_eq!(
            std::str::from_utf8(&version.json()).unwrap(),
            r#"{"apiVersion":"batch/v1","kind":"Job","metadata":{"resourceVersion":"1","name":"a"}}"#
        );
    }

    #[test]
    fn a_tombstone_differs_in_its_revision_only() {
        let gone = Encoded::new(hostile())
            .unwrap()
            .at(Revision(9), &Rules::of_kind())
            .tombstone(Revision(1000));
        let mut expected = hostile();
        expected.metadata.resource_version = Some("1000".to_owned());
        assert_eq!(*gone.object(), expected);
    }
}
