//! Lists and watches as the server asks for them.

mod kit;

use futures::FutureExt;
use jobyard_api::{Revision, StatusError, core, status::Reason};
use jobyard_registry::{
    Registry,
    request::{DeleteOptions, List, ListRequest, WatchEvent},
    resource::Watch,
};

use kit::{at, config_map, cx, key, labelled, list, maps, registry};

fn with_maps(names: &[&str]) -> Registry {
    let registry = registry();
    for name in names {
        registry
            .of()
            .create(&cx(), config_map(name, "1"))
            .expect("the name is free");
    }
    registry
}

fn names(list: &List) -> Vec<&str> {
    list.items.iter().map(|one| &*one.key.name).collect()
}

fn page(limit: usize, token: &str) -> ListRequest {
    ListRequest {
        limit,
        continue_token: token.to_owned(),
        ..list()
    }
}

fn selected(labels: &str) -> ListRequest {
    ListRequest {
        label_selector: labels.to_owned(),
        ..list()
    }
}

/// What the watch has to say now, as `TYPE name@revision - first revision`.
fn frames(watch: &mut dyn Watch, from: Revision) -> Vec<String> {
    let mut frames = Vec::new();
    while let Some(Some(event)) = watch.next().now_or_never() {
        let (word, object) = match event {
            WatchEvent::Added(object) => ("ADDED", object),
            WatchEvent::Modified(object) => ("MODIFIED", object),
            WatchEvent::Deleted(object) => ("DELETED", object),
            WatchEvent::Bookmark { .. } => {
                frames.push("BOOKMARK".to_owned());
                continue;
            }
            WatchEvent::Error(error) => {
                frames.push(format!("ERROR {}", error.message()));
                continue;
            }
        };
        let inside: core::ConfigMap =
            serde_json::from_slice(&object.json).expect("a frame holds an object");
        let version = inside.metadata.resource_version.unwrap_or_default();
        assert_eq!(version, object.revision.to_string());
        let value = inside.data.unwrap_or_default().remove("key");
        frames.push(format!(
            "{word} {}={} +{}",
            object.key.name,
            value.unwrap_or_default(),
            object.revision.0 - from.0
        ));
    }
    frames
}

fn error_of<T>(result: Result<T, StatusError>) -> (u16, String) {
    let error = result.err().expect("this is refused");
    (error.code(), error.message().to_owned())
}

#[test]
fn a_list_is_ordered_by_name() {
    let registry = with_maps(&["b", "a", "c"]);
    let all = maps(&registry).list(&cx(), &list()).unwrap();
    assert_eq!(names(&all), ["a", "b", "c"]);
    assert_eq!(all.revision, registry.revision());
}

#[test]
fn the_pages_of_a_list_show_one_moment() {
    let registry = with_maps(&["a", "b", "c", "d", "e"]);
    let maps = maps(&registry);
    let first = maps.list(&cx(), &page(2, "")).unwrap();
    assert_eq!((names(&first), first.remaining), (vec!["a", "b"], Some(3)));
    let gone = DeleteOptions::default();
    maps.delete(&cx(), &key("c"), &gone).unwrap();
    registry.of().create(&cx(), config_map("f", "1")).unwrap();
    let second = maps.list(&cx(), &page(2, &first.continue_token)).unwrap();
    assert_eq!(
        (names(&second), second.remaining),
        (vec!["c", "d"], Some(1))
    );
    assert_eq!(second.revision, first.revision);
    let third = maps.list(&cx(), &page(2, &second.continue_token)).unwrap();
    assert_eq!((names(&third), third.remaining), (vec!["e"], None));
    assert_eq!(third.continue_token, "");
}

#[test]
fn a_broken_continue_token_is_refused() {
    let registry = with_maps(&["a"]);
    let (code, message) = error_of(maps(&registry).list(&cx(), &page(2, "!")));
    assert_eq!(code, 400);
    assert!(message.starts_with("invalid continue token: continue key is not valid: "));
}

#[test]
fn a_token_of_a_moment_that_is_gone_says_how_to_go_on() {
    // After a restart nothing of the past is there.
    let registry = with_maps(&["a", "b", "c"]);
    let old = maps(&registry).list(&cx(), &page(1, "")).unwrap();
    let other = with_maps(&["a", "b", "c"]);
    // The history of `other` is made to begin later than the moment of the token.
    for round in 0..=kit::HISTORY {
        let map = config_map("a", &round.to_string());
        other.of().update(&cx(), map).unwrap();
    }
    let error = maps(&other)
        .list(&cx(), &page(1, &old.continue_token))
        .unwrap_err();
    assert!(error.is(Reason::Expired), "{error}");
    let token = error.0.metadata.continue_.clone().unwrap();
    let rest = maps(&other).list(&cx(), &page(5, &token)).unwrap();
    assert_eq!(names(&rest), ["b", "c"]);
}

#[test]
fn a_list_of_the_past_undoes_what_happened_since() {
    let registry = with_maps(&["a", "b"]);
    let then = registry.revision();
    let maps = maps(&registry);
    registry.of().update(&cx(), config_map("a", "2")).unwrap();
    maps.delete(&cx(), &key("b"), &DeleteOptions::default())
        .unwrap();
    registry.of().create(&cx(), config_map("c", "1")).unwrap();
    let request = ListRequest {
        resource_version: then.to_string(),
        resource_version_match: "Exact".to_owned(),
        ..list()
    };
    let past = maps.list(&cx(), &request).unwrap();
    assert_eq!((names(&past), past.revision), (vec!["a", "b"], then));
}

#[test]
fn a_revision_of_the_future_is_refused() {
    let registry = with_maps(&[]);
    let now = registry.revision().0;
    let request = ListRequest {
        resource_version: (now + 5).to_string(),
        ..list()
    };
    let (code, message) = error_of(maps(&registry).list(&cx(), &request));
    assert_eq!(code, 504);
    assert_eq!(
        message,
        format!(
            "Timeout: Too large resource version: {}, current: {now}",
            now + 5
        )
    );
}

#[test]
fn labels_select() {
    let registry = registry();
    for (name, label) in [("a", "x"), ("b", "y"), ("c", "x")] {
        registry.of().create(&cx(), labelled(name, label)).unwrap();
    }
    let found = maps(&registry).list(&cx(), &selected("app=x")).unwrap();
    assert_eq!(names(&found), ["a", "c"]);
}

#[test]
fn a_watch_says_what_comes_after_its_revision() {
    let registry = with_maps(&["a"]);
    let from = registry.revision();
    registry.of().create(&cx(), config_map("b", "1")).unwrap();
    registry.of().update(&cx(), config_map("b", "2")).unwrap();
    let maps = maps(&registry);
    maps.delete(&cx(), &key("b"), &DeleteOptions::default())
        .unwrap();
    let request = ListRequest {
        resource_version: from.to_string(),
        ..list()
    };
    let mut watch = maps.watch(&cx(), &request).unwrap();
    assert_eq!(
        frames(&mut *watch, from),
        ["ADDED b=1 +1", "MODIFIED b=2 +2", "DELETED b=2 +3"]
    );
    assert_eq!(watch.revision(), registry.revision());
}

#[test]
fn a_watch_without_a_revision_begins_with_the_state() {
    let registry = with_maps(&["a", "b"]);
    let from = Revision(registry.revision().0 - 2);
    let request = ListRequest {
        send_initial_events: Some(true),
        resource_version_match: "NotOlderThan".to_owned(),
        bookmarks: true,
        ..list()
    };
    let mut watch = maps(&registry).watch(&cx(), &request).unwrap();
    registry.of().create(&cx(), config_map("c", "1")).unwrap();
    assert_eq!(
        frames(&mut *watch, from),
        ["ADDED a=1 +1", "ADDED b=1 +2", "BOOKMARK", "ADDED c=1 +3"]
    );
}

#[test]
fn a_change_of_labels_comes_and_goes_for_a_selector() {
    let registry = registry();
    registry.of().create(&cx(), labelled("a", "x")).unwrap();
    let from = registry.revision();
    let request = ListRequest {
        resource_version: from.to_string(),
        ..selected("app=x")
    };
    let mut watch = maps(&registry).watch(&cx(), &request).unwrap();
    let mut away = labelled("a", "y");
    away.data = config_map("a", "2").data;
    registry.of().update(&cx(), away.clone()).unwrap();
    away.data = config_map("a", "3").data;
    registry.of().update(&cx(), away).unwrap();
    registry.of().update(&cx(), labelled("a", "x")).unwrap();
    assert_eq!(
        frames(&mut *watch, from),
        // The last content that matched, at the revision at which it ceased to.
        ["DELETED a=1 +1", "ADDED a=1 +3"]
    );
}

#[test]
fn a_watch_from_before_the_history_is_told_so() {
    let registry = with_maps(&["a"]);
    for round in 0..=kit::HISTORY {
        let map = config_map("a", &round.to_string());
        registry.of().update(&cx(), map).unwrap();
    }
    let request = ListRequest {
        resource_version: "3".to_owned(),
        ..list()
    };
    let mut watch = maps(&registry).watch(&cx(), &request).unwrap();
    let frames = frames(&mut *watch, Revision(0));
    assert_eq!(frames.len(), 1);
    assert!(
        frames[0].starts_with("ERROR too old resource version: 3 ("),
        "{frames:?}"
    );
}

#[test]
fn a_deleted_collection_answers_with_what_it_took() {
    let registry = registry();
    for (name, label) in [("a", "x"), ("b", "y"), ("c", "x")] {
        registry.of().create(&cx(), labelled(name, label)).unwrap();
    }
    let maps = maps(&registry);
    let gone = maps
        .delete_collection(&cx(), &selected("app=x"), &DeleteOptions::default())
        .unwrap();
    assert_eq!(names(&gone), ["a", "c"]);
    let left = maps.list(&cx(), &list()).unwrap();
    assert_eq!(names(&left), ["b"]);
}

#[test]
fn the_moment_of_a_paged_list_is_held_for_five_minutes_only() {
    let registry = with_maps(&["a", "b"]);
    let maps = maps(&registry);
    let first = maps
        .list(&at("2026-01-01T00:00:00Z"), &page(1, ""))
        .unwrap();
    for round in 0..=kit::HISTORY {
        let map = config_map("a", &round.to_string());
        registry.of().update(&cx(), map).unwrap();
    }
    let next = page(1, &first.continue_token);
    let soon = maps.list(&at("2026-01-01T00:04:59Z"), &next).unwrap();
    assert_eq!(names(&soon), ["b"]);
    let late = maps.list(&at("2026-01-01T00:05:00Z"), &next).unwrap_err();
    assert!(late.is(Reason::Expired), "{late}");
}
