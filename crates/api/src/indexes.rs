//! Sets of completion indexes, as intervals.
//!
//! `status.completedIndexes`, `failedIndexes` and `succeededIndexes` are text
//! like `1,3-5,7`. A set is kept as the sorted list of its intervals, so that a
//! Job of 100,000 indexes costs what its gaps cost, and so that the text is
//! made and read in one pass.
//!
//! Two readers: the strict one checks what clients send, the lenient one reads
//! what the controller finds (indexes may have gone out of range when an
//! elastic Job shrank).
//!
//! Source: upstream `indexed_job_utils.go` (`parseIndexesFromString`,
//! `orderedIntervals`), `batch/validation` (`validateIndexesFormat`).

use std::{fmt, ops::RangeInclusive};

use crate::field::quoted;

/// A set of completion indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexSet {
    /// First and last of each run: ascending, never touching each other.
    intervals: Vec<(u32, u32)>,
}

impl IndexSet {
    /// No index.
    pub const fn new() -> Self {
        Self {
            intervals: Vec::new(),
        }
    }

    /// All indexes below `count`.
    pub fn up_to(count: u32) -> Self {
        let mut all = Self::new();
        if count > 0 {
            all.push(0, count - 1);
        }
        all
    }

    /// Reads text that must be right: integers below `completions`, ascending.
    /// The error is the sentence Kubernetes would say.
    pub fn parse_strict(text: &str, completions: u32) -> Result<Self, String> {
        let mut set = Self::new();
        if text.is_empty() {
            return Ok(set);
        }
        let index = |text: &str| -> Result<i64, String> {
            let number: i64 = text.parse().map_err(|_| {
                format!(
                    "cannot convert string to integer for index: {}",
                    quoted(text)
                )
            })?;
            if number >= i64::from(completions) {
                return Err(format!("too large index: {}", quoted(text)));
            }
            Ok(number)
        };
        let ascending = |previous: i64, current: i64| {
            if previous >= current {
                Err(format!(
                    "non-increasing order, previous: {previous}, current: {current}"
                ))
            } else {
                Ok(())
            }
        };
        let mut previous = None;
        for fragment in text.split(',') {
            let mut limits = fragment.split('-');
            let (first, second) = (limits.next().unwrap_or(""), limits.next());
            if limits.next().is_some() {
                return Err(format!(
                    "the fragment {} violates the requirement that an index interval can have at most two parts separated by '-'",
                    quoted(fragment)
                ));
            }
            // An interval is read whole before its place among the others is looked at.
            let first = index(first)?;
            let last = match second {
                None => first,
                Some(second) => {
                    let last = index(second)?;
                    ascending(first, last)?;
                    last
                }
            };
            if let Some(previous) = previous {
                ascending(previous, first)?;
            }
            previous = Some(last);
            set.push(first as u32, last as u32);
        }
        Ok(set)
    }

    /// Reads what is stored: what cannot be read is skipped, as is what comes
    /// before the indexes that were read already, and nothing is read from the
    /// first index that is out of range.
    pub fn parse_lenient(text: &str, completions: u32) -> Self {
        let mut set = Self::new();
        for fragment in text.split(',') {
            let mut limits = fragment.split('-');
            let Some(Ok(first)) = limits.next().map(str::parse::<u32>) else {
                continue;
            };
            if first >= completions {
                break;
            }
            // A third part says nothing.
            let last = match limits.next().map(str::parse::<u32>) {
                None => first,
                Some(Ok(last)) => last.min(completions - 1),
                Some(Err(_)) => continue,
            };
            let is_behind = set.intervals.last().is_none_or(|(_, end)| last > *end);
            if last >= first && is_behind {
                set.push(first, last);
            }
        }
        set
    }

    /// Whether the set holds nothing.
    pub fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }

    /// How many indexes the set holds.
    pub fn len(&self) -> usize {
        self.intervals
            .iter()
            .map(|(first, last)| (last - first) as usize + 1)
            .sum()
    }

    /// Whether the set holds `index`.
    pub fn contains(&self, index: u32) -> bool {
        let after = self.intervals.partition_point(|(first, _)| *first <= index);
        after > 0 && index <= self.intervals[after - 1].1
    }

    /// Adds one index. Cheap at the end of the set, else as many steps as there
    /// are intervals behind it: build from sorted indexes where possible.
    pub fn insert(&mut self, index: u32) {
        // Those that hold or touch the index become one.
        let start = self
            .intervals
            .partition_point(|(_, last)| last.saturating_add(1) < index);
        let end = self
            .intervals
            .partition_point(|(first, _)| *first <= index.saturating_add(1));
        let mut merged = (index, index);
        for (first, last) in &self.intervals[start..end] {
            merged = (merged.0.min(*first), merged.1.max(*last));
        }
        self.intervals.splice(start..end, [merged]);
    }

    /// Adds an interval that begins after all others.
    fn push(&mut self, first: u32, last: u32) {
        match self.intervals.last_mut() {
            Some(previous) if u64::from(first) <= u64::from(previous.1) + 1 => {
                previous.1 = previous.1.max(last);
            }
            _ => self.intervals.push((first, last)),
        }
    }

    /// All indexes of both.
    pub fn union(&self, other: &Self) -> Self {
        let (mut left, mut right) = (
            self.intervals.iter().peekable(),
            other.intervals.iter().peekable(),
        );
        let mut all = Self::new();
        loop {
            let next = match (left.peek(), right.peek()) {
                (Some(a), Some(b)) if a.0 <= b.0 => left.next(),
                (Some(_), None) => left.next(),
                (_, Some(_)) => right.next(),
                (None, None) => return all,
            };
            if let Some(&(first, last)) = next {
                all.push(first, last);
            }
        }
    }

    /// The indexes that are in both.
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.intervals.as_slice(), other.intervals.as_slice());
        let mut both = Self::new();
        while let (Some(left), Some(right)) = (a.first(), b.first()) {
            let (first, last) = (left.0.max(right.0), left.1.min(right.1));
            if first <= last {
                both.push(first, last);
            }
            if left.1 < right.1 {
                a = &a[1..];
            } else {
                b = &b[1..];
            }
        }
        both
    }

    /// The indexes below `count` that the set does not hold.
    pub fn missing(&self, count: u32) -> Self {
        let mut gaps = Self::new();
        let mut next = 0_u32;
        for &(first, last) in &self.intervals {
            if first >= count {
                break;
            }
            if next < first {
                gaps.push(next, first - 1);
            }
            next = last.saturating_add(1);
        }
        if next < count {
            gaps.push(next, count - 1);
        }
        gaps
    }

    /// The smallest index, if there is one.
    pub fn first(&self) -> Option<u32> {
        self.intervals.first().map(|(first, _)| *first)
    }

    /// The runs of neighbouring indexes, ascending.
    pub fn ranges(&self) -> impl Iterator<Item = RangeInclusive<u32>> + '_ {
        self.intervals.iter().map(|&(first, last)| first..=last)
    }

    /// Every index, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges().flatten()
    }
}

/// Collects in any order; ascending is fastest.
impl FromIterator<u32> for IndexSet {
    fn from_iter<I: IntoIterator<Item = u32>>(indexes: I) -> Self {
        let mut sorted: Vec<u32> = indexes.into_iter().collect();
        sorted.sort_unstable();
        let mut set = Self::new();
        for index in sorted {
            set.push(index, index);
        }
        set
    }
}

/// The canonical text: `1,3-5,7`; two neighbours are `3,4`.
impl fmt::Display for IndexSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, &(first, last)) in self.intervals.iter().enumerate() {
            if position > 0 {
                f.write_str(",")?;
            }
            match last - first {
                0 => write!(f, "{first}")?,
                1 => write!(f, "{first},{last}")?,
                _ => write!(f, "{first}-{last}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(indexes: &[u32]) -> IndexSet {
        indexes.iter().copied().collect()
    }

    #[test]
    fn prints_shortest_text() {
        for (indexes, text) in [
            (&[][..], ""),
            (&[0], "0"),
            (&[0, 1], "0,1"),
            (&[0, 1, 2], "0-2"),
            (&[1, 3, 4, 5, 7], "1,3-5,7"),
            (&[0, 1, 3, 4], "0,1,3,4"),
            (&[7, 3, 3, 4], "3,4,7"),
        ] {
            assert_eq!(set(indexes).to_string(), text);
            assert_eq!(IndexSet::parse_strict(text, 8), Ok(set(indexes)));
            assert_eq!(IndexSet::parse_lenient(text, 8), set(indexes));
        }
    }

    #[test]
    fn strict_faults() {
        for (text, fault) in [
            ("3-1", "non-increasing order, previous: 3, current: 1"),
            ("0,5", "too large index: \"5\""),
            ("0-1,1", "non-increasing order, previous: 1, current: 1"),
            ("1-1", "non-increasing order, previous: 1, current: 1"),
            (
                "0-1-2",
                "the fragment \"0-1-2\" violates the requirement that an index interval can have at most two parts separated by '-'",
            ),
            ("a", "cannot convert string to integer for index: \"a\""),
            ("-1", "cannot convert string to integer for index: \"\""),
            ("1,", "cannot convert string to integer for index: \"\""),
            ("3,1-x", "cannot convert string to integer for index: \"x\""),
            ("3,1-7", "too large index: \"7\""),
            ("4,2-1", "non-increasing order, previous: 2, current: 1"),
            (
                "99999999999999999999",
                "cannot convert string to integer for index: \"99999999999999999999\"",
            ),
        ] {
            assert_eq!(IndexSet::parse_strict(text, 5), Err(fault.to_owned()));
        }
        assert_eq!(IndexSet::parse_strict("0-1,2", 5), Ok(set(&[0, 1, 2])));
    }

    #[test]
    fn lenient_reader_skips_and_stops() {
        for (text, completions, expected) in [
            ("0-3,x,5", 10, "0-3,5"),
            ("0-9", 5, "0-4"),
            ("0,7,1", 5, "0"),
            ("2-x,3", 5, "3"),
            ("0,1,1-3", 5, "0-3"),
            ("x,1-2,9", 10, "1,2,9"),
            ("5,1,3-7", 10, "5-7"),
            ("1-2-5,,4-3,6", 10, "1,2,6"),
        ] {
            assert_eq!(
                IndexSet::parse_lenient(text, completions).to_string(),
                expected
            );
        }
    }

    #[test]
    fn sets_behave_as_sets() {
        let (a, b) = (set(&[0, 1, 2, 8]), set(&[2, 3, 9]));
        assert_eq!(a.union(&b).to_string(), "0-3,8,9");
        assert_eq!(a.intersection(&b).to_string(), "2");
        assert_eq!(a.missing(10).to_string(), "3-7,9");
        assert_eq!(a.missing(2).to_string(), "");
        assert_eq!((a.len(), a.contains(8), a.contains(3)), (4, true, false));
        let mut grown = a.clone();
        for index in [5, 3, 4, 0] {
            grown.insert(index);
        }
        assert_eq!(grown.to_string(), "0-5,8");
        assert_eq!(IndexSet::up_to(3).iter().collect::<Vec<_>>(), [0, 1, 2]);
    }
}
