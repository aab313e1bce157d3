//! JSON as it is written: order kept, equal keys kept, numbers as text.
//!
//! A parser of our own, because what it keeps is what the errors are about
//! (which key stands twice, which number is none), and because its own errors
//! must read as Go's: clients print them.
//!
//! Source: Go `encoding/json/scanner.go`.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer,
    de::{
        IntoDeserializer, Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
};
use serde_json::{Map, Number, Value};

/// Deepest nesting of objects and lists.
///
/// Go refuses 10,000, which would need a megabyte of our stack for each reader.
/// The deepest object of the API nests about 25 times, and `serde_json`, which
/// reads objects back from the store, refuses 128.
pub(super) const DEPTH_MAX: usize = 100;

/// A value as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node<'a> {
    Null,
    Bool(bool),
    /// The digits, checked to be a number.
    Number(Cow<'a, str>),
    String(Cow<'a, str>),
    Array(Vec<Node<'a>>),
    Object(Entries<'a>),
}

/// The entries of an object, in their order; keys may stand twice.
pub(crate) type Entries<'a> = Vec<(Cow<'a, str>, Node<'a>)>;

/// Text that is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SyntaxError {
    /// The text ends too early.
    End,
    /// This byte cannot stand here.
    Byte(u8, &'static str),
    /// Deeper than [`DEPTH_MAX`].
    Depth,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str("unexpected end of JSON input"),
            Self::Byte(b'\'', place) => write!(f, "invalid character '\\'' {place}"),
            Self::Byte(b'"', place) => write!(f, "invalid character '\"' {place}"),
            Self::Byte(byte, place) => {
                let quoted = crate::field::quoted(char::from(*byte).encode_utf8(&mut [0; 4]));
                write!(
                    f,
                    "invalid character '{}' {place}",
                    quoted.trim_matches('"')
                )
            }
            Self::Depth => f.write_str("exceeded max depth"),
        }
    }
}

/// Reads one value; only white space may follow it.
pub(crate) fn parse(bytes: &[u8]) -> Result<Node<'_>, SyntaxError> {
    let mut parser = Parser { bytes, at: 0 };
    let value = parser.value(0)?;
    match parser.peek() {
        None => Ok(value),
        Some(byte) => Err(SyntaxError::Byte(byte, "after top-level value")),
    }
}

/// An error and the byte where it is.
pub(super) struct Fault {
    pub(super) error: SyntaxError,
    pub(super) at: usize,
}

/// Reads the value at the beginning, and says where it ends.
pub(super) fn parse_first(bytes: &[u8]) -> Result<(Node<'_>, usize), Fault> {
    let mut parser = Parser { bytes, at: 0 };
    match parser.value(0) {
        Ok(value) => Ok((value, parser.at)),
        Err(error) => Err(Fault {
            error,
            at: parser.at,
        }),
    }
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Parser<'a> {
    /// The next byte that is no white space, not consumed.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    /// The next byte, whatever it is, not consumed.
    fn here(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn value(&mut self, depth: usize) -> Result<Node<'a>, SyntaxError> {
        if depth > DEPTH_MAX {
            return Err(SyntaxError::Depth);
        }
        match self.peek().ok_or(SyntaxError::End)? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => Ok(Node::String(self.string()?)),
            b't' => self.literal("true", Node::Bool(true)),
            b'f' => self.literal("false", Node::Bool(false)),
            b'n' => self.literal("null", Node::Null),
            b'-' | b'0'..=b'9' => Ok(Node::Number(self.number()?.into())),
            byte => Err(SyntaxError::Byte(byte, "looking for beginning of value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Node<'a>, SyntaxError> {
        self.at += 1;
        let mut entries = Vec::new();
        loop {
            match self.peek().ok_or(SyntaxError::End)? {
                b'"' => {}
                b'}' if entries.is_empty() => {
                    self.at += 1;
                    return Ok(Node::Object(entries));
                }
                byte => {
                    let place = "looking for beginning of object key string";
                    return Err(SyntaxError::Byte(byte, place));
                }
            }
            let key = self.string()?;
            match self.peek().ok_or(SyntaxError::End)? {
                b':' => self.at += 1,
                byte => return Err(SyntaxError::Byte(byte, "after object key")),
            }
            entries.push((key, self.value(depth + 1)?));
            match self.peek().ok_or(SyntaxError::End)? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Ok(Node::Object(entries));
                }
                byte => return Err(SyntaxError::Byte(byte, "after object key:value pair")),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Node<'a>, SyntaxError> {
        self.at += 1;
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Node::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            match self.peek().ok_or(SyntaxError::End)? {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Ok(Node::Array(items));
                }
                byte => return Err(SyntaxError::Byte(byte, "after array element")),
            }
        }
    }

    fn literal(&mut self, word: &'static str, value: Node<'a>) -> Result<Node<'a>, SyntaxError> {
        for expected in word.bytes() {
            match self.here().ok_or(SyntaxError::End)? {
                byte if byte == expected => self.at += 1,
                byte => return Err(SyntaxError::Byte(byte, expecting(word, expected))),
            }
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<&'a str, SyntaxError> {
        let start = self.at;
        if self.here() == Some(b'-') {
            self.at += 1;
        }
        match self.here().ok_or(SyntaxError::End)? {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits("in numeric literal")?,
            byte => return Err(SyntaxError::Byte(byte, "in numeric literal")),
        }
        if self.here() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if let Some(b'e' | b'E') = self.here() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.here() {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        Ok(std::str::from_utf8(&self.bytes[start..self.at]).expect("digits and signs are ASCII"))
    }

    /// One digit or more.
    fn digits(&mut self, place: &'static str) -> Result<(), SyntaxError> {
        match self.here().ok_or(SyntaxError::End)? {
            b'0'..=b'9' => {}
            byte => return Err(SyntaxError::Byte(byte, place)),
        }
        while let Some(b'0'..=b'9') = self.here() {
            self.at += 1;
        }
        Ok(())
    }

    /// Bytes that are not UTF-8 become U+FFFD, as in Go.
    fn string(&mut self) -> Result<Cow<'a, str>, SyntaxError> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.here().ok_or(SyntaxError::End)? {
                b'"' => {
                    let text = String::from_utf8_lossy(&self.bytes[start..self.at]);
                    self.at += 1;
                    return Ok(text);
                }
                b'\\' => return self.escaped_string(start).map(Cow::Owned),
                byte if byte < b' ' => {
                    return Err(SyntaxError::Byte(byte, "in string literal"));
                }
                _ => self.at += 1,
            }
        }
    }

    /// The rest of a string whose first escape is here.
    fn escaped_string(&mut self, start: usize) -> Result<String, SyntaxError> {
        let mut text = String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned();
        loop {
            let plain = self.at;
            while self
                .here()
                .is_some_and(|byte| byte != b'"' && byte != b'\\' && byte >= b' ')
            {
                self.at += 1;
            }
            text.push_str(&String::from_utf8_lossy(&self.bytes[plain..self.at]));
            match self.here().ok_or(SyntaxError::End)? {
                b'"' => {
                    self.at += 1;
                    return Ok(text);
                }
                b'\\' => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                byte => return Err(SyntaxError::Byte(byte, "in string literal")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, SyntaxError> {
        let byte = self.here().ok_or(SyntaxError::End)?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(SyntaxError::Byte(byte, "in string escape code")),
        })
    }

    /// A half of a surrogate pair alone becomes U+FFFD, as in Go.
    fn unicode_escape(&mut self) -> Result<char, SyntaxError> {
        let first = self.hex4()?;
        if (0xD800..0xDC00).contains(&first) && self.bytes[self.at..].starts_with(b"\\u") {
            let after_first = self.at;
            self.at += 2;
            let second = self.hex4()?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = after_first;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex4(&mut self) -> Result<u32, SyntaxError> {
        let mut code = 0;
        for _ in 0..4 {
            let byte = self.here().ok_or(SyntaxError::End)?;
            let digit = char::from(byte).to_digit(16);
            let place = "in \\u hexadecimal character escape";
            code = code * 16 + digit.ok_or(SyntaxError::Byte(byte, place))?;
            self.at += 1;
        }
        Ok(code)
    }
}

/// Go names the letter it wanted.
fn expecting(word: &'static str, letter: u8) -> &'static str {
    match (word, letter) {
        ("true", b'r') => "in literal true (expecting 'r')",
        ("true", b'u') => "in literal true (expecting 'u')",
        ("true", _) => "in literal true (expecting 'e')",
        ("false", b'a') => "in literal false (expecting 'a')",
        ("false", b'l') => "in literal false (expecting 'l')",
        ("false", b's') => "in literal false (expecting 's')",
        ("false", _) => "in literal false (expecting 'e')",
        (_, b'u') => "in literal null (expecting 'u')",
        _ => "in literal null (expecting 'l')",
    }
}

impl Node<'_> {
    /// As Go's errors call it.
    pub(crate) fn go_kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// As a plain value: of equal keys the last counts, a whole number of 64
    /// bits stays one.
    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(flag),
            Self::Number(text) => number(&text),
            Self::String(text) => Value::String(text.into_owned()),
            Self::Array(items) => items.into_iter().map(Node::into_value).collect(),
            Self::Object(entries) => entries
                .into_iter()
                .map(|(key, value)| (key.into_owned(), value.into_value()))
                .collect::<Map<_, _>>()
                .into(),
        }
    }
}

fn number(text: &str) -> Value {
    let parsed = match text.parse::<i64>() {
        Ok(whole) => Some(Number::from(whole)),
        Err(_) => text.parse().ok().and_then(Number::from_f64),
    };
    // Beyond what a float holds: the nearest there is.
    parsed.map_or_else(|| f64::MAX.into(), Value::Number)
}

/// Read into a typed struct without another copy. Keys stand once by now.
impl<'de> Deserializer<'de> for Node<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(flag) => visitor.visit_bool(flag),
            Self::Number(text) => match number(&text) {
                Value::Number(number) => number.deserialize_any(visitor),
                _ => visitor.visit_unit(),
            },
            Self::String(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Self::String(Cow::Owned(text)) => visitor.visit_string(text),
            Self::Array(items) => SeqDeserializer::new(items.into_iter()).deserialize_any(visitor),
            Self::Object(entries) => {
                MapDeserializer::new(entries.into_iter()).deserialize_any(visitor)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Null => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, serde_json::Error> for Node<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl From<Value> for Node<'static> {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(flag),
            Value::Number(number) => Self::Number(number.to_string().into()),
            Value::String(text) => Self::String(text.into()),
            Value::Array(items) => Self::Array(items.into_iter().map(Node::from).collect()),
            Value::Object(entries) => Self::Object(
                entries
                    .into_iter()
                    .map(|(key, value)| (key.into(), value.into()))
                    .collect(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts and errors of Go 1.25 `json.Unmarshal`.
    #[test]
    fn syntax_errors_read_as_gos() {
        for (text, expected) in [
            ("", "unexpected end of JSON input"),
            ("{", "unexpected end of JSON input"),
            ("{\"a\":1", "unexpected end of JSON input"),
            ("\"abc", "unexpected end of JSON input"),
            ("-", "unexpected end of JSON input"),
            (
                "hello",
                "invalid character 'h' looking for beginning of value",
            ),
            (
                "'a'",
                "invalid character '\\'' looking for beginning of value",
            ),
            (
                "[1,]",
                "invalid character ']' looking for beginning of value",
            ),
            (
                "{a:1}",
                "invalid character 'a' looking for beginning of object key string",
            ),
            (
                "{\"a\":1,}",
                "invalid character '}' looking for beginning of object key string",
            ),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            (
                "{\"a\":1 \"b\":2}",
                "invalid character '\"' after object key:value pair",
            ),
            ("[1 2]", "invalid character '2' after array element"),
            ("{}x", "invalid character 'x' after top-level value"),
            ("01", "invalid character '1' after top-level value"),
            ("\"a\nb\"", "invalid character '\\n' in string literal"),
            ("\"\\q\"", "invalid character 'q' in string escape code"),
            (
                "\"\\u12x4\"",
                "invalid character 'x' in \\u hexadecimal character escape",
            ),
            ("-x", "invalid character 'x' in numeric literal"),
            (
                "1.x",
                "invalid character 'x' after decimal point in numeric literal",
            ),
            (
                "1ex",
                "invalid character 'x' in exponent of numeric literal",
            ),
            (
                "trux",
                "invalid character 'x' in literal true (expecting 'e')",
            ),
            (
                "nul ",
                "invalid character ' ' in literal null (expecting 'l')",
            ),
            (
                "\u{ff}",
                "invalid character 'Ã' looking for beginning of value",
            ),
        ] {
            let found = parse(text.as_bytes()).expect_err(text).to_string();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(DEPTH_MAX).as_bytes()).is_ok());
        assert_eq!(parse(nested(100_000).as_bytes()), Err(SyntaxError::Depth));
    }

    #[test]
    fn half_a_surrogate_and_broken_utf8_become_the_replacement_character() {
        let text = |bytes| parse(bytes).expect("a string");
        assert_eq!(text(b"\"\\ud800x\""), Node::String("\u{fffd}x".into()));
        assert_eq!(
            text(b"\"\\ud83d\\ude00\""),
            Node::String("\u{1f600}".into())
        );
        assert_eq!(text(b"\"\xff\""), Node::String("\u{fffd}".into()));
    }
}
