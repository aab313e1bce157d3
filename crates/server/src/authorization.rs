//! Who may do what. There are no roles to be granted yet, only the built-in ones
//! that need no binding: members of `system:masters` may do everything, other
//! known users may look at discovery, and everybody at health and version.
//!
//! Source: upstream `plugin/pkg/auth/authorizer/rbac/bootstrappolicy` (the roles
//! `system:discovery`, `system:public-info-viewer`), `apierrors.NewForbidden`.

use jobyard_api::{StatusError, status::Reason};
use jobyard_registry::request::User;

use crate::{authentication, request_info::ResourcePath, request_info::Route};

/// The group whose members may do everything.
const MASTERS: &str = "system:masters";

/// Whether the user may do this.
///
/// `verb` is the verb of Kubernetes; `path` is the path of the URL.
///
/// # Errors
/// 401 when nobody in particular asks; 403 in the words of RBAC.
pub(crate) fn authorize(
    user: Option<&User>,
    verb: &str,
    route: &Route,
    path: &str,
) -> Result<(), StatusError> {
    if route.is_public() {
        return Ok(());
    }
    let user = user.ok_or_else(authentication::unauthorized)?;
    if is_master(user) || (route.is_discovery() && verb == "get") {
        return Ok(());
    }
    Err(match route {
        Route::Resource(path) => forbidden_resource(user, verb, path),
        _ => forbidden_path(user, verb, path),
    })
}

/// Whether the user may make requests in the place of the user `name`.
pub(crate) fn may_impersonate(user: &User, name: &str) -> Result<(), StatusError> {
    if is_master(user) {
        return Ok(());
    }
    let users = ResourcePath {
        resource: "users".to_owned(),
        name: Some(name.to_owned()),
        ..ResourcePath::default()
    };
    Err(forbidden_resource(user, "impersonate", &users))
}

fn is_master(user: &User) -> bool {
    user.groups.iter().any(|group| group == MASTERS)
}

fn forbidden_resource(user: &User, verb: &str, path: &ResourcePath) -> StatusError {
    let (group, resource) = (&path.group, &path.resource);
    let qualified = if group.is_empty() {
        resource.clone()
    } else {
        format!("{resource}.{group}")
    };
    let name = path.name.as_deref().unwrap_or("");
    let object = if name.is_empty() {
        qualified
    } else {
        format!("{qualified} {name:?}")
    };
    let what = match &path.subresource {
        Some(subresource) => format!("{resource}/{subresource}"),
        None => resource.clone(),
    };
    let scope = match &path.namespace {
        Some(namespace) => format!("in the namespace {namespace:?}"),
        None => "at the cluster scope".to_owned(),
    };
    let message = format!(
        "{object} is forbidden: User {} cannot {verb} resource {what:?} in API group {group:?} {scope}",
        quoted(&user.name)
    );
    StatusError::new(Reason::Forbidden, message).about(group, resource, name)
}

fn forbidden_path(user: &User, verb: &str, path: &str) -> StatusError {
    let user = quoted(&user.name);
    let message = format!("forbidden: User {user} cannot {verb} path {}", quoted(path));
    StatusError::new(Reason::Forbidden, message).about("", "", "")
}

/// What a client chose itself may end up on a page: no markup gets through.
fn quoted(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    format!("{text:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(groups: &[&str], verb: &str, path: &str) -> Result<(), (u16, String)> {
        let user = User {
            name: "u".to_owned(),
            groups: groups.iter().map(|&group| group.to_owned()).collect(),
        };
        let route = Route::of(path);
        let answer = authorize(Some(&user), verb, &route, path);
        answer.map_err(|error| (error.code(), error.message().to_owned()))
    }

    #[test]
    fn masters_may_do_everything() {
        let masters = &["system:authenticated", "system:masters"];
        for path in ["/apis/batch/v1/jobs", "/metrics", "/nope"] {
            assert_eq!(asked(masters, "delete", path), Ok(()), "{path}");
        }
    }

    #[test]
    fn others_may_find_out_what_there_is() {
        for path in [
            "/api",
            "/apis",
            "/apis/batch",
            "/apis/batch/v1",
            "/openapi/v3",
            "/version",
        ] {
            assert_eq!(asked(&[], "get", path), Ok(()), "{path}");
        }
    }

    #[test]
    fn others_are_refused_in_the_words_of_rbac() {
        for (verb, path, message) in [
            (
                "list",
                "/api/v1/namespaces/ns/pods",
                r#"pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "ns""#,
            ),
            (
                "get",
                "/api/v1/namespaces/ns/pods/p/log",
                r#"pods "p" is forbidden: User "u" cannot get resource "pods/log" in API group "" in the namespace "ns""#,
            ),
            (
                "watch",
                "/apis/batch/v1/jobs",
                r#"jobs.batch is forbidden: User "u" cannot watch resource "jobs" in API group "batch" at the cluster scope"#,
            ),
            (
                "get",
                "/metrics",
                r#"forbidden: User "u" cannot get path "/metrics""#,
            ),
            (
                "get",
                "/<b>",
                r#"forbidden: User "u" cannot get path "/&lt;b&gt;""#,
            ),
        ] {
            assert_eq!(asked(&[], verb, path), Err((403, message.to_owned())));
        }
    }

    #[test]
    fn nobody_in_particular_must_say_who_they_are() {
        let api = Route::of("/api");
        let error = authorize(None, "get", &api, "/api").expect_err("refused");
        assert_eq!(error.code(), 401);
        assert!(authorize(None, "get", &Route::of("/livez"), "/livez").is_ok());
    }
}
