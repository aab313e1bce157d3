//! Manifest files: many documents, YAML or JSON, for the command line.
//!
//! A file is read before anything of it is used, so errors name its lines.

use serde_json::Value;

use super::{json, read, yaml};

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
/// YAML documents are parted by lines of `---`; JSON objects follow each other.
/// Empty documents are left out. The items of a `List` stand for themselves,
/// at the line of their list.
///
/// # Errors
/// The first document that cannot be read, is no object, or has a key twice in
/// one map: which of the two counts would be a guess.
pub fn documents(text: &str) -> Result<Vec<Document>, DocumentError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('{') {
        // `{kind: Job}` is YAML that begins like JSON.
        return json_documents(text).or_else(|error| yaml_documents(text).map_err(|_| error));
    }
    yaml_documents(text)
}

fn yaml_documents(text: &str) -> Result<Vec<Document>, DocumentError> {
    let mut found = Vec::new();
    for (first_line, part) in split(text) {
        let document = yaml::parse(part).map_err(|error| DocumentError {
            line: first_line + error.line - 1,
            message: error.message,
        })?;
        if let Some(duplicate) = document.duplicates.first() {
            return Err(DocumentError {
                line: first_line + duplicate.line - 1,
                message: format!("key {:?} already set in map", duplicate.key),
            });
        }
        let content = part.lines().position(|line| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with('#')
        });
        push(
            document.value,
            first_line + content.unwrap_or(0),
            &mut found,
        )?;
    }
    Ok(found)
}

fn json_documents(text: &str) -> Result<Vec<Document>, DocumentError> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let line_at = |rest: &str| 1 + text[..text.len() - rest.len()].matches('\n').count();
        let line = line_at(rest);
        let (node, length) = json::parse_first(rest.as_bytes()).map_err(|fault| DocumentError {
            line: line_at(&rest[rest.floor_char_boundary(fault.at)..]),
            message: fault.error.to_string(),
        })?;
        if let Some(duplicate) = read::duplicates(&node).into_iter().next() {
            return Err(DocumentError {
                line,
                message: duplicate,
            });
        }
        push(node.into_value(), line, &mut found)?;
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

/// The parts between lines of `---`, each with the line where it begins.
fn split(text: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let (mut start, mut first_line, mut end) = (0, 1, 0);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if line.trim_end() == "---" || line.starts_with("--- ") {
            parts.push((first_line, &text[start..end]));
            // What follows on the same line belongs to the next document.
            (start, first_line) = (end + 3, index + 1);
        }
        end += line.len();
    }
    parts.push((first_line, &text[start..]));
    parts
}

/// Adds an object, or the items of a list of objects.
fn push(value: Value, line: usize, found: &mut Vec<Document>) -> Result<(), DocumentError> {
    match value {
        Value::Null => {}
        Value::Object(mut object) => {
            let kind = object.get("kind").and_then(Value::as_str).unwrap_or("");
            let item_kind = kind.strip_suffix("List").map(str::to_owned);
            match (object.remove("items"), item_kind) {
                (Some(Value::Array(items)), Some(kind)) => {
                    for mut item in items {
                        name_item(&mut item, &kind, object.get("apiVersion"));
                        push(item, line, found)?;
                    }
                }
                (items, _) => {
                    object.extend(items.map(|items| ("items".to_owned(), items)));
                    let value = object.into();
                    found.push(Document { value, line });
                }
            }
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            return Err(DocumentError {
                line,
                message: "expected an object with apiVersion and kind".to_owned(),
            });
        }
    }
    Ok(())
}

/// The items of a typed list, such as a `JobList` that the API gave, do not say
/// what they are; the list does.
fn name_item(item: &mut Value, kind: &str, api_version: Option<&Value>) {
    let (Value::Object(item), false) = (item, kind.is_empty()) else {
        return;
    };
    item.entry("kind").or_insert_with(|| kind.into());
    if let Some(api_version) = api_version {
        item.entry("apiVersion")
            .or_insert_with(|| api_version.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(String, usize)> {
        let found = documents(text).expect("a readable file");
        let name = |one: &Document| {
            one.value["metadata"]["name"]
                .as_str()
                .unwrap_or("?")
                .to_owned()
        };
        found.iter().map(|one| (name(one), one.line)).collect()
    }

    fn job(name: &str) -> String {
        format!("kind: Job\nmetadata: {{name: {name}}}\n")
    }

    #[test]
    fn documents_keep_their_order_and_line() {
        let text = format!(
            "# first\n\n{}---\n# nothing here\n---\n{}--- # last\n{}",
            job("a"),
            job("b"),
            job("c")
        );
        let expected = [("a", 3), ("b", 8), ("c", 11)];
        assert_eq!(
            names(&text),
            expected.map(|(name, line)| (name.to_owned(), line))
        );
    }

    #[test]
    fn lists_are_flattened() {
        let text = "kind: List\nitems:\n- {kind: Job, metadata: {name: a}}\n- kind: List\n  items: [{kind: Pod, metadata: {name: b}}]\n";
        assert_eq!(names(text), [("a".to_owned(), 1), ("b".to_owned(), 1)]);
    }

    #[test]
    fn items_of_a_typed_list_are_of_its_kind() {
        let text = "{apiVersion: batch/v1, kind: JobList, items: [{metadata: {name: a}}]}";
        let found = documents(text).expect("a readable file");
        assert_eq!(found[0].value["kind"], "Job");
        assert_eq!(found[0].value["apiVersion"], "batch/v1");
    }

    #[test]
    fn json_objects_follow_each_other() {
        let text = "\n{\"metadata\":\t{\"name\": \"a\"}}\n{\"metadata\": {\"name\": \"b\"}}";
        assert_eq!(names(text), [("a".to_owned(), 2), ("b".to_owned(), 3)]);
        let yaml = "{metadata: {name: a}}\n---\n{metadata: {name: b}}\n";
        assert_eq!(names(yaml), [("a".to_owned(), 1), ("b".to_owned(), 3)]);
    }

    #[test]
    fn errors_name_the_line_of_the_file() {
        for (text, expected) in [
            (
                format!("{}---\nkind: Job\nkind: Pod\n", job("a")),
                "line 5: key \"kind\" already set in map",
            ),
            (
                "\n- a\n".to_owned(),
                "line 2: expected an object with apiVersion and kind",
            ),
            (
                "{\n\"a\": 1,\n\"b\" 2}".to_owned(),
                "line 3: invalid character '2' after object key",
            ),
            (
                "{\"a\": 1, \"a\": 2}".to_owned(),
                "line 1: duplicate field \"a\"",
            ),
        ] {
            let found = documents(&text).expect_err(&text).to_string();
            assert_eq!(found, expected, "{text}");
        }
        let broken = documents("a: 1\n---\nb: [1,\nc: }\n").expect_err("broken");
        assert!((3..=4).contains(&broken.line), "{broken}");
    }
}
