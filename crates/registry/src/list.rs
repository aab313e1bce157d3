//! Lists for clients: selected, in pages, at the moment asked for.
//!
//! All pages of a list show the moment of the first. Its objects are held for
//! five minutes, those of the sixteen newest paged lists; after that they are
//! looked for in the history, and if that does not reach back the client is told
//! to start again, with a token that goes on in the newest state if it prefers.
//!
//! Source: apiserver `pkg/storage/etcd3/store.go` `GetList`,
//! `pkg/storage/continue.go`, `pkg/storage/etcd3/errors.go`.

use std::{collections::VecDeque, sync::Arc};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use jobyard_api::{Object, ObjectKey, Revision, StatusError, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    filter::Filter,
    kind::{Kind, in_namespace},
    list_options::{self, ListAt, too_large},
    request::{Context, List, ListRequest},
    table::Objects,
    version::Version,
};

/// For how long the moment of a paged list is held; etcd keeps five minutes, too.
const SNAPSHOT_AGE_MAX: SignedDuration = SignedDuration::from_mins(5);
/// How many moments are held. Each holds the versions that were replaced since.
const SNAPSHOTS_MAX: usize = 16;

/// The moments of the paged lists of one kind.
pub(crate) struct Snapshots<K>(VecDeque<Snapshot<K>>);

struct Snapshot<K> {
    revision: Revision,
    taken: Timestamp,
    objects: Objects<K>,
}

impl<K> Default for Snapshots<K> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<K> Snapshots<K> {
    /// Lets go of moments that were held long enough.
    pub(crate) fn forget_old(&mut self, now: Timestamp) {
        self.0
            .retain(|one| now.duration_since(one.taken) < SNAPSHOT_AGE_MAX);
    }

    fn find(&mut self, revision: Revision, now: Timestamp) -> Option<Objects<K>> {
        self.forget_old(now);
        let found = self.0.iter().find(|one| one.revision == revision);
        found.map(|one| one.objects.clone())
    }

    fn keep(&mut self, revision: Revision, objects: &Objects<K>, now: Timestamp) {
        self.forget_old(now);
        if self.0.iter().any(|one| one.revision == revision) {
            return;
        }
        if self.0.len() == SNAPSHOTS_MAX {
            self.0.pop_front();
        }
        self.0.push_back(Snapshot {
            revision,
            taken: now,
            objects: objects.clone(),
        });
    }
}

/// The selected versions of a page.
pub(crate) struct Page<K> {
    pub(crate) versions: Vec<Arc<Version<K>>>,
    pub(crate) revision: Revision,
    continue_token: String,
    remaining: Option<usize>,
}

impl<K: Object> Page<K> {
    /// As the server passes it on.
    pub(crate) fn into_list(self) -> List {
        List {
            items: self.versions.iter().map(|one| one.stored()).collect(),
            revision: self.revision,
            continue_token: self.continue_token,
            remaining: self.remaining,
        }
    }
}

impl<K: Object> Kind<K> {
    /// A list as the server answers with it.
    pub(crate) fn list_page(
        &self,
        cx: &Context,
        request: &ListRequest,
    ) -> Result<List, StatusError> {
        Ok(self.page(cx, request)?.into_list())
    }

    pub(crate) fn page(&self, cx: &Context, request: &ListRequest) -> Result<Page<K>, StatusError> {
        let filter = Filter::parse::<K>(request)?;
        let at = list_options::of_list(request)?;
        if request.continue_token.is_empty() {
            let (objects, revision) = self.objects_at(at, cx.now)?;
            let limit = if at == ListAt::Any { 0 } else { request.limit };
            let moment = Moment {
                objects,
                revision,
                left: None,
            };
            return Ok(self.cut(cx, &filter, &moment, None, limit));
        }
        if !matches!(at, ListAt::Latest | ListAt::Any) {
            return Err(StatusError::bad_request(
                "specifying resource version is not allowed when using continue",
            ));
        }
        let token = Token::read(&request.continue_token)?;
        let after = token.after(filter.namespace.as_deref())?;
        let moment = if token.rv == -1 {
            let (objects, revision) = self.now();
            Moment {
                objects,
                revision,
                left: None,
            }
        } else {
            let revision = Revision(token.rv.cast_unsigned());
            let objects = self.snapshot(revision, cx.now);
            Moment {
                objects: objects.ok_or_else(|| expired_continue(&token))?,
                revision,
                left: token.left,
            }
        };
        Ok(self.cut(cx, &filter, &moment, Some(&after), request.limit))
    }

    fn objects_at(
        &self,
        at: ListAt,
        now: Timestamp,
    ) -> Result<(Objects<K>, Revision), StatusError> {
        let (objects, newest) = self.now();
        match at {
            ListAt::NotOlderThan(asked) | ListAt::Exactly(asked) if asked > newest => {
                Err(too_large(asked, newest))
            }
            ListAt::Latest | ListAt::Any | ListAt::NotOlderThan(_) => Ok((objects, newest)),
            ListAt::Exactly(asked) => {
                let objects = self.snapshot(asked, now).ok_or_else(|| {
                    StatusError::expired("The resourceVersion for the provided list is too old.")
                })?;
                Ok((objects, asked))
            }
        }
    }

    /// All objects now, and the revision that this is.
    pub(crate) fn now(&self) -> (Objects<K>, Revision) {
        let table = self.shelf.table.read();
        // What was published before this lock was taken is in the table.
        let revision = table.newest().max(self.yard.revision());
        (table.objects().clone(), revision)
    }

    fn snapshot(&self, revision: Revision, now: Timestamp) -> Option<Objects<K>> {
        let held = self.shelf.snapshots.lock().find(revision, now);
        held.or_else(|| self.shelf.table.read().objects_at(revision))
    }

    /// One page of what the filter takes, beginning behind the key `after`.
    fn cut(
        &self,
        cx: &Context,
        filter: &Filter,
        moment: &Moment<K>,
        after: Option<&ObjectKey>,
        limit: usize,
    ) -> Page<K> {
        let rules = &self.shelf.rules;
        let mut candidates = candidates(filter, &moment.objects, after);
        let mut matching = candidates
            .by_ref()
            .filter(|version| filter.matches(version, rules));
        let limit = if limit == 0 { usize::MAX } else { limit };
        let versions: Vec<_> = matching.by_ref().take(limit).cloned().collect();
        let there_is_more = matching.next().is_some();
        let mut page = Page {
            versions,
            revision: moment.revision,
            continue_token: String::new(),
            remaining: None,
        };
        if let Some(last) = page.versions.last()
            && there_is_more
        {
            let given = page.versions.len();
            let takes_all = filter.namespace.is_none() && filter.name.is_none();
            let left = || match (moment.left, after) {
                (Some(left), _) => left.saturating_sub(given),
                (None, None) if takes_all => moment.objects.len() - given,
                (None, _) => 1 + candidates.count(),
            };
            page.remaining = filter.has_no_selector().then(left);
            page.continue_token = Token::behind(
                &last.key,
                filter.namespace.as_deref(),
                moment.revision,
                page.remaining,
            );
            let mut snapshots = self.shelf.snapshots.lock();
            snapshots.keep(moment.revision, &moment.objects, cx.now);
        }
        page
    }
}

/// What all pages of a list show.
struct Moment<K> {
    objects: Objects<K>,
    revision: Revision,
    /// How many of the list are left, if somebody has counted.
    left: Option<usize>,
}

/// The objects in the namespace of the filter, behind `after`.
fn candidates<'a, K: Object>(
    filter: &'a Filter,
    objects: &'a Objects<K>,
    after: Option<&'a ObjectKey>,
) -> Box<dyn Iterator<Item = &'a Arc<Version<K>>> + 'a> {
    if let Some(name) = &filter.name
        && (filter.namespace.is_some() || !K::RESOURCE.namespaced)
    {
        let key = ObjectKey::new(filter.namespace.as_deref().unwrap_or(""), name);
        let found = objects.get(&key);
        return Box::new(
            found
                .into_iter()
                .filter(move |one| after.is_none_or(|after| *one.key > *after)),
        );
    }
    let behind = move |version: &&Arc<Version<K>>| after.is_none_or(|after| *version.key > *after);
    match (&filter.namespace, after) {
        (Some(namespace), None) => Box::new(in_namespace(objects, namespace)),
        (Some(namespace), Some(after)) => {
            let rest = objects.range::<_, ObjectKey>(after..).map(|(_, one)| one);
            Box::new(
                rest.take_while(move |one| *one.key.namespace == **namespace)
                    .filter(behind),
            )
        }
        (None, None) => Box::new(objects.values()),
        (None, Some(after)) => {
            let rest = objects.range::<_, ObjectKey>(after..).map(|(_, one)| one);
            Box::new(rest.filter(behind))
        }
    }
}

/// How a list goes on: opaque to clients, upstream's form nevertheless.
#[derive(Debug, Serialize, Deserialize)]
struct Token {
    v: String,
    rv: i64,
    start: String,
    /// How many are left, so that only the first page counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left: Option<usize>,
}

impl Token {
    const VERSION: &str = "meta.k8s.io/v1";

    fn behind(
        key: &ObjectKey,
        namespace: Option<&str>,
        revision: Revision,
        left: Option<usize>,
    ) -> String {
        let start = if namespace.is_some() || key.namespace.is_empty() {
            format!("/{}\0", key.name)
        } else {
            format!("/{}/{}\0", key.namespace, key.name)
        };
        Self {
            v: Self::VERSION.to_owned(),
            rv: revision.0.cast_signed(),
            start,
            left,
        }
        .text()
    }

    fn text(&self) -> String {
        let json = serde_json::to_vec(self).expect("strings and a number are valid JSON");
        BASE64_URL_SAFE_NO_PAD.encode(json)
    }

    fn read(text: &str) -> Result<Self, StatusError> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|why| invalid_token(&why))?;
        let token: Self = serde_json::from_slice(&bytes).map_err(|why| invalid_token(&why))?;
        if token.v != Self::VERSION {
            let why = format!(
                "server does not recognize this encoded version {:?}",
                token.v
            );
            return Err(invalid_token(&why));
        }
        if token.rv == 0 || token.rv < -1 {
            return Err(invalid_token(
                &"incorrect encoded start resourceVersion (version meta.k8s.io/v1)",
            ));
        }
        Ok(token)
    }

    /// The key behind which the list goes on.
    fn after(&self, namespace: Option<&str>) -> Result<ObjectKey, StatusError> {
        let start = self.start.strip_prefix('/').unwrap_or(&self.start);
        let start = start.strip_suffix('\0').unwrap_or(start);
        if start.is_empty() || start.split('/').any(|part| part == "..") {
            return Err(invalid_token(&format!("{:?}", self.start)));
        }
        Ok(match (namespace, start.split_once('/')) {
            (Some(namespace), _) => ObjectKey::new(namespace, start),
            (None, Some((namespace, name))) => ObjectKey::new(namespace, name),
            (None, None) => ObjectKey::new("", start),
        })
    }
}

fn invalid_token(why: &dyn std::fmt::Display) -> StatusError {
    StatusError::bad_request(format!(
        "invalid continue token: continue key is not valid: {why}"
    ))
}

/// 410, with a token that goes on in the newest state.
fn expired_continue(token: &Token) -> StatusError {
    let mut error = StatusError::expired(
        "The provided continue parameter is too old to display a consistent list result. You can \
         start a new list without the continue parameter, or use the continue token in this \
         response to retrieve the remainder of the results. Continuing with the provided token \
         results in an inconsistent list - objects that were created, modified, or deleted \
         between the time the first chunk was returned and now may show up in the list.",
    );
    let inconsistent = Token {
        v: token.v.clone(),
        rv: -1,
        start: token.start.clone(),
        left: None,
    };
    error.0.metadata.continue_ = Some(inconsistent.text());
    error
}
