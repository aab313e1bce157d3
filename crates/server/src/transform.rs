//! Objects in the form a client asked for: whole, only their metadata, or as rows.
//!
//! Works on the stored JSON text: a whole object goes out as it was written, and
//! of one whose metadata is wanted only the place of the metadata is found.
//!
//! Source: apiserver `pkg/endpoints/handlers/response.go`.

use bytes::Bytes;
use jobyard_api::{
    ResourceInfo, Revision, StatusError, Timestamp,
    protobuf::{self, EncodeError},
    status::Reason,
};
use jobyard_registry::request::{List, Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};

use crate::{
    negotiation::Form,
    printers::{self, Column, DynPrinter},
};

/// What a row of a Table carries beside its cells: the parameter `includeObject`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IncludeObject {
    /// The object's metadata.
    Metadata,
    /// The whole object.
    Object,
    /// Nothing.
    None,
}

impl IncludeObject {
    /// Reads the parameter; empty means `Metadata`.
    pub(crate) fn parse(text: &str) -> Result<Self, StatusError> {
        match text {
            "" | "Metadata" => Ok(Self::Metadata),
            "Object" => Ok(Self::Object),
            "None" => Ok(Self::None),
            other => Err(StatusError::bad_request(format!(
                "Unable to convert to Table as requested: includeObject: Invalid value: {other:?}: \
                 must be 'Metadata', 'Object', 'None', or empty"
            ))),
        }
    }
}

/// Turns the objects of one kind into one form.
#[derive(Clone)]
pub(crate) struct Transform {
    info: &'static ResourceInfo,
    form: FormOf,
    now: Timestamp,
}

#[derive(Clone)]
enum FormOf {
    Object,
    Metadata,
    MetadataList,
    Table {
        api_version: &'static str,
        printer: DynPrinter,
        include: IncludeObject,
    },
}

/// The part of an object that every kind has.
#[derive(Deserialize)]
struct OnlyMetadata<'a> {
    #[serde(borrow)]
    metadata: &'a RawValue,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PartialObjectMetadata<'a> {
    kind: &'static str,
    api_version: &'static str,
    metadata: &'a RawValue,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PartialObjectMetadataList<'a> {
    kind: &'static str,
    api_version: &'static str,
    metadata: ListMetadata<'a>,
    items: Vec<PartialObjectMetadata<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Table<'a> {
    kind: &'static str,
    api_version: &'static str,
    metadata: ListMetadata<'a>,
    /// Null when the client has them already, from an earlier frame of the watch.
    column_definitions: Option<&'static [Column]>,
    rows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    cells: Vec<Value>,
    object: RowObject<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum RowObject<'a> {
    Metadata(PartialObjectMetadata<'a>),
    Object(&'a RawValue),
    None,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListMetadata<'a> {
    resource_version: String,
    #[serde(rename = "continue", skip_serializing_if = "str::is_empty")]
    continue_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining_item_count: Option<usize>,
}

impl<'a> ListMetadata<'a> {
    fn of(list: &'a List) -> Self {
        Self {
            resource_version: list.revision.to_string(),
            continue_token: &list.continue_token,
            remaining_item_count: list.remaining,
        }
    }

    fn at(revision: Revision) -> Self {
        Self {
            resource_version: revision.to_string(),
            continue_token: "",
            remaining_item_count: None,
        }
    }
}

const META: &str = "meta.k8s.io/v1";

impl Transform {
    /// For objects of that kind; `now` is what ages are counted to.
    pub(crate) fn new(
        info: &'static ResourceInfo,
        form: Form,
        include: IncludeObject,
        now: Timestamp,
    ) -> Result<Self, StatusError> {
        let form = match form {
            Form::Object => FormOf::Object,
            Form::Metadata => FormOf::Metadata,
            Form::MetadataList => FormOf::MetadataList,
            Form::Table(api_version) => FormOf::Table {
                api_version,
                printer: printers::printer_of(info)
                    .ok_or_else(|| StatusError::internal("the kind has no printer"))?,
                include,
            },
        };
        Ok(Self { info, form, now })
    }

    /// The same, with ages counted to another time.
    pub(crate) fn at(&self, now: Timestamp) -> Self {
        Self {
            now,
            ..self.clone()
        }
    }

    /// One object. `with_columns` is false for a Table after the first frame of a watch.
    pub(crate) fn object(&self, stored: &Stored, with_columns: bool) -> Result<Bytes, StatusError> {
        match &self.form {
            FormOf::Object => Ok(stored.shown()),
            FormOf::Metadata | FormOf::MetadataList => {
                write(&partial_metadata(&stored.shown(), META)?)
            }
            FormOf::Table {
                api_version,
                printer,
                include,
            } => write(&Table {
                kind: "Table",
                api_version,
                metadata: ListMetadata::at(stored.revision),
                column_definitions: with_columns.then_some(printer.columns),
                rows: vec![self.row(printer, *include, api_version, &stored.shown())?],
            }),
        }
    }

    /// A list.
    pub(crate) fn list(&self, list: &List) -> Result<Bytes, StatusError> {
        match &self.form {
            FormOf::Object => Ok(self.whole_list(list)),
            FormOf::Metadata => Err(StatusError::new(
                Reason::NotAcceptable,
                format!(
                    "you requested PartialObjectMetadata, but the requested object is a list (*{}.{}List)",
                    if self.info.group.is_empty() {
                        "core"
                    } else {
                        self.info.group
                    },
                    self.info.kind
                ),
            )),
            FormOf::MetadataList => {
                let shown: Vec<Bytes> = list.items.iter().map(Stored::shown).collect();
                let items = shown.iter().map(|json| partial_metadata(json, META));
                write(&PartialObjectMetadataList {
                    kind: "PartialObjectMetadataList",
                    api_version: META,
                    metadata: ListMetadata::of(list),
                    items: items.collect::<Result<_, _>>()?,
                })
            }
            FormOf::Table {
                api_version,
                printer,
                include,
            } => {
                let shown: Vec<Bytes> = list.items.iter().map(Stored::shown).collect();
                let rows = shown.iter();
                let rows = rows.map(|json| self.row(printer, *include, api_version, json));
                write(&Table {
                    kind: "Table",
                    api_version,
                    metadata: ListMetadata::of(list),
                    column_definitions: Some(printer.columns),
                    rows: rows.collect::<Result<_, _>>()?,
                })
            }
        }
    }

    /// A list in its binary form, object after object: no text of all of it is made.
    pub(crate) fn binary_list(
        &self,
        list: &List,
    ) -> Result<Result<Vec<u8>, EncodeError>, StatusError> {
        let metadata = write(&ListMetadata::of(list))?;
        let items = list.items.iter().map(Stored::shown);
        Ok(match &self.form {
            FormOf::Object => {
                protobuf::encode_list(&self.info.api_version(), self.info.kind, &metadata, items)
            }
            FormOf::MetadataList => {
                protobuf::encode_list(META, "PartialObjectMetadata", &metadata, items)
            }
            // Refused, or without a message: in the words of the other forms.
            FormOf::Metadata | FormOf::Table { .. } => protobuf::encode(&self.list(list)?),
        })
    }

    /// What a bookmark carries: an empty object whose resourceVersion is the news.
    pub(crate) fn bookmark(
        &self,
        revision: Revision,
        is_end_of_initial_events: bool,
        with_columns: bool,
    ) -> Result<Bytes, StatusError> {
        let mut metadata = json!({"resourceVersion": revision.to_string()});
        if is_end_of_initial_events {
            metadata["annotations"] = json!({"k8s.io/initial-events-end": "true"});
        }
        let mut object = json!({
            "kind": self.info.kind,
            "apiVersion": self.info.api_version(),
            "metadata": metadata,
        });
        // Fields that upstream's types always print; typed clients insist on some of them.
        match self.info.kind {
            "Job" => {
                object["spec"] =
                    json!({"template": {"metadata": {}, "spec": {"containers": null}}});
                object["status"] = json!({});
            }
            "Pod" => {
                object["spec"] = json!({"containers": null});
                object["status"] = json!({});
            }
            _ => {}
        }
        let object = object.to_string();
        match &self.form {
            FormOf::Object => Ok(Bytes::from(object)),
            FormOf::Metadata | FormOf::MetadataList => {
                write(&partial_metadata(object.as_bytes(), META)?)
            }
            FormOf::Table {
                api_version,
                printer,
                include,
            } => {
                let object = row_object(object.as_bytes(), *include, api_version)?;
                write(&Table {
                    kind: "Table",
                    api_version,
                    metadata: ListMetadata::at(revision),
                    column_definitions: with_columns.then_some(printer.columns),
                    rows: vec![Row {
                        cells: printer.empty_cells(self.now),
                        object,
                    }],
                })
            }
        }
    }

    fn row<'a>(
        &self,
        printer: &DynPrinter,
        include: IncludeObject,
        api_version: &'static str,
        json: &'a [u8],
    ) -> Result<Row<'a>, StatusError> {
        Ok(Row {
            cells: printer
                .cells(json, self.now)
                .map_err(StatusError::internal)?,
            object: row_object(json, include, api_version)?,
        })
    }

    /// The texts of the objects one after the other: nothing is decoded.
    fn whole_list(&self, list: &List) -> Bytes {
        let size: usize = list.items.iter().map(|stored| stored.json.len() + 1).sum();
        let mut out = Vec::with_capacity(size + 256);
        let metadata = serde_json::to_string(&ListMetadata::of(list))
            .expect("strings and numbers are always JSON");
        let begin = format!(
            r#"{{"kind":"{}List","apiVersion":"{}","metadata":{metadata},"items":["#,
            self.info.kind,
            self.info.api_version()
        );
        out.extend_from_slice(begin.as_bytes());
        for (index, stored) in list.items.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(&stored.shown());
        }
        out.extend_from_slice(b"]}");
        Bytes::from(out)
    }
}

fn row_object<'a>(
    json: &'a [u8],
    include: IncludeObject,
    api_version: &'static str,
) -> Result<RowObject<'a>, StatusError> {
    Ok(match include {
        IncludeObject::Metadata => RowObject::Metadata(partial_metadata(json, api_version)?),
        IncludeObject::Object => {
            RowObject::Object(serde_json::from_slice(json).map_err(StatusError::internal)?)
        }
        IncludeObject::None => RowObject::None,
    })
}

fn partial_metadata<'a>(
    json: &'a [u8],
    api_version: &'static str,
) -> Result<PartialObjectMetadata<'a>, StatusError> {
    let found: OnlyMetadata<'a> = serde_json::from_slice(json).map_err(StatusError::internal)?;
    Ok(PartialObjectMetadata {
        kind: "PartialObjectMetadata",
        api_version,
        metadata: found.metadata,
    })
}

fn write(value: &impl Serialize) -> Result<Bytes, StatusError> {
    let text = serde_json::to_vec(value).map_err(StatusError::internal)?;
    Ok(Bytes::from(text))
}
