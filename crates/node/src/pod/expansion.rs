//! `$(NAME)` in commands and values.
//!
//! A reference that cannot be resolved stays as it is; `$$` is a `$` that
//! expands nothing; any other `$` is an ordinary character.
//!
//! Source: upstream third_party/forked/golang/expansion `Expand`.

/// Replaces the references in `text` by what `resolve` knows.
pub fn expand(text: &str, resolve: impl Fn(&str) -> Option<String>) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        expanded.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            expanded.push('$');
            rest = after;
        } else if let Some((name, after)) = rest
            .strip_prefix('(')
            .and_then(|inner| inner.split_once(')'))
        {
            if let Some(value) = resolve(name) {
                expanded.push_str(&value);
            } else {
                expanded.push_str("$(");
                expanded.push_str(name);
                expanded.push(')');
            }
            rest = after;
        } else {
            expanded.push('$');
        }
    }
    expanded.push_str(rest);
    expanded
}

#[cfg(test)]
mod tests {
    use super::expand;

    // From upstream expand_test.go (v1.36), the cases that differ in kind.
    #[test]
    fn expands_as_upstream_does() {
        let table = [
            ("$(VAR_A)", "A"),
            ("___$(VAR_B)___", "___B___"),
            ("$(VAR_A)-$(VAR_B)", "A-B"),
            ("$(VAR_DNE)", "$(VAR_DNE)"),
            ("f000-$$(VAR_A)", "f000-$(VAR_A)"),
            ("$$$(VAR_A)", "$A"),
            ("$$$$$$(VAR_A)", "$$$(VAR_A)"),
            ("foo\\$(VAR_A)bar", "foo\\Abar"),
            ("$(VAR_EMPTY)x", "x"),
            ("$VAR_A", "$VAR_A"),
            ("$(VAR_A", "$(VAR_A"),
            ("$", "$"),
            ("$()", "$()"),
            ("über $(VAR_A) €", "über A €"),
        ];
        for (text, expected) in table {
            let found = expand(text, |name| match name {
                "VAR_A" => Some("A".to_owned()),
                "VAR_B" => Some("B".to_owned()),
                "VAR_EMPTY" => Some(String::new()),
                _ => None,
            });
            assert_eq!(found, expected, "{text}");
        }
    }
}
