//! All objects of one kind, and what happened to them lately.
//!
//! The objects stand in a persistent ordered map: a list takes the whole map in
//! O(1) and looks at it without a lock, while writes go on. The ring holds the
//! recent events with the version before each, so that a watch can start in the
//! past, tell what a change means to its selector, and a list of the past can be
//! had by undoing events. Readers have cursors into the ring; one that falls out
//! of it is told so and lists again. Nothing is kept for a reader.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::Arc,
};

use imbl::OrdMap;
use jiff::SignedDuration;
use jobyard_api::{Object, ObjectKey, Revision, Timestamp, Uid};

use crate::{habits::Rules, packing::Packer, version::Version};

/// The newest events keep the typed form and the plain bytes of superseded and
/// cold versions, for readers that are about to look.
const WARM_EVENTS: usize = 512;
/// For how long events are kept at least when there is room; etcd keeps five
/// minutes, we twice that.
const HISTORY_AGE: SignedDuration = SignedDuration::from_mins(10);
/// What an event costs besides its bytes.
const EVENT_OVERHEAD_BYTES: usize = 256;

/// The objects of a kind at one moment.
pub(crate) type Objects<K> = OrdMap<Arc<ObjectKey>, Arc<Version<K>>>;

/// One change of one object.
#[derive(Debug)]
pub struct Event<K> {
    /// The revision of the change.
    pub revision: Revision,
    /// The version before; `None` when the object began to exist.
    pub old: Option<Arc<Version<K>>>,
    /// The version after; of a deletion the last state at the revision of the deletion.
    pub new: Arc<Version<K>>,
    /// Whether the object is gone.
    pub deleted: bool,
}

impl<K> Clone for Event<K> {
    fn clone(&self) -> Self {
        Self {
            revision: self.revision,
            old: self.old.clone(),
            new: self.new.clone(),
            deleted: self.deleted,
        }
    }
}

/// An object of a bounded kind.
struct Aged {
    key: Arc<ObjectKey>,
    /// When it was written last, by its own account.
    written: Timestamp,
}

/// What the ring says to a cursor.
pub(crate) enum Read<T> {
    /// The next event.
    Next(T),
    /// There is none yet.
    Nothing,
    /// The ring no longer reaches back so far; this is the oldest revision to watch from.
    Expired(Revision),
}

/// See the module.
pub(crate) struct Table<K> {
    objects: Objects<K>,
    by_node: HashMap<Box<str>, BTreeSet<Arc<ObjectKey>>>,
    by_owner: HashMap<Uid, BTreeSet<Arc<ObjectKey>>>,
    /// Of a bounded kind, in the order of their last writes.
    ages: BTreeMap<Revision, Aged>,
    /// Of a bounded kind, what the objects take.
    bytes: usize,
    ring: VecDeque<Event<K>>,
    ring_bytes: usize,
    ring_events_max: usize,
    packer: Packer,
    /// Where the history was at some past times, the oldest first.
    marks: VecDeque<(Timestamp, Revision)>,
    /// A watch may start here or later.
    floor: Revision,
    /// Of the last event.
    newest: Revision,
    rules: Rules<K>,
}

impl<K: Object> Table<K> {
    /// An empty table whose history begins at `floor`.
    pub(crate) fn new(rules: Rules<K>, events_max: usize, floor: Revision) -> Self {
        Self {
            objects: OrdMap::new(),
            by_node: HashMap::new(),
            by_owner: HashMap::new(),
            ages: BTreeMap::new(),
            bytes: 0,
            ring: VecDeque::new(),
            ring_bytes: 0,
            ring_events_max: events_max,
            packer: Packer::default(),
            marks: VecDeque::new(),
            floor,
            newest: floor,
            rules,
        }
    }

    /// Every object now.
    pub(crate) fn objects(&self) -> &Objects<K> {
        &self.objects
    }

    /// The revision of the last event.
    pub(crate) fn newest(&self) -> Revision {
        self.newest
    }

    /// The keys of the objects bound to that node.
    pub(crate) fn on_node(&self, node: &str) -> Vec<Arc<Version<K>>> {
        self.found(self.by_node.get(node))
    }

    /// The objects with an owner reference to that uid.
    pub(crate) fn owned_by(&self, owner: &Uid) -> Vec<Arc<Version<K>>> {
        self.found(self.by_owner.get(owner))
    }

    /// The object to be removed next, if there is more of the kind than its bound
    /// allows at that time.
    pub(crate) fn too_much(&self, now: Timestamp) -> Option<Arc<Version<K>>> {
        let bound = self.rules.bound?;
        let (_, oldest) = self.ages.first_key_value()?;
        let old = now.duration_since(oldest.written) >= bound.age;
        (old || self.bytes > bound.bytes)
            .then(|| self.objects.get(&oldest.key).cloned())
            .flatten()
    }

    fn found(&self, keys: Option<&BTreeSet<Arc<ObjectKey>>>) -> Vec<Arc<Version<K>>> {
        let keys = keys.into_iter().flatten();
        keys.filter_map(|key| self.objects.get(key).cloned())
            .collect()
    }

    /// Puts in what the store held; no event.
    pub(crate) fn load(&mut self, version: Arc<Version<K>>) {
        self.index(&version);
        if version.is_hot_and(self.rules.is_cold) {
            version.cool(&mut self.packer);
        }
        self.objects.insert(version.key.clone(), version);
    }

    /// Shows a new version.
    pub(crate) fn put(&mut self, version: Arc<Version<K>>) {
        let old = self.objects.insert(version.key.clone(), version.clone());
        // Most writes change no place in an index; each place is a walk down a tree.
        let is_in_place =
            self.rules.bound.is_none() && old.as_ref().is_some_and(|old| old.is_found_as(&version));
        if !is_in_place {
            if let Some(old) = &old {
                self.unindex(old);
            }
            self.index(&version);
        }
        self.record(Event {
            revision: version.revision,
            old,
            new: version,
            deleted: false,
        });
    }

    /// Takes an object away; `tombstone` is its last state at the revision of the deletion.
    pub(crate) fn remove(&mut self, tombstone: Arc<Version<K>>) {
        let old = self.objects.remove(&tombstone.key);
        if let Some(old) = &old {
            self.unindex(old);
        }
        self.record(Event {
            revision: tombstone.revision,
            old,
            new: tombstone,
            deleted: true,
        });
    }

    /// The first event after `cursor` that `wanted` takes; the cursor goes to
    /// it, or to the newest revision of the kind.
    pub(crate) fn read<T>(
        &self,
        cursor: &mut Revision,
        mut wanted: impl FnMut(&Event<K>) -> Option<T>,
    ) -> Read<T> {
        if *cursor < self.floor {
            return Read::Expired(self.floor);
        }
        if *cursor >= self.newest {
            return Read::Nothing;
        }
        let start = self.ring.partition_point(|event| event.revision <= *cursor);
        for event in self.ring.range(start..) {
            *cursor = event.revision;
            if let Some(found) = wanted(event) {
                return Read::Next(found);
            }
        }
        Read::Nothing
    }

    /// The objects as they were at `revision`; `None` if the ring does not reach back.
    pub(crate) fn objects_at(&self, revision: Revision) -> Option<Objects<K>> {
        if revision < self.floor {
            return None;
        }
        let mut objects = self.objects.clone();
        for event in self.ring.iter().rev() {
            if event.revision <= revision {
                break;
            }
            match &event.old {
                Some(old) => objects.insert(old.key.clone(), old.clone()),
                None => objects.remove(&event.new.key),
            };
        }
        Some(objects)
    }

    fn record(&mut self, event: Event<K>) {
        self.newest = event.revision;
        self.ring_bytes += cost(&event);
        self.ring.push_back(event);
        if let Some(passed) = self.ring.len().checked_sub(WARM_EVENTS + 1) {
            let passed = self.ring[passed].clone();
            self.cool(&passed);
        }
        while self.ring.len() > self.ring_events_max
            || self.ring_bytes > self.rules.history_bytes_max
        {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(event) = self.ring.pop_front() {
            self.ring_bytes -= cost(&event);
            self.floor = event.revision;
            // The superseded version goes with the event.
            self.cool_new(&event);
        }
    }

    /// Forgets events that were there long ago. Called about once a minute.
    pub(crate) fn forget_old(&mut self, now: Timestamp) {
        while let Some((time, reached)) = self.marks.front().copied()
            && now.duration_since(time) >= HISTORY_AGE
        {
            self.marks.pop_front();
            while self
                .ring
                .front()
                .is_some_and(|event| event.revision <= reached)
            {
                self.forget_oldest();
            }
        }
        self.marks.push_back((now, self.newest));
        if self.ring.is_empty() {
            self.ring.shrink_to_fit();
        }
    }

    /// Cools what nobody is likely to ask for: the superseded version, and the
    /// new one if the object is of a cold sort.
    fn cool(&mut self, event: &Event<K>) {
        if let Some(old) = &event.old {
            old.cool(&mut self.packer);
        }
        self.cool_new(event);
    }

    fn cool_new(&mut self, event: &Event<K>) {
        if event.deleted || event.new.is_hot_and(self.rules.is_cold) {
            event.new.cool(&mut self.packer);
        }
    }

    fn index(&mut self, version: &Arc<Version<K>>) {
        if self.rules.bound.is_some() {
            let written = (self.rules.written)(&version.object());
            let aged = Aged {
                key: version.key.clone(),
                written: written.unwrap_or(Timestamp::MIN),
            };
            self.ages.insert(version.revision, aged);
            self.bytes += version.json_size();
        }
        if !version.node.is_empty() {
            let on_node = self.by_node.entry(version.node.clone()).or_default();
            on_node.insert(version.key.clone());
        }
        for owner in &version.owners {
            let owned = self.by_owner.entry(owner.clone()).or_default();
            owned.insert(version.key.clone());
        }
    }

    fn unindex(&mut self, version: &Version<K>) {
        if self.ages.remove(&version.revision).is_some() {
            self.bytes -= version.json_size();
        }
        if let Some(on_node) = self.by_node.get_mut(&version.node) {
            on_node.remove(&version.key);
            if on_node.is_empty() {
                self.by_node.remove(&version.node);
            }
        }
        for owner in &version.owners {
            if let Some(owned) = self.by_owner.get_mut(owner) {
                owned.remove(&version.key);
                if owned.is_empty() {
                    self.by_owner.remove(owner);
                }
            }
        }
    }
}

/// What an event costs; the version before it was paid by the event before.
fn cost<K: Object>(event: &Event<K>) -> usize {
    event.new.json_size() + EVENT_OVERHEAD_BYTES
}

#[cfg(test)]
mod tests {
    use jobyard_api::{batch, core, meta::ObjectMeta};

    use super::*;
    use crate::{habits::Habits, version::Encoded};

    fn version<K: Habits>(object: K, name: &str, revision: u64) -> Arc<Version<K>> {
        let mut object = object;
        *object.metadata_mut() = ObjectMeta {
            name: Some(name.to_owned()),
            ..ObjectMeta::default()
        };
        let encoded = Encoded::new(object).unwrap();
        Arc::new(encoded.at(Revision(revision), &Rules::of_kind()))
    }

    fn map(name: &str, size: usize, revision: u64) -> Arc<Version<core::ConfigMap>> {
        let data = [("key".to_owned(), "x".repeat(size))];
        let object = core::ConfigMap {
            data: Some(data.into()),
            ..core::ConfigMap::default()
        };
        version(object, name, revision)
    }

    fn finished(name: &str, revision: u64) -> Arc<Version<batch::Job>> {
        let complete = batch::JobCondition {
            type_: "Complete".to_owned(),
            status: "True".to_owned(),
            ..batch::JobCondition::default()
        };
        let object = batch::Job {
            status: Some(batch::JobStatus {
                conditions: Some(vec![complete]),
                ..batch::JobStatus::default()
            }),
            ..batch::Job::default()
        };
        version(object, name, revision)
    }

    fn is_hot<K: Object>(version: &Version<K>) -> bool {
        version.is_hot_and(|_| true)
    }

    #[test]
    fn replaced_and_finished_objects_lose_their_typed_form_after_a_while() {
        let mut table = Table::new(Rules::of_kind(), 10_000, Revision(0));
        let running = |name, revision| version(batch::Job::default(), name, revision);
        let replaced = running("a", 1);
        let current = running("a", 2);
        let done = finished("b", 3);
        for job in [&replaced, &current, &done] {
            table.put(job.clone());
        }
        assert!(is_hot(&replaced) && is_hot(&current) && is_hot(&done));
        for revision in 4..=WARM_EVENTS as u64 + 3 {
            table.put(running("c", revision));
        }
        assert_eq!(
            (is_hot(&replaced), is_hot(&current), is_hot(&done)),
            (false, true, false)
        );
        // What is cold is still what it was.
        assert_eq!(done.object().metadata.name.as_deref(), Some("b"));
    }

    #[test]
    fn what_has_grown_old_reads_as_it_did_when_it_was_new() {
        let mut table = Table::new(Rules::of_kind(), 10_000, Revision(0));
        let count = WARM_EVENTS as u64 + 100;
        let versions: Vec<_> = (1..=count)
            .map(|revision| map("a", 1_000 + revision as usize, revision))
            .collect();
        let written: Vec<_> = versions.iter().map(|version| version.json()).collect();
        for version in versions {
            table.put(version);
        }
        assert!(!is_hot(&table.ring[0].new), "it has grown old");
        let mut cursor = Revision(0);
        for json in written {
            let read = table.read(&mut cursor, |event| Some(event.new.json()));
            assert!(matches!(read, Read::Next(found) if found == json));
        }
    }

    #[test]
    fn the_history_forgets_what_is_beyond_its_bytes() {
        let mut table = Table::new(Rules::of_kind(), 10_000, Revision(0));
        for revision in 1..=40 {
            table.put(map("a", 1 << 20, revision));
        }
        let max = core::ConfigMap::HISTORY_BYTES_MAX;
        assert!(table.ring_bytes <= max, "{} bytes", table.ring_bytes);
        let oldest = table.floor;
        assert!(oldest > Revision(20) && oldest < Revision(30), "{oldest}");
        assert!(table.objects_at(oldest).is_some());
        assert!(table.objects_at(Revision(oldest.0 - 1)).is_none());
        let mut too_old = Revision(oldest.0 - 1);
        let read = table.read(&mut too_old, |_| Some(()));
        assert!(matches!(read, Read::Expired(floor) if floor == oldest));
    }

    #[test]
    fn the_history_forgets_what_is_ten_minutes_old() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        let mut table = Table::new(Rules::of_kind(), 10_000, Revision(0));
        table.put(map("a", 1, 1));
        table.forget_old(at(0));
        table.put(map("a", 1, 2));
        table.forget_old(at(9));
        assert_eq!((table.ring.len(), table.floor), (2, Revision(0)));
        table.forget_old(at(10));
        assert_eq!((table.ring.len(), table.floor), (1, Revision(1)));
        table.forget_old(at(19));
        assert_eq!((table.ring.len(), table.floor), (0, Revision(2)));
        assert_eq!(table.ring_bytes, 0);
    }

    #[test]
    fn objects_are_found_by_node_until_they_change() {
        let bound = |node: &str, revision| {
            let object = core::Pod {
                spec: Some(core::PodSpec {
                    node_name: Some(node.to_owned()),
                    ..core::PodSpec::default()
                }),
                ..core::Pod::default()
            };
            version(object, "a", revision)
        };
        let mut table = Table::new(Rules::of_kind(), 10_000, Revision(0));
        table.put(bound("here", 1));
        assert_eq!(table.on_node("here").len(), 1);
        table.put(bound("there", 2));
        assert_eq!(
            (table.on_node("here").len(), table.on_node("there").len()),
            (0, 1)
        );
        let gone = bound("there", 2).tombstone(Revision(3));
        table.remove(Arc::new(gone));
        assert!(table.on_node("there").is_empty() && table.by_node.is_empty());
    }
}
