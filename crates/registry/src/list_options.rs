//! Which moment a list or a watch asks for, as the query says it.
//!
//! Source: apimachinery `pkg/apis/meta/internalversion/validation/validation.go`
//! (`ValidateListOptions`), apiserver `pkg/storage/etcd3/store.go` `GetList`.

use jobyard_api::{
    Revision, StatusError,
    field::{ErrorList, FieldError, Path},
    status::Reason,
};

use crate::request::ListRequest;

/// The moment a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListAt {
    /// The newest.
    Latest,
    /// Any that was seen; the whole list in one page.
    Any,
    /// That one or a newer.
    NotOlderThan(Revision),
    /// Exactly that one.
    Exactly(Revision),
}

/// Where a watch starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WatchFrom {
    /// All objects as they are, at least as new as that, then what follows.
    State {
        /// How new the state must be.
        not_older_than: Revision,
        /// Whether a bookmark closes the state.
        closing_bookmark: bool,
    },
    /// What follows that revision; `None`: what follows now.
    Changes(Option<Revision>),
}

/// Reads the options of a list.
pub(crate) fn of_list(request: &ListRequest) -> Result<ListAt, StatusError> {
    let mut errors = ErrorList::new();
    match_errors(request, &mut errors);
    if request.send_initial_events.is_some() {
        errors.push(FieldError::forbidden(
            &Path::new("sendInitialEvents"),
            "sendInitialEvents is forbidden for list",
        ));
    }
    refuse(&errors)?;
    let revision = match parse_revision(&request.resource_version) {
        Ok(revision) => revision,
        Err(why) => {
            return Err(StatusError::bad_request(format!(
                "invalid resource version: {why}"
            )));
        }
    };
    let matching = request.resource_version_match.as_str();
    Ok(match revision {
        None => ListAt::Latest,
        Some(Revision(0)) => ListAt::Any,
        Some(revision) if matching == "Exact" => ListAt::Exactly(revision),
        Some(revision) if matching.is_empty() && request.limit > 0 => ListAt::Exactly(revision),
        Some(revision) => ListAt::NotOlderThan(revision),
    })
}

/// Reads the options of a watch.
pub(crate) fn of_watch(request: &ListRequest) -> Result<WatchFrom, StatusError> {
    let mut errors = ErrorList::new();
    let path = Path::new("resourceVersionMatch");
    match (
        request.send_initial_events,
        request.resource_version_match.as_str(),
    ) {
        (None, "") | (Some(_), "NotOlderThan") => {}
        (None, _) => errors.push(FieldError::forbidden(
            &path,
            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
        )),
        (Some(_), _) => errors.push(FieldError::forbidden(
            &path,
            "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
        )),
    }
    refuse(&errors)?;
    let revision = parse_revision(&request.resource_version).map_err(StatusError::untyped)?;
    let from = revision.unwrap_or_default();
    Ok(match request.send_initial_events {
        None if from == Revision(0) => WatchFrom::State {
            not_older_than: from,
            closing_bookmark: request.bookmarks,
        },
        None => WatchFrom::Changes(Some(from)),
        Some(true) => WatchFrom::State {
            not_older_than: from,
            closing_bookmark: request.bookmarks,
        },
        Some(false) => WatchFrom::Changes(revision.filter(|revision| revision.0 > 0)),
    })
}

fn match_errors(request: &ListRequest, errors: &mut ErrorList) {
    let path = Path::new("resourceVersionMatch");
    let matching = request.resource_version_match.as_str();
    if matching.is_empty() {
        return;
    }
    if request.resource_version.is_empty() {
        errors.push(FieldError::forbidden(
            &path,
            "resourceVersionMatch is forbidden unless resourceVersion is provided",
        ));
    }
    if !request.continue_token.is_empty() {
        errors.push(FieldError::forbidden(
            &path,
            "resourceVersionMatch is forbidden when continue is provided",
        ));
    }
    if !matches!(matching, "Exact" | "NotOlderThan") {
        errors.push(FieldError::not_supported(
            &path,
            matching,
            &["Exact", "NotOlderThan", ""],
        ));
    }
    if matching == "Exact" && request.resource_version == "0" {
        errors.push(FieldError::forbidden(
            &path,
            "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"",
        ));
    }
}

fn refuse(errors: &ErrorList) -> Result<(), StatusError> {
    if errors.is_empty() {
        return Ok(());
    }
    Err(StatusError::invalid_kind(
        "meta.k8s.io",
        "ListOptions",
        "",
        errors,
    ))
}

fn parse_revision(text: &str) -> Result<Option<Revision>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(|number| Some(Revision(number)))
        .map_err(|_| {
            format!(
                "resourceVersion: Invalid value: {text:?}: strconv.ParseUint: parsing {text:?}: \
                 invalid syntax"
            )
        })
}

/// 504: nothing that new was written here.
///
/// Source: apiserver `pkg/storage/errors.go` `NewTooLargeResourceVersionError`.
pub(crate) fn too_large(asked: Revision, current: Revision) -> StatusError {
    let mut error = StatusError::new(
        Reason::Timeout,
        format!("Timeout: Too large resource version: {asked}, current: {current}"),
    )
    .with_cause(
        "ResourceVersionTooLarge",
        "Too large resource version",
        None,
    );
    error.0.details.get_or_insert_default().retry_after_seconds = Some(1);
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(version: &str, matching: &str) -> ListRequest {
        ListRequest {
            resource_version: version.to_owned(),
            resource_version_match: matching.to_owned(),
            ..ListRequest::default()
        }
    }

    fn limited(version: &str) -> ListRequest {
        ListRequest {
            limit: 5,
            ..asks(version, "")
        }
    }

    #[test]
    fn the_moment_of_a_list() {
        let cases = [
            (asks("", ""), ListAt::Latest),
            (asks("0", ""), ListAt::Any),
            (asks("0", "NotOlderThan"), ListAt::Any),
            (limited("0"), ListAt::Any),
            (asks("7", ""), ListAt::NotOlderThan(Revision(7))),
            (limited("7"), ListAt::Exactly(Revision(7))),
            (asks("7", "NotOlderThan"), ListAt::NotOlderThan(Revision(7))),
            (asks("7", "Exact"), ListAt::Exactly(Revision(7))),
        ];
        for (request, expected) in cases {
            assert_eq!(of_list(&request).unwrap(), expected, "{request:?}");
        }
    }

    #[test]
    fn lists_that_are_refused() {
        let cases = [
            (
                asks("abc", ""),
                400,
                "invalid resource version: resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": invalid syntax",
            ),
            (
                asks("", "Exact"),
                422,
                "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
            ),
            (
                asks("1", "x"),
                422,
                "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Unsupported value: \"x\": supported values: \"Exact\", \"NotOlderThan\", \"\"",
            ),
            (
                asks("0", "Exact"),
                422,
                "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"",
            ),
        ];
        for (request, code, message) in cases {
            let error = of_list(&request).unwrap_err();
            assert_eq!((error.code(), error.message()), (code, message));
        }
    }

    #[test]
    fn where_a_watch_starts() {
        let state = |closing_bookmark| WatchFrom::State {
            not_older_than: Revision(0),
            closing_bookmark,
        };
        let streaming = ListRequest {
            send_initial_events: Some(true),
            bookmarks: true,
            ..asks("", "NotOlderThan")
        };
        let live = ListRequest {
            send_initial_events: Some(false),
            ..asks("", "NotOlderThan")
        };
        let cases = [
            (asks("", ""), state(false)),
            (asks("0", ""), state(false)),
            (asks("7", ""), WatchFrom::Changes(Some(Revision(7)))),
            (streaming, state(true)),
            (live, WatchFrom::Changes(None)),
        ];
        for (request, expected) in cases {
            assert_eq!(of_watch(&request).unwrap(), expected, "{request:?}");
        }
    }
}
