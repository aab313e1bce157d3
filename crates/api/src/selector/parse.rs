//! The grammar of `labelSelector` in a query.
//!
//! A hand-written scanner and parser with the same words of error as
//! Kubernetes; `in` and `notin` are keywords only where an operator may stand,
//! so that labels of those names can be asked for.
//!
//! Source: apimachinery `pkg/labels/selector.go`, `Parser`.

use super::{LabelSelector, Operator, Requirement};
use crate::{field::quoted, validation::names};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    End,
    Open,
    Close,
    Comma,
    Not,
    Equals,
    DoubleEquals,
    NotEquals,
    Greater,
    Less,
    In,
    NotIn,
    Identifier,
}

/// Reads a whole selector.
pub(super) fn selector(text: &str) -> Result<LabelSelector, String> {
    let mut parser = Parser {
        tokens: scan(text),
        position: 0,
    };
    let mut requirements = Vec::new();
    loop {
        let (token, literal) = parser.peek();
        match as_value(token) {
            Token::Identifier | Token::Not => {
                let one = parser
                    .requirement()
                    .map_err(|why| format!("unable to parse requirement: {why}"))?;
                requirements.push(one);
                match parser.take() {
                    (Token::End, _) => break,
                    (Token::Comma, _) => {
                        let (next, literal) = parser.peek();
                        if !matches!(as_value(next), Token::Identifier | Token::Not) {
                            return Err(format!(
                                "found '{literal}', expected: identifier after ','"
                            ));
                        }
                    }
                    (_, literal) => {
                        return Err(format!(
                            "found '{literal}', expected: ',' or 'end of string'"
                        ));
                    }
                }
            }
            Token::End => break,
            _ => {
                return Err(format!(
                    "found '{literal}', expected: !, identifier, or 'end of string'"
                ));
            }
        }
    }
    Ok(LabelSelector::of(requirements))
}

struct Parser<'a> {
    /// Ends with `Token::End`.
    tokens: Vec<(Token, &'a str)>,
    position: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> (Token, &'a str) {
        *self.tokens.get(self.position).unwrap_or(&(Token::End, ""))
    }

    fn take(&mut self) -> (Token, &'a str) {
        let found = self.peek();
        self.position += 1;
        found
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let (mut token, mut key) = self.take();
        let negated = token == Token::Not;
        if negated {
            (token, key) = self.take();
        }
        if as_value(token) != Token::Identifier {
            return Err(format!("found '{key}', expected: identifier"));
        }
        let faults = names::qualified_name(key);
        if !faults.is_empty() {
            return Err(format!(
                "<nil>: Invalid value: {}: {}",
                quoted(key),
                faults.join("; ")
            ));
        }
        if negated {
            return Requirement::new(key, Operator::DoesNotExist, Vec::new());
        }
        if matches!(self.peek().0, Token::End | Token::Comma) {
            return Requirement::new(key, Operator::Exists, Vec::new());
        }
        let operator = match self.take() {
            (Token::In, _) => Operator::In,
            (Token::NotIn, _) => Operator::NotIn,
            (Token::Equals, _) => Operator::Equals,
            (Token::DoubleEquals, _) => Operator::DoubleEquals,
            (Token::NotEquals, _) => Operator::NotEquals,
            (Token::Greater, _) => Operator::GreaterThan,
            (Token::Less, _) => Operator::LessThan,
            (_, literal) => {
                return Err(format!(
                    "found '{literal}', expected: in, notin, =, ==, !=, gt, lt"
                ));
            }
        };
        let values = match operator {
            Operator::In | Operator::NotIn => self.set()?,
            _ => vec![self.single()?],
        };
        Requirement::new(key, operator, values)
    }

    /// `(a,b)`; an empty place is the empty value.
    fn set(&mut self) -> Result<Vec<String>, String> {
        match self.take() {
            (Token::Open, _) => {}
            (_, literal) => return Err(format!("found '{literal}' expected: '('")),
        }
        let (token, literal) = self.peek();
        match as_value(token) {
            Token::Close => {
                self.take();
                Ok(vec![String::new()])
            }
            Token::Identifier | Token::Comma => {
                let values = self.set_members()?;
                match self.take() {
                    (Token::Close, _) => Ok(values),
                    _ => Err(format!("found '{literal}', expected: ')'")),
                }
            }
            _ => Err(format!(
                "found '{literal}', expected: ',', ')' or identifier"
            )),
        }
    }

    fn set_members(&mut self) -> Result<Vec<String>, String> {
        let mut values = Vec::new();
        loop {
            let (token, literal) = self.take();
            match as_value(token) {
                Token::Identifier => {
                    values.push(literal.to_owned());
                    match self.peek() {
                        (Token::Comma, _) => {}
                        (Token::Close, _) => return Ok(values),
                        (_, next) => {
                            return Err(format!("found '{next}', expected: ',' or ')'"));
                        }
                    }
                }
                Token::Comma => {
                    if values.is_empty() {
                        values.push(String::new());
                    }
                    match self.peek().0 {
                        Token::Close => {
                            values.push(String::new());
                            return Ok(values);
                        }
                        Token::Comma => values.push(String::new()),
                        _ => {}
                    }
                }
                _ => return Err(format!("found '{literal}', expected: ',', or identifier")),
            }
        }
    }

    fn single(&mut self) -> Result<String, String> {
        if matches!(self.peek().0, Token::End | Token::Comma) {
            return Ok(String::new());
        }
        let (token, literal) = self.take();
        if as_value(token) == Token::Identifier {
            Ok(literal.to_owned())
        } else {
            Err(format!("found '{literal}', expected: identifier"))
        }
    }
}

/// Where a key or value may stand, `in` and `notin` are ordinary words.
fn as_value(token: Token) -> Token {
    match token {
        Token::In | Token::NotIn => Token::Identifier,
        other => other,
    }
}

/// Cuts the text into tokens. A NUL ends it, as it does upstream.
fn scan(text: &str) -> Vec<(Token, &str)> {
    let text = text.split('\0').next().unwrap_or("");
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        if rest.is_empty() {
            tokens.push((Token::End, ""));
            return tokens;
        }
        let symbol = [
            ("==", Token::DoubleEquals),
            ("!=", Token::NotEquals),
            ("=", Token::Equals),
            ("!", Token::Not),
            ("(", Token::Open),
            (")", Token::Close),
            (",", Token::Comma),
            (">", Token::Greater),
            ("<", Token::Less),
        ]
        .into_iter()
        .find(|(symbol, _)| rest.starts_with(symbol));
        let (token, length) = if let Some((symbol, token)) = symbol {
            (token, symbol.len())
        } else {
            let ends = ['=', '!', '(', ')', ',', '>', '<', ' ', '\t', '\r', '\n'];
            let length = rest.find(ends).unwrap_or(rest.len());
            let token = match &rest[..length] {
                "in" => Token::In,
                "notin" => Token::NotIn,
                _ => Token::Identifier,
            };
            (token, length)
        };
        let (literal, after) = rest.split_at(length);
        tokens.push((token, literal));
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn what_selectors_match() {
        let object = labels(&[("a", "1"), ("app", "web"), ("in", "x"), ("empty", "")]);
        let cases = [
            ("", true),
            ("app", true),
            ("!app", false),
            ("app=web", true),
            ("app==web,a=1", true),
            (" app = web , a = 1 ", true),
            ("app!=web", false),
            ("missing!=web", true),
            ("app in (web,db)", true),
            ("app notin (web,db)", false),
            ("missing notin (web)", true),
            ("missing in (web)", false),
            ("a>0", true),
            ("a<1", false),
            ("app>0", false),
            ("empty=", true),
            ("empty in (a,)", true),
            ("empty in ()", true),
            ("in", true),
            ("in in (x)", true),
        ];
        for (text, expected) in cases {
            let found = selector(text).expect(text);
            assert_eq!(found.matches(&object), expected, "{text}");
        }
    }

    #[test]
    fn faults_in_kubernetes_words() {
        let cases = [
            (
                "a in (",
                "unable to parse requirement: found '', expected: ',', ')' or identifier",
            ),
            ("a=b=c", "found '=', expected: ',' or 'end of string'"),
            (
                "a b",
                "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
            ),
            (
                "=x",
                "found '=', expected: !, identifier, or 'end of string'",
            ),
            (
                "a>b",
                "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer",
            ),
            (
                "-a=x",
                "unable to parse requirement: <nil>: Invalid value: \"-a\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
            ),
            (
                "a=-x",
                "unable to parse requirement: values[0][a]: Invalid value: \"-x\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
            ),
            (
                "a in b",
                "unable to parse requirement: found 'b' expected: '('",
            ),
            (
                "!",
                "unable to parse requirement: found '', expected: identifier",
            ),
            ("a=1,", "found '', expected: identifier after ','"),
            ("!a=b", "found '=', expected: ',' or 'end of string'"),
            ("a,,b", "found ',', expected: identifier after ','"),
        ];
        for (text, expected) in cases {
            assert_eq!(selector(text), Err(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn prints_as_kubectl_does() {
        for (text, printed) in [
            ("b=2,a=1", "a=1,b=2"),
            ("x in (b,a)", "x in (a,b)"),
            ("!y", "!y"),
        ] {
            assert_eq!(selector(text).expect("valid").to_string(), printed);
        }
    }
}
