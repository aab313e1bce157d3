//! Does the judge of the simulation bite? Bugs put back, and each must be caught.
//!
//! Each file of `crates/cluster-simulated/mutants` takes one guard away, or puts
//! one known bug of upstream back: a text of the sources and what stands there
//! instead. The product has no switches: they are woven into a copy of the
//! workspace, all of them at once, each behind a name, so that one build serves
//! all. Then the seeds run, with one mutant on, until the judge objects.
//!
//! ```text
//! title: what is wrong, in a sentence
//! source: where it comes from
//! --- crates/decide/src/job/verdict.rs
//! the text to replace, which stands there exactly once
//! +++
//! what to put there
//! ```
//!
//! Where only a part of the text is an expression or a statement, that part
//! stands in `«»`, and is what is replaced.
//!
//! It fails if a mutant survives, if a text is not found exactly once, or if
//! the copy with no mutant on fails.

use std::{
    collections::BTreeMap,
    fs,
    ops::Range,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// Where the mutants lie.
const FOLDER: &str = "crates/cluster-simulated/mutants";
/// Within so many seeds each must be caught.
const SEEDS: u64 = 20_000;
/// The copy without mutants has to pass at least so many seeds, or as many as
/// the hardest mutant needed.
const SEEDS_UNCHANGED: u64 = 200;
/// Names the mutant that is on, for one process.
const SWITCH: &str = "JOBYARD_MUTANT";
/// A run that takes longer hangs.
const TIMEOUT: Duration = Duration::from_mins(10);

/// Reads, weaves, builds, and runs them: all, or those named.
pub(crate) fn run(workspace: &Path, names: &[&str]) -> Result<()> {
    let mutants = read_all(&workspace.join(FOLDER))?;
    for name in names {
        ensure!(
            mutants.iter().any(|mutant| mutant.name == *name),
            "there is no mutant {name} in {FOLDER}"
        );
    }
    let started = Instant::now();
    let copy = workspace.join("target/mutants/workspace");
    weave(workspace, &copy, &mutants)?;
    let seeds = build(workspace, &copy)?;
    eprintln!(
        "== mutants: built in {:.0} s",
        started.elapsed().as_secs_f64()
    );

    let is_asked_for = |mutant: &&Mutant| names.is_empty() || names.contains(&&*mutant.name);
    let asked: Vec<&Mutant> = mutants.iter().filter(is_asked_for).collect();
    let caught = run_all(&seeds, &asked);
    let mut survivors = Vec::new();
    let mut most = SEEDS_UNCHANGED;
    for (mutant, outcome) in asked.iter().zip(caught) {
        if let Some(Caught { seed, what }) = outcome? {
            most = most.max(seed + 1);
            eprintln!("caught    {:<34} seed {seed:>5}: {what}", mutant.name);
        } else {
            eprintln!("SURVIVES  {:<34} {}", mutant.name, mutant.title);
            survivors.push(&*mutant.name);
        }
    }
    if let Some(Caught { seed, what }) = run_seeds(&seeds, "none", most)? {
        bail!("with no mutant on, seed {seed} fails: {what}");
    }
    eprintln!(
        "== mutants: {} of {} caught, {most} seeds pass without, {:.0} s",
        asked.len() - survivors.len(),
        asked.len(),
        started.elapsed().as_secs_f64()
    );
    ensure!(
        survivors.is_empty(),
        "not caught within {SEEDS} seeds: {}",
        survivors.join(", ")
    );
    Ok(())
}

/// A bug to put back.
#[derive(Debug)]
struct Mutant {
    /// The name of its file.
    name: String,
    title: String,
    edits: Vec<Edit>,
}

#[derive(Debug)]
struct Edit {
    file: PathBuf,
    original: String,
    mutated: String,
}

impl Edit {
    /// What stands before the part that is replaced, and that part.
    fn parts(&self) -> (&str, &str) {
        let marked = self.original.split_once('«');
        let marked = marked.and_then(|(before, rest)| Some((before, rest.split_once('»')?.0)));
        marked.unwrap_or(("", &self.original))
    }
}

fn read_all(folder: &Path) -> Result<Vec<Mutant>> {
    let mut mutants = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "mutant")
        {
            let text = fs::read_to_string(&path)?;
            let name = path.file_stem().context("a file has a name")?;
            let name = name.to_string_lossy().into_owned();
            let mutant = parse(name, &text);
            mutants.push(mutant.with_context(|| format!("cannot read {}", path.display()))?);
        }
    }
    mutants.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(mutants)
}

fn parse(name: String, text: &str) -> Result<Mutant> {
    let (head, edits) = text
        .split_once("\n--- ")
        .context("no line begins with ---")?;
    let field = |field: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(field));
        line.map(|line| line.trim().to_owned())
            .with_context(|| format!("no line begins with {field}"))
    };
    field("source:")?;
    let edits = edits.split("\n--- ").map(|edit| {
        let (file, texts) = edit.split_once('\n').context("no text below the file")?;
        let (original, mutated) = texts.split_once("\n+++").context("no line +++")?;
        Ok(Edit {
            file: file.trim().into(),
            original: original.trim().to_owned(),
            mutated: mutated.trim().to_owned(),
        })
    });
    Ok(Mutant {
        name,
        title: field("title:")?,
        edits: edits.collect::<Result<_>>()?,
    })
}

/// Makes the copy, with all mutants behind their switches. A file that is as it
/// should be is not written, so that a second build has little to do.
fn weave(workspace: &Path, copy: &Path, mutants: &[Mutant]) -> Result<()> {
    let mut edits: BTreeMap<&Path, Vec<(&Mutant, &Edit)>> = BTreeMap::new();
    for mutant in mutants {
        for edit in &mutant.edits {
            edits.entry(&edit.file).or_default().push((mutant, edit));
        }
    }
    for file in ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"] {
        write_if_changed(&copy.join(file), &fs::read(workspace.join(file))?)?;
    }
    let mut files = Vec::new();
    for folder in ["crates", "xtask"] {
        files_below(&workspace.join(folder), &mut files)?;
    }
    for path in files {
        let file = path.strip_prefix(workspace)?;
        let mut bytes = fs::read(&path)?;
        if let Some(edits) = edits.remove(file) {
            let text = String::from_utf8(bytes)?;
            let woven = weave_file(&text, &edits);
            bytes = woven
                .with_context(|| format!("cannot mutate {}", file.display()))?
                .into_bytes();
        }
        if is_crate_root(file, mutants) {
            bytes.extend_from_slice(b"\nmod mutant_switch;\n");
            let switch = copy.join(file).with_file_name("mutant_switch.rs");
            write_if_changed(&switch, SWITCH_SOURCE.as_bytes())?;
        }
        write_if_changed(&copy.join(file), &bytes)?;
    }
    if let Some(file) = edits.keys().next() {
        bail!("there is no file {}", file.display());
    }
    Ok(())
}

/// The module that the woven sources ask.
const SWITCH_SOURCE: &str = "\
//! Which mutant is on in this process.
pub(crate) fn is_on(name: &str) -> bool {
    static ON: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    ON.get_or_init(|| std::env::var(\"JOBYARD_MUTANT\").ok()).as_deref() == Some(name)
}
";

/// Whether this is the `lib.rs` of a crate with mutants.
fn is_crate_root(file: &Path, mutants: &[Mutant]) -> bool {
    let mut edits = mutants.iter().flat_map(|mutant| &mutant.edits);
    file.ends_with("src/lib.rs")
        && edits.any(|edit| {
            let source = file.parent().expect("it lies in src");
            edit.file.starts_with(source)
        })
}

/// Puts all edits of a file in; one may lie within another.
fn weave_file(text: &str, edits: &[(&Mutant, &Edit)]) -> Result<String> {
    let mut places = Vec::new();
    for (mutant, edit) in edits {
        let (before, replaced) = edit.parts();
        let original = edit.original.replace(['«', '»'], "");
        let mut found = text.match_indices(&original);
        let first = found.next();
        let (start, _) =
            first.with_context(|| format!("{}: the text is not there", mutant.name))?;
        ensure!(
            found.next().is_none(),
            "{}: the text is there more than once",
            mutant.name
        );
        places.push(Place {
            range: start + before.len()..start + before.len() + replaced.len(),
            name: &mutant.name,
            mutated: &edit.mutated,
        });
    }
    // Outer ones first; of two at the same place either may be the outer.
    places.sort_by_key(|place| (place.range.start, std::cmp::Reverse(place.range.end)));
    let mut woven = String::new();
    weave_range(text, 0..text.len(), &places, &mut woven)?;
    Ok(woven)
}

struct Place<'a> {
    range: Range<usize>,
    name: &'a str,
    mutated: &'a str,
}

fn weave_range(
    text: &str,
    range: Range<usize>,
    places: &[Place<'_>],
    woven: &mut String,
) -> Result<()> {
    let mut at = range.start;
    let mut rest = places;
    while let Some((place, others)) = rest.split_first() {
        ensure!(
            place.range.start >= at && place.range.end <= range.end,
            "{}: overlaps another mutant",
            place.name
        );
        woven.push_str(&text[at..place.range.start]);
        let inner = others.partition_point(|other| other.range.start < place.range.end);
        // What a statement is not may have operators or calls around it.
        let is_statement = text[place.range.clone()].ends_with([';', '}']);
        let (open, close) = if is_statement { ("", "") } else { ("(", ")") };
        let Place { name, mutated, .. } = place;
        woven.extend([open, "if crate::mutant_switch::is_on(\"", name, "\") { "]);
        woven.extend([mutated, " } else { "]);
        weave_range(text, place.range.clone(), &others[..inner], woven)?;
        woven.extend([" }", close]);
        at = place.range.end;
        rest = &others[inner..];
    }
    woven.push_str(&text[at..range.end]);
    Ok(())
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files_below(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|found| found == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Builds the program that runs seeds, and returns its path. The dependencies lie
/// in the workspace's own target folder.
fn build(workspace: &Path, copy: &Path) -> Result<PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--package", "jobyard-cluster-simulated"])
        .args(["--example", "first_violation", "--profile", "simulation"])
        .args(["--message-format", "json"])
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        // The copy is not what lints are for, and is built once.
        .env("CARGO_BUILD_WARNINGS", "allow")
        .env("CARGO_INCREMENTAL", "0")
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    ensure!(
        output.status.success(),
        "the copy with the mutants does not build: {}",
        errors_in(&output.stdout)
    );
    let messages = String::from_utf8_lossy(&output.stdout);
    let executable = messages.lines().rev().find_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let path = message.get("executable")?.as_str()?;
        Some(PathBuf::from(path))
    });
    executable.context("cargo names no executable")
}

fn errors_in(messages: &[u8]) -> String {
    let messages = String::from_utf8_lossy(messages);
    let rendered = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let message = message.get("message")?;
        (message.get("level")? == "error").then_some(())?;
        Some(message.get("rendered")?.as_str()?.to_owned())
    });
    rendered.collect()
}

/// The first seed with which the judge objected, and its words.
struct Caught {
    seed: u64,
    what: String,
}

/// Runs the mutants, as many at a time as there are processors.
fn run_all(seeds: &Path, mutants: &[&Mutant]) -> Vec<Result<Option<Caught>>> {
    let outcomes: Vec<_> = mutants.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(mutant) = mutants.get(number) else {
                        break;
                    };
                    let outcome = run_seeds(seeds, &mutant.name, SEEDS);
                    let mut place = outcomes[number].lock().expect("nobody panics with it");
                    *place = Some(outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_iter().map(|outcome| {
        let outcome = outcome.into_inner().expect("nobody panics with it");
        outcome.expect("every mutant is run by one of the threads")
    });
    outcomes.collect()
}

/// Runs so many seeds with one mutant on, up to the first that fails.
fn run_seeds(seeds: &Path, mutant: &str, count: u64) -> Result<Option<Caught>> {
    let output = tempfile::NamedTempFile::new()?;
    let mut child = Command::new(seeds)
        .args(["0", &count.to_string()])
        .env(SWITCH, mutant)
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::null())
        .stderr(output.reopen()?)
        .spawn()
        .with_context(|| format!("cannot start {}", seeds.display()))?;
    let is_passed = wait(&mut child).with_context(|| format!("mutant {mutant}"))?;
    if is_passed {
        return Ok(None);
    }
    let said = String::from_utf8_lossy(&fs::read(output.path())?).into_owned();
    let line = said.lines().find(|line| line.starts_with("seed "));
    let found = line.and_then(|line| {
        let (seed, what) = line.strip_prefix("seed ")?.split_once(": ")?;
        Some(Caught {
            seed: seed.parse().ok()?,
            what: what.to_owned(),
        })
    });
    let found = found.with_context(|| format!("mutant {mutant} ended without a verdict: {said}"));
    Ok(Some(found?))
}

fn wait(child: &mut Child) -> Result<bool> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if started.elapsed() > TIMEOUT {
            child.kill()?;
            child.wait()?;
            bail!("hangs: no end after {TIMEOUT:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(name: &str, original: &str, mutated: &str) -> Mutant {
        let text = format!("title: t\nsource: s\n--- a.rs\n{original}\n+++\n{mutated}\n");
        parse(name.to_owned(), &text).unwrap()
    }

    fn woven(text: &str, mutants: &[Mutant]) -> Result<String> {
        let edits: Vec<_> = mutants
            .iter()
            .map(|mutant| (mutant, &mutant.edits[0]))
            .collect();
        weave_file(text, &edits)
    }

    #[test]
    fn puts_each_mutant_behind_its_name() {
        assert_eq!(
            woven("x + a();", &[mutant("one", "a()", "b()")]).unwrap(),
            "x + (if crate::mutant_switch::is_on(\"one\") { b() } else { a() });"
        );
        assert_eq!(
            woven("a();", &[mutant("one", "a();", "")]).unwrap(),
            "if crate::mutant_switch::is_on(\"one\") {  } else { a(); }"
        );
        assert_eq!(
            woven("a if b => c", &[mutant("one", "a if «b» =>", "d")]).unwrap(),
            "a if (if crate::mutant_switch::is_on(\"one\") { d } else { b }) => c"
        );
    }

    #[test]
    fn weaves_one_into_the_other() {
        let mutants = [mutant("inner", "b", "c"), mutant("outer", "a + b", "d")];
        assert_eq!(
            woven("a + b", &mutants).unwrap(),
            "(if crate::mutant_switch::is_on(\"outer\") { d } else { \
             a + (if crate::mutant_switch::is_on(\"inner\") { c } else { b }) })"
        );
    }

    #[test]
    fn refuses_a_text_that_is_not_there_once() {
        for text in ["b", "a a"] {
            assert!(woven(text, &[mutant("one", "a", "b")]).is_err());
        }
        let crossing = [mutant("one", "a b", "x"), mutant("two", "b c", "x")];
        assert!(woven("a b c", &crossing).is_err());
    }

    #[test]
    fn every_mutant_fits_the_sources() {
        let workspace = crate::workspace();
        let mutants = read_all(&workspace.join(FOLDER)).unwrap();
        for mutant in &mutants {
            for edit in &mutant.edits {
                let text = fs::read_to_string(workspace.join(&edit.file)).unwrap();
                weave_file(&text, &[(mutant, edit)]).unwrap();
            }
        }
    }
}
