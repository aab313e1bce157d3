//! The URL of a collection, an object or a subresource.
//!
//! Source: the page "Kubernetes API Concepts", "Resource URIs".

use form_urlencoded::Serializer;
use jobyard_api::{ObjectKey, resource::ResourceInfo};
use jobyard_cluster::Selection;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands as it is in a path segment (RFC 3986, "unreserved"). Names are
/// DNS names and need nothing else; what is not one must not change the path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// `/apis/batch/v1/namespaces/NS/jobs`; over all namespaces if `namespace` is empty.
pub(crate) fn collection(info: &ResourceInfo, namespace: &str) -> String {
    let mut path = if info.group.is_empty() {
        format!("/api/{}", info.version)
    } else {
        format!("/apis/{}/{}", info.group, info.version)
    };
    if info.namespaced && !namespace.is_empty() {
        path.push_str("/namespaces/");
        path.extend(utf8_percent_encode(namespace, SEGMENT));
    }
    path.push('/');
    path.push_str(info.plural);
    path
}

/// The path of the object, or of a subresource of it if that is not empty.
pub(crate) fn object(info: &ResourceInfo, key: &ObjectKey, subresource: &str) -> String {
    let mut path = collection(info, &key.namespace);
    path.push('/');
    path.extend(utf8_percent_encode(&key.name, SEGMENT));
    if !subresource.is_empty() {
        path.push('/');
        path.push_str(subresource);
    }
    path
}

/// A question about a collection: its selection, and what a list or a watch adds.
pub(crate) fn query(info: &ResourceInfo, selection: &Selection, more: &[(&str, &str)]) -> String {
    let mut fields = Vec::new();
    if let Some(name) = &selection.name {
        fields.push(format!("metadata.name={name}"));
    }
    if let Some(node) = &selection.node_name {
        fields.push(format!("spec.nodeName={node}"));
    }
    let mut query = Serializer::new(String::new());
    if !fields.is_empty() {
        query.append_pair("fieldSelector", &fields.join(","));
    }
    query.extend_pairs(more);
    let namespace = selection.namespace.as_deref().unwrap_or("");
    format!("{}?{}", collection(info, namespace), query.finish())
}

#[cfg(test)]
mod tests {
    use jobyard_api::resource::{JOB, NODE, POD};

    use super::*;

    #[test]
    fn paths_are_those_of_the_api() {
        assert_eq!(collection(&POD, ""), "/api/v1/pods");
        assert_eq!(collection(&JOB, "a"), "/apis/batch/v1/namespaces/a/jobs");
        let key = ObjectKey::new("a", "b");
        assert_eq!(
            object(&JOB, &key, "status"),
            "/apis/batch/v1/namespaces/a/jobs/b/status"
        );
        assert_eq!(object(&NODE, &key, ""), "/api/v1/nodes/b");
    }

    #[test]
    fn a_name_that_is_none_cannot_leave_its_segment() {
        let key = ObjectKey::new("a/b", "../c?d");
        assert_eq!(
            object(&POD, &key, ""),
            "/api/v1/namespaces/a%2Fb/pods/..%2Fc%3Fd"
        );
    }

    #[test]
    fn selections_become_field_selectors() {
        let selection = Selection {
            namespace: Some("ns".into()),
            node_name: Some("here".into()),
            name: Some("p".into()),
        };
        assert_eq!(
            query(&POD, &selection, &[("limit", "1")]),
            "/api/v1/namespaces/ns/pods?fieldSelector=metadata.name%3Dp%2Cspec.nodeName%3Dhere&limit=1"
        );
        assert_eq!(query(&POD, &Selection::default(), &[]), "/api/v1/pods?");
    }
}
