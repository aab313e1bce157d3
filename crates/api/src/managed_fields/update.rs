//! Who owns what after an ordinary write.
//!
//! Whoever creates, updates or patches owns what it said anew; all others lose
//! that, and what is gone. Nobody's time changes unless it said something.
//!
//! Source: structured-merge-diff `merge/update.go` `Updater.Update`, apimachinery
//! `pkg/util/managedfields/internal/managedfieldsupdater.go`.

use serde_json::Value;

use super::{
    Subject,
    compare::compare,
    managers::{ManagerId, Managers, Share},
};
use crate::meta::Time;

/// Gives what differs between `live` and `new` to the manager.
pub(super) fn update(
    subject: &Subject,
    live: &Value,
    new: &Value,
    managers: &mut Managers,
    id: ManagerId,
    now: Time,
) {
    managers.drop_other_versions(&subject.api_version);
    let comparison = compare(live, new, subject.shape()).without(&subject.ignored);
    let said = comparison.said();
    managers.take(&said, None);
    managers.take(&comparison.removed, None);
    let said = said.difference(&comparison.removed);
    let mut own = subject.tracked(&said);
    if !own.is_empty() {
        if let Some(before) = managers.get(&id) {
            own = own.union(&before.fields);
        }
        let share = Share {
            fields: own,
            api_version: subject.api_version.clone(),
            time: Some(now),
        };
        managers.insert(id, share);
    }
    managers.drop_empty();
    managers.put_ancient_together();
}
