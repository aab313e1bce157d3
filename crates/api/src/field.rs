//! Paths to fields, and what is wrong with them.
//!
//! An [`ErrorList`] collects every fault of an object; it becomes one `Invalid`
//! Status whose message and causes are Kubernetes' own.
//!
//! Source: apimachinery `pkg/util/validation/field` (texts), `errors.NewInvalid`
//! (assembly).

#![expect(
    clippy::needless_pass_by_value,
    reason = "values that are printed once read better without borrows at the many callers"
)]

use std::{
    fmt::{self, Write as _},
    ops::Deref,
};

/// Where in the object: `spec.template.spec.containers[0].name`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(String);

impl Path {
    /// A path that begins at the field `name`.
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The field `name` below.
    pub fn child(&self, name: &str) -> Self {
        if self.0.is_empty() {
            Self::new(name)
        } else {
            self.extended(".", name, "")
        }
    }

    /// The element `index` of the list.
    pub fn index(&self, index: usize) -> Self {
        self.extended("[", &index.to_string(), "]")
    }

    /// The entry `key` of the map.
    pub fn key(&self, key: &str) -> Self {
        self.extended("[", key, "]")
    }

    /// One allocation: a path is made for every field checked, faulty or not.
    fn extended(&self, before: &str, segment: &str, after: &str) -> Self {
        let length = self.0.len() + before.len() + segment.len() + after.len();
        let mut path = String::with_capacity(length);
        for part in [&self.0, before, segment, after] {
            path.push_str(part);
        }
        Self(path)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The kind of fault: the `reason` of a cause, and the first words of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldErrorKind {
    /// `Required value`
    Required,
    /// `Invalid value`
    Invalid,
    /// `Duplicate value`
    Duplicate,
    /// `Unsupported value`
    NotSupported,
    /// `Forbidden`
    Forbidden,
    /// `Too long`
    TooLong,
    /// `Too many`
    TooMany,
    /// `Not found`
    NotFound,
    /// `Internal error`
    Internal,
}

impl FieldErrorKind {
    /// The words before the value.
    pub fn text(self) -> &'static str {
        match self {
            Self::Required => "Required value",
            Self::Invalid => "Invalid value",
            Self::Duplicate => "Duplicate value",
            Self::NotSupported => "Unsupported value",
            Self::Forbidden => "Forbidden",
            Self::TooLong => "Too long",
            Self::TooMany => "Too many",
            Self::NotFound => "Not found",
            Self::Internal => "Internal error",
        }
    }

    /// `FieldValueInvalid` and its like: the `reason` of the Status cause.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Required => "FieldValueRequired",
            Self::Invalid => "FieldValueInvalid",
            Self::Duplicate => "FieldValueDuplicate",
            Self::NotSupported => "FieldValueNotSupported",
            Self::Forbidden => "FieldValueForbidden",
            Self::TooLong => "FieldValueTooLong",
            Self::TooMany => "FieldValueTooMany",
            Self::NotFound => "FieldValueNotFound",
            Self::Internal => "InternalError",
        }
    }
}

/// One fault of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// What kind of fault.
    pub kind: FieldErrorKind,
    /// Where.
    pub path: Path,
    /// The offending value as Go prints it in errors (strings quoted, numbers
    /// bare, structures as JSON); `None` where Kubernetes prints none.
    pub value: Option<String>,
    /// What should have been; may be empty.
    pub detail: String,
}

impl FieldError {
    /// A field that must be there.
    pub fn required(path: &Path, detail: impl Into<String>) -> Self {
        Self {
            kind: FieldErrorKind::Required,
            path: path.clone(),
            value: None,
            detail: detail.into(),
        }
    }

    /// A value that breaks a rule.
    pub fn invalid(path: &Path, value: impl GoValue, detail: impl Into<String>) -> Self {
        Self {
            kind: FieldErrorKind::Invalid,
            path: path.clone(),
            value: Some(value.go_value()),
            detail: detail.into(),
        }
    }

    /// A value that stands twice.
    pub fn duplicate(path: &Path, value: impl GoValue) -> Self {
        Self {
            kind: FieldErrorKind::Duplicate,
            path: path.clone(),
            value: Some(value.go_value()),
            detail: String::new(),
        }
    }

    /// A value outside of the fixed set; `supported` is printed in the order given.
    pub fn not_supported(path: &Path, value: impl GoValue, supported: &[&str]) -> Self {
        let list: Vec<String> = supported.iter().map(|one| quoted(one)).collect();
        let detail = if list.is_empty() {
            String::new()
        } else {
            format!("supported values: {}", list.join(", "))
        };
        Self {
            kind: FieldErrorKind::NotSupported,
            path: path.clone(),
            value: Some(value.go_value()),
            detail,
        }
    }

    /// A field that may not be set here.
    pub fn forbidden(path: &Path, detail: impl Into<String>) -> Self {
        Self {
            kind: FieldErrorKind::Forbidden,
            path: path.clone(),
            value: None,
            detail: detail.into(),
        }
    }

    /// A value of more than `max` bytes; the value itself is not printed.
    pub fn too_long(path: &Path, max: usize) -> Self {
        Self {
            kind: FieldErrorKind::TooLong,
            path: path.clone(),
            value: None,
            detail: format!("may not be more than {max} bytes"),
        }
    }

    /// A value that breaks a rule and is not printed.
    pub fn invalid_unprinted(path: &Path, detail: impl Into<String>) -> Self {
        Self {
            kind: FieldErrorKind::Invalid,
            path: path.clone(),
            value: None,
            detail: detail.into(),
        }
    }

    /// A list of `count` elements where at most `max` may be.
    pub fn too_many(path: &Path, count: usize, max: usize) -> Self {
        Self {
            kind: FieldErrorKind::TooMany,
            path: path.clone(),
            value: Some(count.to_string()),
            detail: format!("must have at most {max} items"),
        }
    }

    /// A reference to what does not exist.
    pub fn not_found(path: &Path, value: impl GoValue) -> Self {
        Self {
            kind: FieldErrorKind::NotFound,
            path: path.clone(),
            value: Some(value.go_value()),
            detail: String::new(),
        }
    }

    /// The text without the path: `Invalid value: -1: must be greater than or equal to 0`.
    pub fn body(&self) -> String {
        let mut text = self.kind.text().to_owned();
        if let Some(value) = &self.value {
            text.push_str(": ");
            text.push_str(value);
        }
        if !self.detail.is_empty() {
            text.push_str(": ");
            text.push_str(&self.detail);
        }
        text
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.body())
    }
}

/// Most faults that are kept of one object. Kubernetes keeps all; a body of three
/// megabytes can hold a million, of which the answer would take gigabytes.
pub const ERRORS_MAX: usize = 1000;

/// Every fault of an object, in the order found: the first [`ERRORS_MAX`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorList(Vec<FieldError>);

impl ErrorList {
    /// No fault.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a fault, if there is room.
    pub fn push(&mut self, error: FieldError) {
        if self.0.len() < ERRORS_MAX {
            self.0.push(error);
        }
    }
}

impl Deref for ErrorList {
    type Target = [FieldError];

    fn deref(&self) -> &[FieldError] {
        &self.0
    }
}

impl From<FieldError> for ErrorList {
    fn from(error: FieldError) -> Self {
        Self(vec![error])
    }
}

impl Extend<FieldError> for ErrorList {
    fn extend<I: IntoIterator<Item = FieldError>>(&mut self, errors: I) {
        let room = ERRORS_MAX - self.0.len();
        self.0.extend(errors.into_iter().take(room));
    }
}

impl IntoIterator for ErrorList {
    type Item = FieldError;
    type IntoIter = std::vec::IntoIter<FieldError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// How Go prints a value inside a field error.
pub trait GoValue {
    /// Strings quoted, numbers and booleans bare, structures as compact JSON.
    fn go_value(&self) -> String;
}

impl GoValue for &str {
    fn go_value(&self) -> String {
        quoted(self)
    }
}

impl GoValue for &String {
    fn go_value(&self) -> String {
        self.as_str().go_value()
    }
}

impl GoValue for String {
    fn go_value(&self) -> String {
        self.as_str().go_value()
    }
}

/// A pointer: what it points to, or `null`.
impl<T: GoValue> GoValue for Option<T> {
    fn go_value(&self) -> String {
        match self {
            None => "null".to_owned(),
            Some(value) => value.go_value(),
        }
    }
}

/// A string as Go's `%q` prints it.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\x07' => quoted.push_str("\\a"),
            '\x08' => quoted.push_str("\\b"),
            '\x0c' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\x0b' => quoted.push_str("\\v"),
            control if control.is_control() => {
                let code = u32::from(control);
                let _ = if code < 0x80 {
                    write!(quoted, "\\x{code:02x}")
                } else {
                    write!(quoted, "\\u{code:04x}")
                };
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

/// A structure: printed as compact JSON.
pub struct Json<T>(pub T);

impl<T: serde::Serialize> GoValue for Json<T> {
    fn go_value(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

macro_rules! bare { ($($ty:ty)*) => { $(impl GoValue for $ty { fn go_value(&self) -> String { self.to_string() } })* } }
bare! { i32 i64 u32 u64 usize bool }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_print_as_go_prints_them() {
        for (text, printed) in [
            ("pi", r#""pi""#),
            (r#"a"b\c"#, r#""a\"b\\c""#),
            ("\u{7}\u{8}\u{c}\n\r\t\u{b}", r#""\a\b\f\n\r\t\v""#),
            ("\0\u{1b}\u{7f}", r#""\x00\x1b\x7f""#),
            ("\u{85}", r#""\u0085""#),
            ("grün 'x'", r#""grün 'x'""#),
        ] {
            assert_eq!(quoted(text), printed);
        }
        assert_eq!(Some(1).go_value(), "1");
        assert_eq!(None::<i32>.go_value(), "null");
        assert_eq!(Json([1, 2]).go_value(), "[1,2]");
    }

    #[test]
    fn paths_grow_from_the_left() {
        let list = Path::new("spec").child("containers");
        assert_eq!(
            list.index(0).child("name").to_string(),
            "spec.containers[0].name"
        );
        assert_eq!(
            Path::new("labels").key("a.b/c").to_string(),
            "labels[a.b/c]"
        );
        assert_eq!(Path::default().child("data").to_string(), "data");
    }
}
