//! What holds for every history.

mod kit;

use std::collections::BTreeMap;

use futures::FutureExt;
use jobyard_api::{Object, Revision, core};
use jobyard_registry::{
    Options, Registry, Selection,
    request::{DeleteOptions, List, ListRequest, Stored, WatchEvent},
};
use proptest::{collection::vec, prelude::*};

use kit::{config_map, cx, key, list, maps, registry};

/// One thing a client may do to one of few objects.
#[derive(Clone, Debug)]
enum Step {
    Put { name: u8, app: u8, value: u8 },
    Delete { name: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..4_u8, 0..2_u8, 0..3_u8)
            .prop_map(|(name, app, value)| Step::Put { name, app, value }),
        1 => (0..4_u8).prop_map(|name| Step::Delete { name }),
    ]
}

fn play(registry: &Registry, step: &Step) {
    let maps = registry.of::<core::ConfigMap>();
    match step {
        Step::Put { name, app, value } => {
            let mut map = config_map(&format!("map-{name}"), &value.to_string());
            map.metadata.labels = Some([("app".to_owned(), app.to_string())].into());
            let exists = maps.find(&key(&format!("map-{name}"))).is_some();
            let done = if exists {
                maps.update(&cx(), map)
            } else {
                maps.create(&cx(), map)
            };
            done.expect("nobody else writes");
        }
        Step::Delete { name } => {
            let gone = maps.delete(
                &cx(),
                &key(&format!("map-{name}")),
                &DeleteOptions::default(),
            );
            if let Err(error) = gone {
                assert_eq!(error.code(), 404);
            }
        }
    }
}

/// Name to bytes.
type Shown = BTreeMap<String, String>;

fn text(stored: &Stored) -> String {
    String::from_utf8_lossy(&stored.json).into_owned()
}

fn shown(list: &List) -> Shown {
    let items = list.items.iter();
    items
        .map(|one| (one.key.name.to_string(), text(one)))
        .collect()
}

/// What a client shows that began with a list at `from` and followed a watch.
fn followed(registry: &Registry, start: &List, request: &ListRequest) -> Shown {
    let request = ListRequest {
        resource_version: start.revision.to_string(),
        ..request.clone()
    };
    let mut watch = maps(registry)
        .watch(&cx(), &request)
        .expect("the options are right");
    let mut state = shown(start);
    let mut last = start.revision;
    while let Some(Some(event)) = watch.next().now_or_never() {
        let (object, before) = match &event {
            WatchEvent::Added(object) => {
                let before = state.insert(object.key.name.to_string(), text(object));
                (object, before.is_none())
            }
            WatchEvent::Modified(object) => {
                let before = state.insert(object.key.name.to_string(), text(object));
                (object, before.is_some())
            }
            WatchEvent::Deleted(object) => {
                let before = state.remove(&*object.key.name);
                (object, before.is_some())
            }
            other => panic!("no client has asked for {other:?}"),
        };
        assert!(before, "{event:?} does not follow from what was shown");
        assert!(object.revision > last, "revisions rise");
        last = object.revision;
    }
    state
}

fn at(revision: Revision, request: &ListRequest) -> ListRequest {
    ListRequest {
        resource_version: revision.to_string(),
        resource_version_match: "Exact".to_owned(),
        ..request.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_watch_from_any_revision_leads_from_that_list_to_the_newest(
        steps in vec(step(), 1..40),
        selector in prop_oneof![Just(""), Just("app=1"), Just("app!=1")],
    ) {
        let registry = registry();
        let request = ListRequest { label_selector: selector.to_owned(), ..list() };
        let maps = maps(&registry);
        let mut starts = vec![maps.list(&cx(), &request).unwrap()];
        for step in &steps {
            play(&registry, step);
            starts.push(maps.list(&cx(), &request).unwrap());
        }
        let newest = shown(&maps.list(&cx(), &request).unwrap());
        for start in &starts {
            // A list of the past says what was said then.
            let again = maps.list(&cx(), &at(start.revision, &request)).unwrap();
            prop_assert_eq!(shown(&again), shown(start));
            prop_assert_eq!(&followed(&registry, start, &request), &newest);
        }
    }
}

#[test]
fn writers_at_once_lose_nothing_and_follow_one_order() {
    const WRITERS: usize = 4;
    const WRITES: usize = 200;
    let options = Options {
        history_events_max: WRITERS * WRITES + 1,
        ..kit::options()
    };
    let registry = Registry::in_memory(&cx(), options).unwrap();
    let maps = registry.of::<core::ConfigMap>();
    let made = maps.create(&cx(), config_map("counter", "0")).unwrap();
    let start = made.revision().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                let mut written = 0;
                while written < WRITES {
                    let added = maps.modify(&cx(), &key("counter"), |map| {
                        let data = map.data.get_or_insert_default();
                        let value = data.entry("key".to_owned()).or_default();
                        let count: usize = value.parse().expect("a number was put there");
                        *value = (count + 1).to_string();
                        Ok(())
                    });
                    // After some attempts the caller is told to try again, as upstream's are.
                    written += usize::from(added.is_ok());
                }
            });
        }
    });
    let mut changes = maps.watch(Selection::default(), start);
    for count in 1..=WRITERS * WRITES {
        let event = changes
            .try_next()
            .unwrap()
            .expect("each write has its event");
        assert_eq!(event.revision, Revision(start.0 + count as u64));
        let data = event.new.object().data.clone().unwrap();
        assert_eq!(data["key"], count.to_string());
    }
    assert!(changes.try_next().unwrap().is_none());
}
