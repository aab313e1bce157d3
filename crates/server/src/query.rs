//! The parameters of a request, read as the API server of Kubernetes reads them.
//!
//! Old clients send `watch=True` and `stdin=False`, others `watch=1` or a bare
//! `watch`: all must mean the same here as there.
//!
//! Source: apimachinery `pkg/runtime/converter.go` and `pkg/conversion/queryparams`.

use jobyard_api::StatusError;

/// The decoded query of a URL, in its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what follows the `?`.
    pub(crate) fn parse(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// The first value of the parameter; empty when it is absent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.first(name).unwrap_or("")
    }

    fn first(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    /// All values of the parameter.
    pub(crate) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// `None` when absent. False for `0` and `false` in any case; every other
    /// value, also the empty one, is true.
    pub(crate) fn optional_flag(&self, name: &str) -> Option<bool> {
        let value = self.first(name)?;
        Some(value != "0" && !value.eq_ignore_ascii_case("false"))
    }

    /// Like [`optional_flag`](Self::optional_flag), with false for an absent parameter.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.optional_flag(name).unwrap_or(false)
    }

    /// `None` when absent.
    ///
    /// # Errors
    /// 400 with the text of Go's parser.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, StatusError> {
        let Some(value) = self.first(name) else {
            return Ok(None);
        };
        value
            .parse()
            .map(Some)
            .map_err(|error: std::num::ParseIntError| {
                use std::num::IntErrorKind::{NegOverflow, PosOverflow};
                let why = match error.kind() {
                    PosOverflow | NegOverflow => "value out of range",
                    _ => "invalid syntax",
                };
                StatusError::bad_request(format!("strconv.ParseInt: parsing {value:?}: {why}"))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_false_only_when_they_say_so() {
        let query = Query::parse("a=0&b=False&c=FALSE&d=True&e=1&f=&g&h=no");
        let read: Vec<bool> = ["a", "b", "c", "d", "e", "f", "g", "h", "absent"]
            .map(|name| query.flag(name))
            .into();
        assert_eq!(
            read,
            [false, false, false, true, true, true, true, true, false]
        );
        assert_eq!(query.optional_flag("absent"), None);
    }

    #[test]
    fn integers_fail_in_the_words_of_go() {
        let query = Query::parse("limit=x&big=9223372036854775808&ok=-5&empty=");
        let message = |name| {
            query
                .integer(name)
                .expect_err("no integer")
                .message()
                .to_owned()
        };
        assert_eq!(
            message("limit"),
            r#"strconv.ParseInt: parsing "x": invalid syntax"#
        );
        assert_eq!(
            message("big"),
            r#"strconv.ParseInt: parsing "9223372036854775808": value out of range"#
        );
        assert_eq!(
            message("empty"),
            r#"strconv.ParseInt: parsing "": invalid syntax"#
        );
        assert_eq!(query.integer("ok").expect("an integer"), Some(-5));
        assert_eq!(query.integer("absent").expect("fine"), None);
    }

    #[test]
    fn values_are_decoded() {
        let query = Query::parse("labelSelector=job-name%3Dpi%2Ca+in+(b)");
        assert_eq!(query.text("labelSelector"), "job-name=pi,a in (b)");
    }
}
