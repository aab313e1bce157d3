//! `active`, `ready` and `terminating` say what the controller saw and did.

use std::sync::Arc;

use super::{
    Law,
    job::JobFacts,
    pod::PodFacts,
    scene::{Finding, Scene, ensure},
};

/// What makes a Pod one of a number.
type Holds = fn(&PodFacts) -> bool;

/// Judges the live counts of a status write.
///
/// Where an answer was lost, or somebody else has deleted a Pod as well, the
/// controller may know or not: then either number will do.
pub(super) fn judge(scene: &Scene<'_>, after: &JobFacts) -> Finding {
    let status = &after.status;
    ensure(
        status.ready <= status.active,
        Law::LiveCounts,
        &after.key,
        || format!("ready {} of active {}", status.ready, status.active),
    )?;
    if scene.account.is_blurred {
        return Ok(());
    }
    let numbers: [(&str, i64, Holds); 3] = [
        ("active", status.active, PodFacts::is_active),
        ("ready", status.ready, |pod| pod.is_active() && pod.is_ready),
        ("terminating", status.terminating, PodFacts::is_terminating),
    ];
    for (name, says, holds) in numbers {
        let (mut surely, mut perhaps) = (Vec::new(), Vec::new());
        for pod in scene.pods.iter().filter(|pod| scene.claims(pod)) {
            let (known, maybe) = (pod.known.as_ref(), pod.maybe.as_ref());
            let counts = |pod: Option<&Arc<PodFacts>>| pod.is_some_and(|pod| holds(pod));
            // A deletion that was asked for and found another's has left no write.
            let is_deleting = pod.truth.as_ref().is_none_or(|truth| truth.is_deleting);
            let deleted = known.filter(|_| is_deleting).cloned().map(|mut pod| {
                Arc::make_mut(&mut pod).is_deleting = true;
                pod
            });
            let deleted = deleted.as_ref().or(known);
            let name = known.or(maybe).map(|pod| pod.key.to_string());
            let variants = [known, maybe, deleted];
            if variants.into_iter().all(counts) && pod.truth.is_some() && !pod.is_adopted {
                surely.extend(name);
            } else if variants.into_iter().any(counts) {
                perhaps.extend(name);
            }
        }
        let least = surely.len() as i64;
        let most = least + perhaps.len() as i64;
        ensure(
            (least..=most).contains(&says),
            Law::LiveCounts,
            &after.key,
            || {
                format!(
                    "says {name} {says}; the controller knew of {surely:?}, perhaps of {perhaps:?}"
                )
            },
        )?;
    }
    Ok(())
}
