//! YAML as Kubernetes reads it: turned into JSON first, then decoded as such.
//!
//! YAML 1.1 in the points where people notice: `yes`, `on` and `off` are
//! booleans, `0644` is octal. Keys are text whatever they look like. Aliases
//! are followed, within bounds.
//!
//! Source: `sigs.k8s.io/yaml` `YAMLToJSON`, `YAMLToJSONStrict`.

use std::{cell::RefCell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_saphyr::{Spanned, options::DuplicateKeyPolicy};

/// Deepest nesting: less than that of JSON, because the YAML reader needs some
/// 20 KB of stack for each level in a debug build.
const DEPTH_MAX: usize = 50;

/// Most nodes that aliases may stand for, so that a few lines cannot become
/// gigabytes. A manifest that shares a template a hundred times stays below.
const ALIASED_NODES_MAX: usize = 100_000;

/// What a YAML document holds.
#[derive(Debug, PartialEq)]
pub(super) struct Document {
    /// As JSON; of equal keys the last counts.
    pub(super) value: Value,
    /// Keys that stand twice in a map.
    pub(super) duplicates: Vec<Duplicate>,
}

/// A key that stands twice.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Duplicate {
    pub(super) key: String,
    /// The line of the second, from 1.
    pub(super) line: usize,
}

/// Text that is not YAML.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    /// From 1.
    pub(super) line: usize,
    pub(super) message: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "yaml: line {}: {}", self.line, self.message)
    }
}

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, line } = self;
        write!(f, "line {line}: key {key:?} already set in map")
    }
}

/// Reads the one document of this text; no document at all is null.
pub(super) fn parse(text: &str) -> Result<Document, SyntaxError> {
    let duplicates = RefCell::new(Vec::new());
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        legacy_octal_numbers: true,
        with_snippet: false,
        budget: serde_saphyr::budget! { max_depth: DEPTH_MAX },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: ALIASED_NODES_MAX },
    };
    let reader = Reader {
        duplicates: &duplicates,
    };
    let read = serde_saphyr::with_deserializer_from_str_with_options(text, options, |yaml| {
        reader.deserialize(yaml)
    });
    match read {
        Ok(value) => Ok(Document {
            value,
            duplicates: duplicates.into_inner(),
        }),
        Err(error) => Err(SyntaxError {
            line: error.location().map_or(1, |at| line_of(at.line())),
            message: without_location(&error.without_snippet().to_string()),
        }),
    }
}

/// The parser ends its messages with the place, which may be one inside of a
/// part of a file; the caller knows the whole.
fn without_location(message: &str) -> String {
    match message.rsplit_once(" at line ") {
        Some((message, _)) => message.to_owned(),
        None => message.to_owned(),
    }
}

fn line_of(line: u64) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX)
}

#[derive(Clone, Copy)]
struct Reader<'d> {
    duplicates: &'d RefCell<Vec<Duplicate>>,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    /// A whole number stays one on the way through JSON: Go prints `2.0` as `2`.
    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Value, E> {
        /// From here on, not every whole number has a float.
        const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
        if !number.is_finite() {
            return Err(E::custom(format_args!("json: unsupported value: {number}")));
        }
        if number.fract() == 0.0 && number.abs() < EXACT_MAX {
            return Ok((number as i64).into());
        }
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        /// As many as upstream would print is already more than anyone reads.
        const DUPLICATES_MAX: usize = 100;
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<Spanned<String>>()? {
            let line = line_of(key.referenced.line());
            let value = entries.next_value_seed(self)?;
            let mut duplicates = self
                .duplicates
                .try_borrow_mut()
                .map_err(|_| A::Error::custom("nested reading of one map"))?;
            if map.contains_key(&key.value) && duplicates.len() < DUPLICATES_MAX {
                duplicates.push(Duplicate {
                    key: key.value.clone(),
                    line,
                });
            }
            map.insert(key.value, value);
        }
        Ok(map.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars_are_those_of_yaml_1_1() {
        let text = "a: yes\nb: 0644\nc: 2.0\nd: '2'\ne: ~\nf: 1e3\n1: one\ng: off\nh: 0x10\n";
        assert_eq!(
            parse(text).expect("YAML").value,
            json!({"a": true, "b": 420, "c": 2, "d": "2", "e": null, "f": 1000, "1": "one", "g": false, "h": 16})
        );
    }

    #[test]
    fn a_key_that_stands_twice_is_noted_with_its_line() {
        let read = parse("spec:\n  a: 1\n  b: 2\n  a: 3\n").expect("YAML");
        assert_eq!(read.value, json!({"spec": {"a": 3, "b": 2}}));
        let texts: Vec<String> = read.duplicates.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["line 4: key \"a\" already set in map"]);
    }

    #[test]
    fn anchors_and_merge_keys_are_followed() {
        let text = "base: &b {x: 1, y: 2}\nuse: *b\nmore: {<<: *b, y: 3}\n";
        assert_eq!(
            parse(text).expect("YAML").value,
            json!({"base": {"x": 1, "y": 2}, "use": {"x": 1, "y": 2}, "more": {"x": 1, "y": 3}})
        );
    }

    #[test]
    fn an_error_names_its_line_once() {
        let error = parse("a: 1\nb: [1\n").expect_err("an open bracket");
        assert_eq!(error.line, 2);
        assert!(!error.message.contains("line"), "{error}");
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let inner = format!("*a{}", level - 1);
            let list = vec![inner; 10].join(", ");
            text.extend([
                "a",
                &level.to_string(),
                ": &a",
                &level.to_string(),
                " [",
                &list,
                "]\n",
            ]);
        }
        parse(&text).expect_err("ten to the twelfth nodes");
    }

    #[test]
    fn depth_is_bounded() {
        let flow = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        parse(&flow(DEPTH_MAX)).expect("as deep as may be");
        parse(&flow(DEPTH_MAX + 1)).expect_err("too deep");
        parse(&"[".repeat(10_000)).expect_err("too deep");
        parse(&"- ".repeat(10_000)).expect_err("too deep");
        parse(&"{a: ".repeat(10_000)).expect_err("too deep");
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        parse("a: .nan").expect_err("no number");
    }
}
