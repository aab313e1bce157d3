//! How long, in the few characters that a column has.
//!
//! Source: apimachinery `pkg/util/duration`, `HumanDuration`, and cli-runtime's
//! `translateTimestampSince`.

use jiff::SignedDuration;
use jobyard_api::{Timestamp, meta};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// The largest one or two units that say enough: `65s`, `2m10s`, `3h`, `5d4h`, `2y40d`.
///
/// A little below zero is `0s` (clocks differ), more is `<invalid>`.
pub(crate) fn human_duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    let two = |large: i64, large_name: char, rest: i64, rest_name: char| {
        if rest == 0 {
            format!("{large}{large_name}")
        } else {
            format!("{large}{large_name}{rest}{rest_name}")
        }
    };
    let (minutes, hours) = (seconds / MINUTE, seconds / HOUR);
    let (days, years) = (seconds / DAY, seconds / YEAR);
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        _ if minutes < 10 => two(minutes, 'm', seconds % MINUTE, 's'),
        _ if minutes < 180 => format!("{minutes}m"),
        _ if hours < 8 => two(hours, 'h', minutes % 60, 'm'),
        _ if hours < 48 => format!("{hours}h"),
        _ if days < 8 => two(days, 'd', hours % 24, 'h'),
        _ if years < 2 => format!("{days}d"),
        _ if years < 8 => two(years, 'y', days % 365, 'd'),
        _ => format!("{years}y"),
    }
}

/// How long ago; `<unknown>` when there is no time.
pub(crate) fn since(time: Option<&meta::Time>, now: Timestamp) -> String {
    time.map_or_else(
        || "<unknown>".to_owned(),
        |time| human_duration(now.duration_since(time.0)),
    )
}

/// The column `Age`.
pub(crate) fn age(metadata: &meta::ObjectMeta, now: Timestamp) -> String {
    since(metadata.creation_timestamp.as_ref(), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The boundaries of upstream's TestHumanDuration and TestHumanDurationBoundaries.
    #[test]
    fn durations_print_like_kubectl() {
        for (seconds, text) in [
            (-2, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (1, "1s"),
            (70, "70s"),
            (119, "119s"),
            (120, "2m"),
            (130, "2m10s"),
            (9 * MINUTE + 59, "9m59s"),
            (10 * MINUTE, "10m"),
            (10 * MINUTE + 1, "10m"),
            (3 * HOUR - 1, "179m"),
            (3 * HOUR, "3h"),
            (3 * HOUR + 20 * MINUTE, "3h20m"),
            (8 * HOUR - 1, "7h59m"),
            (8 * HOUR, "8h"),
            (47 * HOUR + 59 * MINUTE, "47h"),
            (48 * HOUR, "2d"),
            (48 * HOUR + 59 * MINUTE, "2d"),
            (49 * HOUR, "2d1h"),
            (8 * DAY - HOUR, "7d23h"),
            (8 * DAY, "8d"),
            (367 * DAY, "367d"),
            (2 * YEAR, "2y"),
            (2 * YEAR + 25 * HOUR, "2y1d"),
            (3 * YEAR, "3y"),
            (4 * YEAR + DAY, "4y1d"),
            (8 * YEAR, "8y"),
            (8 * YEAR + 364 * DAY, "8y"),
        ] {
            let duration = SignedDuration::from_secs(seconds);
            assert_eq!(human_duration(duration), text, "{seconds} s");
        }
    }

    #[test]
    fn no_time_is_unknown() {
        let now = "2026-01-01T00:00:00Z".parse().expect("a timestamp");
        assert_eq!(since(None, now), "<unknown>");
    }
}
