//! Amounts of a resource: `500m`, `1.5Gi`, `2e3`.
//!
//! Kubernetes remembers which family of suffix an amount was written with and
//! writes it back in the shortest form of that family; two spellings of one
//! amount are the same amount. Amounts are exact: whole billionths in 128 bits.
//!
//! Differs from Kubernetes: amounts whose billionths do not fit 128 bits (over
//! 10^28) are capped there, and a few spellings that upstream keeps because its
//! fast path does not normalize them (`1.500`, `+1`) are written canonically.
//!
//! Source: apimachinery `pkg/api/resource` (`ParseQuantity`,
//! `CanonicalizeBytes`, `suffix.go`).

use std::{
    cmp::Ordering,
    fmt,
    ops::{Add, AddAssign, Sub},
};

use k8s_openapi::apimachinery::pkg::api::resource::Quantity as WireQuantity;

/// An amount of a resource.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    nanos: i128,
    format: Format,
}

/// The family of suffixes an amount is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `m`, none, `k`, `M`, `G` ...
    DecimalSi,
    /// `Ki`, `Mi`, `Gi` ...
    BinarySi,
    /// `e3`
    DecimalExponent,
}

/// Text that is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Not of the form number and suffix.
    #[error(
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
    )]
    Format,
    /// A suffix Kubernetes does not know.
    #[error("unable to parse quantity's suffix")]
    Suffix,
}

const NANOS: i128 = 1_000_000_000;
/// Largest amount at all: a power of ten that leaves room to add.
const NANOS_MAX: i128 = 10_i128.pow(37);
/// Largest amount with a binary suffix, in units (2^63-1).
const BINARY_MAX: i128 = i64::MAX as i128;
const DECIMAL_SUFFIXES: [(&str, i32); 10] = [
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("", 0),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];
const BINARY_SUFFIXES: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self {
        nanos: 0,
        format: Format::DecimalSi,
    };

    /// So many thousandths, as CPUs are counted.
    pub fn from_milli(milli: i128) -> Self {
        Self {
            nanos: milli.saturating_mul(1_000_000),
            format: Format::DecimalSi,
        }
    }

    /// So many units, written with `format`: bytes as `BinarySi`.
    pub fn from_units(units: i128, format: Format) -> Self {
        Self {
            nanos: units.saturating_mul(NANOS),
            format,
        }
    }

    /// Reads an amount. Parts below a billionth are rounded up, away from zero.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        if text.is_empty() {
            return Err(QuantityError::Format);
        }
        let (negative, unsigned) = match text.as_bytes()[0] {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let digits_of = |text: &str| {
            text.bytes()
                .position(|byte| !byte.is_ascii_digit())
                .unwrap_or(text.len())
        };
        let (whole, rest) = unsigned.split_at(digits_of(unsigned));
        let (fraction, suffix) = match rest.strip_prefix('.') {
            None => ("", rest),
            Some(rest) => rest.split_at(digits_of(rest)),
        };
        check_suffix_shape(suffix)?;
        let (format, scale) = Scale::of_suffix(suffix)?;
        let mut nanos = scaled(whole, fraction, scale);
        let mut format = format;
        if format == Format::BinarySi {
            nanos = nanos.min(BINARY_MAX * NANOS);
            if nanos > 0 && nanos < NANOS {
                format = Format::DecimalSi;
            }
        }
        Ok(Self {
            nanos: if negative { -nanos } else { nanos },
            format,
        })
    }

    /// The amount in whole units (bytes, Pods), rounded up.
    pub fn units(self) -> i128 {
        ceil(self.nanos, NANOS)
    }

    /// The amount in thousandths (of a CPU), rounded up.
    pub fn milli(self) -> i128 {
        ceil(self.nanos, 1_000_000)
    }

    /// Whether the amount is below zero.
    pub fn is_negative(self) -> bool {
        self.nanos < 0
    }

    /// Whether the amount is zero.
    pub fn is_zero(self) -> bool {
        self.nanos == 0
    }

    /// Whether the amount is a number of whole units.
    pub fn is_whole(self) -> bool {
        self.nanos % NANOS == 0
    }
}

/// Reads the amount of an object that was validated; text that is no amount counts as zero.
impl From<&WireQuantity> for Quantity {
    fn from(wire: &WireQuantity) -> Self {
        Self::parse(wire.0.trim()).unwrap_or(Self::ZERO)
    }
}

impl From<Quantity> for WireQuantity {
    fn from(quantity: Quantity) -> Self {
        WireQuantity(quantity.to_string())
    }
}

/// Rewrites an amount in canonical form; text that is no amount stays, for
/// validation to say so.
pub fn canonicalize(wire: &mut WireQuantity) {
    if let Ok(quantity) = Quantity::parse(wire.0.trim()) {
        let canonical = quantity.to_string();
        if canonical != wire.0 {
            wire.0 = canonical;
        }
    }
}

/// Letters of suffixes, then perhaps a sign and digits.
fn check_suffix_shape(suffix: &str) -> Result<(), QuantityError> {
    let rest = suffix.trim_start_matches(|letter| "eEinumkKMGTP".contains(letter));
    let rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    if rest.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(QuantityError::Format)
    }
}

/// What the number before the suffix is multiplied with.
#[derive(Clone, Copy)]
enum Scale {
    /// A power of ten.
    Ten(i32),
    /// A power of two.
    Two(u32),
}

impl Scale {
    fn of_suffix(suffix: &str) -> Result<(Format, Self), QuantityError> {
        if let Some((_, exponent)) = DECIMAL_SUFFIXES.iter().find(|(text, _)| *text == suffix) {
            return Ok((Format::DecimalSi, Self::Ten(*exponent)));
        }
        if let Some(position) = BINARY_SUFFIXES.iter().position(|text| *text == suffix) {
            return Ok((Format::BinarySi, Self::Two(10 * (position as u32 + 1))));
        }
        let exponent = suffix
            .strip_prefix(['e', 'E'])
            .and_then(|digits| digits.parse::<i64>().ok())
            .ok_or(QuantityError::Suffix)?;
        // Far beyond what any amount can hold, either way.
        let exponent = exponent.clamp(-10_000, 10_000) as i32;
        Ok((Format::DecimalExponent, Self::Ten(exponent)))
    }
}

/// The number times the scale, in billionths, rounded up and capped.
fn scaled(whole: &str, fraction: &str, scale: Scale) -> i128 {
    /// Digits that are kept exactly; what follows can only round up.
    const DIGITS_MAX: usize = 30;
    let digits = whole.bytes().chain(fraction.bytes());
    let mut mantissa = 0_i128;
    let mut kept = 0_usize;
    let mut dropped = 0_i32;
    let mut inexact = false;
    for digit in digits {
        if kept == 0 && digit == b'0' {
            continue;
        }
        if kept < DIGITS_MAX {
            mantissa = mantissa * 10 + i128::from(digit - b'0');
            kept += 1;
        } else {
            dropped = dropped.saturating_add(1);
            inexact |= digit != b'0';
        }
    }
    if mantissa == 0 {
        return 0;
    }
    // An i128 holds 38 digits; a cut mantissa of 30 has room to be rounded up.
    mantissa += i128::from(inexact);
    let fraction_digits = i32::try_from(fraction.len()).unwrap_or(i32::MAX);
    let (exponent, binary) = match scale {
        Scale::Ten(exponent) => (exponent, 0),
        Scale::Two(power) => (0, power),
    };
    let exponent = exponent
        .saturating_add(9)
        .saturating_sub(fraction_digits)
        .saturating_add(dropped);
    let multiplied = mantissa.saturating_mul(1_i128 << binary);
    let nanos = if exponent >= 0 {
        10_i128
            .checked_pow(exponent.unsigned_abs())
            .map_or(i128::MAX, |power| multiplied.saturating_mul(power))
    } else {
        10_i128
            .checked_pow(exponent.unsigned_abs())
            .map_or(1, |power| ceil(multiplied, power))
    };
    nanos.min(NANOS_MAX)
}

/// Division that rounds up, towards positive infinity.
fn ceil(value: i128, divisor: i128) -> i128 {
    value.div_euclid(divisor) + i128::from(value.rem_euclid(divisor) != 0)
}

/// The canonical form: no fraction, the largest suffix that loses nothing.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nanos == 0 {
            return f.write_str("0");
        }
        let small = self.nanos.abs() < 1024 * NANOS;
        if self.format == Format::BinarySi && !small && self.is_whole() {
            let mut units = self.nanos / NANOS;
            let mut suffix = "";
            for next in BINARY_SUFFIXES {
                if units % 1024 != 0 {
                    break;
                }
                units /= 1024;
                suffix = next;
            }
            return write!(f, "{units}{suffix}");
        }
        let mut mantissa = self.nanos;
        let mut exponent = -9;
        while mantissa % 1000 == 0 && (exponent < 18 || self.format == Format::DecimalExponent) {
            mantissa /= 1000;
            exponent += 3;
        }
        match (self.format, exponent) {
            (Format::DecimalExponent, 0) => write!(f, "{mantissa}"),
            (Format::DecimalExponent, _) => write!(f, "{mantissa}e{exponent}"),
            (Format::DecimalSi | Format::BinarySi, _) => {
                let suffix = DECIMAL_SUFFIXES
                    .iter()
                    .find(|(_, power)| *power == exponent)
                    .map_or("", |(text, _)| text);
                write!(f, "{mantissa}{suffix}")
            }
        }
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }
}

/// A sum is written as its first part is, unless that is zero.
impl Add for Quantity {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            nanos: self.nanos.saturating_add(other.nanos),
            format: if self.is_zero() {
                other.format
            } else {
                self.format
            },
        }
    }
}

impl AddAssign for Quantity {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Quantity {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            nanos: self.nanos.saturating_sub(other.nanos),
            format: if self.is_zero() {
                other.format
            } else {
                self.format
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_forms() {
        for (text, canonical) in [
            ("0", "0"),
            ("0Ki", "0"),
            ("1", "1"),
            ("1000m", "1"),
            ("1500m", "1500m"),
            ("1.5", "1500m"),
            ("0.5", "500m"),
            (".5", "500m"),
            ("5.", "5"),
            ("0.1m", "100u"),
            ("1000", "1k"),
            ("1000k", "1M"),
            ("100", "100"),
            ("10000", "10k"),
            ("1Ki", "1Ki"),
            ("1024Ki", "1Mi"),
            ("1.5Gi", "1536Mi"),
            ("0.5Gi", "512Mi"),
            ("1.1Ki", "1126400m"),
            ("512Mi", "512Mi"),
            ("1e3", "1e3"),
            ("1E3", "1e3"),
            ("12e6", "12e6"),
            ("100e1", "1e3"),
            ("1e-3", "1e-3"),
            ("-1", "-1"),
            ("-1.5Gi", "-1536Mi"),
            ("+2", "2"),
            ("007", "7"),
            ("0.0000000001", "1n"),
            ("1E", "1E"),
            ("9223372036854775807", "9223372036854775807"),
            ("16Ei", "9223372036854775807"),
            (".", "0"),
            ("Gi", "0"),
            ("0.5Ki", "512"),
            ("0.0001Ki", "102400u"),
        ] {
            let quantity = Quantity::parse(text).expect(text);
            assert_eq!(quantity.to_string(), canonical, "{text}");
        }
    }

    #[test]
    fn faults() {
        for (text, fault) in [
            ("", QuantityError::Format),
            ("1 Gi", QuantityError::Format),
            ("1Gib", QuantityError::Format),
            ("abc", QuantityError::Format),
            ("1.2.3", QuantityError::Format),
            ("1gi", QuantityError::Format),
            ("1iK", QuantityError::Suffix),
            ("1K", QuantityError::Suffix),
            ("1e", QuantityError::Suffix),
            ("1e9999999999999999999", QuantityError::Suffix),
            ("ä", QuantityError::Format),
        ] {
            assert_eq!(Quantity::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn amounts_add_and_compare() {
        let parse = |text| Quantity::parse(text).expect(text);
        assert_eq!(parse("1Gi") + parse("1Gi"), parse("2048Mi"));
        assert_eq!((parse("1Gi") + parse("1")).to_string(), "1073741825");
        assert_eq!((parse("1") - parse("250m")).to_string(), "750m");
        assert!(parse("1k") < parse("1Ki"));
        assert_eq!(parse("1.5").milli(), 1500);
        assert_eq!(parse("0.1m").milli(), 1);
        assert_eq!(parse("1.5").units(), 2);
        assert_eq!(parse("-1.5").units(), -1);
        assert_eq!(Quantity::from_milli(2500).to_string(), "2500m");
        let huge = parse("1e999999999");
        assert!(huge > parse("8Ei"));
    }
}
