//! Pages of a list and frames of a watch, decoded straight into views.
//!
//! An object is decoded into its type, looked at, and let go: in no place are
//! there more whole objects than one. A frame says its type before its object,
//! so that it is decoded in one pass; if one does not, in two.
//!
//! Source: the page "Kubernetes API Concepts"; apimachinery
//! `pkg/apis/meta/v1/watch.go`, `WatchEvent`.

use std::{fmt, marker::PhantomData, sync::Arc};

use jobyard_api::{Object, ObjectKey, Revision, StatusError, Uid, meta::Status};
use jobyard_cluster::View;
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// One page of a list.
#[derive(Deserialize)]
#[serde(bound = "T: Deserialize<'de>")]
pub(crate) struct Page<T> {
    pub(crate) metadata: ListMetadata,
    /// `null` of an empty list of some servers.
    pub(crate) items: Option<Vec<T>>,
}

/// Where a list stands.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListMetadata {
    #[serde(deserialize_with = "revision")]
    pub(crate) resource_version: Revision,
    /// Asks for the next page; empty or absent on the last.
    #[serde(rename = "continue")]
    pub(crate) continue_token: Option<String>,
}

/// A version of an object, looked at.
pub(crate) struct Seen<V> {
    pub(crate) identity: Identity,
    pub(crate) view: Arc<V>,
}

/// What tells one object and version from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) key: ObjectKey,
    pub(crate) uid: Uid,
    pub(crate) revision: Revision,
}

impl<'de, V: View> Deserialize<'de> for Seen<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let object = Arc::new(V::Object::deserialize(deserializer)?);
        let revision = object
            .revision()
            .ok_or_else(|| no_revision(&object.key()))?;
        Ok(Self {
            identity: Identity {
                key: object.key(),
                uid: object.uid(),
                revision,
            },
            view: Arc::new(V::of(&object)),
        })
    }
}

impl<'de> Deserialize<'de> for Identity {
    /// From a whole object, most of which is skipped.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Whole {
            metadata: Metadata,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Metadata {
            namespace: Option<String>,
            name: Option<String>,
            uid: Option<String>,
            #[serde(deserialize_with = "revision")]
            resource_version: Revision,
        }
        let Whole { metadata } = Whole::deserialize(deserializer)?;
        let text = |text: &'_ Option<String>| text.clone().unwrap_or_default();
        Ok(Self {
            key: ObjectKey::new(&text(&metadata.namespace), &text(&metadata.name)),
            uid: Uid::from(text(&metadata.uid).as_str()),
            revision: metadata.resource_version,
        })
    }
}

/// One line of a watch.
pub(crate) enum Frame<V> {
    /// The object is there, in this version.
    Put(Seen<V>),
    /// The object is gone, or no longer selected, since this revision.
    Gone(Identity),
    /// Nothing else happened up to this revision.
    Bookmark(Revision),
    /// The watch ends, for this reason.
    Failed(StatusError),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum FrameType {
    Added,
    Modified,
    Deleted,
    Bookmark,
    Error,
}

impl<'de, V: View> Deserialize<'de> for Frame<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FrameVisitor(PhantomData))
    }
}

struct FrameVisitor<V>(PhantomData<V>);

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Field {
    Type,
    Object,
    #[serde(other)]
    Other,
}

impl<'de, V: View> Visitor<'de> for FrameVisitor<V> {
    type Value = Frame<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a watch event with type and object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Frame<V>, M::Error> {
        let (mut of_type, mut raw, mut frame) = (None, None, None);
        while let Some(field) = map.next_key()? {
            match (field, of_type) {
                (Field::Type, _) => of_type = Some(map.next_value()?),
                (Field::Object, Some(of_type)) => {
                    frame = Some(match of_type {
                        FrameType::Added | FrameType::Modified => Frame::Put(map.next_value()?),
                        FrameType::Deleted => Frame::Gone(map.next_value()?),
                        FrameType::Bookmark => Frame::Bookmark(map.next_value::<At>()?.0),
                        FrameType::Error => Frame::Failed(error(map.next_value()?)),
                    });
                }
                (Field::Object, None) => raw = Some(map.next_value::<Box<RawValue>>()?),
                (Field::Other, _) => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match (frame, of_type, raw) {
            (Some(frame), ..) => Ok(frame),
            (None, Some(of_type), Some(raw)) => late(of_type, &raw).map_err(M::Error::custom),
            _ => Err(M::Error::custom("a watch event without type or object")),
        }
    }
}

/// The frame of an object that came before its type.
fn late<V: View>(of_type: FrameType, object: &RawValue) -> serde_json::Result<Frame<V>> {
    let json = object.get();
    Ok(match of_type {
        FrameType::Added | FrameType::Modified => Frame::Put(serde_json::from_str(json)?),
        FrameType::Deleted => Frame::Gone(serde_json::from_str(json)?),
        FrameType::Bookmark => Frame::Bookmark(serde_json::from_str::<At>(json)?.0),
        FrameType::Error => Frame::Failed(error(serde_json::from_str(json)?)),
    })
}

/// The revision of a bookmark; the rest of its object means nothing.
struct At(Revision);

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Bookmark {
            metadata: Metadata,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Metadata {
            #[serde(deserialize_with = "revision")]
            resource_version: Revision,
        }
        let bookmark = Bookmark::deserialize(deserializer)?;
        Ok(Self(bookmark.metadata.resource_version))
    }
}

fn error(status: Status) -> StatusError {
    StatusError(Box::new(status))
}

fn revision<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Revision, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    let number = text
        .parse()
        .map_err(|_| D::Error::custom(format_args!("the resourceVersion {text:?} is no number")))?;
    Ok(Revision(number))
}

fn no_revision<E: Error>(key: &ObjectKey) -> E {
    E::custom(format_args!(
        "{key} has no resourceVersion that is a number"
    ))
}

#[cfg(test)]
mod tests {
    use jobyard_api::core;

    use super::*;

    struct Name(ObjectKey);

    impl View for Name {
        type Object = core::ConfigMap;

        fn of(object: &Arc<core::ConfigMap>) -> Self {
            Self(object.key())
        }

        fn key(&self) -> ObjectKey {
            self.0.clone()
        }
    }

    fn told(json: &str) -> String {
        match serde_json::from_str::<Frame<Name>>(json) {
            Ok(Frame::Put(seen)) => format!("put {} {}", seen.view.0, seen.identity.revision),
            Ok(Frame::Gone(gone)) => format!("gone {} {} {}", gone.key, gone.uid, gone.revision),
            Ok(Frame::Bookmark(revision)) => format!("bookmark {revision}"),
            Ok(Frame::Failed(status)) => format!("failed {}", status.code()),
            Err(error) => format!("wrong: {error}"),
        }
    }

    const OBJECT: &str = r#"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"n","uid":"u","resourceVersion":"7"}}"#;

    #[test]
    fn frames_are_told_by_their_type_in_any_order() {
        for (json, expected) in [
            (format!(r#"{{"type":"ADDED","object":{OBJECT}}}"#), "put n/a 7"),
            (format!(r#"{{"type":"MODIFIED","object":{OBJECT}}}"#), "put n/a 7"),
            (format!(r#"{{"type":"DELETED","object":{OBJECT}}}"#), "gone n/a u 7"),
            (format!(r#"{{"object":{OBJECT},"type":"DELETED"}}"#), "gone n/a u 7"),
            (format!(r#"{{"object":{OBJECT},"x":[1],"type":"ADDED"}}"#), "put n/a 7"),
            (
                r#"{"type":"BOOKMARK","object":{"kind":"Job","metadata":{"resourceVersion":"9"},"spec":{"template":{"metadata":{},"spec":{"containers":null}}},"status":{}}}"#.to_owned(),
                "bookmark 9",
            ),
            (
                r#"{"type":"ERROR","object":{"kind":"Status","code":410}}"#.to_owned(),
                "failed 410",
            ),
        ] {
            assert_eq!(told(&json), expected, "{json}");
        }
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        for json in [
            "{}",
            r#"{"type":"ADDED"}"#,
            r#"{"type":"HURRAY","object":{}}"#,
            r#"{"type":"ADDED","object":{"metadata":{"name":"a"}}}"#,
            r#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"soon"}}}"#,
        ] {
            assert!(told(json).starts_with("wrong"), "{json}: {}", told(json));
        }
    }

    #[test]
    fn a_page_may_have_no_items() {
        let page: Page<Seen<Name>> =
            serde_json::from_str(r#"{"metadata":{"resourceVersion":"3"},"items":null}"#).unwrap();
        assert_eq!(page.metadata.resource_version, Revision(3));
        assert!(page.items.is_none());
    }
}
