//! What appliers get, keep and lose.

use super::*;

#[test]
fn the_first_apply_creates_and_owns_what_it_says() {
    let mut world = config_map();
    world.apply("me", "metadata: {labels: {app: x}}\ndata: {a: '1', b: '1'}");
    assert_eq!(world.data(), "a=1 b=1");
    assert_eq!(
        world.owners(),
        "Apply me@1: .data.a .data.b .metadata.labels.app"
    );
}

#[test]
fn what_is_applied_no_more_goes_unless_somebody_else_owns_it() {
    let mut world = config_map();
    world
        .apply("one", "data: {a: '1', b: '1', c: '1'}")
        .apply("two", "data: {b: '1'}");
    world.apply("one", "data: {a: '1'}");
    assert_eq!(world.data(), "a=1 b=1");
    assert_eq!(world.owners(), "Apply two@2: .data.b\nApply one@3: .data.a");
    world.apply("two", "data: {}");
    assert_eq!(world.data(), "a=1");
    assert_eq!(world.owners(), "Apply one@3: .data.a\nApply two@4: .data");
}

#[test]
fn the_last_of_a_map_takes_the_map_with_it() {
    let mut world = config_map();
    world.apply("me", "data: {a: '1'}").apply("me", "");
    assert_eq!(world.live.as_ref().and_then(|map| map.data.clone()), None);
    assert_eq!(world.owners(), "");
}

#[test]
fn what_an_updater_changed_is_not_taken_away() {
    let mut world = config_map();
    world.apply("me", "data: {a: '1', b: '1'}");
    world.set("editor", "b", "2");
    world.apply("me", "data: {a: '1'}");
    assert_eq!(world.data(), "a=1 b=2");
    assert_eq!(
        world.owners(),
        "Apply me@3: .data.a\nUpdate editor@2: .data.b"
    );
}

#[test]
fn the_same_value_is_shared_and_another_is_a_conflict() {
    let mut world = config_map();
    world.set("editor", "a", "1");
    world.apply("me", "data: {a: '1'}");
    assert_eq!(
        world.owners(),
        "Apply me@2: .data.a\nUpdate editor@1: .data .data.a"
    );
    let error = world.refused("me", "data: {a: '2'}");
    assert_eq!(error.code(), 409);
    assert_eq!(
        error.message(),
        "Apply failed with 1 conflict: conflict with \"editor\" using v1: .data.a"
    );
    assert_eq!(world.data(), "a=1");
}

#[test]
fn force_takes_over() {
    let mut world = config_map();
    world
        .set("editor", "a", "1")
        .apply("other", "data: {a: '1'}");
    world.force("me", "data: {a: '2'}");
    assert_eq!(world.data(), "a=2");
    assert_eq!(
        world.owners(),
        "Apply me@3: .data.a\nUpdate editor@1: .data",
        "the other has nothing left"
    );
}

#[test]
fn what_was_taken_over_is_not_taken_away_by_its_old_owner() {
    let mut world = config_map();
    world.apply("one", "data: {a: '1', b: '1'}");
    world.force("two", "data: {b: '2'}");
    world.apply("one", "data: {a: '1'}");
    assert_eq!(world.data(), "a=1 b=2");
}

#[test]
fn an_object_without_owners_gets_some_at_the_first_apply() {
    let mut world = config_map();
    world.set("editor", "a", "1").set("editor", "b", "1");
    world.update("editor", |map| map.metadata.managed_fields = Some(vec![]));
    assert_eq!(world.owners(), "");
    world.apply("me", "data: {a: '1'}");
    assert_eq!(
        world.owners(),
        "Apply me@4: .data.a\nUpdate before-first-apply@4: .data .data.a .data.b"
    );
    assert_eq!(world.refused("me", "data: {b: '2'}").code(), 409);
}

#[test]
fn a_part_of_the_object_has_an_applier_of_its_own() {
    let mut world = job();
    world.apply("me", "spec: {parallelism: 1}\nstatus: {active: 7}");
    assert_eq!(world.owners(), "Apply me@1: .spec.parallelism");
    let writer = world.writer("me", "status");
    let config = configuration::<Job>("spec: {parallelism: 5}\nstatus: {active: 1}");
    let applied = apply(world.live.as_ref(), &config, &writer, false);
    world.live = Some(applied.expect("no conflict: what is not of this part does not count"));
    assert_eq!(
        world.owners(),
        "Apply me@1: .spec.parallelism\nApply me/status@2: .status.active"
    );
}

/// As kubectl notes it: the whole configuration, without the note itself.
fn client_side_applied(value: &str) -> World<ConfigMap> {
    let mut world = config_map();
    world.update("kubectl-client-side-apply", |map| {
        let noted = format!(
            r#"{{"apiVersion":"v1","data":{{"a":"{value}"}},"kind":"ConfigMap","metadata":{{"annotations":{{}},"name":"a"}}}}"#
        );
        let key = "kubectl.kubernetes.io/last-applied-configuration".to_owned();
        map.metadata.annotations = Some([(key, noted + "\n")].into());
        map.data = Some([("a".to_owned(), "1".to_owned())].into());
    });
    world
}

fn noted(world: &World<ConfigMap>) -> String {
    let annotations = world
        .live
        .as_ref()
        .and_then(|map| map.metadata.annotations.as_ref());
    let note =
        annotations.and_then(|all| all.get("kubectl.kubernetes.io/last-applied-configuration"));
    note.cloned().unwrap_or_default()
}

#[test]
fn kubectl_takes_over_what_it_noted_as_its_own() {
    let mut world = client_side_applied("1");
    world.apply("kubectl", "data: {a: '2'}");
    assert_eq!(world.data(), "a=2");
    assert_eq!(
        noted(&world),
        "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"2\"},\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}\n",
        "the note is kept in step"
    );
}

#[test]
fn what_is_no_more_as_noted_is_a_conflict_also_for_kubectl() {
    let mut world = client_side_applied("something else");
    let error = world.refused("kubectl", "data: {a: '2'}");
    assert_eq!(
        error.message(),
        "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using v1: .data.a"
    );
}

#[test]
fn the_note_means_nothing_to_other_appliers() {
    let mut world = client_side_applied("1");
    let before = noted(&world);
    assert_eq!(world.refused("helm", "data: {a: '2'}").code(), 409);
    world.force("helm", "data: {a: '2'}");
    assert_eq!(noted(&world), before);
}
