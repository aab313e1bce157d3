//! Every row of `docs/scenarios.md` is a test, or stands in a list with the reason.
//!
//! A test belongs to the row whose id begins its name: `d08_lower_parallelism...`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// The sections whose rows must all be accounted for: all that concern Jobs.
const SECTIONS: &str = "ABCDEFGHIJKLMQ";

#[test]
fn every_row_is_exactly_one_test_or_stands_in_the_list() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let rows = first_cells(&root.join("docs/scenarios.md"));
    let listed = first_cells(&root.join("docs/scenarios-without-test.md"));
    let tests = tests_by_row(&root.join("crates"));

    let mut wrong = Vec::new();
    for row in &rows {
        let found = tests.get(row).map_or(0, Vec::len);
        let required = SECTIONS.contains(&row[..1]);
        match (found, listed.contains(row)) {
            (1, false) | (0, true) => {}
            (0, false) if !required => {}
            (0, false) => wrong.push(format!(
                "{row}: no test, and no reason in docs/scenarios-without-test.md"
            )),
            (1, true) => wrong.push(format!(
                "{row}: is tested by {:?}, but listed as not tested",
                tests[row]
            )),
            (_, _) => wrong.push(format!("{row}: more than one test: {:?}", tests[row])),
        }
    }
    wrong.extend(
        tests
            .keys()
            .filter(|row| !rows.contains(*row))
            .map(|row| format!("{row}: tested by {:?}, but no such row", tests[row])),
    );
    wrong.extend(
        listed
            .difference(&rows)
            .map(|row| format!("{row}: listed, but no such row")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows.len() > 300, "docs/scenarios.md has lost its tables");
}

/// The ids in the first column of all tables of a document.
fn first_cells(document: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(document).expect("the document is there");
    let cells = text
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| ")?.split_once(" |")?.0.to_owned()));
    cells.filter(|cell| is_row(cell)).collect()
}

/// `A01`: a section (A to Q) and two digits.
fn is_row(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 3
        && (b'A'..=b'Q').contains(&bytes[0])
        && bytes[1].is_ascii_digit()
        && bytes[2].is_ascii_digit()
}

/// The names of all tests that begin with a row's id, by row.
///
/// Counted are `fn a01_...()` in files of tests, and `a01_...:` at the start of
/// a line, as the `cases!` tables have it.
fn tests_by_row(crates: &Path) -> BTreeMap<String, Vec<String>> {
    let mut tests: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in rust_files(crates) {
        let text = std::fs::read_to_string(&file).expect("a source file can be read");
        for line in text.lines().map(str::trim_start) {
            let line = line.strip_prefix("async ").unwrap_or(line);
            let Some(name) = line
                .strip_prefix("fn ")
                .and_then(|rest| rest.split(['(', '<']).next())
            else {
                continue;
            };
            let Some((id, _)) = name.split_once('_') else {
                continue;
            };
            let row = id.to_uppercase();
            if id.len() == 3
                && is_row(&row)
                && !id.starts_with(|first: char| first.is_ascii_uppercase())
            {
                tests.entry(row).or_default().push(name.to_owned());
            }
        }
    }
    tests
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
