//! How often each kind of request was sent, and what was answered.
//!
//! For `/metrics` (upstream's `rest_client_requests_total`), for the bench, and
//! for the test that holds us to upstream's number of API calls a Pod. Every
//! request on the wire counts, those that were tried again included.

use std::{collections::BTreeMap, fmt};

use parking_lot::Mutex;

/// What a request asks of a resource, in the words of RBAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verb {
    /// GET of one object.
    Get,
    /// GET of a collection, or of one page of it.
    List,
    /// GET of a collection as a stream.
    Watch,
    /// POST.
    Create,
    /// PUT.
    Update,
    /// PATCH.
    Patch,
    /// DELETE of one object.
    Delete,
}

impl Verb {
    /// The verb as RBAC and metrics write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    /// The method on the wire.
    pub fn method(self) -> http::Method {
        match self {
            Self::Get | Self::List | Self::Watch => http::Method::GET,
            Self::Create => http::Method::POST,
            Self::Update => http::Method::PUT,
            Self::Patch => http::Method::PATCH,
            Self::Delete => http::Method::DELETE,
        }
    }

    /// Whether the request may change something, so that a lost answer leaves it open.
    pub(crate) fn writes(self) -> bool {
        match self {
            Self::Get | Self::List | Self::Watch => false,
            Self::Create | Self::Update | Self::Patch | Self::Delete => true,
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestKind {
    /// What was asked.
    pub verb: Verb,
    /// The plural, such as `pods`; `version` and `discovery` for what is no resource.
    pub resource: &'static str,
    /// `status`, `binding`, or empty.
    pub subresource: &'static str,
    /// The HTTP status of the answer; `None` when there was none.
    pub code: Option<u16>,
}

/// The counts at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestCounts(pub BTreeMap<RequestKind, u64>);

impl RequestCounts {
    /// Requests of this verb on this resource, whatever was answered.
    /// A subresource is written as RBAC does: `jobs/status`.
    pub fn of(&self, verb: Verb, resource: &str) -> u64 {
        let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
        let same = |kind: &RequestKind| {
            kind.verb == verb && kind.resource == resource && kind.subresource == subresource
        };
        let counts = self.0.iter().filter(|(kind, _)| same(kind));
        counts.map(|(_, count)| count).sum()
    }

    /// All requests.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }
}

/// Counts as requests are made. The lock is held for one addition.
#[derive(Debug, Default)]
pub(crate) struct Counter(Mutex<RequestCounts>);

impl Counter {
    pub(crate) fn count(&self, kind: RequestKind) {
        *self.0.lock().0.entry(kind).or_default() += 1;
    }

    pub(crate) fn snapshot(&self) -> RequestCounts {
        self.0.lock().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_summed_over_the_answers_of_one_verb_and_subresource() {
        let counter = Counter::default();
        let kind = |verb, subresource, code| RequestKind {
            verb,
            resource: "jobs",
            subresource,
            code,
        };
        counter.count(kind(Verb::Update, "status", Some(200)));
        counter.count(kind(Verb::Update, "status", Some(409)));
        counter.count(kind(Verb::Update, "", None));
        counter.count(kind(Verb::Get, "status", Some(200)));
        let counts = counter.snapshot();
        assert_eq!(counts.of(Verb::Update, "jobs/status"), 2);
        assert_eq!(counts.of(Verb::Update, "jobs"), 1);
        assert_eq!(counts.of(Verb::Update, "pods"), 0);
        assert_eq!(counts.total(), 4);
    }
}
