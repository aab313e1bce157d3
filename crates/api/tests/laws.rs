//! Laws of index sets, amounts and selectors, over many values.
//!
//! Whatever a client sends, nothing panics; what we print, we read back as the
//! same; and sets behave as sets.

use std::collections::{BTreeMap, BTreeSet};

use jobyard_api::{
    indexes::IndexSet,
    quantity::Quantity,
    resource,
    selector::{FieldSelector, LabelSelector},
    validation::names,
};
use proptest::prelude::*;

/// Indexes of all tests are below this.
const COMPLETIONS: u32 = 64;

fn indexes() -> impl Strategy<Value = BTreeSet<u32>> {
    prop::collection::btree_set(0..COMPLETIONS, 0..40)
}

fn set(model: &BTreeSet<u32>) -> IndexSet {
    model.iter().copied().collect()
}

/// Text that looks like what is read, so that it is read far.
fn text_of(alphabet: &'static str) -> impl Strategy<Value = String> {
    let characters: Vec<char> = alphabet.chars().collect();
    prop::collection::vec(prop::sample::select(characters), 0..24)
        .prop_map(|characters| characters.into_iter().collect())
}

fn labels() -> impl Strategy<Value = BTreeMap<String, String>> {
    prop::collection::btree_map("[a-c]", "[a-c0-9]{0,2}", 0..4)
}

proptest! {
    #[test]
    fn an_index_set_is_read_as_it_is_printed(model in indexes()) {
        let set = set(&model);
        let text = set.to_string();
        prop_assert_eq!(IndexSet::parse_strict(&text, COMPLETIONS), Ok(set.clone()));
        prop_assert_eq!(IndexSet::parse_lenient(&text, COMPLETIONS), set);
    }

    #[test]
    fn index_sets_are_sets(a in indexes(), b in indexes(), count in 0..COMPLETIONS) {
        let (left, right) = (set(&a), set(&b));
        prop_assert_eq!(left.union(&right), set(&(&a | &b)));
        prop_assert_eq!(left.intersection(&right), set(&(&a & &b)));
        prop_assert_eq!(left.len(), a.len());
        prop_assert_eq!(left.first(), a.first().copied());
        prop_assert_eq!(left.iter().collect::<BTreeSet<_>>(), a.clone());
        let missing: BTreeSet<u32> = (0..count).filter(|index| !a.contains(index)).collect();
        prop_assert_eq!(left.missing(count), set(&missing));
        for index in 0..COMPLETIONS {
            prop_assert_eq!(left.contains(index), a.contains(&index));
        }
        let mut grown = left;
        for index in &b {
            grown.insert(*index);
        }
        prop_assert_eq!(grown, set(&(&a | &b)));
    }

    #[test]
    fn what_the_strict_reader_takes_the_lenient_reads_the_same(text in text_of("0123456789,-")) {
        if let Ok(set) = IndexSet::parse_strict(&text, COMPLETIONS) {
            prop_assert_eq!(IndexSet::parse_lenient(&text, COMPLETIONS), set);
        }
    }

    #[test]
    fn an_amount_is_read_as_it_is_printed(text in text_of("0123456789.+-eEinumkKMGTP")) {
        if let Ok(amount) = Quantity::parse(&text) {
            let canonical = amount.to_string();
            let again = Quantity::parse(&canonical);
            prop_assert_eq!(again, Ok(amount), "{} as {}", text, canonical);
            prop_assert_eq!(again.map(|again| again.to_string()), Ok(canonical));
        }
    }

    #[test]
    fn amounts_in_thousandths_are_exact(milli in -1_000_000_000_i64..1_000_000_000) {
        let amount = Quantity::from_milli(milli.into());
        prop_assert_eq!(amount.milli(), i128::from(milli));
        prop_assert_eq!(Quantity::parse(&amount.to_string()), Ok(amount));
        prop_assert_eq!(Quantity::parse(&format!("{milli}m")), Ok(amount));
        let units = i128::from(milli).div_euclid(1000) + i128::from(milli.rem_euclid(1000) != 0);
        prop_assert_eq!(amount.units(), units);
    }

    #[test]
    fn amounts_add_up(a in 0_u32..1_000_000, b in 0_u32..1_000_000) {
        let (left, right) = (Quantity::from_milli(a.into()), Quantity::from_milli(b.into()));
        prop_assert_eq!(left + right, right + left);
        prop_assert_eq!(left + right - right, left);
        prop_assert_eq!(left < right, a < b);
    }

    #[test]
    fn a_label_selector_is_read_as_it_is_printed(
        text in text_of("abc=!,() innotin<>12"),
        labels in labels(),
    ) {
        if let Ok(selector) = LabelSelector::parse(&text) {
            let printed = selector.to_string();
            let again = LabelSelector::parse(&printed);
            prop_assert_eq!(again.as_ref(), Ok(&selector), "{} as {}", text, printed);
            prop_assert_eq!(again.map(|again| again.matches(&labels)), Ok(selector.matches(&labels)));
        }
    }

    #[test]
    fn a_label_is_in_a_set_or_not(labels in labels(), value in "[a-c0-9]{1,2}") {
        let matches = |text: &str| LabelSelector::parse(text).map(|one| one.matches(&labels));
        let negated = |text: &str| matches(text).map(|one| !one);
        prop_assert_eq!(matches("a"), negated("!a"));
        prop_assert_eq!(matches(&format!("a={value}")), negated(&format!("a!={value}")));
        prop_assert_eq!(
            matches(&format!("a in ({value})")),
            negated(&format!("a notin ({value})"))
        );
        prop_assert_eq!(
            matches(&format!("a={value}")),
            Ok(labels.get("a") == Some(&value))
        );
    }

    #[test]
    fn no_text_harms(text in any::<String>()) {
        let _ = IndexSet::parse_strict(&text, COMPLETIONS);
        let _ = IndexSet::parse_lenient(&text, COMPLETIONS);
        let _ = Quantity::parse(&text);
        let _ = LabelSelector::parse(&text);
        for resource in resource::ALL {
            let _ = FieldSelector::parse(&text, resource);
        }
        for rule in [
            names::dns_label, names::dns_subdomain, names::qualified_name, names::label_value,
            names::config_map_key, names::environment_variable, names::port_name,
            names::path_segment,
        ] {
            let _ = rule(&text);
        }
        let _ = names::mask_trailing_dash(&text);
    }
}
