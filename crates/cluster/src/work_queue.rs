//! Keys to look at: each once, later if asked, slower after errors.
//!
//! A queue holds no events, only "look at this". A key that is added while it
//! waits is looked at once; one that is added while a worker has it is looked at
//! again afterwards, never by two workers at a time. Losing nothing and doubling
//! nothing thus needs no care in handlers.
//!
//! There is no task behind the queue: the workers that wait in
//! [`WorkQueue::next`] watch the clock themselves.
//!
//! Source: client-go `util/workqueue` (queue, delaying queue, rate limiter);
//! back-off and due times as the Job controller sets them.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    hash::Hash,
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{sync::Notify, time::Instant};

use crate::queue_metrics::{QueueMetrics, QueueSeries};

/// Wait after the first failure of a key; doubles with each (upstream `DefaultJobApiBackOff`).
pub const BACKOFF_MIN: Duration = Duration::from_secs(1);
/// Longest wait after a failure (upstream `MaxJobApiBackOff`).
pub const BACKOFF_MAX: Duration = Duration::from_mins(1);

/// A queue of keys for several workers. Clones share it.
#[derive(Debug)]
pub struct WorkQueue<K> {
    shared: Arc<Shared<K>>,
}

impl<K> Clone for WorkQueue<K> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
        }
    }
}

#[derive(Debug)]
struct Shared<K> {
    state: Mutex<State<K>>,
    /// One permit: someone should look at the queue again. Whoever takes it and
    /// leaves something behind passes it on.
    changed: Notify,
}

#[derive(Debug)]
struct State<K> {
    /// To be looked at now, in order.
    ready: VecDeque<K>,
    /// The keys of `ready`, and keys in work that were added again meanwhile.
    wanted: HashSet<K>,
    /// In the hands of workers.
    in_work: HashSet<K>,
    /// To be looked at later; the number tells keys of the same instant apart.
    later: BTreeMap<(Instant, u64), K>,
    /// When each key of `later` is due.
    due: HashMap<K, (Instant, u64)>,
    additions: u64,
    /// Failures since the last success.
    failures: HashMap<K, u32>,
    is_shut_down: bool,
    /// Absent where nobody wants to know: simulations and benchmarks.
    measured: Option<Measured<K>>,
}

#[derive(Debug)]
struct Measured<K> {
    series: QueueSeries,
    /// Since when each key of `wanted` can be looked at.
    since: HashMap<K, Instant>,
}

impl<K: Clone + Eq + Hash> Default for WorkQueue<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Clone + Eq + Hash> WorkQueue<K> {
    /// An empty queue.
    pub fn new() -> Self {
        Self::with(None)
    }

    /// An empty queue that is counted under this name.
    pub fn measured(name: &'static str, metrics: &QueueMetrics) -> Self {
        Self::with(Some(Measured {
            series: metrics.of(name),
            since: HashMap::new(),
        }))
    }

    fn with(measured: Option<Measured<K>>) -> Self {
        let state = State {
            ready: VecDeque::new(),
            wanted: HashSet::new(),
            in_work: HashSet::new(),
            later: BTreeMap::new(),
            due: HashMap::new(),
            additions: 0,
            failures: HashMap::new(),
            is_shut_down: false,
            measured,
        };
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                changed: Notify::new(),
            }),
        }
    }

    /// Asks to look at the key as soon as a worker is free.
    pub fn add(&self, key: K) {
        self.shared.state.lock().want(key);
        self.shared.changed.notify_one();
    }

    /// Asks to look at the key after `delay`. If the key waits already, the
    /// earlier time holds.
    pub fn add_after(&self, key: K, delay: Duration) {
        if delay.is_zero() {
            self.add(key);
        } else {
            let due = Instant::now() + delay;
            self.shared.state.lock().want_at(key, due);
            self.shared.changed.notify_one();
        }
    }

    /// Waits for a key to look at; `None` once the queue is shut down.
    ///
    /// Nobody else gets this key until the [`Work`] is dropped.
    pub async fn next(&self) -> Option<Work<K>> {
        // Requests of the embedded port never wait: a worker with thousands of
        // keys would keep its thread from everything else.
        tokio::task::coop::consume_budget().await;
        loop {
            let first_due = {
                let mut state = self.shared.state.lock();
                if state.is_shut_down {
                    self.shared.changed.notify_one();
                    return None;
                }
                state.take_due(Instant::now());
                if let Some(key) = state.ready.pop_front() {
                    state.wanted.remove(&key);
                    state.in_work.insert(key.clone());
                    state.note_taken(&key);
                    if !state.ready.is_empty() || !state.later.is_empty() {
                        self.shared.changed.notify_one();
                    }
                    return Some(Work {
                        key,
                        taken: Instant::now(),
                        queue: self.clone(),
                    });
                }
                state.later.keys().next().map(|(due, _)| *due)
            };
            let changed = self.shared.changed.notified();
            match first_due {
                Some(due) => {
                    // Which of the two it was does not matter: look again.
                    let _ = tokio::time::timeout_at(due, changed).await;
                }
                None => changed.await,
            }
        }
    }

    /// Ends the queue: waiting workers get `None`, what waits is forgotten.
    pub fn shut_down(&self) {
        self.shared.state.lock().is_shut_down = true;
        self.shared.changed.notify_one();
    }

    /// How many keys wait to be looked at now.
    pub fn len(&self) -> usize {
        self.shared.state.lock().ready.len()
    }

    /// Whether no key waits to be looked at now.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether nothing is to be done now and nobody works.
    pub fn is_idle(&self) -> bool {
        let state = self.shared.state.lock();
        state.ready.is_empty() && state.in_work.is_empty()
    }
}

/// A key in the hands of a worker. Dropping it gives the key back.
#[derive(Debug)]
pub struct Work<K: Clone + Eq + Hash> {
    key: K,
    taken: Instant,
    queue: WorkQueue<K>,
}

impl<K: Clone + Eq + Hash> Work<K> {
    /// What to look at.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// The look went well: forgets earlier failures.
    pub fn succeeded(self) {
        self.queue.shared.state.lock().failures.remove(&self.key);
    }

    /// The look failed: the key comes again after 1, 2, 4 ... 60 seconds, as
    /// this is its 1st, 2nd, 3rd ... failure since the last success. Returns the wait.
    pub fn failed(self) -> Duration {
        let delay = {
            let mut state = self.queue.shared.state.lock();
            let failures = state.failures.entry(self.key.clone()).or_default();
            *failures = failures.saturating_add(1);
            let delay = backoff(*failures);
            if let Some(measured) = &state.measured {
                measured.series.failed();
            }
            delay
        };
        self.queue.add_after(self.key.clone(), delay);
        delay
    }
}

impl<K: Clone + Eq + Hash> Drop for Work<K> {
    fn drop(&mut self) {
        let mut state = self.queue.shared.state.lock();
        state.in_work.remove(&self.key);
        if state.wanted.contains(&self.key) {
            state.ready.push_back(self.key.clone());
            self.queue.shared.changed.notify_one();
        }
        if let Some(measured) = &state.measured {
            measured.series.done(self.taken.elapsed());
        }
        state.note_depth();
    }
}

/// The wait after that many failures in a row.
fn backoff(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    BACKOFF_MIN.saturating_mul(1 << doublings).min(BACKOFF_MAX)
}

impl<K: Clone + Eq + Hash> State<K> {
    fn want(&mut self, key: K) {
        if !self.wanted.insert(key.clone()) {
            return;
        }
        if let Some(measured) = &mut self.measured {
            measured.series.added();
            measured.since.insert(key.clone(), Instant::now());
        }
        if !self.in_work.contains(&key) {
            self.ready.push_back(key);
        }
        self.note_depth();
    }

    fn note_taken(&mut self, key: &K) {
        if let Some(measured) = &mut self.measured
            && let Some(since) = measured.since.remove(key)
        {
            measured.series.taken(since.elapsed());
        }
        self.note_depth();
    }

    fn note_depth(&self) {
        if let Some(measured) = &self.measured {
            measured.series.waits(self.ready.len());
        }
    }

    fn want_at(&mut self, key: K, due: Instant) {
        if let Some(known) = self.due.get(&key) {
            if known.0 <= due {
                return;
            }
            self.later.remove(known);
        }
        self.additions += 1;
        self.later.insert((due, self.additions), key.clone());
        self.due.insert(key, (due, self.additions));
    }

    /// Moves what is due to the ready keys.
    fn take_due(&mut self, now: Instant) {
        while let Some(first) = self.later.first_entry() {
            if first.key().0 > now {
                break;
            }
            let key = first.remove();
            self.due.remove(&key);
            self.want(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    /// The next key, or `None` if none comes before a second has passed.
    async fn soon(queue: &WorkQueue<&'static str>) -> Option<Work<&'static str>> {
        tokio::time::timeout(Duration::from_millis(999), queue.next())
            .await
            .ok()
            .flatten()
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_added_twice_is_looked_at_once() {
        let queue = WorkQueue::new();
        queue.add("a");
        queue.add("a");
        queue.add("b");
        soon(&queue).await.expect("a is there").succeeded();
        soon(&queue).await.expect("b is there").succeeded();
        assert!(soon(&queue).await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_in_work_goes_to_nobody_else_and_comes_again_if_added() {
        let queue = WorkQueue::new();
        queue.add("a");
        let work = soon(&queue).await.expect("a is there");
        queue.add("a");
        queue.add("a");
        assert!(soon(&queue).await.is_none(), "a is in work");
        work.succeeded();
        soon(&queue)
            .await
            .expect("a was added meanwhile")
            .succeeded();
        assert!(soon(&queue).await.is_none());
        assert!(queue.is_idle());
    }

    #[tokio::test(start_paused = true)]
    async fn a_delayed_key_keeps_its_earliest_time() {
        let queue = WorkQueue::new();
        let begin = Instant::now();
        queue.add_after("a", seconds(10));
        queue.add_after("a", seconds(5));
        queue.add_after("a", seconds(20));
        queue.next().await.expect("a comes").succeeded();
        assert_eq!(begin.elapsed().as_secs(), 5);
        assert!(
            tokio::time::timeout(seconds(60), queue.next())
                .await
                .is_err(),
            "the later times are gone"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_earlier_time_wakes_a_worker_that_waits_for_a_later_one() {
        let queue = WorkQueue::new();
        queue.add_after("late", seconds(100));
        let waiting = tokio::spawn({
            let queue = queue.clone();
            async move { queue.next().await.map(|work| *work.key()) }
        });
        tokio::task::yield_now().await;
        let begin = Instant::now();
        queue.add_after("early", seconds(1));
        assert_eq!(waiting.await.expect("does not panic"), Some("early"));
        assert_eq!(begin.elapsed().as_secs(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn every_key_finds_a_worker_however_they_are_woken() {
        let queue = WorkQueue::new();
        let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
        for _ in 0..3 {
            let (queue, sender) = (queue.clone(), sender.clone());
            tokio::spawn(async move {
                while let Some(work) = queue.next().await {
                    tokio::time::sleep(seconds(1)).await;
                    let _ = sender.send(*work.key());
                }
            });
        }
        tokio::task::yield_now().await;
        for key in 0..30 {
            queue.add(key);
            queue.add_after(key + 100, Duration::from_millis(key * 50 + 1));
        }
        let mut seen = HashSet::new();
        while seen.len() < 60 {
            let key = tokio::time::timeout(seconds(30), receiver.recv()).await;
            seen.insert(key.expect("all keys come").expect("the workers live"));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn failures_wait_1_2_4_up_to_60_seconds_and_a_success_begins_anew() {
        let queue = WorkQueue::new();
        queue.add("a");
        let mut waits = Vec::new();
        for _ in 0..8 {
            let begin = Instant::now();
            let work = queue.next().await.expect("a comes");
            waits.push(begin.elapsed().as_secs());
            work.failed();
        }
        assert_eq!(waits, [0, 1, 2, 4, 8, 16, 32, 60]);
        queue.next().await.expect("a comes").succeeded();
        queue.add("a");
        assert_eq!(queue.next().await.expect("a comes").failed(), seconds(1));
    }

    #[tokio::test(start_paused = true)]
    async fn failures_of_one_key_do_not_slow_another() {
        let queue = WorkQueue::new();
        queue.add("a");
        queue.next().await.expect("a comes").failed();
        queue.add("b");
        assert_eq!(queue.next().await.expect("b comes").failed(), seconds(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_measured_queue_counts_its_keys() {
        let metrics = QueueMetrics::default();
        let mut registry = prometheus_client::registry::Registry::default();
        metrics.register(&mut registry);
        let queue = WorkQueue::measured("job", &metrics);
        queue.add("a");
        queue.add("a");
        queue.add_after("b", seconds(5));
        tokio::time::advance(seconds(2)).await;
        let work = soon(&queue).await.expect("a is there");
        queue.add("a");
        tokio::time::advance(seconds(3)).await;
        work.failed();
        let mut shown = String::new();
        let encoded = prometheus_client::encoding::text::encode(&mut shown, &registry);
        encoded.expect("a String takes all");
        for line in [
            r#"workqueue_adds_total{name="job"} 2"#,
            r#"workqueue_depth{name="job"} 1"#,
            r#"workqueue_retries_total{name="job"} 1"#,
            r#"workqueue_queue_duration_seconds_sum{name="job"} 2.0"#,
            r#"workqueue_work_duration_seconds_sum{name="job"} 3.0"#,
        ] {
            assert!(shown.lines().any(|shown| shown == line), "{line}:\n{shown}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_worker_with_many_keys_lets_others_run() {
        let queue = WorkQueue::new();
        for key in 0..10_000 {
            queue.add(key);
        }
        let other = tokio::spawn(async {});
        while let Some(work) = queue.next().await {
            if other.is_finished() {
                return;
            }
            assert!(*work.key() < 9_999, "nobody else had a turn");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn shut_down_sends_all_workers_home() {
        let queue: WorkQueue<u8> = WorkQueue::new();
        let workers: Vec<_> = (0..3)
            .map(|_| {
                let queue = queue.clone();
                tokio::spawn(async move { queue.next().await.is_none() })
            })
            .collect();
        tokio::task::yield_now().await;
        queue.shut_down();
        for worker in workers {
            assert!(worker.await.expect("does not panic"));
        }
    }
}
