//! The port over the simulated server: requests and answers that travel.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use jobyard_api::{
    Object, ObjectKey, Revision, StatusError, Timestamp, Uid, core, resource::JOB, status::Reason,
};
use jobyard_cluster::{
    Change, Cluster, ClusterError, Deletion, Informer, MetadataEdit, Selection, View,
};
use rand::Rng;
use tokio::{sync::oneshot, time::Instant};

use crate::{
    fault::Fault,
    history::Author,
    mind::Mind,
    server::{Asker, Server},
    watch::{Dropped, FeedId, KindFeed},
    world::{Order, Shared, Subscription, World},
};

const GETS: &str = "gets";
const UPDATES_STATUS: &str = "updates status of";

/// The port of one life of the controller. Clones are the same.
#[derive(Clone)]
pub struct Simulated {
    shared: Shared,
    life: u32,
}

impl fmt::Debug for Simulated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulated")
            .field("life", &self.life)
            .finish_non_exhaustive()
    }
}

/// What a request does.
#[derive(Clone, Debug)]
struct Call {
    verb: &'static str,
    plural: &'static str,
    name: Box<str>,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.verb, self.plural, self.name)
    }
}

impl Call {
    fn new<K: Object>(verb: &'static str, name: &str) -> Self {
        Self {
            verb,
            plural: K::RESOURCE.plural,
            name: name.into(),
        }
    }

    fn is_write(&self) -> bool {
        self.verb != GETS
    }

    fn creates_pod(&self) -> bool {
        (self.verb, self.plural) == ("creates", "pods")
    }
}

impl Simulated {
    pub(crate) fn new(shared: Shared, life: u32) -> Self {
        Self { shared, life }
    }

    /// A server on which nothing goes wrong and nobody else acts, in the time of
    /// the runtime that this is called in.
    pub fn calm() -> Self {
        let shared = Shared::new(0, false);
        shared.with(|world| world.has_actors = false);
        let life = shared.mind.begin_life();
        shared.with(|world| world.life = life);
        let world = shared.clone();
        // Ends with the runtime.
        tokio::spawn(async move {
            loop {
                world.step(Instant::now() + Duration::from_mins(1)).await;
            }
        });
        Self { shared, life }
    }

    /// The clock of the controller, which may jump, for its decisions: a sync
    /// asks it once, when it reads its caches.
    pub fn clock(&self) -> Arc<dyn Fn() -> Timestamp + Send + Sync> {
        let mind: Arc<Mind> = self.shared.mind.clone();
        Arc::new(move || mind.decides())
    }

    /// The same clock for what is no decision.
    pub fn event_clock(&self) -> Arc<dyn Fn() -> Timestamp + Send + Sync> {
        let mind: Arc<Mind> = self.shared.mind.clone();
        Arc::new(move || mind.now())
    }

    /// The source of chance of the controller.
    pub fn chance(&self) -> Arc<dyn Fn() -> u64 + Send + Sync> {
        let shared = self.shared.clone();
        Arc::new(move || shared.with(|world| world.chance.random()))
    }

    /// Sends a request, and waits for its answer.
    async fn send<T: Send + 'static>(
        &self,
        call: Call,
        execute: impl FnOnce(&mut Server, Asker) -> Result<T, StatusError> + Send + 'static,
    ) -> Result<T, ClusterError> {
        let (knowledge, outstanding) = self.shared.mind.asks();
        let (answer, answered) = oneshot::channel();
        let life = self.life;
        self.shared.with(|world| {
            world.statistics.requests += 1;
            world.tell(|| format!("       controller {life} asks: {call}"));
            let author = Author::Controller(knowledge);
            world.travel(life, call, author, execute, answer);
        });
        let outcome = match answered.await {
            Ok(outcome) => outcome,
            // The world is at its end, or the controller of this life.
            Err(_) => std::future::pending().await,
        };
        drop(outstanding);
        outcome
    }
}

impl World {
    fn trip(&mut self) -> Duration {
        if self.strikes(Fault::RequestSlow) {
            self.up_to(8_000)
        } else {
            self.between(1, 12)
        }
    }

    fn travel<T: Send + 'static>(
        &mut self,
        life: u32,
        call: Call,
        author: Author,
        execute: impl FnOnce(&mut Server, Asker) -> Result<T, StatusError> + Send + 'static,
        answer: oneshot::Sender<Result<T, ClusterError>>,
    ) {
        let is_lost = self.strikes(Fault::RequestLost);
        let delay = self.trip();
        if is_lost {
            let patience = self.between(1_000, 30_000);
            self.after(delay + patience, move |world| {
                world.tell(|| format!("       controller {life} hears nothing: {call} (was lost)"));
                let _ = answer.send(Err(no_answer(&call)));
            });
            return;
        }
        self.after(delay, move |world| {
            // What a dead controller had sent may still arrive, or not.
            if life != world.life && (world.is_calm || world.chance.random_bool(0.6)) {
                return;
            }
            if let Some(refusal) = world.refuses(&call) {
                world.reply(life, &call, Err(refusal), answer);
                return;
            }
            let loses_answer = world.strikes(Fault::AnswerLost);
            let dies =
                call.is_write() && life == world.life && world.strikes(Fault::CrashAfterWrite);
            let asker = Asker {
                author,
                is_answered: !loses_answer && !dies && life == world.life,
            };
            let outcome = execute(&mut world.server, asker).map_err(ClusterError::from);
            if let Err(ClusterError::Invalid(status)) = &outcome
                && call.verb == UPDATES_STATUS
            {
                world.note_refusal(&ObjectKey::new("default", &call.name), status.message());
            }
            if dies {
                world.tell(|| format!("       controller {life} dies after: {call}"));
                world.order = Some(Order::Die);
            } else if loses_answer {
                let patience = world.between(1_000, 30_000);
                world.after(patience, move |world| {
                    world.tell(|| {
                        format!("       controller {life} hears nothing: {call} (was done)")
                    });
                    let _ = answer.send(Err(no_answer(&call)));
                });
            } else {
                world.reply(life, &call, outcome, answer);
            }
        });
    }

    fn reply<T: Send + 'static>(
        &mut self,
        life: u32,
        call: &Call,
        outcome: Result<T, ClusterError>,
        answer: oneshot::Sender<Result<T, ClusterError>>,
    ) {
        let delay = self.trip();
        let call = call.clone();
        let answered_at = self.server.revision();
        self.after(delay, move |world| {
            world.tell(|| {
                let word = match &outcome {
                    Ok(_) => "ok".to_owned(),
                    Err(error) => error.to_string(),
                };
                format!("       controller {life} hears of {call}: {word}")
            });
            let reads_job = (call.verb, call.plural) == (GETS, JOB.plural);
            if reads_job && outcome.is_ok() && life == world.life {
                world.note_live_read(&ObjectKey::new("default", &call.name), answered_at);
            }
            let _ = answer.send(outcome);
        });
    }

    /// What the server says before it looks at the request.
    fn refuses(&mut self, call: &Call) -> Option<ClusterError> {
        if self.strikes(Fault::Unavailable) {
            let error = StatusError::new(Reason::ServiceUnavailable, "the server is starting");
            return Some(error.into());
        }
        if self.quota_is_used_up && call.creates_pod() {
            let why = "exceeded quota: few-pods, requested: pods=1, used: pods=9, limited: pods=9";
            let error = StatusError::forbidden(&jobyard_api::resource::POD, &call.name, why);
            return Some(error.into());
        }
        None
    }

    /// Sees to it that informers are told what is new.
    pub(crate) fn schedule_deliveries(&mut self) {
        let behind: Vec<FeedId> = self
            .subscriptions
            .iter()
            .filter(|(_, one)| {
                !one.is_scheduled && one.feed.shown().is_some() && one.feed.is_behind(&self.server)
            })
            .map(|(id, _)| *id)
            .collect();
        for id in behind {
            self.schedule_delivery(id);
        }
    }

    fn schedule_delivery(&mut self, id: FeedId) {
        let delay = if self.strikes(Fault::WatchDelayed) {
            // Below the five minutes after which a controller believes its caches.
            self.up_to(200_000)
        } else {
            self.between(1, 15)
        };
        if let Some(one) = self.subscriptions.get_mut(&id) {
            one.is_scheduled = true;
            self.after(delay, move |world| world.deliver(id));
        }
    }

    fn deliver(&mut self, id: FeedId) {
        let Some(mut one) = self.subscriptions.remove(&id) else {
            return;
        };
        if one.feed.is_dropped() || one.life != self.life {
            return;
        }
        let plural = one.feed.plural();
        if self.strikes(Fault::WatchBroken) {
            let delay = self.up_to(20_000);
            self.tell(|| format!("       watch of {plural} breaks for {delay:?}"));
            self.after(delay, move |world| world.relist(id));
        } else {
            let in_pieces = self.strikes(Fault::WatchInPieces);
            let count = if in_pieces { 1 } else { usize::MAX };
            let is_behind = one.feed.deliver(&self.server, count);
            self.mind.saw(
                one.feed.cache(),
                one.life,
                one.feed.shown().unwrap_or_default(),
            );
            let shown = one.feed.shown().unwrap_or_default();
            self.tell(|| format!("       watch of {plural} shows r{shown}"));
            one.is_scheduled = false;
            if is_behind {
                one.is_scheduled = true;
                let delay = self.between(1, 3_000);
                self.after(delay, move |world| world.deliver(id));
            }
        }
        self.subscriptions.insert(id, one);
    }

    /// The server takes the list, and sends it.
    fn relist(&mut self, id: FeedId) {
        let taken = self.server.revision();
        if self.strikes(Fault::ListSlow) {
            let delay = self.up_to(30_000);
            self.tell(|| format!("       a list of r{taken} takes {delay:?}"));
            self.after(delay, move |world| world.show_list(id, taken));
        } else {
            self.show_list(id, taken);
        }
    }

    fn show_list(&mut self, id: FeedId, taken: Revision) {
        let Some(mut one) = self.subscriptions.remove(&id) else {
            return;
        };
        if one.feed.is_dropped() || one.life != self.life {
            return;
        }
        one.feed.list(&self.server, taken);
        self.mind.saw(one.feed.cache(), one.life, taken);
        one.is_scheduled = false;
        let plural = one.feed.plural();
        self.tell(|| format!("       list of {plural} shows r{taken}"));
        self.subscriptions.insert(id, one);
        self.schedule_deliveries();
    }
}

fn no_answer(call: &Call) -> ClusterError {
    let why = format!("the connection was lost while waiting for an answer: {call}");
    ClusterError::OutcomeUnknown(StatusError::untyped(why))
}

impl Cluster for Simulated {
    fn informer<V: View>(
        &self,
        selection: Selection,
        on_change: impl Fn(&Change<V>) + Send + Sync + 'static,
    ) -> Informer<V> {
        let is_dropped = Arc::new(AtomicBool::new(false));
        let (writer, informer) = Informer::new(Dropped(is_dropped.clone()));
        let mut wanted = writer.wanted();
        let feed = KindFeed::<V, _> {
            wanted: writer.wanted(),
            writer,
            selection,
            on_change,
            is_dropped,
            seen: 0,
            shown: None,
        };
        let life = self.life;
        self.shared.with(|world| {
            let id = world.next_feed;
            world.next_feed += 1;
            let subscription = Subscription {
                feed: Box::new(feed),
                life,
                is_scheduled: true,
            };
            world.subscriptions.insert(id, subscription);
            let delay = world.trip();
            world.after(delay, move |world| world.relist(id));
        });
        let shared = self.shared.clone();
        // Ends with the feed, which the world drops.
        tokio::spawn(async move {
            while wanted.changed().await.is_ok() {
                wanted.borrow_and_update();
                shared.with(World::schedule_deliveries);
            }
        });
        informer
    }

    async fn get_live<K: Object>(&self, key: &ObjectKey) -> Result<Arc<K>, ClusterError> {
        let call = Call::new::<K>(GETS, &key.name);
        let key = key.clone();
        self.send(call, move |server, _| server.get(&key)).await
    }

    async fn create<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        let metadata = object.metadata();
        let name = metadata.name.as_ref().or(metadata.generate_name.as_ref());
        let call = Call::new::<K>("creates", name.map_or("", String::as_str));
        self.send(call, move |server, asker| server.create(asker, object))
            .await
    }

    async fn update<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        let call = Call::new::<K>("updates", &object.key().name);
        self.send(call, move |server, asker| server.update(asker, object))
            .await
    }

    async fn update_status<K: Object>(&self, object: K) -> Result<Arc<K>, ClusterError> {
        let call = Call::new::<K>(UPDATES_STATUS, &object.key().name);
        self.send(call, move |server, asker| {
            server.update_status(asker, object)
        })
        .await
    }

    async fn edit_metadata<K: Object>(
        &self,
        key: &ObjectKey,
        uid: &Uid,
        edit: MetadataEdit,
    ) -> Result<Arc<K>, ClusterError> {
        let verb = match &edit {
            MetadataEdit::RemoveFinalizer(_) => "removes finalizer of",
            MetadataEdit::Adopt { .. } => "adopts",
            MetadataEdit::Release { .. } => "releases",
        };
        let call = Call::new::<K>(verb, &key.name);
        let (key, uid) = (key.clone(), uid.clone());
        self.send(call, move |server, asker| {
            server.edit_metadata(asker, &key, &uid, &edit)
        })
        .await
    }

    async fn delete<K: Object>(
        &self,
        key: &ObjectKey,
        options: Deletion,
    ) -> Result<Option<Revision>, ClusterError> {
        let call = Call::new::<K>("deletes", &key.name);
        let key = key.clone();
        let deleted = self
            .send(call, move |server, asker| {
                server.delete::<K>(asker, &key, &options)
            })
            .await;
        deleted.map(Some)
    }

    async fn bind(&self, pod: &ObjectKey, uid: &Uid, node: &str) -> Result<(), ClusterError> {
        let call = Call::new::<core::Pod>("binds", &pod.name);
        let (key, uid, node) = (pod.clone(), uid.clone(), node.to_owned());
        self.send(call, move |server, asker| {
            server.bind(asker, &key, &uid, &node)
        })
        .await
    }
}
