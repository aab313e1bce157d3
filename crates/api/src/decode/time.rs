//! Times as Go reads them, and what it says when it cannot.
//!
//! Source: Go `time.Parse` with the layout `time.RFC3339`.

use jiff::Timestamp;

/// The parts of the layout before the fraction of a second.
const PARTS: [&str; 11] = [
    "2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05",
];
const ZONE: &str = "Z07:00";

/// Whether this is a time; an error in Go's words if not.
pub(super) fn check(text: &str) -> Result<(), String> {
    let quoted = crate::field::quoted(text);
    if let Some((rest, part)) = misfit(text) {
        return Err(format!(
            "parsing time {quoted} as \"2006-01-02T15:04:05Z07:00\": cannot parse {} as \"{part}\"",
            crate::field::quoted(rest)
        ));
    }
    match text.parse::<Timestamp>() {
        Ok(_) => Ok(()),
        Err(_) => Err(format!(
            "parsing time {quoted}: {} out of range",
            out_of_range(text)
        )),
    }
}

/// Where the text leaves the layout, and the part of the layout it should be there.
fn misfit(text: &str) -> Option<(&str, &'static str)> {
    let mut rest = text;
    for part in PARTS {
        let is_number = part.starts_with(|first: char| first.is_ascii_digit());
        match rest.split_at_checked(part.len()) {
            Some((found, after)) if is_number && is_digits(found) => rest = after,
            Some((found, after)) if found == part => rest = after,
            _ => return Some((rest, part)),
        }
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        let after = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
        if after.len() < fraction.len() {
            rest = after;
        }
    }
    (!is_zone(rest)).then_some((rest, ZONE))
}

/// `Z`, `+02:00` or `-02:00`.
fn is_zone(text: &str) -> bool {
    if text == "Z" {
        return true;
    }
    let offset = text
        .strip_prefix(['+', '-'])
        .and_then(|offset| offset.split_once(':'));
    offset.is_some_and(|(hours, minutes)| {
        hours.len() == 2 && is_digits(hours) && minutes.len() == 2 && is_digits(minutes)
    })
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The part of a time of the right form that no calendar or clock has.
fn out_of_range(text: &str) -> &'static str {
    let number = |from: usize| {
        text.get(from..from + 2)
            .and_then(|part| part.parse::<u32>().ok())
    };
    match (number(5), number(11), number(14), number(17)) {
        (Some(month), ..) if !(1..=12).contains(&month) => "month",
        (_, Some(24..), ..) => "hour",
        (_, _, Some(60..), _) => "minute",
        (_, _, _, Some(60..)) => "second",
        _ => "day",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_go_reads_them() {
        for text in [
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.123456Z",
            "2026-01-02T03:04:05+02:00",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
        for (text, why) in [
            (
                "yesterday",
                r#" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006""#,
            ),
            (
                "",
                r#" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006""#,
            ),
            (
                "2026-01-02",
                r#" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T""#,
            ),
            (
                "2026-01-02 03:04:05Z",
                r#" as "2006-01-02T15:04:05Z07:00": cannot parse " 03:04:05Z" as "T""#,
            ),
            (
                "2026-01-02T03:04:05",
                r#" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00""#,
            ),
            ("2026-13-02T03:04:05Z", ": month out of range"),
            ("2026-02-30T03:04:05Z", ": day out of range"),
            ("2026-02-03T24:04:05Z", ": hour out of range"),
        ] {
            assert_eq!(check(text), Err(format!("parsing time \"{text}\"{why}")));
        }
    }
}
