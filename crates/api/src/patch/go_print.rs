//! Values as Go's `%v` prints them: errors about patches show the patch so.

use std::fmt;

use serde_json::Value;

/// Prints as Go prints a `map[string]interface {}`: `map[spec:map[suspend:true]]`.
pub(crate) struct GoPrint<'a>(pub(crate) &'a Value);

impl fmt::Display for GoPrint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null => f.write_str("<nil>"),
            Value::Bool(flag) => write!(f, "{flag}"),
            Value::Number(number) => write!(f, "{number}"),
            Value::String(text) => f.write_str(text),
            Value::Array(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{}", if index > 0 { " " } else { "" }, GoPrint(item))?;
                }
                f.write_str("]")
            }
            Value::Object(entries) => {
                f.write_str("map[")?;
                for (index, (key, value)) in entries.iter().enumerate() {
                    let space = if index > 0 { " " } else { "" };
                    write!(f, "{space}{key}:{}", GoPrint(value))?;
                }
                f.write_str("]")
            }
        }
    }
}

/// Go's name of the type a JSON value is read into.
pub(crate) fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}
