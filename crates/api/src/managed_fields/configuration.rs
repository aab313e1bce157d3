//! What an applier sends: YAML or JSON, with apiVersion and kind.
//!
//! Source: apiserver `pkg/endpoints/handlers/patch.go` `applyPatcher`; apimachinery
//! `pkg/util/managedfields/internal/{versioncheck,structuredmerge}.go`.

use serde_json::{Map, Value};

use crate::{
    ResourceInfo, StatusError,
    decode::{Decoded, FieldValidation, read_any_yaml},
    schema::Definition,
};

/// The body of an apply.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    object: Value,
}

impl Configuration {
    /// Reads a body.
    ///
    /// # Errors
    /// 400 for what is no map in YAML, and under strict validation for keys that
    /// stand twice. Otherwise these are warnings.
    pub fn read(bytes: &[u8], validation: FieldValidation) -> Result<Decoded<Self>, StatusError> {
        let refuse = |why: String| StatusError::bad_request(format!("error decoding YAML: {why}"));
        let Decoded { object, warnings } = read_any_yaml(bytes).map_err(refuse)?;
        let object = match object {
            Value::Null => Value::Object(Map::new()),
            Value::Object(map) => Value::Object(map),
            other => {
                let kind = crate::patch::json_kind(&other);
                return Err(refuse(format!(
                    "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} \
                     into Go value of type map[string]interface {{}}"
                )));
            }
        };
        let warnings = match validation {
            FieldValidation::Ignore => Vec::new(),
            FieldValidation::Strict if !warnings.is_empty() => {
                return Err(StatusError::bad_request(format!(
                    "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal \
                     errors:\n  {}",
                    warnings.join("\n  ")
                )));
            }
            FieldValidation::Warn | FieldValidation::Strict => warnings,
        };
        Ok(Decoded {
            object: Self { object },
            warnings,
        })
    }

    /// What it says.
    pub(super) fn object(&self) -> &Value {
        &self.object
    }

    /// `metadata.uid`, if it names the object it means.
    pub fn uid(&self) -> Option<&str> {
        self.text("/metadata/uid")
    }

    /// Fills in the name of the path where the body has none.
    pub fn default_name(&mut self, name: &str) {
        if self.text("/metadata/name").is_some() {
            return;
        }
        let Value::Object(object) = &mut self.object else {
            return;
        };
        let metadata = object.entry("metadata");
        let metadata = metadata.or_insert_with(|| Value::Object(Map::new()));
        if metadata.is_null() {
            *metadata = Value::Object(Map::new());
        }
        // Of another type it is refused with all that does not fit the schema.
        if let Value::Object(metadata) = metadata {
            metadata.insert("name".to_owned(), name.into());
        }
    }

    fn text(&self, pointer: &str) -> Option<&str> {
        let text = self.object.pointer(pointer).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
    }

    /// Only the kind of the path can be applied there.
    pub(super) fn check_kind(&self, info: &ResourceInfo) -> Result<(), StatusError> {
        let is_kind = self.text("/kind") == Some(info.kind);
        if is_kind && self.text("/apiVersion") == Some(&info.api_version()) {
            return Ok(());
        }
        Err(StatusError::bad_request(format!(
            "invalid object type: {}",
            self.kind_in_go()
        )))
    }

    /// As Go prints group, version and kind: `batch/v1, Kind=Job`, `/v1, Kind=Pod`.
    fn kind_in_go(&self) -> String {
        let api_version = self.text("/apiVersion").unwrap_or("");
        let kind = self.text("/kind").unwrap_or("");
        match api_version.split('/').collect::<Vec<_>>()[..] {
            [version] => format!("/{version}, Kind={kind}"),
            [_, _] => format!("{api_version}, Kind={kind}"),
            _ => "/, Kind=".to_owned(),
        }
    }

    /// The object as errors name it: `team/pi; batch/v1, Kind=Job`.
    pub(super) fn described(&self) -> String {
        format!(
            "{}/{}; {}",
            self.text("/metadata/namespace").unwrap_or(""),
            self.text("/metadata/name").unwrap_or(""),
            self.kind_in_go()
        )
    }

    /// All of it must be of the schema, and nothing of it about owners.
    pub(super) fn check_content(&self, definition: &'static Definition) -> Result<(), StatusError> {
        let entries = self.object.pointer("/metadata/managedFields");
        if entries.is_some_and(Value::is_array) {
            return Err(StatusError::bad_request(
                "metadata.managedFields must be nil",
            ));
        }
        super::check::check(&self.object, definition).map_err(|why| {
            let what = self.described();
            StatusError::untyped(format!(
                "failed to create typed patch object ({what}): {why}"
            ))
        })
    }
}
