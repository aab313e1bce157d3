//! Manifest files: many documents, YAML or JSON, for the command line.

use serde_json::Value;

/// One object of a manifest file.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The object as JSON.
    pub value: Value,
    /// The line of the file where it begins, from 1.
    pub line: usize,
}

/// A manifest file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct DocumentError {
    /// The line of the file, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

/// The objects of a file in their order.
///
/// Documents are parted by lines of `---`; empty ones are left out. JSON is
/// read as YAML, of which it is a part. The items of a `List` stand for
/// themselves, at the line of their list.
///
/// # Errors
/// The first document that is not YAML, or not an object, with its line.
pub fn documents(text: &str) -> Result<Vec<Document>, DocumentError> {
    let mut found = Vec::new();
    for (line, part) in split(text) {
        let value: Value = serde_saphyr::from_str(part).map_err(|error| DocumentError {
            line: line + error.location().map_or(0, |at| at.line() as usize - 1),
            message: error.without_snippet().to_string(),
        })?;
        match value {
            Value::Null => {}
            Value::Object(_) => flatten(value, line, &mut found),
            _ => {
                return Err(DocumentError {
                    line,
                    message: "the document is not an object".to_owned(),
                });
            }
        }
    }
    Ok(found)
}

/// The parts between lines of `---`, each with the line of its first content.
fn split(text: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let (mut start, mut first_line, mut offset) = (0, 1, 0);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        offset += line.len();
        if line.trim_end() == "---" || line.starts_with("--- ") {
            parts.push((first_line, &text[start..offset - line.len()]));
            (start, first_line) = (offset, index + 2);
        }
    }
    parts.push((first_line, &text[start..]));
    parts
}

fn flatten(value: Value, line: usize, found: &mut Vec<Document>) {
    match value {
        Value::Object(mut object)
            if object.get("kind").and_then(Value::as_str) == Some("List")
                && object.get("items").is_some_and(Value::is_array) =>
        {
            if let Some(Value::Array(items)) = object.remove("items") {
                for item in items {
                    flatten(item, line, found);
                }
            }
        }
        value => found.push(Document { value, line }),
    }
}
