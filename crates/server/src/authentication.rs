//! Who asks: the user of the connection, or the one that user stands in for.
//!
//! The only credential is a client certificate, and it is known before the first
//! request. A request that brings another credential is not taken for anonymous:
//! it meant to be somebody.
//!
//! Source: apiserver `pkg/endpoints/filters/{authentication,impersonation}.go`.

use std::sync::Arc;

use http::{HeaderMap, header};
use jobyard_api::{StatusError, status::Reason};
use jobyard_registry::request::User;

use crate::authorization;

/// In the place of whom the request is made.
const IMPERSONATE_USER: &str = "impersonate-user";
/// With which groups; may stand several times.
const IMPERSONATE_GROUP: &str = "impersonate-group";
/// Everybody whose name was proved.
const AUTHENTICATED: &str = "system:authenticated";
/// How the name of a service account begins; its namespace and name follow.
const SERVICE_ACCOUNT: &str = "system:serviceaccount:";

/// The user that the request is made for; `None` for an anonymous one.
///
/// # Errors
/// 401 for a credential that is none of ours; 403 when the user may not stand in
/// for another.
pub(crate) fn user_of_request(
    user: Option<Arc<User>>,
    headers: &HeaderMap,
) -> Result<Option<Arc<User>>, StatusError> {
    let Some(user) = user else {
        if headers.contains_key(header::AUTHORIZATION) {
            return Err(unauthorized());
        }
        return Ok(None);
    };
    let name = text(headers, IMPERSONATE_USER).next().unwrap_or("");
    let groups: Vec<&str> = text(headers, IMPERSONATE_GROUP).collect();
    if name.is_empty() && groups.is_empty() {
        return Ok(Some(user));
    }
    if name.is_empty() {
        return Err(StatusError::bad_request(
            "a request for another group must name another user, too: Impersonate-User is missing",
        ));
    }
    authorization::may_impersonate(&user, name)?;
    Ok(Some(Arc::new(stand_in(name, &groups))))
}

fn stand_in(name: &str, groups: &[&str]) -> User {
    let mut groups: Vec<String> = groups.iter().map(|&group| group.to_owned()).collect();
    if groups.is_empty()
        && let Some((namespace, _)) = name
            .strip_prefix(SERVICE_ACCOUNT)
            .and_then(|rest| rest.split_once(':'))
    {
        groups.push("system:serviceaccounts".to_owned());
        groups.push(format!("system:serviceaccounts:{namespace}"));
    }
    if !groups.iter().any(|group| group == AUTHENTICATED) {
        groups.push(AUTHENTICATED.to_owned());
    }
    User {
        name: name.to_owned(),
        groups,
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter();
    values.filter_map(|value| value.to_str().ok())
}

/// 401 of a request without a credential that we know.
pub(crate) fn unauthorized() -> StatusError {
    StatusError::new(Reason::Unauthorized, "Unauthorized")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str, groups: &[&str]) -> User {
        User {
            name: name.to_owned(),
            groups: groups.iter().map(|&group| group.to_owned()).collect(),
        }
    }

    fn asked(
        who: Option<User>,
        sent: &[(&'static str, &'static str)],
    ) -> Result<Option<User>, (u16, String)> {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(*name, value.parse().expect("a value"));
        }
        let found = user_of_request(who.map(Arc::new), &headers);
        let found = found.map(|user| user.map(|user| (*user).clone()));
        found.map_err(|error| (error.code(), error.message().to_owned()))
    }

    #[test]
    fn another_credential_is_not_anonymous() {
        assert_eq!(asked(None, &[]), Ok(None));
        let refused = asked(None, &[("authorization", "Bearer x")]);
        assert_eq!(refused, Err((401, "Unauthorized".to_owned())));
        let admin = user("a", &["system:masters"]);
        let both = asked(Some(admin.clone()), &[("authorization", "Bearer x")]);
        assert_eq!(both, Ok(Some(admin)));
    }

    #[test]
    fn the_administrator_may_stand_in_for_others() {
        let admin = || Some(user("a", &["system:masters"]));
        assert_eq!(
            asked(
                admin(),
                &[("impersonate-user", "bob"), ("impersonate-group", "g")]
            ),
            Ok(Some(user("bob", &["g", "system:authenticated"])))
        );
        assert_eq!(
            asked(
                admin(),
                &[("impersonate-user", "system:serviceaccount:ns:sa")]
            ),
            Ok(Some(user(
                "system:serviceaccount:ns:sa",
                &[
                    "system:serviceaccounts",
                    "system:serviceaccounts:ns",
                    "system:authenticated"
                ]
            )))
        );
        let nobody = asked(admin(), &[("impersonate-group", "g")]);
        assert_eq!(nobody.expect_err("refused").0, 400);
    }

    #[test]
    fn others_may_not() {
        let refused = asked(Some(user("eve", &[])), &[("impersonate-user", "bob")]);
        let message = "users \"bob\" is forbidden: User \"eve\" cannot impersonate resource \"users\" \
                       in API group \"\" at the cluster scope";
        assert_eq!(refused, Err((403, message.to_owned())));
    }
}
