//! When two objects mean the same.
//!
//! In Kubernetes an absent list or map is the empty one, so that `args: []` is
//! no change. Whether a spec changed decides about its generation, and whether
//! a field changed about immutability; both ask here.
//!
//! Amounts of resources need no care: they are canonical since defaulting.
//!
//! Source: apimachinery `pkg/api/equality`, `Semantic.DeepEqual`.

use serde::Serialize;
use serde_json::Value;

/// Fields that hold maps: empty is absent. (Every other empty JSON object is a
/// structure, whose presence alone can matter, as in `emptyDir: {}`.)
const MAPS: [&str; 9] = [
    "annotations",
    "capacity",
    "labels",
    "limits",
    "matchLabels",
    "nodeSelector",
    "overhead",
    "podFixed",
    "requests",
];

/// Whether the two mean the same.
pub fn semantic<T: PartialEq + Serialize>(a: &T, b: &T) -> bool {
    // Equal at first sight is by far the common case.
    a == b || stripped(a) == stripped(b)
}

/// The JSON of a value without empty lists and maps.
fn stripped<T: Serialize>(value: &T) -> Value {
    // Values that cannot be JSON (none of ours) compare as different: `a == b` said so.
    let mut json = serde_json::to_value(value).unwrap_or(Value::Null);
    strip(&mut json);
    json
}

fn strip(json: &mut Value) {
    match json {
        Value::Object(fields) => {
            fields.retain(|name, field| {
                strip(field);
                match field {
                    Value::Null => false,
                    Value::Array(items) => !items.is_empty(),
                    Value::Object(entries) => !entries.is_empty() || !MAPS.contains(&name.as_str()),
                    Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
                }
            });
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::PodSpec;

    #[test]
    fn empty_lists_and_maps_are_absent_ones() {
        let spec = |json| serde_json::from_value::<PodSpec>(json).expect("a PodSpec");
        let bare = spec(serde_json::json!({"containers": [{"name": "c"}]}));
        let empty = spec(serde_json::json!({
            "containers": [{"name": "c", "args": [], "resources": null}],
            "nodeSelector": {},
        }));
        let present = spec(serde_json::json!({
            "containers": [{"name": "c"}], "securityContext": {},
        }));
        assert!(semantic(&bare, &empty));
        assert!(!semantic(&bare, &present));
    }
}
