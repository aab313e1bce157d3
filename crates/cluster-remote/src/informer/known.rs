//! Which objects, in which versions, the cache shows.
//!
//! A view need not know its uid and version; a list after a gap must, to become
//! the changes since: who is gone, who came, who was replaced under its name.

use std::collections::{BTreeSet, HashMap};

use jobyard_api::{ObjectKey, Revision, Uid};

use super::wire::Identity;

/// Uid and version of each object in the cache: some 150 bytes each.
#[derive(Debug, Default)]
pub(super) struct Known {
    objects: HashMap<ObjectKey, (Uid, Revision)>,
}

/// What a version is to the cache.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum News {
    /// Shown already.
    Same,
    /// The object is new, or a new version of the one shown.
    Newer,
    /// Another object of this name is shown, with this uid: it is gone.
    Replaced(Uid),
}

impl Known {
    /// Takes a version in.
    pub(super) fn put(&mut self, identity: Identity) -> News {
        let Identity { key, uid, revision } = identity;
        match self.objects.insert(key, (uid.clone(), revision)) {
            Some((old, _)) if old != uid => News::Replaced(old),
            Some((_, old)) if old == revision => News::Same,
            Some(_) | None => News::Newer,
        }
    }

    /// Forgets an object, and gives its uid.
    pub(super) fn remove(&mut self, key: &ObjectKey) -> Option<Uid> {
        self.objects.remove(key).map(|(uid, _)| uid)
    }

    /// All keys: those that a list does not name are gone. In the order of lists.
    pub(super) fn keys(&self) -> BTreeSet<ObjectKey> {
        self.objects.keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(uid: &str, revision: u64) -> Identity {
        Identity {
            key: ObjectKey::new("n", "a"),
            uid: Uid::from(uid),
            revision: Revision(revision),
        }
    }

    #[test]
    fn a_version_is_new_once_and_another_uid_is_another_object() {
        let mut known = Known::default();
        assert_eq!(known.put(version("u", 1)), News::Newer);
        assert_eq!(known.put(version("u", 1)), News::Same);
        assert_eq!(known.put(version("u", 2)), News::Newer);
        let replaced = known.put(version("v", 3));
        assert_eq!(replaced, News::Replaced(Uid::from("u")));
        let key = ObjectKey::new("n", "a");
        assert_eq!(known.remove(&key), Some(Uid::from("v")));
        assert_eq!(known.remove(&key), None);
        assert_eq!(known.put(version("v", 3)), News::Newer);
    }
}
