//! A whole sync in one value: what people are told would happen next.
//!
//! The rules themselves have their tables elsewhere; here it is about what only
//! [`sync_with_claim`] says: the claim, why finalizers go, what the
//! podFailurePolicy makes of failures, which Pods are held.

use std::sync::Arc;

use jobyard_api::{
    Timestamp,
    batch::{JobCondition, JobSpec, PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule},
    well_known::JOB_CONTROLLER_NAME,
};

use crate::job::{
    BackoffRecord, CreatePod, CreateReason, DeleteReason, JobAction, JobDecision, JobView, PodView,
    ReleaseReason, plan::Skip, pod_failure_policy::FailureAction, sync_with_claim,
};

use super::world::World;

fn try_decide(world: &World, seconds: i64) -> Result<JobDecision, Skip> {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
    let pods: Vec<_> = (0..10)
        .filter(|pod| world.exists(*pod))
        .map(|pod| Arc::new(PodView::from(world.stored_pod(pod))))
        .collect();
    sync_with_claim(
        &JobView::from(&Arc::new(world.stored_job().clone())),
        &pods,
        BackoffRecord::default(),
        JOB_CONTROLLER_NAME,
        start + jiff::SignedDuration::from_secs(seconds),
    )
}

fn decide(world: &World) -> JobDecision {
    try_decide(world, 0).expect("the Job is looked at")
}

fn events(decision: &JobDecision) -> Vec<&str> {
    let events = decision.events.iter();
    events.map(|event| event.message.as_str()).collect()
}

#[test]
fn a_job_that_is_not_looked_at_has_no_decision() {
    let unknown = World::with("pi", "P=1 C=1", |job| {
        job.spec.get_or_insert_default().completion_mode = Some("Sorted".to_owned());
    });
    assert_eq!(try_decide(&unknown, 0), Err(Skip::UnknownCompletionMode));
    let external = World::with("pi", "P=1 C=1", |job| {
        job.spec.get_or_insert_default().managed_by = Some("acme.io/x".to_owned());
    });
    assert_eq!(try_decide(&external, 0), Err(Skip::ManagedByOther));
    let mut finished = World::job("P=1 C=1");
    finished.settle();
    finished.succeeds(0).settle();
    assert_eq!(try_decide(&finished, 0), Err(Skip::Finished));
}

#[test]
fn pods_to_create_are_named_as_far_as_one_can_know() {
    let decision = decide(&World::job("P=2 C=3 IX"));
    let create = |index| {
        JobAction::Create(CreatePod {
            index: Some(index),
            failure_counts: None,
            reason: CreateReason::New,
        })
    };
    assert_eq!(decision.actions, [create(0), create(1)]);
    assert_eq!(
        events(&decision),
        ["Created pod: pi-0-xxxxx", "Created pod: pi-1-xxxxx"]
    );
    assert_eq!(decision.status.map(|status| status.active), Some(2));
}

/// A Job at rest whose Pod 0 somebody has made an orphan, without its finalizer.
fn with_orphan(words: &str) -> World {
    let mut world = World::job(words);
    world.settle();
    world.run(0).strip_finalizer(0).change_pod(0, |pod| {
        pod.metadata.owner_references = None;
    });
    world
}

// Job controller, "Claim": an adopted Pod counts in the same sync, as if its
// finalizer were there already.
#[test]
fn a_pod_is_adopted_and_counted_at_once() {
    let mut world = with_orphan("P=1 C=1");
    let pod: Box<str> = world.name(0).into();
    let adoption = JobAction::Adopt { pod: pod.clone() };
    assert_eq!(decide(&world).actions, std::slice::from_ref(&adoption));
    world.succeeds(0);
    let decision = decide(&world);
    let release = JobAction::RemoveFinalizer {
        pod,
        reason: ReleaseReason::Succeeded,
    };
    assert_eq!(decision.actions, [adoption, release]);
    let status = decision.status.expect("it changes");
    assert_eq!((status.succeeded, status.is_finished()), (1, true));
}

#[test]
fn a_pod_that_is_not_selected_is_let_go_of_with_the_finalizer_that_it_has() {
    for has_finalizer in [true, false] {
        let mut world = World::job("P=1 C=1");
        world.settle();
        world.change_pod(0, |pod| pod.metadata.labels = None);
        if !has_finalizer {
            world.strip_finalizer(0);
        }
        let release = JobAction::Release {
            pod: world.name(0).into(),
            removes_finalizer: has_finalizer,
        };
        let decision = decide(&world);
        assert_eq!(decision.actions[0], release);
        assert_eq!(events(&decision), ["Created pod: pi-xxxxx"]);
    }
}

// Job controller, "Manage step" and "Deleting on a verdict".
#[test]
fn a_deletion_says_whether_a_finalizer_goes_first() {
    let delete = |world: &World, pod, removes_finalizer_first, reason| JobAction::Delete {
        pod: world.name(pod).into(),
        removes_finalizer_first,
        reason,
    };
    let mut world = World::job("P=2 C=2 ADS=10");
    world.settle();
    world.run(0).run(1).settle();
    world.strip_finalizer(1);
    let mut suspended = world;
    suspended.patch("suspend");
    assert_eq!(
        decide(&suspended).actions,
        [
            delete(&suspended, 0, true, DeleteReason::JobSuspended),
            delete(&suspended, 1, false, DeleteReason::JobSuspended),
        ]
    );
    let mut late = suspended;
    late.patch("resume");
    assert_eq!(
        try_decide(&late, 10).expect("it is looked at").actions,
        [
            delete(&late, 0, false, DeleteReason::JobEnded),
            delete(&late, 1, false, DeleteReason::JobEnded),
            JobAction::RemoveFinalizer {
                pod: late.name(0).into(),
                reason: ReleaseReason::Failed,
            },
        ]
    );
}

fn ignore_disruptions(spec: &mut JobSpec) {
    let policy = spec.pod_failure_policy.get_or_insert_default();
    policy.rules.push(PodFailurePolicyRule {
        action: "Ignore".to_owned(),
        on_exit_codes: None,
        on_pod_conditions: Some(vec![PodFailurePolicyOnPodConditionsPattern {
            type_: "DisruptionTarget".to_owned(),
            status: Some("True".to_owned()),
        }]),
    });
}

/// The reason for which the finalizer of Pod 0 goes, after `change`.
fn release_reason(
    words: &str,
    ignores_disruptions: bool,
    change: impl FnOnce(&mut World),
) -> Option<ReleaseReason> {
    let mut world = World::with("pi", words, |job| {
        if ignores_disruptions {
            ignore_disruptions(job.spec.get_or_insert_default());
        }
    });
    world.settle();
    for pod in world.active() {
        world.run(pod);
    }
    world.settle();
    change(&mut world);
    let name = world.name(0);
    let mut actions = decide(&world).actions.into_iter();
    actions.find_map(|action| match action {
        JobAction::RemoveFinalizer { pod, reason } if *pod == *name => Some(reason),
        _ => None,
    })
}

fn set_true(world: &mut World, condition: &str) {
    world.change_job(|job| {
        let conditions = &mut job.status.get_or_insert_default().conditions;
        conditions.get_or_insert_default().push(JobCondition {
            type_: condition.to_owned(),
            status: "True".to_owned(),
            ..JobCondition::default()
        });
    });
}

// Job controller, "Tracking and write ordering", step C.
#[test]
fn a_finalizer_goes_for_a_reason() {
    let no_index = |world: &mut World| {
        world.change_pod(0, |pod| pod.metadata.annotations = None);
    };
    let disrupt = |world: &mut World| {
        world.condition(0, "DisruptionTarget", "True");
    };
    assert_eq!(release_reason("P=2 C=2", false, |_| {}), None, "it runs");
    for (name, words, expected, change) in [
        (
            "it succeeded",
            "P=2 C=2",
            ReleaseReason::Succeeded,
            &(|world: &mut World| {
                world.succeeds(0);
            }) as &dyn Fn(&mut World),
        ),
        ("it failed", "P=2 C=2", ReleaseReason::Failed, &|world| {
            world.fails(0);
        }),
        (
            "it ends with the failing Job",
            "P=2 C=2",
            ReleaseReason::Failed,
            &|world| set_true(world, "FailureTarget"),
        ),
        (
            "it is given up with the successful Job",
            "P=2 C=2",
            ReleaseReason::JobSucceeded,
            &|world| set_true(world, "SuccessCriteriaMet"),
        ),
        (
            "it lives on in a Job that is being deleted",
            "P=2 C=2",
            ReleaseReason::JobDeleting,
            &|world| {
                world.change_job(|job| {
                    job.metadata.deletion_timestamp = job.metadata.creation_timestamp.clone();
                });
            },
        ),
        (
            "it succeeded without an index",
            "P=2 C=2 IX",
            ReleaseReason::NoValidIndex,
            &|world| {
                no_index(world);
                world.succeeds(0);
            },
        ),
        (
            "it failed without an index",
            "P=2 C=2 IX",
            ReleaseReason::NoValidIndex,
            &|world| {
                no_index(world);
                world.fails(0);
            },
        ),
    ] {
        let reason = release_reason(words, false, change);
        assert_eq!(reason, Some(expected), "{name}");
    }
    for (name, expected, change) in [
        (
            "its failure is ignored",
            ReleaseReason::FailureIgnored,
            &(|world: &mut World| {
                disrupt(world);
                world.fails(0);
            }) as &dyn Fn(&mut World),
        ),
        (
            "it ends with the failing Job, and that is ignored",
            ReleaseReason::FailureIgnored,
            &|world| {
                disrupt(world);
                set_true(world, "FailureTarget");
            },
        ),
        (
            "a Pod that did not fail has no failure to ignore",
            ReleaseReason::JobSucceeded,
            &|world| {
                disrupt(world);
                set_true(world, "SuccessCriteriaMet");
            },
        ),
        (
            "the rule is about other failures",
            ReleaseReason::Failed,
            &|world| {
                world.fails(0);
            },
        ),
    ] {
        let reason = release_reason("P=2 C=2", true, change);
        assert_eq!(reason, Some(expected), "{name}");
    }
}

#[test]
fn each_failure_is_listed_with_the_rule_that_decides_about_it() {
    let mut world = World::job("P=3 C=3 Count=42");
    world.settle();
    world.exits(0, 42).exits(1, 1);
    let failures = decide(&world).failures;
    let rules: Vec<_> = failures
        .iter()
        .map(|(pod, rule)| (&**pod, rule.as_ref().map(|rule| (rule.rule, rule.action))))
        .collect();
    let (by_rule, by_none) = (world.name(0), world.name(1));
    assert_eq!(
        rules,
        [
            (&*by_rule, Some((0, FailureAction::Count))),
            (&*by_none, None)
        ]
    );
    let mut without_policy = World::job("P=3 C=3");
    without_policy.settle();
    without_policy.exits(0, 42);
    assert_eq!(decide(&without_policy).failures, []);
}

// KEP-3850: the failed Pod that carries the count of its index stays uncounted.
#[test]
fn held_pods_are_named_until_the_job_ends() {
    let mut world = World::job("P=3 C=3 IX BLPI=1 ADS=20");
    world.settle();
    world.run(0).run(1).fails(1);
    assert_eq!(*decide(&world).held, [world.name(1).into()]);
    let late = try_decide(&world, 20).expect("it is looked at");
    assert_eq!(late.held, Vec::<Box<str>>::new());
    assert!(late.verdict.is_some());
}
