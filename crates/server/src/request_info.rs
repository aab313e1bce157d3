//! What a URL asks for, before any object is looked at.
//!
//! Source: apiserver `pkg/endpoints/request/requestinfo.go`, and the routes that
//! `pkg/endpoints/installer.go` makes.

use percent_encoding::percent_decode_str;

/// The place a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/version`
    Version,
    /// `/healthz`, `/livez`, `/readyz`, with the name of a single check or empty.
    Health {
        /// The first segment.
        endpoint: &'static str,
        /// The check asked for; empty for all.
        check: String,
    },
    /// `/metrics`
    Metrics,
    /// `/api`
    CoreVersions,
    /// `/apis`
    Groups,
    /// `/apis/batch`
    Group(String),
    /// `/api/v1`, `/apis/batch/v1`
    GroupVersion {
        /// Empty for the core group.
        group: String,
        /// Such as `v1`.
        version: String,
    },
    /// `/openapi/v3`
    OpenApiRoot,
    /// `/openapi/v3/apis/batch/v1`, without the first two segments.
    OpenApiDocument(String),
    /// Below a group and version.
    Resource(ResourcePath),
    /// Nothing is here.
    Nowhere,
}

/// An object, a collection or a part of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ResourcePath {
    /// Empty for the core group.
    pub(crate) group: String,
    /// Such as `v1`.
    pub(crate) version: String,
    /// `None` for the path over all namespaces, and for kinds without namespaces.
    pub(crate) namespace: Option<String>,
    /// The plural, such as `jobs`.
    pub(crate) resource: String,
    /// `None`: the collection.
    pub(crate) name: Option<String>,
    /// Such as `status`.
    pub(crate) subresource: Option<String>,
    /// Whether the path is a deprecated `/watch/` path.
    pub(crate) is_watch_path: bool,
}

impl Route {
    /// Reads a path as it stood in the request line.
    pub(crate) fn of(path: &str) -> Self {
        let Some(rest) = path.strip_prefix('/') else {
            return Self::Nowhere;
        };
        // A trailing slash is accepted: Python's clients send it for discovery.
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let mut segments = Vec::new();
        for segment in rest.split('/') {
            match percent_decode_str(segment).decode_utf8() {
                Ok(text) if !text.is_empty() => segments.push(text.into_owned()),
                _ => return Self::Nowhere,
            }
        }
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match segments.as_slice() {
            ["version"] => Self::Version,
            ["metrics"] => Self::Metrics,
            ["healthz", check @ ..] => Self::health("healthz", check),
            ["livez", check @ ..] => Self::health("livez", check),
            ["readyz", check @ ..] => Self::health("readyz", check),
            ["openapi", "v3"] => Self::OpenApiRoot,
            ["openapi", "v3", document @ ..] => Self::OpenApiDocument(document.join("/")),
            ["api"] => Self::CoreVersions,
            ["apis"] => Self::Groups,
            ["apis", group] => Self::Group((*group).to_owned()),
            ["api", version] => Self::group_version("", version),
            ["apis", group, version] => Self::group_version(group, version),
            ["api", version, rest @ ..] => Self::resource("", version, rest),
            ["apis", group, version, rest @ ..] => Self::resource(group, version, rest),
            _ => Self::Nowhere,
        }
    }

    fn health(endpoint: &'static str, check: &[&str]) -> Self {
        Self::Health {
            endpoint,
            check: check.join("/"),
        }
    }

    fn group_version(group: &str, version: &str) -> Self {
        Self::GroupVersion {
            group: group.to_owned(),
            version: version.to_owned(),
        }
    }

    fn resource(group: &str, version: &str, rest: &[&str]) -> Self {
        let (is_watch_path, rest) = match rest {
            ["watch", rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let owned = |text: &str| Some(text.to_owned());
        let mut path = ResourcePath {
            group: group.to_owned(),
            version: version.to_owned(),
            is_watch_path,
            ..ResourcePath::default()
        };
        let rest = match rest {
            // Of what may follow a namespace, only these are parts of the namespace itself.
            ["namespaces", _] | ["namespaces", _, "status" | "finalize"] => rest,
            ["namespaces", namespace, rest @ ..] => {
                path.namespace = owned(namespace);
                rest
            }
            rest => rest,
        };
        match rest {
            [resource] => (*resource).clone_into(&mut path.resource),
            [resource, name] => {
                (*resource).clone_into(&mut path.resource);
                path.name = owned(name);
            }
            [resource, name, subresource] => {
                (*resource).clone_into(&mut path.resource);
                path.name = owned(name);
                path.subresource = owned(subresource);
            }
            // Deeper paths (proxies) are not served; the resource stays empty, which no kind has.
            _ => {}
        }
        Self::Resource(path)
    }

    /// Whether anybody may ask, also without a certificate.
    ///
    /// Source: the default role `system:public-info-viewer`.
    pub(crate) fn is_public(&self) -> bool {
        matches!(self, Self::Version | Self::Health { .. })
    }

    /// Whether it tells which kinds there are.
    ///
    /// Source: the default role `system:discovery`.
    pub(crate) fn is_discovery(&self) -> bool {
        matches!(
            self,
            Self::CoreVersions
                | Self::Groups
                | Self::Group(_)
                | Self::GroupVersion { .. }
                | Self::OpenApiRoot
                | Self::OpenApiDocument(_)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(path: &str) -> ResourcePath {
        match Route::of(path) {
            Route::Resource(found) => found,
            other => panic!("{path} leads to {other:?}"),
        }
    }

    #[test]
    fn trailing_slashes_lead_to_the_same_place() {
        for (path, route) in [
            ("/version/", Route::Version),
            ("/api/", Route::CoreVersions),
            ("/apis/", Route::Groups),
            ("/apis/batch/", Route::Group("batch".to_owned())),
            ("/apis/batch/v1/", Route::group_version("batch", "v1")),
            ("/api/v1/", Route::group_version("", "v1")),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
    }

    #[test]
    fn doubled_slashes_and_unknown_paths_lead_nowhere() {
        for path in [
            "",
            "/",
            "//version",
            "/apis//v1/jobs",
            "/index.html",
            "/openapi/v2",
            "/%ff",
        ] {
            assert_eq!(Route::of(path), Route::Nowhere, "{path}");
        }
    }

    #[test]
    fn the_segment_after_a_namespace_is_a_resource() {
        let found = resource("/apis/batch/v1/namespaces/team/jobs/pi/status");
        assert_eq!(
            found,
            ResourcePath {
                group: "batch".to_owned(),
                version: "v1".to_owned(),
                namespace: Some("team".to_owned()),
                resource: "jobs".to_owned(),
                name: Some("pi".to_owned()),
                subresource: Some("status".to_owned()),
                is_watch_path: false,
            }
        );
        let all = resource("/apis/batch/v1/jobs");
        assert_eq!((all.namespace, all.name), (None, None));
    }

    #[test]
    fn status_and_finalize_belong_to_the_namespace() {
        let own = resource("/api/v1/namespaces/team");
        assert_eq!(
            (own.resource.as_str(), own.name.as_deref()),
            ("namespaces", Some("team"))
        );
        let status = resource("/api/v1/namespaces/team/status");
        assert_eq!(status.subresource.as_deref(), Some("status"));
        assert_eq!(status.namespace, None);
        let pods = resource("/api/v1/namespaces/team/pods");
        assert_eq!((pods.resource.as_str(), pods.name), ("pods", None));
        assert_eq!(pods.namespace.as_deref(), Some("team"));
    }

    #[test]
    fn deprecated_watch_paths_name_the_same_objects() {
        let found = resource("/api/v1/watch/namespaces/team/pods/p");
        assert!(found.is_watch_path);
        assert_eq!(found.namespace.as_deref(), Some("team"));
        assert_eq!(found.name.as_deref(), Some("p"));
    }

    #[test]
    fn only_health_and_version_are_public() {
        for path in ["/version", "/healthz", "/livez/ping", "/readyz"] {
            assert!(Route::of(path).is_public(), "{path}");
        }
        for path in [
            "/api",
            "/apis",
            "/metrics",
            "/openapi/v3",
            "/api/v1/pods",
            "/nowhere",
        ] {
            assert!(!Route::of(path).is_public(), "{path}");
        }
    }
}
