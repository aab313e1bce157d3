//! The schema table of Kubernetes v1.36. Written by `cargo xtask schema`; do not edit.
//!
//! Names, types, extensions and descriptions are those of the Kubernetes API
//! definitions (Apache-2.0), as the Python package kubernetes-validate ships them;
//! the numbers of the protobuf fields are those of the crate k8s-pb (Apache-2.0).

use super::{Definition, FIELD, Field, ListKind, PatchStrategy, Tag, Type};

static AUTHENTICATION_V1_BOUND_OBJECT_REFERENCE: Definition = Definition {
    name: "io.k8s.api.authentication.v1.BoundObjectReference",
    kind: None,
    is_atomic: false,
    description: "BoundObjectReference is a reference to an object that a token is bound to.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "apiVersion is API version of the referent.",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "kind of the referent. Valid kinds are 'Pod' and 'Secret'.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "name of the referent.",
            ..FIELD
        },
        Field {
            name: "uid",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "uid of the referent.",
            ..FIELD
        },
    ],
};

static AUTHENTICATION_V1_SELF_SUBJECT_REVIEW: Definition = Definition {
    name: "io.k8s.api.authentication.v1.SelfSubjectReview",
    kind: Some(("authentication.k8s.io", "v1", "SelfSubjectReview")),
    is_atomic: false,
    description: "SelfSubjectReview contains the user information that the kube-apiserver has about the user making this request. When using impersonation, users will receive the user info of the user being impersonated.  If impersonation or request header authentication is used, any extra keys will have their case ignored and returned as lowercase.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "metadata is standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::Object(&AUTHENTICATION_V1_SELF_SUBJECT_REVIEW_STATUS),
            tag: Tag::Own(2),
            description: "status is filled in by the server with the user attributes.",
            ..FIELD
        },
    ],
};

static AUTHENTICATION_V1_SELF_SUBJECT_REVIEW_STATUS: Definition = Definition {
    name: "io.k8s.api.authentication.v1.SelfSubjectReviewStatus",
    kind: None,
    is_atomic: false,
    description: "SelfSubjectReviewStatus is filled by the kube-apiserver and sent back to a user.",
    fields: &[Field {
        name: "userInfo",
        ty: Type::Object(&AUTHENTICATION_V1_USER_INFO),
        tag: Tag::Own(1),
        description: "userInfo is a set of attributes belonging to the user making this request.",
        ..FIELD
    }],
};

static AUTHENTICATION_V1_TOKEN_REQUEST: Definition = Definition {
    name: "io.k8s.api.authentication.v1.TokenRequest",
    kind: Some(("authentication.k8s.io", "v1", "TokenRequest")),
    is_atomic: false,
    description: "TokenRequest requests a token for a given service account.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "metadata is the standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&AUTHENTICATION_V1_TOKEN_REQUEST_SPEC),
            tag: Tag::Own(2),
            description: "spec holds information about the request being evaluated",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::Object(&AUTHENTICATION_V1_TOKEN_REQUEST_STATUS),
            tag: Tag::Own(3),
            description: "status is filled in by the server and indicates whether the token can be authenticated.",
            ..FIELD
        },
    ],
};

static AUTHENTICATION_V1_TOKEN_REQUEST_SPEC: Definition = Definition {
    name: "io.k8s.api.authentication.v1.TokenRequestSpec",
    kind: None,
    is_atomic: false,
    description: "TokenRequestSpec contains client provided parameters of a token request.",
    fields: &[
        Field {
            name: "audiences",
            ty: Type::List(&Type::String),
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "audiences are the intendend audiences of the token. A recipient of a token must identify themself with an identifier in the list of audiences of the token, and otherwise should reject the token. A token issued for multiple audiences may be used to authenticate against any of the audiences listed but implies a high degree of trust between the target audiences.",
            ..FIELD
        },
        Field {
            name: "boundObjectRef",
            ty: Type::Object(&AUTHENTICATION_V1_BOUND_OBJECT_REFERENCE),
            tag: Tag::Own(3),
            description: "boundObjectRef is a reference to an object that the token will be bound to. The token will only be valid for as long as the bound object exists. NOTE: The API server's TokenReview endpoint will validate the BoundObjectRef, but other audiences may not. Keep ExpirationSeconds small if you want prompt revocation.",
            ..FIELD
        },
        Field {
            name: "expirationSeconds",
            ty: Type::Int64,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "expirationSeconds is the requested duration of validity of the request. The token issuer may return a token with a different validity duration so a client needs to check the 'expiration' field in a response.",
            ..FIELD
        },
    ],
};

static AUTHENTICATION_V1_TOKEN_REQUEST_STATUS: Definition = Definition {
    name: "io.k8s.api.authentication.v1.TokenRequestStatus",
    kind: None,
    is_atomic: false,
    description: "TokenRequestStatus is the result of a token request.",
    fields: &[
        Field {
            name: "expirationTimestamp",
            ty: Type::Time,
            tag: Tag::Own(2),
            description: "expirationTimestamp is the time of expiration of the returned token.",
            ..FIELD
        },
        Field {
            name: "token",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "token is the opaque bearer token.",
            ..FIELD
        },
    ],
};

static AUTHENTICATION_V1_TOKEN_REVIEW: Definition = Definition {
    name: "io.k8s.api.authentication.v1.TokenReview",
    kind: Some(("authentication.k8s.io", "v1", "TokenReview")),
    is_atomic: false,
    description: "TokenReview attempts to authenticate a token to a known user. Note: TokenReview requests may be cached by the webhook token authenticator plugin in the kube-apiserver.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "metadata is the standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&AUTHENTICATION_V1_TOKEN_REVIEW_SPEC),
            is_required: true,
            tag: Tag::Own(2),
            description: "spec holds information about the request being evaluated",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::Object(&AUTHENTICATION_V1_TOKEN_REVIEW_STATUS),
            tag: Tag::Own(3),
            description: "status is filled in by the server and indicates whether the request can be authenticated.",
            ..FIELD
        },
    ],
};

static AUTHENTICATION_V1_TOKEN_REVIEW_SPEC: Definition = Definition {
    name: "io.k8s.api.authentication.v1.TokenReviewSpec",
    kind: None,
    is_atomic: false,
    description: "TokenReviewSpec is a description of the token authentication request.",
    fields: &[
        Field {
            name: "audiences",
            ty: Type::List(&Type::String),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "audiences is a list of the identifiers that the resource server presented with the token identifies as. Audience-aware token authenticators will verify that the token was intended for at least one of the audiences in this list. If no audiences are provided, the audience will default to the audience of the Kubernetes apiserver.",
            ..FIELD
        },
        Field {
            name: "token",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "token is the opaque bearer token.",
            ..FIELD
        },
    ],
};

static AUTHENTICATION_V1_TOKEN_REVIEW_STATUS: Definition = Definition {
    name: "io.k8s.api.authentication.v1.TokenReviewStatus",
    kind: None,
    is_atomic: false,
    description: "TokenReviewStatus is the result of the token authentication request.",
    fields: &[
        Field {
            name: "audiences",
            ty: Type::List(&Type::String),
            tag: Tag::Own(4),
            list: Some(ListKind::Atomic),
            description: "audiences are audience identifiers chosen by the authenticator that are compatible with both the TokenReview and token. An identifier is any identifier in the intersection of the TokenReviewSpec audiences and the token's audiences. A client of the TokenReview API that sets the spec.audiences field should validate that a compatible audience identifier is returned in the status.audiences field to ensure that the TokenReview server is audience aware. If a TokenReview returns an empty status.audience field where status.authenticated is \"true\", the token is valid against the audience of the Kubernetes API server.",
            ..FIELD
        },
        Field {
            name: "authenticated",
            ty: Type::Bool,
            tag: Tag::Own(1),
            description: "authenticated indicates that the token was associated with a known user.",
            ..FIELD
        },
        Field {
            name: "error",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "error indicates that the token couldn't be checked",
            ..FIELD
        },
        Field {
            name: "user",
            ty: Type::Object(&AUTHENTICATION_V1_USER_INFO),
            tag: Tag::Own(2),
            description: "user is the UserInfo associated with the provided token.",
            ..FIELD
        },
    ],
};

static AUTHENTICATION_V1_USER_INFO: Definition = Definition {
    name: "io.k8s.api.authentication.v1.UserInfo",
    kind: None,
    is_atomic: false,
    description: "UserInfo holds the information about the user needed to implement the user.Info interface.",
    fields: &[
        Field {
            name: "extra",
            ty: Type::Map(&Type::List(&Type::String)),
            tag: Tag::Own(4),
            description: "extra is any additional information provided by the authenticator.",
            ..FIELD
        },
        Field {
            name: "groups",
            ty: Type::List(&Type::String),
            tag: Tag::Own(3),
            list: Some(ListKind::Atomic),
            description: "groups is the names of groups this user is a part of.",
            ..FIELD
        },
        Field {
            name: "uid",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "uid is a unique value that identifies this user across time. If this user is deleted and another user by the same name is added, they will have different UIDs.",
            ..FIELD
        },
        Field {
            name: "username",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "username is the name that uniquely identifies this user among all active users.",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_FIELD_SELECTOR_ATTRIBUTES: Definition = Definition {
    name: "io.k8s.api.authorization.v1.FieldSelectorAttributes",
    kind: None,
    is_atomic: false,
    description: "FieldSelectorAttributes indicates a field limited access. Webhook authors are encouraged to * ensure rawSelector and requirements are not both set * consider the requirements field if set * not try to parse or consider the rawSelector field if set. This is to avoid another CVE-2022-2880 (i.e. getting different systems to agree on how exactly to parse a query is not something we want), see https://www.oxeye.io/resources/golang-parameter-smuggling-attack for more details. For the *SubjectAccessReview endpoints of the kube-apiserver: * If rawSelector is empty and requirements are empty, the request is not limited. * If rawSelector is present and requirements are empty, the rawSelector will be parsed and limited if the parsing succeeds. * If rawSelector is empty and requirements are present, the requirements should be honored * If rawSelector is present and requirements are present, the request is invalid.",
    fields: &[
        Field {
            name: "rawSelector",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "rawSelector is the serialization of a field selector that would be included in a query parameter. Webhook implementations are encouraged to ignore rawSelector. The kube-apiserver's *SubjectAccessReview will parse the rawSelector as long as the requirements are not present.",
            ..FIELD
        },
        Field {
            name: "requirements",
            ty: Type::List(&Type::Object(&META_V1_FIELD_SELECTOR_REQUIREMENT)),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "requirements is the parsed interpretation of a field selector. All requirements must be met for a resource instance to match the selector. Webhook implementations should handle requirements, but how to handle them is up to the webhook. Since requirements can only limit the request, it is safe to authorize as unlimited request if the requirements are not understood.",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_LABEL_SELECTOR_ATTRIBUTES: Definition = Definition {
    name: "io.k8s.api.authorization.v1.LabelSelectorAttributes",
    kind: None,
    is_atomic: false,
    description: "LabelSelectorAttributes indicates a label limited access. Webhook authors are encouraged to * ensure rawSelector and requirements are not both set * consider the requirements field if set * not try to parse or consider the rawSelector field if set. This is to avoid another CVE-2022-2880 (i.e. getting different systems to agree on how exactly to parse a query is not something we want), see https://www.oxeye.io/resources/golang-parameter-smuggling-attack for more details. For the *SubjectAccessReview endpoints of the kube-apiserver: * If rawSelector is empty and requirements are empty, the request is not limited. * If rawSelector is present and requirements are empty, the rawSelector will be parsed and limited if the parsing succeeds. * If rawSelector is empty and requirements are present, the requirements should be honored * If rawSelector is present and requirements are present, the request is invalid.",
    fields: &[
        Field {
            name: "rawSelector",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "rawSelector is the serialization of a field selector that would be included in a query parameter. Webhook implementations are encouraged to ignore rawSelector. The kube-apiserver's *SubjectAccessReview will parse the rawSelector as long as the requirements are not present.",
            ..FIELD
        },
        Field {
            name: "requirements",
            ty: Type::List(&Type::Object(&META_V1_LABEL_SELECTOR_REQUIREMENT)),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "requirements is the parsed interpretation of a label selector. All requirements must be met for a resource instance to match the selector. Webhook implementations should handle requirements, but how to handle them is up to the webhook. Since requirements can only limit the request, it is safe to authorize as unlimited request if the requirements are not understood.",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_LOCAL_SUBJECT_ACCESS_REVIEW: Definition = Definition {
    name: "io.k8s.api.authorization.v1.LocalSubjectAccessReview",
    kind: Some(("authorization.k8s.io", "v1", "LocalSubjectAccessReview")),
    is_atomic: false,
    description: "LocalSubjectAccessReview checks whether or not a user or group can perform an action in a given namespace. Having a namespace scoped resource makes it much easier to grant namespace scoped policy that includes permissions checking.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "metadata is the standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&AUTHORIZATION_V1_SUBJECT_ACCESS_REVIEW_SPEC),
            is_required: true,
            tag: Tag::Own(2),
            description: "spec holds information about the request being evaluated.  spec.namespace must be equal to the namespace you made the request against.  If empty, it is defaulted.",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::Object(&AUTHORIZATION_V1_SUBJECT_ACCESS_REVIEW_STATUS),
            tag: Tag::Own(3),
            description: "status is filled in by the server and indicates whether the request is allowed or not",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_NON_RESOURCE_ATTRIBUTES: Definition = Definition {
    name: "io.k8s.api.authorization.v1.NonResourceAttributes",
    kind: None,
    is_atomic: false,
    description: "NonResourceAttributes includes the authorization attributes available for non-resource requests to the Authorizer interface",
    fields: &[
        Field {
            name: "path",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "path is the URL path of the request",
            ..FIELD
        },
        Field {
            name: "verb",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "verb is the standard HTTP verb",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_NON_RESOURCE_RULE: Definition = Definition {
    name: "io.k8s.api.authorization.v1.NonResourceRule",
    kind: None,
    is_atomic: false,
    description: "NonResourceRule holds information that describes a rule for the non-resource",
    fields: &[
        Field {
            name: "nonResourceURLs",
            ty: Type::List(&Type::String),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "nonResourceURLs is a set of partial urls that a user should have access to.  *s are allowed, but only as the full, final step in the path.  \"*\" means all.",
            ..FIELD
        },
        Field {
            name: "verbs",
            ty: Type::List(&Type::String),
            is_required: true,
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "verbs is a list of kubernetes non-resource API verbs, like: get, post, put, delete, patch, head, options.  \"*\" means all.",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_RESOURCE_ATTRIBUTES: Definition = Definition {
    name: "io.k8s.api.authorization.v1.ResourceAttributes",
    kind: None,
    is_atomic: false,
    description: "ResourceAttributes includes the authorization attributes available for resource requests to the Authorizer interface",
    fields: &[
        Field {
            name: "fieldSelector",
            ty: Type::Object(&AUTHORIZATION_V1_FIELD_SELECTOR_ATTRIBUTES),
            tag: Tag::Own(8),
            description: "fieldSelector describes the limitation on access based on field.  It can only limit access, not broaden it.",
            ..FIELD
        },
        Field {
            name: "group",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "group is the API Group of the Resource.  \"*\" means all.",
            ..FIELD
        },
        Field {
            name: "labelSelector",
            ty: Type::Object(&AUTHORIZATION_V1_LABEL_SELECTOR_ATTRIBUTES),
            tag: Tag::Own(9),
            description: "labelSelector describes the limitation on access based on labels.  It can only limit access, not broaden it.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Own(7),
            description: "name is the name of the resource being requested for a \"get\" or deleted for a \"delete\". \"\" (empty) means all.",
            ..FIELD
        },
        Field {
            name: "namespace",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "namespace is the namespace of the action being requested.  Currently, there is no distinction between no namespace and all namespaces \"\" (empty) is defaulted for LocalSubjectAccessReviews \"\" (empty) is empty for cluster-scoped resources \"\" (empty) means \"all\" for namespace scoped resources from a SubjectAccessReview or SelfSubjectAccessReview",
            ..FIELD
        },
        Field {
            name: "resource",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "resource is one of the existing resource types.  \"*\" means all.",
            ..FIELD
        },
        Field {
            name: "subresource",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "subresource is one of the existing resource types.  \"\" means none.",
            ..FIELD
        },
        Field {
            name: "verb",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "verb is a kubernetes resource API verb, like: get, list, watch, create, update, delete, proxy.  \"*\" means all.",
            ..FIELD
        },
        Field {
            name: "version",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "version is the API Version of the Resource.  \"*\" means all.",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_RESOURCE_RULE: Definition = Definition {
    name: "io.k8s.api.authorization.v1.ResourceRule",
    kind: None,
    is_atomic: false,
    description: "ResourceRule is the list of actions the subject is allowed to perform on resources. The list ordering isn't significant, may contain duplicates, and possibly be incomplete.",
    fields: &[
        Field {
            name: "apiGroups",
            ty: Type::List(&Type::String),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "apiGroups is the name of the APIGroup that contains the resources.  If multiple API groups are specified, any action requested against one of the enumerated resources in any API group will be allowed.  \"*\" means all.",
            ..FIELD
        },
        Field {
            name: "resourceNames",
            ty: Type::List(&Type::String),
            tag: Tag::Own(4),
            list: Some(ListKind::Atomic),
            description: "resourceNames is an optional white list of names that the rule applies to.  An empty set means that everything is allowed.  \"*\" means all.",
            ..FIELD
        },
        Field {
            name: "resources",
            ty: Type::List(&Type::String),
            tag: Tag::Own(3),
            list: Some(ListKind::Atomic),
            description: "resources is a list of resources this rule applies to.  \"*\" means all in the specified apiGroups.\n \"*/foo\" represents the subresource 'foo' for all resources in the specified apiGroups.",
            ..FIELD
        },
        Field {
            name: "verbs",
            ty: Type::List(&Type::String),
            is_required: true,
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "verbs is a list of kubernetes resource API verbs, like: get, list, watch, create, update, delete, proxy.  \"*\" means all.",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_SELF_SUBJECT_ACCESS_REVIEW: Definition = Definition {
    name: "io.k8s.api.authorization.v1.SelfSubjectAccessReview",
    kind: Some(("authorization.k8s.io", "v1", "SelfSubjectAccessReview")),
    is_atomic: false,
    description: "SelfSubjectAccessReview checks whether or the current user can perform an action.  Not filling in a spec.namespace means \"in all namespaces\".  Self is a special case, because users should always be able to check whether they can perform an action",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "metadata is the standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&AUTHORIZATION_V1_SELF_SUBJECT_ACCESS_REVIEW_SPEC),
            is_required: true,
            tag: Tag::Own(2),
            description: "spec holds information about the request being evaluated.  user and groups must be empty",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::Object(&AUTHORIZATION_V1_SUBJECT_ACCESS_REVIEW_STATUS),
            tag: Tag::Own(3),
            description: "status is filled in by the server and indicates whether the request is allowed or not",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_SELF_SUBJECT_ACCESS_REVIEW_SPEC: Definition = Definition {
    name: "io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec",
    kind: None,
    is_atomic: false,
    description: "SelfSubjectAccessReviewSpec is a description of the access request.  Exactly one of resourceAttributes and nonResourceAttributes must be set",
    fields: &[
        Field {
            name: "nonResourceAttributes",
            ty: Type::Object(&AUTHORIZATION_V1_NON_RESOURCE_ATTRIBUTES),
            tag: Tag::Own(2),
            description: "nonResourceAttributes describes information for a non-resource access request",
            ..FIELD
        },
        Field {
            name: "resourceAttributes",
            ty: Type::Object(&AUTHORIZATION_V1_RESOURCE_ATTRIBUTES),
            tag: Tag::Own(1),
            description: "resourceAttributes describes information for a resource access request",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_SELF_SUBJECT_RULES_REVIEW: Definition = Definition {
    name: "io.k8s.api.authorization.v1.SelfSubjectRulesReview",
    kind: Some(("authorization.k8s.io", "v1", "SelfSubjectRulesReview")),
    is_atomic: false,
    description: "SelfSubjectRulesReview enumerates the set of actions the current user can perform within a namespace. The returned list of actions may be incomplete depending on the server's authorization mode, and any errors experienced during the evaluation. SelfSubjectRulesReview should be used by UIs to show/hide actions, or to quickly let an end user reason about their permissions. It should NOT Be used by external systems to drive authorization decisions as this raises confused deputy, cache lifetime/revocation, and correctness concerns. SubjectAccessReview, and LocalAccessReview are the correct way to defer authorization decisions to the API server.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "metadata is the standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&AUTHORIZATION_V1_SELF_SUBJECT_RULES_REVIEW_SPEC),
            is_required: true,
            tag: Tag::Own(2),
            description: "spec holds information about the request being evaluated.",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::Object(&AUTHORIZATION_V1_SUBJECT_RULES_REVIEW_STATUS),
            tag: Tag::Own(3),
            description: "status is filled in by the server and indicates the set of actions a user can perform.",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_SELF_SUBJECT_RULES_REVIEW_SPEC: Definition = Definition {
    name: "io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec",
    kind: None,
    is_atomic: false,
    description: "SelfSubjectRulesReviewSpec defines the specification for SelfSubjectRulesReview.",
    fields: &[Field {
        name: "namespace",
        ty: Type::String,
        tag: Tag::Own(1),
        description: "namespace to evaluate rules for. Required.",
        ..FIELD
    }],
};

static AUTHORIZATION_V1_SUBJECT_ACCESS_REVIEW: Definition = Definition {
    name: "io.k8s.api.authorization.v1.SubjectAccessReview",
    kind: Some(("authorization.k8s.io", "v1", "SubjectAccessReview")),
    is_atomic: false,
    description: "SubjectAccessReview checks whether or not a user or group can perform an action.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "metadata is the standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&AUTHORIZATION_V1_SUBJECT_ACCESS_REVIEW_SPEC),
            is_required: true,
            tag: Tag::Own(2),
            description: "spec holds information about the request being evaluated",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::Object(&AUTHORIZATION_V1_SUBJECT_ACCESS_REVIEW_STATUS),
            tag: Tag::Own(3),
            description: "status is filled in by the server and indicates whether the request is allowed or not",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_SUBJECT_ACCESS_REVIEW_SPEC: Definition = Definition {
    name: "io.k8s.api.authorization.v1.SubjectAccessReviewSpec",
    kind: None,
    is_atomic: false,
    description: "SubjectAccessReviewSpec is a description of the access request.  Exactly one of resourceAttributes and nonResourceAttributes must be set",
    fields: &[
        Field {
            name: "extra",
            ty: Type::Map(&Type::List(&Type::String)),
            tag: Tag::Own(5),
            description: "extra corresponds to the user.Info.GetExtra() method from the authenticator.  Since that is input to the authorizer it needs a reflection here.",
            ..FIELD
        },
        Field {
            name: "groups",
            ty: Type::List(&Type::String),
            tag: Tag::Own(4),
            list: Some(ListKind::Atomic),
            description: "groups is the groups you're testing for.",
            ..FIELD
        },
        Field {
            name: "nonResourceAttributes",
            ty: Type::Object(&AUTHORIZATION_V1_NON_RESOURCE_ATTRIBUTES),
            tag: Tag::Own(2),
            description: "nonResourceAttributes describes information for a non-resource access request",
            ..FIELD
        },
        Field {
            name: "resourceAttributes",
            ty: Type::Object(&AUTHORIZATION_V1_RESOURCE_ATTRIBUTES),
            tag: Tag::Own(1),
            description: "resourceAttributes describes information for a resource access request",
            ..FIELD
        },
        Field {
            name: "uid",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "uid information about the requesting user.",
            ..FIELD
        },
        Field {
            name: "user",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "user is the user you're testing for. If you specify \"User\" but not \"Groups\", then is it interpreted as \"What if User were not a member of any groups",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_SUBJECT_ACCESS_REVIEW_STATUS: Definition = Definition {
    name: "io.k8s.api.authorization.v1.SubjectAccessReviewStatus",
    kind: None,
    is_atomic: false,
    description: "SubjectAccessReviewStatus",
    fields: &[
        Field {
            name: "allowed",
            ty: Type::Bool,
            is_required: true,
            tag: Tag::Own(1),
            description: "allowed is required. True if the action would be allowed, false otherwise.",
            ..FIELD
        },
        Field {
            name: "denied",
            ty: Type::Bool,
            tag: Tag::Own(4),
            description: "denied is optional. True if the action would be denied, otherwise false. If both allowed is false and denied is false, then the authorizer has no opinion on whether to authorize the action. Denied may not be true if Allowed is true.",
            ..FIELD
        },
        Field {
            name: "evaluationError",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "evaluationError is an indication that some error occurred during the authorization check. It is entirely possible to get an error and be able to continue determine authorization status in spite of it. For instance, RBAC can be missing a role, but enough roles are still present and bound to reason about the request.",
            ..FIELD
        },
        Field {
            name: "reason",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "reason is optional.  It indicates why a request was allowed or denied.",
            ..FIELD
        },
    ],
};

static AUTHORIZATION_V1_SUBJECT_RULES_REVIEW_STATUS: Definition = Definition {
    name: "io.k8s.api.authorization.v1.SubjectRulesReviewStatus",
    kind: None,
    is_atomic: false,
    description: "SubjectRulesReviewStatus contains the result of a rules check. This check can be incomplete depending on the set of authorizers the server is configured with and any errors experienced during evaluation. Because authorization rules are additive, if a rule appears in a list it's safe to assume the subject has that permission, even if that list is incomplete.",
    fields: &[
        Field {
            name: "evaluationError",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "evaluationError can appear in combination with Rules. It indicates an error occurred during rule evaluation, such as an authorizer that doesn't support rule evaluation, and that ResourceRules and/or NonResourceRules may be incomplete.",
            ..FIELD
        },
        Field {
            name: "incomplete",
            ty: Type::Bool,
            is_required: true,
            tag: Tag::Own(3),
            description: "incomplete is true when the rules returned by this call are incomplete. This is most commonly encountered when an authorizer, such as an external authorizer, doesn't support rules evaluation.",
            ..FIELD
        },
        Field {
            name: "nonResourceRules",
            ty: Type::List(&Type::Object(&AUTHORIZATION_V1_NON_RESOURCE_RULE)),
            is_required: true,
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "nonResourceRules is the list of actions the subject is allowed to perform on non-resources. The list ordering isn't significant, may contain duplicates, and possibly be incomplete.",
            ..FIELD
        },
        Field {
            name: "resourceRules",
            ty: Type::List(&Type::Object(&AUTHORIZATION_V1_RESOURCE_RULE)),
            is_required: true,
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "resourceRules is the list of actions the subject is allowed to perform on resources. The list ordering isn't significant, may contain duplicates, and possibly be incomplete.",
            ..FIELD
        },
    ],
};

static BATCH_V1_CRON_JOB: Definition = Definition {
    name: "io.k8s.api.batch.v1.CronJob",
    kind: Some(("batch", "v1", "CronJob")),
    is_atomic: false,
    description: "CronJob represents the configuration of a single cron job.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&BATCH_V1_CRON_JOB_SPEC),
            is_required: true,
            tag: Tag::Own(2),
            description: "Specification of the desired behavior of a cron job, including the schedule. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::Object(&BATCH_V1_CRON_JOB_STATUS),
            tag: Tag::Own(3),
            description: "Current status of a cron job. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
    ],
};

static BATCH_V1_CRON_JOB_SPEC: Definition = Definition {
    name: "io.k8s.api.batch.v1.CronJobSpec",
    kind: None,
    is_atomic: false,
    description: "CronJobSpec describes how the job execution will look like and when it will actually run.",
    fields: &[
        Field {
            name: "concurrencyPolicy",
            ty: Type::String,
            tag: Tag::Own(3),
            go_type: Some("v1.ConcurrencyPolicy"),
            description: "Specifies how to treat concurrent executions of a Job. Valid values are:\n\n- \"Allow\" (default): allows CronJobs to run concurrently; - \"Forbid\": forbids concurrent runs, skipping next run if previous run hasn't finished yet; - \"Replace\": cancels currently running job and replaces it with a new one",
            ..FIELD
        },
        Field {
            name: "failedJobsHistoryLimit",
            ty: Type::Int32,
            tag: Tag::Own(7),
            is_pointer: true,
            description: "The number of failed finished jobs to retain. Value must be non-negative integer. Defaults to 1.",
            ..FIELD
        },
        Field {
            name: "jobTemplate",
            ty: Type::Object(&BATCH_V1_JOB_TEMPLATE_SPEC),
            is_required: true,
            tag: Tag::Own(5),
            description: "Specifies the job that will be created when executing a CronJob.",
            ..FIELD
        },
        Field {
            name: "schedule",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.",
            ..FIELD
        },
        Field {
            name: "startingDeadlineSeconds",
            ty: Type::Int64,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "Optional deadline in seconds for starting the job if it misses scheduled time for any reason.  Missed jobs executions will be counted as failed ones.",
            ..FIELD
        },
        Field {
            name: "successfulJobsHistoryLimit",
            ty: Type::Int32,
            tag: Tag::Own(6),
            is_pointer: true,
            description: "The number of successful finished jobs to retain. Value must be non-negative integer. Defaults to 3.",
            ..FIELD
        },
        Field {
            name: "suspend",
            ty: Type::Bool,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "This flag tells the controller to suspend subsequent executions, it does not apply to already started executions.  Defaults to false.",
            ..FIELD
        },
        Field {
            name: "timeZone",
            ty: Type::String,
            tag: Tag::Own(8),
            is_pointer: true,
            description: "The time zone name for the given schedule, see https://en.wikipedia.org/wiki/List_of_tz_database_time_zones. If not specified, this will default to the time zone of the kube-controller-manager process. The set of valid time zone names and the time zone offset is loaded from the system-wide time zone database by the API server during CronJob validation and the controller manager during execution. If no system-wide time zone database can be found a bundled version of the database is used instead. If the time zone name becomes invalid during the lifetime of a CronJob or due to a change in host configuration, the controller will stop creating new new Jobs and will create a system event with the reason UnknownTimeZone. More information can be found in https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones",
            ..FIELD
        },
    ],
};

static BATCH_V1_CRON_JOB_STATUS: Definition = Definition {
    name: "io.k8s.api.batch.v1.CronJobStatus",
    kind: None,
    is_atomic: false,
    description: "CronJobStatus represents the current state of a cron job.",
    fields: &[
        Field {
            name: "active",
            ty: Type::List(&Type::Object(&CORE_V1_OBJECT_REFERENCE)),
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "A list of pointers to currently running jobs.",
            ..FIELD
        },
        Field {
            name: "lastScheduleTime",
            ty: Type::Time,
            tag: Tag::Own(4),
            description: "Information when was the last time the job was successfully scheduled.",
            ..FIELD
        },
        Field {
            name: "lastSuccessfulTime",
            ty: Type::Time,
            tag: Tag::Own(5),
            description: "Information when was the last time the job successfully completed.",
            ..FIELD
        },
    ],
};

static BATCH_V1_JOB: Definition = Definition {
    name: "io.k8s.api.batch.v1.Job",
    kind: Some(("batch", "v1", "Job")),
    is_atomic: false,
    description: "Job represents the configuration of a single job.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&BATCH_V1_JOB_SPEC),
            tag: Tag::Own(2),
            description: "Specification of the desired behavior of a job. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::Object(&BATCH_V1_JOB_STATUS),
            tag: Tag::Own(3),
            description: "Current status of a job. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
    ],
};

static BATCH_V1_JOB_CONDITION: Definition = Definition {
    name: "io.k8s.api.batch.v1.JobCondition",
    kind: None,
    is_atomic: false,
    description: "JobCondition describes current state of a job.",
    fields: &[
        Field {
            name: "lastProbeTime",
            ty: Type::Time,
            tag: Tag::Own(3),
            description: "Last time the condition was checked.",
            ..FIELD
        },
        Field {
            name: "lastTransitionTime",
            ty: Type::Time,
            tag: Tag::Own(4),
            description: "Last time the condition transit from one status to another.",
            ..FIELD
        },
        Field {
            name: "message",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "Human readable message indicating details about last transition.",
            ..FIELD
        },
        Field {
            name: "reason",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "(brief) reason for the condition's last transition.",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            go_type: Some("v1.ConditionStatus"),
            description: "Status of the condition, one of True, False, Unknown.",
            ..FIELD
        },
        Field {
            name: "type",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            go_type: Some("v1.JobConditionType"),
            description: "Type of job condition, Complete or Failed.",
            ..FIELD
        },
    ],
};

static BATCH_V1_JOB_SPEC: Definition = Definition {
    name: "io.k8s.api.batch.v1.JobSpec",
    kind: None,
    is_atomic: false,
    description: "JobSpec describes how the job execution will look like.",
    fields: &[
        Field {
            name: "activeDeadlineSeconds",
            ty: Type::Int64,
            tag: Tag::Own(3),
            is_pointer: true,
            description: "Specifies the duration in seconds relative to the startTime that the job may be continuously active before the system tries to terminate it; value must be positive integer. If a Job is suspended (at creation or through an update), this timer will effectively be stopped and reset when the Job is resumed again.",
            ..FIELD
        },
        Field {
            name: "backoffLimit",
            ty: Type::Int32,
            tag: Tag::Own(7),
            is_pointer: true,
            description: "Specifies the number of retries before marking this job failed. Defaults to 6, unless backoffLimitPerIndex (only Indexed Job) is specified. When backoffLimitPerIndex is specified, backoffLimit defaults to 2147483647.",
            ..FIELD
        },
        Field {
            name: "backoffLimitPerIndex",
            ty: Type::Int32,
            tag: Tag::Own(12),
            is_pointer: true,
            description: "Specifies the limit for the number of retries within an index before marking this index as failed. When enabled the number of failures per index is kept in the pod's batch.kubernetes.io/job-index-failure-count annotation. It can only be set when Job's completionMode=Indexed, and the Pod's restart policy is Never. The field is immutable.",
            ..FIELD
        },
        Field {
            name: "completionMode",
            ty: Type::String,
            tag: Tag::Own(9),
            go_type: Some("v1.CompletionMode"),
            is_pointer: true,
            description: "completionMode specifies how Pod completions are tracked. It can be `NonIndexed` (default) or `Indexed`.\n\n`NonIndexed` means that the Job is considered complete when there have been .spec.completions successfully completed Pods. Each Pod completion is homologous to each other.\n\n`Indexed` means that the Pods of a Job get an associated completion index from 0 to (.spec.completions - 1), available in the annotation batch.kubernetes.io/job-completion-index. The Job is considered complete when there is one successfully completed Pod for each index. When value is `Indexed`, .spec.completions must be specified and `.spec.parallelism` must be less than or equal to 10^5. In addition, The Pod name takes the form `$(job-name)-$(index)-$(random-string)`, the Pod hostname takes the form `$(job-name)-$(index)`.\n\nMore completion modes can be added in the future. If the Job controller observes a mode that it doesn't recognize, which is possible during upgrades due to version skew, the controller skips updates for the Job.",
            ..FIELD
        },
        Field {
            name: "completions",
            ty: Type::Int32,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "Specifies the desired number of successfully finished pods the job should be run with.  Setting to null means that the success of any pod signals the success of all pods, and allows parallelism to have any positive value.  Setting to 1 means that parallelism is limited to 1 and the success of that pod signals the success of the job. More info: https://kubernetes.io/docs/concepts/workloads/controllers/jobs-run-to-completion/",
            ..FIELD
        },
        Field {
            name: "managedBy",
            ty: Type::String,
            tag: Tag::Own(15),
            is_pointer: true,
            description: "ManagedBy field indicates the controller that manages a Job. The k8s Job controller reconciles jobs which don't have this field at all or the field value is the reserved string `kubernetes.io/job-controller`, but skips reconciling Jobs with a custom value for this field. The value must be a valid domain-prefixed path (e.g. acme.io/foo) - all characters before the first \"/\" must be a valid subdomain as defined by RFC 1123. All characters trailing the first \"/\" must be valid HTTP Path characters as defined by RFC 3986. The value cannot exceed 63 characters. This field is immutable.",
            ..FIELD
        },
        Field {
            name: "manualSelector",
            ty: Type::Bool,
            tag: Tag::Own(5),
            is_pointer: true,
            description: "manualSelector controls generation of pod labels and pod selectors. Leave `manualSelector` unset unless you are certain what you are doing. When false or unset, the system pick labels unique to this job and appends those labels to the pod template.  When true, the user is responsible for picking unique labels and specifying the selector.  Failure to pick a unique label may cause this and other jobs to not function correctly.  However, You may see `manualSelector=true` in jobs that were created with the old `extensions/v1beta1` API. More info: https://kubernetes.io/docs/concepts/workloads/controllers/jobs-run-to-completion/#specifying-your-own-pod-selector",
            ..FIELD
        },
        Field {
            name: "maxFailedIndexes",
            ty: Type::Int32,
            tag: Tag::Own(13),
            is_pointer: true,
            description: "Specifies the maximal number of failed indexes before marking the Job as failed, when backoffLimitPerIndex is set. Once the number of failed indexes exceeds this number the entire Job is marked as Failed and its execution is terminated. When left as null the job continues execution of all of its indexes and is marked with the `Complete` Job condition. It can only be specified when backoffLimitPerIndex is set. It can be null or up to completions. It is required and must be less than or equal to 10^4 when is completions greater than 10^5.",
            ..FIELD
        },
        Field {
            name: "parallelism",
            ty: Type::Int32,
            tag: Tag::Own(1),
            is_pointer: true,
            description: "Specifies the maximum desired number of pods the job should run at any given time. The actual number of pods running in steady state will be less than this number when ((.spec.completions - .status.successful) < .spec.parallelism), i.e. when the work left to do is less than max parallelism. More info: https://kubernetes.io/docs/concepts/workloads/controllers/jobs-run-to-completion/",
            ..FIELD
        },
        Field {
            name: "podFailurePolicy",
            ty: Type::Object(&BATCH_V1_POD_FAILURE_POLICY),
            tag: Tag::Own(11),
            description: "Specifies the policy of handling failed pods. In particular, it allows to specify the set of actions and conditions which need to be satisfied to take the associated action. If empty, the default behaviour applies - the counter of failed pods, represented by the jobs's .status.failed field, is incremented and it is checked against the backoffLimit. This field cannot be used in combination with restartPolicy=OnFailure.",
            ..FIELD
        },
        Field {
            name: "podReplacementPolicy",
            ty: Type::String,
            tag: Tag::Own(14),
            go_type: Some("v1.PodReplacementPolicy"),
            is_pointer: true,
            description: "podReplacementPolicy specifies when to create replacement Pods. Possible values are: - TerminatingOrFailed means that we recreate pods\n  when they are terminating (has a metadata.deletionTimestamp) or failed.\n- Failed means to wait until a previously created Pod is fully terminated (has phase\n  Failed or Succeeded) before creating a replacement Pod.\n\nWhen using podFailurePolicy, Failed is the the only allowed value. TerminatingOrFailed and Failed are allowed values when podFailurePolicy is not in use.",
            ..FIELD
        },
        Field {
            name: "selector",
            ty: Type::Object(&META_V1_LABEL_SELECTOR),
            tag: Tag::Own(4),
            description: "A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
            ..FIELD
        },
        Field {
            name: "successPolicy",
            ty: Type::Object(&BATCH_V1_SUCCESS_POLICY),
            tag: Tag::Own(16),
            description: "successPolicy specifies the policy when the Job can be declared as succeeded. If empty, the default behavior applies - the Job is declared as succeeded only when the number of succeeded pods equals to the completions. When the field is specified, it must be immutable and works only for the Indexed Jobs. Once the Job meets the SuccessPolicy, the lingering pods are terminated.",
            ..FIELD
        },
        Field {
            name: "suspend",
            ty: Type::Bool,
            tag: Tag::Own(10),
            is_pointer: true,
            description: "suspend specifies whether the Job controller should create Pods or not. If a Job is created with suspend set to true, no Pods are created by the Job controller. If a Job is suspended after creation (i.e. the flag goes from false to true), the Job controller will delete all active Pods associated with this Job. Users must design their workload to gracefully handle this. Suspending a Job will reset the StartTime field of the Job, effectively resetting the ActiveDeadlineSeconds timer too. Defaults to false.",
            ..FIELD
        },
        Field {
            name: "template",
            ty: Type::Object(&CORE_V1_POD_TEMPLATE_SPEC),
            is_required: true,
            tag: Tag::Own(6),
            description: "Describes the pod that will be created when executing a job. The only allowed template.spec.restartPolicy values are \"Never\" or \"OnFailure\". More info: https://kubernetes.io/docs/concepts/workloads/controllers/jobs-run-to-completion/",
            ..FIELD
        },
        Field {
            name: "ttlSecondsAfterFinished",
            ty: Type::Int32,
            tag: Tag::Own(8),
            is_pointer: true,
            description: "ttlSecondsAfterFinished limits the lifetime of a Job that has finished execution (either Complete or Failed). If this field is set, ttlSecondsAfterFinished after the Job finishes, it is eligible to be automatically deleted. When the Job is being deleted, its lifecycle guarantees (e.g. finalizers) will be honored. If this field is unset, the Job won't be automatically deleted. If this field is set to zero, the Job becomes eligible to be deleted immediately after it finishes.",
            ..FIELD
        },
    ],
};

static BATCH_V1_JOB_STATUS: Definition = Definition {
    name: "io.k8s.api.batch.v1.JobStatus",
    kind: None,
    is_atomic: false,
    description: "JobStatus represents the current state of a Job.",
    fields: &[
        Field {
            name: "active",
            ty: Type::Int32,
            tag: Tag::Own(4),
            description: "The number of pending and running pods which are not terminating (without a deletionTimestamp). The value is zero for finished jobs.",
            ..FIELD
        },
        Field {
            name: "completedIndexes",
            ty: Type::String,
            tag: Tag::Own(7),
            description: "completedIndexes holds the completed indexes when .spec.completionMode = \"Indexed\" in a text format. The indexes are represented as decimal integers separated by commas. The numbers are listed in increasing order. Three or more consecutive numbers are compressed and represented by the first and last element of the series, separated by a hyphen. For example, if the completed indexes are 1, 3, 4, 5 and 7, they are represented as \"1,3-5,7\".",
            ..FIELD
        },
        Field {
            name: "completionTime",
            ty: Type::Time,
            tag: Tag::Own(3),
            description: "Represents time when the job was completed. It is not guaranteed to be set in happens-before order across separate operations. It is represented in RFC3339 form and is in UTC. The completion time is set when the job finishes successfully, and only then. The value cannot be updated or removed. The value indicates the same or later point in time as the startTime field.",
            ..FIELD
        },
        Field {
            name: "conditions",
            ty: Type::List(&Type::Object(&BATCH_V1_JOB_CONDITION)),
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            strategy: PatchStrategy::Merge,
            merge_key: Some("type"),
            description: "The latest available observations of an object's current state. When a Job fails, one of the conditions will have type \"Failed\" and status true. When a Job is suspended, one of the conditions will have type \"Suspended\" and status true; when the Job is resumed, the status of this condition will become false. When a Job is completed, one of the conditions will have type \"Complete\" and status true.\n\nA job is considered finished when it is in a terminal condition, either \"Complete\" or \"Failed\". A Job cannot have both the \"Complete\" and \"Failed\" conditions. Additionally, it cannot be in the \"Complete\" and \"FailureTarget\" conditions. The \"Complete\", \"Failed\" and \"FailureTarget\" conditions cannot be disabled.\n\nMore info: https://kubernetes.io/docs/concepts/workloads/controllers/jobs-run-to-completion/",
            ..FIELD
        },
        Field {
            name: "failed",
            ty: Type::Int32,
            tag: Tag::Own(6),
            description: "The number of pods which reached phase Failed. The value increases monotonically.",
            ..FIELD
        },
        Field {
            name: "failedIndexes",
            ty: Type::String,
            tag: Tag::Own(10),
            is_pointer: true,
            description: "FailedIndexes holds the failed indexes when spec.backoffLimitPerIndex is set. The indexes are represented in the text format analogous as for the `completedIndexes` field, ie. they are kept as decimal integers separated by commas. The numbers are listed in increasing order. Three or more consecutive numbers are compressed and represented by the first and last element of the series, separated by a hyphen. For example, if the failed indexes are 1, 3, 4, 5 and 7, they are represented as \"1,3-5,7\". The set of failed indexes cannot overlap with the set of completed indexes.",
            ..FIELD
        },
        Field {
            name: "ready",
            ty: Type::Int32,
            tag: Tag::Own(9),
            is_pointer: true,
            description: "The number of active pods which have a Ready condition and are not terminating (without a deletionTimestamp).",
            ..FIELD
        },
        Field {
            name: "startTime",
            ty: Type::Time,
            tag: Tag::Own(2),
            description: "Represents time when the job controller started processing a job. When a Job is created in the suspended state, this field is not set until the first time it is resumed. This field is reset every time a Job is resumed from suspension. It is represented in RFC3339 form and is in UTC.\n\nOnce set, the field can only be removed when the job is suspended. The field cannot be modified while the job is unsuspended or finished.",
            ..FIELD
        },
        Field {
            name: "succeeded",
            ty: Type::Int32,
            tag: Tag::Own(5),
            description: "The number of pods which reached phase Succeeded. The value increases monotonically for a given spec. However, it may decrease in reaction to scale down of elastic indexed jobs.",
            ..FIELD
        },
        Field {
            name: "terminating",
            ty: Type::Int32,
            tag: Tag::Own(11),
            is_pointer: true,
            description: "The number of pods which are terminating (in phase Pending or Running and have a deletionTimestamp).\n\nThis field is beta-level. The job controller populates the field when the feature gate JobPodReplacementPolicy is enabled (enabled by default).",
            ..FIELD
        },
        Field {
            name: "uncountedTerminatedPods",
            ty: Type::Object(&BATCH_V1_UNCOUNTED_TERMINATED_PODS),
            tag: Tag::Own(8),
            description: "uncountedTerminatedPods holds the UIDs of Pods that have terminated but the job controller hasn't yet accounted for in the status counters.\n\nThe job controller creates pods with a finalizer. When a pod terminates (succeeded or failed), the controller does three steps to account for it in the job status:\n\n1. Add the pod UID to the arrays in this field. 2. Remove the pod finalizer. 3. Remove the pod UID from the arrays while increasing the corresponding\n    counter.\n\nOld jobs might not be tracked using this field, in which case the field remains null. The structure is empty for finished jobs.",
            ..FIELD
        },
    ],
};

static BATCH_V1_JOB_TEMPLATE_SPEC: Definition = Definition {
    name: "io.k8s.api.batch.v1.JobTemplateSpec",
    kind: None,
    is_atomic: false,
    description: "JobTemplateSpec describes the data a Job should have when created from a template",
    fields: &[
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "Standard object's metadata of the jobs created from this template. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&BATCH_V1_JOB_SPEC),
            tag: Tag::Own(2),
            description: "Specification of the desired behavior of the job. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
    ],
};

static BATCH_V1_POD_FAILURE_POLICY: Definition = Definition {
    name: "io.k8s.api.batch.v1.PodFailurePolicy",
    kind: None,
    is_atomic: false,
    description: "PodFailurePolicy describes how failed pods influence the backoffLimit.",
    fields: &[Field {
        name: "rules",
        ty: Type::List(&Type::Object(&BATCH_V1_POD_FAILURE_POLICY_RULE)),
        is_required: true,
        tag: Tag::Own(1),
        list: Some(ListKind::Atomic),
        description: "A list of pod failure policy rules. The rules are evaluated in order. Once a rule matches a Pod failure, the remaining of the rules are ignored. When no rule matches the Pod failure, the default handling applies - the counter of pod failures is incremented and it is checked against the backoffLimit. At most 20 elements are allowed.",
        ..FIELD
    }],
};

static BATCH_V1_POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT: Definition = Definition {
    name: "io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement",
    kind: None,
    is_atomic: false,
    description: "PodFailurePolicyOnExitCodesRequirement describes the requirement for handling a failed pod based on its container exit codes. In particular, it lookups the .state.terminated.exitCode for each app container and init container status, represented by the .status.containerStatuses and .status.initContainerStatuses fields in the Pod status, respectively. Containers completed with success (exit code 0) are excluded from the requirement check.",
    fields: &[
        Field {
            name: "containerName",
            ty: Type::String,
            tag: Tag::Own(1),
            is_pointer: true,
            description: "Restricts the check for exit codes to the container with the specified name. When null, the rule applies to all containers. When specified, it should match one the container or initContainer names in the pod template.",
            ..FIELD
        },
        Field {
            name: "operator",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            go_type: Some("v1.PodFailurePolicyOnExitCodesOperator"),
            description: "Represents the relationship between the container exit code(s) and the specified values. Containers completed with success (exit code 0) are excluded from the requirement check. Possible values are:\n\n- In: the requirement is satisfied if at least one container exit code\n  (might be multiple if there are multiple containers not restricted\n  by the 'containerName' field) is in the set of specified values.\n- NotIn: the requirement is satisfied if at least one container exit code\n  (might be multiple if there are multiple containers not restricted\n  by the 'containerName' field) is not in the set of specified values.\nAdditional values are considered to be added in the future. Clients should react to an unknown operator by assuming the requirement is not satisfied.",
            ..FIELD
        },
        Field {
            name: "values",
            ty: Type::List(&Type::Int32),
            is_required: true,
            tag: Tag::Own(3),
            list: Some(ListKind::Set),
            description: "Specifies the set of values. Each returned container exit code (might be multiple in case of multiple containers) is checked against this set of values with respect to the operator. The list of values must be ordered and must not contain duplicates. Value '0' cannot be used for the In operator. At least one element is required. At most 255 elements are allowed.",
            ..FIELD
        },
    ],
};

static BATCH_V1_POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN: Definition = Definition {
    name: "io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern",
    kind: None,
    is_atomic: false,
    description: "PodFailurePolicyOnPodConditionsPattern describes a pattern for matching an actual pod condition type.",
    fields: &[
        Field {
            name: "status",
            ty: Type::String,
            tag: Tag::Own(2),
            go_type: Some("v1.ConditionStatus"),
            description: "Specifies the required Pod condition status. To match a pod condition it is required that the specified status equals the pod condition status. Defaults to True.",
            ..FIELD
        },
        Field {
            name: "type",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            go_type: Some("v1.PodConditionType"),
            description: "Specifies the required Pod condition type. To match a pod condition it is required that specified type equals the pod condition type.",
            ..FIELD
        },
    ],
};

static BATCH_V1_POD_FAILURE_POLICY_RULE: Definition = Definition {
    name: "io.k8s.api.batch.v1.PodFailurePolicyRule",
    kind: None,
    is_atomic: false,
    description: "PodFailurePolicyRule describes how a pod failure is handled when the requirements are met. One of onExitCodes and onPodConditions, but not both, can be used in each rule.",
    fields: &[
        Field {
            name: "action",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            go_type: Some("v1.PodFailurePolicyAction"),
            description: "Specifies the action taken on a pod failure when the requirements are satisfied. Possible values are:\n\n- FailJob: indicates that the pod's job is marked as Failed and all\n  running pods are terminated.\n- FailIndex: indicates that the pod's index is marked as Failed and will\n  not be restarted.\n- Ignore: indicates that the counter towards the .backoffLimit is not\n  incremented and a replacement pod is created.\n- Count: indicates that the pod is handled in the default way - the\n  counter towards the .backoffLimit is incremented.\nAdditional values are considered to be added in the future. Clients should react to an unknown action by skipping the rule.",
            ..FIELD
        },
        Field {
            name: "onExitCodes",
            ty: Type::Object(&BATCH_V1_POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT),
            tag: Tag::Own(2),
            description: "Represents the requirement on the container exit codes.",
            ..FIELD
        },
        Field {
            name: "onPodConditions",
            ty: Type::List(&Type::Object(
                &BATCH_V1_POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN,
            )),
            tag: Tag::Own(3),
            list: Some(ListKind::Atomic),
            description: "Represents the requirement on the pod conditions. The requirement is represented as a list of pod condition patterns. The requirement is satisfied if at least one pattern matches an actual pod condition. At most 20 elements are allowed.",
            ..FIELD
        },
    ],
};

static BATCH_V1_SUCCESS_POLICY: Definition = Definition {
    name: "io.k8s.api.batch.v1.SuccessPolicy",
    kind: None,
    is_atomic: false,
    description: "SuccessPolicy describes when a Job can be declared as succeeded based on the success of some indexes.",
    fields: &[Field {
        name: "rules",
        ty: Type::List(&Type::Object(&BATCH_V1_SUCCESS_POLICY_RULE)),
        is_required: true,
        tag: Tag::Own(1),
        list: Some(ListKind::Atomic),
        description: "rules represents the list of alternative rules for the declaring the Jobs as successful before `.status.succeeded >= .spec.completions`. Once any of the rules are met, the \"SuccessCriteriaMet\" condition is added, and the lingering pods are removed. The terminal state for such a Job has the \"Complete\" condition. Additionally, these rules are evaluated in order; Once the Job meets one of the rules, other rules are ignored. At most 20 elements are allowed.",
        ..FIELD
    }],
};

static BATCH_V1_SUCCESS_POLICY_RULE: Definition = Definition {
    name: "io.k8s.api.batch.v1.SuccessPolicyRule",
    kind: None,
    is_atomic: false,
    description: "SuccessPolicyRule describes rule for declaring a Job as succeeded. Each rule must have at least one of the \"succeededIndexes\" or \"succeededCount\" specified.",
    fields: &[
        Field {
            name: "succeededCount",
            ty: Type::Int32,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "succeededCount specifies the minimal required size of the actual set of the succeeded indexes for the Job. When succeededCount is used along with succeededIndexes, the check is constrained only to the set of indexes specified by succeededIndexes. For example, given that succeededIndexes is \"1-4\", succeededCount is \"3\", and completed indexes are \"1\", \"3\", and \"5\", the Job isn't declared as succeeded because only \"1\" and \"3\" indexes are considered in that rules. When this field is null, this doesn't default to any value and is never evaluated at any time. When specified it needs to be a positive integer.",
            ..FIELD
        },
        Field {
            name: "succeededIndexes",
            ty: Type::String,
            tag: Tag::Own(1),
            is_pointer: true,
            description: "succeededIndexes specifies the set of indexes which need to be contained in the actual set of the succeeded indexes for the Job. The list of indexes must be within 0 to \".spec.completions-1\" and must not contain duplicates. At least one element is required. The indexes are represented as intervals separated by commas. The intervals can be a decimal integer or a pair of decimal integers separated by a hyphen. The number are listed in represented by the first and last element of the series, separated by a hyphen. For example, if the completed indexes are 1, 3, 4, 5 and 7, they are represented as \"1,3-5,7\". When this field is null, this field doesn't default to any value and is never evaluated at any time.",
            ..FIELD
        },
    ],
};

static BATCH_V1_UNCOUNTED_TERMINATED_PODS: Definition = Definition {
    name: "io.k8s.api.batch.v1.UncountedTerminatedPods",
    kind: None,
    is_atomic: false,
    description: "UncountedTerminatedPods holds UIDs of Pods that have terminated but haven't been accounted in Job status counters.",
    fields: &[
        Field {
            name: "failed",
            ty: Type::List(&Type::String),
            tag: Tag::Own(2),
            list: Some(ListKind::Set),
            go_type: Some("[]types.UID"),
            description: "failed holds UIDs of failed Pods.",
            ..FIELD
        },
        Field {
            name: "succeeded",
            ty: Type::List(&Type::String),
            tag: Tag::Own(1),
            list: Some(ListKind::Set),
            go_type: Some("[]types.UID"),
            description: "succeeded holds UIDs of succeeded Pods.",
            ..FIELD
        },
    ],
};

static COORDINATION_V1_LEASE: Definition = Definition {
    name: "io.k8s.api.coordination.v1.Lease",
    kind: Some(("coordination.k8s.io", "v1", "Lease")),
    is_atomic: false,
    description: "Lease defines a lease concept.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&COORDINATION_V1_LEASE_SPEC),
            tag: Tag::Own(2),
            description: "spec contains the specification of the Lease. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
    ],
};

static COORDINATION_V1_LEASE_SPEC: Definition = Definition {
    name: "io.k8s.api.coordination.v1.LeaseSpec",
    kind: None,
    is_atomic: false,
    description: "LeaseSpec is a specification of a Lease.",
    fields: &[
        Field {
            name: "acquireTime",
            ty: Type::MicroTime,
            tag: Tag::Own(3),
            description: "acquireTime is a time when the current lease was acquired.",
            ..FIELD
        },
        Field {
            name: "holderIdentity",
            ty: Type::String,
            tag: Tag::Own(1),
            is_pointer: true,
            description: "holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election is used, the holder identity must be equal to the elected LeaseCandidate.metadata.name field.",
            ..FIELD
        },
        Field {
            name: "leaseDurationSeconds",
            ty: Type::Int32,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "leaseDurationSeconds is a duration that candidates for a lease need to wait to force acquire it. This is measured against the time of last observed renewTime.",
            ..FIELD
        },
        Field {
            name: "leaseTransitions",
            ty: Type::Int32,
            tag: Tag::Own(5),
            is_pointer: true,
            description: "leaseTransitions is the number of transitions of a lease between holders.",
            ..FIELD
        },
        Field {
            name: "preferredHolder",
            ty: Type::String,
            tag: Tag::Own(7),
            is_pointer: true,
            description: "PreferredHolder signals to a lease holder that the lease has a more optimal holder and should be given up. This field can only be set if Strategy is also set.",
            ..FIELD
        },
        Field {
            name: "renewTime",
            ty: Type::MicroTime,
            tag: Tag::Own(4),
            description: "renewTime is a time when the current holder of a lease has last updated the lease.",
            ..FIELD
        },
        Field {
            name: "strategy",
            ty: Type::String,
            tag: Tag::Own(6),
            go_type: Some("v1.CoordinatedLeaseStrategy"),
            is_pointer: true,
            description: "Strategy indicates the strategy for picking the leader for coordinated leader election. If the field is not specified, there is no active coordination for this lease. (Alpha) Using this field requires the CoordinatedLeaderElection feature gate to be enabled.",
            ..FIELD
        },
    ],
};

static CORE_V1_AWSELASTIC_BLOCK_STORE_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a Persistent Disk resource in AWS.\n\nAn AWS EBS disk must exist before mounting to a container. The disk must also be in the same AWS zone as the kubelet. An AWS EBS disk can only be mounted as read/write once. AWS EBS volumes support ownership management and SELinux relabeling.",
    fields: &[
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "fsType is the filesystem type of the volume that you want to mount. Tip: Ensure that the filesystem type is supported by the host operating system. Examples: \"ext4\", \"xfs\", \"ntfs\". Implicitly inferred to be \"ext4\" if unspecified. More info: https://kubernetes.io/docs/concepts/storage/volumes#awselasticblockstore",
            ..FIELD
        },
        Field {
            name: "partition",
            ty: Type::Int32,
            tag: Tag::Own(3),
            description: "partition is the partition in the volume that you want to mount. If omitted, the default is to mount by volume name. Examples: For volume /dev/sda1, you specify the partition as \"1\". Similarly, the volume partition for /dev/sda is \"0\" (or you can leave the property empty).",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(4),
            description: "readOnly value true will force the readOnly setting in VolumeMounts. More info: https://kubernetes.io/docs/concepts/storage/volumes#awselasticblockstore",
            ..FIELD
        },
        Field {
            name: "volumeID",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "volumeID is unique ID of the persistent disk resource in AWS (Amazon EBS volume). More info: https://kubernetes.io/docs/concepts/storage/volumes#awselasticblockstore",
            ..FIELD
        },
    ],
};

static CORE_V1_AFFINITY: Definition = Definition {
    name: "io.k8s.api.core.v1.Affinity",
    kind: None,
    is_atomic: false,
    description: "Affinity is a group of affinity scheduling rules.",
    fields: &[
        Field {
            name: "nodeAffinity",
            ty: Type::Object(&CORE_V1_NODE_AFFINITY),
            tag: Tag::Own(1),
            description: "Describes node affinity scheduling rules for the pod.",
            ..FIELD
        },
        Field {
            name: "podAffinity",
            ty: Type::Object(&CORE_V1_POD_AFFINITY),
            tag: Tag::Own(2),
            description: "Describes pod affinity scheduling rules (e.g. co-locate this pod in the same node, zone, etc. as some other pod(s)).",
            ..FIELD
        },
        Field {
            name: "podAntiAffinity",
            ty: Type::Object(&CORE_V1_POD_ANTI_AFFINITY),
            tag: Tag::Own(3),
            description: "Describes pod anti-affinity scheduling rules (e.g. avoid putting this pod in the same node, zone, etc. as some other pod(s)).",
            ..FIELD
        },
    ],
};

static CORE_V1_APP_ARMOR_PROFILE: Definition = Definition {
    name: "io.k8s.api.core.v1.AppArmorProfile",
    kind: None,
    is_atomic: false,
    description: "AppArmorProfile defines a pod or container's AppArmor settings.",
    fields: &[
        Field {
            name: "localhostProfile",
            ty: Type::String,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "localhostProfile indicates a profile loaded on the node that should be used. The profile must be preconfigured on the node to work. Must match the loaded name of the profile. Must be set if and only if type is \"Localhost\".",
            ..FIELD
        },
        Field {
            name: "type",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            go_type: Some("v1.AppArmorProfileType"),
            description: "type indicates which kind of AppArmor profile will be applied. Valid options are:\n  Localhost - a profile pre-loaded on the node.\n  RuntimeDefault - the container runtime's default profile.\n  Unconfined - no AppArmor enforcement.",
            ..FIELD
        },
    ],
};

static CORE_V1_ATTACHED_VOLUME: Definition = Definition {
    name: "io.k8s.api.core.v1.AttachedVolume",
    kind: None,
    is_atomic: false,
    description: "AttachedVolume describes a volume attached to a node",
    fields: &[
        Field {
            name: "devicePath",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "DevicePath represents the device path where the volume should be available",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Name of the attached volume",
            ..FIELD
        },
    ],
};

static CORE_V1_AZURE_DISK_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.AzureDiskVolumeSource",
    kind: None,
    is_atomic: false,
    description: "AzureDisk represents an Azure Data Disk mount on the host and bind mount to the pod.",
    fields: &[
        Field {
            name: "cachingMode",
            ty: Type::String,
            tag: Tag::Own(3),
            is_pointer: true,
            description: "cachingMode is the Host Caching mode: None, Read Only, Read Write.",
            ..FIELD
        },
        Field {
            name: "diskName",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "diskName is the Name of the data disk in the blob storage",
            ..FIELD
        },
        Field {
            name: "diskURI",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "diskURI is the URI of data disk in the blob storage",
            ..FIELD
        },
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "fsType is Filesystem type to mount. Must be a filesystem type supported by the host operating system. Ex. \"ext4\", \"xfs\", \"ntfs\". Implicitly inferred to be \"ext4\" if unspecified.",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            tag: Tag::Own(6),
            is_pointer: true,
            description: "kind expected values are Shared: multiple blob disks per storage account  Dedicated: single blob disk per storage account  Managed: azure managed data disk (only in managed availability set). defaults to shared",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(5),
            is_pointer: true,
            description: "readOnly Defaults to false (read/write). ReadOnly here will force the ReadOnly setting in VolumeMounts.",
            ..FIELD
        },
    ],
};

static CORE_V1_AZURE_FILE_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.AzureFileVolumeSource",
    kind: None,
    is_atomic: false,
    description: "AzureFile represents an Azure File Service mount on the host and bind mount to the pod.",
    fields: &[
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(3),
            description: "readOnly defaults to false (read/write). ReadOnly here will force the ReadOnly setting in VolumeMounts.",
            ..FIELD
        },
        Field {
            name: "secretName",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "secretName is the  name of secret that contains Azure Storage Account Name and Key",
            ..FIELD
        },
        Field {
            name: "shareName",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "shareName is the azure share Name",
            ..FIELD
        },
    ],
};

static CORE_V1_BINDING: Definition = Definition {
    name: "io.k8s.api.core.v1.Binding",
    kind: Some(("", "v1", "Binding")),
    is_atomic: false,
    description: "Binding ties one object to another; for example, a pod is bound to a node by a scheduler.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "target",
            ty: Type::Object(&CORE_V1_OBJECT_REFERENCE),
            is_required: true,
            tag: Tag::Own(2),
            description: "The target object that you want to bind to the standard object.",
            ..FIELD
        },
    ],
};

static CORE_V1_CSIVOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.CSIVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a source location of a volume to mount, managed by an external CSI driver",
    fields: &[
        Field {
            name: "driver",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "driver is the name of the CSI driver that handles this volume. Consult with your admin for the correct name as registered in the cluster.",
            ..FIELD
        },
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(3),
            is_pointer: true,
            description: "fsType to mount. Ex. \"ext4\", \"xfs\", \"ntfs\". If not provided, the empty value is passed to the associated CSI driver which will determine the default filesystem to apply.",
            ..FIELD
        },
        Field {
            name: "nodePublishSecretRef",
            ty: Type::Object(&CORE_V1_LOCAL_OBJECT_REFERENCE),
            tag: Tag::Own(5),
            description: "nodePublishSecretRef is a reference to the secret object containing sensitive information to pass to the CSI driver to complete the CSI NodePublishVolume and NodeUnpublishVolume calls. This field is optional, and  may be empty if no secret is required. If the secret object contains more than one secret, all secret references are passed.",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "readOnly specifies a read-only configuration for the volume. Defaults to false (read/write).",
            ..FIELD
        },
        Field {
            name: "volumeAttributes",
            ty: Type::Map(&Type::String),
            tag: Tag::Own(4),
            description: "volumeAttributes stores driver-specific properties that are passed to the CSI driver. Consult your driver's documentation for supported values.",
            ..FIELD
        },
    ],
};

static CORE_V1_CAPABILITIES: Definition = Definition {
    name: "io.k8s.api.core.v1.Capabilities",
    kind: None,
    is_atomic: false,
    description: "Adds and removes POSIX capabilities from running containers.",
    fields: &[
        Field {
            name: "add",
            ty: Type::List(&Type::String),
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            go_type: Some("[]v1.Capability"),
            description: "Added capabilities",
            ..FIELD
        },
        Field {
            name: "drop",
            ty: Type::List(&Type::String),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            go_type: Some("[]v1.Capability"),
            description: "Removed capabilities",
            ..FIELD
        },
    ],
};

static CORE_V1_CEPH_FSVOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.CephFSVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a Ceph Filesystem mount that lasts the lifetime of a pod Cephfs volumes do not support ownership management or SELinux relabeling.",
    fields: &[
        Field {
            name: "monitors",
            ty: Type::List(&Type::String),
            is_required: true,
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "monitors is Required: Monitors is a collection of Ceph monitors More info: https://examples.k8s.io/volumes/cephfs/README.md#how-to-use-it",
            ..FIELD
        },
        Field {
            name: "path",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "path is Optional: Used as the mounted root, rather than the full Ceph tree, default is /",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(6),
            description: "readOnly is Optional: Defaults to false (read/write). ReadOnly here will force the ReadOnly setting in VolumeMounts. More info: https://examples.k8s.io/volumes/cephfs/README.md#how-to-use-it",
            ..FIELD
        },
        Field {
            name: "secretFile",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "secretFile is Optional: SecretFile is the path to key ring for User, default is /etc/ceph/user.secret More info: https://examples.k8s.io/volumes/cephfs/README.md#how-to-use-it",
            ..FIELD
        },
        Field {
            name: "secretRef",
            ty: Type::Object(&CORE_V1_LOCAL_OBJECT_REFERENCE),
            tag: Tag::Own(5),
            description: "secretRef is Optional: SecretRef is reference to the authentication secret for User, default is empty. More info: https://examples.k8s.io/volumes/cephfs/README.md#how-to-use-it",
            ..FIELD
        },
        Field {
            name: "user",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "user is optional: User is the rados user name, default is admin More info: https://examples.k8s.io/volumes/cephfs/README.md#how-to-use-it",
            ..FIELD
        },
    ],
};

static CORE_V1_CINDER_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.CinderVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a cinder volume resource in Openstack. A Cinder volume must exist before mounting to a container. The volume must also be in the same region as the kubelet. Cinder volumes support ownership management and SELinux relabeling.",
    fields: &[
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "fsType is the filesystem type to mount. Must be a filesystem type supported by the host operating system. Examples: \"ext4\", \"xfs\", \"ntfs\". Implicitly inferred to be \"ext4\" if unspecified. More info: https://examples.k8s.io/mysql-cinder-pd/README.md",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(3),
            description: "readOnly defaults to false (read/write). ReadOnly here will force the ReadOnly setting in VolumeMounts. More info: https://examples.k8s.io/mysql-cinder-pd/README.md",
            ..FIELD
        },
        Field {
            name: "secretRef",
            ty: Type::Object(&CORE_V1_LOCAL_OBJECT_REFERENCE),
            tag: Tag::Own(4),
            description: "secretRef is optional: points to a secret object containing parameters used to connect to OpenStack.",
            ..FIELD
        },
        Field {
            name: "volumeID",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "volumeID used to identify the volume in cinder. More info: https://examples.k8s.io/mysql-cinder-pd/README.md",
            ..FIELD
        },
    ],
};

static CORE_V1_CLUSTER_TRUST_BUNDLE_PROJECTION: Definition = Definition {
    name: "io.k8s.api.core.v1.ClusterTrustBundleProjection",
    kind: None,
    is_atomic: false,
    description: "ClusterTrustBundleProjection describes how to select a set of ClusterTrustBundle objects and project their contents into the pod filesystem.",
    fields: &[
        Field {
            name: "labelSelector",
            ty: Type::Object(&META_V1_LABEL_SELECTOR),
            tag: Tag::Own(3),
            description: "Select all ClusterTrustBundles that match this label selector.  Only has effect if signerName is set.  Mutually-exclusive with name.  If unset, interpreted as \"match nothing\".  If set but empty, interpreted as \"match everything\".",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Own(1),
            is_pointer: true,
            description: "Select a single ClusterTrustBundle by object name.  Mutually-exclusive with signerName and labelSelector.",
            ..FIELD
        },
        Field {
            name: "optional",
            ty: Type::Bool,
            tag: Tag::Own(5),
            is_pointer: true,
            description: "If true, don't block pod startup if the referenced ClusterTrustBundle(s) aren't available.  If using name, then the named ClusterTrustBundle is allowed not to exist.  If using signerName, then the combination of signerName and labelSelector is allowed to match zero ClusterTrustBundles.",
            ..FIELD
        },
        Field {
            name: "path",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(4),
            description: "Relative path from the volume root to write the bundle.",
            ..FIELD
        },
        Field {
            name: "signerName",
            ty: Type::String,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "Select all ClusterTrustBundles that match this signer name. Mutually-exclusive with name.  The contents of all selected ClusterTrustBundles will be unified and deduplicated.",
            ..FIELD
        },
    ],
};

static CORE_V1_CONFIG_MAP: Definition = Definition {
    name: "io.k8s.api.core.v1.ConfigMap",
    kind: Some(("", "v1", "ConfigMap")),
    is_atomic: false,
    description: "ConfigMap holds configuration data for pods to consume.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "binaryData",
            ty: Type::Map(&Type::Bytes),
            tag: Tag::Own(3),
            description: "BinaryData contains the binary data. Each key must consist of alphanumeric characters, '-', '_' or '.'. BinaryData can contain byte sequences that are not in the UTF-8 range. The keys stored in BinaryData must not overlap with the ones in the Data field, this is enforced during validation process. Using this field will require 1.10+ apiserver and kubelet.",
            ..FIELD
        },
        Field {
            name: "data",
            ty: Type::Map(&Type::String),
            tag: Tag::Own(2),
            description: "Data contains the configuration data. Each key must consist of alphanumeric characters, '-', '_' or '.'. Values with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data must not overlap with the keys in the BinaryData field, this is enforced during validation process.",
            ..FIELD
        },
        Field {
            name: "immutable",
            ty: Type::Bool,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "Immutable, if set to true, ensures that data stored in the ConfigMap cannot be updated (only object metadata can be modified). If not set to true, the field can be modified at any time. Defaulted to nil.",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
    ],
};

static CORE_V1_CONFIG_MAP_ENV_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.ConfigMapEnvSource",
    kind: None,
    is_atomic: false,
    description: "ConfigMapEnvSource selects a ConfigMap to populate the environment variables with.\n\nThe contents of the target ConfigMap's Data field will represent the key-value pairs as environment variables.",
    fields: &[
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Embedded(1, 1),
            description: "Name of the referent. This field is effectively required, but due to backwards compatibility is allowed to be empty. Instances of this type with an empty value here are almost certainly wrong. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names",
            ..FIELD
        },
        Field {
            name: "optional",
            ty: Type::Bool,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "Specify whether the ConfigMap must be defined",
            ..FIELD
        },
    ],
};

static CORE_V1_CONFIG_MAP_KEY_SELECTOR: Definition = Definition {
    name: "io.k8s.api.core.v1.ConfigMapKeySelector",
    kind: None,
    is_atomic: true,
    description: "Selects a key from a ConfigMap.",
    fields: &[
        Field {
            name: "key",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "The key to select.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Embedded(1, 1),
            description: "Name of the referent. This field is effectively required, but due to backwards compatibility is allowed to be empty. Instances of this type with an empty value here are almost certainly wrong. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names",
            ..FIELD
        },
        Field {
            name: "optional",
            ty: Type::Bool,
            tag: Tag::Own(3),
            is_pointer: true,
            description: "Specify whether the ConfigMap or its key must be defined",
            ..FIELD
        },
    ],
};

static CORE_V1_CONFIG_MAP_NODE_CONFIG_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.ConfigMapNodeConfigSource",
    kind: None,
    is_atomic: false,
    description: "ConfigMapNodeConfigSource contains the information to reference a ConfigMap as a config source for the Node. This API is deprecated since 1.22: https://git.k8s.io/enhancements/keps/sig-node/281-dynamic-kubelet-configuration",
    fields: &[
        Field {
            name: "kubeletConfigKey",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(5),
            description: "KubeletConfigKey declares which key of the referenced ConfigMap corresponds to the KubeletConfiguration structure This field is required in all cases.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "Name is the metadata.name of the referenced ConfigMap. This field is required in all cases.",
            ..FIELD
        },
        Field {
            name: "namespace",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Namespace is the metadata.namespace of the referenced ConfigMap. This field is required in all cases.",
            ..FIELD
        },
        Field {
            name: "resourceVersion",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "ResourceVersion is the metadata.ResourceVersion of the referenced ConfigMap. This field is forbidden in Node.Spec, and required in Node.Status.",
            ..FIELD
        },
        Field {
            name: "uid",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "UID is the metadata.UID of the referenced ConfigMap. This field is forbidden in Node.Spec, and required in Node.Status.",
            ..FIELD
        },
    ],
};

static CORE_V1_CONFIG_MAP_PROJECTION: Definition = Definition {
    name: "io.k8s.api.core.v1.ConfigMapProjection",
    kind: None,
    is_atomic: false,
    description: "Adapts a ConfigMap into a projected volume.\n\nThe contents of the target ConfigMap's Data field will be presented in a projected volume as files using the keys in the Data field as the file names, unless the items element is populated with specific mappings of keys to paths. Note that this is identical to a configmap volume source without the default mode.",
    fields: &[
        Field {
            name: "items",
            ty: Type::List(&Type::Object(&CORE_V1_KEY_TO_PATH)),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "items if unspecified, each key-value pair in the Data field of the referenced ConfigMap will be projected into the volume as a file whose name is the key and content is the value. If specified, the listed keys will be projected into the specified paths, and unlisted keys will not be present. If a key is specified which is not present in the ConfigMap, the volume setup will error unless it is marked optional. Paths must be relative and may not contain the '..' path or start with '..'.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Embedded(1, 1),
            description: "Name of the referent. This field is effectively required, but due to backwards compatibility is allowed to be empty. Instances of this type with an empty value here are almost certainly wrong. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names",
            ..FIELD
        },
        Field {
            name: "optional",
            ty: Type::Bool,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "optional specify whether the ConfigMap or its keys must be defined",
            ..FIELD
        },
    ],
};

static CORE_V1_CONFIG_MAP_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.ConfigMapVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Adapts a ConfigMap into a volume.\n\nThe contents of the target ConfigMap's Data field will be presented in a volume as files using the keys in the Data field as the file names, unless the items element is populated with specific mappings of keys to paths. ConfigMap volumes support ownership management and SELinux relabeling.",
    fields: &[
        Field {
            name: "defaultMode",
            ty: Type::Int32,
            tag: Tag::Own(3),
            is_pointer: true,
            description: "defaultMode is optional: mode bits used to set permissions on created files by default. Must be an octal value between 0000 and 0777 or a decimal value between 0 and 511. YAML accepts both octal and decimal values, JSON requires decimal values for mode bits. Defaults to 0644. Directories within the path are not affected by this setting. This might be in conflict with other options that affect the file mode, like fsGroup, and the result can be other mode bits set.",
            ..FIELD
        },
        Field {
            name: "items",
            ty: Type::List(&Type::Object(&CORE_V1_KEY_TO_PATH)),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "items if unspecified, each key-value pair in the Data field of the referenced ConfigMap will be projected into the volume as a file whose name is the key and content is the value. If specified, the listed keys will be projected into the specified paths, and unlisted keys will not be present. If a key is specified which is not present in the ConfigMap, the volume setup will error unless it is marked optional. Paths must be relative and may not contain the '..' path or start with '..'.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Embedded(1, 1),
            description: "Name of the referent. This field is effectively required, but due to backwards compatibility is allowed to be empty. Instances of this type with an empty value here are almost certainly wrong. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names",
            ..FIELD
        },
        Field {
            name: "optional",
            ty: Type::Bool,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "optional specify whether the ConfigMap or its keys must be defined",
            ..FIELD
        },
    ],
};

static CORE_V1_CONTAINER: Definition = Definition {
    name: "io.k8s.api.core.v1.Container",
    kind: None,
    is_atomic: false,
    description: "A single application container that you want to run within a pod.",
    fields: &[
        Field {
            name: "args",
            ty: Type::List(&Type::String),
            tag: Tag::Own(4),
            list: Some(ListKind::Atomic),
            description: "Arguments to the entrypoint. The container image's CMD is used if this is not provided. Variable references $(VAR_NAME) are expanded using the container's environment. If a variable cannot be resolved, the reference in the input string will be unchanged. Double $$ are reduced to a single $, which allows for escaping the $(VAR_NAME) syntax: i.e. \"$$(VAR_NAME)\" will produce the string literal \"$(VAR_NAME)\". Escaped references will never be expanded, regardless of whether the variable exists or not. Cannot be updated. More info: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#running-a-command-in-a-shell",
            ..FIELD
        },
        Field {
            name: "command",
            ty: Type::List(&Type::String),
            tag: Tag::Own(3),
            list: Some(ListKind::Atomic),
            description: "Entrypoint array. Not executed within a shell. The container image's ENTRYPOINT is used if this is not provided. Variable references $(VAR_NAME) are expanded using the container's environment. If a variable cannot be resolved, the reference in the input string will be unchanged. Double $$ are reduced to a single $, which allows for escaping the $(VAR_NAME) syntax: i.e. \"$$(VAR_NAME)\" will produce the string literal \"$(VAR_NAME)\". Escaped references will never be expanded, regardless of whether the variable exists or not. Cannot be updated. More info: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#running-a-command-in-a-shell",
            ..FIELD
        },
        Field {
            name: "env",
            ty: Type::List(&Type::Object(&CORE_V1_ENV_VAR)),
            tag: Tag::Own(7),
            list: Some(ListKind::Map(&["name"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("name"),
            description: "List of environment variables to set in the container. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "envFrom",
            ty: Type::List(&Type::Object(&CORE_V1_ENV_FROM_SOURCE)),
            tag: Tag::Own(19),
            list: Some(ListKind::Atomic),
            description: "List of sources to populate environment variables in the container. The keys defined within a source may consist of any printable ASCII characters except '='. When a key exists in multiple sources, the value associated with the last source will take precedence. Values defined by an Env with a duplicate key will take precedence. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "image",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "Container image name. More info: https://kubernetes.io/docs/concepts/containers/images This field is optional to allow higher level config management to default or override container images in workload controllers like Deployments and StatefulSets.",
            ..FIELD
        },
        Field {
            name: "imagePullPolicy",
            ty: Type::String,
            tag: Tag::Own(14),
            go_type: Some("v1.PullPolicy"),
            description: "Image pull policy. One of Always, Never, IfNotPresent. Defaults to Always if :latest tag is specified, or IfNotPresent otherwise. Cannot be updated. More info: https://kubernetes.io/docs/concepts/containers/images#updating-images",
            ..FIELD
        },
        Field {
            name: "lifecycle",
            ty: Type::Object(&CORE_V1_LIFECYCLE),
            tag: Tag::Own(12),
            description: "Actions that the management system should take in response to container lifecycle events. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "livenessProbe",
            ty: Type::Object(&CORE_V1_PROBE),
            tag: Tag::Own(10),
            description: "Periodic probe of container liveness. Container will be restarted if the probe fails. Cannot be updated. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Name of the container specified as a DNS_LABEL. Each container in a pod must have a unique name (DNS_LABEL). Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "ports",
            ty: Type::List(&Type::Object(&CORE_V1_CONTAINER_PORT)),
            tag: Tag::Own(6),
            list: Some(ListKind::Map(&["containerPort", "protocol"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("containerPort"),
            description: "List of ports to expose from the container. Not specifying a port here DOES NOT prevent that port from being exposed. Any port which is listening on the default \"0.0.0.0\" address inside a container will be accessible from the network. Modifying this array with strategic merge patch may corrupt the data. For more information See https://github.com/kubernetes/kubernetes/issues/108255. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "readinessProbe",
            ty: Type::Object(&CORE_V1_PROBE),
            tag: Tag::Own(11),
            description: "Periodic probe of container service readiness. Container will be removed from service endpoints if the probe fails. Cannot be updated. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes",
            ..FIELD
        },
        Field {
            name: "resizePolicy",
            ty: Type::List(&Type::Object(&CORE_V1_CONTAINER_RESIZE_POLICY)),
            tag: Tag::Own(23),
            list: Some(ListKind::Atomic),
            description: "Resources resize policy for the container. This field cannot be set on ephemeral containers.",
            ..FIELD
        },
        Field {
            name: "resources",
            ty: Type::Object(&CORE_V1_RESOURCE_REQUIREMENTS),
            tag: Tag::Own(8),
            description: "Compute Resources required by this container. Cannot be updated. More info: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
            ..FIELD
        },
        Field {
            name: "restartPolicy",
            ty: Type::String,
            tag: Tag::Own(24),
            go_type: Some("v1.ContainerRestartPolicy"),
            is_pointer: true,
            description: "RestartPolicy defines the restart behavior of individual containers in a pod. This overrides the pod-level restart policy. When this field is not specified, the restart behavior is defined by the Pod's restart policy and the container type. Additionally, setting the RestartPolicy as \"Always\" for the init container will have the following effect: this init container will be continually restarted on exit until all regular containers have terminated. Once all regular containers have completed, all init containers with restartPolicy \"Always\" will be shut down. This lifecycle differs from normal init containers and is often referred to as a \"sidecar\" container. Although this init container still starts in the init container sequence, it does not wait for the container to complete before proceeding to the next init container. Instead, the next init container starts immediately after this init container is started, or after any startupProbe has successfully completed.",
            ..FIELD
        },
        Field {
            name: "restartPolicyRules",
            ty: Type::List(&Type::Object(&CORE_V1_CONTAINER_RESTART_RULE)),
            tag: Tag::Own(25),
            list: Some(ListKind::Atomic),
            description: "Represents a list of rules to be checked to determine if the container should be restarted on exit. The rules are evaluated in order. Once a rule matches a container exit condition, the remaining rules are ignored. If no rule matches the container exit condition, the Container-level restart policy determines the whether the container is restarted or not. Constraints on the rules: - At most 20 rules are allowed. - Rules can have the same action. - Identical rules are not forbidden in validations. When rules are specified, container MUST set RestartPolicy explicitly even it if matches the Pod's RestartPolicy.",
            ..FIELD
        },
        Field {
            name: "securityContext",
            ty: Type::Object(&CORE_V1_SECURITY_CONTEXT),
            tag: Tag::Own(15),
            description: "SecurityContext defines the security options the container should be run with. If set, the fields of SecurityContext override the equivalent fields of PodSecurityContext. More info: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
            ..FIELD
        },
        Field {
            name: "startupProbe",
            ty: Type::Object(&CORE_V1_PROBE),
            tag: Tag::Own(22),
            description: "StartupProbe indicates that the Pod has successfully initialized. If specified, no other probes are executed until this completes successfully. If this probe fails, the Pod will be restarted, just as if the livenessProbe failed. This can be used to provide different probe parameters at the beginning of a Pod's lifecycle, when it might take a long time to load data or warm a cache, than during steady-state operation. This cannot be updated. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes",
            ..FIELD
        },
        Field {
            name: "stdin",
            ty: Type::Bool,
            tag: Tag::Own(16),
            description: "Whether this container should allocate a buffer for stdin in the container runtime. If this is not set, reads from stdin in the container will always result in EOF. Default is false.",
            ..FIELD
        },
        Field {
            name: "stdinOnce",
            ty: Type::Bool,
            tag: Tag::Own(17),
            description: "Whether the container runtime should close the stdin channel after it has been opened by a single attach. When stdin is true the stdin stream will remain open across multiple attach sessions. If stdinOnce is set to true, stdin is opened on container start, is empty until the first client attaches to stdin, and then remains open and accepts data until the client disconnects, at which time stdin is closed and remains closed until the container is restarted. If this flag is false, a container processes that reads from stdin will never receive an EOF. Default is false",
            ..FIELD
        },
        Field {
            name: "terminationMessagePath",
            ty: Type::String,
            tag: Tag::Own(13),
            description: "Optional: Path at which the file to which the container's termination message will be written is mounted into the container's filesystem. Message written is intended to be brief final status, such as an assertion failure message. Will be truncated by the node if greater than 4096 bytes. The total message length across all containers will be limited to 12kb. Defaults to /dev/termination-log. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "terminationMessagePolicy",
            ty: Type::String,
            tag: Tag::Own(20),
            go_type: Some("v1.TerminationMessagePolicy"),
            description: "Indicate how the termination message should be populated. File will use the contents of terminationMessagePath to populate the container status message on both success and failure. FallbackToLogsOnError will use the last chunk of container log output if the termination message file is empty and the container exited with an error. The log output is limited to 2048 bytes or 80 lines, whichever is smaller. Defaults to File. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "tty",
            ty: Type::Bool,
            tag: Tag::Own(18),
            description: "Whether this container should allocate a TTY for itself, also requires 'stdin' to be true. Default is false.",
            ..FIELD
        },
        Field {
            name: "volumeDevices",
            ty: Type::List(&Type::Object(&CORE_V1_VOLUME_DEVICE)),
            tag: Tag::Own(21),
            list: Some(ListKind::Map(&["devicePath"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("devicePath"),
            description: "volumeDevices is the list of block devices to be used by the container.",
            ..FIELD
        },
        Field {
            name: "volumeMounts",
            ty: Type::List(&Type::Object(&CORE_V1_VOLUME_MOUNT)),
            tag: Tag::Own(9),
            list: Some(ListKind::Map(&["mountPath"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("mountPath"),
            description: "Pod volumes to mount into the container's filesystem. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "workingDir",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "Container's working directory. If not specified, the container runtime's default will be used, which might be configured in the container image. Cannot be updated.",
            ..FIELD
        },
    ],
};

static CORE_V1_CONTAINER_EXTENDED_RESOURCE_REQUEST: Definition = Definition {
    name: "io.k8s.api.core.v1.ContainerExtendedResourceRequest",
    kind: None,
    is_atomic: false,
    description: "ContainerExtendedResourceRequest has the mapping of container name, extended resource name to the device request name.",
    fields: &[
        Field {
            name: "containerName",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "The name of the container requesting resources.",
            ..FIELD
        },
        Field {
            name: "requestName",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(3),
            description: "The name of the request in the special ResourceClaim which corresponds to the extended resource.",
            ..FIELD
        },
        Field {
            name: "resourceName",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "The name of the extended resource in that container which gets backed by DRA.",
            ..FIELD
        },
    ],
};

static CORE_V1_CONTAINER_IMAGE: Definition = Definition {
    name: "io.k8s.api.core.v1.ContainerImage",
    kind: None,
    is_atomic: false,
    description: "Describe a container image",
    fields: &[
        Field {
            name: "names",
            ty: Type::List(&Type::String),
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "Names by which this image is known. e.g. [\"kubernetes.example/hyperkube:v1.0.7\", \"cloud-vendor.registry.example/cloud-vendor/hyperkube:v1.0.7\"]",
            ..FIELD
        },
        Field {
            name: "sizeBytes",
            ty: Type::Int64,
            tag: Tag::Own(2),
            description: "The size of the image in bytes.",
            ..FIELD
        },
    ],
};

static CORE_V1_CONTAINER_PORT: Definition = Definition {
    name: "io.k8s.api.core.v1.ContainerPort",
    kind: None,
    is_atomic: false,
    description: "ContainerPort represents a network port in a single container.",
    fields: &[
        Field {
            name: "containerPort",
            ty: Type::Int32,
            is_required: true,
            tag: Tag::Own(3),
            description: "Number of port to expose on the pod's IP address. This must be a valid port number, 0 < x < 65536.",
            ..FIELD
        },
        Field {
            name: "hostIP",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "What host IP to bind the external port to.",
            ..FIELD
        },
        Field {
            name: "hostPort",
            ty: Type::Int32,
            tag: Tag::Own(2),
            description: "Number of port to expose on the host. If specified, this must be a valid port number, 0 < x < 65536. If HostNetwork is specified, this must match ContainerPort. Most containers do not need this.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "If specified, this must be an IANA_SVC_NAME and unique within the pod. Each named port in a pod must have a unique name. Name for the port that can be referred to by services.",
            ..FIELD
        },
        Field {
            name: "protocol",
            ty: Type::String,
            tag: Tag::Own(4),
            go_type: Some("v1.Protocol"),
            description: "Protocol for port. Must be UDP, TCP, or SCTP. Defaults to \"TCP\".",
            ..FIELD
        },
    ],
};

static CORE_V1_CONTAINER_RESIZE_POLICY: Definition = Definition {
    name: "io.k8s.api.core.v1.ContainerResizePolicy",
    kind: None,
    is_atomic: false,
    description: "ContainerResizePolicy represents resource resize policy for the container.",
    fields: &[
        Field {
            name: "resourceName",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Name of the resource to which this resource resize policy applies. Supported values: cpu, memory.",
            ..FIELD
        },
        Field {
            name: "restartPolicy",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "Restart policy to apply when specified resource is resized. If not specified, it defaults to NotRequired.",
            ..FIELD
        },
    ],
};

static CORE_V1_CONTAINER_RESTART_RULE: Definition = Definition {
    name: "io.k8s.api.core.v1.ContainerRestartRule",
    kind: None,
    is_atomic: false,
    description: "ContainerRestartRule describes how a container exit is handled.",
    fields: &[
        Field {
            name: "action",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Specifies the action taken on a container exit if the requirements are satisfied. The only possible value is \"Restart\" to restart the container.",
            ..FIELD
        },
        Field {
            name: "exitCodes",
            ty: Type::Object(&CORE_V1_CONTAINER_RESTART_RULE_ON_EXIT_CODES),
            tag: Tag::Own(2),
            description: "Represents the exit codes to check on container exits.",
            ..FIELD
        },
    ],
};

static CORE_V1_CONTAINER_RESTART_RULE_ON_EXIT_CODES: Definition = Definition {
    name: "io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes",
    kind: None,
    is_atomic: false,
    description: "ContainerRestartRuleOnExitCodes describes the condition for handling an exited container based on its exit codes.",
    fields: &[
        Field {
            name: "operator",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Represents the relationship between the container exit code(s) and the specified values. Possible values are: - In: the requirement is satisfied if the container exit code is in the\n  set of specified values.\n- NotIn: the requirement is satisfied if the container exit code is\n  not in the set of specified values.",
            ..FIELD
        },
        Field {
            name: "values",
            ty: Type::List(&Type::Int32),
            tag: Tag::Own(2),
            list: Some(ListKind::Set),
            description: "Specifies the set of values to check for container exit codes. At most 255 elements are allowed.",
            ..FIELD
        },
    ],
};

static CORE_V1_CONTAINER_STATE: Definition = Definition {
    name: "io.k8s.api.core.v1.ContainerState",
    kind: None,
    is_atomic: false,
    description: "ContainerState holds a possible state of container. Only one of its members may be specified. If none of them is specified, the default one is ContainerStateWaiting.",
    fields: &[
        Field {
            name: "running",
            ty: Type::Object(&CORE_V1_CONTAINER_STATE_RUNNING),
            tag: Tag::Own(2),
            description: "Details about a running container",
            ..FIELD
        },
        Field {
            name: "terminated",
            ty: Type::Object(&CORE_V1_CONTAINER_STATE_TERMINATED),
            tag: Tag::Own(3),
            description: "Details about a terminated container",
            ..FIELD
        },
        Field {
            name: "waiting",
            ty: Type::Object(&CORE_V1_CONTAINER_STATE_WAITING),
            tag: Tag::Own(1),
            description: "Details about a waiting container",
            ..FIELD
        },
    ],
};

static CORE_V1_CONTAINER_STATE_RUNNING: Definition = Definition {
    name: "io.k8s.api.core.v1.ContainerStateRunning",
    kind: None,
    is_atomic: false,
    description: "ContainerStateRunning is a running state of a container.",
    fields: &[Field {
        name: "startedAt",
        ty: Type::Time,
        tag: Tag::Own(1),
        description: "Time at which the container was last (re-)started",
        ..FIELD
    }],
};

static CORE_V1_CONTAINER_STATE_TERMINATED: Definition = Definition {
    name: "io.k8s.api.core.v1.ContainerStateTerminated",
    kind: None,
    is_atomic: false,
    description: "ContainerStateTerminated is a terminated state of a container.",
    fields: &[
        Field {
            name: "containerID",
            ty: Type::String,
            tag: Tag::Own(7),
            description: "Container's ID in the format '<type>://<container_id>'",
            ..FIELD
        },
        Field {
            name: "exitCode",
            ty: Type::Int32,
            is_required: true,
            tag: Tag::Own(1),
            description: "Exit status from the last termination of the container",
            ..FIELD
        },
        Field {
            name: "finishedAt",
            ty: Type::Time,
            tag: Tag::Own(6),
            description: "Time at which the container last terminated",
            ..FIELD
        },
        Field {
            name: "message",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "Message regarding the last termination of the container",
            ..FIELD
        },
        Field {
            name: "reason",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "(brief) reason from the last termination of the container",
            ..FIELD
        },
        Field {
            name: "signal",
            ty: Type::Int32,
            tag: Tag::Own(2),
            description: "Signal from the last termination of the container",
            ..FIELD
        },
        Field {
            name: "startedAt",
            ty: Type::Time,
            tag: Tag::Own(5),
            description: "Time at which previous execution of the container started",
            ..FIELD
        },
    ],
};

static CORE_V1_CONTAINER_STATE_WAITING: Definition = Definition {
    name: "io.k8s.api.core.v1.ContainerStateWaiting",
    kind: None,
    is_atomic: false,
    description: "ContainerStateWaiting is a waiting state of a container.",
    fields: &[
        Field {
            name: "message",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "Message regarding why the container is not yet running.",
            ..FIELD
        },
        Field {
            name: "reason",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "(brief) reason the container is not yet running.",
            ..FIELD
        },
    ],
};

static CORE_V1_CONTAINER_STATUS: Definition = Definition {
    name: "io.k8s.api.core.v1.ContainerStatus",
    kind: None,
    is_atomic: false,
    description: "ContainerStatus contains details for the current status of this container.",
    fields: &[
        Field {
            name: "allocatedResources",
            ty: Type::Map(&Type::Quantity),
            tag: Tag::Own(10),
            description: "AllocatedResources represents the compute resources allocated for this container by the node. Kubelet sets this value to Container.Resources.Requests upon successful pod admission and after successfully admitting desired pod resize.",
            ..FIELD
        },
        Field {
            name: "allocatedResourcesStatus",
            ty: Type::List(&Type::Object(&CORE_V1_RESOURCE_STATUS)),
            tag: Tag::Own(14),
            list: Some(ListKind::Map(&["name"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("name"),
            description: "AllocatedResourcesStatus represents the status of various resources allocated for this Pod.",
            ..FIELD
        },
        Field {
            name: "containerID",
            ty: Type::String,
            tag: Tag::Own(8),
            description: "ContainerID is the ID of the container in the format '<type>://<container_id>'. Where type is a container runtime identifier, returned from Version call of CRI API (for example \"containerd\").",
            ..FIELD
        },
        Field {
            name: "image",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(6),
            description: "Image is the name of container image that the container is running. The container image may not match the image used in the PodSpec, as it may have been resolved by the runtime. More info: https://kubernetes.io/docs/concepts/containers/images.",
            ..FIELD
        },
        Field {
            name: "imageID",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(7),
            description: "ImageID is the image ID of the container's image. The image ID may not match the image ID of the image used in the PodSpec, as it may have been resolved by the runtime.",
            ..FIELD
        },
        Field {
            name: "lastState",
            ty: Type::Object(&CORE_V1_CONTAINER_STATE),
            tag: Tag::Own(3),
            description: "LastTerminationState holds the last termination state of the container to help debug container crashes and restarts. This field is not populated if the container is still running and RestartCount is 0.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Name is a DNS_LABEL representing the unique name of the container. Each container in a pod must have a unique name across all container types. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "ready",
            ty: Type::Bool,
            is_required: true,
            tag: Tag::Own(4),
            description: "Ready specifies whether the container is currently passing its readiness check. The value will change as readiness probes keep executing. If no readiness probes are specified, this field defaults to true once the container is fully started (see Started field).\n\nThe value is typically used to determine whether a container is ready to accept traffic.",
            ..FIELD
        },
        Field {
            name: "resources",
            ty: Type::Object(&CORE_V1_RESOURCE_REQUIREMENTS),
            tag: Tag::Own(11),
            description: "Resources represents the compute resource requests and limits that have been successfully enacted on the running container after it has been started or has been successfully resized.",
            ..FIELD
        },
        Field {
            name: "restartCount",
            ty: Type::Int32,
            is_required: true,
            tag: Tag::Own(5),
            description: "RestartCount holds the number of times the container has been restarted. Kubelet makes an effort to always increment the value, but there are cases when the state may be lost due to node restarts and then the value may be reset to 0. The value is never negative.",
            ..FIELD
        },
        Field {
            name: "started",
            ty: Type::Bool,
            tag: Tag::Own(9),
            is_pointer: true,
            description: "Started indicates whether the container has finished its postStart lifecycle hook and passed its startup probe. Initialized as false, becomes true after startupProbe is considered successful. Resets to false when the container is restarted, or if kubelet loses state temporarily. In both cases, startup probes will run again. Is always true when no startupProbe is defined and container is running and has passed the postStart lifecycle hook. The null value must be treated the same as false.",
            ..FIELD
        },
        Field {
            name: "state",
            ty: Type::Object(&CORE_V1_CONTAINER_STATE),
            tag: Tag::Own(2),
            description: "State holds details about the container's current condition.",
            ..FIELD
        },
        Field {
            name: "stopSignal",
            ty: Type::String,
            tag: Tag::Own(15),
            is_pointer: true,
            description: "StopSignal reports the effective stop signal for this container",
            ..FIELD
        },
        Field {
            name: "user",
            ty: Type::Object(&CORE_V1_CONTAINER_USER),
            tag: Tag::Own(13),
            description: "User represents user identity information initially attached to the first process of the container",
            ..FIELD
        },
        Field {
            name: "volumeMounts",
            ty: Type::List(&Type::Object(&CORE_V1_VOLUME_MOUNT_STATUS)),
            tag: Tag::Own(12),
            list: Some(ListKind::Map(&["mountPath"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("mountPath"),
            description: "Status of volume mounts.",
            ..FIELD
        },
    ],
};

static CORE_V1_CONTAINER_USER: Definition = Definition {
    name: "io.k8s.api.core.v1.ContainerUser",
    kind: None,
    is_atomic: false,
    description: "ContainerUser represents user identity information",
    fields: &[Field {
        name: "linux",
        ty: Type::Object(&CORE_V1_LINUX_CONTAINER_USER),
        tag: Tag::Own(1),
        description: "Linux holds user identity information initially attached to the first process of the containers in Linux. Note that the actual running identity can be changed if the process has enough privilege to do so.",
        ..FIELD
    }],
};

static CORE_V1_DAEMON_ENDPOINT: Definition = Definition {
    name: "io.k8s.api.core.v1.DaemonEndpoint",
    kind: None,
    is_atomic: false,
    description: "DaemonEndpoint contains information about a single Daemon endpoint.",
    fields: &[Field {
        name: "Port",
        ty: Type::Int32,
        is_required: true,
        tag: Tag::Own(1),
        description: "Port number of the given endpoint.",
        ..FIELD
    }],
};

static CORE_V1_DOWNWARD_APIPROJECTION: Definition = Definition {
    name: "io.k8s.api.core.v1.DownwardAPIProjection",
    kind: None,
    is_atomic: false,
    description: "Represents downward API info for projecting into a projected volume. Note that this is identical to a downwardAPI volume source without the default mode.",
    fields: &[Field {
        name: "items",
        ty: Type::List(&Type::Object(&CORE_V1_DOWNWARD_APIVOLUME_FILE)),
        tag: Tag::Own(1),
        list: Some(ListKind::Atomic),
        description: "Items is a list of DownwardAPIVolume file",
        ..FIELD
    }],
};

static CORE_V1_DOWNWARD_APIVOLUME_FILE: Definition = Definition {
    name: "io.k8s.api.core.v1.DownwardAPIVolumeFile",
    kind: None,
    is_atomic: false,
    description: "DownwardAPIVolumeFile represents information to create the file containing the pod field",
    fields: &[
        Field {
            name: "fieldRef",
            ty: Type::Object(&CORE_V1_OBJECT_FIELD_SELECTOR),
            tag: Tag::Own(2),
            description: "Required: Selects a field of the pod: only annotations, labels, name, namespace and uid are supported.",
            ..FIELD
        },
        Field {
            name: "mode",
            ty: Type::Int32,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "Optional: mode bits used to set permissions on this file, must be an octal value between 0000 and 0777 or a decimal value between 0 and 511. YAML accepts both octal and decimal values, JSON requires decimal values for mode bits. If not specified, the volume defaultMode will be used. This might be in conflict with other options that affect the file mode, like fsGroup, and the result can be other mode bits set.",
            ..FIELD
        },
        Field {
            name: "path",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Required: Path is  the relative path name of the file to be created. Must not be absolute or contain the '..' path. Must be utf-8 encoded. The first item of the relative path must not start with '..'",
            ..FIELD
        },
        Field {
            name: "resourceFieldRef",
            ty: Type::Object(&CORE_V1_RESOURCE_FIELD_SELECTOR),
            tag: Tag::Own(3),
            description: "Selects a resource of the container: only resources limits and requests (limits.cpu, limits.memory, requests.cpu and requests.memory) are currently supported.",
            ..FIELD
        },
    ],
};

static CORE_V1_DOWNWARD_APIVOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.DownwardAPIVolumeSource",
    kind: None,
    is_atomic: false,
    description: "DownwardAPIVolumeSource represents a volume containing downward API info. Downward API volumes support ownership management and SELinux relabeling.",
    fields: &[
        Field {
            name: "defaultMode",
            ty: Type::Int32,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "Optional: mode bits to use on created files by default. Must be a Optional: mode bits used to set permissions on created files by default. Must be an octal value between 0000 and 0777 or a decimal value between 0 and 511. YAML accepts both octal and decimal values, JSON requires decimal values for mode bits. Defaults to 0644. Directories within the path are not affected by this setting. This might be in conflict with other options that affect the file mode, like fsGroup, and the result can be other mode bits set.",
            ..FIELD
        },
        Field {
            name: "items",
            ty: Type::List(&Type::Object(&CORE_V1_DOWNWARD_APIVOLUME_FILE)),
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "Items is a list of downward API volume file",
            ..FIELD
        },
    ],
};

static CORE_V1_EMPTY_DIR_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.EmptyDirVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents an empty directory for a pod. Empty directory volumes support ownership management and SELinux relabeling.",
    fields: &[
        Field {
            name: "medium",
            ty: Type::String,
            tag: Tag::Own(1),
            go_type: Some("v1.StorageMedium"),
            description: "medium represents what type of storage medium should back this directory. The default is \"\" which means to use the node's default medium. Must be an empty string (default) or Memory. More info: https://kubernetes.io/docs/concepts/storage/volumes#emptydir",
            ..FIELD
        },
        Field {
            name: "sizeLimit",
            ty: Type::Quantity,
            tag: Tag::Own(2),
            description: "sizeLimit is the total amount of local storage required for this EmptyDir volume. The size limit is also applicable for memory medium. The maximum usage on memory medium EmptyDir would be the minimum value between the SizeLimit specified here and the sum of memory limits of all containers in a pod. The default is nil which means that the limit is undefined. More info: https://kubernetes.io/docs/concepts/storage/volumes#emptydir",
            ..FIELD
        },
    ],
};

static CORE_V1_ENV_FROM_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.EnvFromSource",
    kind: None,
    is_atomic: false,
    description: "EnvFromSource represents the source of a set of ConfigMaps or Secrets",
    fields: &[
        Field {
            name: "configMapRef",
            ty: Type::Object(&CORE_V1_CONFIG_MAP_ENV_SOURCE),
            tag: Tag::Own(2),
            description: "The ConfigMap to select from",
            ..FIELD
        },
        Field {
            name: "prefix",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "Optional text to prepend to the name of each environment variable. May consist of any printable ASCII characters except '='.",
            ..FIELD
        },
        Field {
            name: "secretRef",
            ty: Type::Object(&CORE_V1_SECRET_ENV_SOURCE),
            tag: Tag::Own(3),
            description: "The Secret to select from",
            ..FIELD
        },
    ],
};

static CORE_V1_ENV_VAR: Definition = Definition {
    name: "io.k8s.api.core.v1.EnvVar",
    kind: None,
    is_atomic: false,
    description: "EnvVar represents an environment variable present in a Container.",
    fields: &[
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Name of the environment variable. May consist of any printable ASCII characters except '='.",
            ..FIELD
        },
        Field {
            name: "value",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "Variable references $(VAR_NAME) are expanded using the previously defined environment variables in the container and any service environment variables. If a variable cannot be resolved, the reference in the input string will be unchanged. Double $$ are reduced to a single $, which allows for escaping the $(VAR_NAME) syntax: i.e. \"$$(VAR_NAME)\" will produce the string literal \"$(VAR_NAME)\". Escaped references will never be expanded, regardless of whether the variable exists or not. Defaults to \"\".",
            ..FIELD
        },
        Field {
            name: "valueFrom",
            ty: Type::Object(&CORE_V1_ENV_VAR_SOURCE),
            tag: Tag::Own(3),
            description: "Source for the environment variable's value. Cannot be used if value is not empty.",
            ..FIELD
        },
    ],
};

static CORE_V1_ENV_VAR_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.EnvVarSource",
    kind: None,
    is_atomic: false,
    description: "EnvVarSource represents a source for the value of an EnvVar.",
    fields: &[
        Field {
            name: "configMapKeyRef",
            ty: Type::Object(&CORE_V1_CONFIG_MAP_KEY_SELECTOR),
            tag: Tag::Own(3),
            description: "Selects a key of a ConfigMap.",
            ..FIELD
        },
        Field {
            name: "fieldRef",
            ty: Type::Object(&CORE_V1_OBJECT_FIELD_SELECTOR),
            tag: Tag::Own(1),
            description: "Selects a field of the pod: supports metadata.name, metadata.namespace, `metadata.labels['<KEY>']`, `metadata.annotations['<KEY>']`, spec.nodeName, spec.serviceAccountName, status.hostIP, status.podIP, status.podIPs.",
            ..FIELD
        },
        Field {
            name: "fileKeyRef",
            ty: Type::Object(&CORE_V1_FILE_KEY_SELECTOR),
            tag: Tag::Own(5),
            description: "FileKeyRef selects a key of the env file. Requires the EnvFiles feature gate to be enabled.",
            ..FIELD
        },
        Field {
            name: "resourceFieldRef",
            ty: Type::Object(&CORE_V1_RESOURCE_FIELD_SELECTOR),
            tag: Tag::Own(2),
            description: "Selects a resource of the container: only resources limits and requests (limits.cpu, limits.memory, limits.ephemeral-storage, requests.cpu, requests.memory and requests.ephemeral-storage) are currently supported.",
            ..FIELD
        },
        Field {
            name: "secretKeyRef",
            ty: Type::Object(&CORE_V1_SECRET_KEY_SELECTOR),
            tag: Tag::Own(4),
            description: "Selects a key of a secret in the pod's namespace",
            ..FIELD
        },
    ],
};

static CORE_V1_EPHEMERAL_CONTAINER: Definition = Definition {
    name: "io.k8s.api.core.v1.EphemeralContainer",
    kind: None,
    is_atomic: false,
    description: "An EphemeralContainer is a temporary container that you may add to an existing Pod for user-initiated activities such as debugging. Ephemeral containers have no resource or scheduling guarantees, and they will not be restarted when they exit or when a Pod is removed or restarted. The kubelet may evict a Pod if an ephemeral container causes the Pod to exceed its resource allocation.\n\nTo add an ephemeral container, use the ephemeralcontainers subresource of an existing Pod. Ephemeral containers may not be removed or restarted.",
    fields: &[
        Field {
            name: "args",
            ty: Type::List(&Type::String),
            tag: Tag::Embedded(1, 4),
            list: Some(ListKind::Atomic),
            description: "Arguments to the entrypoint. The image's CMD is used if this is not provided. Variable references $(VAR_NAME) are expanded using the container's environment. If a variable cannot be resolved, the reference in the input string will be unchanged. Double $$ are reduced to a single $, which allows for escaping the $(VAR_NAME) syntax: i.e. \"$$(VAR_NAME)\" will produce the string literal \"$(VAR_NAME)\". Escaped references will never be expanded, regardless of whether the variable exists or not. Cannot be updated. More info: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#running-a-command-in-a-shell",
            ..FIELD
        },
        Field {
            name: "command",
            ty: Type::List(&Type::String),
            tag: Tag::Embedded(1, 3),
            list: Some(ListKind::Atomic),
            description: "Entrypoint array. Not executed within a shell. The image's ENTRYPOINT is used if this is not provided. Variable references $(VAR_NAME) are expanded using the container's environment. If a variable cannot be resolved, the reference in the input string will be unchanged. Double $$ are reduced to a single $, which allows for escaping the $(VAR_NAME) syntax: i.e. \"$$(VAR_NAME)\" will produce the string literal \"$(VAR_NAME)\". Escaped references will never be expanded, regardless of whether the variable exists or not. Cannot be updated. More info: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#running-a-command-in-a-shell",
            ..FIELD
        },
        Field {
            name: "env",
            ty: Type::List(&Type::Object(&CORE_V1_ENV_VAR)),
            tag: Tag::Embedded(1, 7),
            list: Some(ListKind::Map(&["name"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("name"),
            description: "List of environment variables to set in the container. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "envFrom",
            ty: Type::List(&Type::Object(&CORE_V1_ENV_FROM_SOURCE)),
            tag: Tag::Embedded(1, 19),
            list: Some(ListKind::Atomic),
            description: "List of sources to populate environment variables in the container. The keys defined within a source may consist of any printable ASCII characters except '='. When a key exists in multiple sources, the value associated with the last source will take precedence. Values defined by an Env with a duplicate key will take precedence. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "image",
            ty: Type::String,
            tag: Tag::Embedded(1, 2),
            description: "Container image name. More info: https://kubernetes.io/docs/concepts/containers/images",
            ..FIELD
        },
        Field {
            name: "imagePullPolicy",
            ty: Type::String,
            tag: Tag::Embedded(1, 14),
            go_type: Some("v1.PullPolicy"),
            description: "Image pull policy. One of Always, Never, IfNotPresent. Defaults to Always if :latest tag is specified, or IfNotPresent otherwise. Cannot be updated. More info: https://kubernetes.io/docs/concepts/containers/images#updating-images",
            ..FIELD
        },
        Field {
            name: "lifecycle",
            ty: Type::Object(&CORE_V1_LIFECYCLE),
            tag: Tag::Embedded(1, 12),
            description: "Lifecycle is not allowed for ephemeral containers.",
            ..FIELD
        },
        Field {
            name: "livenessProbe",
            ty: Type::Object(&CORE_V1_PROBE),
            tag: Tag::Embedded(1, 10),
            description: "Probes are not allowed for ephemeral containers.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Embedded(1, 1),
            description: "Name of the ephemeral container specified as a DNS_LABEL. This name must be unique among all containers, init containers and ephemeral containers.",
            ..FIELD
        },
        Field {
            name: "ports",
            ty: Type::List(&Type::Object(&CORE_V1_CONTAINER_PORT)),
            tag: Tag::Embedded(1, 6),
            list: Some(ListKind::Map(&["containerPort", "protocol"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("containerPort"),
            description: "Ports are not allowed for ephemeral containers.",
            ..FIELD
        },
        Field {
            name: "readinessProbe",
            ty: Type::Object(&CORE_V1_PROBE),
            tag: Tag::Embedded(1, 11),
            description: "Probes are not allowed for ephemeral containers.",
            ..FIELD
        },
        Field {
            name: "resizePolicy",
            ty: Type::List(&Type::Object(&CORE_V1_CONTAINER_RESIZE_POLICY)),
            tag: Tag::Embedded(1, 23),
            list: Some(ListKind::Atomic),
            description: "Resources resize policy for the container.",
            ..FIELD
        },
        Field {
            name: "resources",
            ty: Type::Object(&CORE_V1_RESOURCE_REQUIREMENTS),
            tag: Tag::Embedded(1, 8),
            description: "Resources are not allowed for ephemeral containers. Ephemeral containers use spare resources already allocated to the pod.",
            ..FIELD
        },
        Field {
            name: "restartPolicy",
            ty: Type::String,
            tag: Tag::Embedded(1, 24),
            go_type: Some("v1.ContainerRestartPolicy"),
            is_pointer: true,
            description: "Restart policy for the container to manage the restart behavior of each container within a pod. You cannot set this field on ephemeral containers.",
            ..FIELD
        },
        Field {
            name: "restartPolicyRules",
            ty: Type::List(&Type::Object(&CORE_V1_CONTAINER_RESTART_RULE)),
            tag: Tag::Embedded(1, 25),
            list: Some(ListKind::Atomic),
            description: "Represents a list of rules to be checked to determine if the container should be restarted on exit. You cannot set this field on ephemeral containers.",
            ..FIELD
        },
        Field {
            name: "securityContext",
            ty: Type::Object(&CORE_V1_SECURITY_CONTEXT),
            tag: Tag::Embedded(1, 15),
            description: "Optional: SecurityContext defines the security options the ephemeral container should be run with. If set, the fields of SecurityContext override the equivalent fields of PodSecurityContext.",
            ..FIELD
        },
        Field {
            name: "startupProbe",
            ty: Type::Object(&CORE_V1_PROBE),
            tag: Tag::Embedded(1, 22),
            description: "Probes are not allowed for ephemeral containers.",
            ..FIELD
        },
        Field {
            name: "stdin",
            ty: Type::Bool,
            tag: Tag::Embedded(1, 16),
            description: "Whether this container should allocate a buffer for stdin in the container runtime. If this is not set, reads from stdin in the container will always result in EOF. Default is false.",
            ..FIELD
        },
        Field {
            name: "stdinOnce",
            ty: Type::Bool,
            tag: Tag::Embedded(1, 17),
            description: "Whether the container runtime should close the stdin channel after it has been opened by a single attach. When stdin is true the stdin stream will remain open across multiple attach sessions. If stdinOnce is set to true, stdin is opened on container start, is empty until the first client attaches to stdin, and then remains open and accepts data until the client disconnects, at which time stdin is closed and remains closed until the container is restarted. If this flag is false, a container processes that reads from stdin will never receive an EOF. Default is false",
            ..FIELD
        },
        Field {
            name: "targetContainerName",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "If set, the name of the container from PodSpec that this ephemeral container targets. The ephemeral container will be run in the namespaces (IPC, PID, etc) of this container. If not set then the ephemeral container uses the namespaces configured in the Pod spec.\n\nThe container runtime must implement support for this feature. If the runtime does not support namespace targeting then the result of setting this field is undefined.",
            ..FIELD
        },
        Field {
            name: "terminationMessagePath",
            ty: Type::String,
            tag: Tag::Embedded(1, 13),
            description: "Optional: Path at which the file to which the container's termination message will be written is mounted into the container's filesystem. Message written is intended to be brief final status, such as an assertion failure message. Will be truncated by the node if greater than 4096 bytes. The total message length across all containers will be limited to 12kb. Defaults to /dev/termination-log. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "terminationMessagePolicy",
            ty: Type::String,
            tag: Tag::Embedded(1, 20),
            go_type: Some("v1.TerminationMessagePolicy"),
            description: "Indicate how the termination message should be populated. File will use the contents of terminationMessagePath to populate the container status message on both success and failure. FallbackToLogsOnError will use the last chunk of container log output if the termination message file is empty and the container exited with an error. The log output is limited to 2048 bytes or 80 lines, whichever is smaller. Defaults to File. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "tty",
            ty: Type::Bool,
            tag: Tag::Embedded(1, 18),
            description: "Whether this container should allocate a TTY for itself, also requires 'stdin' to be true. Default is false.",
            ..FIELD
        },
        Field {
            name: "volumeDevices",
            ty: Type::List(&Type::Object(&CORE_V1_VOLUME_DEVICE)),
            tag: Tag::Embedded(1, 21),
            list: Some(ListKind::Map(&["devicePath"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("devicePath"),
            description: "volumeDevices is the list of block devices to be used by the container.",
            ..FIELD
        },
        Field {
            name: "volumeMounts",
            ty: Type::List(&Type::Object(&CORE_V1_VOLUME_MOUNT)),
            tag: Tag::Embedded(1, 9),
            list: Some(ListKind::Map(&["mountPath"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("mountPath"),
            description: "Pod volumes to mount into the container's filesystem. Subpath mounts are not allowed for ephemeral containers. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "workingDir",
            ty: Type::String,
            tag: Tag::Embedded(1, 5),
            description: "Container's working directory. If not specified, the container runtime's default will be used, which might be configured in the container image. Cannot be updated.",
            ..FIELD
        },
    ],
};

static CORE_V1_EPHEMERAL_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.EphemeralVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents an ephemeral volume that is handled by a normal storage driver.",
    fields: &[Field {
        name: "volumeClaimTemplate",
        ty: Type::Object(&CORE_V1_PERSISTENT_VOLUME_CLAIM_TEMPLATE),
        tag: Tag::Own(1),
        description: "Will be used to create a stand-alone PVC to provision the volume. The pod in which this EphemeralVolumeSource is embedded will be the owner of the PVC, i.e. the PVC will be deleted together with the pod.  The name of the PVC will be `<pod name>-<volume name>` where `<volume name>` is the name from the `PodSpec.Volumes` array entry. Pod validation will reject the pod if the concatenated name is not valid for a PVC (for example, too long).\n\nAn existing PVC with that name that is not owned by the pod will *not* be used for the pod to avoid using an unrelated volume by mistake. Starting the pod is then blocked until the unrelated PVC is removed. If such a pre-created PVC is meant to be used by the pod, the PVC has to updated with an owner reference to the pod once the pod exists. Normally this should not be necessary, but it may be useful when manually reconstructing a broken cluster.\n\nThis field is read-only and no changes will be made by Kubernetes to the PVC after it has been created.\n\nRequired, must not be nil.",
        ..FIELD
    }],
};

static CORE_V1_EVENT: Definition = Definition {
    name: "io.k8s.api.core.v1.Event",
    kind: Some(("", "v1", "Event")),
    is_atomic: false,
    description: "Event is a report of an event somewhere in the cluster.  Events have a limited retention time and triggers and messages may evolve with time.  Event consumers should not rely on the timing of an event with a given Reason reflecting a consistent underlying trigger, or the continued existence of events with that Reason.  Events should be treated as informative, best-effort, supplemental data.",
    fields: &[
        Field {
            name: "action",
            ty: Type::String,
            tag: Tag::Own(12),
            description: "What action was taken/failed regarding to the Regarding object.",
            ..FIELD
        },
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "count",
            ty: Type::Int32,
            tag: Tag::Own(8),
            description: "The number of times this event has occurred.",
            ..FIELD
        },
        Field {
            name: "eventTime",
            ty: Type::MicroTime,
            tag: Tag::Own(10),
            description: "Time when this Event was first observed.",
            ..FIELD
        },
        Field {
            name: "firstTimestamp",
            ty: Type::Time,
            tag: Tag::Own(6),
            description: "The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)",
            ..FIELD
        },
        Field {
            name: "involvedObject",
            ty: Type::Object(&CORE_V1_OBJECT_REFERENCE),
            is_required: true,
            tag: Tag::Own(2),
            description: "The object that this event is about.",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "lastTimestamp",
            ty: Type::Time,
            tag: Tag::Own(7),
            description: "The time at which the most recent occurrence of this event was recorded.",
            ..FIELD
        },
        Field {
            name: "message",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "A human-readable description of the status of this operation.",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            is_required: true,
            tag: Tag::Own(1),
            description: "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "reason",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
            ..FIELD
        },
        Field {
            name: "related",
            ty: Type::Object(&CORE_V1_OBJECT_REFERENCE),
            tag: Tag::Own(13),
            description: "Optional secondary object for more complex actions.",
            ..FIELD
        },
        Field {
            name: "reportingComponent",
            ty: Type::String,
            tag: Tag::Own(14),
            description: "Name of the controller that emitted this Event, e.g. `kubernetes.io/kubelet`.",
            ..FIELD
        },
        Field {
            name: "reportingInstance",
            ty: Type::String,
            tag: Tag::Own(15),
            description: "ID of the controller instance, e.g. `kubelet-xyzf`.",
            ..FIELD
        },
        Field {
            name: "series",
            ty: Type::Object(&CORE_V1_EVENT_SERIES),
            tag: Tag::Own(11),
            description: "Data about the Event series this event represents or nil if it's a singleton Event.",
            ..FIELD
        },
        Field {
            name: "source",
            ty: Type::Object(&CORE_V1_EVENT_SOURCE),
            tag: Tag::Own(5),
            description: "The component reporting this event. Should be a short machine understandable string.",
            ..FIELD
        },
        Field {
            name: "type",
            ty: Type::String,
            tag: Tag::Own(9),
            description: "Type of this event (Normal, Warning), new types could be added in the future",
            ..FIELD
        },
    ],
};

static CORE_V1_EVENT_SERIES: Definition = Definition {
    name: "io.k8s.api.core.v1.EventSeries",
    kind: None,
    is_atomic: false,
    description: "EventSeries contain information on series of events, i.e. thing that was/is happening continuously for some time.",
    fields: &[
        Field {
            name: "count",
            ty: Type::Int32,
            tag: Tag::Own(1),
            description: "Number of occurrences in this series up to the last heartbeat time",
            ..FIELD
        },
        Field {
            name: "lastObservedTime",
            ty: Type::MicroTime,
            tag: Tag::Own(2),
            description: "Time of the last occurrence observed",
            ..FIELD
        },
    ],
};

static CORE_V1_EVENT_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.EventSource",
    kind: None,
    is_atomic: false,
    description: "EventSource contains information for an event.",
    fields: &[
        Field {
            name: "component",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "Component from which the event is generated.",
            ..FIELD
        },
        Field {
            name: "host",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "Node name on which the event is generated.",
            ..FIELD
        },
    ],
};

static CORE_V1_EXEC_ACTION: Definition = Definition {
    name: "io.k8s.api.core.v1.ExecAction",
    kind: None,
    is_atomic: false,
    description: "ExecAction describes a \"run in container\" action.",
    fields: &[Field {
        name: "command",
        ty: Type::List(&Type::String),
        tag: Tag::Own(1),
        list: Some(ListKind::Atomic),
        description: "Command is the command line to execute inside the container, the working directory for the command  is root ('/') in the container's filesystem. The command is simply exec'd, it is not run inside a shell, so traditional shell instructions ('|', etc) won't work. To use a shell, you need to explicitly call out to that shell. Exit status of 0 is treated as live/healthy and non-zero is unhealthy.",
        ..FIELD
    }],
};

static CORE_V1_FCVOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.FCVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a Fibre Channel volume. Fibre Channel volumes can only be mounted as read/write once. Fibre Channel volumes support ownership management and SELinux relabeling.",
    fields: &[
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "fsType is the filesystem type to mount. Must be a filesystem type supported by the host operating system. Ex. \"ext4\", \"xfs\", \"ntfs\". Implicitly inferred to be \"ext4\" if unspecified.",
            ..FIELD
        },
        Field {
            name: "lun",
            ty: Type::Int32,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "lun is Optional: FC target lun number",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(4),
            description: "readOnly is Optional: Defaults to false (read/write). ReadOnly here will force the ReadOnly setting in VolumeMounts.",
            ..FIELD
        },
        Field {
            name: "targetWWNs",
            ty: Type::List(&Type::String),
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "targetWWNs is Optional: FC target worldwide names (WWNs)",
            ..FIELD
        },
        Field {
            name: "wwids",
            ty: Type::List(&Type::String),
            tag: Tag::Own(5),
            list: Some(ListKind::Atomic),
            description: "wwids Optional: FC volume world wide identifiers (wwids) Either wwids or combination of targetWWNs and lun must be set, but not both simultaneously.",
            ..FIELD
        },
    ],
};

static CORE_V1_FILE_KEY_SELECTOR: Definition = Definition {
    name: "io.k8s.api.core.v1.FileKeySelector",
    kind: None,
    is_atomic: true,
    description: "FileKeySelector selects a key of the env file.",
    fields: &[
        Field {
            name: "key",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(3),
            description: "The key within the env file. An invalid key will prevent the pod from starting. The keys defined within a source may consist of any printable ASCII characters except '='. During Alpha stage of the EnvFiles feature gate, the key size is limited to 128 characters.",
            ..FIELD
        },
        Field {
            name: "optional",
            ty: Type::Bool,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "Specify whether the file or its key must be defined. If the file or key does not exist, then the env var is not published. If optional is set to true and the specified key does not exist, the environment variable will not be set in the Pod's containers.\n\nIf optional is set to false and the specified key does not exist, an error will be returned during Pod creation.",
            ..FIELD
        },
        Field {
            name: "path",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "The path within the volume from which to select the file. Must be relative and may not contain the '..' path or start with '..'.",
            ..FIELD
        },
        Field {
            name: "volumeName",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "The name of the volume mount containing the env file.",
            ..FIELD
        },
    ],
};

static CORE_V1_FLEX_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.FlexVolumeSource",
    kind: None,
    is_atomic: false,
    description: "FlexVolume represents a generic volume resource that is provisioned/attached using an exec based plugin.",
    fields: &[
        Field {
            name: "driver",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "driver is the name of the driver to use for this volume.",
            ..FIELD
        },
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "fsType is the filesystem type to mount. Must be a filesystem type supported by the host operating system. Ex. \"ext4\", \"xfs\", \"ntfs\". The default filesystem depends on FlexVolume script.",
            ..FIELD
        },
        Field {
            name: "options",
            ty: Type::Map(&Type::String),
            tag: Tag::Own(5),
            description: "options is Optional: this field holds extra command options if any.",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(4),
            description: "readOnly is Optional: defaults to false (read/write). ReadOnly here will force the ReadOnly setting in VolumeMounts.",
            ..FIELD
        },
        Field {
            name: "secretRef",
            ty: Type::Object(&CORE_V1_LOCAL_OBJECT_REFERENCE),
            tag: Tag::Own(3),
            description: "secretRef is Optional: secretRef is reference to the secret object containing sensitive information to pass to the plugin scripts. This may be empty if no secret object is specified. If the secret object contains more than one secret, all secrets are passed to the plugin scripts.",
            ..FIELD
        },
    ],
};

static CORE_V1_FLOCKER_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.FlockerVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a Flocker volume mounted by the Flocker agent. One and only one of datasetName and datasetUUID should be set. Flocker volumes do not support ownership management or SELinux relabeling.",
    fields: &[
        Field {
            name: "datasetName",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "datasetName is Name of the dataset stored as metadata -> name on the dataset for Flocker should be considered as deprecated",
            ..FIELD
        },
        Field {
            name: "datasetUUID",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "datasetUUID is the UUID of the dataset. This is unique identifier of a Flocker dataset",
            ..FIELD
        },
    ],
};

static CORE_V1_GCEPERSISTENT_DISK_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.GCEPersistentDiskVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a Persistent Disk resource in Google Compute Engine.\n\nA GCE PD must exist before mounting to a container. The disk must also be in the same GCE project and zone as the kubelet. A GCE PD can only be mounted as read/write once or read-only many times. GCE PDs support ownership management and SELinux relabeling.",
    fields: &[
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "fsType is filesystem type of the volume that you want to mount. Tip: Ensure that the filesystem type is supported by the host operating system. Examples: \"ext4\", \"xfs\", \"ntfs\". Implicitly inferred to be \"ext4\" if unspecified. More info: https://kubernetes.io/docs/concepts/storage/volumes#gcepersistentdisk",
            ..FIELD
        },
        Field {
            name: "partition",
            ty: Type::Int32,
            tag: Tag::Own(3),
            description: "partition is the partition in the volume that you want to mount. If omitted, the default is to mount by volume name. Examples: For volume /dev/sda1, you specify the partition as \"1\". Similarly, the volume partition for /dev/sda is \"0\" (or you can leave the property empty). More info: https://kubernetes.io/docs/concepts/storage/volumes#gcepersistentdisk",
            ..FIELD
        },
        Field {
            name: "pdName",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "pdName is unique name of the PD resource in GCE. Used to identify the disk in GCE. More info: https://kubernetes.io/docs/concepts/storage/volumes#gcepersistentdisk",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(4),
            description: "readOnly here will force the ReadOnly setting in VolumeMounts. Defaults to false. More info: https://kubernetes.io/docs/concepts/storage/volumes#gcepersistentdisk",
            ..FIELD
        },
    ],
};

static CORE_V1_GRPCACTION: Definition = Definition {
    name: "io.k8s.api.core.v1.GRPCAction",
    kind: None,
    is_atomic: false,
    description: "GRPCAction specifies an action involving a GRPC service.",
    fields: &[
        Field {
            name: "port",
            ty: Type::Int32,
            is_required: true,
            tag: Tag::Own(1),
            description: "Port number of the gRPC service. Number must be in the range 1 to 65535.",
            ..FIELD
        },
        Field {
            name: "service",
            ty: Type::String,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "Service is the name of the service to place in the gRPC HealthCheckRequest (see https://github.com/grpc/grpc/blob/master/doc/health-checking.md).\n\nIf this is not specified, the default behavior is defined by gRPC.",
            ..FIELD
        },
    ],
};

static CORE_V1_GIT_REPO_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.GitRepoVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a volume that is populated with the contents of a git repository. Git repo volumes do not support ownership management. Git repo volumes support SELinux relabeling.\n\nDEPRECATED: GitRepo is deprecated. To provision a container with a git repo, mount an EmptyDir into an InitContainer that clones the repo using git, then mount the EmptyDir into the Pod's container.",
    fields: &[
        Field {
            name: "directory",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "directory is the target directory name. Must not contain or start with '..'.  If '.' is supplied, the volume directory will be the git repository.  Otherwise, if specified, the volume will contain the git repository in the subdirectory with the given name.",
            ..FIELD
        },
        Field {
            name: "repository",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "repository is the URL",
            ..FIELD
        },
        Field {
            name: "revision",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "revision is the commit hash for the specified revision.",
            ..FIELD
        },
    ],
};

static CORE_V1_GLUSTERFS_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.GlusterfsVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a Glusterfs mount that lasts the lifetime of a pod. Glusterfs volumes do not support ownership management or SELinux relabeling.",
    fields: &[
        Field {
            name: "endpoints",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "endpoints is the endpoint name that details Glusterfs topology.",
            ..FIELD
        },
        Field {
            name: "path",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "path is the Glusterfs volume path. More info: https://examples.k8s.io/volumes/glusterfs/README.md#create-a-pod",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(3),
            description: "readOnly here will force the Glusterfs volume to be mounted with read-only permissions. Defaults to false. More info: https://examples.k8s.io/volumes/glusterfs/README.md#create-a-pod",
            ..FIELD
        },
    ],
};

static CORE_V1_HTTPGET_ACTION: Definition = Definition {
    name: "io.k8s.api.core.v1.HTTPGetAction",
    kind: None,
    is_atomic: false,
    description: "HTTPGetAction describes an action based on HTTP Get requests.",
    fields: &[
        Field {
            name: "host",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "Host name to connect to, defaults to the pod IP. You probably want to set \"Host\" in httpHeaders instead.",
            ..FIELD
        },
        Field {
            name: "httpHeaders",
            ty: Type::List(&Type::Object(&CORE_V1_HTTPHEADER)),
            tag: Tag::Own(5),
            list: Some(ListKind::Atomic),
            description: "Custom headers to set in the request. HTTP allows repeated headers.",
            ..FIELD
        },
        Field {
            name: "path",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "Path to access on the HTTP server.",
            ..FIELD
        },
        Field {
            name: "port",
            ty: Type::IntOrString,
            is_required: true,
            tag: Tag::Own(2),
            description: "Name or number of the port to access on the container. Number must be in the range 1 to 65535. Name must be an IANA_SVC_NAME.",
            ..FIELD
        },
        Field {
            name: "scheme",
            ty: Type::String,
            tag: Tag::Own(4),
            go_type: Some("v1.URIScheme"),
            description: "Scheme to use for connecting to the host. Defaults to HTTP.",
            ..FIELD
        },
    ],
};

static CORE_V1_HTTPHEADER: Definition = Definition {
    name: "io.k8s.api.core.v1.HTTPHeader",
    kind: None,
    is_atomic: false,
    description: "HTTPHeader describes a custom header to be used in HTTP probes",
    fields: &[
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "The header field name. This will be canonicalized upon output, so case-variant names will be understood as the same header.",
            ..FIELD
        },
        Field {
            name: "value",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "The header field value",
            ..FIELD
        },
    ],
};

static CORE_V1_HOST_ALIAS: Definition = Definition {
    name: "io.k8s.api.core.v1.HostAlias",
    kind: None,
    is_atomic: false,
    description: "HostAlias holds the mapping between IP and hostnames that will be injected as an entry in the pod's hosts file.",
    fields: &[
        Field {
            name: "hostnames",
            ty: Type::List(&Type::String),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "Hostnames for the above IP address.",
            ..FIELD
        },
        Field {
            name: "ip",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "IP address of the host file entry.",
            ..FIELD
        },
    ],
};

static CORE_V1_HOST_IP: Definition = Definition {
    name: "io.k8s.api.core.v1.HostIP",
    kind: None,
    is_atomic: false,
    description: "HostIP represents a single IP address allocated to the host.",
    fields: &[Field {
        name: "ip",
        ty: Type::String,
        is_required: true,
        tag: Tag::Own(1),
        description: "IP is the IP address assigned to the host",
        ..FIELD
    }],
};

static CORE_V1_HOST_PATH_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.HostPathVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a host path mapped into a pod. Host path volumes do not support ownership management or SELinux relabeling.",
    fields: &[
        Field {
            name: "path",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "path of the directory on the host. If the path is a symlink, it will follow the link to the real path. More info: https://kubernetes.io/docs/concepts/storage/volumes#hostpath",
            ..FIELD
        },
        Field {
            name: "type",
            ty: Type::String,
            tag: Tag::Own(2),
            go_type: Some("v1.HostPathType"),
            is_pointer: true,
            description: "type for HostPath Volume Defaults to \"\" More info: https://kubernetes.io/docs/concepts/storage/volumes#hostpath",
            ..FIELD
        },
    ],
};

static CORE_V1_ISCSIVOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.ISCSIVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents an ISCSI disk. ISCSI volumes can only be mounted as read/write once. ISCSI volumes support ownership management and SELinux relabeling.",
    fields: &[
        Field {
            name: "chapAuthDiscovery",
            ty: Type::Bool,
            tag: Tag::Own(8),
            description: "chapAuthDiscovery defines whether support iSCSI Discovery CHAP authentication",
            ..FIELD
        },
        Field {
            name: "chapAuthSession",
            ty: Type::Bool,
            tag: Tag::Own(11),
            description: "chapAuthSession defines whether support iSCSI Session CHAP authentication",
            ..FIELD
        },
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "fsType is the filesystem type of the volume that you want to mount. Tip: Ensure that the filesystem type is supported by the host operating system. Examples: \"ext4\", \"xfs\", \"ntfs\". Implicitly inferred to be \"ext4\" if unspecified. More info: https://kubernetes.io/docs/concepts/storage/volumes#iscsi",
            ..FIELD
        },
        Field {
            name: "initiatorName",
            ty: Type::String,
            tag: Tag::Own(12),
            is_pointer: true,
            description: "initiatorName is the custom iSCSI Initiator Name. If initiatorName is specified with iscsiInterface simultaneously, new iSCSI interface <target portal>:<volume name> will be created for the connection.",
            ..FIELD
        },
        Field {
            name: "iqn",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "iqn is the target iSCSI Qualified Name.",
            ..FIELD
        },
        Field {
            name: "iscsiInterface",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "iscsiInterface is the interface Name that uses an iSCSI transport. Defaults to 'default' (tcp).",
            ..FIELD
        },
        Field {
            name: "lun",
            ty: Type::Int32,
            is_required: true,
            tag: Tag::Own(3),
            description: "lun represents iSCSI Target Lun number.",
            ..FIELD
        },
        Field {
            name: "portals",
            ty: Type::List(&Type::String),
            tag: Tag::Own(7),
            list: Some(ListKind::Atomic),
            description: "portals is the iSCSI Target Portal List. The portal is either an IP or ip_addr:port if the port is other than default (typically TCP ports 860 and 3260).",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(6),
            description: "readOnly here will force the ReadOnly setting in VolumeMounts. Defaults to false.",
            ..FIELD
        },
        Field {
            name: "secretRef",
            ty: Type::Object(&CORE_V1_LOCAL_OBJECT_REFERENCE),
            tag: Tag::Own(10),
            description: "secretRef is the CHAP Secret for iSCSI target and initiator authentication",
            ..FIELD
        },
        Field {
            name: "targetPortal",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "targetPortal is iSCSI Target Portal. The Portal is either an IP or ip_addr:port if the port is other than default (typically TCP ports 860 and 3260).",
            ..FIELD
        },
    ],
};

static CORE_V1_IMAGE_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.ImageVolumeSource",
    kind: None,
    is_atomic: false,
    description: "ImageVolumeSource represents a image volume resource.",
    fields: &[
        Field {
            name: "pullPolicy",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "Policy for pulling OCI objects. Possible values are: Always: the kubelet always attempts to pull the reference. Container creation will fail If the pull fails. Never: the kubelet never pulls the reference and only uses a local image or artifact. Container creation will fail if the reference isn't present. IfNotPresent: the kubelet pulls if the reference isn't already present on disk. Container creation will fail if the reference isn't present and the pull fails. Defaults to Always if :latest tag is specified, or IfNotPresent otherwise.",
            ..FIELD
        },
        Field {
            name: "reference",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "Required: Image or artifact reference to be used. Behaves in the same way as pod.spec.containers[*].image. Pull secrets will be assembled in the same way as for the container image by looking up node credentials, SA image pull secrets, and pod spec image pull secrets. More info: https://kubernetes.io/docs/concepts/containers/images This field is optional to allow higher level config management to default or override container images in workload controllers like Deployments and StatefulSets.",
            ..FIELD
        },
    ],
};

static CORE_V1_IMAGE_VOLUME_STATUS: Definition = Definition {
    name: "io.k8s.api.core.v1.ImageVolumeStatus",
    kind: None,
    is_atomic: false,
    description: "ImageVolumeStatus represents the image-based volume status.",
    fields: &[Field {
        name: "imageRef",
        ty: Type::String,
        is_required: true,
        tag: Tag::Own(1),
        description: "ImageRef is the digest of the image used for this volume. It should have a value that's similar to the pod's status.containerStatuses[i].imageID. The ImageRef length should not exceed 256 characters.",
        ..FIELD
    }],
};

static CORE_V1_KEY_TO_PATH: Definition = Definition {
    name: "io.k8s.api.core.v1.KeyToPath",
    kind: None,
    is_atomic: false,
    description: "Maps a string key to a path within a volume.",
    fields: &[
        Field {
            name: "key",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "key is the key to project.",
            ..FIELD
        },
        Field {
            name: "mode",
            ty: Type::Int32,
            tag: Tag::Own(3),
            is_pointer: true,
            description: "mode is Optional: mode bits used to set permissions on this file. Must be an octal value between 0000 and 0777 or a decimal value between 0 and 511. YAML accepts both octal and decimal values, JSON requires decimal values for mode bits. If not specified, the volume defaultMode will be used. This might be in conflict with other options that affect the file mode, like fsGroup, and the result can be other mode bits set.",
            ..FIELD
        },
        Field {
            name: "path",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "path is the relative path of the file to map the key to. May not be an absolute path. May not contain the path element '..'. May not start with the string '..'.",
            ..FIELD
        },
    ],
};

static CORE_V1_LIFECYCLE: Definition = Definition {
    name: "io.k8s.api.core.v1.Lifecycle",
    kind: None,
    is_atomic: false,
    description: "Lifecycle describes actions that the management system should take in response to container lifecycle events. For the PostStart and PreStop lifecycle handlers, management of the container blocks until the action is complete, unless the container process fails, in which case the handler is aborted.",
    fields: &[
        Field {
            name: "postStart",
            ty: Type::Object(&CORE_V1_LIFECYCLE_HANDLER),
            tag: Tag::Own(1),
            description: "PostStart is called immediately after a container is created. If the handler fails, the container is terminated and restarted according to its restart policy. Other management of the container blocks until the hook completes. More info: https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#container-hooks",
            ..FIELD
        },
        Field {
            name: "preStop",
            ty: Type::Object(&CORE_V1_LIFECYCLE_HANDLER),
            tag: Tag::Own(2),
            description: "PreStop is called immediately before a container is terminated due to an API request or management event such as liveness/startup probe failure, preemption, resource contention, etc. The handler is not called if the container crashes or exits. The Pod's termination grace period countdown begins before the PreStop hook is executed. Regardless of the outcome of the handler, the container will eventually terminate within the Pod's termination grace period (unless delayed by finalizers). Other management of the container blocks until the hook completes or until the termination grace period is reached. More info: https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#container-hooks",
            ..FIELD
        },
        Field {
            name: "stopSignal",
            ty: Type::String,
            tag: Tag::Own(3),
            go_type: Some("v1.Signal"),
            is_pointer: true,
            description: "StopSignal defines which signal will be sent to a container when it is being stopped. If not specified, the default is defined by the container runtime in use. StopSignal can only be set for Pods with a non-empty .spec.os.name",
            ..FIELD
        },
    ],
};

static CORE_V1_LIFECYCLE_HANDLER: Definition = Definition {
    name: "io.k8s.api.core.v1.LifecycleHandler",
    kind: None,
    is_atomic: false,
    description: "LifecycleHandler defines a specific action that should be taken in a lifecycle hook. One and only one of the fields, except TCPSocket must be specified.",
    fields: &[
        Field {
            name: "exec",
            ty: Type::Object(&CORE_V1_EXEC_ACTION),
            tag: Tag::Own(1),
            description: "Exec specifies a command to execute in the container.",
            ..FIELD
        },
        Field {
            name: "httpGet",
            ty: Type::Object(&CORE_V1_HTTPGET_ACTION),
            tag: Tag::Own(2),
            description: "HTTPGet specifies an HTTP GET request to perform.",
            ..FIELD
        },
        Field {
            name: "sleep",
            ty: Type::Object(&CORE_V1_SLEEP_ACTION),
            tag: Tag::Own(4),
            description: "Sleep represents a duration that the container should sleep.",
            ..FIELD
        },
        Field {
            name: "tcpSocket",
            ty: Type::Object(&CORE_V1_TCPSOCKET_ACTION),
            tag: Tag::Own(3),
            description: "Deprecated. TCPSocket is NOT supported as a LifecycleHandler and kept for backward compatibility. There is no validation of this field and lifecycle hooks will fail at runtime when it is specified.",
            ..FIELD
        },
    ],
};

static CORE_V1_LINUX_CONTAINER_USER: Definition = Definition {
    name: "io.k8s.api.core.v1.LinuxContainerUser",
    kind: None,
    is_atomic: false,
    description: "LinuxContainerUser represents user identity information in Linux containers",
    fields: &[
        Field {
            name: "gid",
            ty: Type::Int64,
            is_required: true,
            tag: Tag::Own(2),
            description: "GID is the primary gid initially attached to the first process in the container",
            ..FIELD
        },
        Field {
            name: "supplementalGroups",
            ty: Type::List(&Type::Int64),
            tag: Tag::Own(3),
            list: Some(ListKind::Atomic),
            description: "SupplementalGroups are the supplemental groups initially attached to the first process in the container",
            ..FIELD
        },
        Field {
            name: "uid",
            ty: Type::Int64,
            is_required: true,
            tag: Tag::Own(1),
            description: "UID is the primary uid initially attached to the first process in the container",
            ..FIELD
        },
    ],
};

static CORE_V1_LOCAL_OBJECT_REFERENCE: Definition = Definition {
    name: "io.k8s.api.core.v1.LocalObjectReference",
    kind: None,
    is_atomic: true,
    description: "LocalObjectReference contains enough information to let you locate the referenced object inside the same namespace.",
    fields: &[Field {
        name: "name",
        ty: Type::String,
        tag: Tag::Own(1),
        description: "Name of the referent. This field is effectively required, but due to backwards compatibility is allowed to be empty. Instances of this type with an empty value here are almost certainly wrong. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names",
        ..FIELD
    }],
};

static CORE_V1_NFSVOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.NFSVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents an NFS mount that lasts the lifetime of a pod. NFS volumes do not support ownership management or SELinux relabeling.",
    fields: &[
        Field {
            name: "path",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "path that is exported by the NFS server. More info: https://kubernetes.io/docs/concepts/storage/volumes#nfs",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(3),
            description: "readOnly here will force the NFS export to be mounted with read-only permissions. Defaults to false. More info: https://kubernetes.io/docs/concepts/storage/volumes#nfs",
            ..FIELD
        },
        Field {
            name: "server",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "server is the hostname or IP address of the NFS server. More info: https://kubernetes.io/docs/concepts/storage/volumes#nfs",
            ..FIELD
        },
    ],
};

static CORE_V1_NAMESPACE: Definition = Definition {
    name: "io.k8s.api.core.v1.Namespace",
    kind: Some(("", "v1", "Namespace")),
    is_atomic: false,
    description: "Namespace provides a scope for Names. Use of multiple namespaces is optional.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&CORE_V1_NAMESPACE_SPEC),
            tag: Tag::Own(2),
            description: "Spec defines the behavior of the Namespace. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::Object(&CORE_V1_NAMESPACE_STATUS),
            tag: Tag::Own(3),
            description: "Status describes the current status of a Namespace. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
    ],
};

static CORE_V1_NAMESPACE_CONDITION: Definition = Definition {
    name: "io.k8s.api.core.v1.NamespaceCondition",
    kind: None,
    is_atomic: false,
    description: "NamespaceCondition contains details about state of namespace.",
    fields: &[
        Field {
            name: "lastTransitionTime",
            ty: Type::Time,
            tag: Tag::Own(4),
            description: "Last time the condition transitioned from one status to another.",
            ..FIELD
        },
        Field {
            name: "message",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "Human-readable message indicating details about last transition.",
            ..FIELD
        },
        Field {
            name: "reason",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "Unique, one-word, CamelCase reason for the condition's last transition.",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "Status of the condition, one of True, False, Unknown.",
            ..FIELD
        },
        Field {
            name: "type",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Type of namespace controller condition.",
            ..FIELD
        },
    ],
};

static CORE_V1_NAMESPACE_SPEC: Definition = Definition {
    name: "io.k8s.api.core.v1.NamespaceSpec",
    kind: None,
    is_atomic: false,
    description: "NamespaceSpec describes the attributes on a Namespace.",
    fields: &[Field {
        name: "finalizers",
        ty: Type::List(&Type::String),
        tag: Tag::Own(1),
        list: Some(ListKind::Atomic),
        go_type: Some("[]v1.FinalizerName"),
        description: "Finalizers is an opaque list of values that must be empty to permanently remove object from storage. More info: https://kubernetes.io/docs/tasks/administer-cluster/namespaces/",
        ..FIELD
    }],
};

static CORE_V1_NAMESPACE_STATUS: Definition = Definition {
    name: "io.k8s.api.core.v1.NamespaceStatus",
    kind: None,
    is_atomic: false,
    description: "NamespaceStatus is information about the current status of a Namespace.",
    fields: &[
        Field {
            name: "conditions",
            ty: Type::List(&Type::Object(&CORE_V1_NAMESPACE_CONDITION)),
            tag: Tag::Own(2),
            list: Some(ListKind::Map(&["type"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("type"),
            description: "Represents the latest available observations of a namespace's current state.",
            ..FIELD
        },
        Field {
            name: "phase",
            ty: Type::String,
            tag: Tag::Own(1),
            go_type: Some("v1.NamespacePhase"),
            description: "Phase is the current lifecycle phase of the namespace. More info: https://kubernetes.io/docs/tasks/administer-cluster/namespaces/",
            ..FIELD
        },
    ],
};

static CORE_V1_NODE: Definition = Definition {
    name: "io.k8s.api.core.v1.Node",
    kind: Some(("", "v1", "Node")),
    is_atomic: false,
    description: "Node is a worker node in Kubernetes. Each node will have a unique identifier in the cache (i.e. in etcd).",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&CORE_V1_NODE_SPEC),
            tag: Tag::Own(2),
            description: "Spec defines the behavior of a node. https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::Object(&CORE_V1_NODE_STATUS),
            tag: Tag::Own(3),
            description: "Most recently observed status of the node. Populated by the system. Read-only. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
    ],
};

static CORE_V1_NODE_ADDRESS: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeAddress",
    kind: None,
    is_atomic: false,
    description: "NodeAddress contains information for the node's address.",
    fields: &[
        Field {
            name: "address",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "The node address.",
            ..FIELD
        },
        Field {
            name: "type",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            go_type: Some("v1.NodeAddressType"),
            description: "Node address type, one of Hostname, ExternalIP or InternalIP.",
            ..FIELD
        },
    ],
};

static CORE_V1_NODE_AFFINITY: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeAffinity",
    kind: None,
    is_atomic: false,
    description: "Node affinity is a group of node affinity scheduling rules.",
    fields: &[
        Field {
            name: "preferredDuringSchedulingIgnoredDuringExecution",
            ty: Type::List(&Type::Object(&CORE_V1_PREFERRED_SCHEDULING_TERM)),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "The scheduler will prefer to schedule pods to nodes that satisfy the affinity expressions specified by this field, but it may choose a node that violates one or more of the expressions. The node that is most preferred is the one with the greatest sum of weights, i.e. for each node that meets all of the scheduling requirements (resource request, requiredDuringScheduling affinity expressions, etc.), compute a sum by iterating through the elements of this field and adding \"weight\" to the sum if the node matches the corresponding matchExpressions; the node(s) with the highest sum are the most preferred.",
            ..FIELD
        },
        Field {
            name: "requiredDuringSchedulingIgnoredDuringExecution",
            ty: Type::Object(&CORE_V1_NODE_SELECTOR),
            tag: Tag::Own(1),
            description: "If the affinity requirements specified by this field are not met at scheduling time, the pod will not be scheduled onto the node. If the affinity requirements specified by this field cease to be met at some point during pod execution (e.g. due to an update), the system may or may not try to eventually evict the pod from its node.",
            ..FIELD
        },
    ],
};

static CORE_V1_NODE_ALLOCATABLE_RESOURCE_CLAIM_STATUS: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus",
    kind: None,
    is_atomic: false,
    description: "NodeAllocatableResourceClaimStatus describes the status of node allocatable resources allocated via DRA.",
    fields: &[
        Field {
            name: "containers",
            ty: Type::List(&Type::String),
            tag: Tag::Own(2),
            list: Some(ListKind::Set),
            description: "Containers lists the names of all containers in this pod that reference the claim.",
            ..FIELD
        },
        Field {
            name: "resourceClaimName",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "ResourceClaimName is the resource claim referenced by the pod that resulted in this node allocatable resource allocation.",
            ..FIELD
        },
        Field {
            name: "resources",
            ty: Type::Map(&Type::Quantity),
            is_required: true,
            tag: Tag::Own(3),
            description: "Resources is a map of the node-allocatable resource name to the aggregate quantity allocated to the claim.",
            ..FIELD
        },
    ],
};

static CORE_V1_NODE_CONDITION: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeCondition",
    kind: None,
    is_atomic: false,
    description: "NodeCondition contains condition information for a node.",
    fields: &[
        Field {
            name: "lastHeartbeatTime",
            ty: Type::Time,
            tag: Tag::Own(3),
            description: "Last time we got an update on a given condition.",
            ..FIELD
        },
        Field {
            name: "lastTransitionTime",
            ty: Type::Time,
            tag: Tag::Own(4),
            description: "Last time the condition transit from one status to another.",
            ..FIELD
        },
        Field {
            name: "message",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "Human readable message indicating details about last transition.",
            ..FIELD
        },
        Field {
            name: "reason",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "(brief) reason for the condition's last transition.",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            go_type: Some("v1.ConditionStatus"),
            description: "Status of the condition, one of True, False, Unknown.",
            ..FIELD
        },
        Field {
            name: "type",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            go_type: Some("v1.NodeConditionType"),
            description: "Type of node condition.",
            ..FIELD
        },
    ],
};

static CORE_V1_NODE_CONFIG_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeConfigSource",
    kind: None,
    is_atomic: false,
    description: "NodeConfigSource specifies a source of node configuration. Exactly one subfield (excluding metadata) must be non-nil. This API is deprecated since 1.22",
    fields: &[Field {
        name: "configMap",
        ty: Type::Object(&CORE_V1_CONFIG_MAP_NODE_CONFIG_SOURCE),
        tag: Tag::Own(2),
        description: "ConfigMap is a reference to a Node's ConfigMap",
        ..FIELD
    }],
};

static CORE_V1_NODE_CONFIG_STATUS: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeConfigStatus",
    kind: None,
    is_atomic: false,
    description: "NodeConfigStatus describes the status of the config assigned by Node.Spec.ConfigSource.",
    fields: &[
        Field {
            name: "active",
            ty: Type::Object(&CORE_V1_NODE_CONFIG_SOURCE),
            tag: Tag::Own(2),
            description: "Active reports the checkpointed config the node is actively using. Active will represent either the current version of the Assigned config, or the current LastKnownGood config, depending on whether attempting to use the Assigned config results in an error.",
            ..FIELD
        },
        Field {
            name: "assigned",
            ty: Type::Object(&CORE_V1_NODE_CONFIG_SOURCE),
            tag: Tag::Own(1),
            description: "Assigned reports the checkpointed config the node will try to use. When Node.Spec.ConfigSource is updated, the node checkpoints the associated config payload to local disk, along with a record indicating intended config. The node refers to this record to choose its config checkpoint, and reports this record in Assigned. Assigned only updates in the status after the record has been checkpointed to disk. When the Kubelet is restarted, it tries to make the Assigned config the Active config by loading and validating the checkpointed payload identified by Assigned.",
            ..FIELD
        },
        Field {
            name: "error",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "Error describes any problems reconciling the Spec.ConfigSource to the Active config. Errors may occur, for example, attempting to checkpoint Spec.ConfigSource to the local Assigned record, attempting to checkpoint the payload associated with Spec.ConfigSource, attempting to load or validate the Assigned config, etc. Errors may occur at different points while syncing config. Earlier errors (e.g. download or checkpointing errors) will not result in a rollback to LastKnownGood, and may resolve across Kubelet retries. Later errors (e.g. loading or validating a checkpointed config) will result in a rollback to LastKnownGood. In the latter case, it is usually possible to resolve the error by fixing the config assigned in Spec.ConfigSource. You can find additional information for debugging by searching the error message in the Kubelet log. Error is a human-readable description of the error state; machines can check whether or not Error is empty, but should not rely on the stability of the Error text across Kubelet versions.",
            ..FIELD
        },
        Field {
            name: "lastKnownGood",
            ty: Type::Object(&CORE_V1_NODE_CONFIG_SOURCE),
            tag: Tag::Own(3),
            description: "LastKnownGood reports the checkpointed config the node will fall back to when it encounters an error attempting to use the Assigned config. The Assigned config becomes the LastKnownGood config when the node determines that the Assigned config is stable and correct. This is currently implemented as a 10-minute soak period starting when the local record of Assigned config is updated. If the Assigned config is Active at the end of this period, it becomes the LastKnownGood. Note that if Spec.ConfigSource is reset to nil (use local defaults), the LastKnownGood is also immediately reset to nil, because the local default config is always assumed good. You should not make assumptions about the node's method of determining config stability and correctness, as this may change or become configurable in the future.",
            ..FIELD
        },
    ],
};

static CORE_V1_NODE_DAEMON_ENDPOINTS: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeDaemonEndpoints",
    kind: None,
    is_atomic: false,
    description: "NodeDaemonEndpoints lists ports opened by daemons running on the Node.",
    fields: &[Field {
        name: "kubeletEndpoint",
        ty: Type::Object(&CORE_V1_DAEMON_ENDPOINT),
        tag: Tag::Own(1),
        description: "Endpoint on which Kubelet is listening.",
        ..FIELD
    }],
};

static CORE_V1_NODE_FEATURES: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeFeatures",
    kind: None,
    is_atomic: false,
    description: "NodeFeatures describes the set of features implemented by the CRI implementation. The features contained in the NodeFeatures should depend only on the cri implementation independent of runtime handlers.",
    fields: &[Field {
        name: "supplementalGroupsPolicy",
        ty: Type::Bool,
        tag: Tag::Own(1),
        is_pointer: true,
        description: "SupplementalGroupsPolicy is set to true if the runtime supports SupplementalGroupsPolicy and ContainerUser.",
        ..FIELD
    }],
};

static CORE_V1_NODE_RUNTIME_HANDLER: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeRuntimeHandler",
    kind: None,
    is_atomic: false,
    description: "NodeRuntimeHandler is a set of runtime handler information.",
    fields: &[
        Field {
            name: "features",
            ty: Type::Object(&CORE_V1_NODE_RUNTIME_HANDLER_FEATURES),
            tag: Tag::Own(2),
            description: "Supported features.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Own(1),
            is_pointer: true,
            description: "Runtime handler name. Empty for the default runtime handler.",
            ..FIELD
        },
    ],
};

static CORE_V1_NODE_RUNTIME_HANDLER_FEATURES: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeRuntimeHandlerFeatures",
    kind: None,
    is_atomic: false,
    description: "NodeRuntimeHandlerFeatures is a set of features implemented by the runtime handler.",
    fields: &[
        Field {
            name: "recursiveReadOnlyMounts",
            ty: Type::Bool,
            tag: Tag::Own(1),
            is_pointer: true,
            description: "RecursiveReadOnlyMounts is set to true if the runtime handler supports RecursiveReadOnlyMounts.",
            ..FIELD
        },
        Field {
            name: "userNamespaces",
            ty: Type::Bool,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "UserNamespaces is set to true if the runtime handler supports UserNamespaces, including for volumes.",
            ..FIELD
        },
    ],
};

static CORE_V1_NODE_SELECTOR: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeSelector",
    kind: None,
    is_atomic: true,
    description: "A node selector represents the union of the results of one or more label queries over a set of nodes; that is, it represents the OR of the selectors represented by the node selector terms.",
    fields: &[Field {
        name: "nodeSelectorTerms",
        ty: Type::List(&Type::Object(&CORE_V1_NODE_SELECTOR_TERM)),
        is_required: true,
        tag: Tag::Own(1),
        list: Some(ListKind::Atomic),
        description: "Required. A list of node selector terms. The terms are ORed.",
        ..FIELD
    }],
};

static CORE_V1_NODE_SELECTOR_REQUIREMENT: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeSelectorRequirement",
    kind: None,
    is_atomic: false,
    description: "A node selector requirement is a selector that contains values, a key, and an operator that relates the key and values.",
    fields: &[
        Field {
            name: "key",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "The label key that the selector applies to.",
            ..FIELD
        },
        Field {
            name: "operator",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            go_type: Some("v1.NodeSelectorOperator"),
            description: "Represents a key's relationship to a set of values. Valid operators are In, NotIn, Exists, DoesNotExist. Gt, and Lt.",
            ..FIELD
        },
        Field {
            name: "values",
            ty: Type::List(&Type::String),
            tag: Tag::Own(3),
            list: Some(ListKind::Atomic),
            description: "An array of string values. If the operator is In or NotIn, the values array must be non-empty. If the operator is Exists or DoesNotExist, the values array must be empty. If the operator is Gt or Lt, the values array must have a single element, which will be interpreted as an integer. This array is replaced during a strategic merge patch.",
            ..FIELD
        },
    ],
};

static CORE_V1_NODE_SELECTOR_TERM: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeSelectorTerm",
    kind: None,
    is_atomic: true,
    description: "A null or empty node selector term matches no objects. The requirements of them are ANDed. The TopologySelectorTerm type implements a subset of the NodeSelectorTerm.",
    fields: &[
        Field {
            name: "matchExpressions",
            ty: Type::List(&Type::Object(&CORE_V1_NODE_SELECTOR_REQUIREMENT)),
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "A list of node selector requirements by node's labels.",
            ..FIELD
        },
        Field {
            name: "matchFields",
            ty: Type::List(&Type::Object(&CORE_V1_NODE_SELECTOR_REQUIREMENT)),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "A list of node selector requirements by node's fields.",
            ..FIELD
        },
    ],
};

static CORE_V1_NODE_SPEC: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeSpec",
    kind: None,
    is_atomic: false,
    description: "NodeSpec describes the attributes that a node is created with.",
    fields: &[
        Field {
            name: "configSource",
            ty: Type::Object(&CORE_V1_NODE_CONFIG_SOURCE),
            tag: Tag::Own(6),
            description: "Deprecated: Previously used to specify the source of the node's configuration for the DynamicKubeletConfig feature. This feature is removed.",
            ..FIELD
        },
        Field {
            name: "externalID",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "Deprecated. Not all kubelets will set this field. Remove field after 1.13. see: https://issues.k8s.io/61966",
            ..FIELD
        },
        Field {
            name: "podCIDR",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "PodCIDR represents the pod IP range assigned to the node.",
            ..FIELD
        },
        Field {
            name: "podCIDRs",
            ty: Type::List(&Type::String),
            tag: Tag::Own(7),
            list: Some(ListKind::Set),
            strategy: PatchStrategy::Merge,
            description: "podCIDRs represents the IP ranges assigned to the node for usage by Pods on that node. If this field is specified, the 0th entry must match the podCIDR field. It may contain at most 1 value for each of IPv4 and IPv6.",
            ..FIELD
        },
        Field {
            name: "providerID",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "ID of the node assigned by the cloud provider in the format: <ProviderName>://<ProviderSpecificNodeID>",
            ..FIELD
        },
        Field {
            name: "taints",
            ty: Type::List(&Type::Object(&CORE_V1_TAINT)),
            tag: Tag::Own(5),
            list: Some(ListKind::Atomic),
            description: "If specified, the node's taints.",
            ..FIELD
        },
        Field {
            name: "unschedulable",
            ty: Type::Bool,
            tag: Tag::Own(4),
            description: "Unschedulable controls node schedulability of new pods. By default, node is schedulable. More info: https://kubernetes.io/docs/concepts/nodes/node/#manual-node-administration",
            ..FIELD
        },
    ],
};

static CORE_V1_NODE_STATUS: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeStatus",
    kind: None,
    is_atomic: false,
    description: "NodeStatus is information about the current status of a node.",
    fields: &[
        Field {
            name: "addresses",
            ty: Type::List(&Type::Object(&CORE_V1_NODE_ADDRESS)),
            tag: Tag::Own(5),
            list: Some(ListKind::Map(&["type"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("type"),
            description: "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP).",
            ..FIELD
        },
        Field {
            name: "allocatable",
            ty: Type::Map(&Type::Quantity),
            tag: Tag::Own(2),
            go_type: Some("v1.ResourceList"),
            description: "Allocatable represents the resources of a node that are available for scheduling. Defaults to Capacity.",
            ..FIELD
        },
        Field {
            name: "capacity",
            ty: Type::Map(&Type::Quantity),
            tag: Tag::Own(1),
            go_type: Some("v1.ResourceList"),
            description: "Capacity represents the total resources of a node. More info: https://kubernetes.io/docs/reference/node/node-status/#capacity",
            ..FIELD
        },
        Field {
            name: "conditions",
            ty: Type::List(&Type::Object(&CORE_V1_NODE_CONDITION)),
            tag: Tag::Own(4),
            list: Some(ListKind::Map(&["type"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("type"),
            description: "Conditions is an array of current observed node conditions. More info: https://kubernetes.io/docs/reference/node/node-status/#condition",
            ..FIELD
        },
        Field {
            name: "config",
            ty: Type::Object(&CORE_V1_NODE_CONFIG_STATUS),
            tag: Tag::Own(11),
            description: "Status of the config assigned to the node via the dynamic Kubelet config feature.",
            ..FIELD
        },
        Field {
            name: "daemonEndpoints",
            ty: Type::Object(&CORE_V1_NODE_DAEMON_ENDPOINTS),
            tag: Tag::Own(6),
            description: "Endpoints of daemons running on the Node.",
            ..FIELD
        },
        Field {
            name: "declaredFeatures",
            ty: Type::List(&Type::String),
            tag: Tag::Own(14),
            list: Some(ListKind::Atomic),
            description: "DeclaredFeatures represents the features related to feature gates that are declared by the node.",
            ..FIELD
        },
        Field {
            name: "features",
            ty: Type::Object(&CORE_V1_NODE_FEATURES),
            tag: Tag::Own(13),
            description: "Features describes the set of features implemented by the CRI implementation.",
            ..FIELD
        },
        Field {
            name: "images",
            ty: Type::List(&Type::Object(&CORE_V1_CONTAINER_IMAGE)),
            tag: Tag::Own(8),
            list: Some(ListKind::Atomic),
            description: "List of container images on this node",
            ..FIELD
        },
        Field {
            name: "nodeInfo",
            ty: Type::Object(&CORE_V1_NODE_SYSTEM_INFO),
            tag: Tag::Own(7),
            description: "Set of ids/uuids to uniquely identify the node. More info: https://kubernetes.io/docs/reference/node/node-status/#info",
            ..FIELD
        },
        Field {
            name: "phase",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "NodePhase is the recently observed lifecycle phase of the node. More info: https://kubernetes.io/docs/concepts/nodes/node/#phase The field is never populated, and now is deprecated.",
            ..FIELD
        },
        Field {
            name: "runtimeHandlers",
            ty: Type::List(&Type::Object(&CORE_V1_NODE_RUNTIME_HANDLER)),
            tag: Tag::Own(12),
            list: Some(ListKind::Atomic),
            description: "The available runtime handlers.",
            ..FIELD
        },
        Field {
            name: "volumesAttached",
            ty: Type::List(&Type::Object(&CORE_V1_ATTACHED_VOLUME)),
            tag: Tag::Own(10),
            list: Some(ListKind::Atomic),
            description: "List of volumes that are attached to the node.",
            ..FIELD
        },
        Field {
            name: "volumesInUse",
            ty: Type::List(&Type::String),
            tag: Tag::Own(9),
            list: Some(ListKind::Atomic),
            description: "List of attachable volumes in use (mounted) by the node.",
            ..FIELD
        },
    ],
};

static CORE_V1_NODE_SWAP_STATUS: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeSwapStatus",
    kind: None,
    is_atomic: false,
    description: "NodeSwapStatus represents swap memory information.",
    fields: &[Field {
        name: "capacity",
        ty: Type::Int64,
        tag: Tag::Own(1),
        is_pointer: true,
        description: "Total amount of swap memory in bytes.",
        ..FIELD
    }],
};

static CORE_V1_NODE_SYSTEM_INFO: Definition = Definition {
    name: "io.k8s.api.core.v1.NodeSystemInfo",
    kind: None,
    is_atomic: false,
    description: "NodeSystemInfo is a set of ids/uuids to uniquely identify the node.",
    fields: &[
        Field {
            name: "architecture",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(10),
            description: "The Architecture reported by the node",
            ..FIELD
        },
        Field {
            name: "bootID",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(3),
            description: "Boot ID reported by the node.",
            ..FIELD
        },
        Field {
            name: "containerRuntimeVersion",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(6),
            description: "ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).",
            ..FIELD
        },
        Field {
            name: "kernelVersion",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(4),
            description: "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).",
            ..FIELD
        },
        Field {
            name: "kubeProxyVersion",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(8),
            description: "Deprecated: KubeProxy Version reported by the node.",
            ..FIELD
        },
        Field {
            name: "kubeletVersion",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(7),
            description: "Kubelet Version reported by the node.",
            ..FIELD
        },
        Field {
            name: "machineID",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "MachineID reported by the node. For unique machine identification in the cluster this field is preferred. Learn more from man(5) machine-id: http://man7.org/linux/man-pages/man5/machine-id.5.html",
            ..FIELD
        },
        Field {
            name: "operatingSystem",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(9),
            description: "The Operating System reported by the node",
            ..FIELD
        },
        Field {
            name: "osImage",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(5),
            description: "OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).",
            ..FIELD
        },
        Field {
            name: "swap",
            ty: Type::Object(&CORE_V1_NODE_SWAP_STATUS),
            tag: Tag::Own(11),
            description: "Swap Info reported by the node.",
            ..FIELD
        },
        Field {
            name: "systemUUID",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "SystemUUID reported by the node. For unique machine identification MachineID is preferred. This field is specific to Red Hat hosts https://access.redhat.com/documentation/en-us/red_hat_subscription_management/1/html/rhsm/uuid",
            ..FIELD
        },
    ],
};

static CORE_V1_OBJECT_FIELD_SELECTOR: Definition = Definition {
    name: "io.k8s.api.core.v1.ObjectFieldSelector",
    kind: None,
    is_atomic: true,
    description: "ObjectFieldSelector selects an APIVersioned field of an object.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "Version of the schema the FieldPath is written in terms of, defaults to \"v1\".",
            ..FIELD
        },
        Field {
            name: "fieldPath",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "Path of the field to select in the specified API version.",
            ..FIELD
        },
    ],
};

static CORE_V1_OBJECT_REFERENCE: Definition = Definition {
    name: "io.k8s.api.core.v1.ObjectReference",
    kind: None,
    is_atomic: true,
    description: "ObjectReference contains enough information to let you inspect or modify the referred object.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "API version of the referent.",
            ..FIELD
        },
        Field {
            name: "fieldPath",
            ty: Type::String,
            tag: Tag::Own(7),
            description: "If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to a container within a pod, this would take on a value like: \"spec.containers{name}\" (where \"name\" refers to the name of the container that triggered the event) or if no container name is specified \"spec.containers[2]\" (container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a part of an object.",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "Kind of the referent. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "Name of the referent. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names",
            ..FIELD
        },
        Field {
            name: "namespace",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "Namespace of the referent. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
            ..FIELD
        },
        Field {
            name: "resourceVersion",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "Specific resourceVersion to which this reference is made, if any. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#concurrency-control-and-consistency",
            ..FIELD
        },
        Field {
            name: "uid",
            ty: Type::String,
            tag: Tag::Own(4),
            go_type: Some("types.UID"),
            description: "UID of the referent. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#uids",
            ..FIELD
        },
    ],
};

static CORE_V1_PERSISTENT_VOLUME_CLAIM_SPEC: Definition = Definition {
    name: "io.k8s.api.core.v1.PersistentVolumeClaimSpec",
    kind: None,
    is_atomic: false,
    description: "PersistentVolumeClaimSpec describes the common attributes of storage devices and allows a Source for provider-specific attributes",
    fields: &[
        Field {
            name: "accessModes",
            ty: Type::List(&Type::String),
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "accessModes contains the desired access modes the volume should have. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes-1",
            ..FIELD
        },
        Field {
            name: "dataSource",
            ty: Type::Object(&CORE_V1_TYPED_LOCAL_OBJECT_REFERENCE),
            tag: Tag::Own(7),
            description: "dataSource field can be used to specify either: * An existing VolumeSnapshot object (snapshot.storage.k8s.io/VolumeSnapshot) * An existing PVC (PersistentVolumeClaim) If the provisioner or an external controller can support the specified data source, it will create a new volume based on the contents of the specified data source. When the AnyVolumeDataSource feature gate is enabled, dataSource contents will be copied to dataSourceRef, and dataSourceRef contents will be copied to dataSource when dataSourceRef.namespace is not specified. If the namespace is specified, then dataSourceRef will not be copied to dataSource.",
            ..FIELD
        },
        Field {
            name: "dataSourceRef",
            ty: Type::Object(&CORE_V1_TYPED_OBJECT_REFERENCE),
            tag: Tag::Own(8),
            description: "dataSourceRef specifies the object from which to populate the volume with data, if a non-empty volume is desired. This may be any object from a non-empty API group (non core object) or a PersistentVolumeClaim object. When this field is specified, volume binding will only succeed if the type of the specified object matches some installed volume populator or dynamic provisioner. This field will replace the functionality of the dataSource field and as such if both fields are non-empty, they must have the same value. For backwards compatibility, when namespace isn't specified in dataSourceRef, both fields (dataSource and dataSourceRef) will be set to the same value automatically if one of them is empty and the other is non-empty. When namespace is specified in dataSourceRef, dataSource isn't set to the same value and must be empty. There are three important differences between dataSource and dataSourceRef: * While dataSource only allows two specific types of objects, dataSourceRef\n  allows any non-core object, as well as PersistentVolumeClaim objects.\n* While dataSource ignores disallowed values (dropping them), dataSourceRef\n  preserves all values, and generates an error if a disallowed value is\n  specified.\n* While dataSource only allows local objects, dataSourceRef allows objects\n  in any namespaces.\n(Beta) Using this field requires the AnyVolumeDataSource feature gate to be enabled. (Alpha) Using the namespace field of dataSourceRef requires the CrossNamespaceVolumeDataSource feature gate to be enabled.",
            ..FIELD
        },
        Field {
            name: "resources",
            ty: Type::Object(&CORE_V1_VOLUME_RESOURCE_REQUIREMENTS),
            tag: Tag::Own(2),
            description: "resources represents the minimum resources the volume should have. Users are allowed to specify resource requirements that are lower than previous value but must still be higher than capacity recorded in the status field of the claim. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#resources",
            ..FIELD
        },
        Field {
            name: "selector",
            ty: Type::Object(&META_V1_LABEL_SELECTOR),
            tag: Tag::Own(4),
            description: "selector is a label query over volumes to consider for binding.",
            ..FIELD
        },
        Field {
            name: "storageClassName",
            ty: Type::String,
            tag: Tag::Own(5),
            is_pointer: true,
            description: "storageClassName is the name of the StorageClass required by the claim. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#class-1",
            ..FIELD
        },
        Field {
            name: "volumeAttributesClassName",
            ty: Type::String,
            tag: Tag::Own(9),
            is_pointer: true,
            description: "volumeAttributesClassName may be used to set the VolumeAttributesClass used by this claim. If specified, the CSI driver will create or update the volume with the attributes defined in the corresponding VolumeAttributesClass. This has a different purpose than storageClassName, it can be changed after the claim is created. An empty string or nil value indicates that no VolumeAttributesClass will be applied to the claim. If the claim enters an Infeasible error state, this field can be reset to its previous value (including nil) to cancel the modification. If the resource referred to by volumeAttributesClass does not exist, this PersistentVolumeClaim will be set to a Pending state, as reflected by the modifyVolumeStatus field, until such as a resource exists. More info: https://kubernetes.io/docs/concepts/storage/volume-attributes-classes/",
            ..FIELD
        },
        Field {
            name: "volumeMode",
            ty: Type::String,
            tag: Tag::Own(6),
            is_pointer: true,
            description: "volumeMode defines what type of volume is required by the claim. Value of Filesystem is implied when not included in claim spec.",
            ..FIELD
        },
        Field {
            name: "volumeName",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "volumeName is the binding reference to the PersistentVolume backing this claim.",
            ..FIELD
        },
    ],
};

static CORE_V1_PERSISTENT_VOLUME_CLAIM_TEMPLATE: Definition = Definition {
    name: "io.k8s.api.core.v1.PersistentVolumeClaimTemplate",
    kind: None,
    is_atomic: false,
    description: "PersistentVolumeClaimTemplate is used to produce PersistentVolumeClaim objects as part of an EphemeralVolumeSource.",
    fields: &[
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "May contain labels and annotations that will be copied into the PVC when creating it. No other fields are allowed and will be rejected during validation.",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&CORE_V1_PERSISTENT_VOLUME_CLAIM_SPEC),
            is_required: true,
            tag: Tag::Own(2),
            description: "The specification for the PersistentVolumeClaim. The entire content is copied unchanged into the PVC that gets created from this template. The same fields as in a PersistentVolumeClaim are also valid here.",
            ..FIELD
        },
    ],
};

static CORE_V1_PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource",
    kind: None,
    is_atomic: false,
    description: "PersistentVolumeClaimVolumeSource references the user's PVC in the same namespace. This volume finds the bound PV and mounts that volume for the pod. A PersistentVolumeClaimVolumeSource is, essentially, a wrapper around another type of volume that is owned by someone else (the system).",
    fields: &[
        Field {
            name: "claimName",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "claimName is the name of a PersistentVolumeClaim in the same namespace as the pod using this volume. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#persistentvolumeclaims",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(2),
            description: "readOnly Will force the ReadOnly setting in VolumeMounts. Default false.",
            ..FIELD
        },
    ],
};

static CORE_V1_PHOTON_PERSISTENT_DISK_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a Photon Controller persistent disk resource.",
    fields: &[
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "fsType is the filesystem type to mount. Must be a filesystem type supported by the host operating system. Ex. \"ext4\", \"xfs\", \"ntfs\". Implicitly inferred to be \"ext4\" if unspecified.",
            ..FIELD
        },
        Field {
            name: "pdID",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "pdID is the ID that identifies Photon Controller persistent disk",
            ..FIELD
        },
    ],
};

static CORE_V1_POD: Definition = Definition {
    name: "io.k8s.api.core.v1.Pod",
    kind: Some(("", "v1", "Pod")),
    is_atomic: false,
    description: "Pod is a collection of containers that can run on a host. This resource is created by clients and scheduled onto hosts.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&CORE_V1_POD_SPEC),
            tag: Tag::Own(2),
            description: "Specification of the desired behavior of the pod. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::Object(&CORE_V1_POD_STATUS),
            tag: Tag::Own(3),
            description: "Most recently observed status of the pod. This data may not be up to date. Populated by the system. Read-only. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_AFFINITY: Definition = Definition {
    name: "io.k8s.api.core.v1.PodAffinity",
    kind: None,
    is_atomic: false,
    description: "Pod affinity is a group of inter pod affinity scheduling rules.",
    fields: &[
        Field {
            name: "preferredDuringSchedulingIgnoredDuringExecution",
            ty: Type::List(&Type::Object(&CORE_V1_WEIGHTED_POD_AFFINITY_TERM)),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "The scheduler will prefer to schedule pods to nodes that satisfy the affinity expressions specified by this field, but it may choose a node that violates one or more of the expressions. The node that is most preferred is the one with the greatest sum of weights, i.e. for each node that meets all of the scheduling requirements (resource request, requiredDuringScheduling affinity expressions, etc.), compute a sum by iterating through the elements of this field and adding \"weight\" to the sum if the node has pods which matches the corresponding podAffinityTerm; the node(s) with the highest sum are the most preferred.",
            ..FIELD
        },
        Field {
            name: "requiredDuringSchedulingIgnoredDuringExecution",
            ty: Type::List(&Type::Object(&CORE_V1_POD_AFFINITY_TERM)),
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "If the affinity requirements specified by this field are not met at scheduling time, the pod will not be scheduled onto the node. If the affinity requirements specified by this field cease to be met at some point during pod execution (e.g. due to a pod label update), the system may or may not try to eventually evict the pod from its node. When there are multiple elements, the lists of nodes corresponding to each podAffinityTerm are intersected, i.e. all terms must be satisfied.",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_AFFINITY_TERM: Definition = Definition {
    name: "io.k8s.api.core.v1.PodAffinityTerm",
    kind: None,
    is_atomic: false,
    description: "Defines a set of pods (namely those matching the labelSelector relative to the given namespace(s)) that this pod should be co-located (affinity) or not co-located (anti-affinity) with, where co-located is defined as running on a node whose value of the label with key <topologyKey> matches that of any node on which a pod of the set of pods is running",
    fields: &[
        Field {
            name: "labelSelector",
            ty: Type::Object(&META_V1_LABEL_SELECTOR),
            tag: Tag::Own(1),
            description: "A label query over a set of resources, in this case pods. If it's null, this PodAffinityTerm matches with no Pods.",
            ..FIELD
        },
        Field {
            name: "matchLabelKeys",
            ty: Type::List(&Type::String),
            tag: Tag::Own(5),
            list: Some(ListKind::Atomic),
            description: "MatchLabelKeys is a set of pod label keys to select which pods will be taken into consideration. The keys are used to lookup values from the incoming pod labels, those key-value labels are merged with `labelSelector` as `key in (value)` to select the group of existing pods which pods will be taken into consideration for the incoming pod's pod (anti) affinity. Keys that don't exist in the incoming pod labels will be ignored. The default value is empty. The same key is forbidden to exist in both matchLabelKeys and labelSelector. Also, matchLabelKeys cannot be set when labelSelector isn't set.",
            ..FIELD
        },
        Field {
            name: "mismatchLabelKeys",
            ty: Type::List(&Type::String),
            tag: Tag::Own(6),
            list: Some(ListKind::Atomic),
            description: "MismatchLabelKeys is a set of pod label keys to select which pods will be taken into consideration. The keys are used to lookup values from the incoming pod labels, those key-value labels are merged with `labelSelector` as `key notin (value)` to select the group of existing pods which pods will be taken into consideration for the incoming pod's pod (anti) affinity. Keys that don't exist in the incoming pod labels will be ignored. The default value is empty. The same key is forbidden to exist in both mismatchLabelKeys and labelSelector. Also, mismatchLabelKeys cannot be set when labelSelector isn't set.",
            ..FIELD
        },
        Field {
            name: "namespaceSelector",
            ty: Type::Object(&META_V1_LABEL_SELECTOR),
            tag: Tag::Own(4),
            description: "A label query over the set of namespaces that the term applies to. The term is applied to the union of the namespaces selected by this field and the ones listed in the namespaces field. null selector and null or empty namespaces list means \"this pod's namespace\". An empty selector ({}) matches all namespaces.",
            ..FIELD
        },
        Field {
            name: "namespaces",
            ty: Type::List(&Type::String),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "namespaces specifies a static list of namespace names that the term applies to. The term is applied to the union of the namespaces listed in this field and the ones selected by namespaceSelector. null or empty namespaces list and null namespaceSelector means \"this pod's namespace\".",
            ..FIELD
        },
        Field {
            name: "topologyKey",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(3),
            description: "This pod should be co-located (affinity) or not co-located (anti-affinity) with the pods matching the labelSelector in the specified namespaces, where co-located is defined as running on a node whose value of the label with key topologyKey matches that of any node on which any of the selected pods is running. Empty topologyKey is not allowed.",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_ANTI_AFFINITY: Definition = Definition {
    name: "io.k8s.api.core.v1.PodAntiAffinity",
    kind: None,
    is_atomic: false,
    description: "Pod anti affinity is a group of inter pod anti affinity scheduling rules.",
    fields: &[
        Field {
            name: "preferredDuringSchedulingIgnoredDuringExecution",
            ty: Type::List(&Type::Object(&CORE_V1_WEIGHTED_POD_AFFINITY_TERM)),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "The scheduler will prefer to schedule pods to nodes that satisfy the anti-affinity expressions specified by this field, but it may choose a node that violates one or more of the expressions. The node that is most preferred is the one with the greatest sum of weights, i.e. for each node that meets all of the scheduling requirements (resource request, requiredDuringScheduling anti-affinity expressions, etc.), compute a sum by iterating through the elements of this field and subtracting \"weight\" from the sum if the node has pods which matches the corresponding podAffinityTerm; the node(s) with the highest sum are the most preferred.",
            ..FIELD
        },
        Field {
            name: "requiredDuringSchedulingIgnoredDuringExecution",
            ty: Type::List(&Type::Object(&CORE_V1_POD_AFFINITY_TERM)),
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "If the anti-affinity requirements specified by this field are not met at scheduling time, the pod will not be scheduled onto the node. If the anti-affinity requirements specified by this field cease to be met at some point during pod execution (e.g. due to a pod label update), the system may or may not try to eventually evict the pod from its node. When there are multiple elements, the lists of nodes corresponding to each podAffinityTerm are intersected, i.e. all terms must be satisfied.",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_CERTIFICATE_PROJECTION: Definition = Definition {
    name: "io.k8s.api.core.v1.PodCertificateProjection",
    kind: None,
    is_atomic: false,
    description: "PodCertificateProjection provides a private key and X.509 certificate in the pod filesystem.",
    fields: &[
        Field {
            name: "certificateChainPath",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "Write the certificate chain at this path in the projected volume.\n\nMost applications should use credentialBundlePath.  When using keyPath and certificateChainPath, your application needs to check that the key and leaf certificate are consistent, because it is possible to read the files mid-rotation.",
            ..FIELD
        },
        Field {
            name: "credentialBundlePath",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "Write the credential bundle at this path in the projected volume.\n\nThe credential bundle is a single file that contains multiple PEM blocks. The first PEM block is a PRIVATE KEY block, containing a PKCS#8 private key.\n\nThe remaining blocks are CERTIFICATE blocks, containing the issued certificate chain from the signer (leaf and any intermediates).\n\nUsing credentialBundlePath lets your Pod's application code make a single atomic read that retrieves a consistent key and certificate chain.  If you project them to separate files, your application code will need to additionally check that the leaf certificate was issued to the key.",
            ..FIELD
        },
        Field {
            name: "keyPath",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "Write the key at this path in the projected volume.\n\nMost applications should use credentialBundlePath.  When using keyPath and certificateChainPath, your application needs to check that the key and leaf certificate are consistent, because it is possible to read the files mid-rotation.",
            ..FIELD
        },
        Field {
            name: "keyType",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "The type of keypair Kubelet will generate for the pod.\n\nValid values are \"RSA3072\", \"RSA4096\", \"ECDSAP256\", \"ECDSAP384\", \"ECDSAP521\", and \"ED25519\".",
            ..FIELD
        },
        Field {
            name: "maxExpirationSeconds",
            ty: Type::Int32,
            tag: Tag::Own(3),
            is_pointer: true,
            description: "maxExpirationSeconds is the maximum lifetime permitted for the certificate.\n\nKubelet copies this value verbatim into the PodCertificateRequests it generates for this projection.\n\nIf omitted, kube-apiserver will set it to 86400(24 hours). kube-apiserver will reject values shorter than 3600 (1 hour).  The maximum allowable value is 7862400 (91 days).\n\nThe signer implementation is then free to issue a certificate with any lifetime *shorter* than MaxExpirationSeconds, but no shorter than 3600 seconds (1 hour).  This constraint is enforced by kube-apiserver. `kubernetes.io` signers will never issue certificates with a lifetime longer than 24 hours.",
            ..FIELD
        },
        Field {
            name: "signerName",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Kubelet's generated CSRs will be addressed to this signer.",
            ..FIELD
        },
        Field {
            name: "userAnnotations",
            ty: Type::Map(&Type::String),
            tag: Tag::Own(7),
            description: "userAnnotations allow pod authors to pass additional information to the signer implementation.  Kubernetes does not restrict or validate this metadata in any way.\n\nThese values are copied verbatim into the `spec.unverifiedUserAnnotations` field of the PodCertificateRequest objects that Kubelet creates.\n\nEntries are subject to the same validation as object metadata annotations, with the addition that all keys must be domain-prefixed. No restrictions are placed on values, except an overall size limitation on the entire field.\n\nSigners should document the keys and values they support. Signers should deny requests that contain keys they do not recognize.",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_CONDITION: Definition = Definition {
    name: "io.k8s.api.core.v1.PodCondition",
    kind: None,
    is_atomic: false,
    description: "PodCondition contains details for the current condition of this pod.",
    fields: &[
        Field {
            name: "lastProbeTime",
            ty: Type::Time,
            tag: Tag::Own(3),
            description: "Last time we probed the condition.",
            ..FIELD
        },
        Field {
            name: "lastTransitionTime",
            ty: Type::Time,
            tag: Tag::Own(4),
            description: "Last time the condition transitioned from one status to another.",
            ..FIELD
        },
        Field {
            name: "message",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "Human-readable message indicating details about last transition.",
            ..FIELD
        },
        Field {
            name: "observedGeneration",
            ty: Type::Int64,
            tag: Tag::Own(7),
            description: "If set, this represents the .metadata.generation that the pod condition was set based upon.",
            ..FIELD
        },
        Field {
            name: "reason",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "Unique, one-word, CamelCase reason for the condition's last transition.",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            go_type: Some("v1.ConditionStatus"),
            description: "Status is the status of the condition. Can be True, False, Unknown. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#pod-conditions",
            ..FIELD
        },
        Field {
            name: "type",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            go_type: Some("v1.PodConditionType"),
            description: "Type is the type of the condition. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#pod-conditions",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_DNSCONFIG: Definition = Definition {
    name: "io.k8s.api.core.v1.PodDNSConfig",
    kind: None,
    is_atomic: false,
    description: "PodDNSConfig defines the DNS parameters of a pod in addition to those generated from DNSPolicy.",
    fields: &[
        Field {
            name: "nameservers",
            ty: Type::List(&Type::String),
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "A list of DNS name server IP addresses. This will be appended to the base nameservers generated from DNSPolicy. Duplicated nameservers will be removed.",
            ..FIELD
        },
        Field {
            name: "options",
            ty: Type::List(&Type::Object(&CORE_V1_POD_DNSCONFIG_OPTION)),
            tag: Tag::Own(3),
            list: Some(ListKind::Atomic),
            description: "A list of DNS resolver options. This will be merged with the base options generated from DNSPolicy. Duplicated entries will be removed. Resolution options given in Options will override those that appear in the base DNSPolicy.",
            ..FIELD
        },
        Field {
            name: "searches",
            ty: Type::List(&Type::String),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "A list of DNS search domains for host-name lookup. This will be appended to the base search paths generated from DNSPolicy. Duplicated search paths will be removed.",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_DNSCONFIG_OPTION: Definition = Definition {
    name: "io.k8s.api.core.v1.PodDNSConfigOption",
    kind: None,
    is_atomic: false,
    description: "PodDNSConfigOption defines DNS resolver options of a pod.",
    fields: &[
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "Name is this DNS resolver option's name. Required.",
            ..FIELD
        },
        Field {
            name: "value",
            ty: Type::String,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "Value is this DNS resolver option's value.",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_EXTENDED_RESOURCE_CLAIM_STATUS: Definition = Definition {
    name: "io.k8s.api.core.v1.PodExtendedResourceClaimStatus",
    kind: None,
    is_atomic: false,
    description: "PodExtendedResourceClaimStatus is stored in the PodStatus for the extended resource requests backed by DRA. It stores the generated name for the corresponding special ResourceClaim created by the scheduler.",
    fields: &[
        Field {
            name: "requestMappings",
            ty: Type::List(&Type::Object(&CORE_V1_CONTAINER_EXTENDED_RESOURCE_REQUEST)),
            is_required: true,
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "RequestMappings identifies the mapping of <container, extended resource backed by DRA> to  device request in the generated ResourceClaim.",
            ..FIELD
        },
        Field {
            name: "resourceClaimName",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "ResourceClaimName is the name of the ResourceClaim that was generated for the Pod in the namespace of the Pod.",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_IP: Definition = Definition {
    name: "io.k8s.api.core.v1.PodIP",
    kind: None,
    is_atomic: false,
    description: "PodIP represents a single IP address allocated to the pod.",
    fields: &[Field {
        name: "ip",
        ty: Type::String,
        is_required: true,
        tag: Tag::Own(1),
        description: "IP is the IP address assigned to the pod",
        ..FIELD
    }],
};

static CORE_V1_POD_OS: Definition = Definition {
    name: "io.k8s.api.core.v1.PodOS",
    kind: None,
    is_atomic: false,
    description: "PodOS defines the OS parameters of a pod.",
    fields: &[Field {
        name: "name",
        ty: Type::String,
        is_required: true,
        tag: Tag::Own(1),
        go_type: Some("v1.OSName"),
        description: "Name is the name of the operating system. The currently supported values are linux and windows. Additional value may be defined in future and can be one of: https://github.com/opencontainers/runtime-spec/blob/master/config.md#platform-specific-configuration Clients should expect to handle additional values and treat unrecognized values in this field as os: null",
        ..FIELD
    }],
};

static CORE_V1_POD_READINESS_GATE: Definition = Definition {
    name: "io.k8s.api.core.v1.PodReadinessGate",
    kind: None,
    is_atomic: false,
    description: "PodReadinessGate contains the reference to a pod condition",
    fields: &[Field {
        name: "conditionType",
        ty: Type::String,
        is_required: true,
        tag: Tag::Own(1),
        go_type: Some("v1.PodConditionType"),
        description: "ConditionType refers to a condition in the pod's condition list with matching type.",
        ..FIELD
    }],
};

static CORE_V1_POD_RESOURCE_CLAIM: Definition = Definition {
    name: "io.k8s.api.core.v1.PodResourceClaim",
    kind: None,
    is_atomic: false,
    description: "PodResourceClaim references exactly one ResourceClaim, either directly or by naming a ResourceClaimTemplate which is then turned into a ResourceClaim for the pod.\n\nIt adds a name to it that uniquely identifies the ResourceClaim inside the Pod. Containers that need access to the ResourceClaim reference it with this name.\n\nWhen the DRAWorkloadResourceClaims feature gate is enabled and this Pod belongs to a PodGroup, a PodResourceClaim is matched to a PodGroupResourceClaim if all of their fields are equal (Name, ResourceClaimName, and ResourceClaimTemplateName). A matched claim references a single ResourceClaim shared across all Pods in the PodGroup, reserved for the PodGroup in ResourceClaimStatus.ReservedFor rather than for individual Pods.",
    fields: &[
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Name uniquely identifies this resource claim inside the pod. This must be a DNS_LABEL.",
            ..FIELD
        },
        Field {
            name: "resourceClaimName",
            ty: Type::String,
            tag: Tag::Own(3),
            is_pointer: true,
            description: "ResourceClaimName is the name of a ResourceClaim object in the same namespace as this pod.\n\nExactly one of ResourceClaimName and ResourceClaimTemplateName must be set.",
            ..FIELD
        },
        Field {
            name: "resourceClaimTemplateName",
            ty: Type::String,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "ResourceClaimTemplateName is the name of a ResourceClaimTemplate object in the same namespace as this pod.\n\nThe template will be used to create a new ResourceClaim, which will be bound to this pod. When this pod is deleted, the ResourceClaim will also be deleted. The pod name and resource name, along with a generated component, will be used to form a unique name for the ResourceClaim, which will be recorded in pod.status.resourceClaimStatuses.\n\nWhen the DRAWorkloadResourceClaims feature gate is enabled and the pod belongs to a PodGroup that defines a PodGroupResourceClaim with the same Name and ResourceClaimTemplateName, this PodResourceClaim resolves to the ResourceClaim generated for the PodGroup. All pods in the group that define an equivalent PodResourceClaim matching the PodGroupResourceClaim's Name and ResourceClaimTemplateName share the same generated ResourceClaim. ResourceClaims generated for a PodGroup are owned by the PodGroup and their lifecycles are tied to the PodGroup instead of any individual pod.\n\nThis field is immutable and no changes will be made to the corresponding ResourceClaim by the control plane after creating the ResourceClaim.\n\nExactly one of ResourceClaimName and ResourceClaimTemplateName must be set.",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_RESOURCE_CLAIM_STATUS: Definition = Definition {
    name: "io.k8s.api.core.v1.PodResourceClaimStatus",
    kind: None,
    is_atomic: false,
    description: "PodResourceClaimStatus is stored in the PodStatus for each PodResourceClaim which references a ResourceClaimTemplate. It stores the generated name for the corresponding ResourceClaim.",
    fields: &[
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Name uniquely identifies this resource claim inside the pod. This must match the name of an entry in pod.spec.resourceClaims, which implies that the string must be a DNS_LABEL.",
            ..FIELD
        },
        Field {
            name: "resourceClaimName",
            ty: Type::String,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "ResourceClaimName is the name of the ResourceClaim that was generated for the Pod in the namespace of the Pod.\n\nWhen the DRAWorkloadResourceClaims feature is enabled and the corresponding PodResourceClaim matches a PodGroupResourceClaim made by the Pod's PodGroup, then this is the name of the ResourceClaim generated and reserved for the PodGroup.\n\nIf this is unset, then generating a ResourceClaim was not necessary. The pod.spec.resourceClaims entry can be ignored in this case.",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_SCHEDULING_GATE: Definition = Definition {
    name: "io.k8s.api.core.v1.PodSchedulingGate",
    kind: None,
    is_atomic: false,
    description: "PodSchedulingGate is associated to a Pod to guard its scheduling.",
    fields: &[Field {
        name: "name",
        ty: Type::String,
        is_required: true,
        tag: Tag::Own(1),
        description: "Name of the scheduling gate. Each scheduling gate must have a unique name field.",
        ..FIELD
    }],
};

static CORE_V1_POD_SCHEDULING_GROUP: Definition = Definition {
    name: "io.k8s.api.core.v1.PodSchedulingGroup",
    kind: None,
    is_atomic: false,
    description: "PodSchedulingGroup identifies the runtime scheduling group instance that a Pod belongs to. The scheduler uses this information to apply workload-aware scheduling semantics. Exactly one field must be specified.",
    fields: &[Field {
        name: "podGroupName",
        ty: Type::String,
        tag: Tag::Own(1),
        is_pointer: true,
        description: "PodGroupName specifies the name of the standalone PodGroup object that represents the runtime instance of this group. Must be a DNS subdomain.",
        ..FIELD
    }],
};

static CORE_V1_POD_SECURITY_CONTEXT: Definition = Definition {
    name: "io.k8s.api.core.v1.PodSecurityContext",
    kind: None,
    is_atomic: false,
    description: "PodSecurityContext holds pod-level security attributes and common container settings. Some fields are also present in container.securityContext.  Field values of container.securityContext take precedence over field values of PodSecurityContext.",
    fields: &[
        Field {
            name: "appArmorProfile",
            ty: Type::Object(&CORE_V1_APP_ARMOR_PROFILE),
            tag: Tag::Own(11),
            description: "appArmorProfile is the AppArmor options to use by the containers in this pod. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "fsGroup",
            ty: Type::Int64,
            tag: Tag::Own(5),
            is_pointer: true,
            description: "A special supplemental group that applies to all containers in a pod. Some volume types allow the Kubelet to change the ownership of that volume to be owned by the pod:\n\n1. The owning GID will be the FSGroup 2. The setgid bit is set (new files created in the volume will be owned by FSGroup) 3. The permission bits are OR'd with rw-rw----\n\nIf unset, the Kubelet will not modify the ownership and permissions of any volume. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "fsGroupChangePolicy",
            ty: Type::String,
            tag: Tag::Own(9),
            go_type: Some("v1.PodFSGroupChangePolicy"),
            is_pointer: true,
            description: "fsGroupChangePolicy defines behavior of changing ownership and permission of the volume before being exposed inside Pod. This field will only apply to volume types which support fsGroup based ownership(and permissions). It will have no effect on ephemeral volume types such as: secret, configmaps and emptydir. Valid values are \"OnRootMismatch\" and \"Always\". If not specified, \"Always\" is used. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "runAsGroup",
            ty: Type::Int64,
            tag: Tag::Own(6),
            is_pointer: true,
            description: "The GID to run the entrypoint of the container process. Uses runtime default if unset. May also be set in SecurityContext.  If set in both SecurityContext and PodSecurityContext, the value specified in SecurityContext takes precedence for that container. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "runAsNonRoot",
            ty: Type::Bool,
            tag: Tag::Own(3),
            is_pointer: true,
            description: "Indicates that the container must run as a non-root user. If true, the Kubelet will validate the image at runtime to ensure that it does not run as UID 0 (root) and fail to start the container if it does. If unset or false, no such validation will be performed. May also be set in SecurityContext.  If set in both SecurityContext and PodSecurityContext, the value specified in SecurityContext takes precedence.",
            ..FIELD
        },
        Field {
            name: "runAsUser",
            ty: Type::Int64,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "The UID to run the entrypoint of the container process. Defaults to user specified in image metadata if unspecified. May also be set in SecurityContext.  If set in both SecurityContext and PodSecurityContext, the value specified in SecurityContext takes precedence for that container. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "seLinuxChangePolicy",
            ty: Type::String,
            tag: Tag::Own(13),
            go_type: Some("v1.PodSELinuxChangePolicy"),
            is_pointer: true,
            description: "seLinuxChangePolicy defines how the container's SELinux label is applied to all volumes used by the Pod. It has no effect on nodes that do not support SELinux or to volumes does not support SELinux. Valid values are \"MountOption\" and \"Recursive\".\n\n\"Recursive\" means relabeling of all files on all Pod volumes by the container runtime. This may be slow for large volumes, but allows mixing privileged and unprivileged Pods sharing the same volume on the same node.\n\n\"MountOption\" mounts all eligible Pod volumes with `-o context` mount option. This requires all Pods that share the same volume to use the same SELinux label. It is not possible to share the same volume among privileged and unprivileged Pods. Eligible volumes are in-tree FibreChannel and iSCSI volumes, and all CSI volumes whose CSI driver announces SELinux support by setting spec.seLinuxMount: true in their CSIDriver instance. Other volumes are always re-labelled recursively. \"MountOption\" value is allowed only when SELinuxMount feature gate is enabled.\n\nIf not specified and SELinuxMount feature gate is enabled, \"MountOption\" is used. If not specified and SELinuxMount feature gate is disabled, \"MountOption\" is used for ReadWriteOncePod volumes and \"Recursive\" for all other volumes.\n\nThis field affects only Pods that have SELinux label set, either in PodSecurityContext or in SecurityContext of all containers.\n\nAll Pods that use the same volume should use the same seLinuxChangePolicy, otherwise some pods can get stuck in ContainerCreating state. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "seLinuxOptions",
            ty: Type::Object(&CORE_V1_SELINUX_OPTIONS),
            tag: Tag::Own(1),
            description: "The SELinux context to be applied to all containers. If unspecified, the container runtime will allocate a random SELinux context for each container.  May also be set in SecurityContext.  If set in both SecurityContext and PodSecurityContext, the value specified in SecurityContext takes precedence for that container. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "seccompProfile",
            ty: Type::Object(&CORE_V1_SECCOMP_PROFILE),
            tag: Tag::Own(10),
            description: "The seccomp options to use by the containers in this pod. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "supplementalGroups",
            ty: Type::List(&Type::Int64),
            tag: Tag::Own(4),
            list: Some(ListKind::Atomic),
            description: "A list of groups applied to the first process run in each container, in addition to the container's primary GID and fsGroup (if specified).  If the SupplementalGroupsPolicy feature is enabled, the supplementalGroupsPolicy field determines whether these are in addition to or instead of any group memberships defined in the container image. If unspecified, no additional groups are added, though group memberships defined in the container image may still be used, depending on the supplementalGroupsPolicy field. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "supplementalGroupsPolicy",
            ty: Type::String,
            tag: Tag::Own(12),
            go_type: Some("v1.SupplementalGroupsPolicy"),
            is_pointer: true,
            description: "Defines how supplemental groups of the first container processes are calculated. Valid values are \"Merge\" and \"Strict\". If not specified, \"Merge\" is used. (Alpha) Using the field requires the SupplementalGroupsPolicy feature gate to be enabled and the container runtime must implement support for this feature. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "sysctls",
            ty: Type::List(&Type::Object(&CORE_V1_SYSCTL)),
            tag: Tag::Own(7),
            list: Some(ListKind::Atomic),
            description: "Sysctls hold a list of namespaced sysctls used for the pod. Pods with unsupported sysctls (by the container runtime) might fail to launch. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "windowsOptions",
            ty: Type::Object(&CORE_V1_WINDOWS_SECURITY_CONTEXT_OPTIONS),
            tag: Tag::Own(8),
            description: "The Windows specific settings applied to all containers. If unspecified, the options within a container's SecurityContext will be used. If set in both SecurityContext and PodSecurityContext, the value specified in SecurityContext takes precedence. Note that this field cannot be set when spec.os.name is linux.",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_SPEC: Definition = Definition {
    name: "io.k8s.api.core.v1.PodSpec",
    kind: None,
    is_atomic: false,
    description: "PodSpec is a description of a pod.",
    fields: &[
        Field {
            name: "activeDeadlineSeconds",
            ty: Type::Int64,
            tag: Tag::Own(5),
            is_pointer: true,
            description: "Optional duration in seconds the pod may be active on the node relative to StartTime before the system will actively try to mark it failed and kill associated containers. Value must be a positive integer.",
            ..FIELD
        },
        Field {
            name: "affinity",
            ty: Type::Object(&CORE_V1_AFFINITY),
            tag: Tag::Own(18),
            description: "If specified, the pod's scheduling constraints",
            ..FIELD
        },
        Field {
            name: "automountServiceAccountToken",
            ty: Type::Bool,
            tag: Tag::Own(21),
            is_pointer: true,
            description: "AutomountServiceAccountToken indicates whether a service account token should be automatically mounted.",
            ..FIELD
        },
        Field {
            name: "containers",
            ty: Type::List(&Type::Object(&CORE_V1_CONTAINER)),
            is_required: true,
            tag: Tag::Own(2),
            list: Some(ListKind::Map(&["name"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("name"),
            description: "List of containers belonging to the pod. Containers cannot currently be added or removed. There must be at least one container in a Pod. Cannot be updated.",
            ..FIELD
        },
        Field {
            name: "dnsConfig",
            ty: Type::Object(&CORE_V1_POD_DNSCONFIG),
            tag: Tag::Own(26),
            description: "Specifies the DNS parameters of a pod. Parameters specified here will be merged to the generated DNS configuration based on DNSPolicy.",
            ..FIELD
        },
        Field {
            name: "dnsPolicy",
            ty: Type::String,
            tag: Tag::Own(6),
            go_type: Some("v1.DNSPolicy"),
            description: "Set DNS policy for the pod. Defaults to \"ClusterFirst\". Valid values are 'ClusterFirstWithHostNet', 'ClusterFirst', 'Default' or 'None'. DNS parameters given in DNSConfig will be merged with the policy selected with DNSPolicy. To have DNS options set along with hostNetwork, you have to specify DNS policy explicitly to 'ClusterFirstWithHostNet'.",
            ..FIELD
        },
        Field {
            name: "enableServiceLinks",
            ty: Type::Bool,
            tag: Tag::Own(30),
            is_pointer: true,
            description: "EnableServiceLinks indicates whether information about services should be injected into pod's environment variables, matching the syntax of Docker links. Optional: Defaults to true.",
            ..FIELD
        },
        Field {
            name: "ephemeralContainers",
            ty: Type::List(&Type::Object(&CORE_V1_EPHEMERAL_CONTAINER)),
            tag: Tag::Own(34),
            list: Some(ListKind::Map(&["name"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("name"),
            description: "List of ephemeral containers run in this pod. Ephemeral containers may be run in an existing pod to perform user-initiated actions such as debugging. This list cannot be specified when creating a pod, and it cannot be modified by updating the pod spec. In order to add an ephemeral container to an existing pod, use the pod's ephemeralcontainers subresource.",
            ..FIELD
        },
        Field {
            name: "hostAliases",
            ty: Type::List(&Type::Object(&CORE_V1_HOST_ALIAS)),
            tag: Tag::Own(23),
            list: Some(ListKind::Map(&["ip"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("ip"),
            description: "HostAliases is an optional list of hosts and IPs that will be injected into the pod's hosts file if specified.",
            ..FIELD
        },
        Field {
            name: "hostIPC",
            ty: Type::Bool,
            tag: Tag::Own(13),
            description: "Use the host's ipc namespace. Optional: Default to false.",
            ..FIELD
        },
        Field {
            name: "hostNetwork",
            ty: Type::Bool,
            tag: Tag::Own(11),
            description: "Host networking requested for this pod. Use the host's network namespace. When using HostNetwork you should specify ports so the scheduler is aware. When `hostNetwork` is true, specified `hostPort` fields in port definitions must match `containerPort`, and unspecified `hostPort` fields in port definitions are defaulted to match `containerPort`. Default to false.",
            ..FIELD
        },
        Field {
            name: "hostPID",
            ty: Type::Bool,
            tag: Tag::Own(12),
            description: "Use the host's pid namespace. Optional: Default to false.",
            ..FIELD
        },
        Field {
            name: "hostUsers",
            ty: Type::Bool,
            tag: Tag::Own(37),
            is_pointer: true,
            description: "Use the host's user namespace. Optional: Default to true. If set to true or not present, the pod will be run in the host user namespace, useful for when the pod needs a feature only available to the host user namespace, such as loading a kernel module with CAP_SYS_MODULE. When set to false, a new userns is created for the pod. Setting false is useful for mitigating container breakout vulnerabilities even allowing users to run their containers as root without actually having root privileges on the host.",
            ..FIELD
        },
        Field {
            name: "hostname",
            ty: Type::String,
            tag: Tag::Own(16),
            description: "Specifies the hostname of the Pod If not specified, the pod's hostname will be set to a system-defined value.",
            ..FIELD
        },
        Field {
            name: "hostnameOverride",
            ty: Type::String,
            tag: Tag::Own(41),
            is_pointer: true,
            description: "HostnameOverride specifies an explicit override for the pod's hostname as perceived by the pod. This field only specifies the pod's hostname and does not affect its DNS records. When this field is set to a non-empty string: - It takes precedence over the values set in `hostname` and `subdomain`. - The Pod's hostname will be set to this value. - `setHostnameAsFQDN` must be nil or set to false. - `hostNetwork` must be set to false.\n\nThis field must be a valid DNS subdomain as defined in RFC 1123 and contain at most 64 characters. Requires the HostnameOverride feature gate to be enabled.",
            ..FIELD
        },
        Field {
            name: "imagePullSecrets",
            ty: Type::List(&Type::Object(&CORE_V1_LOCAL_OBJECT_REFERENCE)),
            tag: Tag::Own(15),
            list: Some(ListKind::Map(&["name"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("name"),
            description: "ImagePullSecrets is an optional list of references to secrets in the same namespace to use for pulling any of the images used by this PodSpec. If specified, these secrets will be passed to individual puller implementations for them to use. More info: https://kubernetes.io/docs/concepts/containers/images#specifying-imagepullsecrets-on-a-pod",
            ..FIELD
        },
        Field {
            name: "initContainers",
            ty: Type::List(&Type::Object(&CORE_V1_CONTAINER)),
            tag: Tag::Own(20),
            list: Some(ListKind::Map(&["name"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("name"),
            description: "List of initialization containers belonging to the pod. Init containers are executed in order prior to containers being started. If any init container fails, the pod is considered to have failed and is handled according to its restartPolicy. The name for an init container or normal container must be unique among all containers. Init containers may not have Lifecycle actions, Readiness probes, Liveness probes, or Startup probes. The resourceRequirements of an init container are taken into account during scheduling by finding the highest request/limit for each resource type, and then using the max of that value or the sum of the normal containers. Limits are applied to init containers in a similar fashion. Init containers cannot currently be added or removed. Cannot be updated. More info: https://kubernetes.io/docs/concepts/workloads/pods/init-containers/",
            ..FIELD
        },
        Field {
            name: "nodeName",
            ty: Type::String,
            tag: Tag::Own(10),
            description: "NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for scheduling by the scheduler defined in schedulerName. Once this field is set, the kubelet for this node becomes responsible for the lifecycle of this pod. This field should not be used to express a desire for the pod to be scheduled on a specific node. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename",
            ..FIELD
        },
        Field {
            name: "nodeSelector",
            ty: Type::Map(&Type::String),
            tag: Tag::Own(7),
            is_atomic: true,
            description: "NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match a node's labels for the pod to be scheduled on that node. More info: https://kubernetes.io/docs/concepts/configuration/assign-pod-node/",
            ..FIELD
        },
        Field {
            name: "os",
            ty: Type::Object(&CORE_V1_POD_OS),
            tag: Tag::Own(36),
            description: "Specifies the OS of the containers in the pod. Some pod and container fields are restricted if this is set.\n\nIf the OS field is set to linux, the following fields must be unset: -securityContext.windowsOptions\n\nIf the OS field is set to windows, following fields must be unset: - spec.hostPID - spec.hostIPC - spec.hostUsers - spec.resources - spec.securityContext.appArmorProfile - spec.securityContext.seLinuxOptions - spec.securityContext.seccompProfile - spec.securityContext.fsGroup - spec.securityContext.fsGroupChangePolicy - spec.securityContext.sysctls - spec.shareProcessNamespace - spec.securityContext.runAsUser - spec.securityContext.runAsGroup - spec.securityContext.supplementalGroups - spec.securityContext.supplementalGroupsPolicy - spec.containers[*].securityContext.appArmorProfile - spec.containers[*].securityContext.seLinuxOptions - spec.containers[*].securityContext.seccompProfile - spec.containers[*].securityContext.capabilities - spec.containers[*].securityContext.readOnlyRootFilesystem - spec.containers[*].securityContext.privileged - spec.containers[*].securityContext.allowPrivilegeEscalation - spec.containers[*].securityContext.procMount - spec.containers[*].securityContext.runAsUser - spec.containers[*].securityContext.runAsGroup",
            ..FIELD
        },
        Field {
            name: "overhead",
            ty: Type::Map(&Type::Quantity),
            tag: Tag::Own(32),
            go_type: Some("v1.ResourceList"),
            description: "Overhead represents the resource overhead associated with running a pod for a given RuntimeClass. This field will be autopopulated at admission time by the RuntimeClass admission controller. If the RuntimeClass admission controller is enabled, overhead must not be set in Pod create requests. The RuntimeClass admission controller will reject Pod create requests which have the overhead already set. If RuntimeClass is configured and selected in the PodSpec, Overhead will be set to the value defined in the corresponding RuntimeClass, otherwise it will remain unset and treated as zero. More info: https://git.k8s.io/enhancements/keps/sig-node/688-pod-overhead/README.md",
            ..FIELD
        },
        Field {
            name: "preemptionPolicy",
            ty: Type::String,
            tag: Tag::Own(31),
            go_type: Some("v1.PreemptionPolicy"),
            is_pointer: true,
            description: "PreemptionPolicy is the Policy for preempting pods with lower priority. One of Never, PreemptLowerPriority. Defaults to PreemptLowerPriority if unset.",
            ..FIELD
        },
        Field {
            name: "priority",
            ty: Type::Int32,
            tag: Tag::Own(25),
            is_pointer: true,
            description: "The priority value. Various system components use this field to find the priority of the pod. When Priority Admission Controller is enabled, it prevents users from setting this field. The admission controller populates this field from PriorityClassName. The higher the value, the higher the priority.",
            ..FIELD
        },
        Field {
            name: "priorityClassName",
            ty: Type::String,
            tag: Tag::Own(24),
            description: "If specified, indicates the pod's priority. \"system-node-critical\" and \"system-cluster-critical\" are two special keywords which indicate the highest priorities with the former being the highest priority. Any other name must be defined by creating a PriorityClass object with that name. If not specified, the pod priority will be default or zero if there is no default.",
            ..FIELD
        },
        Field {
            name: "readinessGates",
            ty: Type::List(&Type::Object(&CORE_V1_POD_READINESS_GATE)),
            tag: Tag::Own(28),
            list: Some(ListKind::Atomic),
            description: "If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when all its containers are ready AND all conditions specified in the readiness gates have status equal to \"True\" More info: https://git.k8s.io/enhancements/keps/sig-network/580-pod-readiness-gates",
            ..FIELD
        },
        Field {
            name: "resourceClaims",
            ty: Type::List(&Type::Object(&CORE_V1_POD_RESOURCE_CLAIM)),
            tag: Tag::Own(39),
            list: Some(ListKind::Map(&["name"])),
            strategy: PatchStrategy::MergeRetainKeys,
            merge_key: Some("name"),
            description: "ResourceClaims defines which ResourceClaims must be allocated and reserved before the Pod is allowed to start. The resources will be made available to those containers which consume them by name.\n\nThis is a stable field but requires that the DynamicResourceAllocation feature gate is enabled.\n\nThis field is immutable.",
            ..FIELD
        },
        Field {
            name: "resources",
            ty: Type::Object(&CORE_V1_RESOURCE_REQUIREMENTS),
            tag: Tag::Own(40),
            description: "Resources is the total amount of CPU and Memory resources required by all containers in the pod. It supports specifying Requests and Limits for \"cpu\", \"memory\" and \"hugepages-\" resource names only. ResourceClaims are not supported.\n\nThis field enables fine-grained control over resource allocation for the entire pod, allowing resource sharing among containers in a pod.\n\nThis is an alpha field and requires enabling the PodLevelResources feature gate.",
            ..FIELD
        },
        Field {
            name: "restartPolicy",
            ty: Type::String,
            tag: Tag::Own(3),
            go_type: Some("v1.RestartPolicy"),
            description: "Restart policy for all containers within the pod. One of Always, OnFailure, Never. In some contexts, only a subset of those values may be permitted. Default to Always. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy",
            ..FIELD
        },
        Field {
            name: "runtimeClassName",
            ty: Type::String,
            tag: Tag::Own(29),
            is_pointer: true,
            description: "RuntimeClassName refers to a RuntimeClass object in the node.k8s.io group, which should be used to run this pod.  If no RuntimeClass resource matches the named class, the pod will not be run. If unset or empty, the \"legacy\" RuntimeClass will be used, which is an implicit class with an empty definition that uses the default runtime handler. More info: https://git.k8s.io/enhancements/keps/sig-node/585-runtime-class",
            ..FIELD
        },
        Field {
            name: "schedulerName",
            ty: Type::String,
            tag: Tag::Own(19),
            description: "If specified, the pod will be dispatched by specified scheduler. If not specified, the pod will be dispatched by default scheduler.",
            ..FIELD
        },
        Field {
            name: "schedulingGates",
            ty: Type::List(&Type::Object(&CORE_V1_POD_SCHEDULING_GATE)),
            tag: Tag::Own(38),
            list: Some(ListKind::Map(&["name"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("name"),
            description: "SchedulingGates is an opaque list of values that if specified will block scheduling the pod. If schedulingGates is not empty, the pod will stay in the SchedulingGated state and the scheduler will not attempt to schedule the pod.\n\nSchedulingGates can only be set at pod creation time, and be removed only afterwards.",
            ..FIELD
        },
        Field {
            name: "schedulingGroup",
            ty: Type::Object(&CORE_V1_POD_SCHEDULING_GROUP),
            tag: Tag::Own(43),
            description: "SchedulingGroup provides a reference to the immediate scheduling runtime grouping object that this Pod belongs to. This field is used by the scheduler to identify the group and apply the correct group scheduling policies. The association with a group also impacts other lifecycle aspects of a Pod that are relevant in a wider context of scheduling like preemption, resource attachment, etc. If not specified, the Pod is treated as a single unit in all of these aspects. The group object referenced by this field may not exist at the time the Pod is created. This field is immutable, but a group object with the same name may be recreated with different policies. Doing this during pod scheduling may result in the placement not conforming to the expected policies.",
            ..FIELD
        },
        Field {
            name: "securityContext",
            ty: Type::Object(&CORE_V1_POD_SECURITY_CONTEXT),
            tag: Tag::Own(14),
            description: "SecurityContext holds pod-level security attributes and common container settings. Optional: Defaults to empty.  See type description for default values of each field.",
            ..FIELD
        },
        Field {
            name: "serviceAccount",
            ty: Type::String,
            tag: Tag::Own(9),
            description: "DeprecatedServiceAccount is a deprecated alias for ServiceAccountName. Deprecated: Use serviceAccountName instead.",
            ..FIELD
        },
        Field {
            name: "serviceAccountName",
            ty: Type::String,
            tag: Tag::Own(8),
            description: "ServiceAccountName is the name of the ServiceAccount to use to run this pod. More info: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",
            ..FIELD
        },
        Field {
            name: "setHostnameAsFQDN",
            ty: Type::Bool,
            tag: Tag::Own(35),
            is_pointer: true,
            description: "If true the pod's hostname will be configured as the pod's FQDN, rather than the leaf name (the default). In Linux containers, this means setting the FQDN in the hostname field of the kernel (the nodename field of struct utsname). In Windows containers, this means setting the registry value of hostname for the registry key HKEY_LOCAL_MACHINE\\\\SYSTEM\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters to FQDN. If a pod does not have FQDN, this has no effect. Default to false.",
            ..FIELD
        },
        Field {
            name: "shareProcessNamespace",
            ty: Type::Bool,
            tag: Tag::Own(27),
            is_pointer: true,
            description: "Share a single process namespace between all of the containers in a pod. When this is set containers will be able to view and signal processes from other containers in the same pod, and the first process in each container will not be assigned PID 1. HostPID and ShareProcessNamespace cannot both be set. Optional: Default to false.",
            ..FIELD
        },
        Field {
            name: "subdomain",
            ty: Type::String,
            tag: Tag::Own(17),
            description: "If specified, the fully qualified Pod hostname will be \"<hostname>.<subdomain>.<pod namespace>.svc.<cluster domain>\". If not specified, the pod will not have a domainname at all.",
            ..FIELD
        },
        Field {
            name: "terminationGracePeriodSeconds",
            ty: Type::Int64,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "Optional duration in seconds the pod needs to terminate gracefully. May be decreased in delete request. Value must be non-negative integer. The value zero indicates stop immediately via the kill signal (no opportunity to shut down). If this value is nil, the default grace period will be used instead. The grace period is the duration in seconds after the processes running in the pod are sent a termination signal and the time when the processes are forcibly halted with a kill signal. Set this value longer than the expected cleanup time for your process. Defaults to 30 seconds.",
            ..FIELD
        },
        Field {
            name: "tolerations",
            ty: Type::List(&Type::Object(&CORE_V1_TOLERATION)),
            tag: Tag::Own(22),
            list: Some(ListKind::Atomic),
            description: "If specified, the pod's tolerations.",
            ..FIELD
        },
        Field {
            name: "topologySpreadConstraints",
            ty: Type::List(&Type::Object(&CORE_V1_TOPOLOGY_SPREAD_CONSTRAINT)),
            tag: Tag::Own(33),
            list: Some(ListKind::Map(&["topologyKey", "whenUnsatisfiable"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("topologyKey"),
            description: "TopologySpreadConstraints describes how a group of pods ought to spread across topology domains. Scheduler will schedule pods in a way which abides by the constraints. All topologySpreadConstraints are ANDed.",
            ..FIELD
        },
        Field {
            name: "volumes",
            ty: Type::List(&Type::Object(&CORE_V1_VOLUME)),
            tag: Tag::Own(1),
            list: Some(ListKind::Map(&["name"])),
            strategy: PatchStrategy::MergeRetainKeys,
            merge_key: Some("name"),
            description: "List of volumes that can be mounted by containers belonging to the pod. More info: https://kubernetes.io/docs/concepts/storage/volumes",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_STATUS: Definition = Definition {
    name: "io.k8s.api.core.v1.PodStatus",
    kind: None,
    is_atomic: false,
    description: "PodStatus represents information about the status of a pod. Status may trail the actual state of a system, especially if the node that hosts the pod cannot contact the control plane.",
    fields: &[
        Field {
            name: "allocatedResources",
            ty: Type::Map(&Type::Quantity),
            tag: Tag::Own(19),
            description: "AllocatedResources is the total requests allocated for this pod by the node. If pod-level requests are not set, this will be the total requests aggregated across containers in the pod.",
            ..FIELD
        },
        Field {
            name: "conditions",
            ty: Type::List(&Type::Object(&CORE_V1_POD_CONDITION)),
            tag: Tag::Own(2),
            list: Some(ListKind::Map(&["type"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("type"),
            description: "Current service state of pod. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#pod-conditions",
            ..FIELD
        },
        Field {
            name: "containerStatuses",
            ty: Type::List(&Type::Object(&CORE_V1_CONTAINER_STATUS)),
            tag: Tag::Own(8),
            list: Some(ListKind::Atomic),
            description: "Statuses of containers in this pod. Each container in the pod should have at most one status in this list, and all statuses should be for containers in the pod. However this is not enforced. If a status for a non-existent container is present in the list, or the list has duplicate names, the behavior of various Kubernetes components is not defined and those statuses might be ignored. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#pod-and-container-status",
            ..FIELD
        },
        Field {
            name: "ephemeralContainerStatuses",
            ty: Type::List(&Type::Object(&CORE_V1_CONTAINER_STATUS)),
            tag: Tag::Own(13),
            list: Some(ListKind::Atomic),
            description: "Statuses for any ephemeral containers that have run in this pod. Each ephemeral container in the pod should have at most one status in this list, and all statuses should be for containers in the pod. However this is not enforced. If a status for a non-existent container is present in the list, or the list has duplicate names, the behavior of various Kubernetes components is not defined and those statuses might be ignored. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#pod-and-container-status",
            ..FIELD
        },
        Field {
            name: "extendedResourceClaimStatus",
            ty: Type::Object(&CORE_V1_POD_EXTENDED_RESOURCE_CLAIM_STATUS),
            tag: Tag::Own(18),
            description: "Status of extended resource claim backed by DRA.",
            ..FIELD
        },
        Field {
            name: "hostIP",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "hostIP holds the IP address of the host to which the pod is assigned. Empty if the pod has not started yet. A pod can be assigned to a node that has a problem in kubelet which in turns mean that HostIP will not be updated even if there is a node is assigned to pod",
            ..FIELD
        },
        Field {
            name: "hostIPs",
            ty: Type::List(&Type::Object(&CORE_V1_HOST_IP)),
            tag: Tag::Own(16),
            list: Some(ListKind::Atomic),
            strategy: PatchStrategy::Merge,
            merge_key: Some("ip"),
            description: "hostIPs holds the IP addresses allocated to the host. If this field is specified, the first entry must match the hostIP field. This list is empty if the pod has not started yet. A pod can be assigned to a node that has a problem in kubelet which in turns means that HostIPs will not be updated even if there is a node is assigned to this pod.",
            ..FIELD
        },
        Field {
            name: "initContainerStatuses",
            ty: Type::List(&Type::Object(&CORE_V1_CONTAINER_STATUS)),
            tag: Tag::Own(10),
            list: Some(ListKind::Atomic),
            description: "Statuses of init containers in this pod. The most recent successful non-restartable init container will have ready = true, the most recently started container will have startTime set. Each init container in the pod should have at most one status in this list, and all statuses should be for containers in the pod. However this is not enforced. If a status for a non-existent container is present in the list, or the list has duplicate names, the behavior of various Kubernetes components is not defined and those statuses might be ignored. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-and-container-status",
            ..FIELD
        },
        Field {
            name: "message",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "A human readable message indicating details about why the pod is in this condition.",
            ..FIELD
        },
        Field {
            name: "nodeAllocatableResourceClaimStatuses",
            ty: Type::List(&Type::Object(
                &CORE_V1_NODE_ALLOCATABLE_RESOURCE_CLAIM_STATUS,
            )),
            tag: Tag::Own(21),
            list: Some(ListKind::Atomic),
            description: "NodeAllocatableResourceClaimStatuses contains the status of node-allocatable resources that were allocated for this pod through DRA claims. This includes resources currently reported in v1.Node `status.allocatable` that are not extended resources (see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#extended-resources). Examples include \"cpu\", \"memory\", \"ephemeral-storage\", and hugepages.",
            ..FIELD
        },
        Field {
            name: "nominatedNodeName",
            ty: Type::String,
            tag: Tag::Own(11),
            description: "nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled right away as preemption victims receive their graceful termination periods. This field does not guarantee that the pod will be scheduled on this node. Scheduler may decide to place the pod elsewhere if other nodes become available sooner. Scheduler may also decide to give the resources on this node to a higher priority pod that is created after preemption. As a result, this field may be different than PodSpec.nodeName when the pod is scheduled.",
            ..FIELD
        },
        Field {
            name: "observedGeneration",
            ty: Type::Int64,
            tag: Tag::Own(17),
            description: "If set, this represents the .metadata.generation that the pod status was set based upon. The PodObservedGenerationTracking feature gate must be enabled to use this field.",
            ..FIELD
        },
        Field {
            name: "phase",
            ty: Type::String,
            tag: Tag::Own(1),
            go_type: Some("v1.PodPhase"),
            description: "The phase of a Pod is a simple, high-level summary of where the Pod is in its lifecycle. The conditions array, the reason and message fields, and the individual container status arrays contain more detail about the pod's status. There are five possible phase values:\n\nPending: The pod has been accepted by the Kubernetes system, but one or more of the container images has not been created. This includes time before being scheduled as well as time spent downloading images over the network, which could take a while. Running: The pod has been bound to a node, and all of the containers have been created. At least one container is still running, or is in the process of starting or restarting. Succeeded: All containers in the pod have terminated in success, and will not be restarted. Failed: All containers in the pod have terminated, and at least one container has terminated in failure. The container either exited with non-zero status or was terminated by the system. Unknown: For some reason the state of the pod could not be obtained, typically due to an error in communicating with the host of the pod.\n\nMore info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#pod-phase",
            ..FIELD
        },
        Field {
            name: "podIP",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.",
            ..FIELD
        },
        Field {
            name: "podIPs",
            ty: Type::List(&Type::Object(&CORE_V1_POD_IP)),
            tag: Tag::Own(12),
            list: Some(ListKind::Map(&["ip"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("ip"),
            description: "podIPs holds the IP addresses allocated to the pod. If this field is specified, the 0th entry must match the podIP field. Pods may be allocated at most 1 value for each of IPv4 and IPv6. This list is empty if no IPs have been allocated yet.",
            ..FIELD
        },
        Field {
            name: "qosClass",
            ty: Type::String,
            tag: Tag::Own(9),
            go_type: Some("v1.PodQOSClass"),
            description: "The Quality of Service (QOS) classification assigned to the pod based on resource requirements See PodQOSClass type for available QOS classes More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/#quality-of-service-classes",
            ..FIELD
        },
        Field {
            name: "reason",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "A brief CamelCase message indicating details about why the pod is in this state. e.g. 'Evicted'",
            ..FIELD
        },
        Field {
            name: "resize",
            ty: Type::String,
            tag: Tag::Own(14),
            description: "Status of resources resize desired for pod's containers. It is empty if no resources resize is pending. Any changes to container resources will automatically set this to \"Proposed\" Deprecated: Resize status is moved to two pod conditions PodResizePending and PodResizeInProgress. PodResizePending will track states where the spec has been resized, but the Kubelet has not yet allocated the resources. PodResizeInProgress will track in-progress resizes, and should be present whenever allocated resources != acknowledged resources.",
            ..FIELD
        },
        Field {
            name: "resourceClaimStatuses",
            ty: Type::List(&Type::Object(&CORE_V1_POD_RESOURCE_CLAIM_STATUS)),
            tag: Tag::Own(15),
            list: Some(ListKind::Map(&["name"])),
            strategy: PatchStrategy::MergeRetainKeys,
            merge_key: Some("name"),
            description: "Status of resource claims.",
            ..FIELD
        },
        Field {
            name: "resources",
            ty: Type::Object(&CORE_V1_RESOURCE_REQUIREMENTS),
            tag: Tag::Own(20),
            description: "Resources represents the compute resource requests and limits that have been applied at the pod level if pod-level requests or limits are set in PodSpec.Resources",
            ..FIELD
        },
        Field {
            name: "startTime",
            ty: Type::Time,
            tag: Tag::Own(7),
            description: "RFC 3339 date and time at which the object was acknowledged by the Kubelet. This is before the Kubelet pulled the container image(s) for the pod.",
            ..FIELD
        },
    ],
};

static CORE_V1_POD_TEMPLATE_SPEC: Definition = Definition {
    name: "io.k8s.api.core.v1.PodTemplateSpec",
    kind: None,
    is_atomic: false,
    description: "PodTemplateSpec describes the data a pod should have when created from a template",
    fields: &[
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "spec",
            ty: Type::Object(&CORE_V1_POD_SPEC),
            tag: Tag::Own(2),
            description: "Specification of the desired behavior of the pod. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
    ],
};

static CORE_V1_PORTWORX_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.PortworxVolumeSource",
    kind: None,
    is_atomic: false,
    description: "PortworxVolumeSource represents a Portworx volume resource.",
    fields: &[
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "fSType represents the filesystem type to mount Must be a filesystem type supported by the host operating system. Ex. \"ext4\", \"xfs\". Implicitly inferred to be \"ext4\" if unspecified.",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(3),
            description: "readOnly defaults to false (read/write). ReadOnly here will force the ReadOnly setting in VolumeMounts.",
            ..FIELD
        },
        Field {
            name: "volumeID",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "volumeID uniquely identifies a Portworx volume",
            ..FIELD
        },
    ],
};

static CORE_V1_PREFERRED_SCHEDULING_TERM: Definition = Definition {
    name: "io.k8s.api.core.v1.PreferredSchedulingTerm",
    kind: None,
    is_atomic: false,
    description: "An empty preferred scheduling term matches all objects with implicit weight 0 (i.e. it's a no-op). A null preferred scheduling term matches no objects (i.e. is also a no-op).",
    fields: &[
        Field {
            name: "preference",
            ty: Type::Object(&CORE_V1_NODE_SELECTOR_TERM),
            is_required: true,
            tag: Tag::Own(2),
            description: "A node selector term, associated with the corresponding weight.",
            ..FIELD
        },
        Field {
            name: "weight",
            ty: Type::Int32,
            is_required: true,
            tag: Tag::Own(1),
            description: "Weight associated with matching the corresponding nodeSelectorTerm, in the range 1-100.",
            ..FIELD
        },
    ],
};

static CORE_V1_PROBE: Definition = Definition {
    name: "io.k8s.api.core.v1.Probe",
    kind: None,
    is_atomic: false,
    description: "Probe describes a health check to be performed against a container to determine whether it is alive or ready to receive traffic.",
    fields: &[
        Field {
            name: "exec",
            ty: Type::Object(&CORE_V1_EXEC_ACTION),
            tag: Tag::Embedded(1, 1),
            description: "Exec specifies a command to execute in the container.",
            ..FIELD
        },
        Field {
            name: "failureThreshold",
            ty: Type::Int32,
            tag: Tag::Own(6),
            description: "Minimum consecutive failures for the probe to be considered failed after having succeeded. Defaults to 3. Minimum value is 1.",
            ..FIELD
        },
        Field {
            name: "grpc",
            ty: Type::Object(&CORE_V1_GRPCACTION),
            tag: Tag::Embedded(1, 4),
            description: "GRPC specifies a GRPC HealthCheckRequest.",
            ..FIELD
        },
        Field {
            name: "httpGet",
            ty: Type::Object(&CORE_V1_HTTPGET_ACTION),
            tag: Tag::Embedded(1, 2),
            description: "HTTPGet specifies an HTTP GET request to perform.",
            ..FIELD
        },
        Field {
            name: "initialDelaySeconds",
            ty: Type::Int32,
            tag: Tag::Own(2),
            description: "Number of seconds after the container has started before liveness probes are initiated. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes",
            ..FIELD
        },
        Field {
            name: "periodSeconds",
            ty: Type::Int32,
            tag: Tag::Own(4),
            description: "How often (in seconds) to perform the probe. Default to 10 seconds. Minimum value is 1.",
            ..FIELD
        },
        Field {
            name: "successThreshold",
            ty: Type::Int32,
            tag: Tag::Own(5),
            description: "Minimum consecutive successes for the probe to be considered successful after having failed. Defaults to 1. Must be 1 for liveness and startup. Minimum value is 1.",
            ..FIELD
        },
        Field {
            name: "tcpSocket",
            ty: Type::Object(&CORE_V1_TCPSOCKET_ACTION),
            tag: Tag::Embedded(1, 3),
            description: "TCPSocket specifies a connection to a TCP port.",
            ..FIELD
        },
        Field {
            name: "terminationGracePeriodSeconds",
            ty: Type::Int64,
            tag: Tag::Own(7),
            is_pointer: true,
            description: "Optional duration in seconds the pod needs to terminate gracefully upon probe failure. The grace period is the duration in seconds after the processes running in the pod are sent a termination signal and the time when the processes are forcibly halted with a kill signal. Set this value longer than the expected cleanup time for your process. If this value is nil, the pod's terminationGracePeriodSeconds will be used. Otherwise, this value overrides the value provided by the pod spec. Value must be non-negative integer. The value zero indicates stop immediately via the kill signal (no opportunity to shut down). This is a beta field and requires enabling ProbeTerminationGracePeriod feature gate. Minimum value is 1. spec.terminationGracePeriodSeconds is used if unset.",
            ..FIELD
        },
        Field {
            name: "timeoutSeconds",
            ty: Type::Int32,
            tag: Tag::Own(3),
            description: "Number of seconds after which the probe times out. Defaults to 1 second. Minimum value is 1. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes",
            ..FIELD
        },
    ],
};

static CORE_V1_PROJECTED_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.ProjectedVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a projected volume source",
    fields: &[
        Field {
            name: "defaultMode",
            ty: Type::Int32,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "defaultMode are the mode bits used to set permissions on created files by default. Must be an octal value between 0000 and 0777 or a decimal value between 0 and 511. YAML accepts both octal and decimal values, JSON requires decimal values for mode bits. Directories within the path are not affected by this setting. This might be in conflict with other options that affect the file mode, like fsGroup, and the result can be other mode bits set.",
            ..FIELD
        },
        Field {
            name: "sources",
            ty: Type::List(&Type::Object(&CORE_V1_VOLUME_PROJECTION)),
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "sources is the list of volume projections. Each entry in this list handles one source.",
            ..FIELD
        },
    ],
};

static CORE_V1_QUOBYTE_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.QuobyteVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a Quobyte mount that lasts the lifetime of a pod. Quobyte volumes do not support ownership management or SELinux relabeling.",
    fields: &[
        Field {
            name: "group",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "group to map volume access to Default is no group",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(3),
            description: "readOnly here will force the Quobyte volume to be mounted with read-only permissions. Defaults to false.",
            ..FIELD
        },
        Field {
            name: "registry",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "registry represents a single or multiple Quobyte Registry services specified as a string as host:port pair (multiple entries are separated with commas) which acts as the central registry for volumes",
            ..FIELD
        },
        Field {
            name: "tenant",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "tenant owning the given Quobyte volume in the Backend Used with dynamically provisioned Quobyte volumes, value is set by the plugin",
            ..FIELD
        },
        Field {
            name: "user",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "user to map volume access to Defaults to serivceaccount user",
            ..FIELD
        },
        Field {
            name: "volume",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "volume is a string that references an already created Quobyte volume by name.",
            ..FIELD
        },
    ],
};

static CORE_V1_RBDVOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.RBDVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a Rados Block Device mount that lasts the lifetime of a pod. RBD volumes support ownership management and SELinux relabeling.",
    fields: &[
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "fsType is the filesystem type of the volume that you want to mount. Tip: Ensure that the filesystem type is supported by the host operating system. Examples: \"ext4\", \"xfs\", \"ntfs\". Implicitly inferred to be \"ext4\" if unspecified. More info: https://kubernetes.io/docs/concepts/storage/volumes#rbd",
            ..FIELD
        },
        Field {
            name: "image",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "image is the rados image name. More info: https://examples.k8s.io/volumes/rbd/README.md#how-to-use-it",
            ..FIELD
        },
        Field {
            name: "keyring",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "keyring is the path to key ring for RBDUser. Default is /etc/ceph/keyring. More info: https://examples.k8s.io/volumes/rbd/README.md#how-to-use-it",
            ..FIELD
        },
        Field {
            name: "monitors",
            ty: Type::List(&Type::String),
            is_required: true,
            tag: Tag::Own(1),
            list: Some(ListKind::Atomic),
            description: "monitors is a collection of Ceph monitors. More info: https://examples.k8s.io/volumes/rbd/README.md#how-to-use-it",
            ..FIELD
        },
        Field {
            name: "pool",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "pool is the rados pool name. Default is rbd. More info: https://examples.k8s.io/volumes/rbd/README.md#how-to-use-it",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(8),
            description: "readOnly here will force the ReadOnly setting in VolumeMounts. Defaults to false. More info: https://examples.k8s.io/volumes/rbd/README.md#how-to-use-it",
            ..FIELD
        },
        Field {
            name: "secretRef",
            ty: Type::Object(&CORE_V1_LOCAL_OBJECT_REFERENCE),
            tag: Tag::Own(7),
            description: "secretRef is name of the authentication secret for RBDUser. If provided overrides keyring. Default is nil. More info: https://examples.k8s.io/volumes/rbd/README.md#how-to-use-it",
            ..FIELD
        },
        Field {
            name: "user",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "user is the rados user name. Default is admin. More info: https://examples.k8s.io/volumes/rbd/README.md#how-to-use-it",
            ..FIELD
        },
    ],
};

static CORE_V1_RESOURCE_CLAIM: Definition = Definition {
    name: "io.k8s.api.core.v1.ResourceClaim",
    kind: None,
    is_atomic: false,
    description: "ResourceClaim references one entry in PodSpec.ResourceClaims.",
    fields: &[
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Name must match the name of one entry in pod.spec.resourceClaims of the Pod where this field is used. It makes that resource available inside a container.",
            ..FIELD
        },
        Field {
            name: "request",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "Request is the name chosen for a request in the referenced claim. If empty, everything from the claim is made available, otherwise only the result of this request.",
            ..FIELD
        },
    ],
};

static CORE_V1_RESOURCE_FIELD_SELECTOR: Definition = Definition {
    name: "io.k8s.api.core.v1.ResourceFieldSelector",
    kind: None,
    is_atomic: true,
    description: "ResourceFieldSelector represents container resources (cpu, memory) and their output format",
    fields: &[
        Field {
            name: "containerName",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "Container name: required for volumes, optional for env vars",
            ..FIELD
        },
        Field {
            name: "divisor",
            ty: Type::Quantity,
            tag: Tag::Own(3),
            description: "Specifies the output format of the exposed resources, defaults to \"1\"",
            ..FIELD
        },
        Field {
            name: "resource",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "Required: resource to select",
            ..FIELD
        },
    ],
};

static CORE_V1_RESOURCE_HEALTH: Definition = Definition {
    name: "io.k8s.api.core.v1.ResourceHealth",
    kind: None,
    is_atomic: false,
    description: "ResourceHealth represents the health of a resource. It has the latest device health information. This is a part of KEP https://kep.k8s.io/4680.",
    fields: &[
        Field {
            name: "health",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "Health of the resource. can be one of:\n - Healthy: operates as normal\n - Unhealthy: reported unhealthy. We consider this a temporary health issue\n              since we do not have a mechanism today to distinguish\n              temporary and permanent issues.\n - Unknown: The status cannot be determined.\n            For example, Device Plugin got unregistered and hasn't been re-registered since.\n\nIn future we may want to introduce the PermanentlyUnhealthy Status.",
            ..FIELD
        },
        Field {
            name: "message",
            ty: Type::String,
            tag: Tag::Own(6),
            is_pointer: true,
            description: "Message provides human-readable context for Health (e.g. \"ECC error count exceeded threshold\"). This field is populated by the kubelet when ResourceHealthStatusMessage is enabled if the DRA plugin returns a message, and is null otherwise.",
            ..FIELD
        },
        Field {
            name: "resourceID",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "ResourceID is the unique identifier of the resource. See the ResourceID type for more information.",
            ..FIELD
        },
    ],
};

static CORE_V1_RESOURCE_REQUIREMENTS: Definition = Definition {
    name: "io.k8s.api.core.v1.ResourceRequirements",
    kind: None,
    is_atomic: false,
    description: "ResourceRequirements describes the compute resource requirements.",
    fields: &[
        Field {
            name: "claims",
            ty: Type::List(&Type::Object(&CORE_V1_RESOURCE_CLAIM)),
            tag: Tag::Own(3),
            list: Some(ListKind::Map(&["name"])),
            description: "Claims lists the names of resources, defined in spec.resourceClaims, that are used by this container.\n\nThis field depends on the DynamicResourceAllocation feature gate.\n\nThis field is immutable. It can only be set for containers.",
            ..FIELD
        },
        Field {
            name: "limits",
            ty: Type::Map(&Type::Quantity),
            tag: Tag::Own(1),
            go_type: Some("v1.ResourceList"),
            description: "Limits describes the maximum amount of compute resources allowed. More info: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
            ..FIELD
        },
        Field {
            name: "requests",
            ty: Type::Map(&Type::Quantity),
            tag: Tag::Own(2),
            go_type: Some("v1.ResourceList"),
            description: "Requests describes the minimum amount of compute resources required. If Requests is omitted for a container, it defaults to Limits if that is explicitly specified, otherwise to an implementation-defined value. Requests cannot exceed Limits. More info: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
            ..FIELD
        },
    ],
};

static CORE_V1_RESOURCE_STATUS: Definition = Definition {
    name: "io.k8s.api.core.v1.ResourceStatus",
    kind: None,
    is_atomic: false,
    description: "ResourceStatus represents the status of a single resource allocated to a Pod.",
    fields: &[
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Name of the resource. Must be unique within the pod and in case of non-DRA resource, match one of the resources from the pod spec. For DRA resources, the value must be \"claim:<claim_name>/<request>\". When this status is reported about a container, the \"claim_name\" and \"request\" must match one of the claims of this container.",
            ..FIELD
        },
        Field {
            name: "resources",
            ty: Type::List(&Type::Object(&CORE_V1_RESOURCE_HEALTH)),
            tag: Tag::Own(2),
            list: Some(ListKind::Map(&["resourceID"])),
            description: "List of unique resources health. Each element in the list contains an unique resource ID and its health. At a minimum, for the lifetime of a Pod, resource ID must uniquely identify the resource allocated to the Pod on the Node. If other Pod on the same Node reports the status with the same resource ID, it must be the same resource they share. See ResourceID type definition for a specific format it has in various use cases.",
            ..FIELD
        },
    ],
};

static CORE_V1_SELINUX_OPTIONS: Definition = Definition {
    name: "io.k8s.api.core.v1.SELinuxOptions",
    kind: None,
    is_atomic: false,
    description: "SELinuxOptions are the labels to be applied to the container",
    fields: &[
        Field {
            name: "level",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "Level is SELinux level label that applies to the container.",
            ..FIELD
        },
        Field {
            name: "role",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "Role is a SELinux role label that applies to the container.",
            ..FIELD
        },
        Field {
            name: "type",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "Type is a SELinux type label that applies to the container.",
            ..FIELD
        },
        Field {
            name: "user",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "User is a SELinux user label that applies to the container.",
            ..FIELD
        },
    ],
};

static CORE_V1_SCALE_IOVOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.ScaleIOVolumeSource",
    kind: None,
    is_atomic: false,
    description: "ScaleIOVolumeSource represents a persistent ScaleIO volume",
    fields: &[
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(9),
            description: "fsType is the filesystem type to mount. Must be a filesystem type supported by the host operating system. Ex. \"ext4\", \"xfs\", \"ntfs\". Default is \"xfs\".",
            ..FIELD
        },
        Field {
            name: "gateway",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "gateway is the host address of the ScaleIO API Gateway.",
            ..FIELD
        },
        Field {
            name: "protectionDomain",
            ty: Type::String,
            tag: Tag::Own(5),
            description: "protectionDomain is the name of the ScaleIO Protection Domain for the configured storage.",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(10),
            description: "readOnly Defaults to false (read/write). ReadOnly here will force the ReadOnly setting in VolumeMounts.",
            ..FIELD
        },
        Field {
            name: "secretRef",
            ty: Type::Object(&CORE_V1_LOCAL_OBJECT_REFERENCE),
            is_required: true,
            tag: Tag::Own(3),
            description: "secretRef references to the secret for ScaleIO user and other sensitive information. If this is not provided, Login operation will fail.",
            ..FIELD
        },
        Field {
            name: "sslEnabled",
            ty: Type::Bool,
            tag: Tag::Own(4),
            description: "sslEnabled Flag enable/disable SSL communication with Gateway, default false",
            ..FIELD
        },
        Field {
            name: "storageMode",
            ty: Type::String,
            tag: Tag::Own(7),
            description: "storageMode indicates whether the storage for a volume should be ThickProvisioned or ThinProvisioned. Default is ThinProvisioned.",
            ..FIELD
        },
        Field {
            name: "storagePool",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "storagePool is the ScaleIO Storage Pool associated with the protection domain.",
            ..FIELD
        },
        Field {
            name: "system",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "system is the name of the storage system as configured in ScaleIO.",
            ..FIELD
        },
        Field {
            name: "volumeName",
            ty: Type::String,
            tag: Tag::Own(8),
            description: "volumeName is the name of a volume already created in the ScaleIO system that is associated with this volume source.",
            ..FIELD
        },
    ],
};

static CORE_V1_SECCOMP_PROFILE: Definition = Definition {
    name: "io.k8s.api.core.v1.SeccompProfile",
    kind: None,
    is_atomic: false,
    description: "SeccompProfile defines a pod/container's seccomp profile settings. Only one profile source may be set.",
    fields: &[
        Field {
            name: "localhostProfile",
            ty: Type::String,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "localhostProfile indicates a profile defined in a file on the node should be used. The profile must be preconfigured on the node to work. Must be a descending path, relative to the kubelet's configured seccomp profile location. Must be set if type is \"Localhost\". Must NOT be set for any other type.",
            ..FIELD
        },
        Field {
            name: "type",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            go_type: Some("v1.SeccompProfileType"),
            description: "type indicates which kind of seccomp profile will be applied. Valid options are:\n\nLocalhost - a profile defined in a file on the node should be used. RuntimeDefault - the container runtime default profile should be used. Unconfined - no profile should be applied.",
            ..FIELD
        },
    ],
};

static CORE_V1_SECRET: Definition = Definition {
    name: "io.k8s.api.core.v1.Secret",
    kind: Some(("", "v1", "Secret")),
    is_atomic: false,
    description: "Secret holds secret data of a certain type. The total bytes of the values in the Data field must be less than MaxSecretSize bytes.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "data",
            ty: Type::Map(&Type::Bytes),
            tag: Tag::Own(2),
            description: "Data contains the secret data. Each key must consist of alphanumeric characters, '-', '_' or '.'. The serialized form of the secret data is a base64 encoded string, representing the arbitrary (possibly non-string) data value here. Described in https://tools.ietf.org/html/rfc4648#section-4",
            ..FIELD
        },
        Field {
            name: "immutable",
            ty: Type::Bool,
            tag: Tag::Own(5),
            is_pointer: true,
            description: "Immutable, if set to true, ensures that data stored in the Secret cannot be updated (only object metadata can be modified). If not set to true, the field can be modified at any time. Defaulted to nil.",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "stringData",
            ty: Type::Map(&Type::String),
            tag: Tag::Own(4),
            description: "stringData allows specifying non-binary secret data in string form. It is provided as a write-only input field for convenience. All keys and values are merged into the data field on write, overwriting any existing values. The stringData field is never output when reading from the API.",
            ..FIELD
        },
        Field {
            name: "type",
            ty: Type::String,
            tag: Tag::Own(3),
            go_type: Some("v1.SecretType"),
            description: "Used to facilitate programmatic handling of secret data. More info: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types",
            ..FIELD
        },
    ],
};

static CORE_V1_SECRET_ENV_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.SecretEnvSource",
    kind: None,
    is_atomic: false,
    description: "SecretEnvSource selects a Secret to populate the environment variables with.\n\nThe contents of the target Secret's Data field will represent the key-value pairs as environment variables.",
    fields: &[
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Embedded(1, 1),
            description: "Name of the referent. This field is effectively required, but due to backwards compatibility is allowed to be empty. Instances of this type with an empty value here are almost certainly wrong. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names",
            ..FIELD
        },
        Field {
            name: "optional",
            ty: Type::Bool,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "Specify whether the Secret must be defined",
            ..FIELD
        },
    ],
};

static CORE_V1_SECRET_KEY_SELECTOR: Definition = Definition {
    name: "io.k8s.api.core.v1.SecretKeySelector",
    kind: None,
    is_atomic: true,
    description: "SecretKeySelector selects a key of a Secret.",
    fields: &[
        Field {
            name: "key",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "The key of the secret to select from.  Must be a valid secret key.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Embedded(1, 1),
            description: "Name of the referent. This field is effectively required, but due to backwards compatibility is allowed to be empty. Instances of this type with an empty value here are almost certainly wrong. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names",
            ..FIELD
        },
        Field {
            name: "optional",
            ty: Type::Bool,
            tag: Tag::Own(3),
            is_pointer: true,
            description: "Specify whether the Secret or its key must be defined",
            ..FIELD
        },
    ],
};

static CORE_V1_SECRET_PROJECTION: Definition = Definition {
    name: "io.k8s.api.core.v1.SecretProjection",
    kind: None,
    is_atomic: false,
    description: "Adapts a secret into a projected volume.\n\nThe contents of the target Secret's Data field will be presented in a projected volume as files using the keys in the Data field as the file names. Note that this is identical to a secret volume source without the default mode.",
    fields: &[
        Field {
            name: "items",
            ty: Type::List(&Type::Object(&CORE_V1_KEY_TO_PATH)),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "items if unspecified, each key-value pair in the Data field of the referenced Secret will be projected into the volume as a file whose name is the key and content is the value. If specified, the listed keys will be projected into the specified paths, and unlisted keys will not be present. If a key is specified which is not present in the Secret, the volume setup will error unless it is marked optional. Paths must be relative and may not contain the '..' path or start with '..'.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Embedded(1, 1),
            description: "Name of the referent. This field is effectively required, but due to backwards compatibility is allowed to be empty. Instances of this type with an empty value here are almost certainly wrong. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names",
            ..FIELD
        },
        Field {
            name: "optional",
            ty: Type::Bool,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "optional field specify whether the Secret or its key must be defined",
            ..FIELD
        },
    ],
};

static CORE_V1_SECRET_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.SecretVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Adapts a Secret into a volume.\n\nThe contents of the target Secret's Data field will be presented in a volume as files using the keys in the Data field as the file names. Secret volumes support ownership management and SELinux relabeling.",
    fields: &[
        Field {
            name: "defaultMode",
            ty: Type::Int32,
            tag: Tag::Own(3),
            is_pointer: true,
            description: "defaultMode is Optional: mode bits used to set permissions on created files by default. Must be an octal value between 0000 and 0777 or a decimal value between 0 and 511. YAML accepts both octal and decimal values, JSON requires decimal values for mode bits. Defaults to 0644. Directories within the path are not affected by this setting. This might be in conflict with other options that affect the file mode, like fsGroup, and the result can be other mode bits set.",
            ..FIELD
        },
        Field {
            name: "items",
            ty: Type::List(&Type::Object(&CORE_V1_KEY_TO_PATH)),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "items If unspecified, each key-value pair in the Data field of the referenced Secret will be projected into the volume as a file whose name is the key and content is the value. If specified, the listed keys will be projected into the specified paths, and unlisted keys will not be present. If a key is specified which is not present in the Secret, the volume setup will error unless it is marked optional. Paths must be relative and may not contain the '..' path or start with '..'.",
            ..FIELD
        },
        Field {
            name: "optional",
            ty: Type::Bool,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "optional field specify whether the Secret or its keys must be defined",
            ..FIELD
        },
        Field {
            name: "secretName",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "secretName is the name of the secret in the pod's namespace to use. More info: https://kubernetes.io/docs/concepts/storage/volumes#secret",
            ..FIELD
        },
    ],
};

static CORE_V1_SECURITY_CONTEXT: Definition = Definition {
    name: "io.k8s.api.core.v1.SecurityContext",
    kind: None,
    is_atomic: false,
    description: "SecurityContext holds security configuration that will be applied to a container. Some fields are present in both SecurityContext and PodSecurityContext.  When both are set, the values in SecurityContext take precedence.",
    fields: &[
        Field {
            name: "allowPrivilegeEscalation",
            ty: Type::Bool,
            tag: Tag::Own(7),
            is_pointer: true,
            description: "AllowPrivilegeEscalation controls whether a process can gain more privileges than its parent process. This bool directly controls if the no_new_privs flag will be set on the container process. AllowPrivilegeEscalation is true always when the container is: 1) run as Privileged 2) has CAP_SYS_ADMIN Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "appArmorProfile",
            ty: Type::Object(&CORE_V1_APP_ARMOR_PROFILE),
            tag: Tag::Own(12),
            description: "appArmorProfile is the AppArmor options to use by this container. If set, this profile overrides the pod's appArmorProfile. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "capabilities",
            ty: Type::Object(&CORE_V1_CAPABILITIES),
            tag: Tag::Own(1),
            description: "The capabilities to add/drop when running containers. Defaults to the default set of capabilities granted by the container runtime. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "privileged",
            ty: Type::Bool,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "Run container in privileged mode. Processes in privileged containers are essentially equivalent to root on the host. Defaults to false. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "procMount",
            ty: Type::String,
            tag: Tag::Own(9),
            go_type: Some("v1.ProcMountType"),
            is_pointer: true,
            description: "procMount denotes the type of proc mount to use for the containers. The default value is Default which uses the container runtime defaults for readonly paths and masked paths. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "readOnlyRootFilesystem",
            ty: Type::Bool,
            tag: Tag::Own(6),
            is_pointer: true,
            description: "Whether this container has a read-only root filesystem. Default is false. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "runAsGroup",
            ty: Type::Int64,
            tag: Tag::Own(8),
            is_pointer: true,
            description: "The GID to run the entrypoint of the container process. Uses runtime default if unset. May also be set in PodSecurityContext.  If set in both SecurityContext and PodSecurityContext, the value specified in SecurityContext takes precedence. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "runAsNonRoot",
            ty: Type::Bool,
            tag: Tag::Own(5),
            is_pointer: true,
            description: "Indicates that the container must run as a non-root user. If true, the Kubelet will validate the image at runtime to ensure that it does not run as UID 0 (root) and fail to start the container if it does. If unset or false, no such validation will be performed. May also be set in PodSecurityContext.  If set in both SecurityContext and PodSecurityContext, the value specified in SecurityContext takes precedence.",
            ..FIELD
        },
        Field {
            name: "runAsUser",
            ty: Type::Int64,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "The UID to run the entrypoint of the container process. Defaults to user specified in image metadata if unspecified. May also be set in PodSecurityContext.  If set in both SecurityContext and PodSecurityContext, the value specified in SecurityContext takes precedence. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "seLinuxOptions",
            ty: Type::Object(&CORE_V1_SELINUX_OPTIONS),
            tag: Tag::Own(3),
            description: "The SELinux context to be applied to the container. If unspecified, the container runtime will allocate a random SELinux context for each container.  May also be set in PodSecurityContext.  If set in both SecurityContext and PodSecurityContext, the value specified in SecurityContext takes precedence. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "seccompProfile",
            ty: Type::Object(&CORE_V1_SECCOMP_PROFILE),
            tag: Tag::Own(11),
            description: "The seccomp options to use by this container. If seccomp options are provided at both the pod & container level, the container options override the pod options. Note that this field cannot be set when spec.os.name is windows.",
            ..FIELD
        },
        Field {
            name: "windowsOptions",
            ty: Type::Object(&CORE_V1_WINDOWS_SECURITY_CONTEXT_OPTIONS),
            tag: Tag::Own(10),
            description: "The Windows specific settings applied to all containers. If unspecified, the options from the PodSecurityContext will be used. If set in both SecurityContext and PodSecurityContext, the value specified in SecurityContext takes precedence. Note that this field cannot be set when spec.os.name is linux.",
            ..FIELD
        },
    ],
};

static CORE_V1_SERVICE_ACCOUNT: Definition = Definition {
    name: "io.k8s.api.core.v1.ServiceAccount",
    kind: Some(("", "v1", "ServiceAccount")),
    is_atomic: false,
    description: "ServiceAccount binds together: * a name, understood by users, and perhaps by peripheral systems, for an identity * a principal that can be authenticated and authorized * a set of secrets",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "automountServiceAccountToken",
            ty: Type::Bool,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "AutomountServiceAccountToken indicates whether pods running as this service account should have an API token automatically mounted. Can be overridden at the pod level.",
            ..FIELD
        },
        Field {
            name: "imagePullSecrets",
            ty: Type::List(&Type::Object(&CORE_V1_LOCAL_OBJECT_REFERENCE)),
            tag: Tag::Own(3),
            list: Some(ListKind::Atomic),
            description: "ImagePullSecrets is a list of references to secrets in the same namespace to use for pulling any images in pods that reference this ServiceAccount. ImagePullSecrets are distinct from Secrets because Secrets can be mounted in the pod, but ImagePullSecrets are only accessed by the kubelet. More info: https://kubernetes.io/docs/concepts/containers/images/#specifying-imagepullsecrets-on-a-pod",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "secrets",
            ty: Type::List(&Type::Object(&CORE_V1_OBJECT_REFERENCE)),
            tag: Tag::Own(2),
            list: Some(ListKind::Map(&["name"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("name"),
            description: "Secrets is a list of the secrets in the same namespace that pods running using this ServiceAccount are allowed to use. Pods are only limited to this list if this service account has a \"kubernetes.io/enforce-mountable-secrets\" annotation set to \"true\". The \"kubernetes.io/enforce-mountable-secrets\" annotation is deprecated since v1.32. Prefer separate namespaces to isolate access to mounted secrets. This field should not be used to find auto-generated service account token secrets for use outside of pods. Instead, tokens can be requested directly using the TokenRequest API, or service account token secrets can be manually created. More info: https://kubernetes.io/docs/concepts/configuration/secret",
            ..FIELD
        },
    ],
};

static CORE_V1_SERVICE_ACCOUNT_TOKEN_PROJECTION: Definition = Definition {
    name: "io.k8s.api.core.v1.ServiceAccountTokenProjection",
    kind: None,
    is_atomic: false,
    description: "ServiceAccountTokenProjection represents a projected service account token volume. This projection can be used to insert a service account token into the pods runtime filesystem for use against APIs (Kubernetes API Server or otherwise).",
    fields: &[
        Field {
            name: "audience",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "audience is the intended audience of the token. A recipient of a token must identify itself with an identifier specified in the audience of the token, and otherwise should reject the token. The audience defaults to the identifier of the apiserver.",
            ..FIELD
        },
        Field {
            name: "expirationSeconds",
            ty: Type::Int64,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "expirationSeconds is the requested duration of validity of the service account token. As the token approaches expiration, the kubelet volume plugin will proactively rotate the service account token. The kubelet will start trying to rotate the token if the token is older than 80 percent of its time to live or if the token is older than 24 hours.Defaults to 1 hour and must be at least 10 minutes.",
            ..FIELD
        },
        Field {
            name: "path",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(3),
            description: "path is the path relative to the mount point of the file to project the token into.",
            ..FIELD
        },
    ],
};

static CORE_V1_SLEEP_ACTION: Definition = Definition {
    name: "io.k8s.api.core.v1.SleepAction",
    kind: None,
    is_atomic: false,
    description: "SleepAction describes a \"sleep\" action.",
    fields: &[Field {
        name: "seconds",
        ty: Type::Int64,
        is_required: true,
        tag: Tag::Own(1),
        description: "Seconds is the number of seconds to sleep.",
        ..FIELD
    }],
};

static CORE_V1_STORAGE_OSVOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.StorageOSVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a StorageOS persistent volume resource.",
    fields: &[
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "fsType is the filesystem type to mount. Must be a filesystem type supported by the host operating system. Ex. \"ext4\", \"xfs\", \"ntfs\". Implicitly inferred to be \"ext4\" if unspecified.",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(4),
            description: "readOnly defaults to false (read/write). ReadOnly here will force the ReadOnly setting in VolumeMounts.",
            ..FIELD
        },
        Field {
            name: "secretRef",
            ty: Type::Object(&CORE_V1_LOCAL_OBJECT_REFERENCE),
            tag: Tag::Own(5),
            description: "secretRef specifies the secret to use for obtaining the StorageOS API credentials.  If not specified, default values will be attempted.",
            ..FIELD
        },
        Field {
            name: "volumeName",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "volumeName is the human-readable name of the StorageOS volume.  Volume names are only unique within a namespace.",
            ..FIELD
        },
        Field {
            name: "volumeNamespace",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "volumeNamespace specifies the scope of the volume within StorageOS.  If no namespace is specified then the Pod's namespace will be used.  This allows the Kubernetes name scoping to be mirrored within StorageOS for tighter integration. Set VolumeName to any name to override the default behaviour. Set to \"default\" if you are not using namespaces within StorageOS. Namespaces that do not pre-exist within StorageOS will be created.",
            ..FIELD
        },
    ],
};

static CORE_V1_SYSCTL: Definition = Definition {
    name: "io.k8s.api.core.v1.Sysctl",
    kind: None,
    is_atomic: false,
    description: "Sysctl defines a kernel parameter to be set",
    fields: &[
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Name of a property to set",
            ..FIELD
        },
        Field {
            name: "value",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "Value of a property to set",
            ..FIELD
        },
    ],
};

static CORE_V1_TCPSOCKET_ACTION: Definition = Definition {
    name: "io.k8s.api.core.v1.TCPSocketAction",
    kind: None,
    is_atomic: false,
    description: "TCPSocketAction describes an action based on opening a socket",
    fields: &[
        Field {
            name: "host",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "Optional: Host name to connect to, defaults to the pod IP.",
            ..FIELD
        },
        Field {
            name: "port",
            ty: Type::IntOrString,
            is_required: true,
            tag: Tag::Own(1),
            description: "Number or name of the port to access on the container. Number must be in the range 1 to 65535. Name must be an IANA_SVC_NAME.",
            ..FIELD
        },
    ],
};

static CORE_V1_TAINT: Definition = Definition {
    name: "io.k8s.api.core.v1.Taint",
    kind: None,
    is_atomic: false,
    description: "The node this Taint is attached to has the \"effect\" on any pod that does not tolerate the Taint.",
    fields: &[
        Field {
            name: "effect",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(3),
            go_type: Some("v1.TaintEffect"),
            description: "Required. The effect of the taint on pods that do not tolerate the taint. Valid effects are NoSchedule, PreferNoSchedule and NoExecute.",
            ..FIELD
        },
        Field {
            name: "key",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Required. The taint key to be applied to a node.",
            ..FIELD
        },
        Field {
            name: "timeAdded",
            ty: Type::Time,
            tag: Tag::Own(4),
            description: "TimeAdded represents the time at which the taint was added.",
            ..FIELD
        },
        Field {
            name: "value",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "The taint value corresponding to the taint key.",
            ..FIELD
        },
    ],
};

static CORE_V1_TOLERATION: Definition = Definition {
    name: "io.k8s.api.core.v1.Toleration",
    kind: None,
    is_atomic: false,
    description: "The pod this Toleration is attached to tolerates any taint that matches the triple <key,value,effect> using the matching operator <operator>.",
    fields: &[
        Field {
            name: "effect",
            ty: Type::String,
            tag: Tag::Own(4),
            go_type: Some("v1.TaintEffect"),
            description: "Effect indicates the taint effect to match. Empty means match all taint effects. When specified, allowed values are NoSchedule, PreferNoSchedule and NoExecute.",
            ..FIELD
        },
        Field {
            name: "key",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "Key is the taint key that the toleration applies to. Empty means match all taint keys. If the key is empty, operator must be Exists; this combination means to match all values and all keys.",
            ..FIELD
        },
        Field {
            name: "operator",
            ty: Type::String,
            tag: Tag::Own(2),
            go_type: Some("v1.TolerationOperator"),
            description: "Operator represents a key's relationship to the value. Valid operators are Exists, Equal, Lt, and Gt. Defaults to Equal. Exists is equivalent to wildcard for value, so that a pod can tolerate all taints of a particular category. Lt and Gt perform numeric comparisons (requires feature gate TaintTolerationComparisonOperators).",
            ..FIELD
        },
        Field {
            name: "tolerationSeconds",
            ty: Type::Int64,
            tag: Tag::Own(5),
            is_pointer: true,
            description: "TolerationSeconds represents the period of time the toleration (which must be of effect NoExecute, otherwise this field is ignored) tolerates the taint. By default, it is not set, which means tolerate the taint forever (do not evict). Zero and negative values will be treated as 0 (evict immediately) by the system.",
            ..FIELD
        },
        Field {
            name: "value",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "Value is the taint value the toleration matches to. If the operator is Exists, the value should be empty, otherwise just a regular string.",
            ..FIELD
        },
    ],
};

static CORE_V1_TOPOLOGY_SPREAD_CONSTRAINT: Definition = Definition {
    name: "io.k8s.api.core.v1.TopologySpreadConstraint",
    kind: None,
    is_atomic: false,
    description: "TopologySpreadConstraint specifies how to spread matching pods among the given topology.",
    fields: &[
        Field {
            name: "labelSelector",
            ty: Type::Object(&META_V1_LABEL_SELECTOR),
            tag: Tag::Own(4),
            description: "LabelSelector is used to find matching pods. Pods that match this label selector are counted to determine the number of pods in their corresponding topology domain.",
            ..FIELD
        },
        Field {
            name: "matchLabelKeys",
            ty: Type::List(&Type::String),
            tag: Tag::Own(8),
            list: Some(ListKind::Atomic),
            description: "MatchLabelKeys is a set of pod label keys to select the pods over which spreading will be calculated. The keys are used to lookup values from the incoming pod labels, those key-value labels are ANDed with labelSelector to select the group of existing pods over which spreading will be calculated for the incoming pod. The same key is forbidden to exist in both MatchLabelKeys and LabelSelector. MatchLabelKeys cannot be set when LabelSelector isn't set. Keys that don't exist in the incoming pod labels will be ignored. A null or empty list means only match against labelSelector.\n\nThis is a beta field and requires the MatchLabelKeysInPodTopologySpread feature gate to be enabled (enabled by default).",
            ..FIELD
        },
        Field {
            name: "maxSkew",
            ty: Type::Int32,
            is_required: true,
            tag: Tag::Own(1),
            description: "MaxSkew describes the degree to which pods may be unevenly distributed. When `whenUnsatisfiable=DoNotSchedule`, it is the maximum permitted difference between the number of matching pods in the target topology and the global minimum. The global minimum is the minimum number of matching pods in an eligible domain or zero if the number of eligible domains is less than MinDomains. For example, in a 3-zone cluster, MaxSkew is set to 1, and pods with the same labelSelector spread as 2/2/1: In this case, the global minimum is 1. | zone1 | zone2 | zone3 | |  P P  |  P P  |   P   | - if MaxSkew is 1, incoming pod can only be scheduled to zone3 to become 2/2/2; scheduling it onto zone1(zone2) would make the ActualSkew(3-1) on zone1(zone2) violate MaxSkew(1). - if MaxSkew is 2, incoming pod can be scheduled onto any zone. When `whenUnsatisfiable=ScheduleAnyway`, it is used to give higher precedence to topologies that satisfy it. It's a required field. Default value is 1 and 0 is not allowed.",
            ..FIELD
        },
        Field {
            name: "minDomains",
            ty: Type::Int32,
            tag: Tag::Own(5),
            is_pointer: true,
            description: "MinDomains indicates a minimum number of eligible domains. When the number of eligible domains with matching topology keys is less than minDomains, Pod Topology Spread treats \"global minimum\" as 0, and then the calculation of Skew is performed. And when the number of eligible domains with matching topology keys equals or greater than minDomains, this value has no effect on scheduling. As a result, when the number of eligible domains is less than minDomains, scheduler won't schedule more than maxSkew Pods to those domains. If value is nil, the constraint behaves as if MinDomains is equal to 1. Valid values are integers greater than 0. When value is not nil, WhenUnsatisfiable must be DoNotSchedule.\n\nFor example, in a 3-zone cluster, MaxSkew is set to 2, MinDomains is set to 5 and pods with the same labelSelector spread as 2/2/2: | zone1 | zone2 | zone3 | |  P P  |  P P  |  P P  | The number of domains is less than 5(MinDomains), so \"global minimum\" is treated as 0. In this situation, new pod with the same labelSelector cannot be scheduled, because computed skew will be 3(3 - 0) if new Pod is scheduled to any of the three zones, it will violate MaxSkew.",
            ..FIELD
        },
        Field {
            name: "nodeAffinityPolicy",
            ty: Type::String,
            tag: Tag::Own(6),
            go_type: Some("v1.NodeInclusionPolicy"),
            is_pointer: true,
            description: "NodeAffinityPolicy indicates how we will treat Pod's nodeAffinity/nodeSelector when calculating pod topology spread skew. Options are: - Honor: only nodes matching nodeAffinity/nodeSelector are included in the calculations. - Ignore: nodeAffinity/nodeSelector are ignored. All nodes are included in the calculations.\n\nIf this value is nil, the behavior is equivalent to the Honor policy.",
            ..FIELD
        },
        Field {
            name: "nodeTaintsPolicy",
            ty: Type::String,
            tag: Tag::Own(7),
            go_type: Some("v1.NodeInclusionPolicy"),
            is_pointer: true,
            description: "NodeTaintsPolicy indicates how we will treat node taints when calculating pod topology spread skew. Options are: - Honor: nodes without taints, along with tainted nodes for which the incoming pod has a toleration, are included. - Ignore: node taints are ignored. All nodes are included.\n\nIf this value is nil, the behavior is equivalent to the Ignore policy.",
            ..FIELD
        },
        Field {
            name: "topologyKey",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "TopologyKey is the key of node labels. Nodes that have a label with this key and identical values are considered to be in the same topology. We consider each <key, value> as a \"bucket\", and try to put balanced number of pods into each bucket. We define a domain as a particular instance of a topology. Also, we define an eligible domain as a domain whose nodes meet the requirements of nodeAffinityPolicy and nodeTaintsPolicy. e.g. If TopologyKey is \"kubernetes.io/hostname\", each Node is a domain of that topology. And, if TopologyKey is \"topology.kubernetes.io/zone\", each zone is a domain of that topology. It's a required field.",
            ..FIELD
        },
        Field {
            name: "whenUnsatisfiable",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(3),
            go_type: Some("v1.UnsatisfiableConstraintAction"),
            description: "WhenUnsatisfiable indicates how to deal with a pod if it doesn't satisfy the spread constraint. - DoNotSchedule (default) tells the scheduler not to schedule it. - ScheduleAnyway tells the scheduler to schedule the pod in any location,\n  but giving higher precedence to topologies that would help reduce the\n  skew.\nA constraint is considered \"Unsatisfiable\" for an incoming pod if and only if every possible node assignment for that pod would violate \"MaxSkew\" on some topology. For example, in a 3-zone cluster, MaxSkew is set to 1, and pods with the same labelSelector spread as 3/1/1: | zone1 | zone2 | zone3 | | P P P |   P   |   P   | If WhenUnsatisfiable is set to DoNotSchedule, incoming pod can only be scheduled to zone2(zone3) to become 3/2/1(3/1/2) as ActualSkew(2-1) on zone2(zone3) satisfies MaxSkew(1). In other words, the cluster can still be imbalanced, but scheduler won't make it *more* imbalanced. It's a required field.",
            ..FIELD
        },
    ],
};

static CORE_V1_TYPED_LOCAL_OBJECT_REFERENCE: Definition = Definition {
    name: "io.k8s.api.core.v1.TypedLocalObjectReference",
    kind: None,
    is_atomic: true,
    description: "TypedLocalObjectReference contains enough information to let you locate the typed referenced object inside the same namespace.",
    fields: &[
        Field {
            name: "apiGroup",
            ty: Type::String,
            tag: Tag::Own(1),
            is_pointer: true,
            description: "APIGroup is the group for the resource being referenced. If APIGroup is not specified, the specified Kind must be in the core API group. For any other third-party types, APIGroup is required.",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "Kind is the type of resource being referenced",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(3),
            description: "Name is the name of resource being referenced",
            ..FIELD
        },
    ],
};

static CORE_V1_TYPED_OBJECT_REFERENCE: Definition = Definition {
    name: "io.k8s.api.core.v1.TypedObjectReference",
    kind: None,
    is_atomic: false,
    description: "TypedObjectReference contains enough information to let you locate the typed referenced object",
    fields: &[
        Field {
            name: "apiGroup",
            ty: Type::String,
            tag: Tag::Own(1),
            is_pointer: true,
            description: "APIGroup is the group for the resource being referenced. If APIGroup is not specified, the specified Kind must be in the core API group. For any other third-party types, APIGroup is required.",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "Kind is the type of resource being referenced",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(3),
            description: "Name is the name of resource being referenced",
            ..FIELD
        },
        Field {
            name: "namespace",
            ty: Type::String,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "Namespace is the namespace of resource being referenced Note that when a namespace is specified, a gateway.networking.k8s.io/ReferenceGrant object is required in the referent namespace to allow that namespace's owner to accept the reference. See the ReferenceGrant documentation for details. (Alpha) This field requires the CrossNamespaceVolumeDataSource feature gate to be enabled.",
            ..FIELD
        },
    ],
};

static CORE_V1_VOLUME: Definition = Definition {
    name: "io.k8s.api.core.v1.Volume",
    kind: None,
    is_atomic: false,
    description: "Volume represents a named volume in a pod that may be accessed by any container in the pod.",
    fields: &[
        Field {
            name: "awsElasticBlockStore",
            ty: Type::Object(&CORE_V1_AWSELASTIC_BLOCK_STORE_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 4),
            description: "awsElasticBlockStore represents an AWS Disk resource that is attached to a kubelet's host machine and then exposed to the pod. Deprecated: AWSElasticBlockStore is deprecated. All operations for the in-tree awsElasticBlockStore type are redirected to the ebs.csi.aws.com CSI driver. More info: https://kubernetes.io/docs/concepts/storage/volumes#awselasticblockstore",
            ..FIELD
        },
        Field {
            name: "azureDisk",
            ty: Type::Object(&CORE_V1_AZURE_DISK_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 22),
            description: "azureDisk represents an Azure Data Disk mount on the host and bind mount to the pod. Deprecated: AzureDisk is deprecated. All operations for the in-tree azureDisk type are redirected to the disk.csi.azure.com CSI driver.",
            ..FIELD
        },
        Field {
            name: "azureFile",
            ty: Type::Object(&CORE_V1_AZURE_FILE_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 18),
            description: "azureFile represents an Azure File Service mount on the host and bind mount to the pod. Deprecated: AzureFile is deprecated. All operations for the in-tree azureFile type are redirected to the file.csi.azure.com CSI driver.",
            ..FIELD
        },
        Field {
            name: "cephfs",
            ty: Type::Object(&CORE_V1_CEPH_FSVOLUME_SOURCE),
            tag: Tag::Embedded(2, 14),
            description: "cephFS represents a Ceph FS mount on the host that shares a pod's lifetime. Deprecated: CephFS is deprecated and the in-tree cephfs type is no longer supported.",
            ..FIELD
        },
        Field {
            name: "cinder",
            ty: Type::Object(&CORE_V1_CINDER_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 13),
            description: "cinder represents a cinder volume attached and mounted on kubelets host machine. Deprecated: Cinder is deprecated. All operations for the in-tree cinder type are redirected to the cinder.csi.openstack.org CSI driver. More info: https://examples.k8s.io/mysql-cinder-pd/README.md",
            ..FIELD
        },
        Field {
            name: "configMap",
            ty: Type::Object(&CORE_V1_CONFIG_MAP_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 19),
            description: "configMap represents a configMap that should populate this volume",
            ..FIELD
        },
        Field {
            name: "csi",
            ty: Type::Object(&CORE_V1_CSIVOLUME_SOURCE),
            tag: Tag::Embedded(2, 28),
            description: "csi (Container Storage Interface) represents ephemeral storage that is handled by certain external CSI drivers.",
            ..FIELD
        },
        Field {
            name: "downwardAPI",
            ty: Type::Object(&CORE_V1_DOWNWARD_APIVOLUME_SOURCE),
            tag: Tag::Embedded(2, 16),
            description: "downwardAPI represents downward API about the pod that should populate this volume",
            ..FIELD
        },
        Field {
            name: "emptyDir",
            ty: Type::Object(&CORE_V1_EMPTY_DIR_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 2),
            description: "emptyDir represents a temporary directory that shares a pod's lifetime. More info: https://kubernetes.io/docs/concepts/storage/volumes#emptydir",
            ..FIELD
        },
        Field {
            name: "ephemeral",
            ty: Type::Object(&CORE_V1_EPHEMERAL_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 29),
            description: "ephemeral represents a volume that is handled by a cluster storage driver. The volume's lifecycle is tied to the pod that defines it - it will be created before the pod starts, and deleted when the pod is removed.\n\nUse this if: a) the volume is only needed while the pod runs, b) features of normal volumes like restoring from snapshot or capacity\n   tracking are needed,\nc) the storage driver is specified through a storage class, and d) the storage driver supports dynamic volume provisioning through\n   a PersistentVolumeClaim (see EphemeralVolumeSource for more\n   information on the connection between this volume type\n   and PersistentVolumeClaim).\n\nUse PersistentVolumeClaim or one of the vendor-specific APIs for volumes that persist for longer than the lifecycle of an individual pod.\n\nUse CSI for light-weight local ephemeral volumes if the CSI driver is meant to be used that way - see the documentation of the driver for more information.\n\nA pod can use both types of ephemeral volumes and persistent volumes at the same time.",
            ..FIELD
        },
        Field {
            name: "fc",
            ty: Type::Object(&CORE_V1_FCVOLUME_SOURCE),
            tag: Tag::Embedded(2, 17),
            description: "fc represents a Fibre Channel resource that is attached to a kubelet's host machine and then exposed to the pod.",
            ..FIELD
        },
        Field {
            name: "flexVolume",
            ty: Type::Object(&CORE_V1_FLEX_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 12),
            description: "flexVolume represents a generic volume resource that is provisioned/attached using an exec based plugin. Deprecated: FlexVolume is deprecated. Consider using a CSIDriver instead.",
            ..FIELD
        },
        Field {
            name: "flocker",
            ty: Type::Object(&CORE_V1_FLOCKER_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 15),
            description: "flocker represents a Flocker volume attached to a kubelet's host machine. This depends on the Flocker control service being running. Deprecated: Flocker is deprecated and the in-tree flocker type is no longer supported.",
            ..FIELD
        },
        Field {
            name: "gcePersistentDisk",
            ty: Type::Object(&CORE_V1_GCEPERSISTENT_DISK_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 3),
            description: "gcePersistentDisk represents a GCE Disk resource that is attached to a kubelet's host machine and then exposed to the pod. Deprecated: GCEPersistentDisk is deprecated. All operations for the in-tree gcePersistentDisk type are redirected to the pd.csi.storage.gke.io CSI driver. More info: https://kubernetes.io/docs/concepts/storage/volumes#gcepersistentdisk",
            ..FIELD
        },
        Field {
            name: "gitRepo",
            ty: Type::Object(&CORE_V1_GIT_REPO_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 5),
            description: "gitRepo represents a git repository at a particular revision. Deprecated: GitRepo is deprecated. To provision a container with a git repo, mount an EmptyDir into an InitContainer that clones the repo using git, then mount the EmptyDir into the Pod's container.",
            ..FIELD
        },
        Field {
            name: "glusterfs",
            ty: Type::Object(&CORE_V1_GLUSTERFS_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 9),
            description: "glusterfs represents a Glusterfs mount on the host that shares a pod's lifetime. Deprecated: Glusterfs is deprecated and the in-tree glusterfs type is no longer supported.",
            ..FIELD
        },
        Field {
            name: "hostPath",
            ty: Type::Object(&CORE_V1_HOST_PATH_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 1),
            description: "hostPath represents a pre-existing file or directory on the host machine that is directly exposed to the container. This is generally used for system agents or other privileged things that are allowed to see the host machine. Most containers will NOT need this. More info: https://kubernetes.io/docs/concepts/storage/volumes#hostpath",
            ..FIELD
        },
        Field {
            name: "image",
            ty: Type::Object(&CORE_V1_IMAGE_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 30),
            description: "image represents an OCI object (a container image or artifact) pulled and mounted on the kubelet's host machine. The volume is resolved at pod startup depending on which PullPolicy value is provided:\n\n- Always: the kubelet always attempts to pull the reference. Container creation will fail If the pull fails. - Never: the kubelet never pulls the reference and only uses a local image or artifact. Container creation will fail if the reference isn't present. - IfNotPresent: the kubelet pulls if the reference isn't already present on disk. Container creation will fail if the reference isn't present and the pull fails.\n\nThe volume gets re-resolved if the pod gets deleted and recreated, which means that new remote content will become available on pod recreation. A failure to resolve or pull the image during pod startup will block containers from starting and may add significant latency. Failures will be retried using normal volume backoff and will be reported on the pod reason and message. The types of objects that may be mounted by this volume are defined by the container runtime implementation on a host machine and at minimum must include all valid types supported by the container image field. The OCI object gets mounted in a single directory (spec.containers[*].volumeMounts.mountPath) by merging the manifest layers in the same way as for container images. The volume will be mounted read-only (ro). Sub path mounts for containers are not supported (spec.containers[*].volumeMounts.subpath) before 1.33. The field spec.securityContext.fsGroupChangePolicy has no effect on this volume type.",
            ..FIELD
        },
        Field {
            name: "iscsi",
            ty: Type::Object(&CORE_V1_ISCSIVOLUME_SOURCE),
            tag: Tag::Embedded(2, 8),
            description: "iscsi represents an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod. More info: https://kubernetes.io/docs/concepts/storage/volumes/#iscsi",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "name of the volume. Must be a DNS_LABEL and unique within the pod. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names",
            ..FIELD
        },
        Field {
            name: "nfs",
            ty: Type::Object(&CORE_V1_NFSVOLUME_SOURCE),
            tag: Tag::Embedded(2, 7),
            description: "nfs represents an NFS mount on the host that shares a pod's lifetime More info: https://kubernetes.io/docs/concepts/storage/volumes#nfs",
            ..FIELD
        },
        Field {
            name: "persistentVolumeClaim",
            ty: Type::Object(&CORE_V1_PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 10),
            description: "persistentVolumeClaimVolumeSource represents a reference to a PersistentVolumeClaim in the same namespace. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#persistentvolumeclaims",
            ..FIELD
        },
        Field {
            name: "photonPersistentDisk",
            ty: Type::Object(&CORE_V1_PHOTON_PERSISTENT_DISK_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 23),
            description: "photonPersistentDisk represents a PhotonController persistent disk attached and mounted on kubelets host machine. Deprecated: PhotonPersistentDisk is deprecated and the in-tree photonPersistentDisk type is no longer supported.",
            ..FIELD
        },
        Field {
            name: "portworxVolume",
            ty: Type::Object(&CORE_V1_PORTWORX_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 24),
            description: "portworxVolume represents a portworx volume attached and mounted on kubelets host machine. Deprecated: PortworxVolume is deprecated. All operations for the in-tree portworxVolume type are redirected to the pxd.portworx.com CSI driver.",
            ..FIELD
        },
        Field {
            name: "projected",
            ty: Type::Object(&CORE_V1_PROJECTED_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 26),
            description: "projected items for all in one resources secrets, configmaps, and downward API",
            ..FIELD
        },
        Field {
            name: "quobyte",
            ty: Type::Object(&CORE_V1_QUOBYTE_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 21),
            description: "quobyte represents a Quobyte mount on the host that shares a pod's lifetime. Deprecated: Quobyte is deprecated and the in-tree quobyte type is no longer supported.",
            ..FIELD
        },
        Field {
            name: "rbd",
            ty: Type::Object(&CORE_V1_RBDVOLUME_SOURCE),
            tag: Tag::Embedded(2, 11),
            description: "rbd represents a Rados Block Device mount on the host that shares a pod's lifetime. Deprecated: RBD is deprecated and the in-tree rbd type is no longer supported.",
            ..FIELD
        },
        Field {
            name: "scaleIO",
            ty: Type::Object(&CORE_V1_SCALE_IOVOLUME_SOURCE),
            tag: Tag::Embedded(2, 25),
            description: "scaleIO represents a ScaleIO persistent volume attached and mounted on Kubernetes nodes. Deprecated: ScaleIO is deprecated and the in-tree scaleIO type is no longer supported.",
            ..FIELD
        },
        Field {
            name: "secret",
            ty: Type::Object(&CORE_V1_SECRET_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 6),
            description: "secret represents a secret that should populate this volume. More info: https://kubernetes.io/docs/concepts/storage/volumes#secret",
            ..FIELD
        },
        Field {
            name: "storageos",
            ty: Type::Object(&CORE_V1_STORAGE_OSVOLUME_SOURCE),
            tag: Tag::Embedded(2, 27),
            description: "storageOS represents a StorageOS volume attached and mounted on Kubernetes nodes. Deprecated: StorageOS is deprecated and the in-tree storageos type is no longer supported.",
            ..FIELD
        },
        Field {
            name: "vsphereVolume",
            ty: Type::Object(&CORE_V1_VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE),
            tag: Tag::Embedded(2, 20),
            description: "vsphereVolume represents a vSphere volume attached and mounted on kubelets host machine. Deprecated: VsphereVolume is deprecated. All operations for the in-tree vsphereVolume type are redirected to the csi.vsphere.vmware.com CSI driver.",
            ..FIELD
        },
    ],
};

static CORE_V1_VOLUME_DEVICE: Definition = Definition {
    name: "io.k8s.api.core.v1.VolumeDevice",
    kind: None,
    is_atomic: false,
    description: "volumeDevice describes a mapping of a raw block device within a container.",
    fields: &[
        Field {
            name: "devicePath",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "devicePath is the path inside of the container that the device will be mapped to.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "name must match the name of a persistentVolumeClaim in the pod",
            ..FIELD
        },
    ],
};

static CORE_V1_VOLUME_MOUNT: Definition = Definition {
    name: "io.k8s.api.core.v1.VolumeMount",
    kind: None,
    is_atomic: false,
    description: "VolumeMount describes a mounting of a Volume within a container.",
    fields: &[
        Field {
            name: "mountPath",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(3),
            description: "Path within the container at which the volume should be mounted.  Must not contain ':'.",
            ..FIELD
        },
        Field {
            name: "mountPropagation",
            ty: Type::String,
            tag: Tag::Own(5),
            go_type: Some("v1.MountPropagationMode"),
            is_pointer: true,
            description: "mountPropagation determines how mounts are propagated from the host to container and the other way around. When not set, MountPropagationNone is used. This field is beta in 1.10. When RecursiveReadOnly is set to IfPossible or to Enabled, MountPropagation must be None or unspecified (which defaults to None).",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "This must match the Name of a Volume.",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(2),
            description: "Mounted read-only if true, read-write otherwise (false or unspecified). Defaults to false.",
            ..FIELD
        },
        Field {
            name: "recursiveReadOnly",
            ty: Type::String,
            tag: Tag::Own(7),
            go_type: Some("v1.RecursiveReadOnlyMode"),
            is_pointer: true,
            description: "RecursiveReadOnly specifies whether read-only mounts should be handled recursively.\n\nIf ReadOnly is false, this field has no meaning and must be unspecified.\n\nIf ReadOnly is true, and this field is set to Disabled, the mount is not made recursively read-only.  If this field is set to IfPossible, the mount is made recursively read-only, if it is supported by the container runtime.  If this field is set to Enabled, the mount is made recursively read-only if it is supported by the container runtime, otherwise the pod will not be started and an error will be generated to indicate the reason.\n\nIf this field is set to IfPossible or Enabled, MountPropagation must be set to None (or be unspecified, which defaults to None).\n\nIf this field is not specified, it is treated as an equivalent of Disabled.",
            ..FIELD
        },
        Field {
            name: "subPath",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "Path within the volume from which the container's volume should be mounted. Defaults to \"\" (volume's root).",
            ..FIELD
        },
        Field {
            name: "subPathExpr",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "Expanded path within the volume from which the container's volume should be mounted. Behaves similarly to SubPath but environment variable references $(VAR_NAME) are expanded using the container's environment. Defaults to \"\" (volume's root). SubPathExpr and SubPath are mutually exclusive.",
            ..FIELD
        },
    ],
};

static CORE_V1_VOLUME_MOUNT_STATUS: Definition = Definition {
    name: "io.k8s.api.core.v1.VolumeMountStatus",
    kind: None,
    is_atomic: false,
    description: "VolumeMountStatus shows status of volume mounts.",
    fields: &[
        Field {
            name: "mountPath",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "MountPath corresponds to the original VolumeMount.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Name corresponds to the name of the original VolumeMount.",
            ..FIELD
        },
        Field {
            name: "readOnly",
            ty: Type::Bool,
            tag: Tag::Own(3),
            description: "ReadOnly corresponds to the original VolumeMount.",
            ..FIELD
        },
        Field {
            name: "recursiveReadOnly",
            ty: Type::String,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "RecursiveReadOnly must be set to Disabled, Enabled, or unspecified (for non-readonly mounts). An IfPossible value in the original VolumeMount must be translated to Disabled or Enabled, depending on the mount result.",
            ..FIELD
        },
        Field {
            name: "volumeStatus",
            ty: Type::Object(&CORE_V1_VOLUME_STATUS),
            tag: Tag::Own(5),
            description: "volumeStatus represents volume-type-specific status about the mounted volume.",
            ..FIELD
        },
    ],
};

static CORE_V1_VOLUME_PROJECTION: Definition = Definition {
    name: "io.k8s.api.core.v1.VolumeProjection",
    kind: None,
    is_atomic: false,
    description: "Projection that may be projected along with other supported volume types. Exactly one of these fields must be set.",
    fields: &[
        Field {
            name: "clusterTrustBundle",
            ty: Type::Object(&CORE_V1_CLUSTER_TRUST_BUNDLE_PROJECTION),
            tag: Tag::Own(5),
            description: "ClusterTrustBundle allows a pod to access the `.spec.trustBundle` field of ClusterTrustBundle objects in an auto-updating file.\n\nAlpha, gated by the ClusterTrustBundleProjection feature gate.\n\nClusterTrustBundle objects can either be selected by name, or by the combination of signer name and a label selector.\n\nKubelet performs aggressive normalization of the PEM contents written into the pod filesystem.  Esoteric PEM features such as inter-block comments and block headers are stripped.  Certificates are deduplicated. The ordering of certificates within the file is arbitrary, and Kubelet may change the order over time.",
            ..FIELD
        },
        Field {
            name: "configMap",
            ty: Type::Object(&CORE_V1_CONFIG_MAP_PROJECTION),
            tag: Tag::Own(3),
            description: "configMap information about the configMap data to project",
            ..FIELD
        },
        Field {
            name: "downwardAPI",
            ty: Type::Object(&CORE_V1_DOWNWARD_APIPROJECTION),
            tag: Tag::Own(2),
            description: "downwardAPI information about the downwardAPI data to project",
            ..FIELD
        },
        Field {
            name: "podCertificate",
            ty: Type::Object(&CORE_V1_POD_CERTIFICATE_PROJECTION),
            tag: Tag::Own(6),
            description: "Projects an auto-rotating credential bundle (private key and certificate chain) that the pod can use either as a TLS client or server.\n\nKubelet generates a private key and uses it to send a PodCertificateRequest to the named signer.  Once the signer approves the request and issues a certificate chain, Kubelet writes the key and certificate chain to the pod filesystem.  The pod does not start until certificates have been issued for each podCertificate projected volume source in its spec.\n\nKubelet will begin trying to rotate the certificate at the time indicated by the signer using the PodCertificateRequest.Status.BeginRefreshAt timestamp.\n\nKubelet can write a single file, indicated by the credentialBundlePath field, or separate files, indicated by the keyPath and certificateChainPath fields.\n\nThe credential bundle is a single file in PEM format.  The first PEM entry is the private key (in PKCS#8 format), and the remaining PEM entries are the certificate chain issued by the signer (typically, signers will return their certificate chain in leaf-to-root order).\n\nPrefer using the credential bundle format, since your application code can read it atomically.  If you use keyPath and certificateChainPath, your application must make two separate file reads. If these coincide with a certificate rotation, it is possible that the private key and leaf certificate you read may not correspond to each other.  Your application will need to check for this condition, and re-read until they are consistent.\n\nThe named signer controls chooses the format of the certificate it issues; consult the signer implementation's documentation to learn how to use the certificates it issues.",
            ..FIELD
        },
        Field {
            name: "secret",
            ty: Type::Object(&CORE_V1_SECRET_PROJECTION),
            tag: Tag::Own(1),
            description: "secret information about the secret data to project",
            ..FIELD
        },
        Field {
            name: "serviceAccountToken",
            ty: Type::Object(&CORE_V1_SERVICE_ACCOUNT_TOKEN_PROJECTION),
            tag: Tag::Own(4),
            description: "serviceAccountToken is information about the serviceAccountToken data to project",
            ..FIELD
        },
    ],
};

static CORE_V1_VOLUME_RESOURCE_REQUIREMENTS: Definition = Definition {
    name: "io.k8s.api.core.v1.VolumeResourceRequirements",
    kind: None,
    is_atomic: false,
    description: "VolumeResourceRequirements describes the storage resource requirements for a volume.",
    fields: &[
        Field {
            name: "limits",
            ty: Type::Map(&Type::Quantity),
            tag: Tag::Own(1),
            description: "Limits describes the maximum amount of compute resources allowed. More info: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
            ..FIELD
        },
        Field {
            name: "requests",
            ty: Type::Map(&Type::Quantity),
            tag: Tag::Own(2),
            description: "Requests describes the minimum amount of compute resources required. If Requests is omitted for a container, it defaults to Limits if that is explicitly specified, otherwise to an implementation-defined value. Requests cannot exceed Limits. More info: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
            ..FIELD
        },
    ],
};

static CORE_V1_VOLUME_STATUS: Definition = Definition {
    name: "io.k8s.api.core.v1.VolumeStatus",
    kind: None,
    is_atomic: false,
    description: "VolumeStatus represents the status of a mounted volume. At most one of its members must be specified.",
    fields: &[Field {
        name: "image",
        ty: Type::Object(&CORE_V1_IMAGE_VOLUME_STATUS),
        tag: Tag::Own(1),
        description: "image represents an OCI object (a container image or artifact) pulled and mounted on the kubelet's host machine.",
        ..FIELD
    }],
};

static CORE_V1_VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE: Definition = Definition {
    name: "io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource",
    kind: None,
    is_atomic: false,
    description: "Represents a vSphere volume resource.",
    fields: &[
        Field {
            name: "fsType",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "fsType is filesystem type to mount. Must be a filesystem type supported by the host operating system. Ex. \"ext4\", \"xfs\", \"ntfs\". Implicitly inferred to be \"ext4\" if unspecified.",
            ..FIELD
        },
        Field {
            name: "storagePolicyID",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "storagePolicyID is the storage Policy Based Management (SPBM) profile ID associated with the StoragePolicyName.",
            ..FIELD
        },
        Field {
            name: "storagePolicyName",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "storagePolicyName is the storage Policy Based Management (SPBM) profile name.",
            ..FIELD
        },
        Field {
            name: "volumePath",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "volumePath is the path that identifies vSphere volume vmdk",
            ..FIELD
        },
    ],
};

static CORE_V1_WEIGHTED_POD_AFFINITY_TERM: Definition = Definition {
    name: "io.k8s.api.core.v1.WeightedPodAffinityTerm",
    kind: None,
    is_atomic: false,
    description: "The weights of all of the matched WeightedPodAffinityTerm fields are added per-node to find the most preferred node(s)",
    fields: &[
        Field {
            name: "podAffinityTerm",
            ty: Type::Object(&CORE_V1_POD_AFFINITY_TERM),
            is_required: true,
            tag: Tag::Own(2),
            description: "Required. A pod affinity term, associated with the corresponding weight.",
            ..FIELD
        },
        Field {
            name: "weight",
            ty: Type::Int32,
            is_required: true,
            tag: Tag::Own(1),
            description: "weight associated with matching the corresponding podAffinityTerm, in the range 1-100.",
            ..FIELD
        },
    ],
};

static CORE_V1_WINDOWS_SECURITY_CONTEXT_OPTIONS: Definition = Definition {
    name: "io.k8s.api.core.v1.WindowsSecurityContextOptions",
    kind: None,
    is_atomic: false,
    description: "WindowsSecurityContextOptions contain Windows-specific options and credentials.",
    fields: &[
        Field {
            name: "gmsaCredentialSpec",
            ty: Type::String,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "GMSACredentialSpec is where the GMSA admission webhook (https://github.com/kubernetes-sigs/windows-gmsa) inlines the contents of the GMSA credential spec named by the GMSACredentialSpecName field.",
            ..FIELD
        },
        Field {
            name: "gmsaCredentialSpecName",
            ty: Type::String,
            tag: Tag::Own(1),
            is_pointer: true,
            description: "GMSACredentialSpecName is the name of the GMSA credential spec to use.",
            ..FIELD
        },
        Field {
            name: "hostProcess",
            ty: Type::Bool,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "HostProcess determines if a container should be run as a 'Host Process' container. All of a Pod's containers must have the same effective HostProcess value (it is not allowed to have a mix of HostProcess containers and non-HostProcess containers). In addition, if HostProcess is true then HostNetwork must also be set to true.",
            ..FIELD
        },
        Field {
            name: "runAsUserName",
            ty: Type::String,
            tag: Tag::Own(3),
            is_pointer: true,
            description: "The UserName in Windows to run the entrypoint of the container process. Defaults to the user specified in image metadata if unspecified. May also be set in PodSecurityContext. If set in both SecurityContext and PodSecurityContext, the value specified in SecurityContext takes precedence.",
            ..FIELD
        },
    ],
};

static NODE_V1_OVERHEAD: Definition = Definition {
    name: "io.k8s.api.node.v1.Overhead",
    kind: None,
    is_atomic: false,
    description: "Overhead structure represents the resource overhead associated with running a pod.",
    fields: &[Field {
        name: "podFixed",
        ty: Type::Map(&Type::Quantity),
        tag: Tag::Own(1),
        go_type: Some("v1.ResourceList"),
        description: "podFixed represents the fixed resource overhead associated with running a pod.",
        ..FIELD
    }],
};

static NODE_V1_RUNTIME_CLASS: Definition = Definition {
    name: "io.k8s.api.node.v1.RuntimeClass",
    kind: Some(("node.k8s.io", "v1", "RuntimeClass")),
    is_atomic: false,
    description: "RuntimeClass defines a class of container runtime supported in the cluster. The RuntimeClass is used to determine which container runtime is used to run all containers in a pod. RuntimeClasses are manually defined by a user or cluster provisioner, and referenced in the PodSpec. The Kubelet is responsible for resolving the RuntimeClassName reference before running the pod.  For more details, see https://kubernetes.io/docs/concepts/containers/runtime-class/",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "handler",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "handler specifies the underlying runtime and configuration that the CRI implementation will use to handle pods of this class. The possible values are specific to the node & CRI configuration.  It is assumed that all handlers are available on every node, and handlers of the same name are equivalent on every node. For example, a handler called \"runc\" might specify that the runc OCI runtime (using native Linux containers) will be used to run the containers in a pod. The Handler must be lowercase, conform to the DNS Label (RFC 1123) requirements, and is immutable.",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "overhead",
            ty: Type::Object(&NODE_V1_OVERHEAD),
            tag: Tag::Own(3),
            description: "overhead represents the resource overhead associated with running a pod for a given RuntimeClass. For more details, see\n https://kubernetes.io/docs/concepts/scheduling-eviction/pod-overhead/",
            ..FIELD
        },
        Field {
            name: "scheduling",
            ty: Type::Object(&NODE_V1_SCHEDULING),
            tag: Tag::Own(4),
            description: "scheduling holds the scheduling constraints to ensure that pods running with this RuntimeClass are scheduled to nodes that support it. If scheduling is nil, this RuntimeClass is assumed to be supported by all nodes.",
            ..FIELD
        },
    ],
};

static NODE_V1_SCHEDULING: Definition = Definition {
    name: "io.k8s.api.node.v1.Scheduling",
    kind: None,
    is_atomic: false,
    description: "Scheduling specifies the scheduling constraints for nodes supporting a RuntimeClass.",
    fields: &[
        Field {
            name: "nodeSelector",
            ty: Type::Map(&Type::String),
            tag: Tag::Own(1),
            is_atomic: true,
            description: "nodeSelector lists labels that must be present on nodes that support this RuntimeClass. Pods using this RuntimeClass can only be scheduled to a node matched by this selector. The RuntimeClass nodeSelector is merged with a pod's existing nodeSelector. Any conflicts will cause the pod to be rejected in admission.",
            ..FIELD
        },
        Field {
            name: "tolerations",
            ty: Type::List(&Type::Object(&CORE_V1_TOLERATION)),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "tolerations are appended (excluding duplicates) to pods running with this RuntimeClass during admission, effectively unioning the set of nodes tolerated by the pod and the RuntimeClass.",
            ..FIELD
        },
    ],
};

static POLICY_V1_EVICTION: Definition = Definition {
    name: "io.k8s.api.policy.v1.Eviction",
    kind: Some(("policy", "v1", "Eviction")),
    is_atomic: false,
    description: "Eviction evicts a pod from its node subject to certain policies and safety constraints. This is a subresource of Pod.  A request to cause such an eviction is created by POSTing to .../pods/<pod name>/evictions.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "deleteOptions",
            ty: Type::Object(&META_V1_DELETE_OPTIONS),
            tag: Tag::Own(2),
            description: "DeleteOptions may be provided",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_OBJECT_META),
            tag: Tag::Own(1),
            description: "ObjectMeta describes the pod that is being evicted.",
            ..FIELD
        },
    ],
};

static META_V1_DELETE_OPTIONS: Definition = Definition {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
    kind: Some(("", "v1", "DeleteOptions")),
    is_atomic: false,
    description: "DeleteOptions may be provided when deleting an API object.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "dryRun",
            ty: Type::List(&Type::String),
            tag: Tag::Own(5),
            list: Some(ListKind::Atomic),
            description: "When present, indicates that modifications should not be persisted. An invalid or unrecognized dryRun directive will result in an error response and no further processing of the request. Valid values are: - All: all dry run stages will be processed",
            ..FIELD
        },
        Field {
            name: "gracePeriodSeconds",
            ty: Type::Int64,
            tag: Tag::Own(1),
            is_pointer: true,
            description: "The duration in seconds before the object should be deleted. Value must be non-negative integer. The value zero indicates delete immediately. If this value is nil, the default grace period for the specified type will be used. Defaults to a per object value if not specified. zero means delete immediately.",
            ..FIELD
        },
        Field {
            name: "ignoreStoreReadErrorWithClusterBreakingPotential",
            ty: Type::Bool,
            tag: Tag::Own(6),
            is_pointer: true,
            description: "if set to true, it will trigger an unsafe deletion of the resource in case the normal deletion flow fails with a corrupt object error. A resource is considered corrupt if it can not be retrieved from the underlying storage successfully because of a) its data can not be transformed e.g. decryption failure, or b) it fails to decode into an object. NOTE: unsafe deletion ignores finalizer constraints, skips precondition checks, and removes the object from the storage. WARNING: This may potentially break the cluster if the workload associated with the resource being unsafe-deleted relies on normal deletion flow. Use only if you REALLY know what you are doing. The default value is false, and the user must opt in to enable it",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "orphanDependents",
            ty: Type::Bool,
            tag: Tag::Own(3),
            is_pointer: true,
            description: "Deprecated: please use the PropagationPolicy, this field will be deprecated in 1.7. Should the dependent objects be orphaned. If true/false, the \"orphan\" finalizer will be added to/removed from the object's finalizers list. Either this field or PropagationPolicy may be set, but not both.",
            ..FIELD
        },
        Field {
            name: "preconditions",
            ty: Type::Object(&META_V1_PRECONDITIONS),
            tag: Tag::Own(2),
            description: "Must be fulfilled before a deletion is carried out. If not possible, a 409 Conflict status will be returned.",
            ..FIELD
        },
        Field {
            name: "propagationPolicy",
            ty: Type::String,
            tag: Tag::Own(4),
            go_type: Some("v1.DeletionPropagation"),
            is_pointer: true,
            description: "Whether and how garbage collection will be performed. Either this field or OrphanDependents may be set, but not both. The default policy is decided by the existing finalizer set in the metadata.finalizers and the resource-specific default policy. Acceptable values are: 'Orphan' - orphan the dependents; 'Background' - allow the garbage collector to delete the dependents in the background; 'Foreground' - a cascading policy that deletes all dependents in the foreground.",
            ..FIELD
        },
    ],
};

static META_V1_FIELD_SELECTOR_REQUIREMENT: Definition = Definition {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement",
    kind: None,
    is_atomic: false,
    description: "FieldSelectorRequirement is a selector that contains values, a key, and an operator that relates the key and values.",
    fields: &[
        Field {
            name: "key",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "key is the field selector key that the requirement applies to.",
            ..FIELD
        },
        Field {
            name: "operator",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            description: "operator represents a key's relationship to a set of values. Valid operators are In, NotIn, Exists, DoesNotExist. The list of operators may grow in the future.",
            ..FIELD
        },
        Field {
            name: "values",
            ty: Type::List(&Type::String),
            tag: Tag::Own(3),
            list: Some(ListKind::Atomic),
            description: "values is an array of string values. If the operator is In or NotIn, the values array must be non-empty. If the operator is Exists or DoesNotExist, the values array must be empty.",
            ..FIELD
        },
    ],
};

static META_V1_LABEL_SELECTOR: Definition = Definition {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector",
    kind: None,
    is_atomic: true,
    description: "A label selector is a label query over a set of resources. The result of matchLabels and matchExpressions are ANDed. An empty label selector matches all objects. A null label selector matches no objects.",
    fields: &[
        Field {
            name: "matchExpressions",
            ty: Type::List(&Type::Object(&META_V1_LABEL_SELECTOR_REQUIREMENT)),
            tag: Tag::Own(2),
            list: Some(ListKind::Atomic),
            description: "matchExpressions is a list of label selector requirements. The requirements are ANDed.",
            ..FIELD
        },
        Field {
            name: "matchLabels",
            ty: Type::Map(&Type::String),
            tag: Tag::Own(1),
            description: "matchLabels is a map of {key,value} pairs. A single {key,value} in the matchLabels map is equivalent to an element of matchExpressions, whose key field is \"key\", the operator is \"In\", and the values array contains only \"value\". The requirements are ANDed.",
            ..FIELD
        },
    ],
};

static META_V1_LABEL_SELECTOR_REQUIREMENT: Definition = Definition {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement",
    kind: None,
    is_atomic: false,
    description: "A label selector requirement is a selector that contains values, a key, and an operator that relates the key and values.",
    fields: &[
        Field {
            name: "key",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "key is the label key that the selector applies to.",
            ..FIELD
        },
        Field {
            name: "operator",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(2),
            go_type: Some("v1.LabelSelectorOperator"),
            description: "operator represents a key's relationship to a set of values. Valid operators are In, NotIn, Exists and DoesNotExist.",
            ..FIELD
        },
        Field {
            name: "values",
            ty: Type::List(&Type::String),
            tag: Tag::Own(3),
            list: Some(ListKind::Atomic),
            description: "values is an array of string values. If the operator is In or NotIn, the values array must be non-empty. If the operator is Exists or DoesNotExist, the values array must be empty. This array is replaced during a strategic merge patch.",
            ..FIELD
        },
    ],
};

static META_V1_LIST_META: Definition = Definition {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta",
    kind: None,
    is_atomic: false,
    description: "ListMeta describes metadata that synthetic resources must have, including lists and various status objects. A resource may have only one of {ObjectMeta, ListMeta}.",
    fields: &[
        Field {
            name: "continue",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "continue may be set if the user set a limit on the number of items returned, and indicates that the server has more data available. The value is opaque and may be used to issue another request to the endpoint that served this list to retrieve the next set of available objects. Continuing a consistent list may not be possible if the server configuration has changed or more than a few minutes have passed. The resourceVersion field returned when using this continue value will be identical to the value in the first response, unless you have received this token from an error message.",
            ..FIELD
        },
        Field {
            name: "remainingItemCount",
            ty: Type::Int64,
            tag: Tag::Own(4),
            is_pointer: true,
            description: "remainingItemCount is the number of subsequent items in the list which are not included in this list response. If the list request contained label or field selectors, then the number of remaining items is unknown and the field will be left unset and omitted during serialization. If the list is complete (either because it is not chunking or because this is the last chunk), then there are no more remaining items and this field will be left unset and omitted during serialization. Servers older than v1.15 do not set this field. The intended use of the remainingItemCount is *estimating* the size of a collection. Clients should not rely on the remainingItemCount to be set or to be exact.",
            ..FIELD
        },
        Field {
            name: "resourceVersion",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "String that identifies the server's internal version of this object that can be used by clients to determine when objects have changed. Value must be treated as opaque by clients and passed unmodified back to the server. Populated by the system. Read-only. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#concurrency-control-and-consistency",
            ..FIELD
        },
        Field {
            name: "selfLink",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "Deprecated: selfLink is a legacy read-only field that is no longer populated by the system.",
            ..FIELD
        },
        Field {
            name: "shardInfo",
            ty: Type::Object(&META_V1_SHARD_INFO),
            tag: Tag::Own(5),
            description: "shardInfo is set when the list is a filtered subset of the full collection, as selected by a shard selector on the request. It echoes back the selector so clients can verify which shard they received and merge sharded responses. Clients should not cache sharded list responses as a full representation of the collection.\n\nThis is an alpha field and requires enabling the ShardedListAndWatch feature gate.",
            ..FIELD
        },
    ],
};

static META_V1_MANAGED_FIELDS_ENTRY: Definition = Definition {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry",
    kind: None,
    is_atomic: false,
    description: "ManagedFieldsEntry is a workflow-id, a FieldSet and the group version of the resource that the fieldset applies to.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "APIVersion defines the version of this resource that this field set applies to. The format is \"group/version\" just like the top-level APIVersion field. It is necessary to track the version of a field set because it cannot be automatically converted.",
            ..FIELD
        },
        Field {
            name: "fieldsType",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "FieldsType is the discriminator for the different fields format and version. There is currently only one possible value: \"FieldsV1\"",
            ..FIELD
        },
        Field {
            name: "fieldsV1",
            ty: Type::Any,
            tag: Tag::Own(7),
            description: "FieldsV1 holds the first JSON version format as described in the \"FieldsV1\" type.",
            ..FIELD
        },
        Field {
            name: "manager",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "Manager is an identifier of the workflow managing these fields.",
            ..FIELD
        },
        Field {
            name: "operation",
            ty: Type::String,
            tag: Tag::Own(2),
            go_type: Some("v1.ManagedFieldsOperationType"),
            description: "Operation is the type of operation which lead to this ManagedFieldsEntry being created. The only valid values for this field are 'Apply' and 'Update'.",
            ..FIELD
        },
        Field {
            name: "subresource",
            ty: Type::String,
            tag: Tag::Own(8),
            description: "Subresource is the name of the subresource used to update that object, or empty string if the object was updated through the main resource. The value of this field is used to distinguish between managers, even if they share the same name. For example, a status update will be distinct from a regular update using the same manager name. Note that the APIVersion field is not related to the Subresource field and it always corresponds to the version of the main resource.",
            ..FIELD
        },
        Field {
            name: "time",
            ty: Type::Time,
            tag: Tag::Own(4),
            description: "Time is the timestamp of when the ManagedFields entry was added. The timestamp will also be updated if a field is added, the manager changes any of the owned fields value or removes a field. The timestamp does not update when a field is removed from the entry because another manager took it over.",
            ..FIELD
        },
    ],
};

static META_V1_OBJECT_META: Definition = Definition {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
    kind: None,
    is_atomic: false,
    description: "ObjectMeta is metadata that all persisted resources must have, which includes all objects users must create.",
    fields: &[
        Field {
            name: "annotations",
            ty: Type::Map(&Type::String),
            tag: Tag::Own(12),
            description: "Annotations is an unstructured key value map stored with a resource that may be set by external tools to store and retrieve arbitrary metadata. They are not queryable and should be preserved when modifying objects. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations",
            ..FIELD
        },
        Field {
            name: "creationTimestamp",
            ty: Type::Time,
            tag: Tag::Own(8),
            description: "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "deletionGracePeriodSeconds",
            ty: Type::Int64,
            tag: Tag::Own(10),
            is_pointer: true,
            description: "Number of seconds allowed for this object to gracefully terminate before it will be removed from the system. Only set when deletionTimestamp is also set. May only be shortened. Read-only.",
            ..FIELD
        },
        Field {
            name: "deletionTimestamp",
            ty: Type::Time,
            tag: Tag::Own(9),
            description: "DeletionTimestamp is RFC 3339 date and time at which this resource will be deleted. This field is set by the server when a graceful deletion is requested by the user, and is not directly settable by a client. The resource is expected to be deleted (no longer visible from resource lists, and not reachable by name) after the time in this field, once the finalizers list is empty. As long as the finalizers list contains items, deletion is blocked. Once the deletionTimestamp is set, this value may not be unset or be set further into the future, although it may be shortened or the resource may be deleted prior to this time. For example, a user may request that a pod is deleted in 30 seconds. The Kubelet will react by sending a graceful termination signal to the containers in the pod. After that 30 seconds, the Kubelet will send a hard termination signal (SIGKILL) to the container and after cleanup, remove the pod from the API. In the presence of network partitions, this object may still exist after this timestamp, until an administrator or automated process can determine the resource is fully terminated. If not set, graceful deletion of the object has not been requested.\n\nPopulated by the system when a graceful deletion is requested. Read-only. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ..FIELD
        },
        Field {
            name: "finalizers",
            ty: Type::List(&Type::String),
            tag: Tag::Own(14),
            list: Some(ListKind::Set),
            strategy: PatchStrategy::Merge,
            description: "Must be empty before the object is deleted from the registry. Each entry is an identifier for the responsible component that will remove the entry from the list. If the deletionTimestamp of the object is non-nil, entries in this list can only be removed. Finalizers may be processed and removed in any order.  Order is NOT enforced because it introduces significant risk of stuck finalizers. finalizers is a shared field, any actor with permission can reorder it. If the finalizer list is processed in order, then this can lead to a situation in which the component responsible for the first finalizer in the list is waiting for a signal (field value, external system, or other) produced by a component responsible for a finalizer later in the list, resulting in a deadlock. Without enforced ordering finalizers are free to order amongst themselves and are not vulnerable to ordering changes in the list.",
            ..FIELD
        },
        Field {
            name: "generateName",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "GenerateName is an optional prefix, used by the server, to generate a unique name ONLY IF the Name field has not been provided. If this field is used, the name returned to the client will be different than the name passed. This value will also be combined with a unique suffix. The provided value has the same validation rules as the Name field, and may be truncated by the length of the suffix required to make the value unique on the server.\n\nIf this field is specified and the generated name exists, the server will return a 409.\n\nApplied only if Name is not specified. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#idempotency",
            ..FIELD
        },
        Field {
            name: "generation",
            ty: Type::Int64,
            tag: Tag::Own(7),
            description: "A sequence number representing a specific generation of the desired state. Populated by the system. Read-only.",
            ..FIELD
        },
        Field {
            name: "labels",
            ty: Type::Map(&Type::String),
            tag: Tag::Own(11),
            description: "Map of string keys and values that can be used to organize and categorize (scope and select) objects. May match selectors of replication controllers and services. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels",
            ..FIELD
        },
        Field {
            name: "managedFields",
            ty: Type::List(&Type::Object(&META_V1_MANAGED_FIELDS_ENTRY)),
            tag: Tag::Own(17),
            list: Some(ListKind::Atomic),
            description: "ManagedFields maps workflow-id and version to the set of fields that are managed by that workflow. This is mostly for internal housekeeping, and users typically shouldn't need to set or understand this field. A workflow can be the user's name, a controller's name, or the name of a specific apply path like \"ci-cd\". The set of fields is always in the version that the workflow used when modifying the object.",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
            ..FIELD
        },
        Field {
            name: "namespace",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "Namespace defines the space within which each name must be unique. An empty namespace is equivalent to the \"default\" namespace, but \"default\" is the canonical representation. Not all objects are required to be scoped to a namespace - the value of this field for those objects will be empty.\n\nMust be a DNS_LABEL. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces",
            ..FIELD
        },
        Field {
            name: "ownerReferences",
            ty: Type::List(&Type::Object(&META_V1_OWNER_REFERENCE)),
            tag: Tag::Own(13),
            list: Some(ListKind::Map(&["uid"])),
            strategy: PatchStrategy::Merge,
            merge_key: Some("uid"),
            description: "List of objects depended by this object. If ALL objects in the list have been deleted, this object will be garbage collected. If this object is managed by a controller, then an entry in this list will point to this controller, with the controller field set to true. There cannot be more than one managing controller.",
            ..FIELD
        },
        Field {
            name: "resourceVersion",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "An opaque value that represents the internal version of this object that can be used by clients to determine when objects have changed. May be used for optimistic concurrency, change detection, and the watch operation on a resource or set of resources. Clients must treat these values as opaque and passed unmodified back to the server. They may only be valid for a particular resource or set of resources.\n\nPopulated by the system. Read-only. Value must be treated as opaque by clients and . More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#concurrency-control-and-consistency",
            ..FIELD
        },
        Field {
            name: "selfLink",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "Deprecated: selfLink is a legacy read-only field that is no longer populated by the system.",
            ..FIELD
        },
        Field {
            name: "uid",
            ty: Type::String,
            tag: Tag::Own(5),
            go_type: Some("types.UID"),
            description: "UID is the unique in time and space value for this object. It is typically generated by the server on successful creation of a resource and is not allowed to change on PUT operations.\n\nPopulated by the system. Read-only. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#uids",
            ..FIELD
        },
    ],
};

static META_V1_OWNER_REFERENCE: Definition = Definition {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference",
    kind: None,
    is_atomic: true,
    description: "OwnerReference contains enough information to let you identify an owning object. An owning object must be in the same namespace as the dependent, or be cluster-scoped, so there is no namespace field.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(5),
            description: "API version of the referent.",
            ..FIELD
        },
        Field {
            name: "blockOwnerDeletion",
            ty: Type::Bool,
            tag: Tag::Own(7),
            is_pointer: true,
            description: "If true, AND if the owner has the \"foregroundDeletion\" finalizer, then the owner cannot be deleted from the key-value store until this reference is removed. See https://kubernetes.io/docs/concepts/architecture/garbage-collection/#foreground-deletion for how the garbage collector interacts with this field and enforces the foreground deletion. Defaults to false. To set this field, a user needs \"delete\" permission of the owner, otherwise 422 (Unprocessable Entity) will be returned.",
            ..FIELD
        },
        Field {
            name: "controller",
            ty: Type::Bool,
            tag: Tag::Own(6),
            is_pointer: true,
            description: "If true, this reference points to the managing controller.",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(1),
            description: "Kind of the referent. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(3),
            description: "Name of the referent. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
            ..FIELD
        },
        Field {
            name: "uid",
            ty: Type::String,
            is_required: true,
            tag: Tag::Own(4),
            go_type: Some("types.UID"),
            description: "UID of the referent. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#uids",
            ..FIELD
        },
    ],
};

static META_V1_PRECONDITIONS: Definition = Definition {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions",
    kind: None,
    is_atomic: false,
    description: "Preconditions must be fulfilled before an operation (update, delete, etc.) is carried out.",
    fields: &[
        Field {
            name: "resourceVersion",
            ty: Type::String,
            tag: Tag::Own(2),
            is_pointer: true,
            description: "Specifies the target ResourceVersion",
            ..FIELD
        },
        Field {
            name: "uid",
            ty: Type::String,
            tag: Tag::Own(1),
            go_type: Some("types.UID"),
            is_pointer: true,
            description: "Specifies the target UID.",
            ..FIELD
        },
    ],
};

static META_V1_SHARD_INFO: Definition = Definition {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo",
    kind: None,
    is_atomic: false,
    description: "ShardInfo describes the shard selector that was applied to produce a list response. Its presence on a list response indicates the list is a filtered subset.",
    fields: &[Field {
        name: "selector",
        ty: Type::String,
        is_required: true,
        tag: Tag::Own(1),
        description: "selector is the shard selector string from the request, echoed back so clients can verify which shard they received and merge responses from multiple shards.",
        ..FIELD
    }],
};

static META_V1_STATUS: Definition = Definition {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.Status",
    kind: Some(("", "v1", "Status")),
    is_atomic: false,
    description: "Status is a return value for calls that don't return other objects.",
    fields: &[
        Field {
            name: "apiVersion",
            ty: Type::String,
            description: "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ..FIELD
        },
        Field {
            name: "code",
            ty: Type::Int32,
            tag: Tag::Own(6),
            description: "Suggested HTTP return code for this status, 0 if not set.",
            ..FIELD
        },
        Field {
            name: "details",
            ty: Type::Object(&META_V1_STATUS_DETAILS),
            tag: Tag::Own(5),
            description: "Extended data associated with the reason.  Each reason may define its own extended details. This field is optional and the data returned is not guaranteed to conform to any schema except that defined by the reason type.",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            description: "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "message",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "A human-readable description of the status of this operation.",
            ..FIELD
        },
        Field {
            name: "metadata",
            ty: Type::Object(&META_V1_LIST_META),
            tag: Tag::Own(1),
            description: "Standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "reason",
            ty: Type::String,
            tag: Tag::Own(4),
            description: "A machine-readable description of why this operation is in the \"Failure\" status. If this value is empty there is no information available. A Reason clarifies an HTTP status code but does not override it.",
            ..FIELD
        },
        Field {
            name: "status",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "Status of the operation. One of: \"Success\" or \"Failure\". More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status",
            ..FIELD
        },
    ],
};

static META_V1_STATUS_CAUSE: Definition = Definition {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause",
    kind: None,
    is_atomic: false,
    description: "StatusCause provides more information about an api.Status failure, including cases when multiple errors are encountered.",
    fields: &[
        Field {
            name: "field",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "The field of the resource that has caused this error, as named by its JSON serialization. May include dot and postfix notation for nested attributes. Arrays are zero-indexed.  Fields may appear more than once in an array of causes due to fields having multiple errors. Optional.\n\nExamples:\n  \"name\" - the field \"name\" on the current resource\n  \"items[0].name\" - the field \"name\" on the first array entry in \"items\"",
            ..FIELD
        },
        Field {
            name: "message",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "A human-readable description of the cause of the error.  This field may be presented as-is to a reader.",
            ..FIELD
        },
        Field {
            name: "reason",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "A machine-readable description of the cause of the error. If this value is empty there is no information available.",
            ..FIELD
        },
    ],
};

static META_V1_STATUS_DETAILS: Definition = Definition {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails",
    kind: None,
    is_atomic: false,
    description: "StatusDetails is a set of additional properties that MAY be set by the server to provide additional information about a response. The Reason field of a Status object defines what attributes will be set. Clients must ignore fields that do not match the defined type of each attribute, and should assume that any attribute may be empty, invalid, or under defined.",
    fields: &[
        Field {
            name: "causes",
            ty: Type::List(&Type::Object(&META_V1_STATUS_CAUSE)),
            tag: Tag::Own(4),
            list: Some(ListKind::Atomic),
            description: "The Causes array includes more details associated with the StatusReason failure. Not all StatusReasons may provide detailed causes.",
            ..FIELD
        },
        Field {
            name: "group",
            ty: Type::String,
            tag: Tag::Own(2),
            description: "The group attribute of the resource associated with the status StatusReason.",
            ..FIELD
        },
        Field {
            name: "kind",
            ty: Type::String,
            tag: Tag::Own(3),
            description: "The kind attribute of the resource associated with the status StatusReason. On some operations may differ from the requested resource Kind. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ..FIELD
        },
        Field {
            name: "name",
            ty: Type::String,
            tag: Tag::Own(1),
            description: "The name attribute of the resource associated with the status StatusReason (when there is a single name which can be described).",
            ..FIELD
        },
        Field {
            name: "retryAfterSeconds",
            ty: Type::Int32,
            tag: Tag::Own(5),
            description: "If specified, the time in seconds before the operation should be retried. Some errors may indicate the client must take an alternate action - for those errors this field may indicate how long to wait before taking the alternate action.",
            ..FIELD
        },
        Field {
            name: "uid",
            ty: Type::String,
            tag: Tag::Own(6),
            description: "UID of the resource. (when there is a single resource which can be described). More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#uids",
            ..FIELD
        },
    ],
};

/// Every definition, by name.
pub(super) static DEFINITIONS: &[&Definition] = &[
    &AUTHENTICATION_V1_BOUND_OBJECT_REFERENCE,
    &AUTHENTICATION_V1_SELF_SUBJECT_REVIEW,
    &AUTHENTICATION_V1_SELF_SUBJECT_REVIEW_STATUS,
    &AUTHENTICATION_V1_TOKEN_REQUEST,
    &AUTHENTICATION_V1_TOKEN_REQUEST_SPEC,
    &AUTHENTICATION_V1_TOKEN_REQUEST_STATUS,
    &AUTHENTICATION_V1_TOKEN_REVIEW,
    &AUTHENTICATION_V1_TOKEN_REVIEW_SPEC,
    &AUTHENTICATION_V1_TOKEN_REVIEW_STATUS,
    &AUTHENTICATION_V1_USER_INFO,
    &AUTHORIZATION_V1_FIELD_SELECTOR_ATTRIBUTES,
    &AUTHORIZATION_V1_LABEL_SELECTOR_ATTRIBUTES,
    &AUTHORIZATION_V1_LOCAL_SUBJECT_ACCESS_REVIEW,
    &AUTHORIZATION_V1_NON_RESOURCE_ATTRIBUTES,
    &AUTHORIZATION_V1_NON_RESOURCE_RULE,
    &AUTHORIZATION_V1_RESOURCE_ATTRIBUTES,
    &AUTHORIZATION_V1_RESOURCE_RULE,
    &AUTHORIZATION_V1_SELF_SUBJECT_ACCESS_REVIEW,
    &AUTHORIZATION_V1_SELF_SUBJECT_ACCESS_REVIEW_SPEC,
    &AUTHORIZATION_V1_SELF_SUBJECT_RULES_REVIEW,
    &AUTHORIZATION_V1_SELF_SUBJECT_RULES_REVIEW_SPEC,
    &AUTHORIZATION_V1_SUBJECT_ACCESS_REVIEW,
    &AUTHORIZATION_V1_SUBJECT_ACCESS_REVIEW_SPEC,
    &AUTHORIZATION_V1_SUBJECT_ACCESS_REVIEW_STATUS,
    &AUTHORIZATION_V1_SUBJECT_RULES_REVIEW_STATUS,
    &BATCH_V1_CRON_JOB,
    &BATCH_V1_CRON_JOB_SPEC,
    &BATCH_V1_CRON_JOB_STATUS,
    &BATCH_V1_JOB,
    &BATCH_V1_JOB_CONDITION,
    &BATCH_V1_JOB_SPEC,
    &BATCH_V1_JOB_STATUS,
    &BATCH_V1_JOB_TEMPLATE_SPEC,
    &BATCH_V1_POD_FAILURE_POLICY,
    &BATCH_V1_POD_FAILURE_POLICY_ON_EXIT_CODES_REQUIREMENT,
    &BATCH_V1_POD_FAILURE_POLICY_ON_POD_CONDITIONS_PATTERN,
    &BATCH_V1_POD_FAILURE_POLICY_RULE,
    &BATCH_V1_SUCCESS_POLICY,
    &BATCH_V1_SUCCESS_POLICY_RULE,
    &BATCH_V1_UNCOUNTED_TERMINATED_PODS,
    &COORDINATION_V1_LEASE,
    &COORDINATION_V1_LEASE_SPEC,
    &CORE_V1_AWSELASTIC_BLOCK_STORE_VOLUME_SOURCE,
    &CORE_V1_AFFINITY,
    &CORE_V1_APP_ARMOR_PROFILE,
    &CORE_V1_ATTACHED_VOLUME,
    &CORE_V1_AZURE_DISK_VOLUME_SOURCE,
    &CORE_V1_AZURE_FILE_VOLUME_SOURCE,
    &CORE_V1_BINDING,
    &CORE_V1_CSIVOLUME_SOURCE,
    &CORE_V1_CAPABILITIES,
    &CORE_V1_CEPH_FSVOLUME_SOURCE,
    &CORE_V1_CINDER_VOLUME_SOURCE,
    &CORE_V1_CLUSTER_TRUST_BUNDLE_PROJECTION,
    &CORE_V1_CONFIG_MAP,
    &CORE_V1_CONFIG_MAP_ENV_SOURCE,
    &CORE_V1_CONFIG_MAP_KEY_SELECTOR,
    &CORE_V1_CONFIG_MAP_NODE_CONFIG_SOURCE,
    &CORE_V1_CONFIG_MAP_PROJECTION,
    &CORE_V1_CONFIG_MAP_VOLUME_SOURCE,
    &CORE_V1_CONTAINER,
    &CORE_V1_CONTAINER_EXTENDED_RESOURCE_REQUEST,
    &CORE_V1_CONTAINER_IMAGE,
    &CORE_V1_CONTAINER_PORT,
    &CORE_V1_CONTAINER_RESIZE_POLICY,
    &CORE_V1_CONTAINER_RESTART_RULE,
    &CORE_V1_CONTAINER_RESTART_RULE_ON_EXIT_CODES,
    &CORE_V1_CONTAINER_STATE,
    &CORE_V1_CONTAINER_STATE_RUNNING,
    &CORE_V1_CONTAINER_STATE_TERMINATED,
    &CORE_V1_CONTAINER_STATE_WAITING,
    &CORE_V1_CONTAINER_STATUS,
    &CORE_V1_CONTAINER_USER,
    &CORE_V1_DAEMON_ENDPOINT,
    &CORE_V1_DOWNWARD_APIPROJECTION,
    &CORE_V1_DOWNWARD_APIVOLUME_FILE,
    &CORE_V1_DOWNWARD_APIVOLUME_SOURCE,
    &CORE_V1_EMPTY_DIR_VOLUME_SOURCE,
    &CORE_V1_ENV_FROM_SOURCE,
    &CORE_V1_ENV_VAR,
    &CORE_V1_ENV_VAR_SOURCE,
    &CORE_V1_EPHEMERAL_CONTAINER,
    &CORE_V1_EPHEMERAL_VOLUME_SOURCE,
    &CORE_V1_EVENT,
    &CORE_V1_EVENT_SERIES,
    &CORE_V1_EVENT_SOURCE,
    &CORE_V1_EXEC_ACTION,
    &CORE_V1_FCVOLUME_SOURCE,
    &CORE_V1_FILE_KEY_SELECTOR,
    &CORE_V1_FLEX_VOLUME_SOURCE,
    &CORE_V1_FLOCKER_VOLUME_SOURCE,
    &CORE_V1_GCEPERSISTENT_DISK_VOLUME_SOURCE,
    &CORE_V1_GRPCACTION,
    &CORE_V1_GIT_REPO_VOLUME_SOURCE,
    &CORE_V1_GLUSTERFS_VOLUME_SOURCE,
    &CORE_V1_HTTPGET_ACTION,
    &CORE_V1_HTTPHEADER,
    &CORE_V1_HOST_ALIAS,
    &CORE_V1_HOST_IP,
    &CORE_V1_HOST_PATH_VOLUME_SOURCE,
    &CORE_V1_ISCSIVOLUME_SOURCE,
    &CORE_V1_IMAGE_VOLUME_SOURCE,
    &CORE_V1_IMAGE_VOLUME_STATUS,
    &CORE_V1_KEY_TO_PATH,
    &CORE_V1_LIFECYCLE,
    &CORE_V1_LIFECYCLE_HANDLER,
    &CORE_V1_LINUX_CONTAINER_USER,
    &CORE_V1_LOCAL_OBJECT_REFERENCE,
    &CORE_V1_NFSVOLUME_SOURCE,
    &CORE_V1_NAMESPACE,
    &CORE_V1_NAMESPACE_CONDITION,
    &CORE_V1_NAMESPACE_SPEC,
    &CORE_V1_NAMESPACE_STATUS,
    &CORE_V1_NODE,
    &CORE_V1_NODE_ADDRESS,
    &CORE_V1_NODE_AFFINITY,
    &CORE_V1_NODE_ALLOCATABLE_RESOURCE_CLAIM_STATUS,
    &CORE_V1_NODE_CONDITION,
    &CORE_V1_NODE_CONFIG_SOURCE,
    &CORE_V1_NODE_CONFIG_STATUS,
    &CORE_V1_NODE_DAEMON_ENDPOINTS,
    &CORE_V1_NODE_FEATURES,
    &CORE_V1_NODE_RUNTIME_HANDLER,
    &CORE_V1_NODE_RUNTIME_HANDLER_FEATURES,
    &CORE_V1_NODE_SELECTOR,
    &CORE_V1_NODE_SELECTOR_REQUIREMENT,
    &CORE_V1_NODE_SELECTOR_TERM,
    &CORE_V1_NODE_SPEC,
    &CORE_V1_NODE_STATUS,
    &CORE_V1_NODE_SWAP_STATUS,
    &CORE_V1_NODE_SYSTEM_INFO,
    &CORE_V1_OBJECT_FIELD_SELECTOR,
    &CORE_V1_OBJECT_REFERENCE,
    &CORE_V1_PERSISTENT_VOLUME_CLAIM_SPEC,
    &CORE_V1_PERSISTENT_VOLUME_CLAIM_TEMPLATE,
    &CORE_V1_PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE,
    &CORE_V1_PHOTON_PERSISTENT_DISK_VOLUME_SOURCE,
    &CORE_V1_POD,
    &CORE_V1_POD_AFFINITY,
    &CORE_V1_POD_AFFINITY_TERM,
    &CORE_V1_POD_ANTI_AFFINITY,
    &CORE_V1_POD_CERTIFICATE_PROJECTION,
    &CORE_V1_POD_CONDITION,
    &CORE_V1_POD_DNSCONFIG,
    &CORE_V1_POD_DNSCONFIG_OPTION,
    &CORE_V1_POD_EXTENDED_RESOURCE_CLAIM_STATUS,
    &CORE_V1_POD_IP,
    &CORE_V1_POD_OS,
    &CORE_V1_POD_READINESS_GATE,
    &CORE_V1_POD_RESOURCE_CLAIM,
    &CORE_V1_POD_RESOURCE_CLAIM_STATUS,
    &CORE_V1_POD_SCHEDULING_GATE,
    &CORE_V1_POD_SCHEDULING_GROUP,
    &CORE_V1_POD_SECURITY_CONTEXT,
    &CORE_V1_POD_SPEC,
    &CORE_V1_POD_STATUS,
    &CORE_V1_POD_TEMPLATE_SPEC,
    &CORE_V1_PORTWORX_VOLUME_SOURCE,
    &CORE_V1_PREFERRED_SCHEDULING_TERM,
    &CORE_V1_PROBE,
    &CORE_V1_PROJECTED_VOLUME_SOURCE,
    &CORE_V1_QUOBYTE_VOLUME_SOURCE,
    &CORE_V1_RBDVOLUME_SOURCE,
    &CORE_V1_RESOURCE_CLAIM,
    &CORE_V1_RESOURCE_FIELD_SELECTOR,
    &CORE_V1_RESOURCE_HEALTH,
    &CORE_V1_RESOURCE_REQUIREMENTS,
    &CORE_V1_RESOURCE_STATUS,
    &CORE_V1_SELINUX_OPTIONS,
    &CORE_V1_SCALE_IOVOLUME_SOURCE,
    &CORE_V1_SECCOMP_PROFILE,
    &CORE_V1_SECRET,
    &CORE_V1_SECRET_ENV_SOURCE,
    &CORE_V1_SECRET_KEY_SELECTOR,
    &CORE_V1_SECRET_PROJECTION,
    &CORE_V1_SECRET_VOLUME_SOURCE,
    &CORE_V1_SECURITY_CONTEXT,
    &CORE_V1_SERVICE_ACCOUNT,
    &CORE_V1_SERVICE_ACCOUNT_TOKEN_PROJECTION,
    &CORE_V1_SLEEP_ACTION,
    &CORE_V1_STORAGE_OSVOLUME_SOURCE,
    &CORE_V1_SYSCTL,
    &CORE_V1_TCPSOCKET_ACTION,
    &CORE_V1_TAINT,
    &CORE_V1_TOLERATION,
    &CORE_V1_TOPOLOGY_SPREAD_CONSTRAINT,
    &CORE_V1_TYPED_LOCAL_OBJECT_REFERENCE,
    &CORE_V1_TYPED_OBJECT_REFERENCE,
    &CORE_V1_VOLUME,
    &CORE_V1_VOLUME_DEVICE,
    &CORE_V1_VOLUME_MOUNT,
    &CORE_V1_VOLUME_MOUNT_STATUS,
    &CORE_V1_VOLUME_PROJECTION,
    &CORE_V1_VOLUME_RESOURCE_REQUIREMENTS,
    &CORE_V1_VOLUME_STATUS,
    &CORE_V1_VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE,
    &CORE_V1_WEIGHTED_POD_AFFINITY_TERM,
    &CORE_V1_WINDOWS_SECURITY_CONTEXT_OPTIONS,
    &NODE_V1_OVERHEAD,
    &NODE_V1_RUNTIME_CLASS,
    &NODE_V1_SCHEDULING,
    &POLICY_V1_EVICTION,
    &META_V1_DELETE_OPTIONS,
    &META_V1_FIELD_SELECTOR_REQUIREMENT,
    &META_V1_LABEL_SELECTOR,
    &META_V1_LABEL_SELECTOR_REQUIREMENT,
    &META_V1_LIST_META,
    &META_V1_MANAGED_FIELDS_ENTRY,
    &META_V1_OBJECT_META,
    &META_V1_OWNER_REFERENCE,
    &META_V1_PRECONDITIONS,
    &META_V1_SHARD_INFO,
    &META_V1_STATUS,
    &META_V1_STATUS_CAUSE,
    &META_V1_STATUS_DETAILS,
];

/// Every kind Kubernetes knows, served here or not, as (group, version, kind), sorted.
pub(super) static KINDS: &[(&str, &str, &str)] = &[
    ("", "v1", "APIGroup"),
    ("", "v1", "APIGroupList"),
    ("", "v1", "APIResourceList"),
    ("", "v1", "APIVersions"),
    ("", "v1", "Binding"),
    ("", "v1", "ComponentStatus"),
    ("", "v1", "ComponentStatusList"),
    ("", "v1", "ConfigMap"),
    ("", "v1", "ConfigMapList"),
    ("", "v1", "Endpoints"),
    ("", "v1", "EndpointsList"),
    ("", "v1", "Event"),
    ("", "v1", "EventList"),
    ("", "v1", "LimitRange"),
    ("", "v1", "LimitRangeList"),
    ("", "v1", "Namespace"),
    ("", "v1", "NamespaceList"),
    ("", "v1", "Node"),
    ("", "v1", "NodeList"),
    ("", "v1", "PersistentVolume"),
    ("", "v1", "PersistentVolumeClaim"),
    ("", "v1", "PersistentVolumeClaimList"),
    ("", "v1", "PersistentVolumeList"),
    ("", "v1", "Pod"),
    ("", "v1", "PodList"),
    ("", "v1", "PodTemplate"),
    ("", "v1", "PodTemplateList"),
    ("", "v1", "ReplicationController"),
    ("", "v1", "ReplicationControllerList"),
    ("", "v1", "ResourceQuota"),
    ("", "v1", "ResourceQuotaList"),
    ("", "v1", "Secret"),
    ("", "v1", "SecretList"),
    ("", "v1", "Service"),
    ("", "v1", "ServiceAccount"),
    ("", "v1", "ServiceAccountList"),
    ("", "v1", "ServiceList"),
    ("", "v1", "Status"),
    (
        "admissionregistration.k8s.io",
        "v1",
        "MutatingAdmissionPolicy",
    ),
    (
        "admissionregistration.k8s.io",
        "v1",
        "MutatingAdmissionPolicyBinding",
    ),
    (
        "admissionregistration.k8s.io",
        "v1",
        "MutatingAdmissionPolicyBindingList",
    ),
    (
        "admissionregistration.k8s.io",
        "v1",
        "MutatingAdmissionPolicyList",
    ),
    (
        "admissionregistration.k8s.io",
        "v1",
        "MutatingWebhookConfiguration",
    ),
    (
        "admissionregistration.k8s.io",
        "v1",
        "MutatingWebhookConfigurationList",
    ),
    (
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingAdmissionPolicy",
    ),
    (
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingAdmissionPolicyBinding",
    ),
    (
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingAdmissionPolicyBindingList",
    ),
    (
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingAdmissionPolicyList",
    ),
    (
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingWebhookConfiguration",
    ),
    (
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingWebhookConfigurationList",
    ),
    (
        "admissionregistration.k8s.io",
        "v1alpha1",
        "MutatingAdmissionPolicy",
    ),
    (
        "admissionregistration.k8s.io",
        "v1alpha1",
        "MutatingAdmissionPolicyBinding",
    ),
    (
        "admissionregistration.k8s.io",
        "v1alpha1",
        "MutatingAdmissionPolicyBindingList",
    ),
    (
        "admissionregistration.k8s.io",
        "v1alpha1",
        "MutatingAdmissionPolicyList",
    ),
    (
        "admissionregistration.k8s.io",
        "v1beta1",
        "MutatingAdmissionPolicy",
    ),
    (
        "admissionregistration.k8s.io",
        "v1beta1",
        "MutatingAdmissionPolicyBinding",
    ),
    (
        "admissionregistration.k8s.io",
        "v1beta1",
        "MutatingAdmissionPolicyBindingList",
    ),
    (
        "admissionregistration.k8s.io",
        "v1beta1",
        "MutatingAdmissionPolicyList",
    ),
    ("apiextensions.k8s.io", "v1", "CustomResourceDefinition"),
    ("apiextensions.k8s.io", "v1", "CustomResourceDefinitionList"),
    ("apiregistration.k8s.io", "v1", "APIService"),
    ("apiregistration.k8s.io", "v1", "APIServiceList"),
    ("apps", "v1", "ControllerRevision"),
    ("apps", "v1", "ControllerRevisionList"),
    ("apps", "v1", "DaemonSet"),
    ("apps", "v1", "DaemonSetList"),
    ("apps", "v1", "Deployment"),
    ("apps", "v1", "DeploymentList"),
    ("apps", "v1", "ReplicaSet"),
    ("apps", "v1", "ReplicaSetList"),
    ("apps", "v1", "StatefulSet"),
    ("apps", "v1", "StatefulSetList"),
    ("authentication.k8s.io", "v1", "SelfSubjectReview"),
    ("authentication.k8s.io", "v1", "TokenRequest"),
    ("authentication.k8s.io", "v1", "TokenReview"),
    ("authorization.k8s.io", "v1", "LocalSubjectAccessReview"),
    ("authorization.k8s.io", "v1", "SelfSubjectAccessReview"),
    ("authorization.k8s.io", "v1", "SelfSubjectRulesReview"),
    ("authorization.k8s.io", "v1", "SubjectAccessReview"),
    ("autoscaling", "v1", "HorizontalPodAutoscaler"),
    ("autoscaling", "v1", "HorizontalPodAutoscalerList"),
    ("autoscaling", "v1", "Scale"),
    ("autoscaling", "v2", "HorizontalPodAutoscaler"),
    ("autoscaling", "v2", "HorizontalPodAutoscalerList"),
    ("batch", "v1", "CronJob"),
    ("batch", "v1", "CronJobList"),
    ("batch", "v1", "Job"),
    ("batch", "v1", "JobList"),
    ("certificates.k8s.io", "v1", "CertificateSigningRequest"),
    ("certificates.k8s.io", "v1", "CertificateSigningRequestList"),
    ("certificates.k8s.io", "v1alpha1", "ClusterTrustBundle"),
    ("certificates.k8s.io", "v1alpha1", "ClusterTrustBundleList"),
    ("certificates.k8s.io", "v1beta1", "ClusterTrustBundle"),
    ("certificates.k8s.io", "v1beta1", "ClusterTrustBundleList"),
    ("certificates.k8s.io", "v1beta1", "PodCertificateRequest"),
    (
        "certificates.k8s.io",
        "v1beta1",
        "PodCertificateRequestList",
    ),
    ("coordination.k8s.io", "v1", "Lease"),
    ("coordination.k8s.io", "v1", "LeaseList"),
    ("coordination.k8s.io", "v1alpha2", "LeaseCandidate"),
    ("coordination.k8s.io", "v1alpha2", "LeaseCandidateList"),
    ("coordination.k8s.io", "v1beta1", "LeaseCandidate"),
    ("coordination.k8s.io", "v1beta1", "LeaseCandidateList"),
    ("discovery.k8s.io", "v1", "EndpointSlice"),
    ("discovery.k8s.io", "v1", "EndpointSliceList"),
    ("events.k8s.io", "v1", "Event"),
    ("events.k8s.io", "v1", "EventList"),
    ("flowcontrol.apiserver.k8s.io", "v1", "FlowSchema"),
    ("flowcontrol.apiserver.k8s.io", "v1", "FlowSchemaList"),
    (
        "flowcontrol.apiserver.k8s.io",
        "v1",
        "PriorityLevelConfiguration",
    ),
    (
        "flowcontrol.apiserver.k8s.io",
        "v1",
        "PriorityLevelConfigurationList",
    ),
    ("internal.apiserver.k8s.io", "v1alpha1", "StorageVersion"),
    (
        "internal.apiserver.k8s.io",
        "v1alpha1",
        "StorageVersionList",
    ),
    ("networking.k8s.io", "v1", "IPAddress"),
    ("networking.k8s.io", "v1", "IPAddressList"),
    ("networking.k8s.io", "v1", "Ingress"),
    ("networking.k8s.io", "v1", "IngressClass"),
    ("networking.k8s.io", "v1", "IngressClassList"),
    ("networking.k8s.io", "v1", "IngressList"),
    ("networking.k8s.io", "v1", "NetworkPolicy"),
    ("networking.k8s.io", "v1", "NetworkPolicyList"),
    ("networking.k8s.io", "v1", "ServiceCIDR"),
    ("networking.k8s.io", "v1", "ServiceCIDRList"),
    ("networking.k8s.io", "v1beta1", "IPAddress"),
    ("networking.k8s.io", "v1beta1", "IPAddressList"),
    ("networking.k8s.io", "v1beta1", "ServiceCIDR"),
    ("networking.k8s.io", "v1beta1", "ServiceCIDRList"),
    ("node.k8s.io", "v1", "RuntimeClass"),
    ("node.k8s.io", "v1", "RuntimeClassList"),
    ("policy", "v1", "Eviction"),
    ("policy", "v1", "PodDisruptionBudget"),
    ("policy", "v1", "PodDisruptionBudgetList"),
    ("rbac.authorization.k8s.io", "v1", "ClusterRole"),
    ("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding"),
    ("rbac.authorization.k8s.io", "v1", "ClusterRoleBindingList"),
    ("rbac.authorization.k8s.io", "v1", "ClusterRoleList"),
    ("rbac.authorization.k8s.io", "v1", "Role"),
    ("rbac.authorization.k8s.io", "v1", "RoleBinding"),
    ("rbac.authorization.k8s.io", "v1", "RoleBindingList"),
    ("rbac.authorization.k8s.io", "v1", "RoleList"),
    ("resource.k8s.io", "v1", "DeviceClass"),
    ("resource.k8s.io", "v1", "DeviceClassList"),
    ("resource.k8s.io", "v1", "ResourceClaim"),
    ("resource.k8s.io", "v1", "ResourceClaimList"),
    ("resource.k8s.io", "v1", "ResourceClaimTemplate"),
    ("resource.k8s.io", "v1", "ResourceClaimTemplateList"),
    ("resource.k8s.io", "v1", "ResourceSlice"),
    ("resource.k8s.io", "v1", "ResourceSliceList"),
    ("resource.k8s.io", "v1alpha3", "DeviceTaintRule"),
    ("resource.k8s.io", "v1alpha3", "DeviceTaintRuleList"),
    ("resource.k8s.io", "v1alpha3", "ResourcePoolStatusRequest"),
    (
        "resource.k8s.io",
        "v1alpha3",
        "ResourcePoolStatusRequestList",
    ),
    ("resource.k8s.io", "v1beta1", "DeviceClass"),
    ("resource.k8s.io", "v1beta1", "DeviceClassList"),
    ("resource.k8s.io", "v1beta1", "ResourceClaim"),
    ("resource.k8s.io", "v1beta1", "ResourceClaimList"),
    ("resource.k8s.io", "v1beta1", "ResourceClaimTemplate"),
    ("resource.k8s.io", "v1beta1", "ResourceClaimTemplateList"),
    ("resource.k8s.io", "v1beta1", "ResourceSlice"),
    ("resource.k8s.io", "v1beta1", "ResourceSliceList"),
    ("resource.k8s.io", "v1beta2", "DeviceClass"),
    ("resource.k8s.io", "v1beta2", "DeviceClassList"),
    ("resource.k8s.io", "v1beta2", "DeviceTaintRule"),
    ("resource.k8s.io", "v1beta2", "DeviceTaintRuleList"),
    ("resource.k8s.io", "v1beta2", "ResourceClaim"),
    ("resource.k8s.io", "v1beta2", "ResourceClaimList"),
    ("resource.k8s.io", "v1beta2", "ResourceClaimTemplate"),
    ("resource.k8s.io", "v1beta2", "ResourceClaimTemplateList"),
    ("resource.k8s.io", "v1beta2", "ResourceSlice"),
    ("resource.k8s.io", "v1beta2", "ResourceSliceList"),
    ("scheduling.k8s.io", "v1", "PriorityClass"),
    ("scheduling.k8s.io", "v1", "PriorityClassList"),
    ("scheduling.k8s.io", "v1alpha2", "PodGroup"),
    ("scheduling.k8s.io", "v1alpha2", "PodGroupList"),
    ("scheduling.k8s.io", "v1alpha2", "Workload"),
    ("scheduling.k8s.io", "v1alpha2", "WorkloadList"),
    ("storage.k8s.io", "v1", "CSIDriver"),
    ("storage.k8s.io", "v1", "CSIDriverList"),
    ("storage.k8s.io", "v1", "CSINode"),
    ("storage.k8s.io", "v1", "CSINodeList"),
    ("storage.k8s.io", "v1", "CSIStorageCapacity"),
    ("storage.k8s.io", "v1", "CSIStorageCapacityList"),
    ("storage.k8s.io", "v1", "StorageClass"),
    ("storage.k8s.io", "v1", "StorageClassList"),
    ("storage.k8s.io", "v1", "VolumeAttachment"),
    ("storage.k8s.io", "v1", "VolumeAttachmentList"),
    ("storage.k8s.io", "v1", "VolumeAttributesClass"),
    ("storage.k8s.io", "v1", "VolumeAttributesClassList"),
    ("storage.k8s.io", "v1beta1", "VolumeAttributesClass"),
    ("storage.k8s.io", "v1beta1", "VolumeAttributesClassList"),
    (
        "storagemigration.k8s.io",
        "v1beta1",
        "StorageVersionMigration",
    ),
    (
        "storagemigration.k8s.io",
        "v1beta1",
        "StorageVersionMigrationList",
    ),
];
