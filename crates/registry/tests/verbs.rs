//! The typed verbs, as callers in this process use them.

mod kit;

use jobyard_api::{Object, ObjectKey, Revision, core, meta::ObjectMeta, status::Reason};
use jobyard_registry::{Binding, Kind, Selection, request::DeleteOptions};

use kit::{at, config_map, cx, key, pod, registry};

fn grace(seconds: i64) -> DeleteOptions {
    DeleteOptions {
        grace_period_seconds: Some(seconds),
        ..DeleteOptions::default()
    }
}

fn bind(pods: &Kind<core::Pod>, name: &str) {
    let binding = Binding {
        node: "here".to_owned(),
        ..Binding::default()
    };
    pods.bind(&cx(), &key(name), &binding)
        .expect("an unbound Pod takes a node");
}

#[test]
fn a_new_object_has_uid_time_and_revision() {
    let registry = registry();
    let before = registry.revision();
    let made = registry.of().create(&cx(), config_map("a", "1")).unwrap();
    assert_eq!(made.uid().as_str().len(), 36);
    assert_eq!(made.revision(), Some(Revision(before.0 + 1)));
    let created = made.metadata.creation_timestamp.clone().unwrap();
    assert_eq!(created.0.to_string(), "2026-01-01T00:00:00Z");
}

#[test]
fn a_second_create_of_a_name_fails() {
    let maps = registry().of();
    maps.create(&cx(), config_map("a", "1")).unwrap();
    let error = maps.create(&cx(), config_map("a", "2")).unwrap_err();
    assert_eq!(error.message(), "configmaps \"a\" already exists");
}

#[test]
fn a_stale_update_fails_and_changes_nothing() {
    let maps = registry().of();
    let first = maps.create(&cx(), config_map("a", "1")).unwrap();
    let mut second = (*first).clone();
    second.data = config_map("a", "2").data;
    let second = maps.update(&cx(), second).unwrap();
    let error = maps.update(&cx(), (*first).clone()).unwrap_err();
    assert!(error.is(Reason::Conflict), "{error}");
    assert_eq!(maps.get(&key("a")).unwrap(), second);
}

#[test]
fn an_update_that_changes_nothing_writes_nothing() {
    let registry = registry();
    let maps = registry.of();
    let first = maps.create(&cx(), config_map("a", "1")).unwrap();
    let before = registry.revision();
    let same = maps.update(&cx(), config_map("a", "1")).unwrap();
    assert_eq!(same, first);
    assert_eq!(registry.revision(), before);
}

#[test]
fn a_change_within_a_second_of_a_time_writes_nothing() {
    let registry = registry();
    let pods = registry.of::<core::Pod>();
    let made = pods.create(&cx(), pod("a")).unwrap();
    let started = |time: &str| {
        let mut pod = (*made).clone();
        pod.metadata.resource_version = None;
        let time = time.parse().map(jobyard_api::meta::Time).unwrap();
        pod.status.get_or_insert_default().start_time = Some(time);
        pods.update_status(&cx(), pod).unwrap().revision()
    };
    let first = started("2026-01-01T00:00:07.1Z");
    assert_eq!(started("2026-01-01T00:00:07.9Z"), first);
    assert!(started("2026-01-01T00:00:08Z") > first);
}

#[test]
fn a_put_that_names_another_uid_is_a_conflict() {
    let maps = registry().of();
    maps.create(&cx(), config_map("a", "1")).unwrap();
    let mut other = config_map("a", "2");
    other.metadata.uid = Some("somebody-else".to_owned());
    let error = maps.update(&cx(), other).unwrap_err();
    assert!(error.is(Reason::Conflict), "{error}");
    assert!(
        error
            .message()
            .contains("Precondition failed: UID in precondition: somebody-else")
    );
}

#[test]
fn a_namespace_that_is_not_there_takes_nothing() {
    let mut map = config_map("a", "1");
    map.metadata.namespace = Some("nowhere".to_owned());
    let error = registry().of().create(&cx(), map).unwrap_err();
    assert_eq!(error.message(), "namespaces \"nowhere\" not found");
}

#[test]
fn a_bound_pod_is_deleted_with_grace_and_goes_when_the_node_says_so() {
    let pods = registry().of::<core::Pod>();
    pods.create(&cx(), pod("a")).unwrap();
    bind(&pods, "a");
    let ended = pods
        .delete(&cx(), &key("a"), &DeleteOptions::default())
        .unwrap();
    assert!(!ended.gone);
    let metadata = ended.version.object().metadata.clone();
    assert_eq!(metadata.deletion_grace_period_seconds, Some(30));
    let until = metadata.deletion_timestamp.unwrap().0.to_string();
    assert_eq!(until, "2026-01-01T00:00:30Z");

    let ended = pods.delete(&cx(), &key("a"), &grace(0)).unwrap();
    assert!(ended.gone);
    assert_eq!(pods.get(&key("a")).unwrap_err().code(), 404);
}

#[test]
fn a_second_deletion_shortens_the_grace_and_never_lengthens_it() {
    let pods = registry().of::<core::Pod>();
    pods.create(&cx(), pod("a")).unwrap();
    bind(&pods, "a");
    pods.delete(&cx(), &key("a"), &grace(20)).unwrap();
    let longer = pods.delete(&cx(), &key("a"), &grace(60)).unwrap();
    let longer = longer.version.object().metadata.clone();
    assert_eq!(longer.deletion_grace_period_seconds, Some(20));
    let later = at("2026-01-01T00:00:01Z");
    let shorter = pods.delete(&later, &key("a"), &grace(5)).unwrap();
    let shorter = shorter.version.object().metadata.clone();
    assert_eq!(shorter.deletion_grace_period_seconds, Some(5));
    let until = shorter.deletion_timestamp.unwrap().0.to_string();
    assert_eq!(until, "2026-01-01T00:00:05Z");
}

#[test]
fn an_unscheduled_pod_goes_at_once() {
    let pods = registry().of::<core::Pod>();
    pods.create(&cx(), pod("a")).unwrap();
    let ended = pods
        .delete(&cx(), &key("a"), &DeleteOptions::default())
        .unwrap();
    assert!(ended.gone);
}

#[test]
fn a_finalizer_keeps_an_object_and_its_removal_ends_it() {
    let registry = registry();
    let maps = registry.of::<core::ConfigMap>();
    let mut held = config_map("a", "1");
    held.metadata.finalizers = Some(vec!["example.com/held".to_owned()]);
    maps.create(&cx(), held).unwrap();
    let ended = maps
        .delete(&cx(), &key("a"), &DeleteOptions::default())
        .unwrap();
    assert!(!ended.gone);
    let (_, revision) = maps.select(&Selection::default());
    let mut changes = maps.watch(Selection::default(), revision);
    maps.modify(&cx(), &key("a"), |map| {
        map.metadata.finalizers = None;
        Ok(())
    })
    .unwrap();
    assert_eq!(maps.get(&key("a")).unwrap_err().code(), 404);
    let event = changes.try_next().unwrap().unwrap();
    assert!(event.deleted);
    assert_eq!(event.new.object().revision(), Some(registry.revision()));
}

#[test]
fn a_precondition_that_does_not_hold_deletes_nothing() {
    let maps = registry().of::<core::ConfigMap>();
    maps.create(&cx(), config_map("a", "1")).unwrap();
    let options = DeleteOptions {
        uid: Some("other".to_owned()),
        ..DeleteOptions::default()
    };
    let error = maps.delete(&cx(), &key("a"), &options).err().unwrap();
    assert!(error.message().starts_with(
        "Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition (other)"
    ));
    assert!(maps.get(&key("a")).is_ok());
}

#[test]
fn a_namespace_comes_with_its_service_account() {
    let registry = registry();
    let namespace = core::Namespace {
        metadata: ObjectMeta {
            name: Some("team".to_owned()),
            ..ObjectMeta::default()
        },
        ..core::Namespace::default()
    };
    registry.of().create(&cx(), namespace).unwrap();
    let account = ObjectKey::new("team", "default");
    registry.of::<core::ServiceAccount>().get(&account).unwrap();
}

#[test]
fn namespaces_that_the_system_needs_are_not_deleted() {
    let namespaces = registry().of::<core::Namespace>();
    let error = namespaces
        .delete(
            &cx(),
            &ObjectKey::new("", "default"),
            &DeleteOptions::default(),
        )
        .err()
        .unwrap();
    assert_eq!(
        error.message(),
        "namespaces \"default\" is forbidden: this namespace may not be deleted"
    );
}

#[test]
fn a_pod_of_an_unknown_runtime_class_is_refused() {
    let mut pod = pod("a");
    pod.spec.as_mut().unwrap().runtime_class_name = Some("c".to_owned());
    let error = registry().of().create(&cx(), pod).unwrap_err();
    assert_eq!(
        error.message(),
        "pods \"a\" is forbidden: pod rejected: RuntimeClass \"c\" not found"
    );
}

#[test]
fn a_new_pod_is_given_account_priority_and_tolerations() {
    let made = registry().of().create(&cx(), pod("a")).unwrap();
    let spec = made.spec.as_ref().unwrap();
    assert_eq!(spec.service_account_name.as_deref(), Some("default"));
    assert_eq!(spec.service_account.as_deref(), Some("default"));
    assert_eq!(spec.priority, Some(0));
    assert_eq!(
        spec.preemption_policy.as_deref(),
        Some("PreemptLowerPriority")
    );
    let tolerations = spec.tolerations.iter().flatten();
    let keys: Vec<_> = tolerations.filter_map(|one| one.key.as_deref()).collect();
    assert_eq!(
        keys,
        [
            "node.kubernetes.io/not-ready",
            "node.kubernetes.io/unreachable"
        ]
    );
}

#[test]
fn a_selection_by_node_sees_a_pod_come_when_it_is_bound() {
    let pods = registry().of::<core::Pod>();
    let here = Selection {
        node_name: Some("here".into()),
        ..Selection::default()
    };
    pods.create(&cx(), pod("a")).unwrap();
    let (found, revision) = pods.select(&here);
    assert!(found.is_empty());
    let mut changes = pods.watch(here.clone(), revision);
    bind(&pods, "a");
    let event = changes.try_next().unwrap().unwrap();
    assert!(here.matches(&event.new));
    assert!(!here.matches(&event.old.unwrap()));
    assert_eq!(pods.select(&here).0.len(), 1);
}

#[tokio::test]
async fn a_waiting_reader_is_woken_by_a_change() {
    let maps = registry().of::<core::ConfigMap>();
    let (_, revision) = maps.select(&Selection::default());
    let mut changes = maps.watch(Selection::default(), revision);
    let reader = tokio::spawn(async move { changes.next().await.unwrap().new.key.clone() });
    tokio::task::yield_now().await;
    maps.create(&cx(), config_map("a", "1")).unwrap();
    assert_eq!(*reader.await.unwrap(), key("a"));
}

fn namespace(name: &str) -> core::Namespace {
    core::Namespace {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            ..ObjectMeta::default()
        },
        ..core::Namespace::default()
    }
}

#[test]
fn an_ending_namespace_takes_nothing_new_and_goes_when_its_last_pod_has_gone() {
    let registry = registry();
    let team = ObjectKey::new("", "team");
    registry.of().create(&cx(), namespace("team")).unwrap();
    let mut runs = pod("a");
    runs.metadata.namespace = Some("team".to_owned());
    let runs = registry.of().create(&cx(), runs).unwrap();
    let binding = Binding {
        node: "here".to_owned(),
        ..Binding::default()
    };
    let pods = registry.of::<core::Pod>();
    pods.bind(&cx(), &runs.key(), &binding).unwrap();

    let namespaces = registry.of::<core::Namespace>();
    let ended = namespaces
        .delete(&cx(), &team, &DeleteOptions::default())
        .unwrap();
    assert!(!ended.gone);
    let phase = ended.version.object().status.clone().unwrap().phase;
    assert_eq!(phase.as_deref(), Some("Terminating"));

    let mut late = config_map("late", "1");
    late.metadata.namespace = Some("team".to_owned());
    let error = registry.of().create(&cx(), late).unwrap_err();
    assert_eq!(
        error.message(),
        "configmaps \"late\" is forbidden: unable to create new content in namespace team because \
         it is being terminated"
    );
    assert!(error.has_cause("NamespaceTerminating"));

    assert_eq!(registry.empty_namespaces(&cx()).unwrap(), 1);
    let ending = pods.get(&runs.key()).unwrap();
    assert!(ending.metadata.deletion_timestamp.is_some());
    pods.delete(&cx(), &runs.key(), &grace(0)).unwrap();
    assert_eq!(registry.empty_namespaces(&cx()).unwrap(), 0);
    assert_eq!(namespaces.get(&team).unwrap_err().code(), 404);
    let account = ObjectKey::new("team", "default");
    assert!(
        registry
            .of::<core::ServiceAccount>()
            .find(&account)
            .is_none()
    );
}

#[test]
fn an_event_goes_an_hour_after_its_last_write() {
    let events = registry().of::<core::Event>();
    let event = |name: &str| core::Event {
        metadata: kit::metadata(name),
        involved_object: core::ObjectReference {
            namespace: Some("default".to_owned()),
            ..core::ObjectReference::default()
        },
        ..core::Event::default()
    };
    let create = |time: &str, name: &str| events.create(&at(time), event(name)).unwrap();
    create("2026-01-01T00:00:00Z", "first");
    create("2026-01-01T00:59:59Z", "second");
    assert!(events.find(&key("first")).is_some());
    create("2026-01-01T01:00:00Z", "third");
    let (left, _) = events.select(&Selection::default());
    let names: Vec<_> = left.iter().map(|one| &*one.key.name).collect();
    assert_eq!(names, ["second", "third"]);
}

fn held_by(finalizer: &str) -> core::ConfigMap {
    let mut map = config_map("a", "1");
    map.metadata.finalizers = Some(vec![finalizer.to_owned()]);
    map
}

#[test]
fn what_becomes_of_dependents_is_as_asked_as_asked_before_or_as_the_kind_does() {
    use jobyard_registry::request::Propagation::{Background, Foreground, Orphan};
    let cases = [
        (None, None, vec![]),
        (Some(Foreground), None, vec!["foregroundDeletion"]),
        (Some(Orphan), None, vec!["orphan"]),
        (None, Some("orphan"), vec!["orphan"]),
        (None, Some("foregroundDeletion"), vec!["foregroundDeletion"]),
        (Some(Background), Some("foregroundDeletion"), vec![]),
        (Some(Orphan), Some("foregroundDeletion"), vec!["orphan"]),
    ];
    for (asked, before, expected) in cases {
        let maps = registry().of::<core::ConfigMap>();
        let map = before.map_or_else(|| config_map("a", "1"), held_by);
        maps.create(&cx(), map).unwrap();
        let options = DeleteOptions {
            propagation: asked,
            ..DeleteOptions::default()
        };
        let ended = maps.delete(&cx(), &key("a"), &options).unwrap();
        assert_eq!(ended.gone, expected.is_empty(), "{asked:?} {before:?}");
        if !ended.gone {
            let finalizers = ended.version.object().metadata.finalizers.clone();
            let expected = expected.iter().map(|one| (*one).to_owned()).collect();
            assert_eq!(finalizers, Some(expected), "{asked:?} {before:?}");
        }
    }
}

#[test]
fn a_priority_that_no_class_gives_is_refused() {
    type Change = fn(&mut core::PodSpec);
    let cases: [(Change, &str); 3] = [
        (
            |spec| spec.priority_class_name = Some("high".to_owned()),
            "no PriorityClass with name high was found",
        ),
        (
            |spec| spec.priority = Some(5),
            "the integer value of priority (5) must not be provided in pod spec; priority \
             admission controller computed 0 from the given PriorityClass name",
        ),
        (
            |spec| spec.overhead = Some([("cpu".to_owned(), kit::quantity("1"))].into()),
            "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead",
        ),
    ];
    for (change, why) in cases {
        let mut pod = pod("a");
        change(pod.spec.as_mut().unwrap());
        let error = registry().of().create(&cx(), pod).unwrap_err();
        assert_eq!(error.message(), format!("pods \"a\" is forbidden: {why}"));
    }
}

#[tokio::test]
async fn the_housekeeper_ends_namespaces_and_gives_back_what_each_has() {
    let registry = registry();
    registry.of().create(&cx(), namespace("team")).unwrap();
    let accounts = registry.of::<core::ServiceAccount>();
    let account = ObjectKey::new("default", "default");
    let options = DeleteOptions::default();
    accounts.delete(&cx(), &account, &options).unwrap();
    let namespaces = registry.of::<core::Namespace>();
    let from = registry.revision();
    let team = ObjectKey::new("", "team");
    namespaces.delete(&cx(), &team, &options).unwrap();
    let mut changes = namespaces.watch(Selection::default(), from);
    let ended = async { while !changes.next().await.unwrap().deleted {} };
    tokio::select! {
        () = registry.keep_house(cx) => unreachable!("it never returns"),
        () = ended => {}
    }
    assert!(namespaces.find(&team).is_none());
    assert!(accounts.find(&account).is_some());
}
