//! `active`, `ready` and `terminating` say what the controller saw and did.

use super::{
    Law,
    job::JobFacts,
    scene::{Finding, Scene, ensure},
};

/// Judges the live counts of a status write.
pub(super) fn judge(scene: &Scene<'_>, after: &JobFacts) -> Finding {
    let status = &after.status;
    let may =
        |is_kept: bool, why: &dyn Fn() -> String| ensure(is_kept, Law::LiveCounts, &after.key, why);
    may(status.ready <= status.active, &|| {
        format!("ready {} of active {}", status.ready, status.active)
    })?;
    if scene.account.is_blurred {
        return Ok(());
    }
    let active = || scene.known().filter(|pod| pod.is_active());
    // One that is gone in truth may have been found gone when it was to be deleted.
    let surely = || active().filter(|pod| scene.ledger.pod(&pod.uid).is_some());
    let range = |most: usize, least: usize, says: i64| says <= most as i64 && says >= least as i64;
    let (most, least) = (active().count(), surely().count());
    may(range(most, least, status.active), &|| {
        format!(
            "says active {}; the controller knew of {most}: {:?}",
            status.active,
            active().map(|pod| pod.key.to_string()).collect::<Vec<_>>()
        )
    })?;
    let most = active().filter(|pod| pod.is_ready).count();
    let least = surely().filter(|pod| pod.is_ready).count();
    may(range(most, least, status.ready), &|| {
        format!("says ready {}; the controller knew of {most}", status.ready)
    })?;
    let terminating = scene.known().filter(|pod| pod.is_terminating()).count();
    may(status.terminating == terminating as i64, &|| {
        format!(
            "says terminating {}; the controller knew of {terminating}",
            status.terminating
        )
    })
}
