//! Applying a configuration: merge, take away what is no longer wanted, see
//! whom that concerns.
//!
//! Source: structured-merge-diff `merge/update.go` `Updater.Apply`, `prune`.

use serde_json::Value;

use super::{
    Subject,
    compare::compare,
    conflict::Conflict,
    extract::field_set,
    field_set::FieldSet,
    managers::{ManagerId, Managers, Share},
    merge::merge,
    remove::remove,
};
use crate::meta::Time;

/// The object that `live` becomes, and who owns what of it then.
///
/// # Errors
/// Fields of others that would change, unless `force` takes them over.
pub(super) fn apply(
    subject: &Subject,
    live: &Value,
    config: &Value,
    mut managers: Managers,
    id: &ManagerId,
    now: &Time,
    force: bool,
) -> Result<(Value, Managers), Vec<Conflict>> {
    managers.drop_other_versions(&subject.api_version);
    let merged = merge(Some(live), Some(config), subject.shape()).unwrap_or_default();
    let last = managers.get(id).map(|share| share.fields.clone());
    let applied = field_set(config, subject.shape()).recursive_difference(&subject.ignored);
    let share = Share {
        fields: applied.clone(),
        api_version: subject.api_version.clone(),
        time: Some(now.clone()),
    };
    managers.insert(id.clone(), share);
    let merged = match last {
        Some(last) if !last.is_empty() => prune(subject, &merged, &managers, &last),
        _ => merged,
    };

    let comparison = compare(live, &merged, subject.shape()).without(&subject.ignored);
    let said = comparison.said();
    if !force {
        let conflicts = conflicts(&managers, &said, id);
        if !conflicts.is_empty() {
            return Err(conflicts);
        }
    }
    managers.take(&said, Some(id));
    managers.take(&comparison.removed, Some(id));
    let share = Share {
        fields: subject.tracked(&applied),
        api_version: subject.api_version.clone(),
        time: Some(now.clone()),
    };
    managers.insert(id.clone(), share);
    managers.drop_empty();
    Ok((merged, managers))
}

fn conflicts(managers: &Managers, said: &FieldSet, id: &ManagerId) -> Vec<Conflict> {
    let others = managers.iter().filter(|(other, _)| *other != id);
    others
        .flat_map(|(owner, share)| {
            let paths = share.fields.intersection(said).paths();
            paths.into_iter().map(|path| Conflict {
                owner: owner.clone(),
                path,
            })
        })
        .collect()
}

/// Takes away what the manager applied `last` time, does not apply now, and
/// nobody else owns.
///
/// In three steps: without all it applied last; with what is owned, by whom
/// ever; with what it did not apply last either, such as the fields of an
/// element whose keys it owned.
fn prune(subject: &Subject, merged: &Value, managers: &Managers, last: &FieldSet) -> Value {
    let shape = subject.shape();
    let named = |set: FieldSet| set.with_named_fields(shape);
    let fields_of = |value: &Value| named(field_set(value, shape));
    let last = named(last.clone());
    let all = fields_of(merged);

    let without_last = remove(merged, &last, shape);
    let kept = fields_of(&without_last).union(&named(managers.owned()));
    let with_owned = remove(merged, &all.difference(&kept), shape);
    let gone = all.difference(&fields_of(&with_owned));
    remove(merged, &gone.intersection(&last), shape)
}
