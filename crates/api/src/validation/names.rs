//! How names, label keys, label values and their like may be written.
//!
//! Each check returns the sentences Kubernetes would say, in its order; no
//! sentence means the value is fine. Written by hand rather than with regular
//! expressions: every check is one pass over the bytes, which also bounds what
//! a hostile value can cost.
//!
//! Source: apimachinery `pkg/util/validation/validation.go` and
//! `pkg/api/validate/content` (the two word a length differently: characters
//! in the first, bytes in the second).

/// Longest label value, label name and DNS label.
pub const LABEL_LENGTH_MAX: usize = 63;
/// Longest DNS subdomain, hence most object names.
pub const SUBDOMAIN_LENGTH_MAX: usize = 253;

const LABEL_RE: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN_RE: &str = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const QUALIFIED_RE: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const QUALIFIED_TEXT: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/// A DNS label (RFC 1123): a Namespace, a container, a Pod's hostname.
pub fn dns_label(value: &str) -> Vec<String> {
    let mut errors = too_many_characters(value, LABEL_LENGTH_MAX);
    if !is_dns_label_shape(value) {
        errors.push(if is_dns_subdomain_shape(value) {
            "must not contain dots".to_owned()
        } else {
            pattern(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
                LABEL_RE,
                &["my-name", "123-abc"],
            )
        });
    }
    errors
}

/// A DNS subdomain (RFC 1123): the name of most objects.
pub fn dns_subdomain(value: &str) -> Vec<String> {
    let mut errors = too_many_characters(value, SUBDOMAIN_LENGTH_MAX);
    if !is_dns_subdomain_shape(value) {
        errors.push(pattern(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
            SUBDOMAIN_RE,
            &["example.com"],
        ));
    }
    errors
}

/// A key of a label, or another name of the form `[prefix/]name`.
pub fn qualified_name(value: &str) -> Vec<String> {
    let mut errors = Vec::new();
    let name = match value.split_once('/') {
        None => value,
        Some((_, rest)) if rest.contains('/') => {
            return vec![format!(
                "a valid label key {} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
                pattern(
                    QUALIFIED_TEXT,
                    QUALIFIED_RE,
                    &["MyName", "my.name", "123-abc"]
                )
            )];
        }
        Some(("", name)) => {
            errors.push("prefix part must be non-empty".to_owned());
            name
        }
        Some((prefix, name)) => {
            errors.extend(
                prefix_errors(prefix)
                    .into_iter()
                    .map(|why| format!("prefix part {why}")),
            );
            name
        }
    };
    if name.is_empty() {
        errors.push("name part must be non-empty".to_owned());
    } else if name.len() > LABEL_LENGTH_MAX {
        errors.push(format!(
            "name part must be no more than {LABEL_LENGTH_MAX} bytes"
        ));
    }
    if !is_qualified_shape(name) {
        errors.push(format!(
            "name part {}",
            pattern(
                QUALIFIED_TEXT,
                QUALIFIED_RE,
                &["MyName", "my.name", "123-abc"]
            )
        ));
    }
    errors
}

/// The prefix of a label key is a subdomain whose length is counted in bytes.
fn prefix_errors(prefix: &str) -> Vec<String> {
    let mut errors = dns_subdomain(prefix);
    if prefix.len() > SUBDOMAIN_LENGTH_MAX {
        errors[0] = format!("must be no more than {SUBDOMAIN_LENGTH_MAX} bytes");
    }
    errors
}

/// The value of a label.
pub fn label_value(value: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if value.len() > LABEL_LENGTH_MAX {
        errors.push(format!("must be no more than {LABEL_LENGTH_MAX} bytes"));
    }
    if !value.is_empty() && !is_qualified_shape(value) {
        errors.push(pattern(
            &format!(
                "a valid label must be an empty string or consist of {}",
                &QUALIFIED_TEXT["must consist of ".len()..]
            ),
            "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?",
            &["MyValue", "my_value", "12345"],
        ));
    }
    errors
}

/// A key of a ConfigMap or Secret; it becomes a file name.
pub fn config_map_key(value: &str) -> Vec<String> {
    let mut errors = too_many_characters(value, SUBDOMAIN_LENGTH_MAX);
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if value.is_empty() || !value.bytes().all(fits) {
        errors.push(pattern(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
            "[-._a-zA-Z0-9]+",
            &["key.name", "KEY_NAME", "key-name"],
        ));
    }
    if value == "." || value == ".." {
        errors.push(format!("must not be '{value}'"));
    } else if value.starts_with("..") {
        errors.push("must not start with '..'".to_owned());
    }
    errors
}

/// The name of an environment variable, as relaxed since v1.34.
pub fn environment_variable(value: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if value.is_empty() {
        errors.push("environment variable name must be non-empty".to_owned());
    }
    let fits = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'=';
    if !value.bytes().all(fits) {
        errors.push("a valid environment variable name must consist only of printable ASCII characters other than '='".to_owned());
    }
    errors
}

/// The name of a container's port (an IANA service name).
pub fn port_name(value: &str) -> Vec<String> {
    let mut errors = too_many_characters(value, 15);
    let mut say = |broken: bool, text: &str| {
        if broken {
            errors.push(text.to_owned());
        }
    };
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    say(
        value.is_empty() || !value.bytes().all(fits),
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    );
    say(
        !value.bytes().any(|byte| byte.is_ascii_lowercase()),
        "must contain at least one letter (a-z)",
    );
    say(value.contains("--"), "must not contain consecutive hyphens");
    say(
        value.starts_with('-') || value.ends_with('-'),
        "must not begin or end with a hyphen",
    );
    errors
}

/// The number of a port.
pub fn port_number(value: i32) -> Vec<String> {
    in_range(value.into(), 1, 65_535)
}

/// A number between two bounds, both included.
pub fn in_range(value: i64, low: i64, high: i64) -> Vec<String> {
    if (low..=high).contains(&value) {
        Vec::new()
    } else {
        vec![format!("must be between {low} and {high}, inclusive")]
    }
}

/// A name that can stand as one segment of a path.
///
/// Source: apimachinery `pkg/api/validation/path`, `IsValidPathSegmentName`.
pub fn path_segment(value: &str) -> Vec<String> {
    if value == "." || value == ".." {
        return vec![format!("may not be '{value}'")];
    }
    ["/", "%"]
        .iter()
        .filter(|illegal| value.contains(**illegal))
        .map(|illegal| format!("may not contain '{illegal}'"))
        .collect()
}

/// A `generateName` as its check sees it: random characters follow, so that a
/// hyphen may stand at the end.
///
/// Source: apimachinery `pkg/api/validation/generic.go`, `maskTrailingDash`
/// (which also swallows the character before the hyphen).
pub fn mask_trailing_dash(prefix: &str) -> String {
    match prefix.strip_suffix('-') {
        Some(rest) if !rest.is_empty() => {
            let mut masked = rest.to_owned();
            masked.pop();
            masked.push('a');
            masked
        }
        _ => prefix.to_owned(),
    }
}

fn too_many_characters(value: &str, max: usize) -> Vec<String> {
    if value.len() > max {
        vec![format!("must be no more than {max} characters")]
    } else {
        Vec::new()
    }
}

/// `text (e.g. 'a',  or 'b', regex used for validation is '...')`, with the
/// doubled blank that Kubernetes has.
pub(crate) fn pattern(text: &str, regex: &str, examples: &[&str]) -> String {
    if examples.is_empty() {
        return format!("{text} (regex used for validation is '{regex}')");
    }
    let examples: Vec<String> = examples.iter().map(|one| format!("'{one}', ")).collect();
    format!(
        "{text} (e.g. {}regex used for validation is '{regex}')",
        examples.join(" or ")
    )
}

fn is_dns_label_shape(value: &str) -> bool {
    let bytes = value.as_bytes();
    let inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    match (bytes.first(), bytes.last()) {
        (Some(first), Some(last)) => *first != b'-' && *last != b'-' && bytes.iter().all(inner),
        _ => false,
    }
}

fn is_dns_subdomain_shape(value: &str) -> bool {
    value.split('.').all(is_dns_label_shape)
}

fn is_qualified_shape(value: &str) -> bool {
    let bytes = value.as_bytes();
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    match (bytes.first(), bytes.last()) {
        (Some(first), Some(last)) => {
            first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() && bytes.iter().all(inner)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_their_faults() {
        let no: Vec<String> = Vec::new();
        assert_eq!(dns_label("a-1"), no);
        assert_eq!(dns_label("a.b"), ["must not contain dots"]);
        assert_eq!(
            dns_label("A"),
            [
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
            ]
        );
        assert_eq!(
            dns_label(&"a".repeat(64)),
            ["must be no more than 63 characters"]
        );
        assert_eq!(dns_subdomain("a.b-c.d"), no);
        assert_eq!(
            dns_subdomain("a..b"),
            [
                r"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
            ]
        );
        assert_eq!(qualified_name("batch.kubernetes.io/job-name"), no);
        assert_eq!(
            qualified_name("-a"),
            [
                "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
            ]
        );
        assert_eq!(
            qualified_name("/a")[0],
            "prefix part must be non-empty".to_owned()
        );
        assert!(qualified_name("a/b/c")[0].starts_with("a valid label key must consist of"));
        assert_eq!(
            label_value("-x"),
            [
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
            ]
        );
        assert_eq!(
            label_value(&"a".repeat(64)),
            ["must be no more than 63 bytes"]
        );
        assert_eq!(label_value(""), no);
        assert_eq!(config_map_key("ca.crt"), no);
        assert_eq!(config_map_key("..x"), ["must not start with '..'"]);
        assert_eq!(environment_variable("1 odd-name"), no);
        assert_eq!(environment_variable("a=b").len(), 1);
        assert_eq!(port_name("http"), no);
        assert_eq!(port_name("80"), ["must contain at least one letter (a-z)"]);
    }
}
