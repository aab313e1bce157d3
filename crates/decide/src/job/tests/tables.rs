//! Single rules as tables.

use std::collections::BTreeMap;

use jobyard_api::{
    Timestamp, Uid, batch, core::Pod, meta::OwnerReference, well_known::LABEL_CONTROLLER_UID,
};

use crate::job::{
    BackoffRecord, Claim, CreatePod, CreateReason, DeletePod, DeleteReason, JobView, PodView,
    PodWork,
    backoff::delay,
    claim,
    claim::AdoptionRefused,
    deletion_order, orphan,
    pod_template::{generate_name, generated_name, new_pod},
    pod_view::{PodLabels, PodPhase, Readiness, Restarts},
    slow_start_batches,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_000_000 + seconds).expect("a time")
}

fn pod(change: impl FnOnce(&mut PodView)) -> PodView {
    let mut pod = PodView::from(&Pod::default());
    pod.is_scheduled = true;
    pod.phase = PodPhase::Running;
    pod.readiness = Readiness::Ready { since: Some(at(0)) };
    pod.created = Some(at(0));
    change(&mut pod);
    pod
}

// Upstream `backoff_utils_test.go`, `TestGetRemainingTime` and the table of the
// documentation page "Jobs".
#[test]
fn delays_double_up_to_ten_minutes() {
    let delays: Vec<i64> = (0..9).map(|failures| delay(failures).as_secs()).collect();
    assert_eq!(delays, [0, 10, 20, 40, 80, 160, 320, 600, 600]);
    assert_eq!(delay(u32::MAX).as_secs(), 600);
}

// Upstream `backoff_utils_test.go`, `TestNewBackoffRecord`.
#[test]
fn successes_forgive_earlier_failures() {
    let record = |failures, last: Option<i64>| BackoffRecord {
        failures,
        last_failure: last.map(at),
    };
    let ended = |seconds: &[i64]| -> Vec<PodView> {
        let ends = seconds.iter().map(|seconds| Some(at(*seconds)));
        ends.map(|end| pod(|pod| pod.finished = end)).collect()
    };
    for (name, before, succeeded, failed, after) in [
        (
            "nothing new",
            record(2, Some(1)),
            &[][..],
            &[][..],
            record(2, Some(1)),
        ),
        ("a failure", record(0, None), &[], &[5], record(1, Some(5))),
        (
            "one more",
            record(2, Some(1)),
            &[],
            &[5],
            record(3, Some(5)),
        ),
        (
            "two, in any order",
            record(1, Some(1)),
            &[],
            &[7, 5],
            record(3, Some(7)),
        ),
        (
            "an older one",
            record(1, Some(9)),
            &[],
            &[5],
            record(2, Some(9)),
        ),
        ("a success", record(4, Some(1)), &[6], &[], record(0, None)),
        (
            "failure before success",
            record(4, Some(1)),
            &[6],
            &[5],
            record(0, None),
        ),
        (
            "failure with success",
            record(4, Some(1)),
            &[6],
            &[6],
            record(0, None),
        ),
        (
            "failure after success",
            record(4, Some(1)),
            &[6],
            &[7, 5],
            record(1, Some(7)),
        ),
        (
            "between two successes",
            record(0, None),
            &[4, 8],
            &[6],
            record(0, None),
        ),
    ] {
        let (succeeded, failed) = (ended(succeeded), ended(failed));
        let (succeeded, failed): (Vec<_>, Vec<_>) =
            (succeeded.iter().collect(), failed.iter().collect());
        assert_eq!(before.after(&succeeded, &failed, at(99)), after, "{name}");
    }
}

// Upstream `controller_utils_test.go`, `TestSortingActivePodsWithRanks`.
#[test]
fn the_pod_with_the_least_to_lose_goes_first() {
    let ready_since = |seconds: Option<i64>| Readiness::Ready {
        since: seconds.map(at),
    };
    let restarted = |regular_max, sidecar_max| Restarts {
        sum: 0,
        regular_max,
        sidecar_max,
    };
    let ordered = [
        (
            "unscheduled",
            pod(|pod| {
                pod.is_scheduled = false;
                pod.phase = PodPhase::Pending;
                pod.readiness = Readiness::NotReady;
            }),
        ),
        (
            "pending",
            pod(|pod| {
                pod.phase = PodPhase::Pending;
                pod.readiness = Readiness::NotReady;
            }),
        ),
        (
            "unknown",
            pod(|pod| {
                pod.phase = PodPhase::Unknown;
                pod.readiness = Readiness::NotReady;
            }),
        ),
        ("not ready", pod(|pod| pod.readiness = Readiness::NotReady)),
        (
            "ready, since when is not known",
            pod(|pod| pod.readiness = ready_since(None)),
        ),
        (
            "ready a short time",
            pod(|pod| pod.readiness = ready_since(Some(9))),
        ),
        ("restarted most", pod(|pod| pod.restarts = restarted(3, 0))),
        ("restarted", pod(|pod| pod.restarts = restarted(2, 1))),
        (
            "restarted, its sidecar less",
            pod(|pod| pod.restarts = restarted(2, 0)),
        ),
        ("created who knows when", pod(|pod| pod.created = None)),
        ("created late", pod(|pod| pod.created = Some(at(5)))),
        ("created early", pod(|_| {})),
    ];
    let mut pods: Vec<&PodView> = ordered.iter().rev().map(|(_, pod)| pod).collect();
    deletion_order::sort(&mut pods);
    for ((name, expected), found) in ordered.iter().zip(pods) {
        assert_eq!(expected, found, "{name}");
    }
}

// Upstream `job_controller_test.go`, `TestSlowStartBatch` and `manageJob`.
#[test]
fn batches_double() {
    let sizes =
        |count| -> Vec<usize> { slow_start_batches(count).map(|batch| batch.len()).collect() };
    for (count, expected) in [
        (0, &[][..]),
        (1, &[1]),
        (3, &[1, 2]),
        (10, &[1, 2, 4, 3]),
        (500, &[1, 2, 4, 8, 16, 32, 64, 128, 245]),
    ] {
        assert_eq!(sizes(count), expected, "{count}");
    }
    let covered: Vec<usize> = slow_start_batches(10).flatten().collect();
    assert_eq!(covered, (0..10).collect::<Vec<_>>());
}

/// A Job with manualSelector that selects `app=mine`.
fn selecting_job(uid: &str, change: impl FnOnce(&mut batch::Job)) -> JobView {
    let mut job = batch::Job::default();
    job.metadata.name = Some("pi".to_owned());
    job.metadata.uid = Some(uid.to_owned());
    let spec = job.spec.get_or_insert_default();
    spec.selector.get_or_insert_default().match_labels =
        Some([("app".to_owned(), "mine".to_owned())].into());
    change(&mut job);
    JobView::from(&std::sync::Arc::new(job))
}

/// A Pod with the label `app`, controlled by the object with that uid.
fn owned_pod(app: &str, owner: Option<&str>, change: impl FnOnce(&mut Pod)) -> PodView {
    let mut pod = Pod::default();
    pod.metadata.labels = Some(BTreeMap::from([("app".to_owned(), app.to_owned())]));
    pod.metadata.owner_references = owner.map(|uid| {
        vec![OwnerReference {
            api_version: "batch/v1".to_owned(),
            kind: "Job".to_owned(),
            name: "pi".to_owned(),
            uid: uid.to_owned(),
            controller: Some(true),
            ..OwnerReference::default()
        }]
    });
    change(&mut pod);
    PodView::from(&pod)
}

fn tracked(pod: &mut Pod) {
    pod.metadata.finalizers = Some(vec!["batch.kubernetes.io/job-tracking".to_owned()]);
}

fn deleting(metadata: &mut jobyard_api::meta::ObjectMeta) {
    metadata.deletion_timestamp = Some(jobyard_api::meta::Time(at(0)));
}

// Upstream `controller_ref_manager_test.go`, `TestClaimPods`.
#[test]
fn a_job_claims_what_it_controls_and_selects() {
    let job = selecting_job("job", |_| {});
    let deleting_job = selecting_job("job", |job| deleting(&mut job.metadata));
    for (name, pod, living, dying) in [
        (
            "own and selected",
            owned_pod("mine", Some("job"), |_| {}),
            Claim::Claimed,
            Claim::Claimed,
        ),
        (
            "own, not selected",
            owned_pod("other", Some("job"), |_| {}),
            Claim::Release,
            Claim::Ignore,
        ),
        (
            "own, not selected, with its finalizer",
            owned_pod("other", Some("job"), tracked),
            Claim::Release,
            Claim::Ignore,
        ),
        (
            "of another",
            owned_pod("mine", Some("other"), |_| {}),
            Claim::Ignore,
            Claim::Ignore,
        ),
        (
            "orphan, not selected",
            owned_pod("other", None, |_| {}),
            Claim::Ignore,
            Claim::Ignore,
        ),
        (
            "orphan",
            owned_pod("mine", None, |_| {}),
            Claim::Adopt,
            Claim::Ignore,
        ),
        (
            "orphan being deleted",
            owned_pod("mine", None, |pod| deleting(&mut pod.metadata)),
            Claim::Ignore,
            Claim::Ignore,
        ),
        (
            "in another namespace",
            owned_pod("mine", None, |pod| {
                pod.metadata.namespace = Some("elsewhere".to_owned());
            }),
            Claim::Ignore,
            Claim::Ignore,
        ),
    ] {
        assert_eq!(claim(&job, &pod), living, "{name}");
        assert_eq!(
            claim(&deleting_job, &pod),
            dying,
            "{name}, the job being deleted"
        );
    }
}

/// A Job with the generated selector, as the API server makes it.
fn job_with_generated_selector(uid: &str) -> JobView {
    selecting_job(uid, |job| {
        let selector = &mut job.spec.get_or_insert_default().selector;
        selector.get_or_insert_default().match_labels =
            Some([(LABEL_CONTROLLER_UID.to_owned(), uid.to_owned())].into());
    })
}

/// Generated labels need no comparison with a generated selector, and with no other.
#[test]
fn the_short_cut_for_generated_labels_is_one_for_generated_selectors_alone() {
    let labelled = |app: Option<&str>| {
        owned_pod("mine", Some("job"), |pod| {
            let mut labels = generated("job");
            labels.extend(app.map(|app| ("app".to_owned(), app.to_owned())));
            pod.metadata.labels = Some(labels);
        })
    };
    let ordinary = labelled(None);
    assert_eq!(ordinary.labels, PodLabels::Generated);
    let by_uid = job_with_generated_selector("job");
    assert!(by_uid.selects_generated_label);
    assert_eq!(claim(&by_uid, &ordinary), Claim::Claimed);
    assert_eq!(claim(&by_uid, &labelled(Some("mine"))), Claim::Claimed);
    assert_eq!(
        claim(&by_uid, &owned_pod("mine", Some("job"), |_| {})),
        Claim::Release,
        "it lost its labels"
    );
    let by_app = selecting_job("job", |_| {});
    assert!(!by_app.selects_generated_label);
    assert_eq!(claim(&by_app, &ordinary), Claim::Release);
    assert_eq!(claim(&by_app, &labelled(Some("mine"))), Claim::Claimed);
}

// Upstream `names.SimpleNameGenerator`, `podGenerateNameWithIndex`.
#[test]
fn names_are_cut_before_their_random_end() {
    let long = "a".repeat(63);
    for (job, index, prefix) in [
        ("pi", None, "pi-".to_owned()),
        ("pi", Some(7), "pi-7-".to_owned()),
        (&long, None, format!("{long}-")),
        (&long, Some(7), format!("{}-7-", "a".repeat(55))),
        (&long, Some(99_999), format!("{}-99999-", "a".repeat(51))),
    ] {
        assert_eq!(generate_name(job, index), prefix);
        let cut = &prefix[..prefix.len().min(58)];
        assert_eq!(generated_name(&prefix, "xxxxx"), format!("{cut}xxxxx"));
    }
}

// Upstream `manageJob` (`appendJobCompletionFinalizerIfNotFound`).
#[test]
fn a_pod_has_the_finalizers_of_its_template_and_the_tracking_finalizer_once() {
    const TRACKING: &str = "batch.kubernetes.io/job-tracking";
    let create = CreatePod {
        index: None,
        failure_counts: None,
        reason: CreateReason::New,
    };
    for (template, expected) in [
        (&[][..], &[TRACKING][..]),
        (&["example.com/x"], &["example.com/x", TRACKING]),
        (&[TRACKING], &[TRACKING]),
        (&[TRACKING, "example.com/x"], &[TRACKING, "example.com/x"]),
    ] {
        let mut job = batch::Job::default();
        let spec = job.spec.get_or_insert_default();
        let finalizers = template.iter().map(ToString::to_string).collect();
        spec.template.metadata.get_or_insert_default().finalizers = Some(finalizers);
        let pod = new_pod(&job, create);
        assert_eq!(pod.metadata.finalizers.expect("always"), expected);
    }
}

#[test]
fn work_has_the_length_of_its_list() {
    let pod = pod(|_| {});
    let create = CreatePod {
        index: None,
        failure_counts: None,
        reason: CreateReason::New,
    };
    let delete = DeletePod {
        pod: &pod,
        removes_finalizer_first: true,
        reason: DeleteReason::JobSuspended,
    };
    for (work, length) in [
        (PodWork::None, 0),
        (PodWork::Create(vec![create; 2]), 2),
        (PodWork::Delete(vec![delete; 3]), 3),
    ] {
        assert_eq!((work.len(), work.is_empty()), (length, length == 0));
    }
}

#[test]
fn a_job_that_is_gone_adopts_nothing() {
    let job = selecting_job("job", |_| {});
    assert_eq!(job.may_still_adopt(&job), Ok(()));
    let deleted = selecting_job("job", |job| deleting(&mut job.metadata));
    assert!(matches!(
        job.may_still_adopt(&deleted),
        Err(AdoptionRefused::Deleting { .. })
    ));
    let later = selecting_job("later", |_| {});
    let refusal = job
        .may_still_adopt(&later)
        .map_err(|refused| refused.to_string());
    assert_eq!(
        refusal,
        Err("original Job pi is gone: got uid later, wanted job".to_owned())
    );
}

// Upstream `job_controller_test.go`, `TestFinalizersRemovedOnOrphanPods...`.
#[test]
fn finalizers_without_a_job_go() {
    let own = owned_pod("mine", Some("job"), tracked);
    let builtin = "kubernetes.io/job-controller";
    let unfinished = selecting_job("job", |_| {});
    let finished = selecting_job("job", |job| {
        let conditions = &mut job.status.get_or_insert_default().conditions;
        conditions
            .get_or_insert_default()
            .push(batch::JobCondition {
                type_: "Complete".to_owned(),
                status: "True".to_owned(),
                ..batch::JobCondition::default()
            });
    });
    let external = selecting_job("job", |job| {
        job.spec.get_or_insert_default().managed_by = Some("acme.io/x".to_owned());
    });
    let later = selecting_job("later", |_| {});
    let dying = selecting_job("job", |job| deleting(&mut job.metadata));
    let unselected = owned_pod("other", Some("job"), tracked);
    let of_replica_set = owned_pod("mine", Some("job"), |pod| {
        tracked(pod);
        for owner in pod.metadata.owner_references.iter_mut().flatten() {
            owner.kind = "ReplicaSet".to_owned();
        }
    });
    for (name, pod, job, expected) in [
        ("its job is at work", &own, Some(&unfinished), false),
        ("its job is finished", &own, Some(&finished), true),
        ("its job is gone", &own, None, true),
        ("another job of that name", &own, Some(&later), true),
        ("managed by another", &own, Some(&external), false),
        ("its job is being deleted", &own, Some(&dying), false),
        (
            "so is a job that selects it no more",
            &unselected,
            Some(&dying),
            true,
        ),
        (
            "a job at work will let it go",
            &unselected,
            Some(&unfinished),
            false,
        ),
        (
            "no controller",
            &owned_pod("mine", None, tracked),
            None,
            true,
        ),
        ("another kind of controller", &of_replica_set, None, false),
        (
            "no finalizer",
            &owned_pod("mine", Some("job"), |_| {}),
            None,
            false,
        ),
    ] {
        assert_eq!(orphan::is_orphan(pod, job, builtin), expected, "{name}");
    }
    // Jobs that are gone were the built-in controller's, as far as one can know.
    assert!(!orphan::is_orphan(&own, None, "acme.io/x"));
}

/// What a Job named pi with this uid gives its Pods.
fn generated(uid: &str) -> BTreeMap<String, String> {
    [
        ("batch.kubernetes.io/controller-uid", uid),
        ("controller-uid", uid),
        ("batch.kubernetes.io/job-name", "pi"),
        ("job-name", "pi"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}

#[test]
fn ordinary_labels_are_not_kept() {
    let labelled = |change: fn(&mut BTreeMap<String, String>)| {
        owned_pod("mine", Some("job"), |pod| {
            let mut labels = generated("job");
            change(&mut labels);
            pod.metadata.labels = Some(labels);
        })
    };
    let plain = labelled(|_| {});
    assert_eq!(plain.labels, PodLabels::Generated);
    assert_eq!(plain.labels().len(), 4);
    let more = labelled(|labels| drop(labels.insert("app".to_owned(), "x".to_owned())));
    assert_eq!(
        (more.labels().len(), more.labels()["app"].as_str()),
        (5, "x")
    );
    let stolen = labelled(|labels| {
        labels.insert("controller-uid".to_owned(), "other".to_owned());
    });
    assert_ne!(stolen.labels, PodLabels::Generated);
    assert!(plain.is_controlled_by(&Uid::from("job")));
}

#[test]
fn a_pod_view_is_small() {
    // With its short texts on the heap a view of an ordinary Pod stays in the
    // hundreds of bytes, where the typed object takes tens of thousands.
    assert!(size_of::<PodView>() <= 320, "{}", size_of::<PodView>());
}
